// Keeping a growing answer in sight, and what has the focus above the input.

const MARGIN = 16; // pixels kept free above the question and below the answer

interface Follower {
  /** Scrolls so far that `answer` is in sight and `question` stays in it. */
  move(question: Element, answer: Element): void;
  stop(): void;
}

/** Follows until the reader scrolls or selects. `box` scrolls, null the page; `foot` covers its lower edge. */
function follow(box: Element | null, foot: Element): Follower {
  let active = true;
  const release = (): void => {
    active = false;
  };
  const pressed = (event: Event): void => {
    const field = (event.composedPath()[0] as Element).matches("textarea, select, input");
    if (!field && /^( |Page|Home|End|Arrow)/.test((event as KeyboardEvent).key)) release();
  };
  const selected = (): void => {
    if (String(getSelection()) !== "") release();
  };
  const target: EventTarget = box ?? window;
  const gestures = ["wheel", "touchmove", "pointerdown"];
  for (const name of gestures) target.addEventListener(name, release, { passive: true, once: true });
  target.addEventListener("keydown", pressed);
  document.addEventListener("selectionchange", selected);
  return {
    move(question, answer) {
      const top = box === null ? 0 : box.getBoundingClientRect().top;
      const edge = Math.min(innerHeight, foot.getBoundingClientRect().top);
      const room = question.getBoundingClientRect().top - top - MARGIN;
      const hidden = answer.getBoundingClientRect().bottom + MARGIN - edge;
      const by = Math.min(room, hidden);
      if (active && by > 0) (box ?? window).scrollBy({ top: by, behavior: "instant" });
    },
    stop() {
      for (const name of gestures) target.removeEventListener(name, release);
      target.removeEventListener("keydown", pressed);
      document.removeEventListener("selectionchange", selected);
    },
  };
}

/** What of the conversation is in sight. */
export class Sight {
  #follower: Follower | null = null;
  #foot: Element | null = null;
  // The style sheet keeps what has the focus above what the input covers.
  #observer = new ResizeObserver((entries) => {
    for (const { target } of entries) target.parentElement?.style.setProperty("--foot", `${(target as HTMLElement).offsetHeight}px`);
  });

  /** Looks at the input that is shown now. */
  watch(foot: Element | null): void {
    if (foot === this.#foot) return;
    this.#observer.disconnect();
    this.#foot = foot;
    if (foot) this.#observer.observe(foot);
  }

  /** Follows the answer that comes now, in `box` or, where it is null, in the page. */
  follow(box: Element | null): void {
    this.stop();
    this.#follower = this.#foot && follow(box, this.#foot);
  }

  /** Brings the last answer into sight. */
  move(root: ParentNode): void {
    const question = [...root.querySelectorAll(".question")].at(-1);
    const answer = question?.nextElementSibling;
    if (question && answer) this.#follower?.move(question, answer);
  }

  stop(): void {
    this.#follower?.stop();
  }
}
