"""Kinds of values: what a setting of each may be, and how it is read.

A kind is added in ``KINDS`` alone. A kind with ``?`` behind its name may also be empty.
"""

import re
from collections.abc import Callable
from typing import Any

from interop.config.errors import ConfigError

SRU_VERSIONS = ("1.1", "1.2", "2.0")

# OAI-PMH.xsd emailType and oai-identifier.xsd repositoryIdentifierType: what Identify may say.
_EMAIL = re.compile(r"\S+@(?:\S+\.)+\S+")
_URL = re.compile(r"https?://[^\s/?#@<>\"]+(?:/[^\s<>\"]*)?")
_DOMAIN = re.compile(r"[a-zA-Z][a-zA-Z0-9-]*(?:\.[a-zA-Z][a-zA-Z0-9-]*)+")
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def value(kind: str, given: Any) -> Any:
    """``given``, from TOML or the environment, as a value of ``kind``.

    Raises ``ValueError`` with what was expected, for people.
    """
    if kind.endswith("?"):
        return given if given == "" else value(kind[:-1], given)
    return KINDS[kind](given)


def split_address(address: str) -> tuple[str, int]:
    """``host:port`` (``[v6]:port``) as a pair. Raises ``ConfigError``."""
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit() or not 0 <= int(port) <= 65535:
        raise ConfigError(f"{address!r} is not an address of the form host:port")
    return host.strip("[]"), int(port)


def parse_interval(text: str) -> int:
    """``30s``, ``15m``, ``1h`` or ``1d`` in seconds. Raises ``ValueError``."""
    match = re.fullmatch(r"([1-9]\d{0,5})([smhd])", text)
    if not match:
        raise ValueError(f"{text!r} is not an interval such as 15m, 1h or 1d")
    return int(match[1]) * _UNITS[match[2]]


def _integer(given: Any) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or given < 1:
        raise ValueError(f"expected a whole number above 0, found {given!r}")
    return given


def _count(given: Any) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or given < 0:
        raise ValueError(f"expected a whole number from 0, found {given!r}")
    return given


def _interval(given: Any) -> int:
    try:
        return parse_interval(given)
    except (TypeError, ValueError):
        raise ValueError(f"expected an interval such as 15m, 1h or 1d, found {given!r}") from None


def _switch(given: Any) -> bool:
    if given is True or given == "true":
        return True
    if given is False or given == "false":
        return False
    raise ValueError(f"expected true or false, found {given!r}")


def _text(given: Any) -> str:
    if not isinstance(given, str) or not given:
        raise ValueError(f"expected a text, found {given!r}")
    return given


def _words(given: Any) -> str:
    return "" if given == "" else _text(given)


def _like(pattern: re.Pattern[str], what: str) -> Callable[[Any], str]:
    """A text of a form; ``what`` it is, with an example."""

    def read(given: Any) -> str:
        text = _text(given)
        if not pattern.fullmatch(text):
            raise ValueError(f"{text!r} is not {what}")
        return text

    return read


def _address(given: Any) -> str:
    text = _text(given)
    try:
        split_address(text)
    except ConfigError as error:
        raise ValueError(str(error)) from None
    return text


def _version(given: Any) -> str:
    text = _text(given)
    if text not in SRU_VERSIONS:
        raise ValueError(f"expected one of {', '.join(SRU_VERSIONS)}, found {text!r}")
    return text


def _urls(given: Any) -> tuple[str, ...]:
    urls = [given] if isinstance(given, str) else given
    if not isinstance(urls, list | tuple):
        raise ValueError(f"expected a list of addresses, found {given!r}")
    return tuple(map(_url, urls))


def _emails(given: Any) -> tuple[str, ...]:
    emails = [given] if isinstance(given, str) else given
    if not isinstance(emails, list | tuple) or not emails:
        raise ValueError(f"expected a list of mail addresses, found {given!r}")
    for email in emails:
        if not isinstance(email, str) or not _EMAIL.fullmatch(email):
            raise ValueError(f"{email!r} is not a mail address (name@example.org)")
    return tuple(emails)


_url = _like(_URL, "an address such as https://example.org/a")

KINDS: dict[str, Callable[[Any], Any]] = {
    "address": _address,
    "count": _count,
    "domain": _like(_DOMAIN, "a domain name such as nlv.example.vn"),
    "emails": _emails,
    "integer": _integer,
    "interval": _interval,
    "switch": _switch,
    "text": _text,
    "url": _url,
    "urls": _urls,
    "version": _version,
    "words": _words,
}
NUMBERS = ("integer", "count")  # written in digits in the environment
LISTS = ("emails", "urls")  # written with commas there
