// The few drawings of the interface; decoration only, each beside a text or a label.

import { html, type TemplateResult } from "lit";

const SHAPES = {
  chat: "M4 5h16v11H9l-5 4z",
  close: "M6 6l12 12M18 6L6 18",
  clear: "M5 7h14M10 7V5h4v2M7 7l1 12h8l1-12",
  print: "M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z",
  send: "M4 12l16-8-6 16-3-6z",
  stop: "M7 7h10v10H7z",
  up: "M7 11v9H4v-9zM7 11l4-7 2 1v5h6l-1 10H7",
  down: "M7 13V4H4v9zM7 13l4 7 2-1v-5h6L18 4H7",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  open: "M7 3h7l4 4v14H7zM14 3v4h4",
  alert: "M12 4l9 16H3zM12 10v4M12 17v.5",
  quote: "M5 7h6v5l-3 5H6l1-5H5zM14 7h6v5l-3 5h-2l1-5h-2z",
  none: "M10 4a6 6 0 104 10.5l6 5.5M8 10h4",
  info: "M12 3a9 9 0 100 18 9 9 0 000-18zM12 11v6M12 7v.5",
  retry: "M19 12a7 7 0 11-2-5l2 2M19 4v5h-5",
} as const;

export type Icon = keyof typeof SHAPES;

export function icon(name: Icon): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d=${SHAPES[name]}></path></svg>`;
}
