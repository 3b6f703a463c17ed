"""What the codes of a font mean and how wide they are. Pure: knows no PDF library."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ingest.page.content import Shown

_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\u200b\ufeff\ufffe\uffff\ud800-\udfff]")
_BOLD = re.compile(r"bold|black|heavy|demi(?!cond)|CMB|[,-]Bd", re.IGNORECASE)
_PICTOGRAMS = re.compile(r"wingdings|webdings|dingbats", re.IGNORECASE)
_ARROWS = {"à": "→", "è": "➔", "ð": "⇨", "\uf0e0": "→", "\uf0e8": "➔", "\uf0f0": "⇨"}
_FORCE_BOLD = 1 << 18
_BOLD_WEIGHT = 600


def is_bold(name: str, weight: str, flags: int) -> bool:
    """Whether a font is bold by its name, its weight (100..900, as text) or its flags."""
    heavy = weight.isdecimal() and int(weight) >= _BOLD_WEIGHT
    return bool(_BOLD.search(name)) or heavy or bool(flags & _FORCE_BOLD)


def is_pictograms(name: str) -> bool:
    """Whether the letters of a font show as pictures: bullets and arrows."""
    return bool(_PICTOGRAMS.search(name))


@dataclass(slots=True)
class Face:
    """A font of a file (`content.Typeface`).

    `encoding` names how strings become codes, or maps bytes to characters. `meanings` maps those
    to text. `width_of` measures a code in thousandths (`scale`) of an em. `readable` is False
    where nobody knows what the codes mean, `strict` leaves out codes without a meaning.
    """

    bold: bool
    space: float
    scale: float
    encoding: str | Mapping[int, str]
    meanings: Mapping[str, str]
    width_of: Callable[[str], float]
    readable: bool = True
    strict: bool = False
    pictograms: bool = False
    known: dict[str, tuple[str, float]] = field(default_factory=dict)

    def show(self, raw: bytes) -> Shown:
        """Decode and measure a string of the content stream."""
        single = not isinstance(self.encoding, str)
        codes = raw.decode("latin-1" if single else str(self.encoding), "replace")
        known = self.known
        found = [known[c] if c in known else self._learn(c) for c in codes]
        text = "".join([meaning for meaning, _ in found])
        width = sum([width for _, width in found])
        return Shown(text, width * self.scale, len(codes), raw.count(b" ") if single else 0)

    def _learn(self, code: str) -> tuple[str, float]:
        self.known[code] = (self._meaning(code) if self.readable else "", self.width_of(code))
        return self.known[code]

    def _meaning(self, code: str) -> str:
        signs = code if isinstance(self.encoding, str) else self.encoding.get(ord(code), code)
        text = "".join(self.meanings.get(sign, "" if self.strict else sign) for sign in signs)
        # Codes that WinAnsi leaves free show a bullet (ISO 32000-2, annex D); 7F is one of them.
        text = _UNPRINTABLE.sub("", text.replace("\x7f", "•"))
        if self.pictograms:
            text = "".join(c if c.isspace() else _ARROWS.get(c, "•") for c in text)
        return text
