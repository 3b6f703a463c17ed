// Where a conversation stays: nowhere but in this page, or in the memory of this browser tab.

import { isAnswer, type Answer } from "./contract.ts";

const MOST = 20; // answers

export interface Remembered {
  readonly id: string | null;
  readonly answers: readonly Answer[];
}

export interface Memory {
  read(): Remembered | null;
  write(kept: Remembered): void;
  forget(): void;
  /** The language that the reader has chosen, or null. */
  speech(): string | null;
  speak(language: string): void;
}

export const NO_MEMORY: Memory = { read: () => null, write: () => undefined, forget: () => undefined, speech: () => null, speak: () => undefined };

/**
 * sessionStorage of this tab, one place for each `id` of an element; without storage (blocked, full)
 * it is as if there were no memory.
 */
export function tabMemory(endpoint: string, id = ""): Memory {
  const name = `kgc-chat:${endpoint}${id && `#${id}`}`;
  const speech = `${name}:lang`;
  return {
    read() {
      const kept = tried(() => JSON.parse(sessionStorage.getItem(name) ?? "null") as Remembered | null);
      return Array.isArray(kept?.answers) && kept.answers.every(isAnswer) ? kept : null;
    },
    write(kept) {
      tried(() => sessionStorage.setItem(name, JSON.stringify({ ...kept, answers: kept.answers.slice(-MOST) })));
    },
    forget() {
      tried(() => sessionStorage.removeItem(name));
      tried(() => sessionStorage.removeItem(speech));
    },
    speech: () => tried(() => sessionStorage.getItem(speech)),
    speak(language) {
      tried(() => sessionStorage.setItem(speech, language));
    },
  };
}

function tried<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}
