"""Search for people beside the pages of ``people``: words in, records out, a page at a time.

The answer is a list of records as OAI-PMH writes them, with the number of hits around it, shown by
the same stylesheet. Programs search over SRU and Z39.50.
"""

from collections.abc import Callable

from flask import Blueprint, Response, request

from interop.catalogue import Catalogue
from interop.diagnostics import Diagnostic
from interop.http.reply import Asked
from interop.model.record import UNION
from interop.oai import xml
from interop.oai.answers import Record
from interop.oai.people import POLICY, language, render
from interop.oai.protocol import format_datestamp
from interop.query.access_points import BY_CQL
from interop.query.clause import Clause
from interop.query.clause import search as every_word
from interop.text.xml import attribute, escape

COUNT = 20  # hits on a page
LONGEST = 1000  # characters of a query
LAST = 100_000  # hits beyond which nobody turns pages
NAMESPACE = "urn:interop:search"
PREFIX = "oai_dc"


def document(catalogue: Catalogue, database: str, words: str, start: int, now: int) -> bytes:
    """The page's document for the stylesheet. ``start``: place of its first hit, from 1."""
    root = f"{catalogue.base_url.rstrip('/')}/oai"
    listed = database in catalogue.names()  # a province is searched, not harvested
    base = f"{root}/{database}" if listed and database != UNION else root
    try:
        query = every_word(Clause(BY_CQL["cql.serverchoice"], (words[:LONGEST],), "all"))
        result = catalogue.search([database], query)
        found = _records(catalogue, result.page(start - 1, COUNT))
        following = start + COUNT if start + COUNT <= min(result.total, LAST) else 0
        content = (
            f'<found xmlns="{NAMESPACE}" database="{database}" query="{attribute(words)}"'
            f' total="{result.total}"/>'
            f"<ListRecords>{found.decode()}</ListRecords>"
            f'<more xmlns="{NAMESPACE}" query="{attribute(words)}" start="{following}"/>'
        )
    except Diagnostic as diagnostic:
        content = f'<error code="{diagnostic.condition.name}">{escape(str(diagnostic))}</error>'
    return (
        f'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>'
        f"{format_datestamp(now)}</responseDate>"
        f'<request verb="ListRecords" metadataPrefix="{PREFIX}">{escape(base)}</request>{content}'
        f"</OAI-PMH>"
    ).encode()


def _records(catalogue: Catalogue, rids: list[int]) -> bytes:
    stored = [each for each in catalogue.records(rids) if each is not None and not each.deleted]
    bodies = catalogue.render(stored, PREFIX)
    return xml.records(
        Record(catalogue.identifier(each.id), each.datestamp, False, each.sets, body)
        for each, body in zip(stored, bodies, strict=True)
        if body is not None
    )


def blueprint(catalogue: Catalogue, clock: Callable[[], int]) -> Blueprint:
    """``/search/<database or province>?query=...``, a page."""
    views = Blueprint("search", __name__)

    @views.get("/search/<name>")
    def page(name: str) -> Response:
        try:
            database = catalogue.searchable(name)
        except Diagnostic:
            return Response("There is no such database here.\n", 404, mimetype="text/plain")
        given = request.args.get("start", "1")
        start = int(given) if given.isascii() and given.isdigit() and len(given) < 7 else 1
        words = request.args.get("query", "")
        made = document(catalogue, database, words, min(max(start, 1), LAST), clock())
        headers = request.headers
        asked = Asked(
            "GET",
            accept_language=headers.get("Accept-Language", ""),
            cookie=headers.get("Cookie", ""),
        )
        response = Response(render(made, language(asked)), mimetype="text/html")
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["Vary"] = "Accept-Language, Cookie"
        return response

    return views
