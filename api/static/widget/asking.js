// Ask the server a question and hand on the answer as it comes in.

/**
 * @typedef {import("./api.d.ts").Answer} Answer
 * @typedef {import("./api.d.ts").AskRequest} AskRequest
 * @typedef {import("./api.d.ts").HelpCard} HelpCard
 * @typedef {import("./api.d.ts").TurnIn} TurnIn
 * @typedef {"offline" | "unreachable" | "busy" | "refused" | "failed" | "broken"} FaultKind
 */

const MAX_TURNS = 5; // earlier turns that are sent along
const MAX_ANSWER = 2000; // characters of each of their answers
const PATIENCE = 60_000; // milliseconds without a sign of life; the server gives one every 10 seconds

/**
 * Return what is sent along of earlier turns: the last that were answered, at a limited length, and before them the one
 * that called for help, by which the server knows for how long the card is to stay.
 *
 * @param {import("./answer.js").Turn[]} turns
 * @returns {TurnIn[]}
 */
export function historyOf(turns) {
  const heard = turns.filter(({ answer, fault, cried }) => (answer && !fault) || cried);
  const cry = heard.slice(0, -MAX_TURNS).find(({ answer, cried }) => cried || answer?.help);
  return [...(cry ? [cry] : []), ...heard.slice(-MAX_TURNS)].map(({ question, answer }) => ({
    question,
    answer: [...(answer?.text ?? "")].slice(0, MAX_ANSWER).join(""),
  }));
}

/** Why no complete answer came; `kind` names the text that says it, `help` is the card that the server sent instead. */
export class Fault extends Error {
  /** @param {FaultKind} kind @param {HelpCard | null} [help] */
  constructor(kind, help = null) {
    super(kind);
    this.kind = kind;
    this.help = help;
  }
}

/**
 * Ask, and return the complete answer. What has come in is handed on after each event.
 *
 * @param {string} address of `/v1/ask`
 * @param {AskRequest} body
 * @param {(answer: Answer | null, help?: HelpCard) => void} progress the card comes before the answer
 * @param {AbortController} control aborts when the asker leaves; aborted here after PATIENCE
 * @returns {Promise<Answer>}
 */
export async function ask(address, body, progress, control) {
  let timer = setTimeout(() => control.abort(), PATIENCE);
  const alive = () => {
    clearTimeout(timer);
    timer = setTimeout(() => control.abort(), PATIENCE);
  };
  try {
    const response = await send(address, body, control.signal);
    if (!response.ok || !response.body) throw new Fault(kindOf(response.status), await helpIn(response));
    if (!response.headers.get("content-type")?.startsWith("text/event-stream")) return await response.json();
    return await readAnswer(response.body, progress, alive);
  } catch (error) {
    throw error instanceof Fault ? error : new Fault("broken");
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Say whether an answer helped; return whether the server took it.
 *
 * @param {string} address
 * @param {import("./api.d.ts").FeedbackRequest} vote
 */
export async function sendVote(address, vote) {
  const response = await send(address, vote, AbortSignal.timeout(PATIENCE)).catch(() => null);
  return response?.ok ?? false;
}

/**
 * @param {string} address
 * @param {object} request
 * @param {AbortSignal} signal
 */
async function send(address, request, signal) {
  const headers = { "Content-Type": "application/json", Accept: "text/event-stream, application/json;q=0.9" };
  const body = JSON.stringify(request);
  try {
    return await fetch(address, { method: "POST", headers, body, signal, credentials: "omit", cache: "no-store" });
  } catch {
    throw new Fault(navigator.onLine ? "unreachable" : "offline");
  }
}

/**
 * Return the help card of a refusal; one from a proxy before the server holds none.
 *
 * @param {Response} response
 * @returns {Promise<HelpCard | null>}
 */
async function helpIn(response) {
  const problem = await response.json().catch(() => null);
  return problem?.help ?? null;
}

/**
 * @param {number} status
 * @returns {FaultKind}
 */
function kindOf(status) {
  if (status === 429 || status === 503) return "busy";
  return status >= 400 && status < 500 ? "refused" : "failed";
}

/**
 * Put an answer together from its events: all but statements and citations comes first, then those one by one. More
 * and nearest statements come with the complete answer.
 *
 * @param {ReadableStream<Uint8Array>} body
 * @param {(answer: Answer | null, help?: HelpCard) => void} progress
 * @param {() => void} alive
 */
async function readAnswer(body, progress, alive) {
  /** @type {Answer | null} */
  let answer = null;
  for await (const { name, data } of events(body, alive)) {
    const value = JSON.parse(data);
    if (name === "done") return /** @type {Answer} */ (value);
    if (name === "error") throw new Fault(kindOf(value.status), value.help);
    if (name === "status" && value.status === "searching" && value.help) progress(null, value.help);
    if (name === "status" && value.status !== "searching") {
      answer = { ...value, statements: [], more: [], nearest: [], citations: [] };
    }
    if (name === "citation") answer?.citations.push(value);
    if (name === "statement") answer?.statements.push(value);
    if (answer) progress(answer);
  }
  throw new Fault("broken");
}

/**
 * Read server-sent events. Comments are signs of life and no events; an event that is cut off is dropped.
 *
 * @param {ReadableStream<Uint8Array>} body
 * @param {() => void} alive called for whatever arrives
 */
export async function* events(body, alive = () => {}) {
  const reader = body.pipeThrough(/** @type {any} */ (new TextDecoderStream())).getReader();
  let rest = "";
  let name = "";
  /** @type {string[]} */
  let data = [];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    alive();
    const lines = (rest + value).split(/\r?\n/);
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const [, field, content] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
      if (field === "event") name = content;
      else if (field === "data") data.push(content);
      else if (line === "") {
        if (data.length) yield { name, data: data.join("\n") };
        [name, data] = ["", []];
      }
    }
  }
}
