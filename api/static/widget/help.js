// Show the help card, which tells a person at risk where to get help. Its book came with the widget, so that it works
// without the server; `help.html` and the page `/help` do this without JavaScript.

import { element, link, siteName, webAddress } from "./dom.js";
import { directionOf, fill } from "./texts.js";

/**
 * @typedef {import("./api.d.ts").HelpCard} HelpCard
 * @typedef {import("./api.d.ts").EmergencyNumber} EmergencyNumber
 * @typedef {Partial<import("./api.d.ts").HelpLine> & {service: string, number: string, facts: string[]}} Line
 * @typedef {{region: string, name: string, numbers?: EmergencyNumber[], lines?: Line[]}} HelpCountry
 * @typedef {Record<string, string>} Words
 * @typedef {{language: string, texts: Words, card: HelpCard, countries: HelpCountry[]}} HelpBook
 */

/**
 * Show a card: first the lines that it brings, and those of any country that is chosen.
 *
 * @param {HelpCard} card of the server, or the book's own
 * @param {HelpBook} book in the card's language
 * @param {string} region code of the country that is shown first where the card knows none
 * @param {string} newTab what a link says that opens a new tab
 */
export function helpView(card, book, region, newTab) {
  const { language, countries, texts: words } = book;
  const known = card.regions ?? [];
  const chosen = known.length === 1 ? known[0] : known.length > 1 ? "" : region;
  const found = element("div", {});
  const options = countries.map(({ region: code, name }) =>
    element("option", { value: code, selected: code === chosen }, name),
  );
  const first = element("option", { value: "", selected: !chosen }, words.choose);
  const choice = element("select", { id: "country" }, first, ...options);
  const show = () => {
    const country = countries.find(({ region: code }) => code === choice.value);
    if (country) found.replaceChildren(...countryViews(country, words, newTab));
  };
  choice.addEventListener("change", show);
  const lines = known.length > 1 ? card.lines : card.lines?.map((line) => ({ ...line, country: "" }));
  if (known.length > 0) found.append(...countryViews({ numbers: card.numbers, lines }, words, newTab));
  else show();
  return element(
    "section",
    { class: "help", part: "help", lang: language, dir: directionOf(language), "aria-labelledby": "help-title" },
    element("h3", { id: "help-title", tabindex: -1 }, card.title),
    element("label", { for: "country" }, words.country),
    choice,
    found,
    element("details", {}, element("summary", {}, words.someone), element("p", {}, words.someone_text)),
    element("p", { class: "emergency" }, card.emergency),
    element("p", {}, card.text),
    element("p", {}, card.note),
  );
}

/**
 * @param {{numbers?: EmergencyNumber[], lines?: Line[]}} country
 * @param {Words} words
 * @param {string} newTab
 */
function countryViews({ numbers = [], lines = [] }, words, newTab) {
  const written = lines.filter(({ sms, chat, form, email }) => sms || chat || form || email);
  const inWriting = (/** @type {Line} */ line) => element("li", {}, serviceView(line), ...waysToWrite(line, words, newTab));
  return [
    element("p", { class: "emergency" }, numbers.length > 0 ? words.numbers : words.no_numbers),
    element("ul", { class: "numbers-to-call" }, ...numbers.map(numberView)),
    element("h4", {}, lines.length > 0 ? words.lines : words.no_lines),
    element("ul", {}, ...lines.map((line) => lineView(line, words, newTab))),
    element(
      "details",
      {},
      element("summary", {}, words.silent),
      element("p", {}, written.length > 0 ? words.silent_text : words.silent_none),
      element("ul", {}, ...written.map(inWriting)),
      element("p", {}, words.trusted),
    ),
  ];
}

/** @param {EmergencyNumber} number */
function numberView({ services, number }) {
  return element("li", {}, element("span", {}, services), dialLink(number));
}

/**
 * @param {Line} line
 * @param {Words} words
 * @param {string} newTab
 */
function lineView(line, words, newTab) {
  const address = webAddress(line.url);
  return element(
    "li",
    {},
    line.purpose && element("span", { class: "purpose" }, line.purpose),
    serviceView(line),
    dialLink(line.number),
    ...waysToWrite(line, words, newTab),
    address && link(address, siteName(address), newTab),
    element("span", { class: "facts" }, line.facts.join(" ")),
  );
}

/** A service keeps its own name, whatever the language. @param {Line} line */
function serviceView({ country, service }) {
  return element("span", { class: "service", lang: "en", dir: "auto" }, service, country && ` (${country})`);
}

/**
 * @param {Line} line
 * @param {Words} words
 * @param {string} newTab
 */
function waysToWrite({ sms, chat, form, email }, words, newTab) {
  const [chatAddress, formAddress] = [webAddress(chat), webAddress(form)];
  return [
    sms && element("a", { href: `sms:${dialled(sms)}` }, fill(words.sms, { number: sms })),
    chatAddress && link(chatAddress, fill(words.chat, { site: siteName(chatAddress) }), newTab),
    formAddress && link(formAddress, fill(words.form, { site: siteName(formAddress) }), newTab),
    email && element("a", { href: `mailto:${email}` }, fill(words.email, { address: email })),
  ];
}

/** @param {string} number */
export function dialLink(number) {
  return dialled(number) && element("a", { class: "dial", href: `tel:${dialled(number)}`, dir: "ltr" }, number);
}

/** @param {string} number */
const dialled = (number) => number.replace("(0)", "").replace(/[^\d+*#]/g, "");
