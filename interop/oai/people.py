"""Answers of the provider for people: the same address, the same answer, as a page.

Browsers are giving XSLT up, so the server applies the stylesheet itself when a browser asks; the
XML names it too (``xml-stylesheet``) for whoever still applies it. Only a browser's Accept counts
as asking: XHTML beside HTML, both above XML. Harvesters never send that; Java's old default, which
begins with ``text/html``, is not mistaken for one.
"""

import threading
from collections.abc import Iterable
from dataclasses import replace
from functools import cache, lru_cache
from importlib.resources import files

from flask import Blueprint, Response
from lxml import etree

from interop.http.reply import Asked, Reply
from interop.http.shortcut import Handler
from interop.text import xml_in

ADDRESS = "/oai.xsl"  # below the server's base address
_VARY = "Accept, Accept-Encoding, Accept-Language, Cookie"
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
    "img-src http: https:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_LOCK = threading.Lock()  # libxslt's compiled stylesheets are not meant for two threads at once


def readable(handler: Handler) -> Handler:
    """``handler``, whose XML becomes a page where a browser asks for one by GET or HEAD."""

    def answer(asked: Asked) -> Reply:
        if asked.method == "POST" or not wants_page(asked.accept):
            status, headers, body = handler(asked)
            return status, [(name, _vary(name, value)) for name, value in headers], body
        query = asked.query or b"verb=Identify"  # who opens the bare address wants to see something
        inner = replace(asked, method="GET", query=query, accept_encoding="", if_none_match="")
        status, headers, body = handler(inner)
        document = _whole(body)
        if status != 200:
            return status, headers, [] if asked.method == "HEAD" else [document]
        page = render(document, language(asked))
        made = [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Length", str(len(page))),
            ("Cache-Control", "no-cache"),
            ("Vary", _VARY),
            ("Content-Security-Policy", POLICY),
            ("X-Content-Type-Options", "nosniff"),
        ]
        return 200, made, [] if asked.method == "HEAD" else [page]

    return answer


@lru_cache(maxsize=256)
def wants_page(accept: str) -> bool:
    """Whether an Accept header is a browser's (RFC 9110 12.5.1): HTML and XHTML, above XML."""
    weights: dict[str, float] = {}
    for part in accept.lower().split(","):
        kind, *parameters = (piece.strip() for piece in part.split(";"))
        weight = next((each[2:] for each in parameters if each.startswith("q=")), "1")
        try:
            weights[kind] = float(weight)
        except ValueError:
            weights[kind] = 0.0
    xml = max(weights.get("text/xml", 0.0), weights.get("application/xml", 0.0))
    pages = min(weights.get("text/html", 0.0), weights.get("application/xhtml+xml", 0.0))
    return pages > xml


def language(asked: Asked) -> str:
    """``vi`` or ``en``: as chosen on an earlier page, else the first of them that the browser
    names, else Vietnamese."""
    for pair in asked.cookie.split(";"):
        name, _, value = pair.strip().partition("=")
        if name == "lang" and value in ("vi", "en"):
            return value
    for part in asked.accept_language.lower().split(","):
        tag = part.strip()[:2]
        if tag in ("vi", "en"):
            return tag
    return "vi"


def render(document: bytes, lang: str) -> bytes:
    """An answer of ours as HTML, beginning in the language ``lang``."""
    root = xml_in.parse(document)
    with _LOCK:
        page = _stylesheet()(root, lang=etree.XSLT.strparam(lang))
        return etree.tostring(page, encoding="UTF-8", method="html", doctype="<!DOCTYPE html>")


@cache
def _stylesheet() -> etree.XSLT:
    return etree.XSLT(etree.fromstring(_source()), access_control=etree.XSLTAccessControl.DENY_ALL)


def _source() -> bytes:
    return files("interop.oai").joinpath("people.xsl").read_bytes()


def _vary(name: str, value: str) -> str:
    return f"Accept, {value}" if name == "Vary" else value


def _whole(body: Iterable[bytes]) -> bytes:
    try:
        return b"".join(body)
    finally:
        if close := getattr(body, "close", None):
            close()


def blueprint() -> Blueprint:
    """``/oai.xsl``, the stylesheet itself."""
    views = Blueprint("oai-people", __name__)

    @views.get(ADDRESS)
    def stylesheet() -> Response:
        response = Response(_source(), mimetype="text/xsl")
        response.headers["Cache-Control"] = "max-age=3600"
        return response

    return views
