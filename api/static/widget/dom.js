// Create nodes. Text becomes text nodes and addresses are checked, so nothing that a server sends is parsed as markup or
// run.

/**
 * @typedef {Node | string | null | undefined | false} Child
 * @typedef {string | number | boolean | null | undefined | ((event: any) => void)} Value
 */

/**
 * Create an element. A property `onclick` adds a listener; true sets a bare attribute; false and null set none.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, Value>} [properties]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === "function") made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, String(value));
  }
  for (const child of children) if (child) made.append(child);
  return made;
}

/**
 * Return the full form of a web address, or "" for an address that must not become a link.
 *
 * @param {string | null | undefined} address
 * @param {string} [base] of relative addresses; without it they are no web addresses
 */
export function webAddress(address, base) {
  if (!address) return "";
  try {
    const url = new URL(address, base);
    return ["https:", "http:"].includes(url.protocol) ? url.href : "";
  } catch {
    return "";
  }
}

/**
 * Create a link that opens a new tab and says so, or only its text where there is no address.
 *
 * @param {string} address
 * @param {string} text
 * @param {string} note for screen readers, after the text
 * @param {(event: MouseEvent) => void} [onclick]
 */
export function link(address, text, note, onclick) {
  if (!address) return element("span", {}, text);
  const more = element("span", { class: "unseen" }, ` (${note})`);
  return element("a", { href: address, target: "_blank", rel: "noopener noreferrer", onclick }, text, more);
}

/**
 * Return the host of a web address, without `www.`.
 *
 * @param {string} address
 */
export const siteName = (address) => new URL(address).hostname.replace(/^www\./, "");

/**
 * Separate facts by dots, each isolated from the writing direction of the others.
 *
 * @param {string[]} facts
 */
export function separated(facts) {
  return facts.flatMap((fact, place) => [place > 0 && "\u00a0· ", element("bdi", {}, fact)]);
}

/**
 * Create an element of a drawing.
 *
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 * @param {...(Node | string)} children
 */
export function drawn(tag, attributes, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  made.append(...children);
  return made;
}

/**
 * Draw an icon from the path of its shape, in a square of 24.
 *
 * @param {string} path
 */
export function icon(path) {
  return drawn("svg", { viewBox: "0 0 24 24", "aria-hidden": "true", class: "icon" }, drawn("path", { d: path }));
}
