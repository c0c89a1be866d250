"""The query tree: what CQL and Z39.50 Type-1 both parse into, and the only thing an engine sees.

Engine-neutral: every string in it has already been normalised to tokens or keys by
``interop.query.access_points``. An engine that cannot honour a node or one of its fields raises
``UnsupportedAttribute``; it never ignores it.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Structure: TypeAlias = Literal["word", "phrase", "all", "any", "key"]
Truncation: TypeAlias = Literal["none", "right", "left", "both"]
Relation: TypeAlias = Literal["lt", "le", "eq", "ge", "gt", "ne"]


@dataclass(frozen=True, slots=True)
class Term:
    """``ap``: name of an access point; ``tokens``: at least one.

    ``structure``: ``phrase`` tokens adjacent and in order, ``all``/``any`` of the tokens,
    ``key`` one whole key of a key access point. ``position`` ``first``: at the start of a
    repetition of the field; ``complete``: the tokens are the whole repetition. ``trunc`` applies
    to the last token (right) or the first (left). ``exact``: diacritics matter.
    """

    ap: str
    tokens: tuple[str, ...]
    structure: Structure = "word"
    position: Literal["any", "first"] = "any"
    complete: bool = False
    trunc: Truncation = "none"
    exact: bool = False


class Any_:
    """Mask element: any number of characters (CQL ``*``)."""

    _instance: "Any_ | None" = None

    def __new__(cls) -> "Any_":
        if cls._instance is None:
            cls._instance = super().__new__(cls)
        return cls._instance

    def __repr__(self) -> str:
        return "ANY"


class One_(Any_):
    """Mask element: exactly one character (CQL ``?``)."""

    _instance: "Any_ | None" = None

    def __repr__(self) -> str:
        return "ONE"


ANY = Any_()
ONE = One_()


@dataclass(frozen=True, slots=True)
class Mask:
    """One word of access point ``ap`` matched by ``pattern``: literals, ``ANY`` and ``ONE``."""

    ap: str
    pattern: tuple[str | Any_, ...]
    exact: bool = False


@dataclass(frozen=True, slots=True)
class MaskedPhrase:
    """Adjacent words in order in one repetition of a text access point, each a pattern as in
    ``Mask``; a plain word is the pattern of one literal. ``position``, ``complete`` and ``exact``
    as in ``Term``.
    """

    ap: str
    words: tuple[tuple[str | Any_, ...], ...]
    position: Literal["any", "first"] = "any"
    complete: bool = False
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Range:
    """Values of an ordered access point between ``lo`` and ``hi``; ``None`` is an open end.

    ``int`` for kind ``year``; ``str`` for key kinds (compared by code point).
    """

    ap: str
    lo: int | str | None
    hi: int | str | None
    lo_incl: bool = True
    hi_incl: bool = True


@dataclass(frozen=True, slots=True)
class Span:
    """Spans of years of an access point of kind ``span`` that enclose the years from ``lo`` to
    ``hi``, lie within them, or are just these. Years before the common era are negative.
    """

    ap: str
    lo: int
    hi: int
    relation: Literal["encloses", "within", "equal"] = "encloses"


@dataclass(frozen=True, slots=True)
class Prox:
    """``left`` and ``right`` at ``distance`` from each other, of one access point.

    ``unit`` ``word``: within one repetition, counted in words; 1 is adjacent. ``field``: counted in
    repetitions; only ``distance`` 0, the same repetition, can be asked for. An operand that is
    itself a proximity stands for the words from the first to the last of its pair.
    """

    left: "ProxOperand"
    right: "ProxOperand"
    distance: int = 1
    ordered: bool = False
    relation: Relation = "le"
    exclude: bool = False
    unit: Literal["word", "field"] = "word"


ProxOperand: TypeAlias = "Term | Mask | MaskedPhrase | Prox"


@dataclass(frozen=True, slots=True)
class All:
    """Every record."""


@dataclass(frozen=True, slots=True)
class SetRef:
    """A result set of the same association or session, by name."""

    name: str


@dataclass(frozen=True, slots=True)
class And:
    parts: tuple["Query", ...]


@dataclass(frozen=True, slots=True)
class Or:
    parts: tuple["Query", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """``left`` without ``right``."""

    left: "Query"
    right: "Query"


Query: TypeAlias = Term | Mask | MaskedPhrase | Range | Span | Prox | All | SetRef | And | Or | Not


RELEVANCE = "relevance"


@dataclass(frozen=True, slots=True)
class SortKey:
    """``ap``: an access point with ``sort=True``, or ``RELEVANCE``: the best first, whatever
    ``ascending`` says, and the only key. ``missing``: where records without a key go; ``fail``:
    there must be none. ``instead``: what they are sorted as if it were theirs, as a person writes
    it; then ``missing`` means nothing.
    """

    ap: str
    ascending: bool = True
    missing: Literal["first", "last", "omit", "fail"] = "last"
    instead: str = ""
