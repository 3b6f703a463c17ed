// Where the question is written, with the one line that says what goes on.

import { html, nothing, type TemplateResult } from "lit";

import type { FacetValue, Site } from "../contract.ts";
import type { Scene } from "../scene.ts";
import { filled } from "../words.ts";
import { icon } from "./icons.ts";

const NEAR_LIMIT = 0.8;
const FACETS = ["region", "type", "year"] as const;

/** Code points, as the server counts. */
export function lengthOf(text: string): number {
  return [...text.trim()].length;
}

/** The most characters of a question. */
export function longest(site: Site | null): number {
  return site?.longest ?? 1_000;
}

export function composer(scene: Scene): TemplateResult {
  const { words, typed, status, offline, running, act } = scene;
  const most = longest(scene.site);
  const length = lengthOf(typed);
  const over = length > most;
  const submitted = (event: Event): void => {
    event.preventDefault();
    act.send(typed.trim());
  };
  const pressed = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    (event.target as HTMLTextAreaElement).form?.requestSubmit();
  };
  const wrote = (event: Event): void => act.typed((event.target as HTMLTextAreaElement).value);
  return html`
    <form class="composer ${scene.exchanges.length > 0 ? "held" : ""}" id="composer" part="composer" @submit=${submitted}>
      ${offline ? html`<p class="offline">${icon("alert")}${words.offline}</p>` : nothing} ${filters(scene)}
      <div class="field" part="field">
        <label for="typed">${words.questionLabel}</label>
        <textarea id="typed" rows="1" autocomplete="off" aria-describedby="keys count" aria-invalid=${String(over)} placeholder=${words.placeholder} .value=${typed} @input=${wrote} @keydown=${pressed}></textarea>
        ${running
          ? html`<button type="button" class="round" id="stop" part="stop" @click=${act.stop} title=${words.stop}>${icon("stop")}<span class="unseen">${words.stop}</span></button>`
          : html`<button type="submit" class="round" id="send" part="send" aria-disabled=${String(over || length === 0)} title=${words.send}>${icon("send")}<span class="unseen">${words.send}</span></button>`}
      </div>
      <div class="below">
        <p class="status" id="status" role="status">${status}</p>
        <p class="keys" id="keys">${words.keys}</p>
        <p class="count ${over ? "over" : ""}" id="count">${length >= most * NEAR_LIMIT ? filled(over ? words.tooLongNow : words.length, { n: length, most }) : nothing}</p>
      </div>
    </form>
  `;
}

function filters({ words, site, filters: chosen, act }: Scene): TemplateResult | typeof nothing {
  const offered = FACETS.flatMap((facet) => {
    const values = site?.filters[facet] ?? [];
    return values.length > 1 ? [{ facet, values }] : [];
  });
  if (offered.length === 0) return nothing;
  const count = Object.keys(chosen).length;
  return html`
    <details class="filters" part="filters">
      <summary>${count === 0 ? words.filters : filled(words.filtersOn, { n: count })}</summary>
      <div class="facets">
        ${offered.map(({ facet, values }) => html`<label>${words[`filter_${facet}`]}${choice(facet, values, chosen[facet] ?? "", words.all, act.narrow)}</label>`)}
      </div>
    </details>
  `;
}

function choice(facet: string, values: readonly FacetValue[], chosen: string, all: string, narrow: (facet: string, value: string) => void): TemplateResult {
  const changed = (event: Event): void => narrow(facet, (event.target as HTMLSelectElement).value);
  return html`
    <select @change=${changed}>
      <option value="" .selected=${chosen === ""}>${all}</option>
      ${values.map(({ value, count }) => html`<option lang="de" value=${value} .selected=${value === chosen}>${value} (${count})</option>`)}
    </select>
  `;
}
