"""What becomes of every subfield in a format that is written without rules: it is found out by
writing.

Formats of MARC 21 itself are looked through for each value in its place. Of the others the record
is written once more without a field, and without each subfield of it: what is then missing is what
became of it, and where it stood is named in place of a rule.
"""

from collections import Counter
from collections.abc import Callable
from typing import cast

from lxml import etree

from interop.crosswalks import Crosswalk
from interop.crosswalks._fields import chop, clean
from interop.crosswalks._rules.trace import Fate, Outcome
from interop.formats import FORMATS
from interop.marc import iso2709
from interop.marc.private import is_private, public
from interop.marc.record import ControlField, DataField, Field, MarcRecord
from interop.text import xml_in

# Where a value stands (``245 $a``, ``001``, ``shelfLocator``), and the value.
Leaf = tuple[str, str]

AS_IT_IS = "the record as it is"
PRIVATE = "private or local"


def fates_of(crosswalk: Crosswalk, record: MarcRecord) -> list[Fate]:
    """The fate of every control field and subfield, in its order. ``rule`` is the place where the
    value stands in the format.

    Raises ``ValueError`` when the format cannot hold the record.
    """
    if crosswalk.is_marc:
        return _in_place(record, set(leaves(crosswalk, crosswalk.write(record))))
    return _by_writing(record, lambda each: leaves(crosswalk, crosswalk.write(each)))


def leaves(crosswalk: Crosswalk, written: bytes) -> list[Leaf]:
    """Every value in a document of the format."""
    if crosswalk.is_xml:
        return _of_element(xml_in.parse(written, huge_text=True))
    if crosswalk.is_marc:
        return _of_record(FORMATS[crosswalk.read_as].read(written)[0])
    return _of_record(iso2709.decode(_as_canonical(written)))


def _as_canonical(written: bytes) -> bytes:
    """What we wrote with another leader than that of MARC 21, as what is read without repairs."""
    return b"%ba22%b4500%b" % (written[:9], written[12:20], written[24:])


def _of_element(root: etree._Element) -> list[Leaf]:
    found: list[Leaf] = []
    for element in root.iter("{*}*"):
        if len(element):
            continue
        name, parent = etree.QName(element).localname, element.getparent()
        if name == "subfield" and parent is not None:
            name = f"{parent.get('tag')} ${element.get('code')}"
        elif name == "controlfield":
            name = str(element.get("tag"))
        found.append((name, element.text or element.get("value") or ""))
    return found


def _of_record(record: MarcRecord) -> list[Leaf]:
    found: list[Leaf] = []
    for field in record.fields:
        found += [(_place(field, code), value) for code, value in _values(field)]
    return found


def _values(field: Field) -> tuple[tuple[str, str], ...]:
    return (("", field.value),) if isinstance(field, ControlField) else field.subfields


def _place(field: Field, code: str) -> str:
    return f"{field.tag} ${code}" if code else field.tag


def _in_place(record: MarcRecord, there: set[Leaf]) -> list[Fate]:
    goes = {id(field) for field in public(record).fields}
    fates: list[Fate] = []
    for number, field in enumerate(record.fields):
        for code, value in _values(field):
            outcome: Outcome = "changed"
            rule = AS_IT_IS
            if (_place(field, code), value) in there:
                outcome = "kept"
            elif id(field) not in goes and (is_private(field) or code == "x"):
                outcome, rule = "private", PRIVATE
            fates.append(Fate(number, field.tag, code, value, outcome, rule))
    return fates


def _by_writing(record: MarcRecord, write: Callable[[MarcRecord], list[Leaf]]) -> list[Fate]:
    whole = Counter(write(record))
    places = _once(whole, record)
    size = sum(len(value) for field in record.fields for _, value in _values(field))
    writings = _CHARACTERS // (size + 1) + 1  # left to be made
    fates: list[Fate] = []
    for number, field in enumerate(record.fields):
        values = _values(field)
        told = [_found(value, places) for _, value in values]
        if is_private(field):
            told = [("private", PRIVATE)] * len(values)
        elif _NOWHERE in told and writings >= len(values):
            writings -= told.count(_NOWHERE) + 1
            told = _without_each(record, number, told, whole, write)
        fates += [
            Fate(number, field.tag, code, value, outcome, rule)
            for (code, value), (outcome, rule) in zip(values, told, strict=True)
        ]
    return fates


# What is written for one record at most: a hostile one of thousands of fields would be written as
# often. Real records are far below.
_CHARACTERS = 1_000_000
_TELLING = 4  # characters: shorter values may stand anywhere by chance


def _once(whole: Counter[Leaf], record: MarcRecord) -> dict[str, str]:
    """Values that stand in one place alone, with its name, and at most once in the record: there is
    no need to write for them.
    """
    asked = Counter(chop(value) for field in record.fields for _, value in _values(field))
    found: dict[str, str] = {}
    twice = set()
    for (name, text), count in whole.items():
        if count > 1 or text in found:
            twice.add(text)
        found[text] = name
    return {
        text: name
        for text, name in found.items()
        if len(text) >= _TELLING and text not in twice and asked[chop(text)] < 2
    }


_NOWHERE: tuple[Outcome, str] = ("dropped", "")


def _found(value: str, places: dict[str, str]) -> tuple[Outcome, str]:
    if value in places:
        return "kept", places[value]
    bare = chop(value)
    return ("changed", places[bare]) if bare in places else _NOWHERE


def _without_each(
    record: MarcRecord,
    number: int,
    told: list[tuple[Outcome, str]],
    whole: Counter[Leaf],
    write: Callable[[MarcRecord], list[Leaf]],
) -> list[tuple[Outcome, str]]:
    """What becomes of the values of one field: those that were found nowhere as they are (``told``)
    by writing the record without the field and without each of them.
    """
    field = record.fields[number]
    values = _values(field)
    if told.count(_NOWHERE) == 1 and len(values) > 1:
        return _one_by_one(record, number, told, whole, write)
    all_missing = whole - Counter(write(_replaced(record, number, None)))
    if not all_missing or isinstance(field, ControlField) or len(values) == 1:
        return [
            _outcome(value, all_missing) if outcome == _NOWHERE else outcome
            for (_, value), outcome in zip(values, told, strict=True)
        ]
    return _one_by_one(record, number, told, whole, write)


def _one_by_one(
    record: MarcRecord,
    number: int,
    told: list[tuple[Outcome, str]],
    whole: Counter[Leaf],
    write: Callable[[MarcRecord], list[Leaf]],
) -> list[tuple[Outcome, str]]:
    field = record.fields[number]
    assert isinstance(field, DataField)
    found = list(told)
    for place, (_, value) in enumerate(field.subfields):
        if told[place] == _NOWHERE:
            kept = (*field.subfields[:place], *field.subfields[place + 1 :])
            rest = write(_replaced(record, number, field._replace(subfields=kept)))
            found[place] = _outcome(value, whole - Counter(rest))
    return found


def _outcome(value: str, missing: Counter[Leaf]) -> tuple[Outcome, str]:
    """``missing``: what is not written without the value."""
    if not missing:
        return "dropped", ""
    for wanted, outcome in ((clean(value), "kept"), (chop(value), "changed")):
        for name, text in missing:
            if wanted and wanted in clean(text):
                return cast(Outcome, outcome), name
    return "changed", ", ".join(dict.fromkeys(name for name, _ in missing))


def _replaced(record: MarcRecord, number: int, field: Field | None) -> MarcRecord:
    """``record`` with ``field`` instead of that of this number, or without it."""
    rest = () if field is None else (field,)
    return MarcRecord(record.leader, (*record.fields[:number], *rest, *record.fields[number + 1 :]))
