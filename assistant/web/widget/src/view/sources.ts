// The list of sources under an answer.

import { html, nothing, type TemplateResult } from "lit";

import { safeLink, type Citation } from "../contract.ts";
import { shownCitations, type Exchange } from "../conversation.ts";
import { factsOf, titleOf } from "../export.ts";
import type { Scene } from "../scene.ts";
import { filled, tongue } from "../words.ts";
import { icon } from "./icons.ts";

export function sources(scene: Scene, exchange: Exchange): TemplateResult | typeof nothing {
  const citations = shownCitations(exchange);
  if (citations.length === 0) return nothing;
  return html`
    <div class="sources" part="sources">
      <h4 aria-level=${scene.level + 2}>${scene.words.sources}</h4>
      <ol>${citations.map((citation) => html`<li class="source" part="source">${source(scene, exchange, citation)}</li>`)}</ol>
    </div>
  `;
}

function source({ words, base, act }: Scene, exchange: Exchange, citation: Citation): TemplateResult {
  const number = filled(words.sourceNumber, { n: citation.id });
  const href = safeLink(citation.link, base);
  const shown = (event: Event): void => act.quote(exchange, citation.id, event.currentTarget as HTMLElement);
  return html`
    <p class="what">
      <span class="number" aria-hidden="true">${citation.id}</span>
      <span><span class="unseen">${number}: </span><bdi class="name" lang=${tongue(citation.language) ?? nothing}>${titleOf(citation)}</bdi>
        <span class="facts">${factsOf(citation, words).map((fact) => html`<bdi>${fact}</bdi>`)}</span></span>
    </p>
    <p class="ways">
      <button type="button" class="link" @click=${shown}>${icon("quote")}${words.showQuote}<span class="unseen"> (${number})</span></button>
      ${href === null ? nothing : html`<a class="link" href=${href} target="_blank" rel="noopener noreferrer">${icon("open")}${words.openPlace}<span class="unseen"> (${number}, ${words.newTab})</span></a>`}
    </p>
  `;
}
