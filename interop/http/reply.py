"""A request and its answer as plain values, between a front end and whatever carries them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

Headers: TypeAlias = list[tuple[str, str]]
Reply: TypeAlias = tuple[int, Headers, Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class Asked:
    """``name``: what follows the front end's own name in the path, empty when nothing does;
    ``query``: the raw query string; ``body``: of a POST, cut where it is longer than the front
    end reads; ``client``: whom the request is counted for.
    """

    method: str
    name: str = ""
    query: bytes = b""
    body: bytes = b""
    content_type: str = ""
    accept_encoding: str = ""
    if_none_match: str = ""
    client: str = ""
    accept: str = ""
    accept_language: str = ""
    cookie: str = ""


def plain(status: int, line: str, *headers: tuple[str, str], method: str = "GET") -> Reply:
    """An answer of one line of text."""
    content = f"{line}\n".encode()
    fixed = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(content)))]
    return status, [*fixed, *headers], [] if method == "HEAD" else [content]


def matches(if_none_match: str, etag: str) -> bool:
    """Whether the client has this version already (RFC 9110 13.1.2, weak comparison)."""
    if not if_none_match:
        return False
    if if_none_match.strip() == "*":
        return True
    opaque = etag.removeprefix("W/")
    return any(tag.strip().removeprefix("W/") == opaque for tag in if_none_match.split(","))
