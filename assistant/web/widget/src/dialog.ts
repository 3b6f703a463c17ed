// The window of a launcher: beside the page, or over all of it.

import type { LitElement } from "lit";

/** Where the style sheet lets the window fill the screen; it has the same condition. */
const FULL = "(max-width: 30rem), (max-height: 32rem)";

/** A window that fills the screen keeps the focus inside; beside the page it does not. */
export class Dialog {
  #modal = false;
  #full = matchMedia(FULL);

  /** `before` puts away what stands in front of the window, before it is closed and opened anew. */
  constructor(
    private readonly host: LitElement & { readonly opened: boolean },
    private readonly before: () => void,
  ) {}

  /** In the page, perhaps again: what leaves it is no longer modal. */
  connected(): void {
    this.#full.addEventListener("change", this.fit);
    if (this.#modal) this.fit();
  }

  disconnected(): void {
    this.#full.removeEventListener("change", this.fit);
  }

  /** Brings the window into line with `opened`; only what a person opens takes the focus. */
  swing(focus: boolean): void {
    const box = this.#box;
    if (!box) return;
    if (!this.host.opened) {
      box.close();
      this.#modal = false;
    } else if (!box.open) {
      if (focus) this.#show(box);
      else box.setAttribute("open", ""); // show() would take the focus
    }
  }

  /** Opens an open window in the other way when the screen asks for it; the focus stays. */
  readonly fit = (): void => {
    const box = this.#box;
    if (!box?.open || box.matches(":modal") === this.#full.matches) return;
    const held = this.host.shadowRoot?.activeElement as HTMLElement | null;
    this.before();
    box.close();
    this.#show(box);
    held?.focus({ preventScroll: true });
  };

  #show(box: HTMLDialogElement): void {
    this.#modal = this.#full.matches;
    if (this.#modal) box.showModal();
    else box.show();
  }

  get #box(): HTMLDialogElement | null | undefined {
    return this.host.shadowRoot?.querySelector("dialog");
  }
}
