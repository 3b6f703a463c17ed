from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from eval import bench_peers
from eval.bench_peers import ROOT, PeerFailed, run_peer
from eval.passages import PassageCase
from eval.peers import exchange
from eval.peers.comparison import Row, not_better, part, row, table
from eval.peers.exchange import Hit, Reply, Source, Task, as_json, carry_out, read_reply, read_task

FOLDER = ROOT / "eval" / "peers"
STOCK = sorted(FOLDER.glob("with_*.py"))
PIN = re.compile(r"^([\w.-]+)==(\S+)$", re.MULTILINE)
MAY = "Der Brunnen auf dem Markt wird im Mai gereinigt."
MONDAY = "Die Bücherei am Wall hat montags geschlossen."


class WordOverlap:
    """A pipeline as a stock one looks from outside: a passage a line, ranked by shared words."""

    def __init__(self, model: str) -> None:
        if model == "broken":
            raise RuntimeError("no such model")
        self.lines: list[Hit] = []

    def index(self, sources: Sequence[Source]) -> int:
        print("a library that is fond of talking")  # noqa: T201  # must not reach the reply
        for source in sources:
            text = source.text if source.given else Path(source.path).read_text("utf-8")
            self.lines += [Hit(source.source, line) for line in text.splitlines()]
        return len(self.lines)

    def search(self, question: str, limit: int) -> list[Hit]:
        words = set(re.findall(r"\w+", question.lower()))

        def shared(hit: Hit) -> int:
            return len(words.intersection(re.findall(r"\w+", hit.text.lower())))

        return sorted(self.lines, key=shared, reverse=True)[:limit]


THIS: tuple[str, ...] = ("tests.eval.test_peers",)


def task(*sources: Source, model: str = "", questions: Sequence[str] = ("Brunnen?",)) -> Task:
    return Task(model, sources, tuple(questions), 5)


def case(name: str, source: str, gold: str) -> PassageCase:
    return PassageCase(name, "?", "fact", (source,), (re.compile(gold, re.IGNORECASE),))


def a_row(name: str, rank1: float, rank5: float, characters: float) -> Row:
    return Row(name, "ours", rank1, rank5, characters, characters, 10, 1.0, 1.0, 1.0)


def test_a_task_and_a_reply_survive_the_way_through_json() -> None:
    sent = task(Source("ä.txt", "/ä.txt", MAY, given=True), questions=["Was?", "„Wer“?"])
    assert read_task(as_json(sent)) == sent
    reply = Reply(((Hit("ä.txt", MAY),), ()), (0.1, 0.2), 3.5, 7, {"x": "1.0"})
    assert read_reply(as_json(reply)) == reply


def test_a_peer_answers_from_another_process_whatever_it_prints(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text(f"{MONDAY}\n{MAY}", encoding="utf-8")
    sources = [
        Source("a.txt", str(file), "wird nicht gelesen", given=False),
        Source("b.txt", str(file), "ein Brunnen", given=True),
    ]
    questions = ["Wann wird der Brunnen gereinigt?", "Wann hat die Bücherei geschlossen?"]
    reply = run_peer(Path(sys.executable), THIS, task(*sources, questions=questions))
    assert [hits[0].text for hits in reply.hits] == [MAY, MONDAY]
    assert reply.passages == len(reply.hits[0]) == 3
    assert len(reply.seconds) == 2
    assert reply.index_seconds > 0
    assert set(reply.versions) == {"pytest"}


def test_a_failing_peer_is_named_with_its_last_words() -> None:
    with pytest.raises(PeerFailed, match=r"(?s)test_peers ended with 1.*no such model"):
        run_peer(Path(sys.executable), THIS, task(model="broken"))


def test_a_missing_environment_is_named_with_its_cure(tmp_path: Path) -> None:
    with pytest.raises(PeerFailed, match="make bench-peers"):
        run_peer(tmp_path / "python", THIS, task())


def test_a_peer_that_answers_nonsense_is_refused() -> None:
    with pytest.raises(PeerFailed, match="JSONDecodeError"):
        run_peer(Path(sys.executable), ("this",), task())


def test_loading_counts_for_the_index_and_the_first_question_is_not_timed() -> None:
    asked = []

    class Noting(WordOverlap):
        def search(self, question: str, limit: int) -> list[Hit]:
            asked.append(question)
            return super().search(question, limit)

    reply = carry_out(task(questions=["A", "B"]), Noting, {})
    assert asked[1:] == ["A", "B"]
    assert len(asked) == 3
    assert len(reply.seconds) == len(reply.hits) == 2


def test_hits_are_judged_by_document_and_pattern() -> None:
    cases = [case("1", "a.txt", "im mai"), case("2", "a.txt", "im mai"), case("3", "b.txt", "nie")]
    right, wrong = Hit("a.txt", "Gereinigt im\n  Mai"), Hit("b.txt", "im Mai")
    reply = Reply(((right, wrong), (wrong, right), (wrong,)), (0.1, 0.3, 0.2), 2.0, 9, {})
    found = row("x", "ours", cases, reply)
    assert (found.rank1, found.rank5) == (33.33, 66.67)
    assert found.characters == pytest.approx((18 + 6 + 6 + 18 + 6) / 5)
    assert found.median_characters == 6
    assert (found.p50_ms, found.p95_ms) == (200.0, 300.0)


def test_a_part_of_a_reply_belongs_to_the_cases_it_is_judged_by() -> None:
    reply = Reply(tuple((Hit(str(n), ""),) for n in range(4)), (0.0, 1.0, 2.0, 3.0), 1.0, 4, {})
    assert [hits[0].source for hits in part(reply, 1, 3).hits] == ["1", "2"]
    assert part(reply, 1, 3).seconds == (1.0, 2.0)
    with pytest.raises(ValueError, match="longer"):
        row("x", "ours", [case("1", "a", "b")], part(reply, 1, 3))


@pytest.mark.parametrize(
    ("ours", "bars"),
    [
        ((61.0, 91.0, 800.0), 0),
        ((60.0, 91.0, 800.0), 1),
        ((61.0, 90.0, 800.0), 1),
        ((60.0, 90.0, 800.0), 2),
        ((61.0, 91.0, 801.0), 1),
        ((61.0, 91.0, 4_001.0), 2),
    ],
)
def test_better_means_more_answers_than_the_best_at_each_rank_with_no_more_text(
    ours: tuple[float, float, float], bars: int
) -> None:
    first = a_row("short and precise", 60.0, 70.0, 800.0)
    five = a_row("long", 50.0, 90.0, 4_000.0)
    assert len(not_better(a_row("ours", *ours), [first, five])) == bars


def test_of_equal_peers_the_one_with_shorter_hits_sets_the_bar() -> None:
    equals = [a_row("long", 60.0, 90.0, 4_000.0), a_row("short", 60.0, 90.0, 500.0)]
    missed = not_better(a_row("ours", 61.0, 91.0, 800.0), equals)
    assert len(missed) == 2
    assert all("short" in line for line in missed)


def test_who_answers_everything_need_not_be_beaten() -> None:
    all_of_it = a_row("peer", 100.0, 100.0, 800.0)
    assert not_better(a_row("ours", 100.0, 100.0, 800.0), [all_of_it]) == []


def test_the_table_has_a_cell_for_every_column_and_shows_ours_in_bold() -> None:
    lines = table([a_row("ours", 60.0, 90.0, 800.0), a_row("peer", 5.0, 9.0, 1_800.0)]).splitlines()
    assert len({line.count("|") for line in lines}) == 1
    assert lines[2].startswith("| **ours** |")
    assert "| 5.0 | 9.0 | 1,800 |" in lines[3]


@pytest.mark.parametrize("path", STOCK, ids=lambda path: path.stem)
def test_a_stock_pipeline_imports_of_ours_only_the_exchange(path: Path) -> None:
    imported = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add(node.module or "")
    ours = {name for name in imported if name.split(".")[0] in {"eval", "assistant", "ingest"}}
    assert ours == {"eval.peers.exchange"}
    assert not {name for name in imported if name.split(".")[0] == "retrieval"}


def test_every_stock_pipeline_is_run() -> None:
    run = {module for module, *_ in bench_peers.PEERS.values()}
    assert run == {f"eval.peers.{path.stem}" for path in STOCK}


def test_the_exchange_needs_only_the_standard_library() -> None:
    tree = ast.parse(Path(exchange.__file__).read_text("utf-8"))
    modules = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    modules |= {
        n.name for node in ast.walk(tree) if isinstance(node, ast.Import) for n in node.names
    }
    assert {name.split(".")[0] for name in modules} <= sys.stdlib_module_names


def test_peers_are_pinned_and_share_the_model_code_with_the_product() -> None:
    def pins(path: Path) -> dict[str, str]:
        return {
            name.lower().replace("_", "-"): number
            for name, number in PIN.findall(path.read_text("utf-8"))
        }

    wanted, all_of_them = pins(FOLDER / "requirements.txt"), pins(FOLDER / "constraints.txt")
    lines = (FOLDER / "requirements.txt").read_text("utf-8").splitlines()
    assert len(wanted) == len([line for line in lines if not line.startswith("#")])
    assert wanted.items() <= all_of_them.items()
    product = pins(ROOT / "constraints.txt")
    for name in ("torch", "transformers", "sentence-transformers", "tokenizers", "numpy"):
        assert all_of_them[name] == product[name]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [(["--documents", "."], "need each other"), (["--only", "seeds"], "seeds are not on this")],
)
def test_nothing_to_measure_on_is_an_error(
    arguments: list[str],
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(bench_peers, "SHARED", tmp_path)
    assert bench_peers.main(arguments) == 1
    assert told in capsys.readouterr().err


@pytest.mark.model
def test_ours_and_a_peer_answer_the_same_questions_on_the_same_documents(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    documents = tmp_path / "documents"
    documents.mkdir()
    (documents / "markt.txt").write_text(f"{MAY}\n", encoding="utf-8")
    (documents / "wall.txt").write_text(f"{MONDAY}\n", encoding="utf-8")
    cases = tmp_path / "cases.jsonl"
    lines = [
        {"id": "1", "question": "Wann wird der Brunnen sauber gemacht?", "gold": ["im Mai"]},
        {"id": "2", "question": "Wann hat die Bücherei zu?", "gold": ["montags"]},
        {"id": "3", "question": "Steht anderswo?", "gold": ["x"]},
    ]
    for line, source in zip(lines, ["markt.txt", "wall.txt", "fehlt.txt"], strict=True):
        line |= {"kind": "fact", "documents": [source]}
    cases.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    monkeypatch.setattr(bench_peers, "PEERS", {"words": THIS})
    command = ["--documents", str(documents), "--cases", str(cases), "--python", sys.executable]
    assert bench_peers.main([*command, "--json", "--at-least-better"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["missed"] == []
    (standing,) = told["sets"]
    assert standing["questions"] == 2
    assert [one["pipeline"] for one in standing["rows"]] == ["kgc-assistant", "words", "words"]
    assert [one["rank1"] for one in standing["rows"]] == [100.0, 100.0, 100.0]
    assert {one["passages"] for one in standing["rows"]} == {2}


if __name__ == "__main__":
    exchange.serve(WordOverlap, ["pytest"])
