"""SRU parameters of versions 1.1, 1.2 and 2.0: raw bytes to a request, or to what is wrong with it.

Read from the bytes, because repeated parameters and invalid UTF-8 are no longer visible after a
web framework's decoding. Where clients err and the meaning is plain (no version, empty numbers,
another case), they are understood; a parameter that would change the answer and is not served is
a diagnostic, never ignored.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from interop.crosswalks import CROSSWALKS, Crosswalk, by_name
from interop.diagnostics import Diagnostic
from interop.query import cql
from interop.query.ast import SortKey
from interop.query.cql_ast import Modifier, SortSpec

Version: TypeAlias = Literal["1.1", "1.2", "2.0"]
Operation: TypeAlias = Literal["searchRetrieve", "explain"]
Escaping: TypeAlias = Literal["xml", "string"]

VERSIONS: tuple[Version, ...] = ("1.1", "1.2", "2.0")
# For requests without a version: those clients read the namespace of 1.x.
DEFAULT_VERSION: Version = "1.2"
DEFAULT_SCHEMA = "marcxml"
DEFAULT_MAXIMUM_RECORDS = 10
MAXIMUM_RECORDS = 1000  # more are cut to this; nextRecordPosition tells how to go on


@dataclass(frozen=True, slots=True)
class Request:
    """A request that can be served. ``escaping``: recordPacking of 1.x, recordXMLEscaping of 2.0.
    ``sort``: from sortKeys. ``query`` is CQL, still unread.
    """

    operation: Operation
    version: Version
    query: str = ""
    start_record: int = 1
    maximum_records: int = DEFAULT_MAXIMUM_RECORDS
    record_schema: str = DEFAULT_SCHEMA
    escaping: Escaping = "xml"
    sort: tuple[SortKey, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """A request that cannot be served, and the form in which its client wants to be told so."""

    operation: Operation
    version: Version
    diagnostic: Diagnostic


# SRU 1.1, 1.2 and 2.0 together; in lower case for the lookup.
_PARAMETERS = {
    name.lower(): name
    for name in (
        "operation version query startRecord maximumRecords recordPacking recordSchema "
        "recordXPath resultSetTTL sortKeys stylesheet extraRequestData queryType "
        "recordXMLEscaping renderedBy httpAccept responseType "
        "scanClause responsePosition maximumTerms"
    ).split()
}
_ONLY_2_0 = frozenset(
    "queryType recordXMLEscaping renderedBy httpAccept responseType "
    "facetLimit facetStart facetSort facetCount".split()
)
_PACKINGS_2_0 = ("packed", "unpacked")

_NUMBER = re.compile("[0-9]{1,18}")
_VERSION = re.compile(r"([0-9]{1,3})(?:\.([0-9]{1,3}))?")
_PERCENT = re.compile(rb"%([0-9A-Fa-f]{2})")


def parse(query: bytes, body: bytes = b"") -> Request | Refused:
    """The request of a query string and a form body together. Never raises, whatever the bytes."""
    pairs = [*_pairs(query), *_pairs(body)]
    values = {name: value for name, value in pairs if value is not None}
    version = _implied_version(values)
    operation = _implied_operation(values)
    try:
        version = _version(values, version)
        _check_names(pairs)
        operation = _operation(values)
        if operation == "explain":
            return Request(operation, version, escaping=_escaping(values))
        return _search_retrieve(version, values, query_sent=any(n == "query" for n, _ in pairs))
    except Diagnostic as diagnostic:
        return Refused(operation, version, diagnostic)


def _search_retrieve(version: Version, values: dict[str, str], query_sent: bool) -> Request:
    if not query_sent:
        raise Diagnostic("missing_parameter", "query")
    _check_served(values)
    return Request(
        "searchRetrieve",
        version,
        query=values["query"],
        start_record=_natural(values, "startRecord", 1, minimum=1),
        maximum_records=min(
            _natural(values, "maximumRecords", DEFAULT_MAXIMUM_RECORDS), MAXIMUM_RECORDS
        ),
        record_schema=_schema(values.get("recordSchema", "")).prefix,
        escaping=_escaping(values),
        sort=sort_keys(values.get("sortKeys", "")),
    )


# names and bytes


def _pairs(encoded: bytes) -> Iterator[tuple[str, str | None]]:
    """Names in the spelling of the standard, and values; ``None`` for one that is not UTF-8."""
    for part in encoded.split(b"&"):
        if part:
            raw_name, _, raw_value = part.partition(b"=")
            name = _unescape(raw_name).decode("utf-8", "replace").strip()
            try:
                value: str | None = _unescape(raw_value).decode("utf-8")
            except UnicodeDecodeError:
                value = None
            yield _PARAMETERS.get(name.lower(), name), value


def _unescape(part: bytes) -> bytes:
    return _PERCENT.sub(lambda match: bytes((int(match[1], 16),)), part.replace(b"+", b" "))


def _check_names(pairs: list[tuple[str, str | None]]) -> None:
    """Unknown and repeated parameters, and values that are no text; ``x-`` is for extensions."""
    seen: dict[str, str] = {}
    for name, value in pairs:
        if name.lower().startswith("x-"):
            continue
        if name not in _PARAMETERS.values():
            raise Diagnostic("unsupported_parameter", name)
        if value is None:
            condition = "malformed_query" if name == "query" else "unsupported_parameter_value"
            details = "position 1: not UTF-8" if name == "query" else name
            raise Diagnostic(condition, details)
        if seen.setdefault(name, value) != value:
            raise Diagnostic("unsupported_parameter_value", f"{name} is repeated")


# version and operation


def _implied_version(values: dict[str, str]) -> Version:
    """What a request without version is: 2.0 when it speaks like it."""
    packing = values.get("recordPacking", "").strip().lower()
    if not _ONLY_2_0.isdisjoint(values) or packing in _PACKINGS_2_0:
        return "2.0"
    return DEFAULT_VERSION


def _version(values: dict[str, str], implied: Version) -> Version:
    """The highest version that is served and not above the one asked for (SRU 1.2, version)."""
    asked = values.get("version", "").strip()
    if not asked:
        return implied
    match = _VERSION.fullmatch(asked)
    number = (int(match[1]), int(match[2] or 0)) if match else (0, 0)
    if number > (2, 0) or number < (1, 1):
        raise Diagnostic("unsupported_version", VERSIONS[-1])
    return "2.0" if number == (2, 0) else "1.2" if number >= (1, 2) else "1.1"


def _implied_operation(values: dict[str, str]) -> Operation:
    asked = values.get("operation", "").strip().lower()
    return "searchRetrieve" if asked == "searchretrieve" or "query" in values else "explain"


def _operation(values: dict[str, str]) -> Operation:
    """SRU 2.0: without operation, the presence of a query decides."""
    asked = values.get("operation", "").strip()
    if asked.lower() == "searchretrieve":
        return "searchRetrieve"
    if asked.lower() == "explain":
        return "explain"
    if asked or ("scanClause" in values and "query" not in values):
        raise Diagnostic("unsupported_operation", asked or "scan")
    return "searchRetrieve" if "query" in values else "explain"


# values


def _check_served(values: dict[str, str]) -> None:
    """Parameters that would change the answer and are not served."""
    asked = {name: value.strip() for name, value in values.items() if value.strip()}
    if "recordXPath" in asked:
        raise Diagnostic("unsupported_xpath", asked["recordXPath"])
    if "stylesheet" in asked:
        raise Diagnostic("unsupported_stylesheet", asked["stylesheet"])
    if asked.get("queryType", "cql").lower() != "cql":
        raise Diagnostic("unsupported_query_type", asked["queryType"])
    if asked.get("renderedBy", "client").lower() != "client":
        raise Diagnostic("unsupported_parameter_value", "renderedBy")
    accept = asked.get("httpAccept", "xml").lower()
    if "xml" not in accept and "*/*" not in accept:
        raise Diagnostic("unsupported_parameter_value", "httpAccept")
    if "responseType" in asked:
        raise Diagnostic("unsupported_parameter_value", "responseType")
    for name in ("scanClause", "responsePosition", "maximumTerms"):
        if name in asked:
            raise Diagnostic("unsupported_parameter", name)


def _natural(values: dict[str, str], name: str, default: int, minimum: int = 0) -> int:
    text = values.get(name, "").strip()
    if not text:
        return default
    if not _NUMBER.fullmatch(text) or int(text) < minimum:
        raise Diagnostic("unsupported_parameter_value", name)
    return int(text)


def _schema(name: str) -> Crosswalk:
    crosswalk = by_name(name) if name.strip() else CROSSWALKS[DEFAULT_SCHEMA]
    if crosswalk is None:
        raise Diagnostic("unknown_schema", f"{name} (known: {', '.join(CROSSWALKS)})")
    return crosswalk


def _escaping(values: dict[str, str]) -> Escaping:
    """recordPacking of 1.x became recordXMLEscaping in 2.0; either name is understood in both.

    The packing of 2.0 is about records in parts; ours come whole (``packed``).
    """
    packing = values.get("recordPacking", "").strip().lower()
    escaping = values.get("recordXMLEscaping", "").strip().lower()
    if packing == "packed":
        packing = ""
    asked = escaping or packing or "xml"
    if asked not in ("xml", "string") or packing not in ("", "xml", "string"):
        raise Diagnostic("unsupported_packing", packing or escaping)
    return "string" if asked == "string" else "xml"


# SRU 1.1 missingValue; a constant of the client's own is not served.
_MISSING = {"omit": "missingOmit", "lowvalue": "missingLow", "highvalue": "missingHigh"}


def sort_keys(text: str) -> tuple[SortKey, ...]:
    """SRU 1.1 sortKeys: ``path,schema,ascending,caseSensitive,missingValue``, blanks between keys.

    ``path`` is the name of an index, ``schema`` its context set. Raises ``Diagnostic``.
    """
    return tuple(map(_sort_key, text.split()))


def _sort_key(text: str) -> SortKey:
    parts = [part.strip(' "') for part in text.split(",")]
    path, schema, ascending, case_sensitive, missing = (parts + [""] * 5)[:5]
    if not path or len(parts) > 5:
        raise Diagnostic("unsupported_sort_key", text)
    modifiers = []
    if ascending not in ("", "1", "0", "true", "false"):
        raise Diagnostic("unsupported_sort_modifier", ascending)
    if ascending in ("0", "false"):
        modifiers.append(Modifier("descending"))
    if case_sensitive not in ("", "0", "false"):
        raise Diagnostic("unsupported_sort_modifier", f"caseSensitive {case_sensitive}")
    if missing:
        if missing.lower() not in _MISSING:
            raise Diagnostic("unsupported_sort_modifier", missing)
        modifiers.append(Modifier(_MISSING[missing.lower()]))
    name = f"{schema}.{path}" if schema and "." not in path else path
    return cql.sort_key(SortSpec(name, tuple(modifiers)))
