// Talking to POST /v1/chat: the request, the server-sent events of the answer, and its failures.

const IDLE_MS = 50_000; // the server sends a comment every 15 s; three missing ones mean it is gone
const MAX_BODY = 60_000; // bytes; the server accepts 64 kB

/** A failure with a German sentence for people; `retryAfter` is in seconds or null. */
export class ChatError extends Error {
  constructor(detail, { status = 0, retryAfter = null } = {}) {
    super(detail);
    this.name = "ChatError";
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

/**
 * Parser for text/event-stream that may be fed with any pieces of the text.
 * `push` returns the events that the piece completed as [{event, data}]; an event that the
 * stream leaves unfinished is dropped, as the standard says.
 */
export class EventStreamParser {
  #rest = "";
  #event = "";
  #data = [];
  #first = true;

  push(text) {
    if (this.#first && text !== "") {
      this.#first = false;
      if (text.startsWith("\uFEFF")) text = text.slice(1);
    }
    this.#rest += text;
    const found = [];
    let start = 0;
    const ends = /\r\n|\n|\r/g;
    for (let end = ends.exec(this.#rest); end !== null; end = ends.exec(this.#rest)) {
      // a CR at the very end may be the first half of a CRLF
      if (end[0] === "\r" && ends.lastIndex === this.#rest.length) break;
      const event = this.#line(this.#rest.slice(start, end.index));
      if (event !== null) found.push(event);
      start = ends.lastIndex;
    }
    this.#rest = this.#rest.slice(start);
    return found;
  }

  #line(line) {
    if (line === "") return this.#dispatch();
    const colon = line.indexOf(":");
    if (colon === 0) return null; // a comment keeps the connection alive
    const name = colon < 0 ? line : line.slice(0, colon);
    let value = colon < 0 ? "" : line.slice(colon + 1);
    if (value.startsWith(" ")) value = value.slice(1);
    if (name === "event") this.#event = value;
    else if (name === "data") this.#data.push(value);
    return null;
  }

  #dispatch() {
    const event = this.#data.length === 0
      ? null
      : { event: this.#event || "message", data: this.#data.join("\n") };
    this.#event = "";
    this.#data = [];
    return event;
  }
}

/** Yields the events of a response body as [name, parsed JSON]. */
export async function* readEvents(response, onBytes = () => {}) {
  const parser = new EventStreamParser();
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      onBytes();
      for (const { event, data } of parser.push(decoder.decode(value, { stream: true }))) {
        yield [event, parsed(data)];
      }
    }
  } finally {
    reader.cancel().catch(() => {}); // the reader may already be closed by an abort
  }
}

function parsed(data) {
  try {
    return JSON.parse(data);
  } catch {
    throw new ChatError("Der Server hat eine unlesbare Antwort gesendet.");
  }
}

/**
 * Asks and yields the contract's events as [name, data], at least one of them `done`.
 * Throws ChatError, or an AbortError when `signal` stopped the request.
 */
export async function* ask(request, signal) {
  const connection = new AbortController();
  let silent = false;
  let timer = 0;
  const alive = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      silent = true;
      connection.abort();
    }, IDLE_MS);
  };
  const stop = () => connection.abort();
  signal.addEventListener("abort", stop);
  alive();
  try {
    let finished = false;
    for await (const [name, data] of answer(request, connection.signal, alive)) {
      if (name === "error") throw problem(data, 0, null);
      finished ||= name === "done";
      yield [name, data];
      if (finished) return;
    }
    throw new ChatError("Die Verbindung ist abgebrochen, bevor die Antwort vollständig war.");
  } catch (error) {
    if (signal.aborted || error instanceof ChatError) throw error;
    throw new ChatError(
      silent
        ? "Der Server antwortet nicht mehr."
        : "Der Server ist nicht erreichbar. Bitte prüfen Sie die Verbindung.",
    );
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  }
}

async function* answer(request, signal, alive) {
  const response = await fetch("/v1/chat", {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "text/event-stream" },
    body: shortened(request),
    cache: "no-store",
    signal,
  });
  const type = response.headers.get("Content-Type") ?? "";
  if (!response.ok) {
    const body = type.includes("json") ? await response.json().catch(() => null) : null;
    throw problem(body, response.status, response.headers.get("Retry-After"));
  }
  if (type.startsWith("text/event-stream")) {
    yield* readEvents(response, alive);
  } else {
    yield ["done", parsed(await response.text())];
  }
}

/** The body as JSON, with the oldest messages of the history left out until it is small enough. */
function shortened(request) {
  let body = JSON.stringify(request);
  const history = [...(request.history ?? [])];
  while (history.length > 0 && new TextEncoder().encode(body).length > MAX_BODY) {
    history.splice(0, 2);
    body = JSON.stringify({ ...request, history });
  }
  return body;
}

const SENTENCES = {
  413: "Die Frage ist zu lang.",
  422: "Die Frage konnte nicht verarbeitet werden.",
  429: "Gerade kommen zu viele Anfragen.",
  503: "Der Server ist noch nicht bereit.",
};

function problem(body, status, retryHeader) {
  const fallback = SENTENCES[body?.status ?? status] ?? "Auf dem Server ist ein Fehler aufgetreten.";
  const detail = typeof body?.detail === "string" && body.detail !== "" ? body.detail : fallback;
  const seconds = Number.parseInt(retryHeader ?? "", 10);
  return new ChatError(detail, {
    status: body?.status ?? status,
    retryAfter: Number.isFinite(seconds) && seconds > 0 ? seconds : null,
  });
}
