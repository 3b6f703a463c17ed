// Server-sent events, read from the body of a response (EventSource cannot send a POST).

export interface ServerEvent {
  readonly event: string;
  readonly data: string;
}

/**
 * Parser for text/event-stream that may be fed with any pieces of the text. An event that the
 * stream leaves unfinished is dropped, as the standard says.
 */
export class EventStreamParser {
  #rest = "";
  #event = "";
  #data: string[] = [];
  #first = true;

  /** Takes a piece in; returns the events that it completed. */
  push(piece: string): ServerEvent[] {
    this.#rest += this.#first && piece.startsWith("\uFEFF") ? piece.slice(1) : piece;
    this.#first &&= piece === "";
    const found: ServerEvent[] = [];
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

  #line(line: string): ServerEvent | null {
    if (line === "") return this.#dispatch();
    const colon = line.indexOf(":");
    if (colon === 0) return null; // a comment keeps the connection alive
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (name === "event") this.#event = value;
    else if (name === "data") this.#data.push(value);
    return null;
  }

  #dispatch(): ServerEvent | null {
    const event =
      this.#data.length === 0 ? null : { event: this.#event || "message", data: this.#data.join("\n") };
    this.#event = "";
    this.#data = [];
    return event;
  }
}

/** Yields the events of a response body; `onBytes` is called for every piece that arrives. */
export async function* readEvents(body: ReadableStream<Uint8Array>, onBytes: () => void): AsyncGenerator<ServerEvent> {
  const parser = new EventStreamParser();
  const decoder = new TextDecoder();
  const reader = body.getReader();
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      onBytes();
      yield* parser.push(decoder.decode(value, { stream: true }));
    }
  } finally {
    reader.cancel().catch(() => undefined); // it may already be closed by an abort
  }
}
