from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pytest

from assistant import wiring
from eval.__main__ import main
from eval.ablation import Measured, Scored, circumstances, measure, results
from eval.bootstrap import QuestionsDiffer
from eval.tasks import Task, read_task, sampled
from eval.variants import legs, reduced
from retrieval.ports import Matrix, Vector
from tests.fakes import HashEmbedder

MONTHS = (
    *("Januar", "Februar", "März", "April", "Mai", "Juni"),
    *("Juli", "August", "September", "Oktober", "November", "Dezember"),
)
MATTERS = (
    *("Die alte Eiche bleibt stehen", "Neue Bänke kommen an den Fluss"),
    *("Der Brunnen läuft länger", "Ein Zirkus darf gastieren"),
    *("Hunde gehören an die Leine", "Schulhöfe werden grüner"),
    *("Das Freibad senkt Preise", "Fahrräder bekommen Vorrang"),
    *("Eine Bücherei zieht um", "Wochenmärkte öffnen früher"),
    *("Laternen leuchten sparsamer", "Kleingärten erhalten Wasser"),
)


def beir(folder: Path, months: int = 12) -> Path:
    """Write decisions that only their dates tell apart, each asked for in another spelling."""
    (folder / "qrels").mkdir(parents=True)
    corpus = [
        {"_id": f"d{n}", "text": f"Im Rathaus beschloss man am 1. {month} 2021: {matter}."}
        for n, (month, matter) in enumerate(zip(MONTHS[:months], MATTERS, strict=False))
    ]
    queries = [{"_id": f"q{n}", "text": f"01.{n + 1:02}.2021"} for n in range(months)]
    for name, lines in (("corpus", corpus), ("queries", queries)):
        text = "".join(json.dumps(line) + "\n" for line in lines)
        (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")
    rows = ["query-id\tcorpus-id\tscore", *(f"q{n}\td{n}\t1" for n in range(months))]
    (folder / "qrels" / "test.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


def scored(**of: Iterable[float]) -> dict[str, Scored]:
    """Return results of variants, given their nDCG question by question."""
    return {
        name.replace("_", " "): Scored({f"q{n}": {"ndcg@10": v} for n, v in enumerate(values)}, 1)
        for name, values in of.items()
    }


def bare_task(name: str) -> Task:
    """Return a task that is never asked."""
    return Task(name, "", "ndcg@10", [], [("q0", "Was?")], lambda *_: {}, 10)


class CountingEmbedder:
    """Counts the passages that it lets another embedder embed."""

    def __init__(self) -> None:
        """Start at none."""
        self._inner = HashEmbedder()
        self.name, self.dimension = self._inner.name, self._inner.dimension
        self.counted: list[str] = []

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        """Return one unit row for each text."""
        self.counted.extend(texts)
        return self._inner.embed_passages(texts)

    def embed_queries(self, texts: Sequence[str]) -> Matrix:
        """Return one unit row for each text."""
        return self._inner.embed_queries(texts)

    def embed_query(self, text: str) -> Vector:
        """Return the unit vector of a text."""
        return self._inner.embed_query(text)


def test_a_step_that_alone_finds_the_documents_is_a_gain(tmp_path: Path) -> None:
    task = read_task(f"tage={beir(tmp_path / 'set')}")
    embedder, lines = HashEmbedder(), list[str]()
    searches = [*reduced(["numbers", "gender"]), *legs()[1:]]
    found = measure(task, searches, embedder, embedder, lines.append)
    assert (found.passages, len(found.times)) == (12, 12)
    assert [line.split("  ")[0] for line in lines] == ["tage"] * len(searches)
    got = results([found], samples=500)
    gains = {gain["variant"]: gain for gain in got["gains"]}
    assert got["sets"][0]["figures"]["only lexical"]["ndcg@10"] == 100
    assert gains["without numbers"]["sign"] == 1
    assert gains["without gender"]["sign"] == 0
    assert got["over_all"][0]["gain"] == gains[got["over_all"][0]["variant"]]["gain"]
    assert [v["step"] for v in got["verdicts"]] == ["gender", "numbers"]


def test_variants_that_share_vectors_share_one_index(tmp_path: Path) -> None:
    embedder = CountingEmbedder()
    task = read_task(str(beir(tmp_path / "set", 3)))
    measure(task, reduced(), embedder, embedder, lambda _: None)
    bodies = [text for text in embedder.counted if "Rathaus" in text]
    assert len(bodies) == 2 * 3  # with and without balance


def test_gains_are_points_of_the_metric_by_question() -> None:
    chance = np.random.default_rng(0)
    low = chance.uniform(0, 0.5, 50)
    one = Measured(
        bare_task("one"), 9, scored(full=low + 0.25, without_fold=low, without_crowd=low + 0.3), ()
    )
    two = Measured(
        bare_task("two"), 9, scored(full=low, without_fold=low, without_crowd=low[::-1]), ()
    )
    got = results([one, two])
    gains = {(gain["variant"], gain["set"]): gain for gain in got["gains"]}
    assert gains["without fold", "one"] == {
        "variant": "without fold", "set": "one", "changed": 50,
        "gain": 25, "low": 25, "high": 25, "sign": 1,
    }  # fmt: skip
    assert gains["without fold", "two"]["gain"] == gains["without fold", "two"]["changed"] == 0
    assert gains["without crowd", "one"]["sign"] == -1
    assert gains["without crowd", "two"]["low"] < 0 < gains["without crowd", "two"]["high"]
    assert got["over_all"][0] == {
        "variant": "without fold", "gain": 12.5, "low": 12.5, "high": 12.5, "sign": 1
    }  # fmt: skip
    assert {v["step"]: v["reason"] for v in got["verdicts"]} == {
        "fold": "gains on 1, needed",
        "crowd": "loses on 1",
    }


def test_a_set_that_is_held_out_has_figures_but_decides_nothing(tmp_path: Path) -> None:
    seen = Measured(bare_task("seen"), 9, scored(full=(1, 1), without_fold=(0.5, 0.5)), ())
    kept = Measured(bare_task("kept"), 9, scored(full=(0, 0), only_dense=(1, 1)), ())
    got = results([seen, kept])
    assert [(gain["variant"], gain["set"]) for gain in got["gains"]] == [
        ("without fold", "seen"),
        ("only dense", "kept"),
    ]
    assert got["over_all"][0]["gain"] == 50
    assert [v["gains"] for v in got["verdicts"]] == [1]
    assert got["sets"][1]["figures"] == {"full": {"ndcg@10": 0}, "only dense": {"ndcg@10": 100}}
    embedder = HashEmbedder()
    task = read_task(str(beir(tmp_path / "set", 3)))
    found = measure(task, legs(), embedder, embedder, lambda _: None)
    assert list(found.scored) == [variant.name for variant in legs()]
    assert found.scored["only lexical"].means()["recall@1"] == 100


def test_searches_on_other_questions_are_not_compared() -> None:
    with pytest.raises(QuestionsDiffer):
        results([Measured(bare_task("one"), 1, scored(full=(1, 1), without_fold=(1,)), ())])


def test_a_sample_of_questions_is_the_same_every_time(tmp_path: Path) -> None:
    task = read_task(str(beir(tmp_path / "set")))
    few = sampled(task, 5)
    assert len(few.questions) == 5
    assert few.questions == sampled(task, 5).questions
    assert set(few.questions) < set(sampled(task, 9).questions) < set(task.questions)
    assert few.questions == [q for q in task.questions if q in few.questions]
    assert sampled(task, 99).questions == task.questions


def test_the_command_measures_writes_a_report_and_prints_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(wiring, "embedder", lambda _: HashEmbedder())
    one, two = beir(tmp_path / "one"), beir(tmp_path / "two", 9)
    path = tmp_path / "bericht.md"
    options = ["--steps", "numbers", "--samples", "200", "--questions", "8", "--report", str(path)]
    assert main(["ablation", str(one), str(two), "--json", *options]) == 0
    printed = capsys.readouterr()
    got = json.loads(printed.out)
    assert [held["questions"] for held in got["sets"]] == [8, 8]
    assert got["verdicts"] == [
        {"step": "numbers", "gains": 2, "losses": 0, "on": True, "reason": "gains on 2"}
    ]
    assert printed.err.count("without numbers") == 2
    assert got["made"]["command"].startswith("python -m eval ablation")
    assert "| numbers |" in path.read_text(encoding="utf-8")
    assert path.with_suffix(".svg").is_file()
    again = [*options, "--cache", str(tmp_path / "c"), "--held-out", f"zurück={two}"]
    assert main(["ablation", str(one), *again]) == 0
    assert "numbers" in capsys.readouterr().out
    assert (tmp_path / "c").is_file()
    text = path.read_text(encoding="utf-8")
    assert "| step | one | mean of all | by the rule |" in text
    assert "| zurück | ndcg@10 |" in text


def test_what_cannot_be_measured_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(beir(tmp_path / "set"))
    cases = tmp_path / "cases.jsonl"
    cases.write_text("")
    (tmp_path / "set" / "text.md").write_text("# Ort\n\nDer Ort liegt am Rand der Stadt.\n")
    unjudged = beir(tmp_path / "leer", 1)
    (unjudged / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\n")
    for given, said in (
        ([folder, f"set={folder}"], "give each its own name"),
        ([str(tmp_path / "nirgends")], "nirgends"),
        ([f"{cases}@{tmp_path / 'fort'}"], "fort: not there"),
        ([f"{cases}@{folder}"], "none of 0 cases"),
        ([str(unjudged)], "no question has a judged document"),
    ):
        assert main(["ablation", *given]) == 1
        assert said in capsys.readouterr().err


def test_the_circumstances_name_machine_and_command() -> None:
    found = circumstances(["python", "-m", "eval", "ein Ordner"])
    assert found["command"] == "python -m eval 'ein Ordner'"
    assert "cores" in found["machine"]
    assert found["python"].count(".") == 2
