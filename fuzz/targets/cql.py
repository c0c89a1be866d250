"""Any text as CQL and as a scan clause: parsed, understood, written as CQL, XCQL and PQF again."""

from fuzz.target import Target
from interop.diagnostics import Diagnostic
from interop.query import cql, cql_ast, cql_parser, pqf, printers, scan_clause, xcql


def _run(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    try:
        scan_clause.compile(text)
    except Diagnostic:
        pass
    tree = cql_parser.parse(text)
    assert cql_parser.parse(cql_ast.show(tree)) == tree
    query, _ = cql.resolve(tree, sets=frozenset({"s"}), text=text)
    printers.cql(query)
    try:
        pqf.parse(printers.pqf(query))
    except (printers.Unprintable, pqf.PqfError):
        pass  # PQF lacks some of it, and is nested where CQL is a long chain
    xcql.read(xcql.write(tree).encode())


TARGET = Target(
    _run,
    (Diagnostic,),
    lambda: [
        b"kieu",
        'dc.title any/relevant "Truyện Kiều" and dc.creator=du'.encode(),
        b"> dc = info:srw/cql-context-set/1/dc-v1.1 (dc.date within \"1990 2000\")"
        b" sortby dc.date/sort.descending",
        b"a prox/unit=word/distance<3 b not cql.resultSetId=s or cql.allRecords=1",
        b"title=^k*ng? and bath.isbn==9780306406157",
    ],
    (b" and ", b" or ", b" not ", b" prox/distance<", b"(", b")", b'"', b"\\", b"=", b"==", b"<>",
     b" any ", b" all ", b" within ", b" sortby ", b"/", b"*", b"?", b"^", b"> x = ", b"dc.title",
     b"cql.serverChoice", b"/unit=", b"\xe1\xbb\x81", b"\0"),
)  # fmt: skip
