// An answer while it arrives, put together from its events; `done` overrules all of it.

import type { Citation, Sentence } from "./contract.ts";
import type { AnswerEvent } from "./server.ts";

/** What has come so far; never changed, each event makes a new one. */
export interface Draft {
  readonly settled: string; // sentences that are complete, with their markers
  readonly open: string; // tokens since the last complete sentence
  readonly afterItem: boolean; // the last complete sentence is a list item
  readonly citations: readonly Citation[];
}

export const EMPTY: Draft = { settled: "", open: "", afterItem: false, citations: [] };

export function markdownOf(draft: Draft): string {
  return draft.settled + draft.open;
}

export function taken(draft: Draft, event: AnswerEvent): Draft {
  switch (event.name) {
    case "token": {
      const apart = draft.open === "" && /\S$/.test(draft.settled) && /^[^\s[]/.test(event.text);
      return { ...draft, open: draft.open + (apart ? " " : "") + event.text };
    }
    case "sentence":
      return event.sentence.supported ? settled(draft, event.sentence) : draft;
    case "replace":
      return { ...draft, settled: event.answer, open: "", afterItem: false };
    case "citation":
      return { ...draft, citations: [...draft.citations, event.citation] };
    default:
      return draft;
  }
}

/** A sentence takes the place of its tokens; its text is the source's, not Markdown. */
function settled(draft: Draft, { text, citations, item = false, lead = "" }: Sentence): Draft {
  const marks = citations.map((id) => `[${id}]`).join("");
  const gap = draft.settled === "" ? "" : gapBetween(draft.afterItem, item, lead);
  const line = `${item ? "- " : ""}${lead}${escaped(text)} ${marks}`.trimEnd();
  return { ...draft, settled: draft.settled + gap + line, open: "", afterItem: item };
}

function gapBetween(afterItem: boolean, item: boolean, lead: string): string {
  if (afterItem && item) return "\n";
  return afterItem || item || lead !== "" ? "\n\n" : " ";
}

function escaped(text: string): string {
  return text.trim().replace(/[!-/:-@[-`{-~]/g, "\\$&").replace(/\s+/g, " ");
}
