"""``python -m eval report RESULTS.json REPORT.md``: what an ablation found, for people to read.

RESULTS is what ``python -m eval ablation … --json`` prints. A plot of the gains is written beside
the report under the same name. Pure but for `write`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from eval.plot import Axes, Bar, bars
from eval.variants import EXPLAINED, FULL, without

COLUMNS: Final = ("ndcg@10", "mrr@5", "recall@1", "recall@5", "recall@10", "mrr@10")
LEGS: Final = ("only dense", "only lexical", "only stems", "only grams")
MINUS: Final = "−"

Json = Mapping[str, Any]

_HOW: Final = """\
A gain is what the full search reaches more than the same search without the step, in points of the
set's metric, averaged over its questions. In brackets stands the 95 % interval of a paired
bootstrap over the questions ({samples} draws, fixed seed). **Bold** gains and losses have an
interval without zero; = says that no question's figure changed. With {cells} such comparisons, some
{chance:.0f} would be bold by chance alone, and sets made from the same texts do not count as
independent findings.

The rule: a step is on by default if it gains on at least two sets, or if no set shows a loss and
the product promises what it does ("needed"). Data sets that are held out decide on no step."""

_METRICS: Final = """\
All figures are 0..100, higher is better. Sets of documents are compared by nDCG@10 (graded position
of the right documents within ten), sets of passage cases by MRR@5 (1 / place of the first passage
that answers, 0 after the fifth). Recall@k is the share of right documents, or of answered
questions, within k. The times are of one question after another, from its text to its hits, with
the model's work."""


def write(results: Json, path: Path) -> None:
    """Write the report to `path` and its plot beside it."""
    plot = path.with_suffix(".svg")
    path.write_text(markdown(results, plot.name), encoding="utf-8")
    plot.write_text(picture(results), encoding="utf-8")


def markdown(results: Json, plot: str) -> str:
    """Return the report; `plot` is the name of the picture beside it."""
    made = results["made"]
    decisive = _decisive(results)
    cells = len(results["verdicts"]) * len(decisive)
    parts = [
        "# What the search reaches, and what each step of it is worth",
        f"Measured on {made['day']} by `{made['command']}`, commit `{made['commit']}`, "
        f"on {made['machine']}, Python {made['python']}.",
        "## Data sets",
        table(("set", "what it is", "documents", "passages", "questions"), _sets(results)),
        "## The full search",
        _METRICS,
        table(("set", *COLUMNS, "ms p50", "ms p95"), _figures(results)),
        "## Single legs",
        table(("set", "metric", FULL, *LEGS), _legs(results)),
        "## Steps",
        _HOW.format(samples=results["samples"], cells=cells, chance=0.05 * cells),
        table(("step", *decisive, "mean of all", "by the rule"), _steps(results)),
        f"![Mean gain of each step over all data sets]({plot})",
        table(("step", "what it does"), _words(results)),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown; bars within cells are escaped."""
    lines = [[_escaped(cell) for cell in line] for line in (head, *rows)]
    lines.insert(1, ["---"] * len(head))
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def signed(value: float) -> str:
    """Return a difference with its sign and two decimals, zero without."""
    rounded = f"{abs(value):.2f}"
    return rounded if float(rounded) == 0 else f"{'+' if value > 0 else MINUS}{rounded}"


def shown(gain: Json) -> str:
    """Return a gain with its interval, bold where it is none of chance's; "=" without a change."""
    if gain.get("changed") == 0:
        return "="
    value = f"**{signed(gain['gain'])}**" if gain["sign"] else signed(gain["gain"])
    return f"{value} [{signed(gain['low'])}, {signed(gain['high'])}]"


def picture(results: Json) -> str:
    """Return the plot of mean gains over all data sets, the largest first, as SVG."""
    over_all = {found["variant"]: found for found in results["over_all"]}
    steps = [(v["step"], over_all[without(v["step"]).name]) for v in results["verdicts"]]
    steps.sort(key=lambda entry: -entry[1]["gain"])
    return bars(
        Axes(title="What each step of the search is worth", x="points gained, mean of all sets"),
        [Bar(step, found["gain"], found["low"], found["high"]) for step, found in steps],
        description="Mean gain of each step over all data sets in points of their metrics, with "
        "95 % intervals of a paired bootstrap.",
    )


def _escaped(cell: str) -> str:
    return cell.replace("|", "\\|")


def _decisive(results: Json) -> list[str]:
    """Return the names of the data sets that were searched without steps."""
    without_a_step = {without(verdict["step"]).name for verdict in results["verdicts"]}
    found = (gain["set"] for gain in results["gains"] if gain["variant"] in without_a_step)
    return list(dict.fromkeys(found))


def _sets(results: Json) -> list[list[str]]:
    return [
        [
            held["name"],
            held["about"],
            *(f"{held[count]:,}" for count in ("documents", "passages", "questions")),
        ]
        for held in results["sets"]
    ]


def _figures(results: Json) -> list[list[str]]:
    return [
        [
            held["name"],
            *(_figure(held["figures"][FULL].get(column)) for column in COLUMNS),
            f"{held['query_ms_p50']:.0f}",
            f"{held['query_ms_p95']:.0f}",
        ]
        for held in results["sets"]
    ]


def _legs(results: Json) -> list[list[str]]:
    return [
        [
            held["name"],
            held["metric"],
            *(
                _figure(held["figures"].get(variant, {}).get(held["metric"]))
                for variant in (FULL, *LEGS)
            ),
        ]
        for held in results["sets"]
    ]


def _steps(results: Json) -> list[list[str]]:
    gains = {(found["variant"], found["set"]): found for found in results["gains"]}
    over_all = {found["variant"]: found for found in results["over_all"]}
    rows = []
    for verdict in results["verdicts"]:
        variant = without(verdict["step"]).name
        cells = [shown(gains[variant, name]) for name in _decisive(results)]
        rule = f"{'on' if verdict['on'] else 'off'}: {verdict['reason']}"
        rows.append([verdict["step"], *cells, shown(over_all[variant]), rule])
    return rows


def _words(results: Json) -> list[list[str]]:
    return [[v["step"], EXPLAINED.get(v["step"], "")] for v in results["verdicts"]]


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}"
