// The one line that says what goes on.

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

/** How an exchange has ended. */
export function outcome({ state, answer }: Exchange, words: Words): string {
  if (state === "failed") return words.failed;
  if (answer === null) return `${words.stopped}.`;
  if (answer.kind === "refusal") return words.doneRefusal;
  const count = answer.kind === "answer" ? answer.citations.length : 0;
  return count === 0 ? words.doneNone : count === 1 ? words.doneOne : filled(words.doneMany, { n: count });
}
