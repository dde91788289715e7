// <waymark-chat>: ask questions and read answers with their sources, on any site.
//
// Here: the state of a conversation and the methods of the element. Left out: the panel around it (panel.js), how an
// answer looks (answer.js) and how it is fetched (asking.js). Nothing is stored, no cookie is set, and nothing is fetched
// but from the server of this file. The content of the element is shown until the widget is ready, and where it can't run.

import { turnView } from "./widget/answer.js";
import { ask, Fault, historyOf, sendVote } from "./widget/asking.js";
import { element, webAddress } from "./widget/dom.js";
import { helpView } from "./widget/help.js";
import { leaveFor, onThreeShifts } from "./widget/leaving.js";
import { announce, emptyPanel, NARROW, panelView, pinHelp, showDialog, showProblem, showWelcome } from "./widget/panel.js";
import "./widget/sources.js"; // for answer.js: asked for here, it comes with the others on a slow line
import { fill, helpBookIn, LANGUAGES, languageOf, styleSheets, textsIn } from "./widget/texts.js";

/** @typedef {import("./widget/answer.js").Turn} Turn */
/** @typedef {import("./widget/help.js").HelpBook} HelpBook */
/** @typedef {import("./widget/help.js").HelpCard} HelpCard */
/** @typedef {import("./widget/panel.js").Panel} Panel */

const MAX_QUESTION = 1000; // characters that the server reads
const NEUTRAL_SITE = "https://worldweather.wmo.int/"; // in all six languages

class WaymarkChat extends HTMLElement {
  static observedAttributes = ["lang"];

  /** @type {Turn[]} */
  #turns = [];
  /** @type {{turn: Turn, control: AbortController} | null} */
  #asking = null;
  #language = "";
  #texts = /** @type {import("./widget/texts.js").Texts} */ ({});
  #book = /** @type {HelpBook} */ ({});
  /** @type {{card: HelpCard, book: HelpBook} | null} what is pinned above the conversation */
  #help = null;
  #cried = false; // whether a message called for help: what documents say stays folded then
  /** @type {Panel | null} null until texts and styles are loaded */
  #panel = null;
  /** @type {(() => void)[]} what was asked of the element before there was a panel */
  #early = [];
  #life = new AbortController();

  connectedCallback() {
    this.#life = new AbortController();
    onThreeShifts(() => this.#isVisible && this.leave(), this.#life.signal);
    // A page that is left may come back as it was, by Back, to whoever sits there then.
    addEventListener("pagehide", () => this.clear(), { signal: this.#life.signal });
    NARROW.addEventListener("change", () => this.#isOpen && this.#show(), { signal: this.#life.signal });
    this.#prepare();
  }

  disconnectedCallback() {
    this.#life.abort();
    this.#stop();
  }

  attributeChangedCallback() {
    if (this.isConnected) this.#prepare();
  }

  /** Open the panel and put the focus into the box. */
  open() {
    if (!this.#panel) return void this.#early.push(() => this.open());
    if (this.#isVisible) return;
    this.#show();
    this.#panel.box.focus();
    this.#dispatch("open");
  }

  /** Open the help card, which needs no server. */
  help() {
    if (!this.#panel) return void this.#early.push(() => this.help());
    this.open();
    this.#pin(this.#book.card, this.#book);
    this.#focusHelp();
  }

  /** Close the panel; the conversation stays. */
  close() {
    if (this.#panel?.panel instanceof HTMLDialogElement) this.#panel.panel.close();
  }

  /**
   * Ask as if the question had been written into the box. One question is answered at a time.
   *
   * @param {string} question
   */
  async ask(question) {
    if (!this.#panel) return void this.#early.push(() => void this.ask(question));
    if (this.#asking) return;
    const text = question.trim();
    const count = [...text].length;
    const problem =
      (!count && this.#texts.empty) ||
      (count > MAX_QUESTION && fill(this.#texts.too_long, { limit: MAX_QUESTION, count })) ||
      "";
    showProblem(this.#panel, problem);
    // Nobody judges what is not sent, and who writes a long story may be in danger.
    if (count > MAX_QUESTION && !this.#help) {
      this.#pin(this.#book.card, this.#book);
      this.#panel.help.scrollIntoView();
    }
    if (!problem) await this.#ask(this.#panel, this.#turnOf(text));
  }

  /** Forget the conversation. */
  clear() {
    this.#stop();
    this.#early = [];
    this.#turns = [];
    this.#help = null;
    this.#cried = false;
    if (!this.#panel) return;
    emptyPanel(this.#panel);
    pinHelp(this.#panel, null);
    this.#dispatch("clear");
  }

  /** Forget the conversation and replace the page by a neutral one. The browser's history still shows the visit. */
  leave() {
    this.clear();
    leaveFor(webAddress(this.getAttribute("exit"), location.href) || NEUTRAL_SITE);
  }

  get #isInline() {
    return this.hasAttribute("inline");
  }

  get #isOpen() {
    return this.#panel?.panel instanceof HTMLDialogElement && this.#panel.panel.open;
  }

  get #isVisible() {
    return this.#isInline || this.#isOpen;
  }

  get #server() {
    return new URL(this.getAttribute("server") || ".", import.meta.url).href;
  }

  /** @returns {import("./widget/answer.js").View} */
  get #view() {
    return {
      texts: this.#texts,
      language: this.#language,
      server: this.#server,
      contact: webAddress(this.getAttribute("contact"), location.href),
      folded: this.#cried,
      ask: (question) => void this.ask(question),
      again: (turn, drop) => this.#askAgain(turn, drop),
      copy: (text, copied, notCopied) => this.#copy(text, copied, notCopied),
      vote: (turn, useful) => this.#vote(turn, useful),
    };
  }

  /** @returns {import("./widget/panel.js").Actions} */
  get #actions() {
    return {
      open: () => (this.#isOpen ? this.close() : this.open()),
      help: () => this.#toggleHelp(),
      close: () => this.close(),
      closed: () => this.#closed(),
      leave: () => this.leave(),
      clear: () => this.#clearByHand(),
      submit: () => this.#submit(),
      example: (question) => {
        this.#panel?.talk.focus();
        this.ask(question);
      },
      speak: (language) => this.setAttribute("lang", language),
    };
  }

  /** Fetch what the language needs, and draw; where that fails, the content of the element stays. */
  async #prepare() {
    const language = languageOf(this);
    try {
      const [texts, sheets, book] = await Promise.all([textsIn(language), styleSheets(), helpBookIn(language)]);
      if (!this.isConnected || language !== languageOf(this)) return; // a later call draws
      if (this.#help && this.#help.card === this.#book.card) this.#help = { card: book.card, book };
      this.#texts = texts;
      this.#book = book;
      this.#language = language;
      this.#draw(sheets);
    } catch {
      this.#dispatch("fault", { kind: "unreachable" });
    }
  }

  /** @param {CSSStyleSheet[]} sheets */
  #draw(sheets) {
    const before = this.#panel;
    const [wasOpen, wasChoosing] = [this.#isOpen, this.shadowRoot?.activeElement === before?.languages];
    const formBox = this.querySelector("textarea"); // of the form that the page came with
    const wasWriting = formBox !== null && formBox === document.activeElement;
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    const heading = this.getAttribute("heading") || this.#texts.title;
    const panel = panelView(this.#texts, this.#book.texts, this.#language, heading, this.#isInline, this.#actions);
    this.#panel = panel;
    if (!before) this.#takeOver();
    panel.box.value = (before?.box ?? formBox)?.value ?? "";
    showWelcome(panel, this.#turns.length === 0);
    root.adoptedStyleSheets = sheets;
    root.replaceChildren(panel.root);
    if (this.#help) this.#pin(this.#help.card, this.#help.book);
    for (const turn of this.#turns) this.#add(panel, turn);
    if (this.#asking) this.#drawPending(panel, this.#asking.turn);
    if (wasOpen) this.#show();
    if (before && wasChoosing) panel.languages.focus();
    if (wasWriting) panel.box.focus();
    if (before) return;
    this.#dispatch("ready");
    for (const call of this.#early.splice(0)) call();
  }

  /** Take over the answer that the page came with, and replace the content of the element. */
  #takeOver() {
    const json = this.querySelector('script[type="application/json"]')?.textContent;
    if (json) {
      const answer = JSON.parse(json);
      history.replaceState(history.state, ""); // so that Reload does not post the question again
      this.#turns.push({ ...this.#turnOf(answer.question), answer });
      if (answer.help) this.#hear(answer.help, answer.language);
    }
    this.replaceChildren();
  }

  /** Pin the card of a message that calls for help, whole in the language of its answer. */
  async #hear(/** @type {HelpCard} */ card, /** @type {string} */ language) {
    this.#cried = true;
    this.#pin(card, this.#book); // at once; its other texts follow in the language, if they can be had
    const spoken = Object.hasOwn(LANGUAGES, language) ? language : "en";
    const book = spoken === this.#book.language ? this.#book : await helpBookIn(spoken).catch(() => this.#book);
    if (this.#help?.card === card) this.#pin(card, book);
  }

  /** @param {HelpCard} card @param {HelpBook} book */
  #pin(card, book) {
    this.#help = { card, book };
    const region = this.getAttribute("help-country")?.toUpperCase() ?? "";
    if (this.#panel) pinHelp(this.#panel, helpView(card, book, region, this.#texts.new_tab));
  }

  #toggleHelp() {
    if (!this.#panel || !this.#help || !this.#isVisible) return this.help();
    this.#help = null;
    pinHelp(this.#panel, null);
  }

  #focusHelp() {
    const title = /** @type {HTMLElement | null | undefined} */ (this.#panel?.help.querySelector("h3"));
    title?.focus();
    this.#panel?.help.scrollIntoView();
  }

  #show() {
    if (this.#panel) showDialog(this.#panel, this.shadowRoot?.activeElement);
  }

  #closed() {
    if (this.#isOpen) return; // it was only opened anew, since the window became narrow or wide
    this.#panel?.launcher.setAttribute("aria-expanded", "false");
    this.#panel?.launcher.focus();
    this.#dispatch("close");
  }

  #submit() {
    const { box } = /** @type {Panel} */ (this.#panel);
    if (this.#asking) return; // what was written meanwhile stays in the box
    this.ask(box.value);
    if (this.#asking) box.value = "";
    else box.focus();
  }

  /** Begin the turn of a question, after all turns until now. @param {string} question @returns {Turn} */
  #turnOf(question) {
    return { question, history: historyOf(this.#turns), drop: [], answer: null };
  }

  /**
   * Remove a turn, and ask its question again, after the turns that were before it, without some topics.
   *
   * @param {Turn} turn
   * @param {string[]} drop
   */
  #askAgain(turn, drop) {
    if (this.#asking || !this.#panel) return;
    const place = this.#turns.indexOf(turn);
    this.#turns.splice(place, 1);
    this.#panel.log.children[place].remove();
    this.#panel.talk.focus();
    this.#ask(this.#panel, { question: turn.question, history: turn.history, drop, answer: null });
  }

  /** @param {Panel} panel @param {Turn} turn */
  async #ask(panel, turn) {
    const asking = { turn, control: new AbortController() };
    const pinned = JSON.stringify(this.#help?.card);
    this.#asking = asking;
    panel.send.setAttribute("aria-disabled", "true");
    this.#drawPending(panel, turn);
    panel.pending.scrollIntoView();
    announce(panel, this.#texts.searching);
    this.#dispatch("question");
    const address = new URL("v1/ask", this.#server).href;
    /** @type {Parameters<typeof ask>[2]} */
    const progress = (answer, help) => {
      if (this.#asking !== asking) return;
      Object.assign(turn, { answer, help });
      const card = answer?.help ?? help;
      turn.cried ||= Boolean(card); // even where the answer breaks off
      if (card && !this.#cried) this.#hear(card, answer?.language ?? this.#language);
      if (this.#panel) this.#drawPending(this.#panel, turn);
    };
    try {
      const body = { question: turn.question, history: turn.history, drop: turn.drop };
      turn.answer = await ask(address, body, progress, asking.control);
    } catch (error) {
      ({ kind: turn.fault, help: turn.help } = /** @type {Fault} */ (error));
    }
    if (this.#asking === asking) this.#finish(turn, pinned); // else it was cleared
  }

  /**
   * Add the complete turn to the log at once, so that it is read out in one piece.
   *
   * @param {Turn} turn
   * @param {string | undefined} pinned the card that was pinned when the turn was asked: after a cry each answer has it
   */
  #finish(turn, pinned) {
    this.#stop();
    this.#turns.push(turn);
    const { answer, fault } = turn;
    const isPinned = Boolean(answer?.help) && JSON.stringify(answer?.help) === pinned;
    const helps = !isPinned && Boolean(answer?.help || turn.help || (fault && fault !== "refused"));
    if (answer?.help && !isPinned) this.#hear(answer.help, answer.language);
    else if (helps && !this.#cried) this.#pin(turn.help ?? this.#book.card, this.#book);
    if (this.#panel) {
      this.#panel.pending.replaceChildren();
      if (fault === "refused") this.#panel.box.value ||= turn.question; // to be changed
      announce(this.#panel, helps ? this.#help?.card.title ?? "" : "");
      const article = this.#add(this.#panel, turn);
      article.scrollIntoView();
      if (helps) this.#panel.help.scrollIntoView();
    }
    if (turn.fault) this.#dispatch("fault", { kind: turn.fault });
    else this.#dispatch("answer", { status: turn.answer?.status, sources: turn.answer?.citations.length });
  }

  /** @param {Panel} panel @param {Turn} turn */
  #add(panel, turn) {
    const article = turnView(turn, this.#view);
    panel.log.append(article);
    return article;
  }

  /** @param {Panel} panel @param {Turn} turn */
  #drawPending(panel, turn) {
    const searching = element("p", { class: "searching" }, this.#texts.searching);
    showWelcome(panel, false);
    panel.pending.replaceChildren(turnView(turn, this.#view, false), searching);
  }

  #stop() {
    this.#asking?.control.abort();
    this.#asking = null;
    this.#panel?.send.removeAttribute("aria-disabled");
  }

  #clearByHand() {
    this.clear();
    if (!this.#panel) return;
    announce(this.#panel, this.#texts.cleared);
    this.#panel.box.focus();
  }

  /** @param {string} text @param {string} copied @param {string} notCopied what is said then */
  async #copy(text, copied, notCopied) {
    const isCopied = Boolean(await navigator.clipboard?.writeText(text).then(() => true, () => false));
    if (this.#panel) announce(this.#panel, isCopied ? copied : notCopied, true);
    return isCopied;
  }

  /** @param {Turn} turn @param {boolean} useful */
  async #vote(turn, useful) {
    const address = new URL("v1/feedback", this.#server).href;
    const taken = await sendVote(address, { answer_id: turn.answer?.id ?? "", useful });
    if (!taken) turn.useful = null;
    if (this.#panel) announce(this.#panel, taken ? this.#texts.thanks : this.#texts.fault_failed, true);
  }

  /**
   * Dispatch an event to the page around; it never holds what was asked or answered.
   *
   * @param {string} name
   * @param {object} [detail]
   */
  #dispatch(name, detail = {}) {
    this.dispatchEvent(new CustomEvent(`waymark-${name}`, { bubbles: true, composed: true, detail }));
  }
}

if (!customElements.get("waymark-chat")) customElements.define("waymark-chat", WaymarkChat);
