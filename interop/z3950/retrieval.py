"""Present, Z39.50-1995 sections 3.2.3 and 3.3: records of a result set, packed into messages.

Ranges are checked, records read page by page and packed in the syntax that was asked for, until the
message is full or, with segmentation, until the agreed number of segments is. One record that
cannot be delivered is a surrogate diagnostic in its place and spoils no other.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TypeAlias

from interop.diagnostics import Diagnostic
from interop.model.record import Stored
from interop.z3950 import explain, segmentation
from interop.z3950.apdu import (
    CompSpec,
    PresentRequest,
    PresentResponse,
    PresentStatus,
    Segment,
)
from interop.z3950.common import (
    DefaultDiagnostic,
    ElementSetNames,
    External,
    NamePlusRecord,
    Specification,
)
from interop.z3950.record_syntaxes import USMARC, Composition, Packed, RecordSyntax, by_oid
from interop.z3950.record_syntaxes._base import BRIEF
from interop.z3950.segmentation import size_of
from interop.z3950.session import Held, HeldExplain, Session

_PAGE = 20  # records read from the store at once


@dataclass(frozen=True, slots=True)
class Asked:
    """How records are wanted: preferredRecordSyntax, and element set names or CompSpec."""

    syntax: str | None = None
    simple: ElementSetNames | None = None
    complex: CompSpec | None = None


@dataclass(slots=True)
class Page:
    """Records on their way into a response. ``next_position``: 0 after the last of the set."""

    status: PresentStatus
    next_position: int
    records: list[NamePlusRecord] = field(default_factory=list)


# For each database (canonical name) the composition that its records are wanted in.
_Compositions: TypeAlias = Callable[[str], Composition]


def present(session: Session, request: PresentRequest) -> tuple[Segment | PresentResponse, ...]:
    """The answer: segments, where they were agreed to, and the response. Raises ``Diagnostic``."""
    held = session.held(request.result_set_id)
    first = (request.result_set_start_point, request.number_of_records_requested)
    more = ((r.starting_position, r.number_of_records) for r in request.additional_ranges)
    ranges = [first, *more]
    for start, count in ranges:
        _check_range(start, count, held.total)
    asked = Asked(request.preferred_record_syntax, request.simple, request.complex)
    alone = sum(count for _, count in ranges) == 1
    planned = segmentation.plan(session.options, request, session.message_size, session.limits)
    if planned.count == 1:
        page = retrieve(session, held, ranges, asked, alone=alone)
        return (_response(request, page, len(page.records)),)
    return _in_segments(session, request, planned, _pack(session, held, ranges, asked), held.total)


def refuse(request: PresentRequest, diagnostic: DefaultDiagnostic) -> PresentResponse:
    """The answer when no record can be sent."""
    return PresentResponse(
        reference_id=request.reference_id,
        number_of_records_returned=0,
        next_result_set_position=0,
        present_status=PresentStatus.FAILURE,
        non_surrogate_diagnostic=diagnostic,
    )


def is_quick(session: Session, request: PresentRequest) -> bool:
    """Whether it is one page at most of the first positions, as it is stored."""
    held = session.sets.get(request.result_set_id)
    if held is None:
        return True
    count = request.number_of_records_requested
    if isinstance(held, HeldExplain) or count > _PAGE:
        return False
    last = request.result_set_start_point + count - 1
    if last > held.total:
        return True  # out of range
    if last > len(held.first):
        return False
    elements = request.simple or ""
    if request.additional_ranges or request.complex is not None or isinstance(elements, tuple):
        return False
    try:
        oid, syntax = _syntax(session, held, Asked(request.preferred_record_syntax))
    except Diagnostic:
        return True
    compositions = _compositions(session, held, Asked(oid, request.simple))
    return all(syntax.as_stored(compositions(database)) for database in held.names)


def _in_segments(
    session: Session,
    request: PresentRequest,
    planned: segmentation.Plan,
    packed: Iterator[tuple[int, NamePlusRecord]],
    total: int,
) -> tuple[Segment | PresentResponse, ...]:
    """Segments until the last that the origin takes is full; the response is the last itself."""
    alone = request.number_of_records_requested == 1 and not request.additional_ranges
    status, following, sent = PresentStatus.SUCCESS, 0, 0
    segments = segmentation.Segments(planned)
    for position, record in packed:
        if planned.fragments:
            record = _within(session, record, planned.record_size)
        else:
            record = _fitting(session, record, planned.size, alone)
        if not segments.add(record):
            if sent:
                status, following = PresentStatus.PARTIAL_2, position
                break
            # Alone it fills more segments than there may be: to go on here would be for ever.
            size = size_of(record)
            segments.add(_instead(session, record, "record_exceeds_message", size))
        sent += 1
        following = position + 1 if position < total else 0
    *before, last = segments.messages
    page = Page(status, following, last)
    # The response counts the records of all segments together (3.2.3.1.6).
    return (*segmentation.segments(request, before), _response(request, page, sent))


def _response(request: PresentRequest, page: Page, total: int) -> PresentResponse:
    return PresentResponse(
        reference_id=request.reference_id,
        number_of_records_returned=total,
        next_result_set_position=page.next_position,
        present_status=page.status,
        response_records=tuple(page.records),
    )


# records


def retrieve(
    session: Session,
    held: Held | HeldExplain,
    ranges: Sequence[tuple[int, int]],
    asked: Asked,
    *,
    alone: bool,
) -> Page:
    """Records of the (start, count) ``ranges`` until the message is full (3.3.1).

    ``alone``: one record is asked for, which may be as large as the exceptional record size.
    Nothing is read or kept in proportion to what is asked for, only to what is sent. Raises
    ``Diagnostic``.
    """
    page = Page(status=PresentStatus.SUCCESS, next_position=0)
    message = session.message_size
    room = message - segmentation.AROUND_RECORDS
    for position, record in _pack(session, held, ranges, asked):
        record = _fitting(session, record, message, alone)
        taken = size_of(record)
        if taken > room and page.records:
            page.status, page.next_position = PresentStatus.PARTIAL_2, position
            return page
        room -= taken
        page.records.append(record)
        page.next_position = position + 1 if position < held.total else 0
    return page


def _fitting(session: Session, record: NamePlusRecord, message: int, alone: bool) -> NamePlusRecord:
    """3.3.1: what cannot be sent even by itself is replaced by a surrogate diagnostic."""
    size = size_of(record)
    if size > session.record_size:
        condition = "record_too_large"
    elif size > message and not alone:
        condition = "record_exceeds_message"
    else:
        return record
    return _instead(session, record, condition, size)


def _within(session: Session, record: NamePlusRecord, largest: int) -> NamePlusRecord:
    """Level 2: only the largest size of a record counts, which the request may set (3.3.3.2)."""
    size = size_of(record)
    return record if size <= largest else _instead(session, record, "record_too_large", size)


def _instead(session: Session, record: NamePlusRecord, condition: str, size: int) -> NamePlusRecord:
    diagnostic = session.diagnostic(Diagnostic(condition, f"{size} octets"))
    return NamePlusRecord(name=record.name, record=diagnostic)


def _pack(
    session: Session,
    held: Held | HeldExplain,
    ranges: Sequence[tuple[int, int]],
    asked: Asked,
) -> Iterator[tuple[int, NamePlusRecord]]:
    """Position and retrieval record or surrogate diagnostic, page by page of the store."""
    if isinstance(held, HeldExplain):
        yield from _pack_explain(held, ranges, asked)
        return
    oid, syntax = _syntax(session, held, asked)
    compositions = _compositions(session, held, asked)
    page = partial(_read_page, session, held, oid, syntax, compositions)
    kind = _kept(session, held, syntax, compositions) if session.kept is not None else None
    if session.kept is not None and kind is not None:
        page = partial(session.kept.records, session.catalogue, (oid, *kind), make=page)
    for start, count in ranges:
        for position in range(start, start + count, _PAGE):
            rids = held.rids(position, min(_PAGE, start + count - position))
            yield from enumerate(page(rids), position)


def _kept(
    session: Session, held: Held, syntax: RecordSyntax, compositions: _Compositions
) -> tuple[object, ...] | None:
    """All that the records depend on beside the store, when the store alone decides the rest;
    ``None`` when records are converted, or when what else others hold is looked up for them.
    """
    if len(held.names) != 1 or session.string_charset == "marc-8":  # names are recoded later
        return None
    [(database, name)] = held.names.items()
    composition = compositions(database)
    if not syntax.as_stored(composition):
        return None
    return composition, name, session.version  # of which surrogate diagnostics have their form


def _read_page(
    session: Session,
    held: Held,
    oid: str,
    syntax: RecordSyntax,
    compositions: _Compositions,
    rids: Sequence[int],
) -> list[NamePlusRecord]:
    """The retrieval record, or surrogate diagnostic, of each of ``rids``."""
    records = session.catalogue.records(rids)
    homes = _homes(session, held, records)
    packed = _pack_page(session, records, homes, syntax, compositions)
    return [
        NamePlusRecord(
            name=held.names.get(home),
            record=session.diagnostic(item) if isinstance(item, Diagnostic) else item.external(oid),
        )
        for home, item in zip(homes, packed, strict=True)
    ]


def _homes(session: Session, held: Held, records: Sequence[Stored | None]) -> list[str]:
    """The searched database (canonical name) that each record is from; empty: it is not known."""
    if len(held.names) == 1:
        return [*held.names] * len(records)
    known = [record for record in records if record is not None]
    homes = iter(session.catalogue.homes(list(held.names), known))
    return [(next(homes) or "") if record is not None else "" for record in records]


def _pack_page(
    session: Session,
    records: Sequence[Stored | None],
    homes: Sequence[str],
    syntax: RecordSyntax,
    compositions: _Compositions,
) -> list[Packed | Diagnostic]:
    """One item per record; all records that want the same composition are packed together."""
    # Result sets do not shift: a record that is gone leaves its place (3.1.6).
    items: list[Packed | Diagnostic] = [Diagnostic("record_deleted")] * len(records)
    groups: dict[Composition, list[tuple[int, Stored]]] = {}
    for index, (record, home) in enumerate(zip(records, homes, strict=True)):
        if record is not None and not record.deleted:
            composition = compositions(home)
            groups.setdefault(composition, []).append((index, record))
    for composition, members in groups.items():
        live = [record for _, record in members]
        packed = syntax.pack(live, composition, session.catalogue.render)
        for (index, _), item in zip(members, packed, strict=True):
            items[index] = item
    return items


def _pack_explain(
    held: HeldExplain, ranges: Sequence[tuple[int, int]], asked: Asked
) -> Iterator[tuple[int, NamePlusRecord]]:
    """Records of the Explain database have one syntax of their own."""
    oid = asked.syntax or explain.SYNTAX
    if oid != explain.SYNTAX:
        raise Diagnostic("unsupported_syntax", oid)
    brief = isinstance(asked.simple, str) and asked.simple.strip().casefold() in BRIEF
    for start, count in ranges:
        for position in range(start, start + count):
            single = explain.encode(held.records[position - 1], brief=brief)
            external = External(direct_reference=oid, single=single)
            yield position, NamePlusRecord(name=explain.DATABASE, record=external)


def _check_range(start: int, count: int, total: int) -> None:
    """Raises ``Diagnostic`` 13 with the first position that is outside (3.2.3.1.2)."""
    if start < 1 or start > max(total, 1):
        raise Diagnostic("present_out_of_range", str(start))
    if count < 0:
        raise Diagnostic("present_out_of_range", str(count))
    if start + count - 1 > total:
        raise Diagnostic("present_out_of_range", str(total + 1))


# what is asked of them


def _syntax(session: Session, held: Held, asked: Asked) -> tuple[str, RecordSyntax]:
    """The syntax to answer in and the identifier it was asked by.

    CompSpec lists syntaxes in order of preference and may leave the choice to us (3.6.3). When
    nobody asks, it is the default of the database that was named first.
    """
    default = next((session.view(name).syntax for name in held.names.values()), USMARC)
    spec = asked.complex
    wanted = spec.record_syntax if spec is not None else ()
    if not wanted:
        wanted = (asked.syntax or default,)
    elif spec is not None and spec.select_alternative_syntax:
        wanted = (*wanted, default)
    for oid in wanted:
        found = by_oid(oid)
        if found is not None:
            return oid, found
    raise Diagnostic("unsupported_syntax", wanted[0])


def _compositions(session: Session, held: Held, asked: Asked) -> _Compositions:
    """Element set names (3.6.2) or CompSpec (3.6.3), with the defaults of each database."""
    choose = (
        _by_comp_spec(asked.complex, held.names)
        if asked.complex is not None
        else _by_element_set(asked.simple, held.names)
    )

    def completed(database: str) -> Composition:
        view = session.view(held.names.get(database, database))
        chosen = choose(database)
        return Composition(
            chosen.element_set_name or ("" if chosen.schema else view.element_set),
            chosen.schema,
            session.charset or view.charset,
        )

    return completed


def _by_element_set(names: ElementSetNames | None, asked: dict[str, str]) -> _Compositions:
    """One name for all databases, or one for each."""
    if not isinstance(names, tuple):
        generic = Composition(element_set_name=names or "")
        return lambda _: generic
    by_database = {
        line.database_name.casefold(): Composition(element_set_name=line.element_set_name)
        for line in names
    }
    return lambda database: _of(by_database, database, asked, Composition())


def _by_comp_spec(spec: CompSpec, asked: dict[str, str]) -> _Compositions:
    """A database's own specification before the generic one."""
    generic = _composition(spec.generic)
    specific = {line.db.casefold(): _composition(line.spec) for line in spec.db_specific}
    return lambda database: _of(specific, database, asked, generic)


def _of(
    table: dict[str, Composition], database: str, asked: dict[str, str], default: Composition
) -> Composition:
    """By the name that the origin used for the database, or by its own."""
    name = asked.get(database, database).casefold()
    return table.get(name, table.get(database, default))


def _composition(specification: Specification | None) -> Composition:
    if specification is None:
        return Composition()
    elements = specification.element_spec
    if isinstance(elements, External):
        raise Diagnostic("unsupported_comp_spec", elements.direct_reference or "")
    schema = specification.schema_uri or specification.schema_oid or ""
    return Composition(element_set_name=elements or "", schema=schema)
