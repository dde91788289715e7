// Show the help card, which tells a person at risk where to get help; `help.html` does this without JavaScript.

import { element, link, separated, siteName, webAddress } from "./dom.js";
import { fill, longDate } from "./texts.js";

/**
 * @typedef {import("./answer.js").View} View
 * @typedef {import("./api.d.ts").HelpCard} HelpCard
 * @typedef {import("./api.d.ts").HelpLine} HelpLine
 */

/**
 * @param {HelpCard} card
 * @param {View} view
 * @param {string} language of the card
 */
export function helpView({ title, text, emergency, note, lines }, view, language) {
  return element(
    "section",
    { class: "help", part: "help", lang: language, dir: "auto" },
    element("h4", {}, title),
    element("p", {}, text),
    element("p", { class: "emergency" }, emergency),
    lines.length > 0 && element("ul", {}, ...lines.map((line) => lineView(line, view))),
    element("p", {}, note),
    element("p", { class: "note", lang: view.language }, view.texts.leave_note),
  );
}

/**
 * @param {HelpLine} line
 * @param {View} view
 */
function lineView(line, { texts, language }) {
  const number = line.number.replace("(0)", "").replace(/[^\d+*#]/g, "");
  const address = webAddress(line.url);
  const languages = line.languages.join(", ");
  const facts = [
    line.hours && fill(texts.help_hours, { hours: line.hours }),
    languages && fill(texts.help_languages, { languages }),
    line.checked && fill(texts.help_checked, { date: longDate(line.checked, language) }),
  ].filter((fact) => fact !== "");
  return element(
    "li",
    { dir: "auto" },
    element("span", { class: "service" }, [line.country, line.service].filter(Boolean).join(": ")),
    number && element("a", { class: "dial", href: `tel:${number}`, dir: "ltr" }, line.number),
    address && link(address, siteName(address), texts.new_tab),
    facts.length > 0 && element("span", { class: "facts" }, ...separated(facts)),
    line.stale && element("strong", { class: "facts" }, texts.help_stale),
  );
}
