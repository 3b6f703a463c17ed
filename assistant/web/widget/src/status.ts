// The one line that says what goes on.

import type { Answer } from "./contract.ts";
import type { Exchange } from "./conversation.ts";
import { filled, type Words } from "./words.ts";

const STAGES: readonly (readonly [RegExp, keyof Words])[] = [
  [/search|retriev|such|rank/i, "searching"],
  [/check|verif|support|prüf/i, "checking"],
  [/answer|generat|compos|writ|read|antwort/i, "writing"],
];

/** The words for a stage that the server names. */
export function stageText(name: string, words: Words): string {
  return words[STAGES.find(([pattern]) => pattern.test(name))?.[1] ?? "preparing"];
}

/** What kind of answer it is; null is one that was stopped. */
export function kindText(answer: Answer | null, words: Words): string {
  if (answer === null) return words.stopped;
  if (answer.kind === "refusal") return words.tagRefusal;
  if (answer.kind === "hint") return words.tagHint;
  if (answer.kind === "smalltalk") return words.tagSmalltalk;
  return answer.mode === "generated" ? words.tagGenerated : words.tagExtractive;
}

/** The words above the documents and places near an answer. */
export function nearText({ kind }: Answer, words: Words): string {
  return kind === "hint" ? words.help : kind === "refusal" ? words.near : words.related;
}

/** How an exchange has ended. */
export function outcome({ state, answer }: Exchange, words: Words): string {
  if (state === "failed") return words.failed;
  if (answer === null) return `${words.stopped}.`;
  if (answer.kind === "refusal") return words.doneRefusal;
  const count = answer.kind === "answer" ? answer.citations.length : 0;
  return count === 0 ? words.doneNone : count === 1 ? words.doneOne : filled(words.doneMany, { n: count });
}
