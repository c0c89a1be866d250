"""Copies of whole databases over HTTP: ResourceSync, and the dump with ranges.

``/.well-known/resourcesync`` and ``/resourcesync/<database>/<document>``. The dump is brought up to
the store in the background when somebody asks for it and it is older than ``FRESH``; whoever asks
gets the last whole one.
"""

import email.utils
import logging
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Blueprint, Response, request

from interop.catalogue import Catalogue
from interop.diagnostics import Diagnostic
from interop.http.limits import peer_of
from interop.http.reply import matches
from interop.oai.dump import Busy, Dump, Manifest
from interop.oai.resourcesync import CAPABILITIES, MEDIA_TYPE, PREFIX, SIZE, ResourceSync

log = logging.getLogger(__name__)

FRESH = 60  # seconds for which a dump is not looked at again
AT_ONCE = 2  # documents made at one time by a process: each reads thousands of records
LATER = 30  # seconds after which to come again
_WINDOW = re.compile(r"(resourcelist|changelist|resourcedump|changedump)-([0-9]{1,12})\.(xml|zip)")
_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")


class Copies:
    """``folder``: where dumps are kept; ``clock``: seconds since 1970; ``size``: places of the
    feed in one document; ``proxies``: see ``peer_of``."""

    def __init__(
        self,
        catalogue: Catalogue,
        folder: Path,
        clock: Callable[[], int],
        size: int = SIZE,
        proxies: int = 0,
    ) -> None:
        self._catalogue = catalogue
        self._folder = folder
        self._clock = clock
        self._proxies = proxies
        self._sync = ResourceSync(catalogue, size)
        self._slots = threading.BoundedSemaphore(AT_ONCE)
        self._refreshing: set[str] = set()
        self._lock = threading.Lock()

    def description(self) -> Response:
        """Databases that the client's address may use; of others not even the name is shown."""
        address = peer_of(request.environ, self._proxies)
        allows = self._catalogue.allows
        names = [name for name in self._catalogue.names() if allows(name, address)]
        response = _xml(self._sync.description(names))
        if self._catalogue.rights:
            response.headers["Cache-Control"] = "private, no-cache"
        return response

    def document(self, name: str, document: str) -> Response:
        """``document`` of the database ``name``; 404 when there is none."""
        try:
            database = self._catalogue.database(name)
        except Diagnostic:
            return _plain(404, "There is no such database here.")
        if document == "dump.xml.gz":
            return self._dump(database)
        if document == "record":
            return self._record(database)
        if document == "capabilitylist.xml":
            return _xml(self._sync.capabilities(database))
        now = self._clock()
        with self._slot() as free:
            if not free:
                return _later("Too many documents are being made at present.")
            try:
                return self._made(database, document, now)
            except LookupError:
                return _plain(404, "There is no such document here.")

    def _made(self, database: str, document: str, now: int) -> Response:
        capability = document.removesuffix(".xml")
        if CAPABILITIES.get(capability) == document:
            make = self._sync.listing if capability.endswith("list") else self._sync.dump
            return _xml(make(database, capability, now))
        match = _WINDOW.fullmatch(document)
        if match is None or match[1].endswith("list") != (match[3] == "xml"):
            raise LookupError(document)
        if match[3] == "zip":
            packed = self._sync.package(database, match[1], now, int(match[2]))
            return Response(packed, mimetype="application/zip")
        return _xml(self._sync.listing(database, match[1], now, int(match[2])))

    def _record(self, database: str) -> Response:
        id = self._catalogue.parse_identifier(request.args.get("identifier", ""))
        stored = None
        if id is not None and id.database == database:
            stored = self._catalogue.find(database, id.local)
        if stored is None:
            return _plain(404, "There is no such record here.")
        if stored.deleted:
            return _plain(410, "The record was deleted.")
        [body] = self._catalogue.render([stored], PREFIX)
        if body is None:
            return _later("The record cannot be shown at present.")
        response = Response(body, content_type=f"{MEDIA_TYPE}; charset=utf-8")
        response.headers["Last-Modified"] = email.utils.formatdate(stored.datestamp, usegmt=True)
        return response

    @contextmanager
    def _slot(self) -> Iterator[bool]:
        free = self._slots.acquire(blocking=False)
        try:
            yield free
        finally:
            if free:
                self._slots.release()

    # the dump

    def _dump(self, database: str) -> Response:
        dump = Dump(self._catalogue, database, self._folder / database)
        manifest = dump.manifest()
        if manifest is None or self._clock() - manifest.at >= FRESH:
            self._refresh(database, dump)
        if manifest is None:
            return _later("The dump is being made.")
        return serve(dump, manifest)

    def _refresh(self, database: str, dump: Dump) -> None:
        with self._lock:
            if database in self._refreshing:
                return
            self._refreshing.add(database)

        def work() -> None:
            try:
                dump.refresh(self._clock())
            except Busy:
                pass  # another process does it
            except Exception:  # the thread has nobody above it: the dump before this one stands
                log.exception("the dump of %s cannot be refreshed", database)
            finally:
                self._refreshing.discard(database)

        threading.Thread(target=work, name=f"dump-{database}", daemon=True).start()


def serve(dump: Dump, manifest: Manifest) -> Response:
    """The dump, or the range of it that was asked for (RFC 9110 section 14)."""
    size = dump.size(manifest)
    modified = email.utils.formatdate(manifest.at, usegmt=True)
    headers = {
        "Accept-Ranges": "bytes",
        "ETag": manifest.etag,
        "Last-Modified": modified,
        "Cache-Control": "no-cache",
        "X-Records": str(manifest.records),
    }
    if matches(request.headers.get("If-None-Match", ""), manifest.etag):
        return Response(status=304, headers=headers)
    wanted = request.headers.get("Range", "")
    if request.headers.get("If-Range", manifest.etag) not in (manifest.etag, modified):
        wanted = ""  # the client has a part of another dump: it gets this one whole
    start, end, status = 0, size, 200
    if match := _RANGE.fullmatch(wanted):
        span = _span(match[1], match[2], size)
        if span is None and (match[1] or match[2]):
            headers["Content-Range"] = f"bytes */{size}"
            return Response(status=416, headers=headers)
        if span is not None:
            (start, end), status = span, 206
            headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    headers["Content-Length"] = str(end - start)
    body = dump.read(manifest, start, end) if request.method != "HEAD" else iter(())
    return Response(body, status, headers, mimetype="application/gzip", direct_passthrough=True)


def _span(first: str, last: str, size: int) -> tuple[int, int] | None:
    """A byte range as start and end; ``None`` for one that cannot be satisfied or is none."""
    if not first:
        if not last or not int(last):
            return None
        return max(0, size - int(last)), size
    start, end = int(first), min(int(last) + 1 if last else size, size)
    return (start, end) if start < end else None


def _xml(document: bytes) -> Response:
    return Response(document, content_type=f"{MEDIA_TYPE}; charset=utf-8")


def _plain(status: int, line: str) -> Response:
    return Response(f"{line}\n", status, mimetype="text/plain")


def _later(line: str) -> Response:
    response = _plain(503, line)
    response.headers["Retry-After"] = str(LATER)
    return response


def blueprint(
    catalogue: Catalogue, folder: Path, clock: Callable[[], int], proxies: int = 0
) -> Blueprint:
    """The addresses of ``Copies``."""
    copies = Copies(catalogue, folder, clock, proxies=proxies)
    views = Blueprint("copies", __name__)
    views.add_url_rule("/.well-known/resourcesync", view_func=copies.description)
    views.add_url_rule("/resourcesync/<name>/<document>", view_func=copies.document)
    return views
