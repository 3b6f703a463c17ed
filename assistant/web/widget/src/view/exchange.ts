// One question with its answer, its sources and what can be done with it.

import { html, nothing, type TemplateResult } from "lit";
import { guard } from "lit/directives/guard.js";

import { placeLink, type Answer, type Citation, type Kind } from "../contract.ts";
import { shownCitations, shownMarkdown, type Exchange } from "../conversation.ts";
import { placeOf, titleOf, unsupportedOf } from "../export.ts";
import { answerNodes, tongued } from "../markdown.ts";
import type { Scene } from "../scene.ts";
import { kindText, nearText } from "../status.ts";
import { filled, tongue, type Words } from "../words.ts";
import { feedback } from "./feedback.ts";
import { icon, type Icon } from "./icons.ts";
import { sources } from "./sources.ts";

const DRAWN: Readonly<Record<Kind, Icon>> = { answer: "quote", refusal: "none", hint: "alert", smalltalk: "chat" };

/** An exchange that has ended; it enters the log whole, so that it is announced once. */
export function exchangeView(scene: Scene, exchange: Exchange): TemplateResult | typeof nothing {
  if (exchange.state === "dropped") return nothing; // each keeps its place, so that none moves
  return html`
    ${question(scene, exchange)}
    ${exchange.state === "failed" ? failure(scene, exchange) : reply(scene, exchange)}
  `;
}

/** The exchange on its way, outside the log. */
export function draftView(scene: Scene, exchange: Exchange): TemplateResult {
  const empty = shownMarkdown(exchange) === "";
  return html`
    ${question(scene, exchange)}
    <div class="message answer draft" id="draft" part="message answer">
      ${empty ? html`<p class="dots"><span></span><span></span><span></span></p>` : prose(scene, exchange)}
    </div>
  `;
}

function question({ words, level }: Scene, { question: text, answer }: Exchange): TemplateResult {
  return html`<article class="message question" part="message question" aria-label=${words.you}><p role="heading" aria-level=${level + 1} lang=${tongue(answer?.language) ?? nothing}>${text}</p></article>`;
}

function reply(scene: Scene, exchange: Exchange): TemplateResult {
  const { words } = scene;
  const { answer } = exchange;
  const none = shownMarkdown(exchange) === "";
  const kind = answer?.kind ?? "answer";
  return html`
    <article class="message answer ${kind}" part="message answer" aria-label=${words.assistant} data-key=${exchange.key}>
      <p class="tag">${icon(answer ? DRAWN[kind] : "stop")}${kindText(answer, words)}</p>
      ${none ? html`<p class="prose">${words.nothingYet}</p>` : prose(scene, exchange)}
      <div aria-live="off">
        ${unsupported(words, exchange)} ${sources(scene, exchange)} ${widening(scene, exchange)}
        ${answer ? related(scene, answer) : nothing} ${none ? nothing : tools(scene, exchange, kind)}
        ${answer ? followUps(scene, answer) : nothing}
      </div>
    </article>
  `;
}

function prose(scene: Scene, exchange: Exchange): TemplateResult {
  const markdown = shownMarkdown(exchange);
  const citations = shownCitations(exchange);
  const label = labels(citations, scene.words);
  const opened = (event: Event): void => {
    const marker = (event.target as Element).closest<HTMLElement>("[data-cite]");
    if (marker) scene.act.quote(exchange, Number(marker.dataset["cite"]), marker);
  };
  // Built anew only when the text changes, or an open marker would lose the focus.
  const nodes = guard([markdown, citations.length], () => tongued(answerNodes(markdown, label), foreign(exchange)));
  const lang = tongue(exchange.answer ? exchange.answer.language : citations[0]?.language);
  return html`<div class="prose" part="prose" data-key=${exchange.key} lang=${lang ?? nothing} @click=${opened}>${nodes}</div>`;
}

function labels(citations: readonly Citation[], words: Words): (id: number) => string | null {
  return (id) => {
    const citation = citations.find((one) => one.id === id);
    if (citation === undefined) return null;
    const number = filled(words.sourceNumber, { n: id });
    return [`${number}: ${titleOf(citation)}`, placeOf(citation, words)].filter(Boolean).join(", ");
  };
}

/** Gives the markers their labels in another language; their text stays as it is. */
export function relabel(root: ParentNode, { exchanges, words }: Scene): void {
  for (const exchange of exchanges) {
    const label = labels(shownCitations(exchange), words);
    for (const marker of root.querySelectorAll<HTMLElement>(`.prose[data-key="${exchange.key}"] [data-cite]`))
      marker.ariaLabel = label(Number(marker.dataset["cite"]));
  }
}

/** Sentences taken word for word from a source in another language than the answer's. */
function foreign({ answer }: Exchange): readonly (readonly [string, string])[] {
  if (answer?.mode !== "extractive") return [];
  return answer.sentences.flatMap(({ text, citations }) => {
    const cited = answer.citations.filter(({ id }) => citations.includes(id)).map(({ language }) => tongue(language));
    const lang = cited[0];
    if (!lang || lang === answer.language || cited.some((one) => one !== lang)) return [];
    return text.split("\n").map((line) => [line.replace(/^- /, ""), lang] as const);
  });
}

function unsupported(words: Words, exchange: Exchange): TemplateResult | typeof nothing {
  const missing = unsupportedOf(exchange);
  if (missing.length === 0) return nothing;
  return html`
    <div class="unsupported" part="unsupported">
      <p>${words.unsupported}</p>
      <ul lang=${tongue(exchange.answer?.language) ?? nothing}>${missing.map((text) => html`<li>${text}</li>`)}</ul>
    </div>
  `;
}

/** Where filters may have hidden the answer, the same question without them. */
function widening({ words, act }: Scene, exchange: Exchange): TemplateResult | typeof nothing {
  if (exchange.answer?.kind !== "refusal" || !exchange.narrowed) return nothing;
  return html`<button type="button" class="quiet widen" @click=${() => act.widen(exchange)}>${icon("retry")}${words.widen}</button>`;
}

function related({ words, base, level }: Scene, answer: Answer): TemplateResult | typeof nothing {
  const items = answer.related.flatMap((one) => {
    const href = placeLink(one, base);
    return href === null ? [] : [{ ...one, href, phone: href.startsWith("tel:") }];
  });
  if (items.length === 0) return nothing;
  return html`
    <div class="related">
      <h4 aria-level=${level + 2}>${nearText(answer, words)}</h4>
      <ul>${items.map(({ href, title, phone, language }) => html`<li><a href=${href} target=${phone ? nothing : "_blank"} rel="noopener noreferrer"><bdi lang=${tongue(language) ?? nothing}>${title}</bdi>${phone ? nothing : html`<span class="unseen"> (${words.newTab})</span>`}</a></li>`)}</ul>
    </div>
  `;
}

function tools(scene: Scene, exchange: Exchange, kind: Kind): TemplateResult {
  const copied = (): void => scene.act.copy(exchange);
  return html`
    <div class="tools">
      ${kind === "answer" ? html`<button type="button" class="quiet copy" @click=${copied}>${icon("copy")}${scene.words.copy}</button>` : nothing}
      ${exchange.answer && (kind === "answer" || kind === "refusal") ? feedback(scene, exchange) : nothing}
    </div>
  `;
}

function followUps({ words, act, running, level }: Scene, answer: Answer): TemplateResult | typeof nothing {
  if (answer.follow_ups.length === 0) return nothing;
  return html`
    <div class="chips">
      <h4 aria-level=${level + 2}>${words.followUps}</h4>
      ${answer.follow_ups.map((text) => html`<button type="button" class="chip" part="chip" lang=${tongue(answer.language) ?? nothing} aria-disabled=${String(running)} @click=${() => act.send(text)}>${text}</button>`)}
    </div>
  `;
}

function failure({ words, act, language }: Scene, exchange: Exchange): TemplateResult {
  const problem = exchange.problem;
  const wait = problem?.retryAfter ? ` ${filled(words.retryIn, { n: problem.retryAfter })}` : "";
  // The server's own sentence is German and says more than ours, the time to wait included.
  const told = (language === "de" && problem?.detail) || words[`fault_${problem?.fault ?? "server"}`] + wait;
  return html`
    <article class="message answer error" part="message error" aria-label=${words.errorTitle}>
      <p class="tag">${icon("alert")}${words.errorTitle}</p>
      <p>${told}</p>
      <button type="button" class="quiet retry" @click=${() => act.retry(exchange)}>${icon("retry")}${words.retry}</button>
    </article>
  `;
}
