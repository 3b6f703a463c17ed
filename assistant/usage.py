"""What is wrong with a command line, in German. Pure.

typer says it in English and has no translations; the sentences here are all that our commands can
bring up. One that is not known stays as it is.
"""

from __future__ import annotations

import re

__all__ = ["german"]

_NUMBER = r"(-?[\d.]+)"
# Sentences as typer builds them, and what they are in German. The first that fits wins.
_SENTENCES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(english, re.DOTALL), told)
    for english, told in (
        (r"Missing command\.?", "Es fehlt ein Befehl."),
        (r"Missing argument ['\"]?(.+?)['\"]?\.(?: .*)?", "Es fehlt die Angabe „{0}“."),
        (r"Missing option ['\"]?(.+?)['\"]?\.(?: .*)?", "Es fehlt die Option „{0}“."),
        (
            r"No such command ['\"](.*)['\"]\. Did you mean (.+)\?",
            "Einen Befehl „{0}“ gibt es nicht. Vielleicht {1}?",
        ),
        (r"No such command ['\"](.*)['\"]\.?", "Einen Befehl „{0}“ gibt es nicht."),
        (
            r"No such option: (.+?) \(Possible options: (.+)\)",
            "Eine Option „{0}“ gibt es nicht. Vielleicht {1}?",
        ),
        (r"No such option: (.+)", "Eine Option „{0}“ gibt es nicht."),
        (r"Got unexpected extra argument(?:\(s\)|s)? \((.*)\)", "Zu viele Angaben: {0}."),
        (r"Option ['\"](.+)['\"] requires an argument\.?", "Die Option „{0}“ braucht einen Wert."),
        (r"Option ['\"](.+)['\"] requires (\d+) arguments\.?",
         "Die Option „{0}“ braucht {1} Werte."),
        (r"Option ['\"](.+)['\"] does not take a value\.?", "Die Option „{0}“ nimmt keinen Wert."),
    )
)  # fmt: skip
_INVALID = re.compile(r"Invalid value(?: for (.+?))?: (.*)", re.DOTALL)
_VALUES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(english, re.DOTALL), told)
    for english, told in (
        (r"Input should be a valid (?:integer|number).*", "muss eine ganze Zahl sein"),
        (rf"Input should be less than or equal to {_NUMBER}", "darf höchstens {0} sein"),
        (rf"Input should be greater than or equal to {_NUMBER}", "muss mindestens {0} sein"),
        (r"(?:Value error, )?['\"](.*)['\"] is not one of (.+)\.", "„{0}“ gibt es nicht, nur {1}"),
    )
)


def german(message: str) -> str:
    """Return a sentence about a wrong command line in German, as it is where it is not known."""
    for english, told in _SENTENCES:
        if found := english.fullmatch(message):
            return told.format(*map(_quoted, found.groups()))
    if found := _INVALID.fullmatch(message):
        return _value(found[1], found[2])
    return message


def _value(place: str | None, said: str) -> str:
    """Return what is wrong with a value; our own commands say it in German already."""
    name = "Der Wert" if not place else f"Der Wert für „{_quoted(place)}“"
    for english, told in _VALUES:
        if found := english.fullmatch(said):
            return f"{name} ist nicht gültig: {told.format(*map(_quoted, found.groups()))}."
    return f"{name} ist nicht gültig: {said}" if place else said


def _quoted(text: str) -> str:
    """Return names without typer's quotation marks."""
    return re.sub(r"['\"]([^'\"]*)['\"]", r"\1", text).strip("'\"")
