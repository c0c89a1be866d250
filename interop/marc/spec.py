"""Where a value stands in a record, as one short text: ``245abnp:246ab:001:008[35-37]:leader[6]``.

    spec  = part *( ":" part )
    part  = ( "leader" / tag ) *code [ "[" first [ "-" last ] "]" ]

A tag without codes means the whole control field, or all subfields with a letter as their code.
Positions count from 0, both ends included, as in the MARC 21 documentation, and go with control
fields and the leader only. Field 880 counts as the field that its ``$6`` names (MARC 21 880 and
appendix A), so the other script of a title is found wherever the title is.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from string import ascii_letters
from typing import NamedTuple

from interop.marc.record import ControlField, DataField, Field, MarcRecord

_PART = re.compile(
    r"(?P<tag>leader|[0-9A-Za-z]{3})(?P<codes>[^\s\[\]:]*)"
    r"(?:\[(?P<first>[0-9]{1,4})(?:-(?P<last>[0-9]{1,4}))?\])?"
)
_LINKAGE = re.compile(r"([0-9A-Za-z]{3})-")


class _Spec(NamedTuple):
    """``leader``: slices of the leader; ``slices`` and ``codes``: by tag."""

    leader: tuple[slice, ...]
    slices: dict[str, tuple[slice, ...]]
    codes: dict[str, str]


def compile_spec(spec: str) -> Callable[[MarcRecord], list[str]]:
    """A function that gives one text per field that ``spec`` names: its subfields joined by blanks.

    In record order; fields without any of the subfields, or with blanks only, give nothing.
    Raises ``ValueError``, naming the part, when ``spec`` is not well-formed.
    """
    compiled = _compile(spec)

    def read(record: MarcRecord) -> list[str]:
        return [text for values in _matches(compiled, record) if (text := " ".join(values))]

    return read


def compile_values(spec: str) -> Callable[[MarcRecord], list[str]]:
    """As ``compile_spec``, but one text per subfield."""
    compiled = _compile(spec)

    def read(record: MarcRecord) -> list[str]:
        return [value for values in _matches(compiled, record) for value in values]

    return read


def compile_many(specs: Mapping[str, str]) -> Callable[[Field], list[tuple[str, list[str]]]]:
    """A function that gives, for one field, the name of every spec that names it and its values.

    One look at the tag serves all of ``specs``, so that a record is walked once and not once for
    each of them; a name comes twice where two slices of a control field are asked for. Raises
    ``ValueError`` for a spec that is not well-formed, or of the leader, which is no field.
    """
    slices, codes = by_tag(specs)

    def read(field: Field) -> list[tuple[str, list[str]]]:
        if isinstance(field, ControlField):
            found = [(name, [field.value[cut]]) for name, cut in slices.get(field.tag, ())]
        else:
            found = [(name, field.values(wanted)) for name, wanted in codes.get(_tag(field), ())]
        return [(name, present) for name, values in found if (present := _present(values))]

    return read


def by_tag(
    specs: Mapping[str, str],
) -> tuple[dict[str, list[tuple[str, slice]]], dict[str, list[tuple[str, str]]]]:
    """For each tag the names of ``specs`` that name it, with their slices of a control field, with
    their codes of a data field. Raises ``ValueError`` as ``compile_many`` does.
    """
    slices: dict[str, list[tuple[str, slice]]] = {}
    codes: dict[str, list[tuple[str, str]]] = {}
    for name, spec in specs.items():
        compiled = _compile(spec)
        if compiled.leader:
            raise ValueError(f"{spec!r}: the leader is no field")
        for tag, positions in compiled.slices.items():
            slices.setdefault(tag, []).extend((name, each) for each in positions)
        for tag, wanted in compiled.codes.items():
            codes.setdefault(tag, []).append((name, wanted))
    return slices, codes


def _compile(spec: str) -> _Spec:
    leader: tuple[slice, ...] = ()
    slices: dict[str, tuple[slice, ...]] = {}
    codes: dict[str, str] = {}
    for part in spec.split(":"):
        match = _PART.fullmatch(part)
        if match is None:
            raise ValueError(f"{part!r} in {spec!r} is no tag with subfield codes or positions")
        tag, wanted = match["tag"], match["codes"]
        is_data = tag != "leader" and not tag.startswith("00")
        if wanted if not is_data else match["first"]:
            raise ValueError(f"{part!r} in {spec!r}: codes go with data fields, positions do not")
        if is_data:
            codes[tag] = codes.get(tag, "") + (wanted or ascii_letters)
        elif tag == "leader":
            leader += (_positions(match),)
        else:
            slices[tag] = (*slices.get(tag, ()), _positions(match))
    return _Spec(leader, slices, codes)


def _positions(match: re.Match[str]) -> slice:
    if match["first"] is None:
        return slice(None)
    first = int(match["first"])
    last = int(match["last"] or first)
    if last < first:
        raise ValueError(f"{match[0]!r}: positions run backwards")
    return slice(first, last + 1)


def _matches(spec: _Spec, record: MarcRecord) -> Iterator[list[str]]:
    """The values of each field that ``spec`` names, without the blank ones."""
    for positions in spec.leader:
        yield _present([record.leader[positions]])
    for field in record.fields:
        if isinstance(field, ControlField):
            for positions in spec.slices.get(field.tag, ()):
                yield _present([field.value[positions]])
            continue
        codes = spec.codes.get(_tag(field))
        if codes is not None:
            yield _present(field.values(codes))


def _tag(field: DataField) -> str:
    """The tag that ``field`` counts as."""
    return linked_tag(field.tag, field.first("6")) if field.tag == "880" else field.tag


def linked_tag(tag: str, linkage: str) -> str:
    """The tag that a field ``tag`` counts as; ``linkage``: its first ``$6``, or empty."""
    if tag == "880" and (match := _LINKAGE.match(linkage)):
        return match[1]
    return tag


def _present(values: list[str]) -> list[str]:
    return [value for value in values if value and not value.isspace()]
