"""What targets and operating systems say, in words."""

import errno
import socket
import ssl

import pytest

from interop.diagnostics import CONDITIONS
from interop.examine.meanings import diagnostic, failure, not_z3950
from interop.z3950.common import DefaultDiagnostic


def test_a_diagnostic_is_its_number_its_meaning_and_what_was_added():
    said = DefaultDiagnostic(condition=114, v3_addinfo="5999")
    assert diagnostic(said) == (
        "[114] không hỗ trợ điểm truy cập (Use): 5999",
        "[114] access point (Use) not supported: 5999",
    )
    assert diagnostic(DefaultDiagnostic(condition=14))[1] == "[14] error in presenting the record"


def test_an_unknown_number_is_told_as_it_is():
    assert diagnostic(DefaultDiagnostic(condition=9000, v2_addinfo="x")) == ("[9000] x", "[9000] x")


def test_what_ours_says_of_searches_has_words():
    """113 to 125, and what is wrong with a database or a syntax: what an examination meets."""
    met = {row.bib1 for row in CONDITIONS.values()}
    for number in met & {*range(113, 126), 235, 236, 238, 239, 1011, 1072}:
        vi, en = diagnostic(DefaultDiagnostic(condition=number))
        assert vi != en and len(en) > len(f"[{number}]")


@pytest.mark.parametrize(
    ("error", "en"),
    [
        (OSError(errno.ECONNREFUSED, "x"), "nothing listens at this port"),
        (OSError(errno.ENETUNREACH, "x"), "the host cannot be reached"),
        (socket.gaierror(-2, "x"), "no such host"),
        (TimeoutError(), "the host does not answer"),
        (OSError(errno.EMFILE, "Too many open files"), "Too many open files"),
    ],
)
def test_why_there_is_no_connection(error, en):
    assert failure(error)[1] == en


def test_no_tls_there():
    vi, en = failure(ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number"))
    assert "--tls" in vi and "leave out --tls" in en


@pytest.mark.parametrize(
    ("octets", "what"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n", "HTTP"),
        (b"<!DOCTYPE HTML>", "HTTP"),
        (b"\x15\x03\x01\x00\x02", "--tls"),
    ],
)
def test_what_a_port_speaks_instead(octets, what):
    found = not_z3950(octets)
    assert found is not None and all(what in words for words in found)


def test_what_may_be_z3950_is_not_judged():
    assert not_z3950(b"\xb5\x03\x01") is None
    assert not_z3950(b"") is None
