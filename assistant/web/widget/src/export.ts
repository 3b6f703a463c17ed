// A conversation outside the widget: on the clipboard, on paper.

import { placeLink, safeLink, type Citation } from "./contract.ts";
import { shownCitations, shownMarkdown, type Exchange } from "./conversation.ts";
import { answerText } from "./markdown.ts";
import { kindText, nearText } from "./status.ts";
import { dateText, filled, tongue, type Words } from "./words.ts";

/** "Seite 3", "Folie 4", "§ 20a Abs. 1 SGB V" or "". */
export function placeOf(citation: Citation, words: Words): string {
  const page = citation.page
    ? filled(words.page, { n: citation.page })
    : citation.slide
      ? filled(words.slide, { n: citation.slide })
      : "";
  return [citation.reference, page].filter(Boolean).join(", ");
}

/** Organisation, date and place of a citation, what there is of them. */
export function factsOf(citation: Citation, words: Words): string[] {
  const facts = [citation.organisation, dateText(citation.date, words.locale), placeOf(citation, words)];
  return facts.filter((fact): fact is string => Boolean(fact));
}

export function titleOf(citation: Citation): string {
  return citation.title || citation.source;
}

/** The sentences of an answer that its sources do not carry. */
export function unsupportedOf({ answer }: Exchange): readonly string[] {
  if (answer?.kind !== "answer") return [];
  return answer.sentences.flatMap(({ text, supported }) => (supported ? [] : [text]));
}

/** A source in one line, in pieces of one language each. */
function sourceLine(citation: Citation, words: Words, base: string): [text: string, lang: string | null][] {
  const link = safeLink(citation.link, base);
  const facts = factsOf(citation, words).map((fact) => `, ${fact}`);
  const quote = filled(words.quoted, { quote: citation.display || citation.quote });
  const lang = tongue(citation.language);
  return [[`[${citation.id}] `, null], [titleOf(citation), lang], [`${facts.join("")}: `, null], [quote, lang], [link ? ` ${link}` : "", null]];
}

/** An answer, also a stopped one, with its sources as plain text. */
export function plainText(exchange: Exchange, words: Words, base: string): string {
  const sources = shownCitations(exchange).map((one) => sourceLine(one, words, base).map(([text]) => text).join(""));
  const missing = unsupportedOf(exchange).map((text) => `- ${text}`);
  const lists = [[words.unsupported, ...missing], [`${words.sources}:`, ...sources]].filter((list) => list.length > 1);
  return [answerText(shownMarkdown(exchange)), ...lists.map((list) => list.join("\n"))].join("\n\n");
}

const PAPER =
  "body{font:12pt/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;color:#000;background:#fff;overflow-wrap:anywhere}" +
  "h2{font-size:1.1rem;margin-top:2rem}h3{font-size:1rem}p{white-space:pre-line}ol{list-style:none;padding:0}";

/** Opens a window with the conversation and prints it; false when the browser prevents it. */
export function print(exchanges: readonly Exchange[], words: Words, base: string): boolean {
  const paper = window.open("", "_blank");
  if (paper === null) return false;
  const page = paper.document;
  const add = (tag: string, text: string, lang: string | null = null, into: Element = page.body): Element => {
    const node = page.createElement(tag);
    node.textContent = text;
    if (lang !== null) node.lang = lang;
    into.append(node);
    return node;
  };
  const list = (tag: string, title: string, items: readonly (readonly [text: string, lang: string | null][])[]): void => {
    if (items.length === 0) return;
    add("h3", title);
    const box = add(tag, "");
    for (const item of items) {
      const line = add("li", "", null, box);
      for (const [text, lang] of item) add("span", text, lang, line);
    }
  };
  page.title = words.product;
  page.documentElement.lang = words.locale;
  const sheet = new (paper as Window & typeof globalThis).CSSStyleSheet();
  sheet.replaceSync(PAPER);
  page.adoptedStyleSheets = [sheet];
  add("h1", words.product);
  add("p", `${words.noticeTitle} ${words.notice} ${words.noticePrivate}`);
  add("p", filled(words.printed, { date: new Intl.DateTimeFormat(words.locale, { dateStyle: "long" }).format() }));
  for (const exchange of exchanges) {
    const { answer, question } = exchange;
    const lang = tongue(answer?.language);
    if (shownMarkdown(exchange) === "") continue;
    add("h2", question, lang);
    add("p", kindText(answer, words));
    add("p", answerText(shownMarkdown(exchange)), lang);
    list("ul", words.unsupported, unsupportedOf(exchange).map((text) => [[text, lang]]));
    list("ol", words.sources, shownCitations(exchange).map((one) => sourceLine(one, words, base)));
    const near = answer?.related.map((one) => [[one.title, tongue(one.language)], [` ${placeLink(one, base)?.replace("tel:", "") ?? ""}`, null]] as [string, string | null][]);
    if (answer && near) list("ul", nearText(answer, words), near);
  }
  paper.print();
  return true;
}
