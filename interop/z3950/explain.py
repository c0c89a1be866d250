"""The Explain database IR-Explain-1: what this target offers, as records to be searched.

Z39.50-1995 section 3.2.10, the Exp-1 attribute set (appendix ATR.2) and the Explain record syntax
(appendix REC.1). The records are made from the tables that do the work (databases, access points,
record syntaxes, attributes), so they cannot say anything else. Categories that have nothing to tell
here are not listed: classic clients ask for CategoryList first.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from interop.diagnostics import Diagnostic
from interop.query import rpn
from interop.query.access_points import ACCESS_POINTS
from interop.z3950 import ber
from interop.z3950.association import Limits
from interop.z3950.common import DIAGNOSTICS_BIB1
from interop.z3950.record_syntaxes import RECORD_SYNTAXES

if TYPE_CHECKING:
    from interop.catalogue import Catalogue, Database

DATABASE = "IR-Explain-1"
SYNTAX = "1.2.840.10003.5.100"
EXP1 = "1.2.840.10003.3.2"

# Exp-1 Use attributes (appendix ATR.2). 2 to 6 of the other types are those of Bib-1.
CATEGORY, DATABASE_NAME, TARGET_NAME, ATTRIBUTE_SET, RECORD_SYNTAX = 1, 3, 4, 5, 6
TERM_LIST = 15
_USES = {CATEGORY, DATABASE_NAME, TARGET_NAME, ATTRIBUTE_SET, RECORD_SYNTAX, TERM_LIST}
# The values of types 2 to 6 that say "this value": the only search there is.
_PLAIN = {2: {3}, 3: {1, 2, 3}, 4: {1, 2, 3, 108}, 5: {100}, 6: {1, 2, 3}}

# Tag of a category in Explain-Record, and what it is about.
_CATEGORIES = {
    "TargetInfo": (0, "This target", "Máy chủ này"),
    "DatabaseInfo": (1, "Databases", "Cơ sở dữ liệu"),
    "RecordSyntaxInfo": (4, "Record syntaxes", "Cú pháp biểu ghi"),
    "AttributeSetInfo": (5, "Attribute sets", "Tập thuộc tính"),
    "TermListInfo": (6, "Term lists for Scan", "Danh sách từ để duyệt"),
    "AttributeDetails": (8, "Attributes by database", "Thuộc tính theo cơ sở dữ liệu"),
    "SortDetails": (12, "Sort keys by database", "Khóa sắp xếp theo cơ sở dữ liệu"),
    "CategoryList": (100, "This list", "Danh sách này"),
}


@dataclass(frozen=True, slots=True)
class Record:
    """``keys``: Exp-1 Use attribute -> value it is found by. ``brief``, ``full``: BER of both
    element sets.
    """

    category: str
    keys: Mapping[int, str]
    brief: bytes
    full: bytes


def is_explain(name: str) -> bool:
    """Whether a database name means the Explain database; letter case does not matter."""
    return name.strip().casefold() == DATABASE.casefold()


def encode(record: Record, *, brief: bool) -> bytes:
    """The Explain-Record, for the EXTERNAL of a retrieval record."""
    return record.brief if brief else record.full


# searching


def search(records: Sequence[Record], query: rpn.RpnQuery) -> tuple[Record, ...]:
    """The records that match, in their order. Raises ``Diagnostic``."""
    chosen = _matching(records, query.root, query.attribute_set)
    return tuple(record for place, record in enumerate(records) if place in chosen)


def _matching(records: Sequence[Record], root: rpn.Rpn, attribute_set: str) -> set[int]:
    match root:
        case rpn.Operand():
            use, value = _asked(root, attribute_set)
            return {
                place
                for place, record in enumerate(records)
                if record.keys.get(use, "").casefold() == value
            }
        case rpn.ResultSetOperand(name):
            raise Diagnostic("result_set_as_operand", name)
        case rpn.Operation(operator, left_operand, right_operand):
            left = _matching(records, left_operand, attribute_set)
            right = _matching(records, right_operand, attribute_set)
            match operator:
                case "and":
                    return left & right
                case "or":
                    return left | right
                case "and-not":
                    return left - right
                case "prox":
                    raise Diagnostic("unsupported_proximity", DATABASE)


def _asked(operand: rpn.Operand, attribute_set: str) -> tuple[int, str]:
    """The Use attribute and the value that is looked for."""
    use: int | str = CATEGORY
    for attribute in operand.attributes:
        set_ = attribute.set or attribute_set
        if set_ not in (EXP1, rpn.BIB1) or (attribute.type == rpn.USE and set_ != EXP1):
            raise Diagnostic("unsupported_attribute_set", set_)
        if attribute.type == rpn.USE:
            use = attribute.value
        elif attribute.type not in _PLAIN:
            raise Diagnostic("unsupported_attribute_type", str(attribute.type))
        elif attribute.value not in _PLAIN[attribute.type]:
            raise Diagnostic(rpn.REFUSED[attribute.type], str(attribute.value))
    if use not in _USES or not isinstance(use, int):
        raise Diagnostic("unsupported_use", str(use))
    term = operand.term
    text = rpn.utf8(term) if isinstance(term, bytes) else str(term)
    return use, text.strip().casefold()


# the records


def records(
    catalogue: "Catalogue",
    limits: Limits,
    allowed: Callable[[str], bool] = lambda _: True,
    nicknames: Mapping[str, Sequence[str]] | None = None,
) -> list[Record]:
    """Every record, made anew: databases come and go.

    ``allowed``: whether the origin may use a database (canonical name); of others not even the name
    is told. ``nicknames``: the other names of a database.
    """
    databases = [each for each in catalogue.databases() if allowed(each.name)]
    provinces = {name: of for name, of in catalogue.provinces().items() if allowed(name)}
    names = [database.name for database in databases] + list(provinces)
    more = nicknames or {}
    made = [_category_list(), _target(catalogue, limits, names)]
    made += [_database(database, more.get(database.name, ())) for database in databases]
    for name, libraries in provinces.items():
        members = [each for each in libraries if allowed(each)]
        made.append(_province(name, catalogue.title(name), members, more.get(name, ())))
    made.append(_explain_database())
    made += [_record_syntax(name, oid) for name, oid in _syntaxes()]
    made += [_attribute_set(rpn.BIB1, "bib-1", _bib1()), _attribute_set(EXP1, "exp-1", _exp1())]
    for name in names:
        made += [_term_lists(name), _attributes(name), _sort_keys(name)]
    return made


def _record(category: str, keys: dict[int, str], brief: list[bytes], more: list[bytes]) -> Record:
    tag = _CATEGORIES[category][0]
    return Record(
        category,
        {CATEGORY: category, **keys},
        ber.constructed(tag, *brief),
        ber.constructed(tag, *brief, *more),
    )


def _category_list() -> Record:
    categories = [
        ber.constructed(ber.SEQUENCE, ber.text(1, name), _human(3, english, vietnamese))
        for name, (_, english, vietnamese) in _CATEGORIES.items()
    ]
    return _record("CategoryList", {}, [ber.constructed(1, *categories)], [])


def _target(catalogue: "Catalogue", limits: Limits, names: Sequence[str]) -> Record:
    brief = [
        ber.text(1, catalogue.name),
        ber.boolean(4, True),  # namedResultSets
        ber.boolean(5, True),  # multipleDBsearch
        ber.integer(6, limits.result_sets),
    ]
    mail = ber.text(3, catalogue.admin_email[0])
    combinations = ber.constructed(ber.SEQUENCE, *_names(names))
    more = [
        ber.constructed(11, mail),
        ber.constructed(17, combinations),
        ber.constructed(101, *(ber.text(ber.GENERAL_STRING, code) for code in ("eng", "vie"))),
        _access(19),
    ]
    return _record("TargetInfo", {TARGET_NAME: catalogue.name}, brief, more)


def _access(tag: int) -> bytes:
    """AccessInfo: what is needed to use the target."""
    return ber.constructed(
        tag,
        ber.constructed(1, ber.oid(ber.OBJECT_IDENTIFIER, DIAGNOSTICS_BIB1)),
        ber.constructed(2, *(ber.oid(ber.OBJECT_IDENTIFIER, oid) for oid in (rpn.BIB1, EXP1))),
        ber.constructed(4, *(ber.oid(ber.OBJECT_IDENTIFIER, oid) for _, oid in _syntaxes())),
        ber.constructed(10, *(ber.text(103, name) for name in ("B", "F"))),
        ber.constructed(11),
    )


def _database(database: "Database", nicknames: Sequence[str]) -> Record:
    count = ber.constructed(14, ber.integer(0, database.records))
    return _database_info(database.name, database.title, nicknames, [count])


def _province(name: str, title: str, members: Sequence[str], nicknames: Sequence[str]) -> Record:
    """What the union says of its libraries: a virtual database (subDbs, appendix REC.1)."""
    composed = [ber.constructed(11, *_names(members))] if members else []
    return _database_info(name, title, nicknames, composed)


def _database_info(name: str, title: str, nicknames: Sequence[str], more: list[bytes]) -> Record:
    brief = [
        ber.text(1, name),
        *([ber.constructed(3, *_names(nicknames))] if nicknames else []),
        ber.boolean(5, False),  # user-fee
        ber.boolean(6, True),  # available
        _human(7, title, title),
    ]
    proprietary = ber.boolean(23, False)
    keys = {DATABASE_NAME: name}
    return _record("DatabaseInfo", keys, brief, [*more, proprietary, _access(29)])


def _explain_database() -> Record:
    brief = [
        ber.text(1, DATABASE),
        ber.null(2),
        ber.boolean(5, False),
        ber.boolean(6, True),
        _human(7, "What this target offers", "Máy chủ này cung cấp những gì"),
    ]
    return _record("DatabaseInfo", {DATABASE_NAME: DATABASE}, brief, [ber.boolean(23, False)])


def _syntaxes() -> list[tuple[str, str]]:
    found = [(name, oid) for name, syntax in RECORD_SYNTAXES.items() for oid in syntax.oids]
    return [*found, ("explain", SYNTAX)]


def _record_syntax(name: str, oid: str) -> Record:
    brief = [ber.oid(1, oid), ber.text(2, name)]
    return _record("RecordSyntaxInfo", {RECORD_SYNTAX: oid}, brief, [])


def _bib1() -> dict[int, list[tuple[int, str]]]:
    uses = sorted((use, point.title_en) for point in ACCESS_POINTS for use in point.use)
    return {
        rpn.USE: uses,
        **{type_: [(value, "") for value in values] for type_, values in rpn.SUPPORTED.items()},
    }


def _exp1() -> dict[int, list[tuple[int, str]]]:
    names = ((CATEGORY, "ExplainCategory"), (DATABASE_NAME, "DatabaseName"))
    more = ((TARGET_NAME, "TargetName"), (ATTRIBUTE_SET, "AttributeSetOID"))
    rest = ((RECORD_SYNTAX, "RecordSyntaxOID"), (TERM_LIST, "TermListName"))
    return {rpn.USE: [*names, *more, *rest]}


def _attribute_set(oid: str, name: str, types: dict[int, list[tuple[int, str]]]) -> Record:
    described = [
        ber.constructed(
            ber.SEQUENCE,
            ber.integer(2, type_),
            ber.constructed(
                3,
                *(
                    ber.constructed(
                        ber.SEQUENCE,
                        *([ber.text(0, title)] if title else []),
                        ber.constructed(2, ber.integer(2, value)),
                    )
                    for value, title in values
                ),
            ),
        )
        for type_, values in types.items()
    ]
    brief = [ber.oid(1, oid), ber.text(2, name)]
    keys = {ATTRIBUTE_SET: oid}
    return _record("AttributeSetInfo", keys, brief, [ber.constructed(3, *described)])


# What is the same for every database is encoded once.


def _term_lists(database: str) -> Record:
    brief = [ber.text(1, database), _every_term_list()]
    return _record("TermListInfo", {DATABASE_NAME: database}, brief, [])


@cache
def _every_term_list() -> bytes:
    lists = [
        ber.constructed(
            ber.SEQUENCE,
            ber.text(1, point.name),
            _human(2, point.title_en, point.title_vi),
            ber.integer(3, 0),  # searchCost: optimized
            ber.boolean(4, True),
        )
        for point in ACCESS_POINTS
        if point.scan
    ]
    return ber.constructed(2, *lists)


def _attributes(database: str) -> Record:
    keys = {DATABASE_NAME: database}
    return _record("AttributeDetails", keys, [ber.text(1, database)], [_every_attribute()])


@cache
def _every_attribute() -> bytes:
    by_type = [
        ber.constructed(
            ber.SEQUENCE,
            ber.integer(0, type_),
            ber.constructed(1, ber.constructed(0, ber.integer(2, rpn.DEFAULTS[type_]))),
            ber.constructed(
                2,
                *(
                    ber.constructed(ber.SEQUENCE, ber.constructed(0, ber.integer(2, value)))
                    for value, _ in values
                ),
            ),
        )
        for type_, values in _bib1().items()
    ]
    set_ = ber.constructed(ber.SEQUENCE, ber.oid(0, rpn.BIB1), ber.constructed(1, *by_type))
    return ber.constructed(2, set_)


def _sort_keys(database: str) -> Record:
    keys = {DATABASE_NAME: database}
    return _record("SortDetails", keys, [ber.text(1, database)], [_every_sort_key()])


@cache
def _every_sort_key() -> bytes:
    described = []
    for point in ACCESS_POINTS:
        if point.sort:
            uses = (ber.integer(2, use) for use in point.use)
            occurrence = ber.constructed(
                ber.SEQUENCE, ber.integer(1, rpn.USE), ber.constructed(4, *uses)
            )
            combination = ber.constructed(ber.SEQUENCE, occurrence)
            attributes = ber.constructed(2, ber.oid(0, rpn.BIB1), ber.constructed(1, combination))
            title = _human(0, point.title_en, point.title_vi)
            described.append(ber.constructed(ber.SEQUENCE, title, attributes))
    return ber.constructed(2, *described)


def _names(names: Iterable[str]) -> list[bytes]:
    return [ber.text(105, name) for name in names]


def _human(tag: int, english: str, vietnamese: str) -> bytes:
    """HumanString ::= SEQUENCE OF SEQUENCE { language [0] OPTIONAL, text [1] }. What is the same
    for both is a name, in the language that it is in.
    """
    texts = [("", english)] if english == vietnamese else [("eng", english), ("vie", vietnamese)]
    return ber.constructed(
        tag,
        *(
            ber.constructed(
                ber.SEQUENCE, *([ber.text(0, language)] if language else []), ber.text(1, text)
            )
            for language, text in texts
        ),
    )
