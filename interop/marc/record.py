"""MARC 21 as plain tuples: what readers return and writers take.

Tuples, not objects with methods per field: a national index reads millions of them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple, Protocol, TypeAlias

Subfield: TypeAlias = tuple[str, str]


class MarcError(ValueError):
    """Bytes that are no MARC record, or a record that MARC cannot hold: one line says why.

    ``offset``: where, in bytes from the start of what was read; ``None``: no one place.
    """

    def __init__(self, what: str, offset: int | None = None) -> None:
        self.what = what
        self.offset = offset
        super().__init__(what if offset is None else f"{what} (at byte {offset})")


class ControlField(NamedTuple):
    """Tags 001-009: ``value`` is the field's text."""

    tag: str
    value: str


class DataField(NamedTuple):
    """Tags 010-999: two one-character indicators and (code, value) pairs in order."""

    tag: str
    ind1: str
    ind2: str
    subfields: tuple[Subfield, ...]

    def values(self, codes: str) -> list[str]:
        """Values of the subfields whose code is in ``codes``, in record order."""
        return [value for code, value in self.subfields if code in codes]

    def first(self, code: str) -> str:
        """Value of the first subfield ``code``, or an empty string."""
        for name, value in self.subfields:
            if name == code:
                return value
        return ""


Field: TypeAlias = ControlField | DataField


@dataclass(frozen=True, slots=True)
class MarcRecord:
    """``leader``: exactly 24 characters; ``fields`` in record order."""

    leader: str
    fields: tuple[Field, ...]

    def control(self, tag: str) -> str:
        """Text of the first control field ``tag``, or an empty string."""
        for field in self.fields:
            if field[0] == tag and isinstance(field, ControlField):
                return field.value
        return ""

    def data(self, *tags: str) -> Iterator[DataField]:
        """Data fields with one of ``tags``, in record order."""
        found = [each for each in self.fields if each[0] in tags and isinstance(each, DataField)]
        return iter(found)


class Described(Protocol):
    """What a record can be asked, and what knows a part of one."""

    def control(self, tag: str) -> str: ...

    def data(self, *tags: str) -> Iterable[DataField]: ...
