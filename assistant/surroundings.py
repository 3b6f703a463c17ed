"""What stands around a stretch of a document. Pure."""

from __future__ import annotations

from ingest.wording.sentences import sentences

FARTHEST = 300
"""Characters shown on either side, at most."""
_LEAST = 100
"""Where whole sentences would leave fewer characters than this, words are the border."""
_SEEN = 2 * FARTHEST
"""Characters read on either side: whether a sentence ends at the border shows beyond it."""


def surroundings(text: str, start: int, end: int) -> tuple[str, str]:
    """Return what stands before and behind ``text[start:end]``.

    Both together with the stretch between them are a stretch of `text`. The outer borders are
    those of the text, of a sentence or else of a word; only a word longer than `FARTHEST` is cut.

    Returns:
        At most `FARTHEST` characters each, without white space at the outer side.
    """
    before = text[_begin(text, start) : start].lstrip()
    after = text[end : _stop(text, end)].rstrip()
    return before, after


def _begin(text: str, start: int) -> int:
    low = max(0, start - FARTHEST)
    if low == 0:
        return low
    begins = [begin for begin, _ in sentences(text, max(0, start - _SEEN), start)]
    first = next((begin for begin in begins if begin >= low), start)
    if start - first >= _LEAST:
        return first
    if text[low - 1].isspace():
        return low
    return next((at for at in range(low, start) if text[at].isspace()), low)


def _stop(text: str, end: int) -> int:
    high = min(len(text), end + FARTHEST)
    if high == len(text):
        return high
    stops = [stop for _, stop in sentences(text, end, min(len(text), end + _SEEN))]
    last = max((stop for stop in stops if stop <= high), default=end)
    if last - end >= _LEAST:
        return last
    if text[high].isspace():
        return high
    return next((at for at in range(high - 1, end - 1, -1) if text[at].isspace()), high)
