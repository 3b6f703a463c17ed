r"""Running heads, feet and page numbers in text that was exported from a paged file. Pure.

Form feeds part the pages. A page number has to count with its page, a head or foot has to stand
on most pages: what is said once is never taken out. Without form feeds nothing is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from ingest.wording.pagenumbers import page_number

FEED = "\f"
_EDGE = 3  # outermost lines of a page with text
_MIN_PAGES = 3
_SHARE = 0.6
_MAX_CHARACTERS = 120
_DIGITS = re.compile(r"\d+")


def strip_pages(text: str) -> str:
    r"""Return `text` without page numbers and running heads and feet; ``\f`` stays.

    A line with a number goes when the numbers of two pages at least count as the pages do; a
    line of words when it stands, its digits aside, at the edge of 60 % of the pages and of
    three at least.
    """
    if text.count(FEED) < 1:
        return text
    pages = [page.split("\n") for page in text.split(FEED)]
    edges = [_edges(page) for page in pages]
    shifts = _shifts(pages, edges)
    common = _common(pages, edges)
    kept = []
    for number, (page, edge) in enumerate(zip(pages, edges, strict=True)):
        drop = {
            at for at in edge if _counted(page[at]) - number in shifts or _key(page[at]) in common
        }
        kept.append("\n".join(line for at, line in enumerate(page) if at not in drop))
    return FEED.join(kept)


def _edges(page: Sequence[str]) -> list[int]:
    filled = [at for at, line in enumerate(page) if line.strip()]
    return sorted({*filled[:_EDGE], *filled[-_EDGE:]}) if len(filled) > 1 else []


def _counted(line: str) -> int:
    """Return the page number that a line shows, a number that no page has without one."""
    found = page_number(line.strip())
    return found.number if found else -(10**6)


def _key(line: str) -> str:
    """Return what a line has in common with the same head on other pages, empty for none."""
    key = _DIGITS.sub("#", "".join(line.casefold().split()))
    return key if len(key) <= _MAX_CHARACTERS and any(map(str.isalpha, key)) else ""


def _shifts(pages: Sequence[Sequence[str]], edges: Sequence[Sequence[int]]) -> set[int]:
    """Return the differences of printed and counted page numbers that hold twice."""
    found: Counter[int] = Counter()
    for number, (page, edge) in enumerate(zip(pages, edges, strict=True)):
        found.update({_counted(page[at]) - number for at in edge if _counted(page[at]) >= 0})
    return {shift for shift, count in found.items() if count > 1}


def _common(pages: Sequence[Sequence[str]], edges: Sequence[Sequence[int]]) -> set[str]:
    found: Counter[str] = Counter()
    for page, edge in zip(pages, edges, strict=True):
        found.update({_key(page[at]) for at in edge} - {""})
    least = max(_MIN_PAGES, _SHARE * sum(map(bool, edges)))
    return {key for key, count in found.items() if count >= least}
