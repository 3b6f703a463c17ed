// Finding one's way in a conversation: scrolling with an answer, opening and closing sources.

import { safeLink } from "./render.js";

const calm = matchMedia("(prefers-reduced-motion: reduce)");
const opened = new WeakMap(); // source → {marker: where the reader came from, was: open before}

const MARGIN = 16; // pixels kept free above the question and below the answer

/**
 * Keeps the growing answer in sight without pushing its question out, until the reader scrolls.
 * `foot` covers the lower edge of the window. Returns {move, stop}; `move(answer)` scrolls.
 */
export function followScroll(question, foot) {
  let active = true;
  const release = () => {
    active = false;
  };
  const gestures = ["wheel", "touchmove", "pointerdown"];
  for (const name of gestures) addEventListener(name, release, { passive: true, once: true });
  return {
    move(answer) {
      const room = question.getBoundingClientRect().top - MARGIN;
      const edge = Math.min(innerHeight, foot.getBoundingClientRect().top);
      const hidden = answer.getBoundingClientRect().bottom + MARGIN - edge;
      if (active && Math.min(room, hidden) > 0) scrollBy({ top: Math.min(room, hidden), behavior: "instant" });
    },
    stop() {
      for (const name of gestures) removeEventListener(name, release);
    },
  };
}

/** Opens the source of a marker, moves the focus there and remembers the way back. */
export function openSource(marker) {
  const reply = marker.closest(".reply");
  const source = reply?.querySelector(`[data-source="${Number(marker.dataset.cite)}"]`);
  if (!source) return;
  const details = source.querySelector("details");
  opened.set(source, { marker, was: opened.get(source)?.was ?? details.open });
  details.open = true;
  for (const other of document.querySelectorAll(".source.current")) other.classList.remove("current");
  source.classList.add("current");
  details.querySelector("summary").focus({ preventScroll: true });
  source.scrollIntoView({ block: "nearest", behavior: calm.matches ? "auto" : "smooth" });
}

/** On Escape inside a source: closes it as it was before and returns to the marker. */
export function closeSource(event) {
  if (event.key !== "Escape") return;
  const source = event.target.closest(".source");
  if (source === null) return;
  const way = opened.get(source);
  source.querySelector("details").open = way?.was ?? false;
  source.classList.remove("current");
  opened.delete(source);
  const reply = source.closest(".reply");
  const marker = way?.marker ?? reply.querySelector(`[data-cite="${source.dataset.source}"]`);
  marker?.focus();
}

/** Copies an answer with its sources as plain text; resolves to what to tell the reader. */
export async function copyAnswer(reply) {
  const blocks = [...reply.querySelectorAll(".prose > *")].map((block) =>
    block.matches("ul, ol")
      ? [...block.children].map((item, place) => `${bullet(block, place)} ${item.textContent}`).join("\n")
      : block.textContent,
  );
  const sources = [...reply.querySelectorAll(".source")].map(sourceText);
  await navigator.clipboard.writeText([...blocks, ["Quellen:", ...sources].join("\n")].join("\n\n"));
  return "Antwort mit Quellen kopiert.";
}

function bullet(list, place) {
  return list.matches("ol") ? `${list.start + place}.` : "-";
}

function sourceText(source) {
  const title = source.querySelector(".title").textContent;
  const meta = [...source.querySelectorAll(".meta bdi")].map((part) => part.textContent);
  const quote = source.querySelector("blockquote").textContent;
  const link = safeLink(source.querySelector(".source-links a")?.getAttribute("href"));
  return [`[${source.dataset.source}] ${[title, ...meta].join(", ")}: „${quote}“`, link].filter(Boolean).join(" ");
}
