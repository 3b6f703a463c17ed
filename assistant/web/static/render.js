// One exchange as DOM nodes: question, answer with its sources, draft, error.

import { answerNodes, el } from "./markdown.js";

const TAGS = {
  refusal: ["none", "Keine Antwort in den Dokumenten"],
  hint: ["alert", "Wichtiger Hinweis"],
  smalltalk: ["quote", "KI-System"],
};
const EXTRACTIVE = ["quote", "KI-Antwort · wörtliche Auszüge aus den Quellen"];
const GENERATED = ["quote", "KI-Antwort · formuliert von einem Sprachmodell, an den Quellen geprüft"];
const MONTHS = [
  "Januar", "Februar", "März", "April", "Mai", "Juni",
  "Juli", "August", "September", "Oktober", "November", "Dezember",
];

/** An icon of the page's sprite; decoration only. */
export function icon(name) {
  const ns = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(ns, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(ns, "use");
  use.setAttribute("href", `#icon-${name}`);
  svg.append(use);
  return svg;
}

/** The link when it stays on this server or is http(s), else null. */
export function safeLink(value) {
  if (typeof value !== "string" || value === "") return null;
  try {
    const url = new URL(value, document.baseURI);
    return ["http:", "https:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/** "2023-10-05" → "5. Oktober 2023"; months and years alone likewise. */
export function germanDate(value) {
  const found = /^([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?(?:T.*)?$/.exec(value ?? "");
  if (found === null) return value ?? "";
  const [, year, month, day] = found;
  const name = MONTHS[Number(month) - 1];
  if (name === undefined) return year;
  return day === undefined ? `${name} ${year}` : `${Number(day)}. ${name} ${year}`;
}

/** "Seite 3", "Folie 4", "§ 20a Abs. 1 SGB V" or "". */
export function place(citation) {
  const page = citation.page ? `Seite ${citation.page}` : citation.slide ? `Folie ${citation.slide}` : "";
  return [citation.reference, page].filter(Boolean).join(", ");
}

export function questionNode(text) {
  return el("article", { class: "message question", "aria-label": "Sie" }, el("p", {}, text));
}

/** The answer as it grows; stands outside the log, so that nothing is read out half finished. */
export function draftNodes(markdown, citations) {
  return answerNodes(markdown, markerFor(citations, "draft", true));
}

/** A finished answer; `done` is the contract's JSON, `number` makes ids unique on the page. */
export function replyNode(done, number) {
  const kind = done.kind in TAGS ? done.kind : "answer";
  const citations = kind === "answer" ? done.citations ?? [] : [];
  const [symbol, label] = TAGS[kind] ?? (done.mode === "generated" ? GENERATED : EXTRACTIVE);
  const language = /^[a-z]{2}$/.test(done.language ?? "") ? done.language : null;
  return el(
    "article",
    { class: `message reply ${kind}`, "aria-label": "Antwort des KI-Systems" },
    el("h2", { class: "tag" }, icon(symbol), label),
    el(
      "div",
      { class: "prose", lang: language },
      ...answerNodes(done.answer ?? "", markerFor(citations, number)),
    ),
    unsupportedNode(done.sentences ?? [], kind),
    citations.length > 0 ? sourcesNode(citations, number) : null,
    relatedNode(done.related ?? [], kind),
    kind === "answer" ? copyNode() : null,
    followUpsNode(done.follow_ups ?? []),
  );
}

/** An answer that was stopped: what had come so far, with its sources. */
export function stoppedNode(markdown, citations, number) {
  const used = citations.filter(({ id }) => markdown.includes(`[${id}]`));
  return el(
    "article",
    { class: "message reply answer stopped", "aria-label": "Angehaltene Antwort des KI-Systems" },
    el("h2", { class: "tag" }, icon("stop"), "Antwort angehalten"),
    el("div", { class: "prose" }, ...answerNodes(markdown, markerFor(used, number))),
    used.length > 0 ? sourcesNode(used, number) : null,
  );
}

export function errorNode(error) {
  const wait = error.retryAfter === null ? "" : ` Bitte in ${seconds(error.retryAfter)} noch einmal versuchen.`;
  return el(
    "article",
    { class: "message reply error", "aria-label": "Fehler" },
    el("h2", { class: "tag" }, icon("alert"), "Das hat nicht geklappt"),
    el("p", {}, `${error.message}${wait}`),
    el("button", { type: "button", class: "button", "data-retry": true }, icon("retry"), el("span", {}, "Erneut versuchen")),
  );
}

function seconds(count) {
  return count === 1 ? "einer Sekunde" : `${count} Sekunden`;
}

function markerFor(citations, number, inert = false) {
  const known = new Map(citations.map((citation) => [citation.id, citation]));
  return (id) => {
    const citation = known.get(id);
    if (citation === undefined) return null;
    if (inert) return el("span", { class: "marker" }, `[${id}]`);
    const label = [`Quelle ${id}: ${citation.title ?? ""}`, place(citation)].filter(Boolean).join(", ");
    return el(
      "button",
      { type: "button", class: "marker", "data-cite": id, "aria-label": label, "aria-controls": `a${number}-q${id}` },
      `[${id}]`,
    );
  };
}

function sourcesNode(citations, number) {
  return el(
    "section",
    { class: "sources", "aria-label": "Quellen" },
    el("h3", {}, "Quellen"),
    el("ol", {}, ...citations.map((citation) => sourceNode(citation, number))),
  );
}

function sourceNode(citation, number) {
  const meta = [citation.organisation, germanDate(citation.date), place(citation)].filter(Boolean);
  const repaired = citation.display && citation.display !== citation.quote;
  return el(
    "li",
    { class: "source", "data-source": citation.id },
    el(
      "details",
      { id: `a${number}-q${citation.id}` },
      el(
        "summary",
        {},
        el("span", { class: "number", "aria-hidden": "true" }, String(citation.id)),
        el(
          "span",
          { class: "what" },
          el("span", { class: "unseen" }, `Quelle ${citation.id}: `),
          el("bdi", { class: "title" }, citation.title ?? citation.source ?? ""),
          " ",
          el("span", { class: "meta" }, ...meta.map((part) => el("bdi", {}, part))),
        ),
        el("span", { class: "toggle" }, "Zitat", icon("down")),
      ),
      el("blockquote", {}, citation.display || citation.quote || ""),
      repaired
        ? el("p", { class: "small" }, `Lesefehler der Texterkennung ausgebessert. Im Dokument steht: „${citation.quote}“`)
        : null,
    ),
    linkNode(citation),
  );
}

function linkNode(citation) {
  const href = safeLink(citation.link);
  if (href === null) return null;
  const unseen = el("span", { class: "unseen" }, ` (Quelle ${citation.id}, neuer Tab)`);
  return el(
    "p",
    { class: "source-links" },
    el("a", { href, target: "_blank", rel: "noopener" }, icon("document"), "Stelle im Dokument öffnen", unseen),
  );
}

function unsupportedNode(sentences, kind) {
  const missing = sentences.filter(({ supported }) => supported === false);
  if (kind !== "answer" || missing.length === 0) return null;
  return el(
    "div",
    { class: "unsupported" },
    el("p", {}, "Durch die Quellen nicht bestätigt:"),
    el("ul", {}, ...missing.map(({ text }) => el("li", {}, text))),
  );
}

function relatedNode(related, kind) {
  const items = related.map(relatedItem).filter(Boolean);
  if (items.length === 0) return null;
  const heading = kind === "hint" ? "Hier bekommen Sie Hilfe" : "Verwandte Dokumente";
  return el(
    "section",
    { class: "related", "aria-label": heading },
    el("h3", {}, heading),
    el("ul", {}, ...items),
  );
}

/** A document, or without `document_id` a place outside: a page or a number to call. */
function relatedItem({ document_id, title, link }) {
  const call = /^tel:\+?[0-9]{3,15}$/.test(link ?? "");
  const href = call ? link : safeLink(link);
  if (href === null) return null;
  const away = call ? {} : { target: "_blank", rel: "noopener" };
  return el("li", {}, el("a", { href, ...away }, document_id ? icon("document") : null, el("span", {}, title ?? "")));
}

function followUpsNode(questions) {
  if (questions.length === 0) return null;
  const buttons = questions.map((text) =>
    el("button", { class: "suggestion", name: "frage", value: text }, text),
  );
  return el(
    "form",
    { class: "follow-ups", action: "/", method: "get", "aria-label": "Weiterfragen" },
    el("h3", {}, "Weiterfragen"),
    ...buttons,
  );
}

function copyNode() {
  if (!navigator.clipboard) return null; // only pages served over https or from loopback have one
  return el("p", { class: "tools" }, el("button", { type: "button", class: "button quiet small", "data-copy": true }, icon("copy"), el("span", {}, "Antwort mit Quellen kopieren")));
}
