"""ASN.1 types as objects: one description of an APDU decodes it, encodes it and prints it.

``Type`` is one ASN.1 type. A SEQUENCE is a dataclass made by ``@sequence``, each of whose fields is
an ``element(tag, type)``: the line in the class is the line of the ASN.1 production above it.

Unknown elements of a SEQUENCE are ignored, because the standard lets later versions add them
(Z39.50-1995 section 4.1) and because origins send private ones.
"""

import dataclasses
from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar, cast, dataclass_transform

from interop.z3950 import ber
from interop.z3950.ber import BerError, Element

T = TypeVar("T")
S = TypeVar("S", bound="Sequence")


@dataclasses.dataclass(frozen=True, slots=True)
class Type(Generic[T]):
    """``tag``: where the context gives no other. ``encode(tag, value)``: the whole value under
    that tag (IMPLICIT). ``show``: the value in words for a transcript, never a secret.
    ``decode`` raises ``BerError``.
    """

    tag: int
    decode: Callable[[Element], T]
    encode: Callable[[int, T], bytes]
    show: Callable[[T], str] = str


def _show_octets(value: bytes) -> str:
    """Short and printable: transcripts hold records by their size only."""
    return repr(value)[1:] if len(value) <= 60 else f"{len(value)} octets"


BOOLEAN: Type[bool] = Type(ber.BOOLEAN, Element.boolean, ber.boolean, lambda v: str(v).lower())
INTEGER: Type[int] = Type(ber.INTEGER, Element.integer, ber.integer)
OCTETS: Type[bytes] = Type(ber.OCTET_STRING, Element.octets, ber.primitive, _show_octets)
OID: Type[str] = Type(ber.OBJECT_IDENTIFIER, Element.oid, ber.oid)
# InternationalString ::= GeneralString. Its characters are UTF-8 to us, as in practice.
TEXT: Type[str] = Type(ber.GENERAL_STRING, Element.text, ber.text, repr)


def flags(kind: Callable[[int], T]) -> Type[T]:
    """BIT STRING whose bits are the members of an ``IntFlag``."""
    return Type(
        ber.BIT_STRING,
        lambda e: kind(e.bits()),
        lambda tag, value: ber.bits(tag, int(cast(int, value))),
        lambda value: str(getattr(value, "name", None) or value),
    )


def enumerated(kind: Callable[[int], T]) -> Type[T]:
    """INTEGER whose values are the members of an ``IntEnum``; another value is an error."""

    def decode(element: Element) -> T:
        number = element.integer()
        try:
            return kind(number)
        except ValueError:
            raise BerError(f"value {number} is not defined here", element.offset) from None

    return Type(
        ber.INTEGER,
        decode,
        lambda tag, value: ber.integer(tag, int(cast(int, value))),
        lambda value: f"{getattr(value, 'name', value)}".lower(),
    )


def explicit(inner: Type[T]) -> Type[T]:
    """[n] EXPLICIT: the inner type keeps its own tag inside."""
    return Type(
        inner.tag,
        lambda e: inner.decode(e.only()),
        lambda tag, value: ber.constructed(tag, inner.encode(inner.tag, value)),
        inner.show,
    )


def tagged(tag: int, inner: Type[T]) -> Type[T]:
    """[n] IMPLICIT on the type itself, as in ``DatabaseName ::= [105] IMPLICIT ...``."""
    return dataclasses.replace(inner, tag=tag)


def sequence_of(inner: Type[T]) -> Type[tuple[T, ...]]:
    """SEQUENCE OF."""
    return Type(
        ber.SEQUENCE,
        lambda e: tuple(map(inner.decode, e.children())),
        lambda tag, values: ber.constructed(tag, *(inner.encode(inner.tag, v) for v in values)),
        lambda values: f"[{', '.join(map(inner.show, values))}]",
    )


def choice(what: str, *alternatives: tuple[int, Type[Any], type]) -> Type[Any]:
    """CHOICE of (tag, type, Python class): read by tag, written by class.

    It stands inside an EXPLICIT tag or as a member of a SEQUENCE OF, so it brings its own tags.
    """
    by_tag = {tag: type_ for tag, type_, _ in alternatives}

    def decode(element: Element) -> Any:
        type_ = by_tag.get(element.tag)
        if type_ is None:
            raise BerError(f"no such alternative of {what}", element.offset)
        return type_.decode(element)

    def find(value: Any) -> tuple[int, Type[Any]]:
        for tag, type_, class_ in alternatives:
            if isinstance(value, class_):
                return tag, type_
        raise TypeError(f"{value!r} is no {what}")

    def encode(_: int, value: Any) -> bytes:
        tag, type_ = find(value)
        return type_.encode(tag, value)

    return Type(alternatives[0][0], decode, encode, lambda value: find(value)[1].show(value))


class Field(NamedTuple):
    """One element of a SEQUENCE."""

    name: str
    tag: int
    type: Type[Any]
    required: bool


class Sequence:
    """Base of the classes made by ``@sequence``."""

    __slots__ = ()
    FIELDS: ClassVar[tuple[Field, ...]] = ()
    # Elements as they are written: their values, tags and writers, looked up once.
    _VALUES: ClassVar[Callable[[Any], tuple[Any, ...]]]
    _WRITERS: ClassVar[tuple[tuple[int, Callable[[int, Any], bytes]], ...]]


def element(tag: int, type_: Type[Any], *, default: Any = dataclasses.MISSING) -> Any:
    """A field of a ``@sequence`` class.

    Without ``default`` the element is mandatory. A default of ``None`` or ``()`` means OPTIONAL:
    that value is not written. Any other default is what we take when an origin leaves out what the
    standard demands; we always write it.
    """
    return dataclasses.field(default=default, metadata={"asn1": (tag, type_)})


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(element,))
def sequence(cls: type[S]) -> type[S]:
    """A frozen dataclass with the table of its elements in ``FIELDS``."""
    made = dataclasses.dataclass(frozen=True, slots=True, kw_only=True)(cls)
    table: list[Field] = []
    for field in dataclasses.fields(cast(Any, made)):
        tag, type_ = field.metadata["asn1"]
        table.append(Field(field.name, tag, type_, field.default is dataclasses.MISSING))
    made.FIELDS = tuple(table)
    made._WRITERS = tuple((field.tag, field.type.encode) for field in table)
    names = [field.name for field in table]
    # With one name, or none, ``attrgetter`` gives no tuple.
    made._VALUES = (
        attrgetter(*names) if len(names) > 1 else lambda v: tuple(getattr(v, n) for n in names)
    )
    return made


def sequence_type(cls: type[S], tag: int = ber.SEQUENCE) -> Type[S]:
    """The ``Type`` of a ``@sequence`` class."""
    return Type(tag, lambda e: decode_sequence(cls, e), encode_sequence, show_sequence)


def decode_sequence(cls: type[S], element: Element) -> S:
    """Raises ``BerError`` when a mandatory element is missing or an element is malformed."""
    present: Mapping[int, Element] = {child.tag: child for child in element.children()}
    values: dict[str, Any] = {}
    for name, tag, type_, required in cls.FIELDS:
        child = present.get(tag)
        if child is not None:
            values[name] = type_.decode(child)
        elif required:
            raise BerError(f"{cls.__name__} without {name}", element.offset)
    return cls(**values)


def encode_sequence(tag: int, value: Sequence) -> bytes:
    """The elements in the order of the class."""
    kind = type(value)
    parts = [
        write(own, item)
        for item, (own, write) in zip(kind._VALUES(value), kind._WRITERS, strict=True)
        if item is not None and (item or item.__class__ is not tuple)
    ]
    return ber.constructed(tag, *parts)


def show_sequence(value: Sequence) -> str:
    """``name=value`` of the elements that are there."""
    shown: list[str] = []
    for name, _, type_, _ in value.FIELDS:
        item = getattr(value, name)
        if item is not None and item != ():
            shown.append(f"{name}={type_.show(item)}")
    return f"({' '.join(shown)})"
