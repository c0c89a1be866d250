"""What the union shows of a publication: a pure function of the live records of its cluster."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from interop.marc import iso2709
from interop.marc.holdings import read_holdings, write_852
from interop.marc.private import is_local, is_private
from interop.marc.record import ControlField, DataField, Field, MarcRecord
from interop.model.holding import Holding
from interop.text.folding import exact
from interop.text.identifiers import isbn13
from interop.union.links import Linker, original_tag


@dataclass(frozen=True, slots=True)
class Member:
    """One library's record of the publication. ``local``: its id in that library's database."""

    rid: int
    library: str
    local: str
    record: MarcRecord


# Holdings and local notes are told apart per library: 852-878, 9XX and AVA are read into holdings;
# 59X, tags with letters and control fields of the source stay at home.
_OWN = {"001", "003", "005", "035"}
# Fields in which every library may know something that the leading record lacks.
_GATHERED = {"020", "022", "024", "080", "082", "520", "600", "610", "650", "651", "653", "856"}
_STATUSES = frozenset("acnp")  # leader/05 of a record that is not deleted


def union_record(cluster: str, members: Sequence[Member]) -> MarcRecord:
    """The union record: the fullest record's description, identifiers, subjects and links that
    only others have, one 035 per source record and one 852 per holding.

    The same for any order of ``members``, and for any order in which they came: ``rid`` decides
    nothing. ``cluster`` becomes 001 (MARC 21 001: control number).
    """
    ordered = sorted(members, key=_rank) if len(members) > 1 else members  # most are alone
    lead = ordered[0].record
    shown = [field for field in lead.fields if _shown(field)]
    described = [field for field in shown if isinstance(field, DataField)]
    fields: list[Field] = [ControlField("001", cluster), *shown, *_gathered(described, ordered[1:])]
    by_library = sorted(members, key=_name)
    fields += [_system_number(member) for member in by_library]
    fields += [write_852(holding) for member in by_library for holding in holdings_of(member)]
    return MarcRecord(_leader(lead), tuple(sorted(fields, key=lambda field: _place(field.tag))))


def union_bytes(cluster: str, member: Member, marc: bytes) -> bytes | None:
    """``encode`` of the union record of ``member`` alone, whose canonical bytes are ``marc``: their
    text is kept as it is. ``None`` where fields have to be looked into.
    """
    parts = iso2709.trusted(marc)
    if parts is None or "880" in parts.tags:
        return None
    fields = [("001", cluster)]
    fields += [part for part in zip(parts.tags, parts.bodies, strict=True) if _is_shown(part[0])]
    for own in (_system_number(member), *map(write_852, holdings_of(member))):
        text = iso2709.text_of(own)
        if text is None:
            return None
        fields.append((own.tag, text))
    fields.sort(key=_place_of_part)
    return iso2709.put_together(_leader(member.record), fields)


def _place_of_part(part: tuple[str, str]) -> int:
    return _place(part[0])


def _name(member: Member) -> tuple[str, str]:
    return member.library, member.local


def _rank(member: Member) -> tuple[bool, int, str, str]:
    """The record that leads comes first: one with a title, then the fullest, then by name."""
    titled = any(field.values("abnp") for field in member.record.data("245"))
    return not titled, -_quality(member.record), *_name(member)


def _leader(record: MarcRecord) -> str:
    """A union record lives, whatever leader/05 of a source says ("d" would have it deleted)."""
    status = record.leader[5:6]
    return record.leader if status in _STATUSES else f"{record.leader[:5]}n{record.leader[6:]}"


def _gathered(described: Sequence[DataField], others: Sequence[Member]) -> Iterator[DataField]:
    """What ``others`` know and the description does not, with original scripts (880).

    An 880 comes along with a gathered field, and by itself for the original script of a field of
    which no record before has one.
    """
    if not others:
        return  # most records of a union are of one library alone
    known = {_content(field) for field in described}
    scripts = {original_tag(field) for field in described}
    linker = Linker(described)
    for member in others:
        chosen = []
        for field in member.record.data(*_GATHERED):
            if (content := _content(field)) not in known:
                known.add(content)
                chosen.append(field)
        originals = {original_tag(field) for field in member.record.data("880") if _shown(field)}
        yield from linker.moved(member.record, chosen, originals - scripts)
        scripts |= originals


def holdings_of(member: Member) -> tuple[Holding, ...]:
    """The member's holdings; a record without any still says that its library has the work."""
    found = read_holdings(member.record, member.library)
    return tuple(
        replace(
            holding,
            library=member.library,
            record=member.local,
            branch=_branch(member, holding),
        )
        for holding in found or (Holding(member.library),)
    )


def _branch(member: Member, holding: Holding) -> str:
    """A regional union harvested as one library names the library that has the copy."""
    owner = holding.library if holding.library != member.library else ""
    return " ".join(filter(None, (owner, holding.branch)))


def _shown(field: Field) -> bool:
    """Whether a field of the leading record stands in the union record, by itself or as an 880."""
    if field.tag == "880" and isinstance(field, DataField):
        return not is_private(field) and _is_shown(original_tag(field) or "880")
    return _is_shown(field.tag)


@lru_cache(maxsize=1 << 10)
def _is_shown(tag: str) -> bool:
    return not (
        tag in _OWN
        or tag[:1] == "9"
        or is_local(tag)
        or "852" <= tag <= "855"
        or "857" <= tag <= "878"
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
        return (
            "020",
            *(isbn13(value) or value for value in field.values("a") or field.values("z")),
        )
    if field.tag == "856" and (addresses := field.values("u")):
        return ("856", *addresses)
    if field.tag in ("080", "082"):
        return (field.tag, *field.values("a"))
    tag = "650" if field.tag == "653" else field.tag
    return (tag, *exact(" ".join(value for code, value in field.subfields if code.isalpha())))


def _system_number(member: Member) -> DataField:
    """035 $a with the library in parentheses (MARC 21 035: system control number)."""
    return DataField("035", " ", " ", (("a", f"({member.library}){member.local}"),))


@lru_cache(maxsize=1 << 10)
def _place(tag: str) -> int:
    """Gathered fields stand with their like: by the hundreds, order within them kept.

    Numbers 0XX are sorted by tag, so that 035 does not end up behind 082.
    """
    if not (tag.isascii() and tag.isdigit()):
        return 10_000
    return int(tag) if tag < "100" or tag >= "852" else int(tag) // 100 * 100
