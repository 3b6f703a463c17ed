import json

import pytest

from ingest.document import (
    Chunk,
    Contact,
    Document,
    Heading,
    Metadata,
    PageSpan,
    PageUnit,
    Reference,
    Repair,
)
from ingest.errors import Reason, SourceError
from ingest.process.wire import WireError, decode, encode, encode_error, is_spent


def sample() -> tuple[Document, tuple[Chunk, ...]]:
    text = "Ziel\n\nEs wächst. 🌱 Gut."
    document = Document(
        text,
        Metadata(
            title="Ziel", date="2023-10", language="de", state="Art. 1", setting=("Kita", "Schule")
        ),
        "test 1",
        PageUnit.SLIDE,
        2,
        (PageSpan(1, 0, 4), PageSpan(2, 6, len(text))),
        (Heading(1, 0, 4),),
        ("Seite 2 ist fast leer.",),
        (Reference(6, 16, "§ 1 X"),),
        (Repair(9, 15, "wächst"),),
        (Contact(6, 16, "Es", mail="a@b.de"),),
        (3,),
    )
    return document, (
        Chunk(0, 0, 4, "Ziel", 1, "Ziel", ((0, 4),)),
        Chunk(
            1,
            6,
            len(text),
            text[6:],
            2,
            "Ziel",
            ((6, 16), (17, len(text))),
            "§ 1 X",
            document.repairs,
        ),
    )


def test_records_survive_the_wire() -> None:
    assert decode(*encode(*sample())) == sample()


@pytest.mark.parametrize(
    "change",
    [
        {"pages": [[1, 0, 99]]},
        {"pages": [[1, 4, 2]]},
        {"pages": [[2, 6, 9], [1, 0, 4]]},
        {"headings": [[1, -1, 4]]},
        {"headings": [[True, 0, 4]]},
        {"chunks": [[0, 99, 1, "", [], ""]]},
        {"chunks": [[3, 3, 1, "", [], ""]]},
        {"chunks": [[0, 4, 1, "", [[0, 5]], ""]]},
        {"chunks": [[0, 4, "1", "", [], ""]]},
        {"chunks": [[6, 9, 1, "", [], ""], [0, 4, 1, "", [], ""]]},
        {"chunks": [[0, 4, 1, None, [], ""]]},
        {"unit": "scroll"},
        {"metadata": ["too short"]},
        {"parser": 3},
        {"warnings": ["\ud800"]},
        {"page_count": 1.5},
    ],
    ids=str,
)
def test_an_answer_that_does_not_fit_is_refused(change: dict[str, object]) -> None:
    maps, text = encode(*sample())
    with pytest.raises(WireError):
        decode(json.dumps(json.loads(maps) | change).encode(), text)


def test_a_failed_answer_carries_reason_and_detail() -> None:
    error = SourceError(Reason.TOO_LARGE, "Erlaubt sind 5.")
    with pytest.raises(SourceError) as caught:
        decode(*encode_error(error))
    assert (caught.value.reason, caught.value.message) == (error.reason, error.message)
    assert not is_spent(encode_error(error)[0])
    assert is_spent(encode_error(error, spent=True)[0])
    assert not is_spent(encode(*sample())[0])
