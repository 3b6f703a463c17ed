// The words of the interface: one JSON file a language, all with the same keys.

import de from "./words/de.json";
import en from "./words/en.json";
import leicht from "./words/leicht.json";

export type Words = Readonly<Record<keyof typeof de, string>>;
export type Language = "de" | "en" | "leicht";

export const WORDS: Readonly<Record<Language, Words>> = { de, en, leicht };

/** What stands in the `lang` attribute of the interface; `simple` is the registered variant. */
export const TAGS: Readonly<Record<Language, string>> = { de: "de", en: "en", leicht: "de-simple" };

/** The language that comes nearest to a `lang` attribute; German where none does. */
export function languageOf(tag: string | null | undefined): Language {
  const name = (tag ?? "").toLowerCase();
  if (/leicht|simple/.test(name)) return "leicht";
  return /^en\b/.test(name) ? "en" : "de";
}

/** The language of that name, null when there is none. */
export function languageNamed(name: string | null): Language | null {
  return name !== null && Object.hasOwn(WORDS, name) ? (name as Language) : null;
}

/** The `lang` of a text when it is known as two letters, else null. */
export function tongue(language: unknown): string | null {
  return typeof language === "string" && /^[a-z]{2}$/.test(language) ? language : null;
}

/** The language of a question of the server's, as its words tell. */
export function tongueOf(question: string): string {
  return /\b(what|who|how|which|when|where|why|is|are|the)\b/i.test(question) && !/[äöüß]/i.test(question) ? "en" : "de";
}

/** Puts values into the places of a text, `{n}` for instance. */
export function filled(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (all, name: string) => String(values[name] ?? all));
}

/** "2023-10-05" → "5. Oktober 2023"; months and years alone likewise, other texts as they are. */
export function dateText(value: string | null, locale: string): string {
  const found = /^([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?(?:T.*)?$/.exec(value ?? "");
  if (found === null) return value ?? "";
  const [, year = "", month, day] = found;
  if (month === undefined) return year;
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day ?? 1)));
  if (Number.isNaN(date.valueOf())) return year;
  const shown: Intl.DateTimeFormatOptions = { year: "numeric", month: "long", timeZone: "UTC" };
  if (day !== undefined) shown.day = "numeric";
  return new Intl.DateTimeFormat(locale, shown).format(date);
}
