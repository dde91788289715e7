// Show a question and its answer; `turn.html` does this without JavaScript, with the same classes.

import { chartView } from "./chart.js";
import { element, link, webAddress } from "./dom.js";
import { dialLink } from "./help.js";
import { openSource, originOf, sourcesView } from "./sources.js";
import { directionOf, fill, LANGUAGES } from "./texts.js";

/**
 * @typedef {import("./api.d.ts").Answer} Answer
 * @typedef {import("./api.d.ts").Citation} Citation
 * @typedef {import("./api.d.ts").Statement} Statement
 * @typedef {import("./asking.js").FaultKind} FaultKind
 * @typedef {import("./api.d.ts").HelpCard} HelpCard
 * @typedef {import("./api.d.ts").Topic} Topic
 * @typedef {import("./api.d.ts").TurnIn} TurnIn
 * @typedef {{question: string, history: TurnIn[], drop: string[], answer: Answer | null, fault?: FaultKind | null,
 *   help?: HelpCard | null, cried?: boolean, useful?: boolean | null}} Turn
 * @typedef {{texts: import("./texts.js").Texts, language: string, server: string, contact: string, folded: boolean,
 *   ask: (question: string) => void, again: (turn: Turn, drop: string[]) => void,
 *   copy: (text: string, copied: string, notCopied: string) => Promise<boolean>,
 *   vote: (turn: Turn, useful: boolean) => Promise<void>}} View
 */

// A telephone number as it is dialled from abroad or in a country, which no year, date or figure looks like.
const NUMBER = /(?<![\p{L}\d.,-])(?!\d\d[ -]\d\d[ -]\d{4})(?:\+\d|0\d)[\d ()-]{6,18}\d(?!\d)/u;
// Kept on one line with the citation marks after it: a telephone number, or a word that is not long.
const LAST_WORD = new RegExp(`^(.*? )??(${NUMBER.source}[^ ]?|[^ ]{1,24})$`, "su");
const UNANSWERED = ["no_evidence", "out_of_scope"];

/**
 * Show a turn. While its answer still comes in, nothing in it can take the focus, since it is drawn anew each time.
 *
 * @param {Turn} turn
 * @param {View} view
 * @param {boolean} [isComplete]
 */
export function turnView(turn, view, isComplete = true) {
  const { answer, fault } = turn;
  return element(
    "article",
    { class: "turn", part: "turn" },
    element("h3", { class: "question", lang: answer?.language, dir: directionOf(answer?.language) }, turn.question),
    ...(answer ? answerViews(turn, answer, view, isComplete) : []),
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
  const { texts } = view;
  const sources = answer.citations.map((citation) => {
    const page = citation.page !== null && fill(texts.page, { number: citation.page });
    const origin = [citation.title, ...originOf(citation, view), page, webAddress(citation.url)];
    return `[${citation.number}] ${origin.filter(Boolean).join(", ")}\n    “${citation.quote}”`;
  });
  const parts = [
    question,
    answer.short_answer,
    answer.text,
    linesUnder(texts.translated, answer.statements.flatMap(({ translation }) => translation || [])),
    answer.notes.join("\n"),
    linesUnder(texts.untold, answer.unanswered),
    linesUnder(texts.more, answer.more.map(markedText)),
    linesUnder(texts.nearest, answer.nearest.map(markedText)),
    linesUnder(texts.sources, sources),
  ];
  return parts.filter(Boolean).join("\n\n");
}

/**
 * @param {string} heading
 * @param {string[]} lines
 */
function linesUnder(heading, lines) {
  return lines.length > 0 && [heading, ...lines].join("\n");
}

/**
 * Write a statement as the server does in the text of an answer.
 *
 * @param {Statement} statement
 */
function markedText({ text, citations, is_item, subject, rest = [] }) {
  const marks = citations.map((number) => `[${number}]`).join("");
  const first = `${is_item ? "- " : ""}${subject ? `[${subject}] ` : ""}${text} ${marks}`;
  return [first, ...rest.map((item) => `- ${item} ${marks}`)].join("\n");
}

/**
 * @param {Turn} turn
 * @param {Answer} answer
 * @param {View} view
 * @param {boolean} isComplete
 */
function answerViews(turn, answer, view, isComplete) {
  const { question, fault } = turn;
  const { texts } = view;
  const folded = view.folded || answer.help !== null;
  const language = Object.hasOwn(LANGUAGES, answer.language) ? answer.language : "en"; // of the fixed texts
  const answers = answer.statements.length > 0;
  const cites = answer.citations.length > 0;
  const told = answer.statements.filter(({ language }) => language); // of figures, as their chart is
  const quoted = answer.statements.filter(({ language }) => !language);
  const message = answer.message || (answer.status === "partial" && texts.partial);
  const messageView =
    message && element("p", { class: answers ? "message" : "message alone", lang: language, dir: directionOf(language) }, message);
  const documents = [
    answers && messageView,
    answer.short_answer && shortAnswerView(answer.short_answer, answer.citations[0]?.language, view),
    ...statementViews(told, answer, view, isComplete),
    answer.chart && chartView(answer.chart, view, isComplete),
    ...statementViews(quoted, answer, view, isComplete),
    ...answer.notes.map((note) => element("p", { class: "remark", lang: language, dir: directionOf(language) }, note)),
    answer.unanswered.length > 0 && untoldView(answer, view),
    answer.more.length > 0 && moreView(answer, view, isComplete),
    answer.nearest.length > 0 && nearestView(answer, view, isComplete),
    isComplete && cites && sourcesView(answer.citations, view),
    isComplete && cites && !fault && copyButtons(question, answer, view),
  ];
  if (folded) return [!answers && messageView, cites && foldedView(documents, view)];
  return [
    ...answer.topics.map((topic) => topicView(topic, turn, view, isComplete)),
    answer.standalone_question !== answer.question && understoodView(answer, view),
    !answers && messageView,
    ...documents,
    isComplete && !fault && answer.takes_feedback && feedbackView(turn, view),
    isComplete && UNANSWERED.includes(answer.status) && unansweredView(view),
    isComplete && answer.related_questions.length > 0 && relatedView(answer.related_questions, view),
  ];
}

/**
 * Show what a question took over from those before it, with a button that asks it again without that.
 *
 * @param {Topic} topic
 * @param {Turn} turn
 * @param {View} view
 * @param {boolean} isComplete
 */
function topicView({ id, label }, turn, { texts, again }, isComplete) {
  const name = fill(texts.drop, { label });
  const drop = () => again(turn, [...turn.drop, id]);
  const attributes = { type: "button", class: "drop", "aria-label": name, title: name, onclick: drop };
  return element(
    "p",
    { class: "topic" },
    element("span", {}, `${texts.topic} `, element("bdi", {}, label)),
    isComplete && element("button", attributes, "×"),
  );
}

/**
 * Fold what the documents say, which may frighten a person at risk, until it is asked for.
 *
 * @param {import("./dom.js").Child[]} documents
 * @param {View} view
 */
function foldedView(documents, { texts }) {
  return element("details", { class: "more documents" }, element("summary", {}, texts.documents), ...documents);
}

/**
 * @param {Answer} answer
 * @param {View} view
 */
function understoodView({ standalone_question, language }, { texts }) {
  const quoted = element("q", { lang: language, dir: directionOf(language) }, standalone_question);
  return element("p", { class: "understood" }, `${texts.understood} `, quoted);
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
    element("strong", { lang: language, dir: directionOf(language) }, text),
  );
}

/**
 * Show statements as paragraphs and lists, each of a single document, or of several where it is told and not quoted.
 *
 * @param {Statement[]} statements
 * @param {Answer} answer
 * @param {View} view
 * @param {boolean} isComplete
 */
function statementViews(statements, { citations, language: asked }, view, isComplete) {
  /** @type {{key: string, is_item: boolean, lang: string | undefined, statements: Statement[]}[]} */
  const groups = [];
  const cited = (/** @type {number} */ number) => citations.find((citation) => citation.number === number);
  for (const statement of statements) {
    const { is_item, language } = statement;
    const source = cited(statement.citations[0]);
    const key = `${is_item} ${language || source?.document_id}`;
    if (groups.at(-1)?.key !== key) groups.push({ key, is_item, lang: language || source?.language, statements: [] });
    groups.at(-1)?.statements.push(statement);
  }
  /** @param {Statement} statement */
  const marked = (statement) => {
    const [, before, last] = LAST_WORD.exec(statement.text) ?? [null, statement.text, ""];
    const marks = statement.citations.map((number) => markView(cited(number), view, isComplete));
    const subject = statement.subject ? subjectView(statement.subject, view) : [];
    const shown = (/** @type {string | undefined} */ text) => (isComplete ? withLinks(text ?? "") : [text]);
    const translation = statement.translation ? [translationView(statement.translation, asked, view)] : [];
    return [...subject, ...shown(before), element("span", { class: "together" }, ...shown(last), ...marks), ...translation];
  };
  return groups.map((group) => {
    const attributes = { class: "statements", lang: group.lang, dir: directionOf(group.lang) };
    return group.is_item
      ? element("ul", attributes, ...group.statements.flatMap((statement) => itemViews(statement, marked(statement), view)))
      : element("p", attributes, ...group.statements.flatMap((statement) => [...marked(statement), " "]));
  });
}

/**
 * Show a translation under the sentence that it is of, marked as what it is.
 *
 * @param {string} text
 * @param {string} language
 * @param {View} view
 */
function translationView(text, language, view) {
  const label = element("span", { class: "label", lang: view.language, dir: directionOf(view.language) }, view.texts.translated);
  return element("span", { class: "translation", lang: language, dir: directionOf(language) }, label, " ", text);
}

/**
 * Show a list item, and behind it, folded, those that its list has besides.
 *
 * @param {Statement} statement
 * @param {import("./dom.js").Child[]} marked
 * @param {View} view
 */
function itemViews({ rest = [] }, marked, { texts, language }) {
  const item = element("li", {}, ...marked);
  if (rest.length === 0) return [item];
  const summary = element("summary", { lang: language, dir: directionOf(language) }, fill(texts.rest, { count: rest.length }));
  const items = element("ul", {}, ...rest.map((text) => element("li", {}, text)));
  return [item, element("li", { class: "rest" }, element("details", {}, summary, items))];
}

/**
 * Say for which parts of the question nothing was found in the documents, in its words.
 *
 * @param {Answer} answer
 * @param {View} view
 */
function untoldView({ unanswered, language }, { texts }) {
  const quoted = unanswered.flatMap((part) => [" ", element("q", { lang: language, dir: "auto" }, part)]);
  return element("p", { class: "remark" }, texts.untold, ...quoted);
}

/**
 * Make links of the telephone numbers in a text.
 *
 * @param {string} text
 */
function withLinks(text) {
  return text.split(new RegExp(`(${NUMBER.source})`, "u")).map((part, place) => (place % 2 ? dialLink(part) : part));
}

/**
 * Show statements that only add to the answer, folded.
 *
 * @param {Answer} answer
 * @param {View} view
 * @param {boolean} isComplete
 */
function moreView(answer, view, isComplete) {
  const summary = element("summary", {}, view.texts.more);
  return element("details", { class: "more" }, summary, ...statementViews(answer.more, answer, view, isComplete));
}

/**
 * Show beside a refusal what the documents hold that is nearest to the question.
 *
 * @param {Answer} answer
 * @param {View} view
 * @param {boolean} isComplete
 */
function nearestView(answer, view, isComplete) {
  const heading = element("h4", {}, view.texts.nearest);
  return element("section", { class: "nearest" }, heading, ...statementViews(answer.nearest, answer, view, isComplete));
}

/**
 * Show the subject that was added before a sentence so that it can be understood alone.
 *
 * @param {string} subject
 * @param {View} view
 */
function subjectView(subject, { texts, language }) {
  const note = element("span", { class: "unseen", lang: language }, ` (${texts.added})`);
  return [element("span", { class: "subject", title: texts.added }, "[", subject, note, "]"), " "];
}

/**
 * Show the mark of a citation: a button that opens its source and puts the focus there.
 *
 * @param {Citation | undefined} citation
 * @param {View} view
 * @param {boolean} isComplete
 */
function markView(citation, view, isComplete) {
  if (!citation) return null;
  const { number, title } = citation;
  if (!isComplete) return element("span", { class: "cite" }, number.toString());
  const name = fill(view.texts.source, { number, title });
  const attributes = { type: "button", class: "cite", "aria-label": name, lang: view.language };
  const button = element("button", attributes, number.toString());
  button.addEventListener("click", () => openSource(button, number));
  return button;
}

/**
 * Show a button that copies an answer with its sources, and one that copies the address of its quotes, or gives way to
 * a link where that is not allowed. This one stands neither where nothing is answered nor beside a help card, since who
 * gets one may be watched.
 *
 * @param {string} question
 * @param {Answer} answer
 * @param {View} view
 */
function copyButtons(question, answer, view) {
  const { texts, server } = view;
  const address = answer.statements.length > 0 && !answer.help && webAddress(answer.permalink, server);
  const copy = () => view.copy(plainText(question, answer, view), texts.copied, texts.not_copied);
  const button = element("button", { type: "button", class: "plain" }, texts.copy_link);
  button.onclick = async () => {
    if (!address || (await view.copy(address, texts.link_copied, texts.link_not_copied))) return;
    const shown = link(address, texts.permalink, texts.new_tab);
    button.replaceWith(shown);
    shown.focus();
  };
  return element(
    "p",
    { class: "ways" },
    element("button", { type: "button", class: "plain", onclick: copy }, texts.copy),
    address && button,
  );
}

/**
 * Show two buttons that say whether the answer helped. The first press counts; if it does not arrive, the next.
 *
 * @param {Turn} turn
 * @param {View} view
 */
function feedbackView(turn, { texts, vote }) {
  const buttons = [true, false].map((useful) => {
    const press = async () => {
      if (typeof turn.useful === "boolean") return;
      turn.useful = useful;
      const sent = vote(turn, useful);
      draw();
      await sent;
      draw();
    };
    return element("button", { type: "button", class: "plain", onclick: press }, useful ? texts.helped : texts.not_helped);
  });
  const draw = () => {
    for (const [place, button] of buttons.entries()) button.setAttribute("aria-pressed", String(turn.useful === !place));
  };
  draw();
  return element("p", { class: "ways" }, ...buttons);
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
 * @param {Turn} turn
 * @param {FaultKind} fault
 * @param {View} view
 */
function faultView(turn, fault, view) {
  const retry = () => view.again(turn, turn.drop);
  return element(
    "div",
    { class: "fault", part: "fault" },
    element("p", {}, view.texts[`fault_${fault}`]),
    fault !== "refused" && element("button", { type: "button", class: "choice", onclick: retry }, view.texts.retry),
  );
}
