"""Scan, Z39.50-1995 section 3.2.8: a stretch of a term list around a term, with counts.

Which list is meant is said by the attributes: words, or whole headings. ``step`` and position are
the standard's; no more than ``MAX_ENTRIES`` entries come, however many are asked for.
"""

from interop.diagnostics import Diagnostic
from interop.index.base import ScanEntry
from interop.marc import marc8
from interop.query import normalise, rpn
from interop.query.access_points import AccessPoint
from interop.z3950.apdu import ScanRequest, ScanResponse
from interop.z3950.common import DefaultDiagnostic
from interop.z3950.session import Session
from interop.z3950.term_lists import ListEntries, TermInfo
from interop.z3950.type1 import UnservedQuery

MAX_ENTRIES = 200
MAX_STEP = 1000  # entries left out between two
_AROUND_ENTRY = 64  # octets of an entry around its strings


def scan(session: Session, request: ScanRequest) -> ScanResponse:
    """The answer. Raises ``Diagnostic``."""
    names = session.databases(request.database_names)
    operand = request.term_list_and_start_point
    if isinstance(operand, UnservedQuery):
        raise Diagnostic(operand.condition, operand.details)
    wanted = request.number_of_terms_requested
    position = request.preferred_position_in_response
    position = 1 if position is None else position
    step = request.step_size or 0
    _check_numbers(wanted, position, step)
    decode = session.decoder(request.database_names[0])
    attribute_set = request.attribute_set or rpn.BIB1
    point, kind, text = rpn.term_list(operand, attribute_set, decode)
    number = min(wanted, MAX_ENTRIES)
    position = min(position, number + 1)
    # One more behind, when the term itself is to be left out: the list starts after it.
    found = session.catalogue.scan(
        list(names),
        point.name,
        text,
        kind=kind,
        before=max(position - 1, 0),
        after=number - position + 1 if position else number + 1,
        step=step,
    )
    entries, place = list(found.entries), found.position
    if position == 0:
        if entries and _is_term(point, text, entries[0]):
            del entries[0]
        entries, place = entries[:number], 0
    infos, fits = _within_message(session, [_info(session, operand, e) for e in entries])
    return ScanResponse(
        reference_id=request.reference_id,
        step_size=step,
        scan_status=_status(len(infos), wanted, number, fits),
        number_of_entries_returned=len(infos),
        position_of_term=place,
        entries=ListEntries(entries=tuple(infos)),
        attribute_set=request.attribute_set,
    )


def refuse(request: ScanRequest, diagnostic: DefaultDiagnostic) -> ScanResponse:
    """The answer when no list can be given."""
    return ScanResponse(
        reference_id=request.reference_id,
        scan_status=ScanResponse.FAILURE,
        number_of_entries_returned=0,
        entries=ListEntries(nonsurrogate_diagnostics=(diagnostic,)),
    )


def _check_numbers(wanted: int, position: int, step: int) -> None:
    """3.2.8.1: a position from 0 (just before the first entry) to one behind the last."""
    if wanted < 1:
        raise Diagnostic("malformed_scan", f"{wanted} terms")
    if not 0 <= position <= wanted + 1:
        raise Diagnostic("unsupported_scan_position", str(position))
    if not 0 <= step <= MAX_STEP:
        raise Diagnostic("unsupported_scan_step", str(step))


def _is_term(point: AccessPoint, text: str, entry: ScanEntry) -> bool:
    if point.kind == "text":
        return normalise.text_tokens(text) == normalise.text_tokens(entry.term)
    if point.kind == "year":
        return str(normalise.year(text)) == entry.term
    return normalise.key(point.kind, text) == entry.term


def _info(session: Session, operand: rpn.Operand, entry: ScanEntry) -> TermInfo:
    """The term comes with the attributes that it was found by, so that it can be searched by them.

    A display term is a string (``strings``). In version 2 strings stay UTF-8, so it stays away
    where the origin reads MARC-8.
    """
    in_marc8 = session.term_charset == "marc-8"
    readable = not in_marc8 or session.string_charset == "marc-8"
    return TermInfo(
        term=marc8.encode(entry.term) if in_marc8 else entry.term.encode(),
        display_term=entry.display if readable else None,
        suggested_attributes=operand.attributes,
        global_occurrences=entry.hits,
    )


def _within_message(session: Session, infos: list[TermInfo]) -> tuple[list[TermInfo], bool]:
    room = session.message_size
    # Octets of a character at most: a reference of MARC-8, or UTF-8.
    widest = len("&#x10FFFF;") if session.string_charset == "marc-8" else 4
    for place, info in enumerate(infos):
        room -= len(info.term or b"") + widest * len(info.display_term or "") + _AROUND_ENTRY
        if room < 0:
            return infos[:place], False
    return infos, True


def _status(returned: int, wanted: int, number: int, fits: bool) -> int:
    """scanStatus: partial-2 the message is full, partial-4 we give no more, partial-5 the list
    begins or ends.
    """
    if not fits:
        return ScanResponse.PARTIAL_2
    if returned < number:
        return ScanResponse.PARTIAL_5
    return ScanResponse.PARTIAL_4 if number < wanted else ScanResponse.SUCCESS
