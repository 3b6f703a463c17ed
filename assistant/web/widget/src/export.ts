// A conversation outside the widget: on the clipboard, on paper.

import { safeLink, type Answer, type Citation } from "./contract.ts";
import { answerText } from "./markdown.ts";
import { dateText, filled, type Words } from "./words.ts";

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

/** An answer with its sources as plain text. */
export function plainText(answer: Answer, words: Words, base: string): string {
  const sources = answer.citations.map((citation) => {
    const link = safeLink(citation.link, base);
    const head = [titleOf(citation), ...factsOf(citation, words)].join(", ");
    return `[${citation.id}] ${head}: „${citation.display || citation.quote}“${link ? ` ${link}` : ""}`;
  });
  const list = sources.length === 0 ? [] : [[`${words.sources}:`, ...sources].join("\n")];
  return [answerText(answer.answer), ...list].join("\n\n");
}

const PAPER =
  "body{font:12pt/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;color:#000;background:#fff}" +
  "h2{font-size:1.1rem;margin-top:2rem}p{white-space:pre-line;overflow-wrap:anywhere}";

/** Opens a window with the conversation and prints it; false when the browser prevents it. */
export function print(answers: readonly Answer[], words: Words, base: string): boolean {
  const paper = window.open("", "_blank");
  if (paper === null) return false;
  const page = paper.document;
  const add = (tag: string, text: string): void => {
    const node = page.createElement(tag);
    node.textContent = text;
    page.body.append(node);
  };
  page.title = words.product;
  page.documentElement.lang = words.locale;
  const sheet = new (paper as Window & typeof globalThis).CSSStyleSheet();
  sheet.replaceSync(PAPER);
  page.adoptedStyleSheets = [sheet];
  add("h1", words.product);
  add("p", `${words.noticeTitle} ${words.notice}`);
  for (const answer of answers) {
    add("h2", answer.question);
    add("p", plainText(answer, words, base));
  }
  paper.print();
  return true;
}
