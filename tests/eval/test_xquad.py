from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.beir import Dataset, read_beir
from eval.xquad import ABOUT, every_second_article, main, mixed, read_xquad

SHARED = Path(__file__).parents[3] / "shared" / "data"
ARTICLES = ("Eiche", "Brunnen", "Radweg", "Markt")
WORDS = {"de": ("Absatz", "Frage"), "en": ("paragraph", "question")}


def written(path: Path, language: str, articles: tuple[str, ...] = ARTICLES) -> Path:
    """Write a small file: two paragraphs an article, one question each, ids as in each language."""
    paragraph, question = WORDS[language]
    data = [
        {
            "title": article,
            "paragraphs": [
                {
                    "context": f"{article} {paragraph} {number}",
                    "qas": [
                        {
                            "id": f"{article}-{number}",
                            "question": f"{question} {article} {number}",
                            "answers": [{"text": article, "answer_start": 0}],
                        }
                    ],
                }
                for number in range(2)
            ],
        }
        for article in articles
    ]
    path.write_text(json.dumps({"data": data}), encoding="utf-8")
    return path


@pytest.fixture
def german(tmp_path: Path) -> Path:
    return written(tmp_path / "de.json", "de")


@pytest.fixture
def english(tmp_path: Path) -> Path:
    return written(tmp_path / "en.json", "en")


def converted(tmp_path: Path, *arguments: str | Path) -> Dataset:
    folder = tmp_path / "set"
    assert main([str(argument) for argument in (arguments[0], folder, *arguments[1:])]) == 0
    return read_beir(folder)


def test_each_question_is_answered_by_its_own_paragraph(tmp_path: Path, german: Path) -> None:
    made = converted(tmp_path, german)
    texts = {name: text for name, _, text in made.documents}
    assert len(made.documents) == len(made.queries) == 8
    for name, text in made.queries:
        ((document, grade),) = made.judgements[name].items()
        assert grade == 1
        assert texts[document] == text.replace("Frage ", "").replace(" ", " Absatz ")
    assert (tmp_path / "set" / ABOUT).read_text() == "XQuAD: passages of de.json\n"


def test_questions_of_the_other_language_keep_their_passages(
    tmp_path: Path, german: Path, english: Path
) -> None:
    plain = converted(tmp_path, german)
    across = converted(tmp_path, german, "--questions", english)
    assert across.documents == plain.documents
    assert across.judgements == plain.judgements
    assert dict(across.queries)["Markt-1"] == "question Markt 1"
    assert "questions of en.json" in (tmp_path / "set" / ABOUT).read_text()


def test_a_twin_lends_its_wording(tmp_path: Path, german: Path) -> None:
    twin = tmp_path / "twin.json"
    twin.write_text(json.dumps({"contexts": [f"gelesen {n}" for n in range(8)]}))
    made = converted(tmp_path, german, "--texts", twin)
    assert [text for _, _, text in made.documents] == [f"gelesen {n}" for n in range(8)]
    assert dict(made.queries)["Eiche-0"] == "Frage Eiche 0"


def test_half_of_the_articles_change_language_whole(
    tmp_path: Path, german: Path, english: Path
) -> None:
    made = converted(tmp_path, german, "--mixed", english)
    by_article = {a: {t.split()[1] for _, _, t in made.documents if a in t} for a in ARTICLES}
    assert sorted(map(sorted, by_article.values())) == [["Absatz"]] * 2 + [["paragraph"]] * 2
    assert all(text.startswith("Frage") for _, text in made.queries)


def test_questions_can_be_kept_by_the_language_of_their_passage(
    tmp_path: Path, german: Path, english: Path
) -> None:
    options = ("--mixed", english, "--answered-in")
    own, other = (converted(tmp_path, german, *options, side) for side in ("own", "other"))
    assert own.documents == other.documents
    assert len(own.queries) == len(other.queries) == 4
    assert not set(own.queries) & set(other.queries)
    texts = {name: text for name, _, text in own.documents}
    for made, word in ((own, "Absatz"), (other, "paragraph")):
        assert all(word in texts[d] for judged in made.judgements.values() for d in judged)


def test_the_half_does_not_depend_on_the_order_of_the_file(tmp_path: Path, german: Path) -> None:
    backwards = written(tmp_path / "back.json", "de", ARTICLES[::-1])
    taken = every_second_article(read_xquad(german)[0])
    assert taken == every_second_article(read_xquad(backwards)[0])
    assert len(taken) == 2


def test_files_that_do_not_belong_together_are_refused(
    tmp_path: Path, german: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fewer = written(tmp_path / "fewer.json", "en", ARTICLES[:3])
    twin = tmp_path / "twin.json"
    twin.write_text(json.dumps({"contexts": ["nur einer"]}))
    for options, said in (
        (("--questions", fewer), "2 of 8 questions have no counterpart, first Markt-0"),
        (("--mixed", fewer), "8 and 6 passages, not of the same articles"),
        (("--texts", twin), "1 texts for 8 passages"),
    ):
        assert main([str(german), str(tmp_path / "set"), *map(str, options)]) == 1
        assert said in capsys.readouterr().err
        assert not (tmp_path / "set").exists()
    with pytest.raises(SystemExit):
        main([str(german), str(tmp_path / "set"), "--answered-in", "own"])


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs the XQuAD files in ../shared/data")
def test_the_real_files_belong_together(tmp_path: Path) -> None:
    german, english = SHARED / "xquad.de.json", SHARED / "xquad.en.json"
    made = converted(tmp_path, german, "--questions", english)
    assert (len(made.documents), len(made.queries)) == (240, 1190)
    noisy = converted(tmp_path, german, "--texts", SHARED / "xquad.de.ocr-noisy.json")
    same = [a == b for a, b in zip(made.documents, noisy.documents, strict=True)]
    assert sum(same) < 120
    half = mixed(read_xquad(german)[0], read_xquad(english)[0])
    swapped = sum(p.text != text for p, (_, _, text) in zip(half, made.documents, strict=True))
    assert 100 <= swapped <= 140
