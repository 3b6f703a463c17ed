"""What a client would rather have, by its Accept header (RFC 9110 §12.5.1). Pure."""

from __future__ import annotations


def wants(accept: str, media_type: str) -> bool:
    """Tell whether `media_type` is named in `accept` and not ranked below JSON."""
    ranks = dict(_entry(part) for part in accept.lower().split(",") if part.strip())
    wanted = ranks.get(media_type, 0.0)
    return wanted > 0 and wanted >= ranks.get("application/json", 0.0)


def _entry(part: str) -> tuple[str, float]:
    name, *parameters = (piece.strip() for piece in part.split(";"))
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return name, float(parameter[2:])
            except ValueError:
                return name, 0.0
    return name, 1.0
