// The texts of the widget by language and its style sheets, fetched once a page from beside this file.

/** @typedef {typeof import("./languages/en.json")} Texts */

/** @type {Record<string, string>} each language by its own name */
export const LANGUAGES = {
  ar: "العربية",
  zh: "中文",
  en: "English",
  fr: "Français",
  ru: "Русский",
  es: "Español",
};
const RIGHT_TO_LEFT = ["ar", "arz", "azb", "ckb", "dv", "fa", "he", "mzn", "pnb", "ps", "sd", "ug", "ur", "yi"]; // of those detected
const SHEETS = ["answer.css", "widget.css"];

/** @type {Map<string, Promise<any>>} */
const fetched = new Map();

/**
 * Return the language of an element: that of the nearest `lang`, else the browser's, else English.
 *
 * @param {Element} host
 */
export function languageOf(host) {
  const around = /** @type {HTMLElement | null} */ (host.closest("[lang]"));
  const codes = [around?.lang ?? "", ...navigator.languages].map((tag) => tag.toLowerCase().split("-")[0]);
  return codes.find((code) => Object.hasOwn(LANGUAGES, code)) ?? "en";
}

/**
 * Return the direction in which a language is written. It is not guessed from a text, which may begin with a name.
 *
 * @param {string | undefined} language "auto" where it is not known
 */
export function directionOf(language) {
  if (!language) return "auto";
  return RIGHT_TO_LEFT.includes(language) ? "rtl" : "ltr";
}

/**
 * @param {string} language
 * @returns {Promise<Texts>}
 */
export const textsIn = (language) => once(`languages/${language}.json`, (response) => response.json());

/**
 * Return the book of the help card, which the server makes of the operator's lines.
 *
 * @param {string} language
 * @returns {Promise<import("./help.js").HelpBook>}
 */
export const helpBookIn = (language) => once(`help/${language}.json`, (response) => response.json());

/** Constructed style sheets need no inline style, so that a strict policy of the page around allows them. */
export function styleSheets() {
  return Promise.all(
    SHEETS.map((name) => once(name, async (response) => new CSSStyleSheet().replace(await response.text()))),
  );
}

/**
 * Put values into a text: `{name}` becomes the value of that name.
 *
 * @param {string} text
 * @param {Record<string, string | number>} values
 */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

/**
 * Write an ISO date or month in a language, in English as the UN does; leave what is neither as it is.
 *
 * @param {string} published
 * @param {string} language
 */
export function longDate(published, language) {
  const parts = /^(\d{4})(-\d\d)?(-\d\d)?$/.exec(published);
  const day = parts ? new Date(published) : null;
  if (!parts?.[2] || !day || Number.isNaN(day.getTime())) return published;
  /** @type {Intl.DateTimeFormatOptions} */
  const form = { timeZone: "UTC", year: "numeric", month: "long", ...(parts[3] && { day: "numeric" }) };
  return new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, form).format(day);
}

/**
 * @template T
 * @param {string} name a file beside this one
 * @param {(response: Response) => Promise<T>} read
 * @returns {Promise<T>}
 */
function once(name, read) {
  const started = fetched.get(name) ?? fetchFile(name).then(read);
  fetched.set(name, started);
  started.catch(() => fetched.delete(name)); // so that a later element tries again
  return started;
}

/** Fetch a file; where that fails, take the browser's copy, however old it is. @param {string} name */
async function fetchFile(name) {
  const address = new URL(name, import.meta.url);
  const response = await fetch(address, { credentials: "omit" }).catch(() =>
    fetch(address, { credentials: "omit", cache: "force-cache" }),
  );
  if (!response.ok) throw new Error(`${name}: ${response.status}`);
  return response;
}
