"""A line with a telephone number or an address → whose it is, told by the lines above it. Pure.

A letterhead names its institution once and then gives number, mail and address on lines of their
own. In a document about a job centre such a line is not the job centre's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.question import Expects, Question
from assistant.signs import shows
from retrieval import analysis
from retrieval.records import Hit

_REACHING = frozenset({Expects.PHONE, Expects.MAIL, Expects.CONTACT, Expects.ADDRESS})
_LONGEST = 90
_MOST_LINES = 6
_ENDS = (".", "!", "?", ":", ";", ",")
_ABBREVIATED = ("e. V.", "e.V.")
# Named after what they are, so that a letterhead of theirs says it. A "Geschäftsstelle" or a
# "Büro" is part of something that has another name.
_NAMED = (
    r"Jobcent(?:er|re)s?|[Jj]ob cent(?:er|re)|(?:\w+(?<!ges)(?<!hren)a|A)mt(?:e?s)?|AOK"
    r"|\w*[Aa]gentur(?:en)?|\w*[Kk]assen?|\w*[Mm]inisteriums?|Rathaus(?:es)?|\w*[Uu]niversität"
    r"|\w*[Hh]ochschule|\w*[Kk]linik(?:um)?s?|\w+zentrums?|\w*[Ii]nstituts?|[Uu]niversity"
    r"|[Mm]inistry|[Ii]nstitute"
)
_OTHER = (
    r"\w*(?:[Vv]erband|[Vv]erein|[Vv]ereinigung|[Ss]tiftung|[Gg]esellschaft|[Vv]erwaltung|stelle)"
    r"|mbH|KGC|[Aa]ssociation|[Ff]oundation|[Oo]ffice|[Cc]ent(?:er|re)"
)
_ASKED_FOR = re.compile(rf"\b(?:{_NAMED})\b")
_INSTITUTION = re.compile(rf"\b(?:{_NAMED}|{_OTHER})\b|\be\. ?V\.")


def of_another(question: Question, hit: Hit, start: int, line: str) -> bool:
    """Tell whether a way to reach an institution is that of another one than the question names.

    True only where the letterhead above the line names an institution and none that is asked for.

    Args:
        question: What is asked.
        hit: The passage that holds the line.
        start: Where the line begins, in document offsets.
        line: The line's words.
    """
    if question.expects not in _REACHING or not _reaches(line):
        return False
    asked = _ASKED_FOR.findall(question.text)
    if not asked:
        return False
    head = "\n".join([line, *_above(hit.passage.text[: start - hit.passage.start])])
    if not _INSTITUTION.search(head):
        return False
    told = set(analysis.stems(head, hit.document.metadata.language))
    return not any(told & set(analysis.stems(name, question.language)) for name in asked)


def _reaches(line: str) -> bool:
    return any(shows(kind, line) for kind in (Expects.PHONE, Expects.MAIL, Expects.ADDRESS))


def _above(text: str) -> Iterator[str]:
    """Yield the lines of the letterhead that `text` ends with, the nearest first."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    for line in reversed(lines[-_MOST_LINES:]):
        ends = line.endswith(_ENDS) and not line.endswith(_ABBREVIATED)
        if len(line) > _LONGEST or (ends and not _reaches(line)):
            return
        yield line
