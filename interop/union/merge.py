"""What the union shows of a publication: a pure function of the live records of its cluster."""

from collections.abc import Sequence
from dataclasses import dataclass

from interop.marc.holdings import read_holdings, write_852
from interop.marc.record import ControlField, DataField, Field, MarcRecord
from interop.model.holding import Holding
from interop.text.folding import exact
from interop.text.identifiers import isbn13


@dataclass(frozen=True, slots=True)
class Member:
    """One library's record of the publication. ``local``: its id in that library's database."""

    rid: int
    library: str
    local: str
    record: MarcRecord


# Holdings and local notes are told apart per library: 852-878 and 9XX are read into holdings, 59X
# and control fields of the source stay at home.
_OWN = {"001", "003", "005", "035"}
# Fields in which every library may know something that the leading record lacks.
_GATHERED = {"020", "022", "024", "080", "082", "520", "600", "610", "650", "651", "653", "856"}


def union_record(cluster: str, members: Sequence[Member]) -> MarcRecord:
    """The union record: the fullest record's description, identifiers, subjects and links that
    only others have, one 035 per source record and one 852 per holding.

    The same for any order of ``members``. ``cluster`` becomes 001 (MARC 21 001: control number).
    """
    ordered = sorted(members, key=lambda member: (-_quality(member.record), member.rid))
    lead = ordered[0]
    fields: list[Field] = [ControlField("001", cluster)]
    fields += [field for field in lead.record.fields if _shown(field)]
    known = {_content(field) for field in fields if isinstance(field, DataField)}
    for member in ordered[1:]:
        for field in member.record.fields:
            if isinstance(field, DataField) and field.tag in _GATHERED:
                if (content := _content(field)) not in known:
                    known.add(content)
                    fields.append(field)
    by_library = sorted(members, key=lambda member: (member.library, member.local))
    fields += [_system_number(member) for member in by_library]
    fields += [write_852(holding) for member in by_library for holding in holdings_of(member)]
    return MarcRecord(lead.record.leader, tuple(sorted(fields, key=_place)))


def holdings_of(member: Member) -> tuple[Holding, ...]:
    """The member's holdings; a record without any still says that its library has the work."""
    found = read_holdings(member.record, member.library)
    return tuple(
        Holding(
            member.library,
            member.local,
            holding.branch,
            holding.location,
            holding.call_number,
            holding.item,
            holding.copy,
            holding.status,
            holding.note,
            holding.url,
        )
        for holding in found or (Holding(member.library),)
    )


def _shown(field: Field) -> bool:
    """Whether a field of the leading record stands in the union record."""
    tag = field.tag
    return not (
        tag in _OWN or tag.startswith(("9", "59")) or "852" <= tag <= "855" or "857" <= tag <= "878"
    )


def _quality(record: MarcRecord) -> int:
    """How full a description is: subfields of the fields that the union would show."""
    return sum(
        len(field.subfields)
        for field in record.fields
        if isinstance(field, DataField) and _shown(field)
    )


def _content(field: DataField) -> tuple[str, ...]:
    """What makes two fields say the same: their words, punctuation and case apart.

    ISBNs are compared as ISBN-13 and classes without their edition; free keywords (653) and topical
    headings (650) are one, because Vietnamese catalogues use either for the same subject.
    """
    if field.tag == "020":
        return ("020", *(isbn13(value) or value for value in field.values("a")))
    if field.tag in ("080", "082"):
        return (field.tag, *field.values("a"))
    tag = "650" if field.tag == "653" else field.tag
    return (tag, *exact(" ".join(value for code, value in field.subfields if code.isalpha())))


def _system_number(member: Member) -> DataField:
    """035 $a with the library in parentheses (MARC 21 035: system control number)."""
    return DataField("035", " ", " ", (("a", f"({member.library}){member.local}"),))


def _place(field: Field) -> int:
    """Gathered fields stand with their like: by the hundreds, order within them kept.

    Numbers 0XX are sorted by tag, so that 035 does not end up behind 082.
    """
    tag = field.tag
    if not tag.isdigit():
        return 10_000
    return int(tag) if tag < "100" or tag >= "852" else int(tag) // 100 * 100
