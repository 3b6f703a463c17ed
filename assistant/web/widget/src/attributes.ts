// What a page may set on <kgc-chat>.

import { LitElement } from "lit";

export class Attributes extends LitElement {
  static override properties = {
    endpoint: {},
    mode: { reflect: true },
    history: {},
    level: { type: Number, attribute: "heading-level" },
    opened: { type: Boolean, reflect: true, attribute: "open" },
    lang: { reflect: true },
  };

  declare endpoint: string;
  declare mode: "launcher" | "inline";
  declare history: "memory" | "session";
  declare level: number;
  declare opened: boolean;

  constructor() {
    super();
    Object.assign(this, { endpoint: "", mode: "launcher", history: "memory", level: 2, opened: false });
  }
}
