// Show the sources of an answer, a card for each document, with its quotes and the ways to read on.

import { element, link, separated, siteName, webAddress } from "./dom.js";
import { openViewer } from "./leaving.js";
import { directionOf, fill, longDate } from "./texts.js";

/**
 * @typedef {import("./answer.js").View} View
 * @typedef {import("./api.d.ts").Citation} Citation
 */

/**
 * @param {Citation[]} citations
 * @param {View} view
 */
export function sourcesView(citations, view) {
  /** @type {Map<string, Citation[]>} */
  const documents = new Map();
  for (const citation of citations) {
    documents.set(citation.document_id, [...(documents.get(citation.document_id) ?? []), citation]);
  }
  const cards = [...documents.values()].map((cited) => sourceView(cited, view));
  return element("section", { class: "sources", part: "sources" }, element("h4", {}, view.texts.sources), ...cards);
}

/**
 * Return what to know of a document: its publisher, its date, and that it is a summary.
 *
 * @param {Citation} citation
 * @param {View} view
 */
export function originOf({ publisher, published, summary }, { texts, language }) {
  return [publisher, longDate(published, language), summary ? texts.summary : ""].filter((fact) => fact !== "");
}

/**
 * Open the source of a citation mark and put the focus there; the way back leads to the mark.
 *
 * @param {HTMLElement} mark
 * @param {number} number
 */
export function openSource(mark, number) {
  const quote = /** @type {HTMLElement | null | undefined} */ (
    mark.closest(".turn")?.querySelector(`.source li[value="${number}"]`)
  );
  const back = quote?.querySelector("button");
  if (!quote || !back) return;
  back.hidden = false;
  back.onclick = () => reveal(mark);
  reveal(quote);
}

/**
 * Put the focus on a part, and open what is folded around it, since nothing folded can take the focus.
 *
 * @param {HTMLElement} part
 */
function reveal(part) {
  part.closest("details")?.setAttribute("open", "");
  part.focus();
}

/**
 * Show a document and its quotes. Escape in it leads back to the answer.
 *
 * @param {Citation[]} cited
 * @param {View} view
 */
function sourceView(cited, view) {
  const { texts } = view;
  const [first] = cited;
  const address = webAddress(first.quote_url);
  const numbers = cited.map(({ number }) => element("span", { class: "number" }, number.toString()));
  const wayOut = first.summary ? texts.summary_of : texts.original;
  return element(
    "details",
    { class: "source", onkeydown: backOnEscape },
    element(
      "summary",
      {},
      element("span", { class: "numbers" }, ...numbers),
      element("span", { class: "title", lang: first.language, dir: directionOf(first.language) }, first.title),
      element("span", { class: "origin" }, ...separated(originOf(first, view))),
    ),
    element("ol", {}, ...cited.map((citation) => quoteView(citation, view))),
    address &&
      element("p", { class: "ways" }, link(address, fill(wayOut, { site: siteName(address) }), texts.new_tab)),
  );
}

/**
 * @param {Citation} citation
 * @param {View} view
 */
function quoteView({ number, title, quote, page, language, view_url }, { texts, server }) {
  return element(
    "li",
    { value: number, tabindex: -1, "aria-label": fill(texts.source, { number, title }) },
    element("blockquote", { lang: language, dir: directionOf(language) }, element("mark", {}, quote)),
    element(
      "p",
      { class: "ways" },
      page !== null && element("span", {}, fill(texts.page, { number: page })),
      link(webAddress(view_url, server), texts.context, texts.new_tab, openViewer),
      element("button", { type: "button", class: "plain", hidden: true }, texts.back),
    ),
  );
}

/** @param {KeyboardEvent} event */
function backOnEscape(event) {
  const target = /** @type {Element} */ (event.target);
  const back = /** @type {HTMLButtonElement | null | undefined} */ (target.closest("li")?.querySelector(".plain"));
  if (event.key !== "Escape" || !back || back.hidden) return;
  event.preventDefault();
  event.stopPropagation();
  back.click();
}
