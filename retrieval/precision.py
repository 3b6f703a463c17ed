"""Decide by measurement whether rounding the model to bfloat16 pays. Pure, without a model."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

MIN_COSINE: Final = 0.999
MIN_GAIN: Final = 1.1
"""How many times as fast as float32 bfloat16 must be to be worth its rounding."""
ROUNDS: Final = 2
SENTENCES: Final = (
    "Gesundheitliche Chancen sind ungleich verteilt: Wer wenig Geld hat, in einer lauten Straße "
    "wohnt oder allein erzieht, ist häufiger krank und nutzt Angebote der Vorsorge seltener. ",
    "Nach § 20a SGB V fördern die Kassen Projekte in Lebenswelten wie Kita, Schule, Betrieb und "
    "Stadtteil; Kommunen stimmen sie in einer Präventionskette aufeinander ab. ",
    "Die Befragten nannten fehlende Zeit, weite Wege und unverständliche Schreiben als Gründe, "
    "weshalb sie Beratung nicht in Anspruch nahmen (n = 1 284, Mehrfachnennungen möglich). ",
    "Ein Bewegungstreff für Ältere gelingt, wenn Nachbarschaft, Hausärztinnen und Wohnungsbau "
    "gemeinsam einladen und der Raum ohne Stufen zu erreichen ist. ",
)
PROBE: Final = tuple(
    "".join(SENTENCES[first:] + SENTENCES[:first])[:900] for first in range(len(SENTENCES))
)
"""Passages of the usual length to measure with."""

Embed = Callable[[Sequence[str]], NDArray[np.float32]]


class Precision(StrEnum):
    """The number format of the encoder's weights and activations."""

    FLOAT32 = "float32"
    BFLOAT16 = "bfloat16"


def faster_precision(exact: Embed, rounded: Embed) -> Precision:
    """Compare a model in float32 with its copy in bfloat16 on this machine.

    Args:
        exact: Embeds passages in float32; returns unit rows.
        rounded: Embeds passages in bfloat16; returns unit rows.

    Returns:
        bfloat16 if it is at least `MIN_GAIN` times as fast and every probe passage keeps a cosine
        of at least `MIN_COSINE` to its exact vector, else float32.
    """
    cosines = (exact(PROBE) * rounded(PROBE)).sum(axis=1)
    if not cosines.min() >= MIN_COSINE:  # a NaN fails, too
        return Precision.FLOAT32
    seconds = [(_seconds(exact), _seconds(rounded)) for _ in range(ROUNDS)]
    slow, fast = (min(times) for times in zip(*seconds, strict=True))
    return Precision.BFLOAT16 if slow >= MIN_GAIN * fast else Precision.FLOAT32


def _seconds(embed: Embed) -> float:
    start = time.thread_time()  # other work on the machine must not decide
    embed(PROBE)
    return time.thread_time() - start
