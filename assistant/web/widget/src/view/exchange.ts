// One question with its answer, its sources and what can be done with it.

import { html, nothing, type TemplateResult } from "lit";
import { guard } from "lit/directives/guard.js";

import { safeLink, type Answer, type Related } from "../contract.ts";
import { shownCitations, shownMarkdown, type Exchange } from "../conversation.ts";
import { placeOf, titleOf } from "../export.ts";
import { answerNodes } from "../markdown.ts";
import type { Scene } from "../scene.ts";
import { filled, type Words } from "../words.ts";
import { feedback } from "./feedback.ts";
import { icon, type Icon } from "./icons.ts";
import { sources } from "./sources.ts";

/** An exchange that has ended; it enters the log whole, so that it is announced once. */
export function exchangeView(scene: Scene, exchange: Exchange): TemplateResult {
  const { words } = scene;
  return html`
    ${question(words, exchange.question)}
    ${exchange.state === "failed" ? failure(scene, exchange) : reply(scene, exchange)}
  `;
}

/** The exchange on its way, outside the log. */
export function draftView(scene: Scene, exchange: Exchange): TemplateResult {
  const empty = shownMarkdown(exchange) === "";
  return html`
    ${question(scene.words, exchange.question)}
    <div class="message answer draft" id="draft" part="message answer">
      ${empty ? html`<p class="dots"><span></span><span></span><span></span></p>` : prose(scene, exchange)}
    </div>
  `;
}

function question(words: Words, text: string): TemplateResult {
  return html`<article class="message question" part="message question" aria-label=${words.you}><p>${text}</p></article>`;
}

function reply(scene: Scene, exchange: Exchange): TemplateResult {
  const { words } = scene;
  const { answer } = exchange;
  const stopped = answer === null && shownMarkdown(exchange) === "";
  const kind = answer?.kind ?? "answer";
  return html`
    <article class="message answer ${kind}" part="message answer" aria-label=${words.assistant} data-key=${exchange.key}>
      ${tag(words, answer)}
      ${stopped ? html`<p class="prose">${words.nothingYet}</p>` : prose(scene, exchange)}
      ${answer ? unsupported(words, answer) : nothing} ${sources(scene, exchange)}
      ${answer ? related(scene, answer) : nothing} ${answer ? tools(scene, exchange, answer) : nothing}
      ${answer ? followUps(scene, answer) : nothing}
    </article>
  `;
}

function prose(scene: Scene, exchange: Exchange): TemplateResult {
  const { words } = scene;
  const markdown = shownMarkdown(exchange);
  const citations = shownCitations(exchange);
  const label = (id: number): string | null => {
    const citation = citations.find((one) => one.id === id);
    if (citation === undefined) return null;
    const number = filled(words.sourceNumber, { n: id });
    return [`${number}: ${titleOf(citation)}`, placeOf(citation, words)].filter(Boolean).join(", ");
  };
  const opened = (event: Event): void => {
    const marker = (event.target as Element).closest<HTMLElement>("[data-cite]");
    if (marker) scene.act.quote(exchange, Number(marker.dataset["cite"]), marker);
  };
  // Built anew only when the text changes, or an open marker would lose the focus.
  const nodes = guard([markdown, citations.length, words], () => answerNodes(markdown, label));
  return html`<div class="prose" part="prose" lang=${languageOfAnswer(exchange.answer)} @click=${opened}>${nodes}</div>`;
}

function languageOfAnswer(answer: Answer | null): string | typeof nothing {
  return answer !== null && /^[a-z]{2}$/.test(answer.language) ? answer.language : nothing;
}

function tag(words: Words, answer: Answer | null): TemplateResult {
  const [drawn, text] = tagOf(words, answer);
  return html`<h3 class="tag">${icon(drawn)}${text}</h3>`;
}

function tagOf(words: Words, answer: Answer | null): [Icon, string] {
  if (answer === null) return ["stop", words.stopped];
  switch (answer.kind) {
    case "refusal":
      return ["none", words.tagRefusal];
    case "hint":
      return ["alert", words.tagHint];
    case "smalltalk":
      return ["chat", words.tagSmalltalk];
    default:
      return ["quote", answer.mode === "generated" ? words.tagGenerated : words.tagExtractive];
  }
}

function unsupported(words: Words, answer: Answer): TemplateResult | typeof nothing {
  const missing = answer.sentences.filter((sentence) => !sentence.supported);
  if (answer.kind !== "answer" || missing.length === 0) return nothing;
  return html`
    <div class="unsupported" part="unsupported">
      <p>${words.unsupported}</p>
      <ul lang=${languageOfAnswer(answer)}>${missing.map(({ text }) => html`<li>${text}</li>`)}</ul>
    </div>
  `;
}

function related({ words, base }: Scene, answer: Answer): TemplateResult | typeof nothing {
  const items = answer.related.flatMap((one) => {
    const href = linkOf(one, base);
    return href === null ? [] : [{ ...one, href }];
  });
  if (items.length === 0) return nothing;
  const heading = answer.kind === "hint" ? words.help : answer.kind === "refusal" ? words.near : words.related;
  return html`
    <section class="related" aria-label=${heading}>
      <h4>${heading}</h4>
      <ul>${items.map(({ href, title }) => html`<li><a href=${href} target=${href.startsWith("tel:") ? nothing : "_blank"} rel="noopener"><bdi>${title}</bdi>${href.startsWith("tel:") ? nothing : html`<span class="unseen"> (${words.newTab})</span>`}</a></li>`)}</ul>
    </section>
  `;
}

function linkOf({ link }: Related, base: string): string | null {
  return /^tel:\+?[0-9]{3,15}$/.test(link) ? link : safeLink(link, base);
}

function tools(scene: Scene, exchange: Exchange, answer: Answer): TemplateResult {
  const copied = (): void => scene.act.copy(exchange);
  return html`
    <div class="tools">
      ${answer.kind === "answer" ? html`<button type="button" class="quiet copy" @click=${copied}>${icon("copy")}${scene.words.copy}</button>` : nothing}
      ${answer.kind === "answer" || answer.kind === "refusal" ? feedback(scene, exchange) : nothing}
    </div>
  `;
}

function followUps({ words, act, running }: Scene, answer: Answer): TemplateResult | typeof nothing {
  if (answer.follow_ups.length === 0) return nothing;
  return html`
    <section class="chips" aria-label=${words.followUps}>
      <h4>${words.followUps}</h4>
      ${answer.follow_ups.map((text) => html`<button type="button" class="chip" part="chip" lang=${languageOfAnswer(answer)} aria-disabled=${String(running)} @click=${() => act.send(text)}>${text}</button>`)}
    </section>
  `;
}

function failure({ words, act }: Scene, exchange: Exchange): TemplateResult {
  const problem = exchange.problem;
  const fault = words[`fault_${problem?.fault ?? "server"}`];
  // The server's own sentence is German and says more than ours.
  const told = words.locale === "de" && problem?.detail ? problem.detail : fault;
  const wait = problem?.retryAfter ? ` ${filled(words.retryIn, { n: problem.retryAfter })}` : "";
  return html`
    <article class="message answer error" part="message error" aria-label=${words.errorTitle}>
      <h3 class="tag">${icon("alert")}${words.errorTitle}</h3>
      <p>${told}${wait}</p>
      <button type="button" class="quiet retry" @click=${() => act.retry(exchange)}>${icon("retry")}${words.retry}</button>
    </article>
  `;
}
