"""Why searching, indexing or embedding did not work.

The tree::

    RetrievalError           anything this package refuses on purpose, with a German sentence
    ├── ModelUnavailable     the embedding or re-ranking model cannot be loaded
    ├── IndexMismatch        the index was built with another model, precision or format
    ├── IndexMissing         there is no index in the data folder yet
    ├── StoreUnavailable     the data folder cannot be opened, read or written
    ├── DocumentUnknown      no document with this id is in the index
    ├── CorrectionInvalid    a correction names an unknown key or a senseless value
    └── ConceptsInvalid      a table of concepts is missing or broken
"""

from __future__ import annotations

from typing import ClassVar


class RetrievalError(Exception):
    """Base of everything `retrieval` raises on purpose; `message` is German, for people.

    `detail` continues the sentence of the class with the numbers and the cure.
    """

    sentence: ClassVar[str] = "Die Suche ist fehlgeschlagen."

    def __init__(self, detail: str = "") -> None:
        """Join the sentence of the class and the detail."""
        self.message = f"{self.sentence} {detail}".strip()
        super().__init__(self.message)


class ModelUnavailable(RetrievalError):
    """The embedding or re-ranking model is absent, damaged or cannot be loaded."""

    sentence = "Das Sprachmodell für die Suche lässt sich nicht laden."


class IndexMismatch(RetrievalError):
    """The index on disk was built with another model, precision or format."""

    sentence = "Der Index passt nicht zu dieser Einstellung."


class IndexMissing(RetrievalError):
    """The data folder holds no index yet."""

    sentence = "Es gibt noch keinen Index."


class StoreUnavailable(RetrievalError):
    """The data folder cannot be opened, read or written."""

    sentence = "Der Datenordner lässt sich nicht öffnen."


class DocumentUnknown(RetrievalError):
    """No document with this id is in the index."""

    sentence = "Dieses Dokument ist nicht im Index."


class CorrectionInvalid(RetrievalError):
    """A correction names an unknown key or a value of the wrong form."""

    sentence = "Diese Angabe lässt sich nicht setzen."


class ConceptsInvalid(RetrievalError):
    """A table of concepts is missing, no TOML or holds something that is no form."""

    sentence: ClassVar[str] = "Die Tabelle der Synonyme lässt sich nicht lesen."
