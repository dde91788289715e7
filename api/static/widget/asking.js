// Put a question to the server and hand on the answer as it comes in.

/**
 * @typedef {{text: string, subject?: string, citations: number[], is_item?: boolean}} Statement
 * @typedef {{number: number, document_id: string, title: string, url: string, publisher: string, published: string,
 *   summary?: boolean, language?: string, quote: string, view_url: string}} Citation
 * @typedef {{country?: string, service?: string, number?: string, languages?: string[], hours?: string, url?: string,
 *   source?: string, checked?: string, stale?: boolean}} HelpLine
 * @typedef {{title?: string, text?: string, emergency?: string, note?: string, lines?: HelpLine[]}} Help
 * @typedef {{status: string, question?: string, standalone_question?: string, language?: string, reason?: string,
 *   message?: string, short_answer?: string | null, statements: Statement[], citations: Citation[], text?: string,
 *   notes?: string[], help?: Help | string | null, related_questions?: string[]}} Answer
 * @typedef {{question: string, answer: string}} Past
 * @typedef {"offline" | "unreachable" | "busy" | "refused" | "failed" | "broken"} Kind
 */

const PATIENCE = 60_000; // milliseconds without a sign of life; the server gives one every 10 seconds

/** Why no whole answer came; `kind` names the text that tells it. */
export class Fault extends Error {
  /** @param {Kind} kind */
  constructor(kind) {
    super(kind);
    this.kind = kind;
  }
}

/**
 * Ask, and return the whole answer. What has come in is handed on after each event.
 *
 * @param {string} address of `/v1/ask`
 * @param {{question: string, history: Past[]}} asked
 * @param {(sofar: Answer) => void} progress
 * @param {AbortController} control aborts when the asker leaves; aborted here when patience ends
 * @returns {Promise<Answer>}
 */
export async function ask(address, asked, progress, control) {
  let timer = setTimeout(() => control.abort(), PATIENCE);
  const alive = () => {
    clearTimeout(timer);
    timer = setTimeout(() => control.abort(), PATIENCE);
  };
  try {
    const response = await send(address, asked, control.signal);
    if (!response.ok || !response.body) throw new Fault(kindOf(response.status));
    if (!response.headers.get("content-type")?.startsWith("text/event-stream")) return await response.json();
    return await wholeAnswer(response.body, progress, alive);
  } catch (error) {
    throw error instanceof Fault ? error : new Fault("broken");
  } finally {
    clearTimeout(timer);
  }
}

/**
 * @param {string} address
 * @param {object} asked
 * @param {AbortSignal} signal
 */
async function send(address, asked, signal) {
  const headers = { "Content-Type": "application/json", Accept: "text/event-stream, application/json;q=0.9" };
  const body = JSON.stringify(asked);
  try {
    return await fetch(address, { method: "POST", headers, body, signal, credentials: "omit", cache: "no-store" });
  } catch {
    throw new Fault(navigator.onLine ? "unreachable" : "offline");
  }
}

/**
 * @param {number} status
 * @returns {Kind}
 */
function kindOf(status) {
  if (status === 429 || status === 503) return "busy";
  return status >= 400 && status < 500 ? "refused" : "failed";
}

/**
 * @param {ReadableStream<Uint8Array>} body
 * @param {(sofar: Answer) => void} progress
 * @param {() => void} alive
 */
async function wholeAnswer(body, progress, alive) {
  /** @type {Answer} */
  let sofar = { status: "searching", statements: [], citations: [] };
  for await (const { name, data } of events(body, alive)) {
    const value = JSON.parse(data);
    if (name === "done") return /** @type {Answer} */ (value);
    if (name === "error") throw new Fault("failed");
    if (name === "status") sofar = { ...sofar, ...value };
    if (name === "citation") sofar.citations.push(value);
    if (name === "statement") sofar.statements.push(value);
    progress(sofar);
  }
  throw new Fault("broken");
}

/**
 * Read server-sent events. Comments only tell that the server lives; an event that is cut off is dropped.
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
