// The quote that a marker opens: where it stands, in its surroundings.

import { html, nothing, type TemplateResult } from "lit";

import { safeLink } from "../contract.ts";
import { factsOf, titleOf } from "../export.ts";
import type { Scene, Shown } from "../scene.ts";
import { filled, tongue, type Words } from "../words.ts";
import { icon } from "./icons.ts";

/** A popover: the browser closes it on Escape or a click elsewhere. */
export function quoteView(scene: Scene): TemplateResult {
  const { shown, act } = scene;
  const toggled = (event: Event): void => {
    if ((event as ToggleEvent).newState === "closed") act.closeQuote();
  };
  const pressed = ({ key }: KeyboardEvent): void => {
    if (key === "Escape") act.leaveQuote();
  };
  return html`
    <div class="quote" id="quote" part="quote" popover="auto" role="dialog" aria-labelledby="quote-title" tabindex="-1" @toggle=${toggled} @keydown=${pressed}>
      ${shown === null ? nothing : content(scene, shown)}
    </div>
  `;
}

function content({ words, base, level, act }: Scene, { citation, context }: Shown): TemplateResult {
  const href = safeLink(citation.link, base);
  const title = filled(words.quoteTitle, { n: citation.id });
  const lang = tongue(citation.language) ?? nothing;
  const repaired = citation.display && citation.display !== citation.quote;
  return html`
    <div class="quote-head">
      <h3 id="quote-title" aria-level=${level + 1}>${title}</h3>
      <button type="button" class="tool" id="close-quote" popovertarget="quote" popovertargetaction="hide" @click=${act.leaveQuote} title=${words.closeQuote}>${icon("close")}<span class="unseen">${words.closeQuote}</span></button>
    </div>
    <p class="what"><span><bdi class="name" lang=${lang}>${titleOf(citation)}</bdi><span class="facts">${factsOf(citation, words).map((fact) => html`<bdi>${fact}</bdi>`)}</span></span></p>
    ${surroundings(words, citation.display || citation.quote, context, lang)}
    ${repaired ? html`<p class="small">${filled(words.repaired, { quote: citation.quote })}</p>` : nothing}
    ${href === null ? nothing : html`<p class="ways"><a class="link" href=${href} target="_blank" rel="noopener noreferrer">${icon("open")}${words.openPlace}<span class="unseen"> (${words.newTab})</span></a></p>`}
  `;
}

function surroundings(words: Words, quote: string, context: Shown["context"], lang: string | typeof nothing): TemplateResult {
  const known = typeof context === "string" ? null : context;
  const state = context === "loading" ? words.contextLoading : context === "failed" ? words.contextFailed : "";
  return html`
    <blockquote lang=${lang}>${known?.before ?? ""}<mark>${quote}</mark>${known?.after ?? ""}</blockquote>
    ${state === "" ? nothing : html`<p class="small">${state}</p>`}
  `;
}
