"""CDS/ISIS and its kin (Smilib, WinISIS, LILACS bases): ISO 2709 in coat only.

Leader/10-11 are ``00``: no indicators, no subfield codes; subfields begin with ``^`` and a letter.
Files are wrapped into lines of 80 bytes that no length counts, and end fields with ``#`` where
MARC has 0x1E. Tags are the base's own: a mapping says what they mean, one that is given or the
best of those that are known (``_isis_mappings``).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import NamedTuple

from interop.formats import _dialect, _isis_mappings
from interop.formats._base import Format, Reading
from interop.formats._text import decoded_dos
from interop.marc import legal
from interop.marc.record import ControlField, DataField, Field, MarcError, MarcRecord, Subfield
from interop.marc.split import FILLER, LONGEST, SAMPLE, Piece
from interop.marc.values import Repairs

_LEADER, _ENTRY = 24, 12
_LINE_ENDS = b"\r\n"
_HEAD = re.compile(rb"[0-9]{5}.{5}00[0-9]{5}.{7}(?:[0-9]{12})*[#\x1e]", re.DOTALL)
_NEXT = re.compile(rb"(?:\x1e\x1d|##|\x1d)(?=[0-9]{5}.{5}00[0-9]{5})", re.DOTALL)
_ENTRIES = re.compile(rb"(?:[0-9]{12})*")


def _detect(head: bytes) -> int | None:
    flat = head[: 1 << 16].translate(None, _LINE_ENDS)
    return 0 if _HEAD.match(flat) else None


def pieces(chunks: Iterable[bytes]) -> Iterator[Piece]:
    """Records by their length, and where that is wrong by terminator and the leader after it."""
    buffer = b""
    for chunk in chunks:
        buffer += chunk.translate(None, _LINE_ENDS + b"\x1a\0")
        if len(buffer) > LONGEST:
            yield Piece(buffer[:SAMPLE], f"longer than {LONGEST >> 20} MiB without an end")
            buffer = b""
        begin = 0
        while (end := _end(buffer, begin)) is not None:
            yield Piece(buffer[begin:end])
            begin = end
        buffer = buffer[begin:]
    begin = 0
    for match in _NEXT.finditer(buffer):
        yield Piece(buffer[begin : match.end()])
        begin = match.end()
    if buffer[begin:].strip(FILLER + b" "):
        yield Piece(buffer[begin:])


def _end(buffer: bytes, begin: int) -> int | None:
    """Where the record at ``begin`` ends; ``None`` when more of the stream is needed to tell."""
    digits = buffer[begin : begin + 5]
    if digits.isdigit():
        end = begin + int(digits)
        # The next leader need be there too: a length that is wrong may end at any "#".
        if end + 17 > len(buffer):
            return None
        if (
            end > begin + _LEADER
            and buffer[end - 1] in b"#\x1d"
            and buffer[end : end + 5].isdigit()
        ):
            return end
    match = _NEXT.search(buffer, begin)
    return None if match is None else match.end()


class _Target(NamedTuple):
    """``tags``: for the first occurrence and for the others. ``main``: code of text before the
    first ``^``. ``codes``: theirs to ours. ``merged``: whether it goes on with a field of its tag.
    """

    tags: tuple[str, str]
    indicators: str
    main: str
    codes: dict[str, str]
    merged: bool


def parse_mapping(rows: Mapping[str, str]) -> dict[str, _Target]:
    """Rows like ``24 = "245 10 a"``: tag, indicators (``_`` for a blank), code of text without one,
    then pairs ``theirs:ours``; ``100/700`` for the first and the others, ``260+`` to go on with a
    field of that tag. Raises ``ValueError`` for a row that is none.
    """
    return {tag.lstrip("0") or "0": _parsed(tag, row) for tag, row in rows.items()}


_ROW = re.compile(
    r"(?P<first>[0-9]{3})(?:/(?P<others>[0-9]{3}))?(?P<merged>\+?)"
    r"(?: (?P<indicators>[0-9a-z_]{2}) (?P<main>[0-9a-z])(?P<codes>(?: [0-9A-Za-z]:[0-9a-z])*))?"
)


def _parsed(tag: str, row: str) -> _Target:
    match = _ROW.fullmatch(" ".join(row.split()))
    if match is None or not re.fullmatch("[0-9]{1,3}", tag):
        raise ValueError(
            f'{tag} = {row!r}: expected a line like 24 = "245 10 a" or "260+ __ c d:c"'
        )
    first = match["first"]
    if (match["indicators"] is None) != legal.is_control_tag(first):
        raise ValueError(f"{tag} = {row!r}: control fields have no indicators, all others do")
    codes = dict((pair[0], pair[2]) for pair in (match["codes"] or "").split())
    return _Target(
        (first, match["others"] or first),
        (match["indicators"] or "  ").replace("_", " "),
        match["main"] or "a",
        codes,
        bool(match["merged"]),
    )


_KNOWN = {name: parse_mapping(rows) for name, rows in _isis_mappings.MAPPINGS.items()}


class _Received(NamedTuple):
    """A field: its tag without leading zeros; the text before the first ``^`` has an empty code."""

    tag: str
    subfields: tuple[Subfield, ...]


def read(data: bytes, mapping: Mapping[str, _Target] | None = None) -> Reading:
    """One record by ``mapping``, or by the one whose tags it has."""
    repairs = Repairs()
    received = _received(data, repairs)
    if not received:
        raise MarcError("no field can be read")
    tags = {field.tag for field in received}
    if mapping is None:
        known = _known(tags)
        if known is None:
            return _dialect.canonical((_as_marc(received), repairs.warnings()))
        mapping = _KNOWN[known]
        repairs.note(f"tags read as those of {known} (CDS/ISIS)")
    for tag in sorted(tags - mapping.keys()):
        repairs.note(f"field {tag} has no meaning in the mapping: left out")
    fields = _mapped(received, mapping)
    if not fields:
        raise MarcError("no field has a meaning in the mapping")
    return MarcRecord(_leader(fields), (_fixed(fields), *fields)), repairs.warnings()


def _known(tags: set[str]) -> str | None:
    """The mapping whose tell-tale tags are there; ``None`` where the tags are MARC's own."""
    if tags & {"245", "200"}:
        return None
    return next(
        (name for name, signs in _isis_mappings.SIGNS if tags & signs), _isis_mappings.DEFAULT
    )


def _received(data: bytes, repairs: Repairs) -> list[_Received]:
    end = _directory_end(data)
    text_of = decoded_dos(data, repairs)
    fields: list[_Received] = []
    if data[12:17] != b"%05d" % (end + 1):
        repairs.note("base address of data is wrong")
    entries = [data[at : at + _ENTRY] for at in range(_LEADER, end, _ENTRY)]
    for entry, body in zip(entries, _bodies(data, end, entries, repairs), strict=True):
        if found := _subfields(text_of(body), repairs):
            fields.append(_Received(entry[:3].decode("ascii").lstrip("0") or "0", found))
    return fields


def _bodies(data: bytes, end: int, entries: list[bytes], repairs: Repairs) -> list[bytes]:
    """The fields by the directory; where its lengths are wrong, by terminators. ``#`` may stand in
    a text, so lengths go first here.
    """
    ends = b"#\x1e"
    spans = [(end + 1 + int(entry[7:12]), int(entry[3:7])) for entry in entries]
    if all(data[start + length - 1 : start + length] in (b"#", b"\x1e") for start, length in spans):
        return [data[start : start + length].rstrip(ends) for start, length in spans]
    bodies = re.split(b"[#\x1e]", data[end + 1 :].rstrip(b"#\x1d\x1e"))
    if len(bodies) != len(entries):
        what = "cut off" if len(bodies) < len(entries) else "damaged: lengths in it are wrong"
        raise MarcError(f"record {what}", len(data))
    repairs.note("lengths in the directory are wrong")
    return bodies


def _directory_end(data: bytes) -> int:
    """The directory is digits in entries of 12, up to the first field terminator."""
    match = _ENTRIES.match(data, _LEADER)
    if match is None or data[match.end() : match.end() + 1] not in (b"#", b"\x1e"):
        raise MarcError("no directory of CDS/ISIS", _LEADER)
    return match.end()


def _subfields(text: str, repairs: Repairs) -> tuple[Subfield, ...]:
    first, *pieces = text.split("^")
    found = [("", first), *((piece[:1].lower(), piece[1:]) for piece in pieces)]
    return tuple((code, repairs.text(value).strip()) for code, value in found if value.strip())


def _as_marc(received: list[_Received]) -> MarcRecord:
    """Tags of MARC 21 or UNIMARC in a base of CDS/ISIS: indicators may stand before the first
    ``^``, or nowhere.
    """
    fields: list[Field] = []
    for tag, subfields in received:
        name = tag.zfill(3)
        if legal.is_control_tag(name):
            fields.append(ControlField(name, " ".join(value for _, value in subfields)))
        elif legal.is_data_tag(name):
            pair = "  "
            code, value = subfields[0]
            if not code and len(subfields) > 1 and re.fullmatch("[0-9 #_|]{1,2}", value):
                pair = re.sub("[^0-9]", " ", value).ljust(2)
                subfields = subfields[1:]
            named = tuple((legal.code(code or "a"), value) for code, value in subfields)
            fields.append(DataField(name, pair[0], pair[1], named))
    return MarcRecord(legal.BLANK_LEADER, tuple(fields))


def _mapped(received: list[_Received], mapping: Mapping[str, _Target]) -> list[Field]:
    fields: list[Field] = []
    seen: set[str] = set()
    merged: dict[str, list[DataField]] = {}
    for tag, subfields in received:
        target = mapping.get(tag)
        if target is None:
            continue
        for values in _repeated(subfields):
            name = target.tags[1] if target.tags[0] in seen else target.tags[0]
            if not legal.is_control_tag(name):
                field = _field(name, target, values)
                (merged.setdefault(name, []) if target.merged else fields).append(field)
            elif name not in seen:
                fields.append(ControlField(name, values[0][1]))
            seen.add(target.tags[0])
    for parts in merged.values():
        # By code: the order of these fields in MARC 21, whatever their order in the base.
        subfields = tuple(sorted((s for p in parts for s in p.subfields), key=lambda s: s[0]))
        fields.append(parts[0]._replace(subfields=subfields))
    return sorted(fields, key=lambda field: field.tag)


_TERMS = re.compile("<([^<>=]+)>")
_FILED = re.compile("<([^<>=]*)=[^<>]*>")


def _repeated(subfields: tuple[Subfield, ...]) -> Iterator[tuple[Subfield, ...]]:
    """``<term><term>`` is a list of values, each a field of its own."""
    text = subfields[0][1]
    terms = _TERMS.findall(text) if not subfields[0][0] else []
    if terms and not _TERMS.sub("", text).strip(" ,;/-"):
        for term in terms:
            yield (("", term.strip()),)
    else:
        yield subfields


def _field(tag: str, target: _Target, values: tuple[Subfield, ...]) -> DataField:
    """``<The> title`` is an article that sorting passes over, ``<Mc=mac>`` a filing form."""
    ind1, ind2 = target.indicators[0], target.indicators[1]
    subfields: list[Subfield] = []
    for code, value in values:
        shown = _FILED.sub(r"\1", value)
        article = re.match("<([^<>=]{1,8})> ?", shown)
        if article and tag == "245" and not subfields:
            ind2 = str(min(len(article[1].strip()) + 1, 9))
            shown = f"{article[1].strip()} {shown[article.end() :]}"
        shown = _TERMS.sub(r"\1", shown)
        ours = target.main if not code else target.codes.get(code, legal.code(code))
        subfields.append((ours, shown))
    return DataField(tag, ind1, ind2, tuple(subfields))


def _leader(fields: list[Field]) -> str:
    level = "b" if any(field.tag == "773" for field in fields) else "m"
    return f"00000na{level} a22000007u 4500"


def _fixed(fields: list[Field]) -> ControlField:
    """008 with the year and the language, where they were said."""
    year = language = ""
    for field in fields:
        if isinstance(field, DataField) and field.tag in ("260", "264", "773"):
            found = re.search("(?<![0-9])[12][0-9]{3}(?![0-9])", " ".join(field.values("cdg")))
            year = year or (found[0] if found else "")
        if isinstance(field, DataField) and field.tag == "041":
            language = language or (_isis_mappings.language(field.first("a")) or "")
    dates = f"s{year}    " if year else "n        "
    return ControlField("008", f"000000{dates}xx {'|' * 17}{language or 'und'}|d")


def _configured(rows: Mapping[str, str]) -> Callable[[bytes], Reading]:
    return partial(read, mapping=parse_mapping(rows))


FORMAT = Format(
    "cdsisis",
    "CDS/ISIS",
    _detect,
    pieces,
    read,
    rank=2,
    configured=_configured,
)
