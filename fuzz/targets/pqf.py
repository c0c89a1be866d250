"""Any text as PQF: parsed, written again, understood, and sent as a Type-1 query."""

from fuzz.target import Target
from interop.diagnostics import Diagnostic
from interop.query import pqf, printers, rpn


def _run(data: bytes) -> None:
    query = pqf.parse(data.decode("utf-8", "replace"))
    assert pqf.parse(pqf.show(query)) == query
    meant = rpn.resolve(query, sets=frozenset({"s"}))
    try:
        printers.cql(meant)
        printers.pqf(meant)
    except printers.Unprintable:
        pass


TARGET = Target(
    _run,
    (pqf.PqfError, Diagnostic),
    lambda: [
        b"@attr 1=4 kieu",
        b'@attrset bib-1 @and @attr 1=1003 @attr 4=1 "nguyen du" @not @attr 1=7 0306406157 @set s',
        b"@prox 0 3 1 2 k 2 @attr 1=4 a @attr 1=4 b",
        b"@or @attr 2=4 @attr 1=31 1990 @attr 5=102 @attr 1=4 k.*g",
        b"@term string x",
    ],
    (b"@and ", b"@or ", b"@not ", b"@prox 0 1 0 2 k 2 ", b"@attr 1=4 ", b"@attr 5=102 ",
     b"@attr 4=", b"@attr 2=", b"@attrset ", b"@set ", b"@term ", b'"', b"\\", b"{", b"}", b"=",
     b" ", b"@", b"99999999999", b"-1", b"[", b"(", b"*"),
)  # fmt: skip
