// What the server says about itself; what failed is asked for again at the next occasion.

import type { Site } from "./contract.ts";
import { siteOf } from "./server.ts";

const AFTER_PAINT = 50; // milliseconds

/** Calls `then` when what is there now has been painted. */
function painted(then: () => void): void {
  requestAnimationFrame(() => setTimeout(then, AFTER_PAINT));
}

export class Knowledge {
  site: Site | null = null;
  #asked = false;

  constructor(
    private readonly endpoint: string,
    private readonly known: () => void,
  ) {}

  /** Without it there are no examples, filters and links; asking works all the same. */
  learn(): void {
    if (this.#asked) return;
    this.#asked = true;
    painted(() => {
      siteOf(this.endpoint).then(
        (site) => {
          this.site = site;
          this.known();
        },
        () => {
          this.#asked = false;
        },
      );
    });
  }
}
