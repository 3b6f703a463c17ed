// What the views see: the state of the element and what they may set off.

import type { Citation, Context, Site } from "./contract.ts";
import type { Exchange } from "./conversation.ts";
import type { Language, Words } from "./words.ts";

/** The quote that is open: of which source, and what stands around it as far as it is known. */
export interface Shown {
  readonly exchange: number;
  readonly citation: Citation;
  readonly context: Context | "loading" | "failed";
}

/** What the reader said of an answer. */
export interface Opinion {
  readonly vote: "up" | "down";
  readonly reason: string;
  readonly comment: string;
  readonly state: "open" | "sending" | "sent";
}

export interface Actions {
  close(): void;
  clear(): void;
  print(): void;
  speak(language: Language): void;
  send(question: string): void;
  stop(): void;
  retry(exchange: Exchange): void;
  typed(text: string): void;
  quote(exchange: Exchange, id: number, from: HTMLElement): void;
  closeQuote(): void;
  leaveQuote(): void;
  copy(exchange: Exchange): void;
  opine(exchange: Exchange, opinion: Opinion): void;
  narrow(facet: string, value: string): void;
  widen(exchange: Exchange): void;
  fit(): void;
}

export interface Scene {
  readonly words: Words;
  readonly language: Language;
  readonly base: string;
  readonly inline: boolean;
  readonly level: number; // of the title among the page's headings
  readonly hushed: boolean; // what changes in the log is not new
  readonly site: Site | null;
  readonly exchanges: readonly Exchange[];
  readonly running: boolean;
  readonly typed: string;
  readonly status: string;
  readonly offline: boolean;
  readonly filters: Readonly<Record<string, string>>;
  readonly shown: Shown | null;
  readonly opinions: ReadonlyMap<number, Opinion>;
  readonly act: Actions;
}
