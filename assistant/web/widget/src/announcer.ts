// What is said aloud: the one line of the status, and when the log keeps quiet.

import type { LitElement } from "lit";

import { WORDS, type Language, type Words } from "./words.ts";

/** A status, in the language that is chosen when it is shown. */
export type Told = (words: Words) => string;

const SILENT: Told = () => "";

export class Announcer {
  /** Nothing that changes in the log is new. */
  hushed = false;
  #told = SILENT;
  #language: Language = "de";

  constructor(private readonly host: LitElement) {}

  get text(): string {
    return this.#told(WORDS[this.#language]);
  }

  /** What stays as it is is not announced; only `say` says the same again. */
  show(told: Told = SILENT): void {
    this.#told = told;
    this.host.requestUpdate();
  }

  say(told: Told): void {
    const again = this.text !== "" && told(WORDS[this.#language]) === this.text;
    this.show(again ? SILENT : told);
    if (again) requestAnimationFrame(() => this.#told === SILENT && this.show(told));
  }

  /** Turns to a language: what is shown in another one now is no news. */
  turn(language: Language, running: boolean): void {
    if (language === this.#language) return;
    this.#language = language;
    this.hushed = true;
    if (!running) this.#told = SILENT;
  }
}
