import pytest

from ingest.wording.language import LANGUAGES, detect, of_question


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Gesundheit entsteht dort, wo Menschen leben und arbeiten.", "de"),
        ("Health is created where people live and work.", "en"),
        ("La santé se construit là où les gens vivent et travaillent.", "fr"),
        ("Sağlık, insanların yaşadığı ve çalıştığı yerde oluşur.", "tr"),
        ("الصحة تنشأ حيث يعيش الناس ويعملون كل يوم", "ar"),
        ("Здоровье создаётся там, где люди живут и работают.", "ru"),
        ("Здоров'я створюється там, де люди живуть і працюють.", "uk"),
        ("Zdrowie powstaje tam, gdzie ludzie żyją i pracują.", "pl"),
        ("La salute nasce dove le persone vivono e lavorano.", "it"),
        ("La salud se crea donde la gente vive y trabaja.", "es"),
    ],
)
def test_detects(text: str, language: str) -> None:
    assert detect(text) == language
    assert language in LANGUAGES


@pytest.mark.parametrize("text", ["", "Berlin", "12345 67890 -- 2024", "KGC"])
def test_too_little_tells_nothing(text: str) -> None:
    assert detect(text) is None


def test_foreign_reference_list_does_not_decide() -> None:
    text = "Die Beratung hilft den Kommunen bei der Planung. " * 300
    assert detect(text + "Report on public health in cities and regions. " * 5) == "de"


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Was ist das?", "de"),
        ("Wer hilft mir?", "de"),
        ("Ansprechperson Thüringen", "de"),
        ("Was bedeutet Community Health Nursing?", "de"),
        ("What is that?", "en"),
        ("Who is in charge of the Landkreis?", "en"),
        ("criteria for good practice", "en"),
    ],
)
def test_language_of_short_questions(question: str, language: str) -> None:
    assert of_question(question) == language


@pytest.mark.parametrize("question", ["", "KGC", "???", "2024"])
def test_default_where_nothing_tells(question: str) -> None:
    assert of_question(question) == "de"
    assert of_question(question, default="en") == "en"
