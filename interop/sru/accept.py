"""Content negotiation: what ``httpAccept`` or the Accept header lets us answer with.

SRU 2.0 part 3, httpAccept: the parameter has the form of the header and overrides it. Versions 1.x
know XML only.
"""

import re
from typing import Literal, TypeAlias

Form: TypeAlias = Literal["xml", "json"]

# What is served: media type -> form and the Content-Type of the answer.
SERVED: dict[str, tuple[Form, str]] = {
    "text/xml": ("xml", "text/xml"),
    "application/xml": ("xml", "application/xml"),
    "application/sru+xml": ("xml", "application/sru+xml"),
    "application/json": ("json", "application/json"),
}
DEFAULT = ("text/xml", "xml")
_RANGES = {"*/*": "text/xml", "text/*": "text/xml", "application/*": "application/sru+xml"}
_SHORT = {"xml": "text/xml", "json": "application/json", "sru": "application/sru+xml"}
_QUALITY = re.compile(r"q=([01](?:\.[0-9]{0,3})?)$")


def choose(accept: str) -> str | None:
    """The media type to answer with: the first of the highest quality that is served; ``None`` when
    nothing is. An empty ``accept`` takes anything.
    """
    best: tuple[float, str] | None = None
    for part in accept.lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        name = _SHORT.get(name, name)
        served = name if name in SERVED else _RANGES.get(name)
        if served is None:
            continue
        quality = next((float(m[1]) for p in parameters if (m := _QUALITY.match(p))), 1.0)
        if quality > 0 and (best is None or quality > best[0]):
            best = (quality, served)
    if best is None:
        return None if accept.strip() else DEFAULT[0]
    return best[1]


def wants_json(accept: str) -> bool:
    """Whether a header asks for JSON before any XML; browsers, which ask for HTML first, do not."""
    return "json" in accept.lower() and choose(accept) == "application/json"
