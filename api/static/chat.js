// Asks without leaving the page. Without this file the form works too, and the answer comes as a new page.
// The server renders answers; here they are only added. Nothing is stored: a reload forgets the conversation.
"use strict";

const MAX_TURNS = 5;
const MAX_ANSWER = 2000; // characters of an earlier answer that are sent again
const PATIENCE = 60_000; // milliseconds

const form = document.getElementById("ask");
const box = document.getElementById("question");
const button = form.querySelector("button");
const log = document.getElementById("log");
const statusLine = document.getElementById("status");
let busy = false;

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (busy || !box.value.trim()) return;
  setBusy(true);
  say("Searching…");
  try {
    const turn = show(await fetchTurn(box.value));
    box.value = "";
    say(ending(turn.querySelectorAll(".source li").length));
    turn.scrollIntoView();
  } catch (problem) {
    // The question stays in its box, so that trying again is one press of the button.
    say(problem instanceof Refused ? problem.message : "No answer came. Please try again.", "error");
  } finally {
    setBusy(false);
  }
});

box.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  form.requestSubmit();
});

class Refused extends Error {}

async function fetchTurn(question) {
  const response = await fetch("/answer", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ question, history: history() }),
    signal: AbortSignal.timeout(PATIENCE),
  });
  if (response.status >= 400 && response.status < 500) throw new Refused((await response.json()).detail);
  if (!response.ok) throw new Error(response.statusText);
  return response.text();
}

function history() {
  return [...log.querySelectorAll(".turn")].slice(-MAX_TURNS).map(({ dataset }) => ({
    question: dataset.question,
    answer: [...dataset.answer].slice(0, MAX_ANSWER).join(""),
  }));
}

function show(html) {
  log.insertAdjacentHTML("beforeend", html); // the server escapes what it did not write, and no script in it runs
  return log.lastElementChild;
}

function ending(sources) {
  if (!sources) return "No answer was found.";
  return sources === 1 ? "Answer ready, 1 source." : `Answer ready, ${sources} sources.`;
}

function say(text, kind = "") {
  statusLine.textContent = text;
  statusLine.className = kind;
}

function setBusy(value) {
  busy = value;
  box.readOnly = value;
  button.setAttribute("aria-disabled", value);
  log.setAttribute("aria-busy", value);
}
