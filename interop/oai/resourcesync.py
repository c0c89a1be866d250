"""ResourceSync 1.1 (ANSI/NISO Z39.99-2017): a database as resources that a copy is kept of.

Documents only, no HTTP. A resource is a record as MARCXML at an address of its own. Lists are cut
into windows of the change feed (``windows``); a list of one window is a document, of several an
index of them. The feed holds the last change of each record and not whether it was its first, so
a change is ``updated`` or ``deleted``, never ``created``: for a copy it is the same.
"""

import hashlib
import io
import zipfile
from collections.abc import Iterable, Iterator
from typing import Protocol
from urllib.parse import quote

from interop.model.record import RecordId, Stored
from interop.oai.protocol import format_datestamp
from interop.oai.windows import Listed, Window, rows, windows
from interop.text.xml import attribute, escape

SIZE = 5000  # places of the feed in one document; sitemaps may have 50,000 entries
PREFIX = "marcxml"
MEDIA_TYPE = "application/xml"
_NAMESPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    ' xmlns:rs="http://www.openarchives.org/rs/terms/"'
)
# Lists of the capability list (section 9) and the document that each is.
CAPABILITIES = {
    "resourcelist": "resourcelist.xml",
    "resourcedump": "resourcedump.xml",
    "changelist": "changelist.xml",
    "changedump": "changedump.xml",
}


class Catalogue(Listed, Protocol):
    """What ResourceSync asks of ``interop.catalogue.Catalogue``."""

    @property
    def base_url(self) -> str: ...
    def identifier(self, id: RecordId) -> str: ...


class ResourceSync:
    """The documents of all databases of a catalogue. ``now``: seconds since 1970, read before
    anything else is: a copy goes on from there."""

    def __init__(self, catalogue: Catalogue, size: int = SIZE) -> None:
        self._catalogue = catalogue
        self._size = size

    def _root(self, database: str) -> str:
        return f"{self._catalogue.base_url.rstrip('/')}/resourcesync/{database}"

    def address(self, stored: Stored) -> str:
        """Where a record is to be had."""
        identifier = quote(self._catalogue.identifier(stored.id), safe="")
        return f"{self._root(stored.id.database)}/record?identifier={identifier}"

    def description(self, databases: Iterable[str]) -> bytes:
        """The source description (section 8): every database and its capability list."""
        entries = (
            _url(f"{self._root(each)}/capabilitylist.xml", _md(capability="capabilitylist"))
            for each in databases
        )
        return _document("urlset", "", _md(capability="description"), entries)

    def capabilities(self, database: str) -> bytes:
        """The capability list of a database (section 9)."""
        up = f"{self._catalogue.base_url.rstrip('/')}/.well-known/resourcesync"
        entries = (
            _url(f"{self._root(database)}/{file}", _md(capability=name))
            for name, file in CAPABILITIES.items()
        )
        return _document("urlset", up, _md(capability="capabilitylist"), entries)

    def listing(self, database: str, capability: str, now: int, number: int | None = None) -> bytes:
        """A resource list (section 10) or change list (12), or the window ``number`` of it.

        Raises ``LookupError`` for a window that holds nothing.
        """
        found = windows(self._catalogue, database, self._size)
        up = f"{self._root(database)}/capabilitylist.xml"
        own = self._own(capability, found, now)
        if number is None and len(found) > 1:
            entries = (
                _url(
                    f"{self._root(database)}/{capability}-{window.number}.xml",
                    self._span(capability, found, index, now),
                    "sitemap",
                )
                for index, window in enumerate(found)
            )
            return _document("sitemapindex", up, own, entries)
        if number is not None:
            index = self._index(found, number)
            own = self._span(capability, found, index, now, capability=capability)
            found = [found[index]]
        changes = capability == "changelist"
        entries = (
            entry
            for window in found
            for stored, body in rows(self._catalogue, database, window, PREFIX)
            if (entry := self._entry(stored, body, changes)) is not None
        )
        return _document("urlset", up, own, entries)

    def dump(self, database: str, capability: str, now: int) -> bytes:
        """A resource dump (section 11) or change dump (13): a package for each window."""
        found = windows(self._catalogue, database, self._size)
        entries = (
            _url(
                f"{self._root(database)}/{capability}-{window.number}.zip",
                self._span(capability, found, index, now, type="application/zip"),
            )
            for index, window in enumerate(found)
        )
        up = f"{self._root(database)}/capabilitylist.xml"
        return _document("urlset", up, self._own(capability, found, now), entries)

    def package(self, database: str, capability: str, now: int, number: int) -> bytes:
        """The ZIP file of a window: its records, and a manifest that says which is which.

        Raises ``LookupError`` for a window that holds nothing.
        """
        found = windows(self._catalogue, database, self._size)
        index = self._index(found, number)
        changes = capability == "changedump"
        entries = []
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
            for stored, body in rows(self._catalogue, database, found[index], PREFIX):
                path = f"/resources/{stored.seq}.xml" if body is not None else ""
                entry = self._entry(stored, body, changes, path)
                if entry is not None:
                    entries.append(entry)
                    if body is not None:
                        file.writestr(path[1:], body)
            own = self._span(capability, found, index, now, capability=f"{capability}-manifest")
            file.writestr("manifest.xml", _document("urlset", "", own, entries))
        return packed.getvalue()

    # parts

    def _index(self, found: list[Window], number: int) -> int:
        for index, window in enumerate(found):
            if window.number == number:
                return index
        raise LookupError(number)

    def _own(self, capability: str, found: list[Window], now: int) -> str:
        if capability.startswith("change"):
            begin = found[0].start if found else now
            return _md(capability=capability, **{"from": format_datestamp(begin)})
        return _md(capability=capability, at=format_datestamp(now))

    def _span(self, kind: str, found: list[Window], index: int, now: int, /, **more: str) -> str:
        """The time that a window is about; the last window of changes is still open."""
        if not kind.startswith("change"):
            return _md(**more, at=format_datestamp(now))
        span = {"from": format_datestamp(found[index].start)}
        if index + 1 < len(found):
            span["until"] = format_datestamp(found[index + 1].start)
        return _md(**more, **span)

    def _entry(
        self, stored: Stored, body: bytes | None, changes: bool, path: str = ""
    ) -> str | None:
        """A record in a list, ``None`` when it does not belong there: withheld, or deleted."""
        moment = format_datestamp(stored.datestamp)
        facts: dict[str, str] = {}
        if changes:
            change = "deleted" if stored.deleted else "updated"
            facts = {"change": change, "datetime": moment}
        if body is not None:
            facts["hash"] = f"sha-256:{hashlib.sha256(body).hexdigest()}"
            facts |= {"length": str(len(body)), "type": MEDIA_TYPE}
        elif not (stored.deleted and changes):
            return None
        if path:
            facts["path"] = path
        return _url(self.address(stored), f"<lastmod>{moment}</lastmod>{_md(**facts)}")


def _md(**attributes: str) -> str:
    pairs = "".join(f' {name}="{attribute(value)}"' for name, value in attributes.items())
    return f"<rs:md{pairs}/>"


def _url(address: str, inside: str, element: str = "url") -> str:
    return f"<{element}><loc>{escape(address)}</loc>{inside}</{element}>\n"


def _document(root: str, up: str, own: str, entries: Iterable[str] | Iterator[str]) -> bytes:
    link = f'<rs:ln rel="up" href="{attribute(up)}"/>\n' if up else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} {_NAMESPACES}>\n{link}{own}\n'
        f"{''.join(entries)}</{root}>\n"
    ).encode()
