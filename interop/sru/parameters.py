"""SRU parameters as they come: names in the spelling of the standard, values that are text.

Read from the bytes, because repeated parameters and invalid UTF-8 are no longer visible after a
web framework's decoding.
"""

import re
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from interop.diagnostics import Diagnostic

# Name and value; ``None`` for a value that is not UTF-8.
Pairs: TypeAlias = list[tuple[str, str | None]]

# SRU 1.1, 1.2 and 2.0 together; in lower case for the lookup.
_PARAMETERS = {
    name.lower(): name
    for name in (
        "operation version query startRecord maximumRecords recordPacking recordSchema "
        "recordXPath resultSetTTL sortKeys stylesheet extraRequestData queryType "
        "recordXMLEscaping renderedBy httpAccept responseType "
        "facetLimit facetStart facetSort facetCount facetRangeField facetLowValue facetHighValue "
        "scanClause responsePosition maximumTerms"
    ).split()
}
_NAMES = frozenset(_PARAMETERS.values())
ONLY_2_0 = frozenset(
    "queryType recordXMLEscaping renderedBy httpAccept responseType facetLimit facetStart "
    "facetSort facetCount facetRangeField facetLowValue facetHighValue".split()
)

_PERCENT = re.compile(rb"%([0-9A-Fa-f]{2})")
_NUMBER = re.compile("[0-9]{1,18}")


def pairs(encoded: bytes) -> Pairs:
    """The parameters of a query string or of a form, in order."""
    return list(_pairs(encoded))


def _pairs(encoded: bytes) -> Iterator[tuple[str, str | None]]:
    for part in encoded.split(b"&"):
        if part:
            raw_name, _, raw_value = part.partition(b"=")
            name = _unescape(raw_name).decode("utf-8", "replace").strip()
            try:
                value: str | None = _unescape(raw_value).decode("utf-8")
            except UnicodeDecodeError:
                value = None
            yield spelled(name), value


def _unescape(part: bytes) -> bytes:
    if b"%" not in part:
        return part.replace(b"+", b" ")
    return _PERCENT.sub(lambda match: bytes((int(match[1], 16),)), part.replace(b"+", b" "))


def spelled(name: str) -> str:
    """``name`` as the standard writes it; clients write it in any case."""
    return _PARAMETERS.get(name.lower(), name)


def is_extension(name: str) -> bool:
    """SRU 1.2, extensions: names that begin with ``x-`` are everyone's own."""
    return name.lower().startswith("x-")


def check(given: Pairs) -> None:
    """Raises ``Diagnostic`` for unknown and repeated parameters, and values that are no text."""
    seen: dict[str, str] = {}
    for name, value in given:
        if is_extension(name):
            continue
        if name not in _NAMES:
            raise Diagnostic("unsupported_parameter", name)
        if value is None:
            condition = "malformed_query" if name == "query" else "unsupported_parameter_value"
            details = "position 1: not UTF-8" if name == "query" else name
            raise Diagnostic(condition, details)
        if seen.setdefault(name, value) != value:
            raise Diagnostic("unsupported_parameter_value", f"{name} is repeated")


def natural(values: Mapping[str, str], name: str, default: int, minimum: int = 0) -> int:
    """A whole number; ``default`` when it is not there or empty. Raises ``Diagnostic``."""
    text = values.get(name, "").strip()
    if not text:
        return default
    if not _NUMBER.fullmatch(text) or int(text) < minimum:
        raise Diagnostic("unsupported_parameter_value", name)
    return int(text)


def is_secret(name: str) -> bool:
    """Extensions whose values are never sent back or logged (x-username, x-password and tokens)."""
    return any(word in name.lower() for word in ("password", "username", "token", "key", "secret"))
