// Where the window of a quote stands: beside its marker, on small screens at the foot.

const GAP = 8; // pixels
const NARROW = 480;

/** Places an open popover below `from`, above it where there is more room. */
export function place(box: HTMLElement, from: HTMLElement): void {
  const { style } = box;
  for (const side of ["left", "top", "right", "bottom"]) style.removeProperty(side);
  box.classList.toggle("sheet", innerWidth <= NARROW);
  if (innerWidth <= NARROW) return;
  const at = from.getBoundingClientRect();
  const width = box.offsetWidth;
  const height = box.offsetHeight;
  const below = innerHeight - at.bottom - GAP;
  const top = below >= height || below >= at.top ? at.bottom + GAP : at.top - GAP - height;
  style.left = `${Math.max(GAP, Math.min(at.left, innerWidth - width - GAP))}px`;
  style.top = `${Math.max(GAP, Math.min(top, innerHeight - height - GAP))}px`;
}
