// The button in the corner of a page and the window it opens.

import { html, nothing, type TemplateResult } from "lit";

import type { Scene } from "../scene.ts";
import { icon } from "./icons.ts";
import { panel } from "./panel.ts";

export function launcher(scene: Scene, opened: boolean, toggle: () => void, close: () => void): TemplateResult {
  const { words } = scene;
  const pressed = (event: KeyboardEvent): void => {
    // An open quote takes the key for itself.
    if (event.key !== "Escape" || scene.shown !== null) return;
    event.preventDefault();
    event.stopPropagation();
    close();
  };
  // The browser's own ways to close a window, such as the gesture that goes back.
  const left = (event: Event): void => {
    event.preventDefault();
    close();
  };
  // One that was closed to be opened in the other way is open again.
  const closed = ({ target }: Event): void => {
    if (!(target as HTMLDialogElement).open) close();
  };
  return html`
    <button type="button" id="launcher" class="launcher" part="launcher" aria-expanded=${String(opened)} aria-controls="panel" aria-label="${words.openShort} ${words.open}" @click=${toggle}>
      ${icon(opened ? "close" : "chat")}<span class="launcher-text">${words.openShort}</span>
    </button>
    <dialog id="panel" class="panel" part="panel" aria-labelledby="title" @keydown=${pressed} @cancel=${left} @close=${closed} @focusin=${scene.act.fit}>
      ${opened ? panel(scene) : nothing}
    </dialog>
  `;
}
