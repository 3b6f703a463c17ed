"""Charts, diagrams and text of slides from their XML alone. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

from lxml import etree

from ingest.office.office import row_texts
from ingest.wording.wrapping import HARD_BREAK

# Elements of an lxml tree, which is untyped.
Node: TypeAlias = Any

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
MAX_CHART_ROWS = 60
_SHOWN = {f"{P}{name}" for name in ("sp", "graphicFrame", "grpSp", "pic", "cxnSp")}
_FILLED_IN = ("slidenum", "datetime")
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)


def parsed(data: bytes) -> Node:
    """Return the root of a part; nothing is loaded or expanded.

    Raises:
        lxml.etree.XMLSyntaxError: It is no XML.
    """
    return etree.fromstring(data, _PARSER)


def paragraph_text(paragraph: Node) -> str:
    """Return the text of an ``a:p``, a `HARD_BREAK` for each line break in it.

    Fields that PowerPoint fills in with the slide's number or the day are left out.
    """
    parts: list[str] = []
    for child in paragraph:
        if child.tag == f"{A}br":
            parts.append(HARD_BREAK)
        elif child.tag == f"{A}r" or _is_written(child):
            parts.append("".join(node.text or "" for node in child.iter(f"{A}t")))
    lines = "".join(parts).replace("\x0b", HARD_BREAK).split(HARD_BREAK)
    return HARD_BREAK.join(line.strip() for line in lines).strip(f"{HARD_BREAK} ")


def _is_written(field: Node) -> bool:
    return field.tag == f"{A}fld" and not str(field.get("type", "")).startswith(_FILLED_IN)


def choose_alternatives(tree: Node) -> None:
    """Put what ``mc:AlternateContent`` offers for newer programs in its place, else the older.

    python-pptx passes over the element with all that is in it.
    """
    for offer in list(tree.iter(f"{_MC}AlternateContent")):
        parent = offer.getparent()
        if parent is None or parent.tag not in (f"{P}spTree", f"{P}grpSp"):
            continue
        newer, older = (
            [node for branch in offer.iterfind(name) for node in branch]
            for name in (f"{_MC}Choice", f"{_MC}Fallback")
        )
        chosen = [node for node in newer if node.tag in _SHOWN] or older
        for node in chosen:
            offer.addprevious(node)
        parent.remove(offer)


def chart_title(chart: Node) -> str:
    """Return the title of a ``c:chartSpace`` as one line, empty where it has none."""
    title = chart.find("{*}chart/{*}title")
    paragraphs = title.iter(f"{A}p") if title is not None else ()
    return " ".join(" ".join(map(paragraph_text, paragraphs)).split())


def chart_rows(chart: Node) -> list[str]:
    """Return the values of a chart, one line for each category (``Ost; Kitas: 12,5``).

    At most `MAX_CHART_ROWS` categories; a chart that keeps no values gives none.
    """
    series = list(chart.iterfind("{*}chart/{*}plotArea/*/{*}ser"))
    labels: dict[int, str] = {}
    for one in series:
        for number, text in _points(one, ("cat", "xVal")).items():
            labels.setdefault(number, text)
    columns = [(_name(one), _values(one)) for one in series]
    used = sorted({number for _, values in columns for number in values} | set(labels))
    rows = []
    for number in used[:MAX_CHART_ROWS]:
        cells = [f"{name}: {values[number]}" for name, values in columns if number in values]
        rows.append("; ".join(filter(None, [labels.get(number, ""), *cells])))
    return row_texts([[row] for row in rows], header=False)


def _name(series: Node) -> str:
    found = next(series.iterfind("{*}tx//{*}v"), None)
    name = " ".join(((found.text if found is not None else "") or "").split())
    return name or "Wert"


def _values(series: Node) -> dict[int, str]:
    code = next(series.iterfind("{*}val//{*}formatCode"), None)
    percent = code is not None and "%" in (code.text or "")
    points = _points(series, ("val", "yVal"))
    return {number: _number(text, percent=percent) for number, text in points.items()}


def _points(series: Node, names: tuple[str, ...]) -> dict[int, str]:
    holder = next((n for name in names for n in series.iterfind(f"{{*}}{name}")), None)
    if holder is None:
        return {}
    level = next(holder.iter("{*}lvl"), holder)
    points: dict[int, str] = {}
    for point in level.iter("{*}pt"):
        number, value = str(point.get("idx", "")), point.find("{*}v")
        text = " ".join(((value.text if value is not None else "") or "").split())
        if number.isascii() and number.isdigit() and text:
            points[int(number)] = text
        if len(points) > MAX_CHART_ROWS:
            break
    return points


def _number(text: str, *, percent: bool) -> str:
    try:
        value = float(text)
    except ValueError:
        return text
    shown = f"{100 * value if percent else value:.4f}".rstrip("0").rstrip(".").replace(".", ",")
    return f"{shown} %" if percent else shown


def diagram_texts(diagram: Node) -> Iterator[str]:
    """Yield the texts of a SmartArt diagram's data part."""
    for point in diagram.iterfind(".//{*}pt"):
        for paragraph in point.iterfind(f".//{A}p"):
            text = paragraph_text(paragraph)
            if text:
                yield text
