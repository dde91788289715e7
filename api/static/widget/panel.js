// The panel around a conversation: launcher, header, welcome, log, form. Draws it and returns its parts; the conversation
// itself is the widget's.

import { element, icon } from "./dom.js";
import { directionOf, LANGUAGES } from "./texts.js";

const SPEECH = "M4 4h16v12H10l-5 4v-4H4z";
const CROSS = "M6 6l12 12M18 6L6 18";
const LIFEBELT = "M12 3a9 9 0 1 0 0 18 9 9 0 1 0 0-18zM12 8a4 4 0 1 0 0 8 4 4 0 1 0 0-8zM5.6 5.6l3.6 3.6M14.8 14.8l3.6 3.6M18.4 5.6l-3.6 3.6M9.2 14.8l-3.6 3.6";
const DOOR = "M10 4H4v16h6M9 12h11M15 7l5 5-5 5";
/** In a narrow window the panel fills it, and is modal. */
export const NARROW = matchMedia("(max-width: 40rem)");

/**
 * @typedef {{open: () => void, help: () => void, close: () => void, closed: () => void, leave: () => void, clear: () => void,
 *   submit: () => void, example: (question: string) => void, speak: (language: string) => void}} Actions
 * @typedef {ReturnType<typeof panelView>} Panel
 */

/**
 * @param {import("./texts.js").Texts} texts
 * @param {import("./help.js").Words} words of the help card
 * @param {string} language
 * @param {string} heading
 * @param {boolean} inline whether the panel stands in the page and not in a corner over it
 * @param {Actions} actions
 */
export function panelView(texts, words, language, heading, inline, actions) {
  const parts = {
    welcome: welcomeView(texts, words.limits, actions),
    cry: cryButton(words.button, actions, null),
    help: element("div", { class: "pinned", id: "help", hidden: true }),
    log: element("div", { class: "log", role: "log", "aria-label": texts.log }),
    pending: element("div", { class: "pending" }),
    status: element("p", { class: "unseen", role: "status" }),
    clear: element("button", { type: "button", class: "plain", hidden: true, onclick: actions.clear }, texts.clear),
    languages: languagesView(texts, language, actions),
    ...formView(texts, actions),
  };
  const note = element("p", { class: "note" }, texts.caution);
  const talk = element(
    "div",
    { class: "talk", role: "group", "aria-label": texts.conversation, tabindex: inline ? -1 : 0 },
    !inline && parts.welcome,
    parts.log,
    parts.pending,
    !inline && note,
    parts.clear,
  );
  const panel = element(
    inline ? "section" : "dialog",
    {
      class: inline ? "panel inline" : "panel",
      part: "panel",
      "aria-labelledby": "title",
      onkeydown: (event) => event.key === "Escape" && actions.close(),
      onclose: actions.closed,
    },
    element(
      "header",
      { class: "bar", part: "header" },
      element("h2", { id: "title" }, heading),
      !inline &&
        element("button", { type: "button", class: "close", "aria-label": texts.close, onclick: actions.close }, icon(CROSS)),
      parts.languages,
      parts.cry,
      element(
        "button",
        { type: "button", class: "leave", part: "leave", "aria-describedby": "leaving", onclick: actions.leave },
        icon(DOOR),
        texts.leave,
      ),
    ),
    parts.help,
    talk,
    parts.form,
    // In a page, the box comes first, so that it is in sight when the page opens.
    inline && element("div", { class: "below" }, note, parts.welcome),
    parts.status,
  );
  const launcher = element(
    "button",
    { type: "button", class: "launcher", part: "open", "aria-haspopup": "dialog", "aria-expanded": "false" },
    icon(SPEECH),
    texts.open,
  );
  launcher.addEventListener("click", actions.open);
  const corner = element("div", { class: "corner", part: "launcher" }, cryButton(words.button, actions, "dialog"), launcher);
  const root = element("div", { class: "waymark", lang: language, dir: directionOf(language) }, !inline && corner, panel);
  return { ...parts, talk, panel, launcher, root };
}

/**
 * @param {string} cry
 * @param {Actions} actions
 * @param {"dialog" | null} opens a dialog, or else the card in its place
 */
function cryButton(cry, actions, opens) {
  const expanded = opens ? null : "false";
  const attributes = { type: "button", class: "cry", part: "cry", "aria-haspopup": opens, "aria-expanded": expanded };
  return element("button", { ...attributes, onclick: actions.help }, icon(LIFEBELT), cry);
}

/**
 * Pin the help card above the conversation, or take it away.
 *
 * @param {Panel} panel
 * @param {HTMLElement | null} card
 */
export function pinHelp({ help, cry }, card) {
  help.hidden = card === null;
  help.replaceChildren(...(card ? [card] : []));
  cry.setAttribute("aria-expanded", String(card !== null));
}

/**
 * Open the panel as a dialog, or open it anew after the window has become narrow or wide.
 *
 * @param {Panel} panel
 * @param {Element | null | undefined} focused keeps the focus
 */
export function showDialog({ panel, launcher }, focused) {
  if (!(panel instanceof HTMLDialogElement)) return;
  if (panel.open) panel.close();
  if (NARROW.matches) panel.showModal();
  else panel.show();
  if (focused instanceof HTMLElement) focused.focus();
  launcher.setAttribute("aria-expanded", "true");
}

/**
 * Remove the conversation and what is written in the box.
 *
 * @param {Panel} panel
 */
export function emptyPanel(panel) {
  panel.log.replaceChildren();
  panel.pending.replaceChildren();
  panel.box.value = "";
  showWelcome(panel, true);
  showProblem(panel, "");
}

/**
 * Show the welcome instead of a conversation, or the other way round.
 *
 * @param {Panel} panel
 * @param {boolean} isEmpty whether there is no conversation
 */
export function showWelcome({ welcome, clear }, isEmpty) {
  welcome.hidden = !isEmpty;
  clear.hidden = isEmpty;
}

/**
 * Have a screen reader say a text; show it too where it is for everyone.
 *
 * @param {Panel} panel
 * @param {string} text
 * @param {boolean} [isVisible]
 */
export function announce({ status }, text, isVisible = false) {
  status.textContent = text;
  status.className = isVisible ? "said" : "unseen";
}

/**
 * Show what is wrong with the question in the box; "" where nothing is.
 *
 * @param {Panel} panel
 * @param {string} text
 */
export function showProblem({ problem, box }, text) {
  problem.textContent = text;
  box.setAttribute("aria-invalid", String(text !== ""));
}

/**
 * @param {import("./texts.js").Texts} texts
 * @param {string} limits what leaving the page does not do
 * @param {Actions} actions
 */
function welcomeView(texts, limits, actions) {
  const examples = texts.examples.map((question) =>
    element(
      "li",
      {},
      element("button", { type: "button", class: "choice", onclick: () => actions.example(question) }, question),
    ),
  );
  return element(
    "div",
    { class: "welcome" },
    element("p", { class: "lead", part: "lead" }, texts.welcome),
    element("p", { class: "emergency" }, texts.emergency),
    element("p", { id: "leaving" }, texts.leave_note, " ", limits),
    element("p", { class: "label", id: "examples" }, texts.examples_label),
    element("ul", { "aria-labelledby": "examples" }, ...examples),
  );
}

/**
 * @param {import("./texts.js").Texts} texts
 * @param {string} language
 * @param {Actions} actions
 */
function languagesView(texts, language, actions) {
  const options = Object.entries(LANGUAGES).map(([code, name]) =>
    element("option", { value: code, lang: code, selected: code === language }, name),
  );
  const languages = element("select", { class: "languages", "aria-label": texts.language }, ...options);
  languages.addEventListener("change", () => actions.speak(languages.value));
  return languages;
}

/**
 * @param {import("./texts.js").Texts} texts
 * @param {Actions} actions
 */
function formView(texts, actions) {
  const problem = element("p", { class: "problem", id: "problem", role: "alert" });
  const box = element("textarea", { id: "question", rows: 2, dir: "auto", "aria-describedby": "privacy problem" });
  const send = element("button", { type: "submit", class: "send", part: "send" }, texts.ask);
  const form = element(
    "form",
    { class: "ask", part: "form", novalidate: true, autocomplete: "off" },
    element("label", { for: "question" }, texts.question),
    element("p", { class: "hint", id: "privacy" }, texts.privacy),
    element("div", { class: "row" }, box, send),
    problem,
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    actions.submit();
  });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    actions.submit();
  });
  return { form, box, send, problem };
}
