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
}

export const NO_MEMORY: Memory = { read: () => null, write: () => undefined, forget: () => undefined };

/** sessionStorage of this tab; without one (blocked, full) it is as if there were no memory. */
export function tabMemory(endpoint: string): Memory {
  const name = `kgc-chat:${endpoint}`;
  return {
    read() {
      try {
        const kept = JSON.parse(sessionStorage.getItem(name) ?? "null") as Remembered | null;
        return Array.isArray(kept?.answers) && kept.answers.every(isAnswer) ? kept : null;
      } catch {
        return null;
      }
    },
    write(kept) {
      try {
        sessionStorage.setItem(name, JSON.stringify({ ...kept, answers: kept.answers.slice(-MOST) }));
      } catch {
        // Full or blocked: the conversation stays in the page alone.
      }
    },
    forget() {
      try {
        sessionStorage.removeItem(name);
      } catch {
        // Blocked: nothing was kept either.
      }
    },
  };
}
