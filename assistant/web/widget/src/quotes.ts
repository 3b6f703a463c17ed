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
  #left = false; // by its own button or a key

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
    this.#left = false;
    addEventListener("resize", this.#moved);
    addEventListener("scroll", this.#moved, { capture: true, passive: true });
    place(box, from);
    box.focus({ preventScroll: true });
    const context = await contextOf(this.host.endpoint, citation).catch(() => "failed" as const);
    if (this.shown?.citation !== citation) return;
    this.#show({ exchange: exchange.key, citation, context });
    await this.host.updateComplete;
    this.#moved();
  }

  /** Closes the window of the quote, when there is one. */
  close(): void {
    const box = this.#box;
    if (box?.matches(":popover-open")) box.hidePopover();
    this.#gone();
  }

  /** Escape or the button closes it now: the focus goes back to where it came from. */
  leave(): void {
    this.#left = true;
  }

  /** The browser has closed the window: Escape, its button, or a click elsewhere, which moves nothing. */
  closed(): void {
    if (this.#box?.matches(":popover-open")) return; // opened anew meanwhile
    this.#gone();
    const active = this.host.shadowRoot?.activeElement;
    if (!this.#left || !this.#opener || (active && !active.closest("#quote"))) return;
    // The marker of a draft has made room for the one of the answer.
    (this.#opener.isConnected ? this.#opener : heir(this.#opener, this.host.renderRoot))?.focus({ preventScroll: true });
  }

  get #box(): HTMLElement | null {
    return this.host.renderRoot.querySelector<HTMLElement>("#quote");
  }

  /** Keeps the window beside its marker. */
  readonly #moved = (event?: Event): void => {
    const box = this.#box;
    if (box && this.#opener?.isConnected && event?.composedPath()[0] !== box) place(box, this.#opener);
  };

  #gone(): void {
    removeEventListener("resize", this.#moved);
    removeEventListener("scroll", this.#moved, { capture: true });
    if (this.shown !== null) this.#show(null);
  }

  #show(shown: Shown | null): void {
    this.shown = shown;
    this.host.requestUpdate();
  }
}
