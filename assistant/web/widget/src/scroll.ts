// Keeping a growing answer in sight.

const MARGIN = 16; // pixels kept free above the question and below the answer

export interface Follower {
  /** Scrolls so far that `answer` is in sight and `question` stays in it. */
  move(question: Element, answer: Element): void;
  stop(): void;
}

/** Follows until the reader scrolls. `box` scrolls, null the page; `foot` covers its lower edge. */
export function follow(box: Element | null, foot: Element): Follower {
  let active = true;
  const release = (): void => {
    active = false;
  };
  const target: EventTarget = box ?? window;
  const gestures = ["wheel", "touchmove", "pointerdown"];
  for (const name of gestures) target.addEventListener(name, release, { passive: true, once: true });
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
    },
  };
}
