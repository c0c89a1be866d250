"""A database as a file in any format: page by page, so that memory does not grow with it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from interop.catalogue import Catalogue
from interop.crosswalks import CROSSWALKS, Crosswalk
from interop.crosswalks._rules import RuleFile

PAGE = 500

_DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'
# The root of a file of many records; formats without one of their own get a plain one.
_ROOTS = {
    "marcxml": (b'<collection xmlns="http://www.loc.gov/MARC21/slim">\n', b"</collection>\n"),
    "mods": (b'<modsCollection xmlns="http://www.loc.gov/mods/v3">\n', b"</modsCollection>\n"),
}
_PLAIN_ROOT = (b"<records>\n", b"</records>\n")


@dataclass(slots=True)
class ExportReport:
    """``total``: live records; ``failed``: those that the format cannot hold, which are logged."""

    total: int
    written: int = 0
    failed: int = 0
    octets: int = 0


def export(
    catalogue: Catalogue,
    database: str,
    prefix: str,
    out: BinaryIO,
    tell: Callable[[ExportReport], None] = lambda report: None,
    own_rules: RuleFile | None = None,
) -> ExportReport:
    """Write the live records of ``database`` in the format ``prefix`` to ``out``.

    ``own_rules``: rules over those of the format. Raises ``RuleError`` when they do not fit it and
    ``OSError`` when ``out`` cannot be written.
    """
    crosswalk = CROSSWALKS[prefix]  # rules given here stand in place of those of the database
    bodies: Iterator[bytes | None]
    total = {each.name: each.records for each in catalogue.databases()}.get(database, 0)
    report = ExportReport(total)
    start, end = frame(prefix)
    out.write(start)
    after = b"" if crosswalk.media_type == "application/marc" else b"\n"
    if own_rules is None:
        bodies = _bodies(catalogue, database, prefix)
    else:
        bodies = _written(catalogue, database, crosswalk.with_own_rules(own_rules))
    for body in bodies:
        if body is None:
            report.failed += 1
        else:
            out.write(body)
            out.write(after)
            report.written += 1
            report.octets += len(body)
        tell(report)
    out.write(end)
    return report


def frame(prefix: str) -> tuple[bytes, bytes]:
    """What stands before and behind the records of a file."""
    if not CROSSWALKS[prefix].is_xml:
        return b"", b""
    start, end = _ROOTS.get(prefix, _PLAIN_ROOT)
    return _DECLARATION + start, end


def _bodies(catalogue: Catalogue, database: str, prefix: str) -> Iterator[bytes | None]:
    after = 0
    while True:
        page = catalogue.page(database, after=after, limit=PAGE, prefix=prefix)
        for record, body in zip(page.records, page.bodies, strict=True):
            if not record.deleted:
                yield body
        if not page.more or not page.records:
            return
        after = page.records[-1].seq


def _written(catalogue: Catalogue, database: str, crosswalk: Crosswalk) -> Iterator[bytes | None]:
    """The records as ``crosswalk`` shows them; kept renderings are of other rules."""
    after = 0
    while True:
        page = catalogue.page(database, after=after, limit=PAGE)
        for record in catalogue.records([each.rid for each in page.records if not each.deleted]):
            if record is not None and record.marc is not None:
                try:
                    yield catalogue.shown(record.id, record.marc, crosswalk)
                except ValueError:  # too large for the format
                    yield None
        if not page.more or not page.records:
            return
        after = page.records[-1].seq
