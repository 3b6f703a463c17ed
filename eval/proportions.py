"""Shares with their 95 % intervals. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

NORMAL: Final = 1.959964
"""What 95 % of a normal distribution lie within, in standard deviations."""
_PERCENT: Final = 100


@dataclass(frozen=True, slots=True)
class Proportion:
    """`count` of `of` cases; where `of` is 0 there is no share."""

    count: int
    of: int

    @property
    def percent(self) -> float | None:
        """The share, 0..100 with two decimals; None of nothing."""
        return round(_PERCENT * self.count / self.of, 2) if self.of else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The bounds of the share, 0..100 with two decimals; None of nothing.

        The score interval of Wilson (1927), which holds its level for small numbers and shares
        near 0 and 1 too, as Brown, Cai & DasGupta (2001) recommend.
        """
        if not self.of:
            return None
        share, spread = self.count / self.of, NORMAL**2 / self.of
        middle = (share + spread / 2) / (1 + spread)
        half = math.sqrt(share * (1 - share) * spread + spread**2 / 4) / (1 + spread)
        low, high = max(middle - half, 0.0), min(middle + half, 1.0)
        return round(_PERCENT * low, 2), round(_PERCENT * high, 2)


def share_of(marks: Iterable[bool | None]) -> Proportion:
    """Count the true ones among `marks`; None does not apply and counts nowhere."""
    given = [mark for mark in marks if mark is not None]
    return Proportion(sum(given), len(given))
