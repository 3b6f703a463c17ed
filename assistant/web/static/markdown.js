// The Markdown subset of answers, built as DOM nodes. Text only ever becomes text nodes.
// The grammar is that of markdown.py, which renders the page without JavaScript.

/** Creates an element; `attributes` with null or false values are left out, children may be text. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.filter((child) => child !== null && child !== ""));
  return node;
}

const INLINE =
  /\\([!-/:-@[-`{-~])|\*\*(?=\S)(.+?)(?<=\S)\*\*|\[([0-9]{1,4}(?:, ?[0-9]{1,4})*)\]/gs;

/**
 * Returns the nodes of an answer; `marker(id)` makes the button of a citation or returns null
 * when there is no such citation, and then the brackets stay text.
 */
export function answerNodes(markdown, marker) {
  return rawBlocks(markdown).map(({ tag, start, lines }) => {
    if (tag === "p") return el("p", {}, ...inline(lines[0], marker));
    const items = lines.map((line) => el("li", {}, ...inline(line, marker)));
    return el(tag, { start: start === 1 ? null : start }, ...items);
  });
}

function rawBlocks(markdown) {
  const blocks = [];
  let fresh = true;
  for (const line of markdown.split("\n")) {
    const text = line.trim();
    if (text === "") {
      fresh = true;
      continue;
    }
    const { tag, start, body } = readLine(text);
    const last = blocks.at(-1);
    // an empty line between items does not end a list
    if (tag !== "p" && last?.tag === tag) last.lines.push(body);
    else if (tag === "p" && last && !fresh) last.lines[last.lines.length - 1] += ` ${body}`;
    else blocks.push({ tag, start, lines: [body] });
    fresh = false;
  }
  return blocks;
}

function readLine(text) {
  const bullet = /^[-*•] +(?=\S)/.exec(text);
  if (bullet) return { tag: "ul", start: 1, body: text.slice(bullet[0].length) };
  const ordered = /^([0-9]{1,4})[.)] +(?=\S)/.exec(text);
  if (ordered) return { tag: "ol", start: Number(ordered[1]), body: text.slice(ordered[0].length) };
  return { tag: "p", start: 1, body: text };
}

function inline(text, marker, strong = false) {
  const nodes = [];
  let position = 0;
  for (const found of text.matchAll(INLINE)) {
    nodes.push(text.slice(position, found.index), ...token(found, marker, strong));
    position = found.index + found[0].length;
  }
  nodes.push(text.slice(position));
  return nodes;
}

function token([all, escaped, bold, numbers], marker, strong) {
  if (escaped !== undefined) return [escaped];
  if (bold !== undefined) return strong ? [bold] : [el("strong", {}, ...inline(bold, marker, true))];
  const markers = numbers.split(",").map((number) => marker(Number(number)));
  return markers.includes(null) ? [all] : markers;
}
