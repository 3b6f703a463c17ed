// Talking to the server: questions, votes, what it knows. Every failure is a ChatError.

import { isAnswer, type Answer, type ChatRequest, type Citation, type Context, type Sentence, type Site } from "./contract.ts";
import { readEvents } from "./event_stream.ts";

const IDLE_MS = 50_000; // the server sends a comment every 15 s; three missing ones mean it is gone
const MAX_BODY = 60_000; // bytes; the server accepts 64 kB

export type Fault = "unreachable" | "silent" | "broken" | "unreadable" | "tooLong" | "invalid" | "busy" | "notReady" | "server";

const FAULTS: Readonly<Record<number, Fault>> = { 413: "tooLong", 422: "invalid", 429: "busy", 503: "notReady" };

/** A failure; `detail` is the server's own German sentence, `retryAfter` is in seconds. */
export class ChatError extends Error {
  constructor(
    readonly fault: Fault,
    readonly detail = "",
    readonly retryAfter: number | null = null,
  ) {
    super(detail || fault);
    this.name = "ChatError";
  }
}

export type AnswerEvent =
  | { readonly name: "status"; readonly stage: string }
  | { readonly name: "token"; readonly text: string }
  | { readonly name: "sentence"; readonly sentence: Sentence }
  | { readonly name: "citation"; readonly citation: Citation }
  | { readonly name: "replace"; readonly answer: string }
  | { readonly name: "done"; readonly answer: Answer };

/**
 * The address of a server's part; `endpoint` may itself be relative to the page. An element of the
 * page named `baseURI` hides the document's; that of a node of our own nothing hides.
 */
export function address(endpoint: string, path: string): string {
  const base = new URL(endpoint || "/", new Text().baseURI).href.replace(/\/$/, "");
  return base + path;
}

/**
 * Asks and yields what comes, `done` last.
 * Throws ChatError, or whatever `signal` was aborted with.
 */
export async function* ask(endpoint: string, request: ChatRequest, signal: AbortSignal): AsyncGenerator<AnswerEvent> {
  const connection = new AbortController();
  let silent = false;
  let timer = 0;
  const alive = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      silent = true;
      connection.abort();
    }, IDLE_MS);
  };
  const stop = (): void => connection.abort();
  signal.addEventListener("abort", stop);
  alive();
  try {
    for await (const event of answered(endpoint, request, connection.signal, alive)) {
      yield event;
      if (event.name === "done") return;
    }
    throw new ChatError("broken");
  } catch (error) {
    if (signal.aborted || error instanceof ChatError) throw error;
    throw new ChatError(silent ? "silent" : "unreachable");
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  }
}

async function* answered(endpoint: string, request: ChatRequest, signal: AbortSignal, alive: () => void): AsyncGenerator<AnswerEvent> {
  const response = await fetch(address(endpoint, "/v1/chat"), {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "text/event-stream" },
    body: shortened(request),
    ...PLAIN,
    signal,
  });
  if (!response.ok) throw await problem(response);
  if (!(response.headers.get("Content-Type") ?? "").startsWith("text/event-stream")) {
    yield { name: "done", answer: whole(parsed(await response.text())) };
    return;
  }
  if (response.body === null) throw new ChatError("broken");
  for await (const { event, data } of readEvents(response.body, alive)) {
    const known = read(event, parsed(data));
    if (known !== null) yield known;
  }
}

const PLAIN = { cache: "no-store", credentials: "omit", referrerPolicy: "no-referrer" } as const;

function read(name: string, data: unknown): AnswerEvent | null {
  const fields = (data ?? {}) as Record<string, unknown>;
  switch (name) {
    case "status":
      return { name, stage: String(fields["stage"] ?? "") };
    case "token":
      return { name, text: String(fields["text"] ?? "") };
    case "sentence":
      return { name, sentence: fields as unknown as Sentence };
    case "citation":
      return { name, citation: fields as unknown as Citation };
    case "replace":
      return { name, answer: String(fields["answer"] ?? "") };
    case "done":
      return { name, answer: whole(data) };
    case "error":
      throw fault(Number(fields["status"] ?? 0), fields["detail"], null);
    default:
      return null;
  }
}

function whole(data: unknown): Answer {
  if (isAnswer(data)) return data;
  throw new ChatError("unreadable");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ChatError("unreadable");
  }
}

async function problem(response: Response): Promise<ChatError> {
  const json = (response.headers.get("Content-Type") ?? "").includes("json");
  const body: unknown = json ? await response.json().catch(() => null) : null;
  const seconds = Number.parseInt(response.headers.get("Retry-After") ?? "", 10);
  return fault(response.status, (body as { detail?: unknown } | null)?.detail, seconds > 0 ? seconds : null);
}

function fault(status: number, detail: unknown, retryAfter: number | null): ChatError {
  return new ChatError(FAULTS[status] ?? "server", typeof detail === "string" ? detail : "", retryAfter);
}

/** The body as JSON, with the oldest messages of the history left out until it is small enough. */
function shortened(request: ChatRequest): string {
  let body = JSON.stringify(request);
  const history = [...(request.history ?? [])];
  while (history.length > 0 && new TextEncoder().encode(body).length > MAX_BODY) {
    history.splice(0, 2);
    body = JSON.stringify({ ...request, history });
  }
  return body;
}

/** Fetches JSON from the server; throws ChatError. */
async function json(endpoint: string, path: string, init: RequestInit = {}): Promise<unknown> {
  const response = await fetch(address(endpoint, path), { ...PLAIN, ...init }).catch(() => {
    throw new ChatError("unreachable");
  });
  if (!response.ok) throw await problem(response);
  return parsed(await response.text());
}

export async function siteOf(endpoint: string): Promise<Site> {
  return (await json(endpoint, "/v1/widget")) as Site;
}

export async function contextOf(endpoint: string, citation: Citation): Promise<Context> {
  const span = `start=${Number(citation.start)}&end=${Number(citation.end)}`;
  return (await json(endpoint, `/v1/documents/${encodeURIComponent(citation.document_id)}/context?${span}`)) as Context;
}

export interface Vote {
  readonly vote: "up" | "down";
  readonly question: string;
  readonly reason: string;
  readonly comment: string;
  readonly conversation: string;
}

/** Casts a vote; what is empty is left out. */
export async function vote(endpoint: string, { vote: cast, question, reason, comment, conversation }: Vote): Promise<void> {
  const said = { reason, comment: comment.trim(), conversation_id: conversation };
  const given = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== ""));
  const body = JSON.stringify({ vote: cast, question, ...given });
  await json(endpoint, "/v1/feedback", { method: "POST", headers: { "Content-Type": "application/json" }, body });
}

export async function forget(endpoint: string, conversation: string): Promise<void> {
  await json(endpoint, `/v1/conversations/${encodeURIComponent(conversation)}`, { method: "DELETE" });
}
