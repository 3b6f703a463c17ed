// The Markdown subset of answers → a safe piece of DOM. The grammar is that of markdown.py.

import type DOMPurify from "dompurify";

/** Bundled with the rest, but run with the first answer: before, it would hold up the first paint. */
declare function require(name: "dompurify"): typeof DOMPurify;

/** All that an answer may consist of; nothing with an address, a style or a script. */
const ALLOWED = { ALLOWED_TAGS: ["p", "ul", "ol", "li", "strong", "button"], ALLOWED_ATTR: ["start", "type", "class", "data-cite", "aria-label"], RETURN_DOM_FRAGMENT: true } as const;
const INLINE = /\\([!-/:-@[-`{-~])|\*\*(?=\S)(.+?)(?<=\S)\*\*|\[([0-9]{1,4}(?:, ?[0-9]{1,4})*)\]/gs;
const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** The label of a citation's marker, null when there is no such citation. */
export type Labels = (id: number) => string | null;

interface Block {
  readonly tag: "p" | "ul" | "ol";
  readonly start: number;
  readonly lines: string[];
}

/**
 * Returns the nodes of an answer. Text is escaped here and everything is purified after it: two
 * walls, since what stands in an answer comes from documents and models.
 */
export function answerNodes(markdown: string, labels: Labels): DocumentFragment {
  return require("dompurify").sanitize(answerHtml(markdown, labels), ALLOWED as unknown as { RETURN_DOM_FRAGMENT: true });
}

/** Names the language of sentences that stand in `nodes`; one cut by a mark stays without. */
export function tongued(nodes: DocumentFragment, foreign: readonly (readonly [text: string, lang: string])[]): DocumentFragment {
  for (const [sentence, lang] of foreign) {
    const text = sentence.trim().replace(/\s+/g, " ");
    const walker = document.createTreeWalker(nodes, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode() as Text | null; node && text; node = walker.nextNode() as Text | null) {
      const at = node.data.indexOf(text);
      if (at < 0) continue;
      const piece = node.splitText(at);
      piece.splitText(text.length);
      const span = document.createElement("span");
      span.lang = lang;
      piece.replaceWith(span);
      span.append(piece);
      break;
    }
  }
  return nodes;
}

/** The HTML of an answer, every text escaped. */
export function answerHtml(markdown: string, labels: Labels): string {
  return blocksOf(markdown)
    .map(({ tag, start, lines }) => {
      if (tag === "p") return `<p>${inline(lines[0] ?? "", labels)}</p>`;
      const from = start === 1 ? "" : ` start="${start}"`;
      return `<${tag}${from}>${lines.map((line) => `<li>${inline(line, labels)}</li>`).join("")}</${tag}>`;
    })
    .join("");
}

/** The text of an answer without its marks, blocks apart by an empty line. */
export function answerText(markdown: string): string {
  const plain = (line: string): string =>
    line.replace(INLINE, (all, mark?: string, bold?: string) => mark ?? bold ?? all);
  return blocksOf(markdown)
    .map(({ tag, start, lines }) =>
      lines.map((line, place) => (tag === "p" ? "" : tag === "ul" ? "- " : `${start + place}. `) + plain(line)).join("\n"),
    )
    .join("\n\n");
}

function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = [];
  let fresh = true;
  for (const line of markdown.split("\n")) {
    const text = line.trim();
    if (text === "") {
      fresh = true;
      continue;
    }
    const { tag, start, body } = lineOf(text);
    const last = blocks.at(-1);
    // an empty line between items does not end a list
    if (tag !== "p" && last?.tag === tag) last.lines.push(body);
    else if (tag === "p" && last && !fresh) last.lines.push(`${last.lines.pop() ?? ""} ${body}`);
    else blocks.push({ tag, start, lines: [body] });
    fresh = false;
  }
  return blocks;
}

function lineOf(text: string): { tag: Block["tag"]; start: number; body: string } {
  const bullet = /^[-*•] +(?=\S)/.exec(text);
  if (bullet) return { tag: "ul", start: 1, body: text.slice(bullet[0].length) };
  const ordered = /^([0-9]{1,4})[.)] +(?=\S)/.exec(text);
  if (ordered) return { tag: "ol", start: Number(ordered[1]), body: text.slice(ordered[0].length) };
  return { tag: "p", start: 1, body: text };
}

function inline(text: string, labels: Labels, strong = false): string {
  let html = "";
  let position = 0;
  for (const found of text.matchAll(INLINE)) {
    html += escaped(text.slice(position, found.index)) + token(found, labels, strong);
    position = found.index + found[0].length;
  }
  return html + escaped(text.slice(position));
}

function token([all, mark, bold, numbers]: RegExpMatchArray, labels: Labels, strong: boolean): string {
  if (mark !== undefined) return escaped(mark);
  if (bold !== undefined) return strong ? escaped(bold) : `<strong>${inline(bold, labels, true)}</strong>`;
  const ids = (numbers ?? "").split(",").map(Number);
  const made = ids.map((id) => {
    const label = labels(id);
    return label === null ? null : `<button type="button" class="marker" data-cite="${id}" aria-label="${escaped(label)}">${id}</button>`;
  });
  return made.includes(null) ? escaped(all) : made.join("");
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (mark) => ENTITIES[mark] ?? mark);
}
