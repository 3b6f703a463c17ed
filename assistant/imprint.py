"""Lines of an imprint and lists of sources, which nobody asks about. Pure."""

from __future__ import annotations

import re

_IMPRINT = re.compile(
    r"\W*(?:Herausgeber\w*|Redaktion|Lektorat|Gestaltung|Layout|Satz|Druck|Verlag|Fotos?|Titelbild"
    r"|Bild(?:er|nachweise?|rechte|quellen?)?|Copyright|©|Lizenz|ISBN|ISSN|Quellen?|Quellenangaben?|Literatur\w*|Sources?"
    r"|References|Publisher|Published by|Editors?|Photos?|License)"
    r"(?:\s(?:(?:und|von|de[rs]|dieser|and|of|by)\b|[&/–(])[^:.]{0,30})?:"
)
_OF_IMPRINT = re.compile(
    r"heraus\w*g[ae]b|verleg|veröffentlich|redaktion|gestalt|layout|druck|verlag|foto|bild|copyright"
    r"|lizenz|isbn|quelle|literatur|autor|verfass|geschrieben|publi[sc]|source|reference|edit|author"
    r"|photo|licen[cs]e|wr[io]t",
    re.IGNORECASE,
)


def of_imprint(sentence: str, question: str) -> bool:
    """Tell whether `sentence` names editors, pictures or sources, and `question` asks for none."""
    return bool(_IMPRINT.match(sentence)) and not _OF_IMPRINT.search(question)
