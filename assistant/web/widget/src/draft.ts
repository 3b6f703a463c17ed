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
function settled(draft: Draft, sentence: Sentence): Draft {
  const { text, citations, item = false, lead = "", listed = [] } = sentence;
  const list = listed.length > 0;
  const gap = draft.settled === "" ? "" : gapBetween(draft.afterItem, item, list || lead !== "");
  const marks = citations.map((id) => `[${id}]`).join("");
  const line = list ? lines(text, lead, listed) : `${item ? "- " : ""}${lead}${escaped(text)} ${marks}`.trimEnd();
  return { ...draft, settled: draft.settled + gap + line, open: "", afterItem: item || list };
}

/** What announces a list, then its items; a dash before an item is the server's, not the source's. */
function lines(text: string, lead: string, listed: readonly number[]): string {
  const all = text.split("\n");
  const head = (lead + escaped(all.slice(0, -listed.length).join(" "))).trimEnd();
  const items = all.slice(-listed.length).map((line, at) => `- ${escaped(line.replace(/^- /, ""))} [${listed[at]}]`);
  return [...(head ? [`${head}\n`] : []), ...items].join("\n");
}

function gapBetween(afterItem: boolean, item: boolean, apart: boolean): string {
  if (afterItem && item) return "\n";
  return afterItem || item || apart ? "\n\n" : " ";
}

function escaped(text: string): string {
  return text.trim().replace(/[!-/:-@[-`{-~]/g, "\\$&").replace(/\s+/g, " ");
}
