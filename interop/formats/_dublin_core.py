"""Qualified Dublin Core, whatever dress it comes in, to MARC 21.

A statement is schema, element, qualifier, value. What simple Dublin Core says too goes through its
reader; the rest has a row of its own in the table below. When repositories accession and unlock
their items is nobody's business outside, and so is who did it (provenance): neither is taken over.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from interop.formats import _simple_dublin_core
from interop.marc.record import DataField, MarcError, MarcRecord
from interop.marc.values import Repairs


class Statement(NamedTuple):
    """``name``: ``element`` or ``element.qualifier``, in lower case; ``scheme``: of its value."""

    name: str
    value: str
    language: str = ""
    scheme: str = ""


ELEMENTS = frozenset(
    "contributor coverage creator date description format identifier language publisher relation "
    "rights source subject title type".split()
)
# What means the same as an element of simple Dublin Core, and is read as that.
_SIMPLE = {
    "contributor.author": "creator", "creator.author": "creator", "date.issued": "date",
    "description.abstract": "description", "abstract": "description",
    "format.extent": "format", "extent": "format", "format.mimetype": "format",
    "identifier.uri": "identifier", "identifier.isbn": "identifier",
    "identifier.issn": "identifier", "identifier.doi": "identifier",
    "identifier.other": "identifier", "identifier.none": "identifier",
    "language.iso": "language", "language.rfc3066": "language", "relation.uri": "relation",
    "subject.other": "subject", "subject.none": "subject", "subject.keyword": "subject",
    "publisher.none": "publisher", "title.none": "title", "description.none": "description",
    "type.none": "type", "type.genre": "type", "rights.none": "rights",
}  # fmt: skip
# The terms of the DCMI that refine an element, as that element and qualifier.
_TERMS = {
    "abstract": "description.abstract", "accessrights": "rights.accessrights",
    "alternative": "title.alternative", "audience": "audience",
    "available": "date.available", "bibliographiccitation": "identifier.citation",
    "conformsto": "relation.conformsto", "created": "date.created",
    "dateaccepted": "date.accepted", "datecopyrighted": "date.copyright",
    "datesubmitted": "date.submitted", "educationlevel": "audience.educationlevel",
    "extent": "format.extent", "hasformat": "relation.hasformat", "haspart": "relation.haspart",
    "hasversion": "relation.hasversion", "isformatof": "relation.isformatof",
    "ispartof": "relation.ispartof", "isreferencedby": "relation.isreferencedby",
    "isreplacedby": "relation.isreplacedby", "isrequiredby": "relation.isrequiredby",
    "issued": "date.issued", "isversionof": "relation.isversionof", "license": "rights.license",
    "medium": "format.medium", "modified": "date.updated", "provenance": "provenance",
    "references": "relation.references", "replaces": "relation.replaces",
    "requires": "relation.requires", "rightsholder": "rights.holder",
    "spatial": "coverage.spatial", "tableofcontents": "description.tableofcontents",
    "temporal": "coverage.temporal", "valid": "date.valid", "instructionalmethod": "audience",
    "mediator": "audience",
}  # fmt: skip
# Name -> tag, indicators, code of the value, and a subfield that says which it is.
_FIELDS: dict[str, tuple[str, str, str, tuple[tuple[str, str], ...]]] = {
    "title.alternative": ("246", "3 ", "a", ()),
    "title.uniform": ("240", "10", "a", ()),
    "title.translated": ("242", "10", "a", ()),
    "contributor.advisor": ("700", "n", "a", (("4", "ths"),)),
    "contributor.editor": ("700", "n", "a", (("4", "edt"),)),
    "contributor.illustrator": ("700", "n", "a", (("4", "ill"),)),
    "contributor.translator": ("700", "n", "a", (("4", "trl"),)),
    "contributor.referee": ("700", "n", "a", (("4", "opn"),)),
    "contributor.department": ("710", "2 ", "a", (("4", "his"),)),
    "contributor.institution": ("710", "2 ", "a", (("4", "his"),)),
    "contributor.grantor": ("710", "2 ", "a", (("4", "dgg"),)),
    "contributor.sponsor": ("710", "2 ", "a", (("4", "spn"),)),
    "date.copyright": ("264", " 4", "c", ()),
    "date.submitted": ("518", "  ", "d", (("o", "submitted"),)),
    "description.edition": ("250", "  ", "a", ()),
    "description.statementofresponsibility": ("245", "", "c", ()),
    "description.tableofcontents": ("505", "0 ", "a", ()),
    "description.sponsorship": ("536", "  ", "a", ()),
    "description.degree": ("502", "  ", "b", ()),
    "description.uri": ("856", "42", "u", ()),
    "description.version": ("250", "  ", "a", ()),
    "identifier.citation": ("524", "  ", "a", ()),
    "identifier.govdoc": ("086", "  ", "a", ()),
    "identifier.ismn": ("024", "2 ", "a", ()),
    "identifier.sici": ("024", "4 ", "a", ()),
    "identifier.slug": ("024", "8 ", "a", ()),
    "format.medium": ("340", "  ", "a", ()),
    "coverage.spatial": ("653", " 5", "a", ()),
    "coverage.temporal": ("653", " 4", "a", ()),
    "subject.classification": ("084", "  ", "a", ()),
    "subject.ddc": ("082", "04", "a", ()),
    "subject.udc": ("080", "  ", "a", ()),
    "subject.lcc": ("050", " 4", "a", ()),
    "subject.lcsh": ("650", " 0", "a", ()),
    "subject.mesh": ("650", " 2", "a", ()),
    "relation.ispartofseries": ("490", "0 ", "a", ()),
    "relation.ispartof": ("773", "0 ", "t", ()),
    "relation.haspart": ("774", "0 ", "t", ()),
    "relation.hasversion": ("775", "08", "t", (("i", "Has version"),)),
    "relation.isversionof": ("775", "08", "t", (("i", "Version of"),)),
    "relation.isformatof": ("776", "08", "t", (("i", "Format of"),)),
    "relation.hasformat": ("776", "08", "t", (("i", "Has format"),)),
    "relation.isbasedon": ("787", "08", "t", (("i", "Based on"),)),
    "relation.replaces": ("780", "00", "t", ()),
    "relation.isreplacedby": ("785", "00", "t", ()),
    "relation.references": ("787", "08", "t", (("i", "References"),)),
    "relation.isreferencedby": ("787", "08", "t", (("i", "Referenced by"),)),
    "relation.requires": ("538", "  ", "a", ()),
    "relation.conformsto": ("787", "08", "t", (("i", "Conforms to"),)),
    "rights.accessrights": ("506", "  ", "a", ()),
    "rights.uri": ("540", "  ", "u", ()),
    "rights.license": ("540", "  ", "a", ()),
    "rights.holder": ("542", "  ", "d", ()),
    "audience": ("521", "  ", "a", ()),
    "audience.educationlevel": ("521", "8 ", "a", ()),
    "thesis.degree.name": ("502", "  ", "b", ()),
    "thesis.degree.level": ("502", "  ", "b", ()),
    "thesis.degree.grantor": ("502", "  ", "c", ()),
    "thesis.degree.department": ("710", "2 ", "a", (("4", "his"),)),
    "thesis.degree.discipline": ("502", "  ", "g", ()),
}
_SCHEMES = {
    "lcsh": "subject.lcsh", "mesh": "subject.mesh", "ddc": "subject.ddc", "lcc": "subject.lcc",
    "udc": "subject.udc",
}  # fmt: skip
# Of the repository's own work on the item.
_INTERNAL = frozenset(
    "date.accessioned date.available date.updated date.accepted date.valid date.embargo "
    "description.provenance provenance description.embargo rights.embargo".split()
)
_PROVENANCE = re.compile(
    r"(?:Submitted by|Made available in DSpace on|Approved for entry into archive by|"
    r"Item created via|Rejected by|Restored into|Item withdrawn by|Item reinstated by)\b.*"
    r"(?:\(GMT\)|\d{4}-\d\d-\d\d)",
    re.DOTALL,
)
_NUMBERED = {"identifier.isbn": "ISBN ", "identifier.issn": "ISSN ", "identifier.doi": "doi:"}


def term(name: str) -> str:
    """The statement that a term of ``http://purl.org/dc/terms/`` makes."""
    lowered = name.lower()
    return _TERMS.get(lowered, lowered)


def record(
    statements: Iterable[Statement], repairs: Repairs, extra: Iterable[DataField] = ()
) -> MarcRecord:
    """The record that says all this; ``extra``: fields that come along.

    Raises ``MarcError`` when nothing is said at all.
    """
    said = [statement for statement in statements if _is_public(statement)]
    if not said:
        raise MarcError("the record holds no Dublin Core element with a value")
    simple: dict[str, list[tuple[str, str]]] = {}
    fields: list[DataField] = []
    responsibility = ""
    has_issued = any(s.name == "date.issued" for s in said)
    for statement in said:
        name = _named(statement)
        if name == "description.statementofresponsibility":
            responsibility = statement.value
        elif name in _FIELDS:
            fields.append(_field(name, statement.value))
        elif name in ("date", "date.none", "date.created"):
            if not has_issued:
                simple.setdefault("date", []).append((statement.value, ""))
        else:
            element = _SIMPLE.get(name) or name.partition(".")[0]
            value = _value(name, statement.value)
            if element not in ELEMENTS:
                repairs.note(f"element {name!r} left out")
                continue
            simple.setdefault(element, []).append((value, statement.language))
    if not (simple or fields):
        raise MarcError("the record holds no Dublin Core element with a value")
    return _whole(_simple_dublin_core.record_of(simple), [*fields, *extra], responsibility)


def _is_public(statement: Statement) -> bool:
    return (
        bool(statement.value)
        and statement.name not in _INTERNAL
        and not _PROVENANCE.match(statement.value)
    )


def _named(statement: Statement) -> str:
    """The name, more exact where the scheme says so."""
    scheme = statement.scheme.rpartition(":")[2].lower()
    if statement.name == "subject" and scheme in _SCHEMES:
        return _SCHEMES[scheme]
    return statement.name


def _value(name: str, value: str) -> str:
    """Numbers are said to be what their qualifier says, unless they say so themselves."""
    prefix = _NUMBERED.get(name, "")
    if not prefix or re.match(r"(?:https?:|urn:|isbn|issn|doi)", value, re.IGNORECASE):
        return value
    return prefix + value


def _field(name: str, value: str) -> DataField:
    tag, indicators, code, more = _FIELDS[name]
    if indicators == "n":  # a name: in inverted order or not (MARC 21 100, first indicator)
        indicators = "1 " if "," in value else "0 "
    subfields = [(code, value)]
    if tag == "490" and ";" in value:
        series, _, number = value.partition(";")
        subfields = [("a", series.strip()), ("v", number.strip())]
    if tag == "650":
        main, *divisions = [part.strip() for part in value.split("--")]
        subfields = [("a", main), *(("x", division) for division in divisions)]
    return DataField(
        tag,
        indicators[0],
        indicators[1],
        tuple([*(p for p in more if p[0] == "i"), *subfields, *(p for p in more if p[0] != "i")]),
    )


def _whole(marc: MarcRecord, fields: list[DataField], responsibility: str) -> MarcRecord:
    """``marc`` with ``fields`` in the order of tags, and what 245 says of the makers."""
    described = list(marc.fields)
    for place, field in enumerate(described):
        if responsibility and isinstance(field, DataField) and field.tag == "245":
            subfields = (*field.subfields, ("c", responsibility))
            described[place] = field._replace(subfields=subfields)
    return MarcRecord(marc.leader, tuple(sorted([*described, *fields], key=lambda f: f.tag)))
