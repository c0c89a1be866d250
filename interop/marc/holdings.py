"""What a library has, out of its own records; and the 852 in which the union says it.

Systems keep items in fields of their own (``items``) or in 852-878 (``mfhd``). Nonpublic notes
(952 and 852 ``$x``) are never read, so they cannot be shown.
"""

import re
from collections.abc import Iterator

from interop.marc import mfhd
from interop.marc.items import DIALECTS, joined
from interop.marc.record import DataField, MarcRecord
from interop.model.holding import Holding

# (852 subfield, attribute of Holding) in the order of the field.
_WRITTEN = (
    ("b", "branch"),
    ("c", "location"),
    ("h", "call_number"),
    ("p", "item"),
    ("t", "copy"),
    ("u", "url"),
    ("z", "note"),
    ("3", "enumeration"),
)
# What 852 has no subfield for stands in $9 (local in all of MARC 21) as ``name=value``.
_NAMED = ("status", "summary", "due", "restrictions", "size", "mime", "checksum")
_AVAILABLE = {True: "yes", False: "no"}
_SAID = {text: value for value, text in _AVAILABLE.items()}
_OURS = {f"available={text}" for text in _SAID}
# 852 first indicator: the shelving scheme; 7 leaves it to $2.
_SCHEMES = {"0": "lcc", "1": "ddc", "2": "nlm", "3": "sudoc"}
_SCHEME_INDICATORS = {scheme: indicator for indicator, scheme in _SCHEMES.items()}
_TELLING = (*(name for _, name in _WRITTEN), "status", "summary")
_SOURCE = re.compile(r"\(([^()\s]+)\)(.+)", re.DOTALL)


def read_holdings(record: MarcRecord, library: str) -> tuple[Holding, ...]:
    """The holdings in ``record``, which belongs to ``library``, in record order.

    Items in a field of the library system's own come before what 852 and its fields say; where
    neither stands, links to the work itself (856 with second indicator 0 or 1) are the holdings. An
    852 of the union (``write_852``) brings its own library and record; elsewhere ``record`` stays
    empty, because 001 need not be the local id.
    """
    by_tag: dict[str, list[DataField]] = {}
    for field in record.fields:
        if field.tag in _TAGS and isinstance(field, DataField):
            by_tag.setdefault(field.tag, []).append(field)
    if not by_tag:
        return ()
    for dialect in DIALECTS:
        fields = [field for tag in dialect.tags for field in by_tag.get(tag, ())]
        items = [dialect.read(field, library) for field in fields if dialect.knows(field)]
        if found := [holding for holding in items if _tells(holding)]:
            return tuple(found)
    if "852" in by_tag or not mfhd.TAGS.isdisjoint(by_tag):
        held = list(record.data("852", *mfhd.TAGS))
        found = [one for one in _held(held, library) if one.record or _tells(one)]
        if found:
            return tuple(found)
    links = (_link(field, library) for field in by_tag.get("856", ()) if field.ind2 in "01")
    return tuple(holding for holding in links if holding.url)


_TAGS = frozenset({"852", "856", *mfhd.TAGS, *(tag for one in DIALECTS for tag in one.tags)})


def _held(fields: list[DataField], library: str) -> Iterator[Holding]:
    """What 852 and the fields that belong to it say."""
    captions = mfhd.captions_of(fields)
    places = sum(field.tag == "852" for field in fields)
    groups: list[tuple[Holding, list[DataField]]] = []
    waiting: list[DataField] = []
    for field in fields:
        if field.tag == "852":
            groups.append((_location(field, library), waiting))
            waiting = [] if places > 1 else waiting
        elif groups and places > 1:
            groups[-1][1].append(field)
        else:
            waiting.append(field)
    if not groups:
        groups = [(Holding(library), waiting)]
    for place, own in groups:
        if place.record:
            yield place  # the union has said everything in it
        else:
            yield from mfhd.expanded(place, own, captions)


_BYTES = re.compile(r"([0-9]+) *(?:bytes|b)?", re.IGNORECASE)


def _link(field: DataField, library: str) -> Holding:
    """856: a file, of which ``$q`` is the type and ``$s`` the size; ``$9`` has our checksum."""
    size = _BYTES.fullmatch(field.first("s").strip())
    said = dict(map(_named, field.values("9")))
    return Holding(
        library,
        url=field.first("u").strip(),
        note=joined(field, "z"),
        size=size[1] if size else "",
        mime=field.first("q").strip(),
        checksum=said.get("checksum", ""),
    )


def write_852(holding: Holding) -> DataField:
    """One 852 for ``holding``: ``$a`` library, ``$0`` ``(library)record`` of the source record.

    ``read_holdings`` reads the same holding back when it names its ``record``, as all holdings of
    the union do. First indicator blank: no word of the scheme.
    """
    values = [("a", holding.library)]
    values += [(code, getattr(holding, name)) for code, name in _WRITTEN]
    scheme = holding.call_number_scheme
    indicator = _SCHEME_INDICATORS.get(scheme, "7") if scheme else " "
    if indicator == "7":
        values.append(("2", scheme))
    if holding.record:
        values.append(("0", f"({holding.library}){holding.record}"))
    named = [(name, getattr(holding, name)) for name in _NAMED]
    if holding.available is not None:
        named.append(("available", _AVAILABLE[holding.available]))
    values += [("9", f"{name}={value}") for name, value in named if value]
    return DataField("852", indicator, " ", tuple((code, value) for code, value in values if value))


def _location(field: DataField, library: str) -> Holding:
    """MARC 21 852. The call number is the shelving form or title where there is no class."""
    record = ""
    source = _SOURCE.fullmatch(field.first("0"))
    # $0 of others is an authority number; ours repeats the library that $a names.
    if source and source[1] == field.first("a"):
        library, record = source[1], source[2]
    # $a is often a building, or another library of the same system: said in front of the branch.
    place = field.first("a").strip()
    branch = joined(field, "b")
    if library and place.lower() != library.lower():
        branch = f"{place} {branch}".strip()
    call_number = joined(field, "khim") or joined(field, "j") or joined(field, "l")
    # Words of ours; $9 of others may mean anything.
    words = field.values("9")
    is_ours = record or not _OURS.isdisjoint(words)
    said = dict(_named(value) for value in words) if is_ours else {}
    return Holding(
        library=library or field.first("a"),
        record=record,
        branch=branch,
        location=joined(field, "c"),
        call_number=call_number,
        item=joined(field, "p"),
        copy=field.first("t").strip(),
        note=joined(field, "z"),
        url=field.first("u").strip(),
        call_number_scheme=_SCHEMES.get(field.ind1, field.first("2").strip()),
        enumeration=field.first("3").strip(),
        available=_SAID.get(said.get("available", "")),
        **{name: said.get(name, "") for name in _NAMED},
    )


def _named(value: str) -> tuple[str, str]:
    """``name=value`` of a ``$9`` that ``write_852`` wrote; one without a name is a status."""
    name, equals, rest = value.partition("=")
    known = equals and (name in _NAMED or name == "available")
    return (name, rest.strip()) if known else ("status", value.strip())


def _tells(holding: Holding) -> bool:
    """Whether there is anything in it that a reader or a lending desk could use."""
    return any(getattr(holding, name) for name in _TELLING)
