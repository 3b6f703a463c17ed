from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from assistant import wiring
from eval import passages
from eval.case_files import CasesInvalid
from eval.corpora import PlainText, library
from eval.passages import Found, PassageCase, figures, measure, rank_of, read_cases
from retrieval.chroma import ChromaIndex
from retrieval.exact import ExactIndex
from retrieval.library import Library
from retrieval.records import Mode
from tests.fakes import HashEmbedder

FOUNTAIN = "Der Brunnen auf dem Markt wird jedes Jahr im Mai gereinigt."
LIBRARY = "Die Bücherei am Wall hat montags geschlossen."


def case(
    *gold: str, name: str = "a-01", kind: str = "a", question: str = "?", source: str = "a.txt"
) -> PassageCase:
    patterns = tuple(re.compile(pattern, re.IGNORECASE | re.DOTALL) for pattern in gold)
    return PassageCase(name, question, kind, (source,), patterns)


def lines(path: Path, *given: object) -> Path:
    path.write_text("\n".join(json.dumps(line) for line in given), encoding="utf-8")
    return path


FORM = {"id": "a-01", "question": "?", "kind": "a", "documents": ["a.txt"], "gold": ["im mai"]}


def test_a_pattern_is_read_without_case_and_across_lines(tmp_path: Path) -> None:
    (read,) = read_cases(lines(tmp_path / "c.jsonl", FORM | {"gold": ["^der.*MAI"]}))
    assert (read.id, read.question, read.kind, read.documents) == ("a-01", "?", "a", ("a.txt",))
    assert rank_of(read, [Found("a.txt", "Der Brunnen\nwird im Mai gereinigt.")]) == 1


@pytest.mark.parametrize(
    "change",
    [{"gold": ["("]}, {"gold": []}, {"documents": []}, {"documents": None}],
    ids=["broken pattern", "no pattern", "no document", "wrong type"],
)
def test_a_broken_case_is_refused_with_its_line(tmp_path: Path, change: dict[str, object]) -> None:
    with pytest.raises(CasesInvalid, match="line 2"):
        read_cases(lines(tmp_path / "c.jsonl", FORM, FORM | change))


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CasesInvalid, match=r"none\.jsonl"):
        read_cases(tmp_path / "none.jsonl")


def test_the_rank_is_that_of_the_first_passage_with_a_pattern() -> None:
    found = [Found("a.txt", "im Juni"), Found("a.txt", "im Mai"), Found("a.txt", "im Mai")]
    assert rank_of(case("im Mai"), found) == 2
    assert rank_of(case("nie", "im Juni"), found) == 1
    assert rank_of(case("nie"), found) is None
    assert rank_of(case("im Mai"), []) is None


def test_another_document_does_not_answer_with_the_same_words() -> None:
    assert rank_of(case("im Mai"), [Found("b.txt", "im Mai"), Found("a.txt", "im Mai")]) == 2


def test_line_breaks_and_indents_in_a_passage_count_as_one_blank() -> None:
    assert rank_of(case("im Mai gereinigt"), [Found("a.txt", "  im\n\tMai \u00a0gereinigt.")]) == 1


def test_the_figures_are_percentages_over_all_and_by_kind() -> None:
    cases = [case("x", kind=kind) for kind in ("a", "a", "a", "b")]
    measured = figures(cases, [1, 4, None, 6])
    mean = 100 * (1 + 1 / 4 + 0 + 1 / 6) / 4
    assert (measured["rank1"], measured["rank5"], measured["questions"]) == (25.0, 50.0, 4)
    assert measured["mrr"] == pytest.approx(mean, abs=0.01)
    assert measured["by_kind"]["b"] == {"rank1": 0.0, "rank5": 0.0, "mrr": 16.67, "questions": 1}
    assert measured["by_kind"]["a"]["rank5"] == pytest.approx(66.67)


def test_no_case_gives_no_figure_out_of_nothing() -> None:
    expected = {"rank1": 0.0, "rank5": 0.0, "mrr": 0.0, "questions": 0, "by_kind": {}}
    assert figures([], []) == expected


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Library]:
    texts = [PlainText("a.txt", "Brunnen", [FOUNTAIN]), PlainText("b.txt", "Bücherei", [LIBRARY])]
    with library(texts, HashEmbedder(), ExactIndex(ChromaIndex(tmp_path))) as made:
        yield made


def test_a_library_is_asked_what_it_can_answer(town: Library) -> None:
    asked = [
        case("Mai", name="a-01", question="Wann wird der Brunnen auf dem Markt gereinigt?"),
        case("montags", name="a-02", question="Wann wird der Brunnen gereinigt?", source="b.txt"),
        case("Mai", name="a-03", question="Wann?", source="elsewhere.txt"),
    ]
    measured = measure(asked, town)
    assert [(told["id"], told["rank"]) for told in measured["cases"]] == [("a-01", 1), ("a-02", 2)]
    assert (measured["questions"], measured["left_out"]) == (2, 1)
    assert (measured["rank1"], measured["rank5"]) == (50.0, 100.0)
    assert measured["cases"][1]["first"][0] == ["a.txt", FOUNTAIN]
    assert "first" not in measured["cases"][0]


def test_the_mode_chooses_the_legs(town: Library) -> None:
    asked = [case("Mai", question="Xylophon")]
    assert measure(asked, town, Mode.LEXICAL)["cases"][0]["rank"] is None
    assert measure(asked, town, Mode.DENSE)["cases"][0]["rank"] is not None


def _prepared(
    monkeypatch: pytest.MonkeyPatch,
    town: Library,
    cases: Sequence[Mapping[str, object]],
    path: Path,
) -> list[str]:
    @contextmanager
    def held(*_: object) -> Iterator[Library]:
        yield town

    monkeypatch.setattr(passages, "ingested", held)
    return [str(lines(path / "cases.jsonl", *cases)), str(path)]


def test_the_table_names_kinds_and_what_was_left_out(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    town: Library,
    tmp_path: Path,
) -> None:
    given = [FORM | {"question": "Brunnen Mai"}, FORM | {"id": "a-02", "documents": ["z.txt"]}]
    assert passages.main(_prepared(monkeypatch, town, given, tmp_path)) == 0
    printed = capsys.readouterr().out.splitlines()
    assert printed[1].split() == ["a", "100.0", "100.0", "100.0", "1"]
    assert printed[2].split()[0] == "all"
    assert printed[3].startswith("1 questions on documents")


def test_fewer_passages_than_the_figures_need_are_refused(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as ended:
        passages.main(["cases.jsonl", "folder", "--limit", "4"])
    assert ended.value.code == 2
    assert "4 is below 5" in capsys.readouterr().err


@pytest.mark.model
def test_the_command_measures_files_with_the_real_model(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "a.txt").write_text(FOUNTAIN, encoding="utf-8")
    (folder / "b.txt").write_text(LIBRARY, encoding="utf-8")
    asked = FORM | {"question": "When is the fountain cleaned?"}
    cases = lines(tmp_path / "cases.jsonl", asked)
    given = [str(cases), str(folder), "--json", "--vectors", str(tmp_path / "vectors.sqlite3")]
    assert passages.main(given) == 0
    measured = json.loads(capsys.readouterr().out)
    assert (measured["rank1"], measured["left_out"]) == (100.0, 0)


def test_a_file_that_cannot_be_read_ends_the_measurement(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(wiring, "embedder", lambda *_: HashEmbedder())
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.txt").write_text(FOUNTAIN, encoding="utf-8")
    given = [str(lines(tmp_path / "cases.jsonl", FORM)), str(tmp_path / "docs")]
    assert passages.main(given) == 0
    (tmp_path / "docs" / "b.pdf").write_bytes(b"%PDF-1.4 nothing more")
    assert passages.main(given) == 1
    assert "1 not taken in: b.pdf" in capsys.readouterr().err
