"""``python -m eval answers-report``: figures, curves and confusion of sets of cases, for people.

The report holds no question and no answer, whatever the set: who reads single failures of a test
half has used it up. ``python -m eval answers FILE --json`` shows those of a development half. Pure
but for `write`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from eval.answer_sets import Measured
from eval.answers import Outcome, by_kind, figures, judged, trust
from eval.calibration import Bin, reliability, risk_coverage
from eval.metrics import percentile
from eval.plot import Axes, Point, Series, lines
from eval.report import table

Json = Mapping[str, Any]

RATES: Final = {
    "answer_hit": "fact in answer or quotes",
    "first_sentence_hit": "in first sentence",
    "citation_hit": "right document cited",
    "quote_exact": "quotes exact",
    "citation_resolves": "citations resolve",
    "false_refusal": "false refusals",
    "false_answer": "false answers",
}
TRUST: Final = {
    "aurc": "AURC",
    "aurc_all": "AURC, refusals wrong",
    "ece": "ECE",
    "brier": "Brier",
    "auroc": "AUROC",
}
GENERATED: Final = "generated"
"""The mode of an answer in a language model's words, not the source's."""
POINTS: Final = 24
"""Points of a curve that are drawn at most."""
_MS: Final = 1_000
_PERCENT: Final = 100

_HOW: Final = """\
All rates are percent, in brackets stands the 95 % interval (Wilson). Over the questions that can
be answered: the expected fact stands in the answer or one of its quotes, in its first sentence; a
document that holds it is cited; false refusals got no answer. Over those that cannot: false
answers got one. Over the answers: every quote stands in its document at its offsets; every marker
has its citation, every citation its marker, and every link leads to its quote."""

_CONFUSION: Final = """\
"Right" means that the expected fact stands in the answer or its quotes. "Refused" is everything
without an answer from the sources, also a hint or a greeting."""

_NEAR: Final = """\
As NoMIRACL (Thakur et al. 2024) puts it: the share of questions without an answer that got one
(hallucination), against the share of questions with an answer that got none (error). AUROC: how
often the confidence of a question with an answer is above that of one of these, .5 is chance.
Off-topic questions are easy; the others ask for a fact that our sources lack on a topic that they
treat."""

_TRUST: Final = """\
The confidence is taken as the probability that the answer is right. Risk-coverage (El-Yaniv &
Wiener 2010): answers are sorted by it; at each threshold, coverage is the share of all questions
that are still answered, risk the share of wrong ones among those answers, and any answer to a
question that has none is wrong. A curve ends at what the product answers. AURC is the mean risk of
the k surest answers over all k; "refusals wrong" also ranks every refused question and counts it
as wrong. ECE (10 bins of one width) and Brier score are of the answers given. AUROC is that of
questions with an answer against those without, refused ones with the confidence of the refusal."""


def results(measured: Sequence[Measured]) -> dict[str, Any]:
    """Return the totals of each set by its name, as JSON without a question in it."""
    return {held.given.name: _totals(held) for held in measured}


def _totals(held: Measured) -> Json:
    outcomes = held.outcomes
    given = judged(outcomes)
    curve = risk_coverage(given, len(outcomes)) if outcomes else []
    times = [o.seconds for o in outcomes]
    return {
        "cases": held.given.path.as_posix(),
        "from": [path.as_posix() for path in held.given.documents],
        "documents": held.held,
        "passages": held.passages,
        **figures(outcomes),
        **trust(outcomes),
        "generated": sum(o.answered and o.mode == GENERATED for o in outcomes),
        "answer_ms_p50": round(_MS * percentile(times, 0.50), 1),
        "answer_ms_p95": round(_MS * percentile(times, 0.95), 1),
        "by_kind": {kind: figures(group) | _confusion(group) for kind, group in by_kind(outcomes)},
        "near": _near(outcomes),
        "curve": [[round(p.coverage, 4), round(p.risk, 4)] for p in curve],
        "judged": given,
    }


def _confusion(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Count what became of the questions; `unjudged` are answers to cases that expect nothing."""
    with_answer = [o for o in outcomes if o.case.answerable]
    without = [o for o in outcomes if not o.case.answerable]
    marks = [o.right for o in with_answer if o.answered]
    return {
        "confusion": {
            "right": marks.count(True),
            "wrong": marks.count(False),
            "unjudged": marks.count(None),
            "refused": sum(not o.answered for o in with_answer),
            "answered without an answer": sum(o.answered for o in without),
            "refused without an answer": sum(not o.answered for o in without),
        }
    }


def _near(outcomes: Sequence[Outcome]) -> dict[str, float | None]:
    """Return the AUROC of each kind of unanswerable question against all answerable ones."""
    with_answer = [o for o in outcomes if o.case.answerable]
    without = [o for o in outcomes if not o.case.answerable]
    return {kind: trust(with_answer + group)["auroc"] for kind, group in by_kind(without)}


def write(found: Json, made: Json, path: Path) -> None:
    """Write the report to `path` and its plots beside it."""
    risk = path.with_name(f"{path.stem}_risk.svg")
    calibration = path.with_name(f"{path.stem}_calibration.svg")
    judgeable = any(held["judged"] for held in found.values())
    plots = (risk.name, calibration.name) if judgeable else ()
    path.write_text(markdown(found, made, plots), encoding="utf-8")
    if judgeable:
        risk.write_text(risk_picture(found), encoding="utf-8")
        calibration.write_text(calibration_picture(found), encoding="utf-8")


def markdown(found: Json, made: Json, plots: Sequence[str]) -> str:
    """Return the report; `plots` are the names of the pictures beside it, risk first."""
    titles = ("Risk over coverage of each set", "Share of right answers over the confidence")
    parts = [
        "# How good the answers are",
        f"Measured on {made['day']} by `{made['command']}`, commit `{made['commit']}`, "
        f"on {made['machine']}, Python {made['python']}.",
        "## Sets",
        table(
            ("set", "cases", "answerable", "unanswerable", "put to", "documents", "passages"),
            _sets(found),
        ),
        "## Figures",
        _HOW,
        table(("", *found), _rates(found)),
        "## By kind of question",
        _CONFUSION,
        table(
            ("set", "kind", "answered right", "answered wrong", "refused", "in first sentence"),
            _with_answer(found),
        ),
        "## Questions without an answer",
        _NEAR,
        table(
            ("set", "kind", "answered", "refused", "hallucination", "error on the others", "AUROC"),
            _without_answer(found),
        ),
        "## What the confidence is worth",
        _TRUST,
        table(("", *found), _trust(found)),
        *(f"![{title}]({plot})" for title, plot in zip(titles, plots, strict=False)),
        table(("confidence", "answers", "mean confidence", "right, %"), _bins(found)),
    ]
    return "\n\n".join(parts) + "\n"


def _sets(found: Json) -> Iterable[list[str]]:
    for name, held in found.items():
        counts = held["counts"]
        sizes = (counts["answerable"], counts["unanswerable"])
        own = (held["documents"], held["passages"])
        place = ", ".join(held["from"])
        yield [name, f"`{held['cases']}`", *map(str, sizes), place, *map(str, own)]


def _rates(found: Json) -> Iterable[list[str]]:
    for name, words in RATES.items():
        yield [f"{words} (`{name}`)", *(_rate(held, name) for held in found.values())]
    yield ["answers by a language model", *(str(held["generated"]) for held in found.values())]
    for name, words in (("answer_ms_p50", "median"), ("answer_ms_p95", "p95")):
        times = (f"{held[name]:.0f} ms" for held in found.values())
        yield [f"time of an answer, {words}", *times]


def _rate(held: Json, name: str) -> str:
    """Write a rate of a set or kind with its interval."""
    if held[name] is None:
        return "–"
    low, high = held["intervals"][name]
    return f"{held[name]:.1f} [{low:.1f}, {high:.1f}]"


def _with_answer(found: Json) -> Iterable[list[str]]:
    for name, kind, held in _kinds(found, "answerable"):
        counts = held["confusion"]
        wrong = f"{counts['wrong']}" + (f" (+{n} unjudged)" if (n := counts["unjudged"]) else "")
        first = held["first_sentence_hit"]
        of = held["counts"]["answerable"]
        cells = (str(counts["right"]), wrong, f"{counts['refused']} of {of}")
        yield [name, kind, *cells, "–" if first is None else f"{first:.0f} %"]


def _without_answer(found: Json) -> Iterable[list[str]]:
    for name, kind, held in _kinds(found, "unanswerable"):
        counts = held["confusion"]
        cells = (counts["answered without an answer"], counts["refused without an answer"])
        error = _rate(found[name], "false_refusal")
        rank = _decimal(found[name]["near"][kind])
        yield [name, kind, *map(str, cells), _rate(held, "false_answer"), error, rank]


def _kinds(found: Json, counted: str) -> Iterable[tuple[str, str, Json]]:
    for name, held in found.items():
        for kind, inner in held["by_kind"].items():
            if inner["counts"][counted]:
                yield name, kind, inner


def _trust(found: Json) -> Iterable[list[str]]:
    for name, words in TRUST.items():
        yield [words, *(_decimal(held[name]) for held in found.values())]


def _bins(found: Json) -> Iterable[list[str]]:
    for one in _all_bins(found):
        share = f"{one.right.percent:.1f}" if one.right.percent is not None else "–"
        low, high = one.right.interval or (0.0, 0.0)
        between = f"{one.low:.1f} to {one.high:.1f}"
        cells = (str(one.right.of), f"{one.confidence:.2f}", f"{share} [{low:.1f}, {high:.1f}]")
        yield [between, *cells]


def _decimal(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _all_bins(found: Json) -> list[Bin]:
    return reliability([pair for held in found.values() for pair in held["judged"]])


def risk_picture(found: Json) -> str:
    """Return the risk-coverage curves of all sets with answers as SVG."""
    series = [
        Series(name, [Point(_PERCENT * x, _PERCENT * y) for x, y in thinned(held["curve"])])
        for name, held in found.items()
        if held["curve"]
    ]
    return lines(
        Axes("Risk over coverage", "questions answered, % of all", "wrong answers, % of those"),
        series,
        description="Share of wrong answers among the surest ones over the share of questions "
        "answered, one line a set, ending at what the product answers.",
    )


def thinned(points: Sequence[Sequence[float]], most: int = POINTS) -> list[Sequence[float]]:
    """Return at most `most` points, evenly spread, the last one among them."""
    step = max(1, -(-len(points) // most))
    return list(points[::-1][::step])[::-1]


def calibration_picture(found: Json) -> str:
    """Return the reliability diagram over all sets together as SVG."""
    made = []
    for one in _all_bins(found):
        low, high = one.right.interval or (0.0, 0.0)
        share = one.right.count / one.right.of
        made.append(Point(one.confidence, share, low / _PERCENT, high / _PERCENT))
    return lines(
        Axes("Is the confidence true?", "confidence", "share of right answers"),
        [Series("our answers", made), Series("ideal", [Point(0.0, 0.0), Point(1.0, 1.0)])],
        description="Share of right answers over the mean confidence in ten bins, with 95 % "
        "intervals, beside the diagonal of a confidence that is exactly true.",
    )
