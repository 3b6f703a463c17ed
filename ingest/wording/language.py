"""The language of a text or of a short question. The only file that knows py3langid."""

from __future__ import annotations

import re
from functools import cache

from py3langid import langid  # type: ignore[import-untyped]  # the library ships no types

from ingest.facts.tables import function_words

LANGUAGES = ("de", "en", "fr", "tr", "ar", "ru", "uk", "pl", "it", "es")
"""The languages told apart (ISO 639-1); the model is limited to them."""

_MIN_LETTERS = 20
_MIN_PROBABILITY = 0.8
_MIN_QUESTION_PROBABILITY = 0.9
_SAMPLE = 2000  # characters from each of three places
_PLACES = 3
_WORD = re.compile(r"(?<!\w)[^\W\d_]+(?!\w)")  # the "a" of "20a" is no English article
_GERMAN_LETTER = re.compile("[äöüß]", re.IGNORECASE)


def detect(text: str) -> str | None:
    """Tell the language of a document text.

    Long texts are judged by their beginning, middle and end, so that a foreign abstract or a
    list of references does not decide.

    Returns:
        A code of `LANGUAGES`; None for fewer than 20 letters or when no language is probable.
    """
    sample = " ".join(_WORD.findall(_sample(text)))
    if sum(map(len, sample.split())) < _MIN_LETTERS:
        return None
    code, probability = _identifier().classify(sample)
    return str(code) if probability >= _MIN_PROBABILITY else None


def of_question(text: str, default: str = "de") -> str:
    """Tell whether a question is German or English; function words decide before the model.

    Args:
        text: A question, perhaps of one word.
        default: The answer where nothing tells.
    """
    words = [word.lower() for word in _WORD.findall(text)]
    german, english = function_words("de"), function_words("en")
    lead = sum((word in german) - (word in english) for word in words)
    if lead:
        return "de" if lead > 0 else "en"
    if _GERMAN_LETTER.search(text) or words[:1] == ["was"]:
        return "de"  # an English question that begins with "was" goes on with "the", "there", …
    if sum(map(len, words)) < _MIN_LETTERS:
        return default
    code, probability = _identifier().classify(" ".join(words))
    sure = probability >= _MIN_QUESTION_PROBABILITY
    return str(code) if sure and code in {"de", "en"} else default


def _sample(text: str) -> str:
    if len(text) <= _PLACES * _SAMPLE:
        return text
    middle = (len(text) - _SAMPLE) // 2
    return " ".join((text[:_SAMPLE], text[middle : middle + _SAMPLE], text[-_SAMPLE:]))


@cache
def _identifier() -> langid.LanguageIdentifier:
    identifier = langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True)
    identifier.set_languages(LANGUAGES)
    return identifier
