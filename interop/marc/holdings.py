"""What a library has, out of its own records; and the 852 in which the union says it.

Koha keeps items in 952 (Koha's default MARC framework), others in 852 (MARC 21 Format for Holdings
Data). Nonpublic notes (952 and 852 ``$x``) are never read, so they cannot be shown.
"""

import re

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
# 852 first indicator: the shelving scheme; 7 leaves it to $2.
_SCHEMES = {"0": "lcc", "1": "ddc", "2": "nlm", "3": "sudoc"}
_SCHEME_INDICATORS = {scheme: indicator for indicator, scheme in _SCHEMES.items()}
# 952 subfields that say that an item cannot be had; each is 0 or empty when it can.
_KOHA_STATUSES = (("0", "withdrawn"), ("1", "lost"), ("4", "damaged"), ("7", "not for loan"))
# Koha's own names of schemes ("z": other); those that are codes of MARC stay as they are.
_KOHA_SCHEMES = {"z": "", "ANSCR": "anscr"}
_TELLING = (*(name for _, name in _WRITTEN), "status", "summary")
_SOURCE = re.compile(r"\(([^()\s]+)\)(.+)", re.DOTALL)


def read_holdings(record: MarcRecord, library: str) -> tuple[Holding, ...]:
    """The holdings in ``record``, which belongs to ``library``, in record order.

    Items in 952 come before what 852 says; where neither stands, links to the work itself (856 with
    second indicator 0 or 1) are the holdings. An 852 of the union (``write_852``) brings its own
    library and record; elsewhere ``record`` stays empty, because 001 need not be the local id.
    """
    found = [_koha_item(field, library) for field in record.data("952")]
    found = [holding for holding in found if _tells(holding)]
    if not found:
        found = [_location(field, library) for field in record.data("852")]
        found = [holding for holding in found if holding.record or _tells(holding)]
    if not found:
        found = [
            Holding(library, url=field.first("u").strip(), note=field.first("z").strip())
            for field in record.data("856")
            if field.ind2 in "01" and field.first("u").strip()
        ]
    return tuple(found)


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
    branch = _joined(field, "b")
    if library and place.lower() != library.lower():
        branch = f"{place} {branch}".strip()
    call_number = _joined(field, "khim") or _joined(field, "j") or _joined(field, "l")
    # The union's own words; $9 of others may mean anything.
    said = dict(_named(value) for value in field.values("9")) if record else {}
    return Holding(
        library=library or field.first("a"),
        record=record,
        branch=branch,
        location=_joined(field, "c"),
        call_number=call_number,
        item=_joined(field, "p"),
        copy=field.first("t").strip(),
        note=_joined(field, "z"),
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


def _koha_item(field: DataField, library: str) -> Holding:
    """Koha 952: the branch that the item belongs to, or else where it is (``$a``, ``$b``)."""
    statuses = [text for code, text in _KOHA_STATUSES if field.first(code).strip() not in ("", "0")]
    due = field.first("q").strip()
    is_said = due or any(code in "0147" for code, _ in field.subfields)
    available = (not statuses and not due) if is_said else None
    if due:
        statuses.append(f"on loan until {due}")
    restricted = field.first("5").strip()
    return Holding(
        library=library,
        branch=(field.first("a") or field.first("b")).strip(),
        location=field.first("c").strip(),
        call_number=field.first("o").strip(),
        item=field.first("p").strip(),
        copy=field.first("t").strip(),
        status=", ".join(statuses),
        note=_joined(field, "z"),
        url=field.first("u").strip(),
        call_number_scheme=_KOHA_SCHEMES.get(field.first("2").strip(), field.first("2").strip()),
        enumeration=field.first("h").strip(),
        available=available,
        due=due[:10],
        restrictions="restricted" if restricted not in ("", "0") else "",
    )


def _tells(holding: Holding) -> bool:
    """Whether there is anything in it that a reader or a lending desk could use."""
    return any(getattr(holding, name) for name in _TELLING)


def _joined(field: DataField, codes: str) -> str:
    """The values of ``codes`` in field order, joined by blanks."""
    return " ".join(value.strip() for value in field.values(codes) if value.strip())
