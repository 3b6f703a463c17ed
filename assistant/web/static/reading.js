// The reading view needs no script. With one, the outline beside the text is open on wide screens
// and says which section is being read.

const wide = matchMedia("(min-width: 70rem)");
const outlines = document.querySelectorAll(".contents details");

function unfold() {
  for (const outline of outlines) outline.open = wide.matches;
}

unfold();
wide.addEventListener("change", unfold);

const links = new Map(
  [...document.querySelectorAll(".contents:not(.pages) a")].map((link) => [link.hash.slice(1), link]),
);
const headings = [...links.keys()].map((id) => document.getElementById(id)).filter(Boolean);
const guide = document.querySelector(".guide");
let current = null;

/** Keeps the link in sight when the outline is longer than the window. */
function reveal(link) {
  const [box, at] = [guide, link].map((node) => node.getBoundingClientRect());
  if (at.top < box.top || at.bottom > box.bottom) guide.scrollTop += at.top - box.top - box.height / 3;
}

function locate() {
  const line = innerHeight * 0.3;
  const passed = headings.findLast((heading) => heading.getBoundingClientRect().top <= line);
  const link = links.get(passed?.id) ?? null;
  if (link === current) return;
  current?.removeAttribute("aria-current");
  link?.setAttribute("aria-current", "location");
  current = link;
  if (link !== null && wide.matches) reveal(link);
}

let waiting = false;
addEventListener(
  "scroll",
  () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      locate();
    });
  },
  { passive: true },
);
locate();
