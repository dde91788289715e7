// <waymark-chat>: ask questions and read answers with their sources, on any site.
//
// Here: what the element holds and does. Left out: what stands around a conversation (panel.js), how an answer looks
// (answer.js) and how it comes in (asking.js). Nothing is stored, no cookie is set, and nothing is fetched but from the
// server of this file. What stands inside the element is shown until the widget is ready, and where it can't run.

import { turnView } from "./widget/answer.js";
import { ask, Fault } from "./widget/asking.js";
import { element, webAddress } from "./widget/dom.js";
import { leaveFor, onThreeShifts } from "./widget/leaving.js";
import { panelView } from "./widget/panel.js";
import { filled, languageOf, styleSheets, textsIn } from "./widget/texts.js";

/** @typedef {import("./widget/answer.js").Turn} Turn */

const MAX_QUESTION = 1000; // characters that the server takes
const MAX_TURNS = 5; // earlier turns that are sent along
const MAX_ANSWER = 2000; // characters of each of their answers
const NEUTRAL_SITE = "https://worldweather.wmo.int/"; // in all six languages
const NARROW = matchMedia("(max-width: 40rem)"); // there the panel takes the whole window, and is modal

class WaymarkChat extends HTMLElement {
  static observedAttributes = ["lang"];

  /** @type {Turn[]} */
  #turns = [];
  /** @type {WeakMap<Turn, HTMLElement>} */
  #shown = new WeakMap();
  /** @type {{turn: Turn, control: AbortController} | null} */
  #asking = null;
  #language = "";
  #texts = /** @type {import("./widget/texts.js").Texts} */ ({});
  /** @type {import("./widget/panel.js").Panel | null} null until texts and styles are here */
  #panel = null;
  #life = new AbortController();
  #isGiven = false; // whether the page came with an answer, and so with the question in its address

  connectedCallback() {
    this.#life = new AbortController();
    onThreeShifts(() => this.#isVisible && this.leave(), this.#life.signal);
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
    if (!this.#panel || this.#isVisible) return;
    this.#show();
    this.#panel.box.focus();
    this.#tell("open");
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
    const text = question.trim();
    const count = [...text].length;
    if (!this.#panel || this.#asking) return;
    this.#complain(
      (!count && this.#texts.empty) ||
        (count > MAX_QUESTION && filled(this.#texts.too_long, { limit: MAX_QUESTION, count })) ||
        "",
    );
    if (count && count <= MAX_QUESTION) await this.#put({ question: text, answer: null });
  }

  /** Forget the conversation. */
  clear() {
    this.#stop();
    this.#turns = [];
    if (this.#isGiven) history.replaceState(null, "", location.pathname);
    if (!this.#panel) return;
    this.#panel.log.replaceChildren();
    this.#panel.pending.replaceChildren();
    this.#panel.box.value = "";
    this.#panel.welcome.hidden = false;
    this.#panel.clear.hidden = true;
    this.#complain("");
    this.#tell("clear");
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

  get #view() {
    return {
      texts: this.#texts,
      language: this.#language,
      server: this.#server,
      contact: webAddress(this.getAttribute("contact"), location.href),
      ask: (/** @type {string} */ question) => void this.ask(question),
      retry: (/** @type {Turn} */ turn) => this.#retry(turn),
      copy: (/** @type {string} */ text) => void this.#copy(text),
    };
  }

  /** Fetch what the language needs, and draw; where that fails, what stands inside the element stays. */
  async #prepare() {
    const language = languageOf(this);
    try {
      const [texts, sheets] = await Promise.all([textsIn(language), styleSheets()]);
      if (!this.isConnected || language !== languageOf(this)) return; // a later call draws
      this.#texts = texts;
      this.#language = language;
      this.#draw(sheets);
    } catch {
      this.#tell("fault", { kind: "unreachable" });
    }
  }

  /** @param {CSSStyleSheet[]} sheets */
  #draw(sheets) {
    const before = this.#panel;
    const [wasOpen, wasChoosing] = [this.#isOpen, this.shadowRoot?.activeElement === before?.languages];
    const plain = this.querySelector("textarea"); // of the form that stood here until now
    const wasWriting = plain !== null && plain === document.activeElement;
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    const panel = panelView(
      {
        texts: this.#texts,
        language: this.#language,
        heading: this.getAttribute("heading") ?? "",
        inline: this.#isInline,
      },
      {
        open: () => (this.#isOpen ? this.close() : this.open()),
        close: () => this.close(),
        leave: () => this.leave(),
        clear: () => this.#clearByHand(),
        submit: () => this.#submit(),
        example: (question) => {
          panel.talk.focus();
          this.ask(question);
        },
        speak: (language) => this.setAttribute("lang", language),
      },
    );
    this.#panel = panel;
    if (!before) this.#takeOver();
    panel.box.value = (before?.box ?? plain)?.value ?? "";
    panel.welcome.hidden = this.#turns.length > 0;
    panel.clear.hidden = !panel.welcome.hidden;
    root.adoptedStyleSheets = sheets;
    root.replaceChildren(panel.whole);
    for (const turn of this.#turns) this.#add(turn);
    if (this.#asking) this.#drawPending();
    panel.panel.addEventListener("keydown", (event) => this.#closeOnEscape(/** @type {KeyboardEvent} */ (event)));
    panel.panel.addEventListener("close", () => this.#closed());
    if (wasOpen) this.#show();
    if (before && wasChoosing) panel.languages.focus();
    if (wasWriting) panel.box.focus();
    if (!before) this.#tell("ready");
  }

  /** Take over the answer that the page came with, and the place of what showed it. */
  #takeOver() {
    const given = this.querySelector('script[type="application/json"]');
    if (given?.textContent) {
      const answer = JSON.parse(given.textContent);
      this.#isGiven = true;
      this.#turns.push({ question: answer.question, answer });
    }
    this.replaceChildren();
  }

  #show() {
    const { panel, launcher } = /** @type {import("./widget/panel.js").Panel} */ (this.#panel);
    if (!(panel instanceof HTMLDialogElement)) return;
    const focused = this.shadowRoot?.activeElement;
    if (panel.open) panel.close();
    if (NARROW.matches) panel.showModal();
    else panel.show();
    if (focused instanceof HTMLElement) focused.focus();
    launcher.setAttribute("aria-expanded", "true");
  }

  #closed() {
    if (this.#isOpen) return; // it was only opened anew, in the way of the window's new width
    this.#panel?.launcher.setAttribute("aria-expanded", "false");
    this.#panel?.launcher.focus();
    this.#tell("close");
  }

  /** @param {KeyboardEvent} event */
  #closeOnEscape(event) {
    if (event.key === "Escape" && this.#isOpen) this.close();
  }

  #submit() {
    const { box } = /** @type {import("./widget/panel.js").Panel} */ (this.#panel);
    this.ask(box.value);
    if (this.#asking) box.value = "";
    else box.focus();
  }

  /** @param {Turn} turn */
  #retry(turn) {
    if (this.#asking) return;
    this.#turns = this.#turns.filter((other) => other !== turn);
    this.#shown.get(turn)?.remove();
    this.#panel?.talk.focus();
    this.#put({ question: turn.question, answer: null });
  }

  /** @param {Turn} turn */
  async #put(turn) {
    const asking = { turn, control: new AbortController() };
    this.#asking = asking;
    this.#panel?.send.setAttribute("aria-disabled", "true");
    this.#drawPending();
    this.#panel?.pending.scrollIntoView();
    this.#say(this.#texts.searching);
    this.#tell("question");
    try {
      const asked = { question: turn.question, history: this.#history() };
      const address = new URL("v1/ask", this.#server).href;
      turn.answer = await ask(address, asked, (sofar) => this.#progress(asking, sofar), asking.control);
    } catch (error) {
      turn.fault = /** @type {Fault} */ (error).kind;
    }
    if (this.#asking === asking) this.#finish(turn); // else it was cleared
  }

  /**
   * @param {{turn: Turn}} asking
   * @param {import("./widget/asking.js").Answer} sofar
   */
  #progress(asking, sofar) {
    if (this.#asking !== asking) return;
    asking.turn.answer = sofar;
    this.#drawPending();
  }

  /** Add the turn to the log as a whole, so that it is read out as a whole. @param {Turn} turn */
  #finish(turn) {
    this.#stop();
    this.#turns.push(turn);
    this.#panel?.pending.replaceChildren();
    this.#say("");
    const article = this.#add(turn);
    (article.querySelector(".help") ?? article).scrollIntoView();
    if (turn.fault) this.#tell("fault", { kind: turn.fault });
    else this.#tell("answer", { status: turn.answer?.status, sources: turn.answer?.citations.length });
  }

  /** @param {Turn} turn */
  #add(turn) {
    const article = turnView(turn, this.#view);
    this.#shown.set(turn, article);
    this.#panel?.log.append(article);
    return article;
  }

  #drawPending() {
    if (!this.#panel || !this.#asking) return;
    const searching = element("p", { class: "searching" }, this.#texts.searching);
    this.#panel.welcome.hidden = true;
    this.#panel.clear.hidden = false;
    this.#panel.pending.replaceChildren(turnView(this.#asking.turn, this.#view, false), searching);
  }

  #history() {
    const whole = this.#turns.filter(({ answer, fault }) => answer && !fault);
    return whole.slice(-MAX_TURNS).map(({ question, answer }) => ({
      question,
      answer: [...(answer?.text ?? "")].slice(0, MAX_ANSWER).join(""),
    }));
  }

  #stop() {
    this.#asking?.control.abort();
    this.#asking = null;
    this.#panel?.send.removeAttribute("aria-disabled");
  }

  #clearByHand() {
    this.clear();
    this.#say(this.#texts.cleared);
    this.#panel?.box.focus();
  }

  /** @param {string} text */
  async #copy(text) {
    const copied = await navigator.clipboard?.writeText(text).then(
      () => true,
      () => false,
    );
    this.#say(copied ? this.#texts.copied : this.#texts.not_copied, true);
  }

  /**
   * @param {string} text
   * @param {boolean} [seen]
   */
  #say(text, seen = false) {
    if (!this.#panel) return;
    this.#panel.status.textContent = text;
    this.#panel.status.className = seen ? "said" : "unseen";
  }

  /** @param {string} problem */
  #complain(problem) {
    if (!this.#panel) return;
    this.#panel.problem.textContent = problem;
    this.#panel.box.setAttribute("aria-invalid", String(problem !== ""));
  }

  /**
   * Tell the page around what happens; never what was asked or answered.
   *
   * @param {string} what
   * @param {object} [detail]
   */
  #tell(what, detail = {}) {
    this.dispatchEvent(new CustomEvent(`waymark-${what}`, { bubbles: true, composed: true, detail }));
  }
}

if (!customElements.get("waymark-chat")) customElements.define("waymark-chat", WaymarkChat);
