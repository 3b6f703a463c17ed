// What was asked and answered, and the one question that is being answered. No display in here.

import type { Answer, ChatRequest, Citation, Turn } from "./contract.ts";
import { EMPTY, markdownOf, taken, type Draft } from "./draft.ts";
import { ask, ChatError, forget, type AnswerEvent } from "./server.ts";
import type { Memory, Remembered } from "./memory.ts";

const HISTORY = 20; // messages POST /v1/chat accepts
const SLOW_MS = 8_000;

export type State = "running" | "done" | "stopped" | "failed" | "dropped";

/** One question with what became of it; never changed, replaced by a new one. */
export interface Exchange {
  readonly key: number;
  readonly question: string;
  readonly state: State;
  readonly draft: Draft;
  readonly answer: Answer | null;
  readonly problem: ChatError | null;
  readonly narrowed: boolean; // asked with filters
}

/** What the display is told besides the exchanges. */
export interface Watcher {
  changed(): void;
  stage(name: string): void;
  slow(): void;
  ended(exchange: Exchange): void;
}

export interface Limits {
  readonly filters: Readonly<Record<string, string>>;
  readonly simple: boolean;
}

/** The Markdown that an exchange shows now. */
export function shownMarkdown(exchange: Exchange): string {
  return exchange.answer?.answer ?? markdownOf(exchange.draft);
}

/** The citations that an exchange shows now. */
export function shownCitations(exchange: Exchange): readonly Citation[] {
  const { answer, draft, state } = exchange;
  if (answer !== null) return answer.kind === "answer" ? answer.citations : [];
  if (state !== "stopped") return draft.citations;
  return draft.citations.filter(({ id }) => markdownOf(draft).includes(`[${id}]`));
}

export class Conversation {
  exchanges: readonly Exchange[] = [];
  #id: string | null = null;
  #history: readonly Turn[] = [];
  #running: AbortController | null = null;
  #next = 1;

  constructor(
    private readonly watcher: Watcher,
    private readonly memory: Memory,
  ) {}

  get running(): boolean {
    return this.#running !== null;
  }

  /** Brings back what the memory of this tab holds. */
  recall(): void {
    const kept = this.memory.read();
    if (kept === null || this.exchanges.length > 0) return;
    this.#id = kept.id;
    this.exchanges = kept.answers.map((answer) => {
      const past = { question: answer.question, state: "done", draft: EMPTY, answer, problem: null, narrowed: false } as const;
      return { key: this.#next++, ...past };
    });
    this.#history = kept.answers.flatMap(turns).slice(-HISTORY);
    this.watcher.changed();
  }

  /** Asks; resolves when the exchange has ended, one way or the other. */
  async send(endpoint: string, question: string, limits: Limits): Promise<void> {
    if (this.#running !== null) return;
    const controller = new AbortController();
    this.#running = controller;
    const key = this.#next++;
    const narrowed = Object.keys(limits.filters).length > 0;
    const begun = { key, question, state: "running", draft: EMPTY, answer: null, problem: null, narrowed } as const;
    this.exchanges = [...this.exchanges, begun];
    this.watcher.changed();
    const slow = setTimeout(() => this.watcher.slow(), SLOW_MS);
    const end = (change: Partial<Exchange>): void => {
      clearTimeout(slow);
      if (this.#running !== controller) return;
      this.#running = null;
      this.#change(key, change);
      const ended = this.exchanges.find((one) => one.key === key);
      if (ended) this.watcher.ended(ended);
    };
    try {
      for await (const event of ask(endpoint, this.#request(question, limits), controller.signal)) {
        if (this.#running !== controller) return; // a new conversation has begun meanwhile
        if (event.name === "done") {
          this.#remember(event.answer);
          return end({ state: "done", answer: event.answer });
        }
        if (event.name !== "status") clearTimeout(slow);
        this.#take(key, event);
      }
    } catch (error) {
      if (controller.signal.aborted) return end({ state: "stopped" });
      end({ state: "failed", problem: error instanceof ChatError ? error : new ChatError("server") });
    }
  }

  stop(): void {
    this.#running?.abort();
  }

  /** Takes a failed exchange away, to ask again. */
  drop(key: number): void {
    this.#change(key, { state: "dropped" });
  }

  /** Ends without a word: another conversation takes its place. */
  leave(): void {
    const running = this.#running;
    this.#running = null;
    running?.abort();
  }

  /** Forgets everything, here and, as far as it can be reached, on the server. */
  clear(endpoint: string): void {
    const id = this.#id;
    this.leave();
    this.exchanges = [];
    this.#id = null;
    this.#history = [];
    this.memory.forget();
    // Without a connection the server forgets by itself, after half an hour.
    if (id !== null) forget(endpoint, id).catch(() => undefined);
    this.watcher.changed();
  }

  #take(key: number, event: AnswerEvent): void {
    if (event.name === "status") return this.watcher.stage(event.stage);
    const now = this.exchanges.find((one) => one.key === key);
    if (now) this.#change(key, { draft: taken(now.draft, event) });
  }

  #change(key: number, change: Partial<Exchange>): void {
    this.exchanges = this.exchanges.map((one) => (one.key === key ? { ...one, ...change } : one));
    this.watcher.changed();
  }

  #request(question: string, { filters, simple }: Limits): ChatRequest {
    const known =
      this.#id !== null
        ? { conversation_id: this.#id }
        : this.#history.length > 0
          ? { history: this.#history }
          : {};
    const narrowed = Object.keys(filters).length > 0 ? { filters } : {};
    return { question, ...known, ...narrowed, ...(simple ? { style: "simple" as const } : {}) };
  }

  #remember(answer: Answer): void {
    this.#id = answer.conversation_id || null;
    this.#history = [...this.#history, ...turns(answer)].slice(-HISTORY);
    this.memory.write({ id: this.#id, answers: [...this.exchanges.flatMap((one) => one.answer ?? []), answer] } satisfies Remembered);
  }
}

function turns(answer: Answer): Turn[] {
  return [
    { role: "user", content: answer.question },
    { role: "assistant", content: answer.answer },
  ];
}
