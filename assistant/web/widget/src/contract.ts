// The wire forms of the server, as far as the widget reads them.

export interface Citation {
  readonly id: number;
  readonly document_id: string;
  readonly title: string;
  readonly section?: string;
  readonly reference?: string | null;
  readonly page: number | null;
  readonly slide: number | null;
  readonly organisation: string | null;
  readonly date: string | null;
  readonly source: string;
  readonly quote: string;
  readonly display?: string | null;
  readonly start: number;
  readonly end: number;
  readonly link: string;
  readonly language?: string | null;
}

export interface Sentence {
  readonly text: string;
  readonly citations: readonly number[];
  readonly supported: boolean;
  readonly item?: boolean;
  readonly lead?: string;
  readonly listed?: readonly number[]; // citations of the list items that the last lines are
}

/** A document near the question; without an id a place outside (`https:`, `tel:`). */
export interface Related {
  readonly document_id: string | null;
  readonly title: string;
  readonly link: string;
  readonly language?: string | null;
}

export type Kind = "answer" | "refusal" | "hint" | "smalltalk";

export interface Answer {
  readonly question: string;
  readonly answer: string;
  readonly kind: Kind;
  readonly confidence: number;
  readonly language: string;
  readonly mode: "extractive" | "generated";
  readonly sentences: readonly Sentence[];
  readonly citations: readonly Citation[];
  readonly related: readonly Related[];
  readonly follow_ups: readonly string[];
  readonly conversation_id: string | null;
}

export interface Turn {
  readonly role: "user" | "assistant";
  readonly content: string;
}

export interface ChatRequest {
  readonly question: string;
  readonly conversation_id?: string;
  readonly history?: readonly Turn[];
  readonly filters?: Readonly<Record<string, string>>;
  readonly style?: "standard" | "simple";
}

export interface FacetValue {
  readonly value: string;
  readonly count: number;
}

/** What `GET /v1/widget` says about the server. */
export interface Site {
  readonly documents: number;
  readonly suggestions: readonly string[];
  readonly filters: Readonly<Record<string, readonly FacetValue[]>>;
  readonly links: Readonly<Record<string, string | null>>;
  readonly longest: number;
}

/** What stands around a quote; `GET /v1/documents/{id}/context`. */
export interface Context {
  readonly before: string;
  readonly quote: string;
  readonly after: string;
}

/** Whether `value` has what the display of an answer needs. */
export function isAnswer(value: unknown): value is Answer {
  const { answer, question, sentences, citations, related, follow_ups } = (value ?? {}) as Record<string, unknown>;
  const lists = [sentences, citations, related, follow_ups].every(Array.isArray);
  return lists && typeof answer === "string" && typeof question === "string";
}

/** The link when it is http(s), seen from `base`; else null. */
export function safeLink(value: unknown, base: string): string | null {
  if (typeof value !== "string" || value === "") return null;
  try {
    const url = new URL(value, base);
    return url.protocol === "http:" || url.protocol === "https:" ? url.href : null;
  } catch {
    return null;
  }
}

/** The address of a place near the question: http(s), or a telephone number; else null. */
export function placeLink({ link }: Related, base: string): string | null {
  return /^tel:\+?[0-9]{3,15}$/.test(link) ? link : safeLink(link, base);
}
