// Show one question and its answer. The same classes are used by `turn.html`, which does this without JavaScript.

import { element, link, webAddress } from "./dom.js";
import { filled, LANGUAGES, longDate } from "./texts.js";

/**
 * @typedef {import("./asking.js").Answer} Answer
 * @typedef {import("./asking.js").Citation} Citation
 * @typedef {import("./asking.js").Help} Help
 * @typedef {import("./asking.js").HelpLine} HelpLine
 * @typedef {import("./asking.js").Kind} Kind
 * @typedef {import("./asking.js").Statement} Statement
 * @typedef {{question: string, answer: Answer | null, fault?: Kind | null}} Turn
 * @typedef {{texts: import("./texts.js").Texts, language: string, server: string, contact: string,
 *   ask: (question: string) => void, retry: (turn: Turn) => void, copy: (text: string) => void}} View
 */

const LAST_WORD = /^(.*\s)?(\S{1,24})$/s; // that stays on one line with the marks after it
const UNANSWERED = ["no_evidence", "out_of_scope"];

/**
 * Show a turn. While its answer still comes in, nothing in it can take the focus, since it is drawn anew each time.
 *
 * @param {Turn} turn
 * @param {View} view
 * @param {boolean} [whole]
 */
export function turnView(turn, view, whole = true) {
  const { answer, fault } = turn;
  return element(
    "article",
    { class: "turn", part: "turn" },
    element("h3", { class: "question", lang: answer?.language, dir: "auto" }, turn.question),
    ...(answer ? answerParts(turn, answer, view, whole) : []),
    fault && faultView(turn, fault, view),
  );
}

/**
 * Return the answer as plain text with its sources, to be pasted elsewhere.
 *
 * @param {string} question
 * @param {Answer} answer
 * @param {View} view
 */
export function plainText(question, answer, view) {
  const statements = answer.statements.map(({ subject, text, citations, is_item }) => {
    const marks = citations.map((number) => `[${number}]`).join("");
    return `${is_item ? "- " : ""}${subject ? `[${subject}] ` : ""}${text} ${marks}`;
  });
  const sources = answer.citations.map((citation) => {
    const origin = [citation.title, ...originOf(citation, view), webAddress(citation.url, view.server)];
    return `[${citation.number}] ${origin.filter(Boolean).join(", ")}\n    “${citation.quote}”`;
  });
  const listed = `${view.texts.sources}\n${sources.join("\n")}`;
  const parts = [question, answer.short_answer, statements.join("\n"), answer.notes?.join("\n"), listed];
  return parts.filter(Boolean).join("\n\n");
}

/**
 * @param {Turn} turn
 * @param {Answer} answer
 * @param {View} view
 * @param {boolean} whole
 */
function answerParts({ question, fault }, answer, view, whole) {
  const { texts } = view;
  const understood = answer.standalone_question;
  const language = Object.hasOwn(LANGUAGES, answer.language ?? "") ? answer.language : "en"; // of the fixed texts
  const answers = answer.statements.length > 0;
  const message = answer.message || (answer.status === "partial" && texts.partial);
  const related = answer.related_questions ?? [];
  return [
    answer.help && helpView(answer.help, view, language),
    understood && understood !== question && understoodView(understood, answer, view),
    message && element("p", { class: answers ? "message" : "message alone", lang: language, dir: "auto" }, message),
    answer.short_answer && shortAnswerView(answer.short_answer, answer.citations[0]?.language, view),
    ...statementViews(answer, view, whole),
    ...(answer.notes ?? []).map((note) => element("p", { class: "remark", lang: language, dir: "auto" }, note)),
    whole && answers && sourcesView(answer.citations, view),
    whole && answers && !fault && copyButton(question, answer, view),
    whole && !answer.help && UNANSWERED.includes(answer.status) && unansweredView(view),
    whole && related.length > 0 && relatedView(related, view),
  ];
}

/**
 * @param {string} question
 * @param {Answer} answer
 * @param {View} view
 */
function understoodView(question, answer, view) {
  const quoted = element("q", { lang: answer.language, dir: "auto" }, question);
  return element("p", { class: "understood" }, `${view.texts.understood} `, quoted);
}

/**
 * @param {string} text
 * @param {string | undefined} language
 * @param {View} view
 */
function shortAnswerView(text, language, view) {
  return element(
    "p",
    { class: "short" },
    element("span", { class: "label" }, view.texts.short_answer),
    element("strong", { lang: language, dir: "auto" }, text),
  );
}

/**
 * Show statements as paragraphs and lists, each of one document.
 *
 * @param {Answer} answer
 * @param {View} view
 * @param {boolean} whole
 */
function statementViews(answer, view, whole) {
  /** @type {{key: string, is_item: boolean, lang: string | undefined, statements: Statement[]}[]} */
  const groups = [];
  const cited = (/** @type {number} */ number) => answer.citations.find((one) => one.number === number);
  for (const statement of answer.statements) {
    const is_item = statement.is_item ?? false;
    const source = cited(statement.citations[0]);
    const key = `${is_item} ${source?.document_id}`;
    if (groups.at(-1)?.key !== key) groups.push({ key, is_item, lang: source?.language, statements: [] });
    groups.at(-1)?.statements.push(statement);
  }
  /** @param {Statement} statement */
  const marked = ({ subject, text, citations }) => {
    const [, before, last] = LAST_WORD.exec(text) ?? [text, text, ""];
    const marks = citations.map((number) => mark(cited(number), view, whole));
    return [...(subject ? subjectView(subject, view) : []), before, element("span", { class: "together" }, last, ...marks)];
  };
  return groups.map(({ is_item, lang, statements }) =>
    is_item
      ? element(
          "ul",
          { class: "statements", lang, dir: "auto" },
          ...statements.map((one) => element("li", {}, ...marked(one))),
        )
      : element(
          "p",
          { class: "statements", lang, dir: "auto" },
          ...statements.flatMap((one) => [...marked(one), " "]),
        ),
  );
}

/**
 * Show the words that were added before a sentence so that it can be understood alone.
 *
 * @param {string} subject
 * @param {View} view
 */
function subjectView(subject, { texts, language }) {
  const told = element("span", { class: "unseen", lang: language }, ` (${texts.added})`);
  return [element("span", { class: "subject", title: texts.added }, "[", subject, told, "]"), " "];
}

/**
 * Make the mark of a citation: a button that opens its source and puts the focus there.
 *
 * @param {Citation | undefined} citation
 * @param {View} view
 * @param {boolean} whole
 */
function mark(citation, view, whole) {
  if (!citation) return null;
  const { number, title } = citation;
  if (!whole) return element("span", { class: "cite" }, number.toString());
  const name = filled(view.texts.source, { number, title });
  const button = element("button", { type: "button", class: "cite", "aria-label": name, lang: view.language });
  button.append(number.toString());
  button.addEventListener("click", () => {
    const quote = /** @type {HTMLElement | null | undefined} */ (
      button.closest(".turn")?.querySelector(`.source li[value="${number}"]`)
    );
    const back = quote?.querySelector("button");
    if (!quote || !back) return;
    quote.closest("details")?.setAttribute("open", "");
    back.hidden = false;
    back.onclick = () => button.focus();
    quote.focus();
  });
  return button;
}

/**
 * @param {Citation[]} citations
 * @param {View} view
 */
function sourcesView(citations, view) {
  /** @type {Map<string, Citation[]>} */
  const documents = new Map();
  for (const one of citations) documents.set(one.document_id, [...(documents.get(one.document_id) ?? []), one]);
  const cards = [...documents.values()].map((cited) => sourceView(cited, view));
  return element("section", { class: "sources", part: "sources" }, element("h4", {}, view.texts.sources), ...cards);
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
  const address = webAddress(first.url, view.server);
  const site = address && new URL(address).hostname.replace(/^www\./, "");
  const numbers = cited.map(({ number }) => element("span", { class: "number" }, number.toString()));
  const quotes = cited.map(({ number, quote, language, view_url }) =>
    element(
      "li",
      { value: number, tabindex: -1, "aria-label": filled(texts.source, { number, title: first.title }) },
      element("blockquote", { lang: language, dir: "auto" }, element("mark", {}, quote)),
      element(
        "p",
        { class: "ways" },
        link(webAddress(view_url, view.server), texts.context, texts.new_tab),
        element("button", { type: "button", class: "plain", hidden: true }, texts.back),
      ),
    ),
  );
  return element(
    "details",
    { class: "source", onkeydown: backOnEscape },
    element(
      "summary",
      {},
      element("span", { class: "numbers" }, ...numbers),
      element("span", { class: "title", lang: first.language, dir: "auto" }, first.title),
      element("span", { class: "origin" }, ...apart(originOf(first, view))),
    ),
    element("ol", {}, ...quotes),
    site &&
      element(
        "p",
        { class: "ways" },
        link(address, filled(first.summary ? texts.summary_of : texts.original, { site }), texts.new_tab),
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

/**
 * Tell of a document who published it and when, and that a summary is one.
 *
 * @param {Citation} citation
 * @param {View} view
 */
function originOf({ publisher, published, summary }, { texts, language }) {
  return [publisher, longDate(published ?? "", language), summary ? texts.summary : ""].filter(Boolean);
}

/**
 * Set facts beside each other, whichever way each of them is written.
 *
 * @param {(string | false | undefined)[]} facts
 */
function apart(facts) {
  return facts.flatMap((fact, place) => [place > 0 && "\u00a0· ", element("bdi", {}, fact)]);
}

/**
 * @param {string} question
 * @param {Answer} answer
 * @param {View} view
 */
function copyButton(question, answer, view) {
  const copy = () => view.copy(plainText(question, answer, view));
  return element("button", { type: "button", class: "plain", onclick: copy }, view.texts.copy);
}

/** @param {View} view */
function unansweredView({ texts, contact }) {
  return element("p", { class: "further" }, texts.unanswered, " ", contact && link(contact, texts.contact, texts.new_tab));
}

/**
 * @param {string[]} questions
 * @param {View} view
 */
function relatedView(questions, view) {
  const buttons = questions.map((question) => {
    const ask = () => view.ask(question);
    return element("li", {}, element("button", { type: "button", class: "choice", dir: "auto", onclick: ask }, question));
  });
  return element("section", { class: "related" }, element("h4", {}, view.texts.related), element("ul", {}, ...buttons));
}

/**
 * Show where a person at risk finds help: before anything else of the answer.
 *
 * @param {Help | string} help
 * @param {View} view
 * @param {string | undefined} language
 */
function helpView(help, view, language) {
  const { title, text, emergency, note, lines = [] } = typeof help === "string" ? { text: help } : help;
  return element(
    "section",
    { class: "help", part: "help", lang: language, dir: "auto" },
    element("h4", {}, title || view.texts.help),
    text && element("p", {}, text),
    emergency && element("p", { class: "emergency" }, emergency),
    lines.length > 0 && element("ul", {}, ...lines.map((line) => helpLineView(line, view))),
    note && element("p", {}, note),
    element("p", { class: "note", lang: view.language }, view.texts.leave_note),
  );
}

/**
 * @param {HelpLine} line
 * @param {View} view
 */
function helpLineView(line, view) {
  const { texts, language } = view;
  const dialled = (line.number ?? "").replace("(0)", "").replace(/[^\d+*#]/g, "");
  const address = webAddress(line.url, view.server);
  const spoken = line.languages?.join(", ");
  const facts = [
    line.hours && filled(texts.help_hours, { hours: line.hours }),
    spoken && filled(texts.help_languages, { languages: spoken }),
    line.checked && filled(texts.help_checked, { date: longDate(line.checked, language) }),
  ].filter(Boolean);
  return element(
    "li",
    { dir: "auto" },
    element("span", { class: "service" }, [line.country, line.service].filter(Boolean).join(": ")),
    dialled && element("a", { class: "dial", href: `tel:${dialled}`, dir: "ltr" }, line.number),
    address && link(address, new URL(address).hostname.replace(/^www\./, ""), texts.new_tab),
    facts.length > 0 && element("span", { class: "facts" }, ...apart(facts)),
    line.stale && element("strong", { class: "facts" }, texts.help_stale),
  );
}

/**
 * @param {Turn} turn
 * @param {Kind} fault
 * @param {View} view
 */
function faultView(turn, fault, view) {
  const retry = () => view.retry(turn);
  return element(
    "div",
    { class: "fault", part: "fault" },
    element("p", {}, view.texts[`fault_${fault}`]),
    fault !== "refused" && element("button", { type: "button", class: "choice", onclick: retry }, view.texts.retry),
  );
}
