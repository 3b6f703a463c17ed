// Where the focus goes when what has it leaves the display; it must never fall to the page.

/** What takes the focus over from an element that is gone. */
export function heir(gone: HTMLElement, root: ParentNode): HTMLElement | null {
  const cite = gone.dataset["cite"];
  const key = gone.closest<HTMLElement>("[data-key]")?.dataset["key"];
  const wanted = [
    cite && `.prose [data-cite="${cite}"]`,
    key && `.message[data-key="${key}"] .thanks`,
    "#stop",
    "#typed",
    "#launcher",
  ];
  for (const selector of wanted) {
    const found = selector ? [...root.querySelectorAll<HTMLElement>(selector)].at(-1) : undefined;
    if (found !== undefined) return found;
  }
  return null;
}
