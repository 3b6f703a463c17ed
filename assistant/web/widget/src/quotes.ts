// The quote that is open: from the marker that opens it to where the focus goes when it closes.

import type { LitElement } from "lit";

import type { Exchange } from "./conversation.ts";
import { heir } from "./focus.ts";
import { place } from "./placement.ts";
import type { Shown } from "./scene.ts";
import { contextOf } from "./server.ts";

export class Quotes {
  shown: Shown | null = null;
  #opener: HTMLElement | null = null;

  constructor(private readonly host: LitElement & { readonly endpoint: string }) {}

  /** Shows the quote of citation `id` beside `from`, first without its surroundings. */
  async open(exchange: Exchange, id: number, from: HTMLElement): Promise<void> {
    const known = [...exchange.draft.citations, ...(exchange.answer?.citations ?? [])];
    const citation = known.findLast((one) => one.id === id);
    const box = this.#box;
    if (citation === undefined || box === null) return;
    this.#opener = from;
    this.#show({ exchange: exchange.key, citation, context: "loading" });
    await this.host.updateComplete;
    if (!box.matches(":popover-open")) box.showPopover();
    place(box, from);
    box.focus();
    const context = await contextOf(this.host.endpoint, citation).catch(() => "failed" as const);
    if (this.shown?.citation !== citation) return;
    this.#show({ exchange: exchange.key, citation, context });
    await this.host.updateComplete;
    if (from.isConnected) place(box, from);
  }

  /** Closes the window of the quote, when there is one. */
  close(): void {
    const box = this.#box;
    if (box?.matches(":popover-open")) box.hidePopover();
    this.#show(null);
  }

  /** The browser has closed the window: Escape, a click elsewhere, its button. */
  closed(): void {
    this.#show(null);
    // A click elsewhere has taken the focus there; else it is still in what is hidden now.
    const active = this.host.shadowRoot?.activeElement;
    const lost = active ? active.closest("#quote") : document.activeElement === document.body;
    if (!lost || this.#opener === null) return;
    // The marker of a draft has made room for the one of the answer.
    (this.#opener.isConnected ? this.#opener : heir(this.#opener, this.host.renderRoot))?.focus();
  }

  get #box(): HTMLElement | null {
    return this.host.renderRoot.querySelector<HTMLElement>("#quote");
  }

  #show(shown: Shown | null): void {
    this.shown = shown;
    this.host.requestUpdate();
  }
}
