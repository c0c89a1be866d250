"""Any bytes as XCQL: read as a tree that CQL can say too, and understood."""

from fuzz.target import Target
from interop.diagnostics import Diagnostic
from interop.query import cql, cql_ast, cql_parser, xcql

_SEEDS = ("kieu", "dc.title any/relevant a and (b or c) sortby dc.date/sort.descending")


def _run(data: bytes) -> None:
    tree = xcql.read(data)
    cql_parser.parse(cql_ast.show(tree))
    cql.resolve(tree)


TARGET = Target(
    _run,
    (Diagnostic,),
    lambda: [xcql.write(cql_parser.parse(text)).encode() for text in _SEEDS],
    (b"<triple>", b"</triple>", b"<boolean>", b"<value>and</value>", b"<leftOperand>",
     b"<rightOperand>", b"<searchClause>", b"<index>", b"<relation>", b"<term>", b"</", b"<!--",
     b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b"&a;", b"&#0;", b"<modifiers>", b"<sortKeys>", b"\xff"),
)  # fmt: skip
