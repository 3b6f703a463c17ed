// The whole of an open widget: head, notice, conversation, input.

import { html, nothing, type TemplateResult } from "lit";

import { safeLink } from "../contract.ts";
import type { Scene } from "../scene.ts";
import { tongueOf, WORDS, type Language } from "../words.ts";
import { composer } from "./composer.ts";
import { draftView, exchangeView } from "./exchange.ts";
import { icon } from "./icons.ts";
import { quoteView } from "./quote.ts";

export function panel(scene: Scene): TemplateResult {
  const { words, exchanges, inline } = scene;
  const ended = exchanges.filter((one) => one.state !== "running");
  const running = exchanges.find((one) => one.state === "running");
  return html`
    ${head(scene)}
    <div class="body" part="body" tabindex=${inline ? nothing : "0"} role=${inline ? nothing : "region"} aria-label=${inline ? nothing : words.conversation}>
      ${notice(scene)} ${exchanges.length === 0 ? beginning(scene) : nothing}
      <div class="log" part="log" role="log" aria-live=${scene.hushed ? "off" : "polite"} aria-label=${words.log} aria-busy=${String(scene.running)}>
        ${ended.map((one) => exchangeView(scene, one))}
      </div>
      ${running ? draftView(scene, running) : nothing}
    </div>
    ${composer(scene)} ${quoteView(scene)}
  `;
}

function head({ words, inline, exchanges, running, language, level, act }: Scene): TemplateResult {
  const some = exchanges.length > 0;
  const speak = (event: Event): void => act.speak((event.target as HTMLSelectElement).value as Language);
  return html`
    <div class="head" part="head">
      <h2 id="title" class="title" aria-level=${level}>${words.product}</h2>
      <label class="speech"><span class="unseen">${words.chooseLanguage}</span>
        <select @change=${speak}>
          ${Object.entries(WORDS).map(([name, of]) => html`<option value=${name} .selected=${name === language}>${of.language}</option>`)}
        </select>
      </label>
      ${some && !running ? html`<button type="button" class="tool" id="print" @click=${act.print} title=${words.print}>${icon("print")}<span class="unseen">${words.print}</span></button>` : nothing}
      ${some ? html`<button type="button" class="tool" id="clear" @click=${act.clear} title=${words.clear}>${icon("clear")}<span class="unseen">${words.clear}</span></button>` : nothing}
      ${inline ? nothing : html`<button type="button" class="tool" id="close" @click=${act.close} title=${words.close}>${icon("close")}<span class="unseen">${words.close}</span></button>`}
    </div>
  `;
}

function notice({ words, site, base }: Scene): TemplateResult {
  const links = (["privacy", "imprint", "accessibility"] as const).flatMap((name) => {
    const href = safeLink(site?.links[name], base);
    return href === null ? [] : [html`<li><a href=${href} target="_blank" rel="noopener noreferrer">${words[name]}<span class="unseen"> (${words.newTab})</span></a></li>`];
  });
  return html`
    <div class="notice" part="notice">
      ${icon("info")}
      <div>
        <p><strong>${words.noticeTitle}</strong> ${words.notice} ${words.noticePrivate}</p>
        ${links.length > 0 ? html`<ul class="links" aria-label=${words.links}>${links}</ul>` : nothing}
      </div>
    </div>
  `;
}

function beginning({ words, site, level, act }: Scene): TemplateResult | typeof nothing {
  if (site === null) return nothing;
  if (site.documents === 0) return html`<p class="empty">${words.empty}</p>`;
  if (site.suggestions.length === 0) return nothing;
  return html`
    <div class="chips">
      <h3 aria-level=${level + 1}>${words.examples}</h3>
      ${site.suggestions.map((text) => html`<button type="button" class="chip" part="chip" lang=${tongueOf(text)} @click=${() => act.send(text)}>${text}</button>`)}
    </div>
  `;
}
