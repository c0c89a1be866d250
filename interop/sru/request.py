"""SRU requests of versions 1.1, 1.2 and 2.0: parameters to a request, or to what is wrong with it.

Where clients err and the meaning is plain (no version, empty numbers, another case), they are
understood; a parameter that would change the answer and is not served is a diagnostic, never
ignored.
"""

import re
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from interop.crosswalks import XML_CROSSWALKS, Crosswalk, by_name
from interop.diagnostics import Diagnostic
from interop.query import context_sets, cql
from interop.query.ast import SortKey
from interop.query.cql_ast import Modifier, SortSpec
from interop.query.cql_parser import LIMITS, Limits
from interop.sru import accept, facets
from interop.sru.facets import FacetRequest
from interop.sru.parameters import ONLY_2_0, Pairs, check, is_extension, natural, pairs

Version: TypeAlias = Literal["1.1", "1.2", "2.0"]
Operation: TypeAlias = Literal["searchRetrieve", "scan", "explain"]
Escaping: TypeAlias = Literal["xml", "string"]
QueryType: TypeAlias = Literal["cql", "xcql", "pqf", "searchTerms"]

VERSIONS: tuple[Version, ...] = ("1.1", "1.2", "2.0")
# For requests without a version: those clients read the namespace of 1.x.
DEFAULT_VERSION: Version = "1.2"
DEFAULT_SCHEMA = "marcxml"
DEFAULT_MAXIMUM_RECORDS = 10
MAXIMUM_RECORDS = 1000  # more are cut to this; nextRecordPosition tells how to go on
DEFAULT_MAXIMUM_TERMS = 20
MAXIMUM_TERMS = 1000
MAX_SORT_KEYS = 10
QUERY_TYPES: tuple[QueryType, ...] = ("cql", "xcql", "pqf", "searchTerms")


@dataclass(frozen=True, slots=True)
class Options:
    """What the configuration says. ``stylesheets``: beginnings of addresses that the stylesheet
    parameter may name. ``maximum_ttl``: seconds that a result set is kept without being used.
    """

    default_version: Version = DEFAULT_VERSION
    stylesheets: tuple[str, ...] = ()
    maximum_ttl: int = 3600
    limits: Limits = LIMITS


OPTIONS = Options()


@dataclass(frozen=True, slots=True)
class Request:
    """A request that can be served. ``escaping``: recordPacking of 1.x, recordXMLEscaping of 2.0.
    ``sort_keys``: as they came, ``sort``: what they mean. ``query`` is still unread. ``ttl``:
    seconds that a result set is wanted for, 0 for none. ``media_type``: of the answer.
    ``extensions``: parameters that begin with ``x-``, names in lower case; ``extra``:
    extraRequestData.
    """

    operation: Operation
    version: Version
    query: str = ""
    start_record: int = 1
    maximum_records: int = DEFAULT_MAXIMUM_RECORDS
    record_schema: str = DEFAULT_SCHEMA
    escaping: Escaping = "xml"
    sort: tuple[SortKey, ...] = ()
    query_type: QueryType = "cql"
    ttl: int = 0
    facets: tuple[FacetRequest, ...] = ()
    scan_clause: str = ""
    response_position: int = 1
    maximum_terms: int = DEFAULT_MAXIMUM_TERMS
    stylesheet: str = ""
    media_type: str = accept.DEFAULT[0]
    extensions: dict[str, str] = field(default_factory=dict)
    extra: str = ""
    limits: Limits = LIMITS
    sort_keys: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """A request that cannot be served, and the form in which its client wants to be told so."""

    operation: Operation
    version: Version
    diagnostic: Diagnostic
    media_type: str = accept.DEFAULT[0]
    stylesheet: str = ""


_PACKINGS_2_0 = ("packed", "unpacked")
_VERSION = re.compile(r"([0-9]{1,3})(?:\.([0-9]{1,3}))?")


def parse(
    query: bytes, body: bytes = b"", header: str = "", options: Options = OPTIONS
) -> Request | Refused:
    """The request of a query string and a form body together. Never raises, whatever the bytes.

    ``header``: Accept of HTTP.
    """
    return read([*pairs(query), *pairs(body)], header, options)


def read(
    given: Pairs, header: str = "", options: Options = OPTIONS, implied: Version | None = None
) -> Request | Refused:
    """The request of decoded parameters. ``implied``: the version that a namespace tells, of a
    message that is XML. Never raises.
    """
    values = {name: value for name, value in given if value is not None}
    version = implied or _implied_version(values, header, options)
    operation = _implied_operation({name: value or "" for name, value in given})
    media_type, stylesheet = accept.DEFAULT[0], ""
    try:
        version = _version(values, version)
        media_type = _media_type(version, values, header)
        check(given)
        operation = _operation(values)
        stylesheet = _stylesheet(values, options)
        common = _Common(
            operation,
            version,
            media_type,
            stylesheet,
            {name.lower(): value for name, value in values.items() if is_extension(name)},
            values.get("extraRequestData", "").strip(),
            options,
        )
        if operation == "explain":
            return common.request(escaping=_escaping(values))
        if operation == "scan":
            return _scan(common, values, sent=any(n == "scanClause" for n, _ in given))
        return _search_retrieve(common, values, sent=any(n == "query" for n, _ in given))
    except Diagnostic as diagnostic:
        return Refused(operation, version, diagnostic, media_type, stylesheet)


@dataclass(frozen=True, slots=True)
class _Common:
    """What every operation has."""

    operation: Operation
    version: Version
    media_type: str
    stylesheet: str
    extensions: dict[str, str]
    extra: str
    options: Options

    def request(self, **rest: Any) -> Request:
        return Request(
            self.operation,
            self.version,
            media_type=self.media_type,
            stylesheet=self.stylesheet,
            extensions=self.extensions,
            extra=self.extra,
            limits=self.options.limits,
            **rest,
        )


def _search_retrieve(common: _Common, values: dict[str, str], *, sent: bool) -> Request:
    if not sent:
        raise Diagnostic("missing_parameter", "query")
    _check_served(values, ("scanClause", "responsePosition", "maximumTerms"))
    return common.request(
        query=values["query"],
        start_record=natural(values, "startRecord", 1, minimum=1),
        maximum_records=min(
            natural(values, "maximumRecords", DEFAULT_MAXIMUM_RECORDS), MAXIMUM_RECORDS
        ),
        record_schema=_schema(values.get("recordSchema", "")).prefix,
        escaping=_escaping(values),
        sort_keys=values.get("sortKeys", "").strip(),
        sort=sort_keys(values.get("sortKeys", "")),
        query_type=_query_type(values.get("queryType", "")),
        ttl=min(natural(values, "resultSetTTL", 0), common.options.maximum_ttl),
        facets=_facets(values, common.version),
    )


def _facets(values: dict[str, str], version: Version) -> tuple[FacetRequest, ...]:
    """Those of 2.0; the answers of other versions have no place for them."""
    found = facets.parse(values)
    if found and version != "2.0":
        raise Diagnostic("unsupported_parameter", next(n for n in values if n.startswith("facet")))
    return found


def _scan(common: _Common, values: dict[str, str], *, sent: bool) -> Request:
    if not sent:
        raise Diagnostic("missing_parameter", "scanClause")
    terms = natural(values, "maximumTerms", DEFAULT_MAXIMUM_TERMS, minimum=1)
    if terms > MAXIMUM_TERMS:
        raise Diagnostic("too_many_scan_terms", str(MAXIMUM_TERMS))
    position = natural(values, "responsePosition", 1)
    if position > terms + 1:
        raise Diagnostic("scan_position_out_of_range", str(position))
    return common.request(
        scan_clause=values["scanClause"], response_position=position, maximum_terms=terms
    )


# version and operation


def _implied_version(values: dict[str, str], header: str, options: Options) -> Version:
    """What a request without version is: 2.0 when it speaks like it, or asks for JSON."""
    packing = values.get("recordPacking", "").strip().lower()
    if not ONLY_2_0.isdisjoint(values) or packing in _PACKINGS_2_0 or accept.wants_json(header):
        return "2.0"
    return options.default_version


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
    """SRU 2.0: without operation, the presence of a query or of a scan clause decides."""
    asked = values.get("operation", "").strip().lower()
    if asked:
        return next((name for name in _OPERATIONS if name.lower() == asked), "explain")
    if "query" in values:
        return "searchRetrieve"
    return "scan" if "scanClause" in values else "explain"


_OPERATIONS: tuple[Operation, ...] = ("searchRetrieve", "scan", "explain")


def _operation(values: dict[str, str]) -> Operation:
    asked = values.get("operation", "").strip()
    if asked and asked.lower() not in [name.lower() for name in _OPERATIONS]:
        raise Diagnostic("unsupported_operation", asked)
    return _implied_operation(values)


def _media_type(version: Version, values: dict[str, str], header: str) -> str:
    """httpAccept overrides the header, in which browsers and old clients ask for anything."""
    asked = values.get("httpAccept", "")
    if asked.strip():
        chosen = accept.choose(asked)
        if chosen is None or (version != "2.0" and accept.SERVED[chosen][0] != "xml"):
            raise Diagnostic("unsupported_parameter_value", "httpAccept")
        return chosen
    if version != "2.0":
        return accept.DEFAULT[0]
    if accept.wants_json(header) or "sru+xml" in header.lower():
        return accept.choose(header) or accept.DEFAULT[0]
    return accept.DEFAULT[0]


# values


def _check_served(values: dict[str, str], others: tuple[str, ...]) -> None:
    """Parameters that would change the answer and are not served; ``others``: those of another
    operation.
    """
    asked = {name: value.strip() for name, value in values.items() if value.strip()}
    if "recordXPath" in asked:
        raise Diagnostic("unsupported_xpath", asked["recordXPath"])
    if asked.get("renderedBy", "client").lower() != "client":
        raise Diagnostic("unsupported_parameter_value", "renderedBy")
    if asked.get("responseType", "").lower() not in _RESPONSE_TYPES:
        raise Diagnostic("unsupported_parameter_value", "responseType")
    for name in others:
        if name in asked:
            raise Diagnostic("unsupported_parameter", name)


# SRU 2.0, responseType: a form of the response; there is only the one of the standard.
_RESPONSE_TYPES = ("", "sru", "application/sru+xml", "default")


def _query_type(name: str) -> QueryType:
    asked = name.strip().lower() or "cql"
    for known in QUERY_TYPES:
        if known.lower() == asked:
            return known
    raise Diagnostic("unsupported_query_type", name)


def _stylesheet(values: dict[str, str], options: Options) -> str:
    """Only addresses of the operator's choice: a browser runs what a stylesheet says."""
    address = values.get("stylesheet", "").strip()
    if not address:
        return ""
    if not options.stylesheets:
        raise Diagnostic("unsupported_stylesheet", address)
    if ".." in address or not address.startswith(options.stylesheets):
        raise Diagnostic("unknown_stylesheet", address)
    return address


# Names that clients are seen to use for a schema, which no standard gives it; without marks.
_WRONG_NAMES = {
    "marc": "marcxml",
    "marcxmlv11": "marcxml",
    "marc21xml": "marcxml",
    "marc21slim": "marcxml",
    "usmarc": "marcxml",
    "usmarcxml": "marcxml",
    "dublincore": "dc",
    "srwdc": "dc",
    "dcxml": "dc",
    "simpledc": "dc",
    "oaidc": "oai_dc",
    "mods3": "mods",
    "modsxml": "mods",
    **{f"mods3{minor}": "mods" for minor in range(9)},
    **{f"modsv3{minor}": "mods" for minor in range(9)},
}


def _schema(name: str) -> Crosswalk:
    """By short name, URI, namespace or address of the schema, in any case, or a common wrong name
    for one of them.
    """
    if not name.strip():
        return XML_CROSSWALKS[DEFAULT_SCHEMA]
    if (known := XML_CROSSWALKS.get(name)) is not None:
        return known
    last = name.rstrip("/").rpartition("/")[2].lower().removesuffix(".xsd")
    plain = "".join(filter(str.isalnum, last))
    crosswalk = by_name(name) or by_name(name.rstrip("/")) or by_name(f"{name.strip()}/")
    crosswalk = crosswalk or by_name(_WRONG_NAMES.get(plain, plain))
    if crosswalk is None:
        raise Diagnostic("unknown_schema", f"{name} (known: {', '.join(XML_CROSSWALKS)})")
    return crosswalk


def _escaping(values: dict[str, str]) -> Escaping:
    """recordPacking of 1.x became recordXMLEscaping in 2.0; either name is understood in both.

    The packing of 2.0 is about records in parts, which the server may send; ours come whole.
    """
    packing = values.get("recordPacking", "").strip().lower()
    escaping = values.get("recordXMLEscaping", "").strip().lower()
    if packing in _PACKINGS_2_0:
        packing = ""
    asked = escaping or packing or "xml"
    if asked not in ("xml", "string") or packing not in ("", "xml", "string"):
        raise Diagnostic("unsupported_packing", packing or escaping)
    return "string" if asked == "string" else "xml"


# SRU 1.1 missingValue; anything else is a constant of the client's own.
_MISSING = {
    "abort": "missingFail",
    "omit": "missingOmit",
    "lowvalue": "missingLow",
    "highvalue": "missingHigh",
}


# A constant, or a path, that holds a blank or a comma stands in quotes.
_SORT_PART = re.compile(r'(?:"[^"]*"|[^\s"])+')
_COMMA = re.compile(r',(?=(?:[^"]*"[^"]*")*[^"]*$)')


def sort_keys(text: str) -> tuple[SortKey, ...]:
    """SRU 1.1 sortKeys: ``path,schema,ascending,caseSensitive,missingValue``, blanks between keys.

    ``path`` is the name of an index, ``schema`` its context set. Raises ``Diagnostic``.
    """
    parts = _SORT_PART.findall(text)
    if len(parts) > MAX_SORT_KEYS:
        raise Diagnostic("too_many_sort_keys", str(MAX_SORT_KEYS))
    keys = tuple(map(_sort_key, parts))
    for number, key in enumerate(keys):
        if any(key.ap == other.ap for other in keys[:number]):
            raise Diagnostic("duplicate_sort_key", parts[number])
    return keys


def _context_set(schema: str) -> str:
    """The prefix of the context set that a sort schema stands for: itself when it is none."""
    if (known := context_sets.prefix_of(schema)) is not None:
        return known
    crosswalk = by_name(schema) if schema else None
    return "dc" if crosswalk is not None and crosswalk.prefix in ("dc", "oai_dc") else schema


def _sort_key(text: str) -> SortKey:
    parts = [part.strip(' "') for part in _COMMA.split(text)]
    path, schema, ascending, case_sensitive, missing = (parts + [""] * 5)[:5]
    if not path or len(parts) > 5:
        raise Diagnostic("unsupported_sort_key", text)
    modifiers = []
    if ascending not in ("", "1", "0", "true", "false"):
        raise Diagnostic("unsupported_sort_direction", ascending)
    if ascending in ("0", "false"):
        modifiers.append(Modifier("descending"))
    if case_sensitive not in ("", "0", "false"):
        raise Diagnostic("unsupported_sort_case", case_sensitive)
    if missing:
        known = _MISSING.get(missing.lower())
        modifiers.append(Modifier(known) if known else Modifier("missingValue", "=", missing))
    prefix = _context_set(schema)
    name = f"{prefix}.{path}" if prefix and "." not in path else path
    try:
        return cql.sort_key(SortSpec(name, tuple(modifiers)))
    except Diagnostic as diagnostic:
        if "/" in path:  # an XPath of the schema, which is how SRU 1.1 meant it
            raise Diagnostic("unsupported_sort_key", path) from None
        if schema and diagnostic.condition.name == "unsupported_context_set":
            raise Diagnostic("unsupported_sort_schema", schema) from None
        raise
