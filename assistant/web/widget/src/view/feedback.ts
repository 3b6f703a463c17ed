// Thumbs with reasons.

import { html, nothing, type TemplateResult } from "lit";

import type { Exchange } from "../conversation.ts";
import type { Opinion, Scene } from "../scene.ts";
import { icon } from "./icons.ts";

const REASONS = ["wrong", "incomplete", "sources", "unclear", "outdated", "missing", "other"] as const;
const LONGEST = 1_000; // characters of a comment

export function feedback({ words, opinions, act }: Scene, exchange: Exchange): TemplateResult {
  const given = opinions.get(exchange.key);
  if (given?.state === "sent") return html`<p class="thanks" tabindex="-1">${words.thanks}</p>`;
  const thumb = (vote: Opinion["vote"]): TemplateResult => {
    const cast = (): void => act.opine(exchange, { vote, reason: "", comment: "", state: vote === "up" ? "sending" : "open" });
    return html`<button type="button" class="tool ${vote}" aria-pressed=${String(vote === "down" && given?.vote === "down")} @click=${cast} title=${words[vote]}>${icon(vote)}<span class="unseen">${words[vote]}</span></button>`;
  };
  return html`
    <div class="feedback" role="group" data-key=${exchange.key} aria-label=${words.wasHelpful}>
      <span>${words.wasHelpful}</span>${thumb("up")}${thumb("down")}
    </div>
    ${given?.vote === "down" ? why(words, given, exchange.key, (changed) => act.opine(exchange, { ...given, ...changed })) : nothing}
  `;
}

function why(words: Scene["words"], given: Opinion, key: number, change: (changed: Partial<Opinion>) => void): TemplateResult {
  const wrote = (event: Event): void => change({ comment: (event.target as HTMLTextAreaElement).value });
  const sent = (event: Event): void => {
    event.preventDefault();
    change({ state: "sending" });
  };
  return html`
    <form class="why" data-key=${key} @submit=${sent}>
      <fieldset>
        <legend>${words.why}</legend>
        ${REASONS.map((reason) => html`<label class="reason"><input type="radio" name="reason" .checked=${given.reason === reason} @change=${() => change({ reason })} />${words[`reason_${reason}`]}</label>`)}
      </fieldset>
      <label class="comment">${words.comment}<textarea rows="2" maxlength=${LONGEST} .value=${given.comment} @input=${wrote}></textarea></label>
      <button class="quiet">${words.sendVote}</button>
    </form>
  `;
}
