"""The words of OAI-PMH 2.0: verbs and their arguments, error conditions, datestamps.

``parse`` turns the raw bytes of a query string and a form body into a ``Request`` or into every
error found. It reads the bytes itself because what the protocol forbids (repeated arguments,
invalid UTF-8, control characters) is no longer visible after a web framework's decoding.
Nothing here knows records, XML or HTTP.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Literal, TypeAlias

Code: TypeAlias = Literal[
    "badArgument",
    "badResumptionToken",
    "badVerb",
    "cannotDisseminateFormat",
    "idDoesNotExist",
    "noMetadataFormats",
    "noRecordsMatch",
    "noSetHierarchy",
]

PROTOCOL_VERSION = "2.0"
GRANULARITY = "YYYY-MM-DDThh:mm:ssZ"

# One answer names at most so many conditions: a query of 8 kB can hold 4,000 unknown arguments.
MAX_ERRORS = 20


class OaiError(Exception):
    """One error condition of OAI-PMH 2.0 3.6. ``code`` is the standard's word, ``message`` ours."""

    def __init__(self, code: Code, message: str) -> None:
        self.code = code
        self.message = message
        super().__init__(f"{code}: {message}")


@dataclass(frozen=True, slots=True)
class Errors:
    """Every condition found in a request, at least one. OAI-PMH 2.0 3.6: report all of them."""

    errors: tuple[OaiError, ...]


@dataclass(frozen=True, slots=True)
class Arguments:
    """What a verb takes. ``exclusive`` stands alone, without any other argument."""

    required: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()
    exclusive: str | None = None

    @property
    def allowed(self) -> frozenset[str]:
        return self.required | self.optional | ({self.exclusive} if self.exclusive else set())


_LIST = Arguments(
    required=frozenset({"metadataPrefix"}),
    optional=frozenset({"from", "until", "set"}),
    exclusive="resumptionToken",
)

# OAI-PMH 2.0 4.1 to 4.6.
VERBS: dict[str, Arguments] = {
    "GetRecord": Arguments(required=frozenset({"identifier", "metadataPrefix"})),
    "Identify": Arguments(),
    "ListIdentifiers": _LIST,
    "ListMetadataFormats": Arguments(optional=frozenset({"identifier"})),
    "ListRecords": _LIST,
    "ListSets": Arguments(exclusive="resumptionToken"),
}


@dataclass(frozen=True, slots=True)
class Request:
    """A request in which everything that can be judged without the repository is right.

    ``arguments``: names and values as sent, the verb included, in the order of sending; the
    answer repeats them. ``from_`` and ``until``: seconds since 1970 in UTC, both inclusive.
    """

    verb: str
    arguments: tuple[tuple[str, str], ...]
    identifier: str | None = None
    metadata_prefix: str | None = None
    set_spec: str | None = None
    from_: int | None = None
    until: int | None = None
    resumption_token: str | None = None


# --- datestamps -----------------------------------------------------------------------------------

# OAI-PMH 2.0 3.3: the two forms, and nothing else of ISO 8601. The day form has 10 characters, the
# other 20, so that equal length means equal granularity.
_DATESTAMP = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:T([0-9]{2}):([0-9]{2}):([0-9]{2})Z)?")


def parse_datestamp(text: str, *, end: bool = False) -> int:
    """Seconds since 1970 in UTC. A day means its first second, or with ``end`` its last.

    Raises ``ValueError`` for anything that is not exactly one of the two forms, or no such day.
    """
    match = _DATESTAMP.fullmatch(text)
    if not match:
        raise ValueError(f"not of the form YYYY-MM-DD or {GRANULARITY}")
    year, month, day = int(match[1]), int(match[2]), int(match[3])
    if match[4] is not None:
        clock = int(match[4]), int(match[5]), int(match[6])
    else:
        clock = (23, 59, 59) if end else (0, 0, 0)
    return int(datetime(year, month, day, *clock, tzinfo=UTC).timestamp())


@lru_cache(maxsize=4096)
def format_datestamp(seconds: int) -> str:
    """Seconds granularity in UTC. Cached: the records of one load share a few datestamps."""
    return datetime.fromtimestamp(seconds, UTC).isoformat()[:19] + "Z"


# --- requests -------------------------------------------------------------------------------------

# The patterns of OAI-PMH.xsd (metadataPrefixType, setSpecType).
_UNRESERVED = r"[A-Za-z0-9\-_.!~*'()]+"
METADATA_PREFIX = re.compile(_UNRESERVED)
SET_SPEC = re.compile(rf"{_UNRESERVED}(?::{_UNRESERVED})*")

# RFC 3986 URI or relative reference, with the characters that xs:anyURI lets through unescaped
# (XML Schema 2 3.2.17). What does not match could not be repeated in the answer's request
# element without making the answer invalid, and is a badArgument; what matches but names nothing
# here is an idDoesNotExist.
_CHARACTER = r"(?:[^%\#\[\]]|%[0-9A-Fa-f]{2})"
_REST = rf"{_CHARACTER}*(?:\#{_CHARACTER}*)?"
URI = re.compile(
    rf"""
    [A-Za-z][A-Za-z0-9+.\-]*:
    (?: //[A-Za-z0-9.\-]*(?::[0-9]{{1,5}})?(?:[/?]{_REST}|\#{_CHARACTER}*)?  # authority
      | (?!//){_REST} )                               # scheme and path, as oai:
    | (?!//)(?:[^%\#\[\]:/?]|%[0-9A-Fa-f]{{2}})*
      (?:[/?]{_REST}|\#{_CHARACTER}*)?              # relative
    """,
    re.VERBOSE,
)

_SYNTAX = {
    "identifier": (URI, "a URI"),
    "metadataPrefix": (METADATA_PREFIX, "a metadataPrefix"),
    "set": (SET_SPEC, "a setSpec"),
}

_ALLOWED = {verb: arguments.allowed for verb, arguments in VERBS.items()}

_REMEMBERED = 1000  # bytes of a query that is; longer than any honest one

_PERCENT = re.compile(rb"%([0-9A-Fa-f]{2})")
# C0 and C1 controls and the two that XML 1.0 2.2 forbids; strict UTF-8 lets no surrogate through.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ufffe\uffff]")


def parse(query: bytes, body: bytes = b"") -> Request | Errors:
    """The request that a query string and a form body make together, or what is wrong with it.

    Never raises, whatever the bytes. The same argument in both counts as repeated. Form encoding:
    pairs joined by ``&``, ``+`` for a blank, ``%XX`` for a byte of UTF-8. What was just asked is
    remembered: harvesters take the same lists at the same hours.
    """
    if body or len(query) > _REMEMBERED:
        return _parse(query, body)
    return _remembered(query)


def _parse(query: bytes, body: bytes = b"") -> Request | Errors:
    pairs = [*_pairs(query), *_pairs(body)]
    verb = _verb([value for name, value in pairs if name == "verb"])
    if isinstance(verb, OaiError):
        return Errors((verb,))
    values, problems = _collect(verb, pairs)
    problems += _missing(verb, {name for name, _ in pairs})
    problems += _ill_formed(values)
    from_ = until = None
    if "from" in values or "until" in values:
        from_, until, wrong = _window(values)
        problems += wrong
    if problems:
        distinct = list(dict.fromkeys(problems))[:MAX_ERRORS]
        errors = tuple(OaiError("badArgument", text) for text in distinct)
        if (VERBS[verb].exclusive, None) in pairs:  # nothing that can be read is a token either
            errors += (OaiError("badResumptionToken", "This is not a token of this repository."),)
        return Errors(errors)
    return Request(
        verb=verb,
        arguments=(("verb", verb), *values.items()),
        identifier=values.get("identifier"),
        metadata_prefix=values.get("metadataPrefix"),
        set_spec=values.get("set"),
        from_=from_,
        until=until,
        resumption_token=values.get("resumptionToken"),
    )


_remembered = lru_cache(maxsize=1024)(_parse)


def _pairs(encoded: bytes) -> Iterator[tuple[str, str | None]]:
    """Names and values; ``None`` for a value that is not UTF-8 text without control characters."""
    for part in encoded.split(b"&"):
        if part:
            name, _, value = part.partition(b"=")
            yield _unescape(name).decode("utf-8", "replace"), _text(_unescape(value))


def _unescape(part: bytes) -> bytes:
    if b"%" not in part and b"+" not in part:
        return part
    return _PERCENT.sub(lambda match: bytes((int(match[1], 16),)), part.replace(b"+", b" "))


def _text(value: bytes) -> str | None:
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if _CONTROL.search(text) else text


def _verb(given: list[str | None]) -> str | OaiError:
    """OAI-PMH 2.0 3.6 badVerb: illegal, missing or repeated."""
    if not given:
        return OaiError("badVerb", "The argument verb is missing.")
    if len(given) > 1:
        return OaiError("badVerb", "The argument verb is repeated.")
    if given[0] not in VERBS:
        known = ", ".join(VERBS)
        return OaiError("badVerb", f"{_quote(given[0])} is not a verb of OAI-PMH 2.0: {known}.")
    return given[0]


def _collect(verb: str, pairs: list[tuple[str, str | None]]) -> tuple[dict[str, str], list[str]]:
    """The verb's arguments that can be read, and what is wrong with the others."""
    values: dict[str, str] = {}
    problems: list[str] = []
    seen: set[str] = set()
    for name, value in pairs:
        if name == "verb":
            continue
        if name not in _ALLOWED[verb]:
            problems.append(f"{_quote(name)} is not an argument of {verb}.")
        elif name in seen:
            problems.append(f"The argument {name} is repeated.")
        elif value is None:
            problems.append(f"The value of {name} is not UTF-8 text without control characters.")
        elif not value:
            problems.append(f"The argument {name} is empty.")
        else:
            values[name] = value
        seen.add(name)
    return values, problems


def _missing(verb: str, sent: set[str]) -> list[str]:
    """Required arguments that are absent, or company that the exclusive argument may not have."""
    arguments = VERBS[verb]
    if arguments.exclusive in sent:
        company = sent & (arguments.required | arguments.optional)
        return [f"{arguments.exclusive} stands alone, without {n}." for n in sorted(company)]
    return [f"The argument {name} is missing." for name in sorted(arguments.required - sent)]


def _ill_formed(values: dict[str, str]) -> list[str]:
    return [
        f"{_quote(values[name])} is not {what}."
        for name, (pattern, what) in _SYNTAX.items()
        if name in values and not pattern.fullmatch(values[name])
    ]


def _window(values: dict[str, str]) -> tuple[int | None, int | None, list[str]]:
    """``from`` and ``until``, and what is wrong with them (OAI-PMH 2.0 2.7.1)."""
    bounds: dict[str, int] = {}
    problems = []
    for name in ("from", "until"):
        if name in values:
            try:
                bounds[name] = parse_datestamp(values[name], end=name == "until")
            except ValueError as error:
                problems.append(f"{name}: {_quote(values[name])} is no datestamp: {error}.")
    from_, until = bounds.get("from"), bounds.get("until")
    if from_ is not None and until is not None:
        if len(values["from"]) != len(values["until"]):
            problems.append("from and until differ in granularity.")
        elif from_ > until:
            problems.append("from is later than until.")
    return from_, until, problems


def _quote(text: str | None) -> str:
    """What the client sent, short enough for a message."""
    if text is None:
        return "The value"
    return f'"{text}"' if len(text) <= 60 else f'"{text[:60]}..."'
