// Show the help card, which tells a person at risk where to get help; `help.html` does this without JavaScript.

import { element, link, siteName, webAddress } from "./dom.js";

/**
 * @typedef {import("./answer.js").View} View
 * @typedef {import("./api.d.ts").HelpCard} HelpCard
 * @typedef {import("./api.d.ts").HelpLine} HelpLine
 * @typedef {import("./api.d.ts").EmergencyNumber} EmergencyNumber
 */

/**
 * @param {HelpCard} card
 * @param {View} view
 * @param {string} language of the card
 */
export function helpView({ title, text, emergency, note, numbers, lines }, view, language) {
  return element(
    "section",
    { class: "help", part: "help", lang: language, dir: "auto" },
    element("h4", {}, title),
    element("p", {}, text),
    element("p", { class: "emergency" }, emergency),
    numbers.length > 0 && element("ul", {}, ...numbers.map(numberView)),
    lines.length > 0 && element("ul", {}, ...lines.map((line) => lineView(line, view))),
    element("p", {}, note),
    element("p", { class: "note", lang: view.language }, view.texts.leave_note),
  );
}

/** @param {EmergencyNumber} number */
function numberView({ services, number }) {
  return element("li", { dir: "auto" }, element("span", { class: "service" }, services), dialLink(number));
}

/** @param {string} number */
function dialLink(number) {
  const dialled = number.replace("(0)", "").replace(/[^\d+*#]/g, "");
  return dialled && element("a", { class: "dial", href: `tel:${dialled}`, dir: "ltr" }, number);
}

/**
 * @param {HelpLine} line
 * @param {View} view
 */
function lineView({ country, service, number, purpose, url, facts }, { texts }) {
  const address = webAddress(url);
  return element(
    "li",
    { dir: "auto" },
    element("span", { class: "service" }, [country, service].filter(Boolean).join(": ")),
    purpose && element("span", { class: "facts" }, purpose),
    dialLink(number),
    address && link(address, siteName(address), texts.new_tab),
    ...facts.map((fact) => element("span", { class: "facts" }, fact)),
  );
}
