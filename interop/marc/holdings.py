"""What a library has, out of its own records; and the 852 in which the union says it.

Koha keeps items in 952 (Koha's default MARC framework), others in 852 (MARC 21 Format for Holdings
Data). Nonpublic notes (952 and 852 ``$x``) are never read, so they cannot be shown.
"""

import re

from interop.marc.record import DataField, MarcRecord
from interop.model.holding import Holding

# (852 subfield, attribute of Holding) in the order of the field; $9 is local in all of MARC 21.
_WRITTEN = (
    ("b", "branch"),
    ("c", "location"),
    ("h", "call_number"),
    ("p", "item"),
    ("t", "copy"),
    ("u", "url"),
    ("z", "note"),
    ("9", "status"),
)
# 952 subfields that say that an item cannot be had; each is 0 or empty when it can.
_KOHA_STATUSES = (("0", "withdrawn"), ("1", "lost"), ("4", "damaged"), ("7", "not for loan"))
_SOURCE = re.compile(r"\(([^()\s]+)\)(.+)", re.DOTALL)


def read_holdings(record: MarcRecord, library: str) -> tuple[Holding, ...]:
    """The holdings in ``record``, which belongs to ``library``, in record order.

    Items in 952 come before what 852 says; where neither stands, links to the work itself (856 with
    second indicator 0 or 1) are the holdings. An 852 of the union (``write_852``) brings its own
    library and record; elsewhere ``record`` stays empty, because 001 need not be the local id.
    """
    found = [_koha_item(field, library) for field in record.data("952")]
    found = [holding for holding in found if holding != Holding(library)]
    if not found:
        found = [_location(field, library) for field in record.data("852")]
        found = [holding for holding in found if holding != Holding(library)]
    if not found:
        found = [
            Holding(library, url=field.first("u").strip(), note=field.first("z").strip())
            for field in record.data("856")
            if field.ind2 in "01" and field.first("u").strip()
        ]
    return tuple(found)


def write_852(holding: Holding) -> DataField:
    """One 852 for ``holding``: ``$a`` library, ``$0`` ``(library)record`` of the source record.

    ``read_holdings`` reads the same holding back. First indicator blank: no word of the scheme.
    """
    values = [("a", holding.library)]
    values += [(code, getattr(holding, name)) for code, name in _WRITTEN]
    if holding.record:
        values.append(("0", f"({holding.library}){holding.record}"))
    return DataField("852", " ", " ", tuple((code, value) for code, value in values if value))


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
    return Holding(
        library=library or field.first("a"),
        record=record,
        branch=branch,
        location=_joined(field, "c"),
        call_number=call_number,
        item=_joined(field, "p"),
        copy=field.first("t").strip(),
        status=field.first("9").strip() if record else "",
        note=_joined(field, "z"),
        url=field.first("u").strip(),
    )


def _koha_item(field: DataField, library: str) -> Holding:
    """Koha 952: the branch that the item belongs to, or else where it is (``$a``, ``$b``)."""
    statuses = [text for code, text in _KOHA_STATUSES if field.first(code).strip() not in ("", "0")]
    due = field.first("q").strip()
    if due:
        statuses.append(f"on loan until {due}")
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
    )


def _joined(field: DataField, codes: str) -> str:
    """The values of ``codes`` in field order, joined by blanks."""
    return " ".join(value.strip() for value in field.values(codes) if value.strip())
