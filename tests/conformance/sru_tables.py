"""The tables of docs/sru.md that tests stand behind: features, and the whole list of diagnostics.

    python -m tests.conformance.sru_tables

writes them anew. ``tests/house/test_sru_tables.py`` compares; ``test_sru_diagnostics.py`` sends
every request of ``TRIGGERS``.
"""

# ruff: noqa: E501 (a table is read by its lines)

import ast
from pathlib import Path

from interop.diagnostics import Diagnostic
from interop.sru.operations import Response, respond
from interop.sru.request import Options, parse
from tests.unit.sru.fakes import FakeCatalogue, FakeSets

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs" / "sru.md"

CONF, UNIT, QUERY = "conformance/test_sru", "unit/sru/test_", "unit/query/test_"
ALL, SECOND = "1.1, 1.2, 2.0", "2.0"

# feature, versions, the test that shows it
FEATURES: tuple[tuple[str, str, str], ...] = (
    ("searchRetrieve, GET", ALL, f"{CONF}.py::test_which_answer"),
    ("POST of a form", ALL, f"{UNIT}views.py::test_post_of_a_form"),
    ("SOAP 1.1 and 1.2 (SRW), version by namespace", ALL, f"{UNIT}views.py::test_soap"),
    ("HEAD", ALL, f"{UNIT}views.py::test_head_is_get_without_the_body"),
    ("OPTIONS and CORS", ALL, f"{UNIT}views.py::test_options_lets_browsers_in"),
    ("gzip, zstd", ALL, f"{UNIT}views.py::test_compressed_when_asked"),
    ("version negotiation", ALL, f"{UNIT}request.py::test_version"),
    ("missing version, empty values, any case, +", ALL, f"{CONF}.py::test_requests_of_clients"),
    ("answers valid by the official schemas", ALL, f"{UNIT}xml.py::test_official_schema"),
    ("recordPacking, recordXMLEscaping", ALL, f"{UNIT}request.py::test_escaping"),
    ("record schemas by every name", ALL, f"{UNIT}request.py::test_schemas_by_every_name"),
    ("startRecord anywhere, nextRecordPosition", ALL, f"{UNIT}operations.py::test_pages_are_the_whole_result"),
    ("sortKeys", ALL, f"{UNIT}request.py::test_sort_keys"),
    ("sortBy", "1.2, 2.0", f"{UNIT}operations.py::test_sort"),
    ("relevance", ALL, f"{CONF}_catalogue.py::test_relevance_puts_the_title_that_is_the_words_first"),
    ("result sets with their time", ALL, f"{CONF}_catalogue.py::test_a_result_set_is_the_same_in_every_process_and_in_order"),
    ("cql.resultSetId in a query", ALL, f"{UNIT}operations.py::test_a_set_is_an_operand"),
    ("scan, counts equal to searches", ALL, f"{CONF}_catalogue.py::test_every_announced_scan_gives_terms_that_are_found_as_often"),
    ("scan, responsePosition and whereInList", ALL, f"{UNIT}operations.py::test_scan"),
    ("facets, counts equal to searches", SECOND, f"{CONF}_catalogue.py::test_every_announced_facet_counts_what_its_query_finds"),
    ("facets by ranges", SECOND, f"{CONF}_catalogue.py::test_facets_by_ranges_of_years"),
    ("queryType cql, xcql, pqf, searchTerms", SECOND, f"{UNIT}operations.py::test_query_types"),
    ("httpAccept, JSON", SECOND, f"{UNIT}views.py::test_forms"),
    ("stylesheet", ALL, f"{UNIT}views.py::test_stylesheets_are_those_that_the_operator_allows"),
    ("extraResponseData", ALL, f"{UNIT}xml.py::test_how_a_query_was_understood"),
    ("surrogate diagnostics", ALL, f"{UNIT}xml.py::test_surrogates"),
    ("explain: every index with every relation", ALL, f"{CONF}_catalogue.py::test_every_announced_index_answers_every_announced_relation"),
    ("explain: every schema", ALL, f"{CONF}_catalogue.py::test_every_announced_schema_is_sent_by_name_and_by_identifier"),
    ("CQL: the golden list", ALL, f"{QUERY}cql.py::test_golden"),
    ("CQL printed and read again", ALL, "properties/test_query.py::test_a_query_printed_as_cql_or_pqf_is_the_same_query"),
    ("XCQL in and out", ALL, f"{QUERY}xcql.py::test_written_and_read_again"),
    ("limits of queries", ALL, f"{QUERY}cql.py::test_operators_are_counted"),
    ("yaz-client by GET, POST and SOAP", "1.1", f"{CONF}_catalogue.py::test_yaz_client"),
    ("ZOOM by GET, POST and SOAP", "1.1", f"{CONF}_catalogue.py::test_zoom"),
)  # fmt: skip

S = "version=2.0&query="
# number: request, details (``None``: any)
TRIGGERS: dict[int, tuple[str, str | None]] = {
    1: ("query=system_error", None),
    2: ("query=database_unavailable", None),
    4: ("operation=update", "update"),
    5: ("version=9.9", "2.0"),
    6: (f"{S}a&startRecord=0", "startRecord"),
    7: ("operation=searchRetrieve", "query"),
    8: (f"{S}a&foo=1", "foo"),
    10: (f"{S}a+and", "position 6: end of query: search term expected"),
    11: (f"{S}a&queryType=lucene", "lucene"),
    12: (f"{S}{'a' * 20001}", "20001 characters, 20000 are allowed"),
    15: (f"{S}foo.a%3Db", "foo"),
    16: (f"{S}dc.foo%3Da", "dc.foo"),
    19: (f"{S}title+near+a", "near"),
    20: (f"{S}title+any/stem+a", "stem"),
    21: (f"{S}title+any/string+a", "any string"),
    22: (f"{S}title>a", "title >"),
    23: (f"{S}{'a' * 4097}", "4097 characters, 4096 are allowed"),
    26: (f'{S}"\\n"', "\\n"),
    27: (f'{S}""', ""),
    28: (f'{S}"a+*+b"', "a * b"),
    29: ("query=too_many_terms", None),
    32: (f'{S}"a+^b"', "a ^b"),
    34: (f"{S}a+prox+^b", "an anchored operand"),
    35: (f'{S}"..."', "..."),
    36: (f"{S}dc.date%3Dc1990", "c1990: not a year"),
    37: ("operation=scan&scanClause=a+and+b", "and"),
    38: (f"{S}{'(' * 51}", "more than 50 levels of parentheses"),
    39: (f"{S}a+prox+title%3Db", "between any and title"),
    40: (f"{S}a+prox/distance%3D%3D2+b", "=="),
    41: (f"{S}a+prox/distance%3D99+b", "99 (1 to 28)"),
    42: (f"{S}a+prox/unit%3Dsentence+b", "sentence"),
    43: (f"{S}a+prox/ordered/unordered+b", "ordered unordered"),
    45: (f"{S}>a%3Db>a%3Dc+d", "a"),
    46: (f"{S}a+and/rel.x+b", "rel.x"),
    48: ("query=unsupported_search", None),
    51: (f"{S}cql.resultSetId%3Dgone", "gone"),
    60: ("query=query_too_costly", None),
    61: (f"{S}cql.allRecords%3D1&startRecord=99", "99"),
    65: (f"{S}cql.allRecords%3D1&maximumRecords=1", "1"),
    66: (f"{S}a&recordSchema=picaxml", None),
    67: (f"{S}cql.allRecords%3D1&startRecord=2&maximumRecords=1", "marcxml"),
    71: (f"{S}a&recordPacking=bogus", "bogus"),
    72: ("version=1.1&query=a&recordXPath=/a", "/a"),
    80: (f"{S}a+sortBy+title&sortKeys=title", "sortBy and sortKeys"),
    83: ("query=set_too_large", None),
    84: (f"{S}a&sortKeys={'title+' * 11}", "10"),
    85: (f"{S}a&sortKeys=title+title", "title"),
    87: (f"{S}a&sortKeys=title,foo", "foo"),
    88: (f"{S}a+sortBy+isbn", "isbn"),
    90: (f"{S}a&sortKeys=title,,2", "2"),
    91: (f"{S}a+sortBy+title/respectCase", "respectCase"),
    92: (f"{S}a+sortBy+title/missingMiddle", "missingMiddle"),
    93: (f"{S}cql.allRecords%3D1+sortBy+dc.date/missingFail", "date"),
    110: (f"{S}a&stylesheet=/a.xsl", "/a.xsl"),
    111: (f"{S}a&stylesheet=/a.xsl", "/a.xsl"),
    120: ("scanClause=a&maximumTerms=2&responsePosition=4", "4"),
    121: ("scanClause=a&maximumTerms=1001", "1000"),
    235: (f"{S}a", "nowhere"),
}

# Numbers of info:srw/diagnostic/1 that no request over SRU gets here, and why.
NEVER: dict[int, str] = {
    3: "HTTP 401 says it",
    13: "parentheses may stand wherever CQL has them",
    14: "quotation marks may stand wherever CQL has them",
    17: "16 tells the index with its set",
    18: "all indexes combine",
    24: "19, 22 or 36 tell which of the two",
    25: "10 tells the place",
    30: "masks are limited by the words that they stand for (29)",
    31: "anchors are served",
    33: "masks are served in proximity",
    44: "40 to 43 tell which modifier",
    47: "10, 38 or 48 tell why",
    49: "28 shows the term",
    50: "result sets are served",
    52: "sets are read by any number of requests",
    53: "sets combine with all of CQL",
    54: "searches need no set",
    55: "sets and terms combine",
    56: "any number of sets combine",
    57: "a set that is too large is not kept and gets no id",
    58: "results are whole",
    59: "results are whole",
    62: "6 tells the parameter",
    63: "67 stands in place of the record",
    64: "67 stands in place of the record",
    68: "rights are those of a database",
    69: "rights are those of a database",
    70: "records of any size are sent",
    73: "72",
    74: "72",
    81: "88 tells the key",
    82: "keys are in any sequence",
    86: "every key has one form",
    89: "88 tells the key",
    100: "explain is served",
    101: "there is one kind of explain",
    102: "explain is made when it is asked for",
    236: "HTTP 403 says it",
    1015: "there are no sessions",
}


def features() -> str:
    lines = ["| Feature | Versions | Test |", "|---|---|---|"]
    lines += [f"| {name} | {versions} | `{test}` |" for name, versions, test in FEATURES]
    return "\n".join(lines) + "\n"


STATES = (
    1,
    2,
    29,
    48,
    60,
    83,
)  # of the server: the catalogue raises the condition that the query names


def answer(number: int) -> tuple[Response, Diagnostic]:
    """What the request that triggers a diagnostic is answered with, and the diagnostic in it."""
    catalogue, request = FakeCatalogue(), TRIGGERS[number][0]
    catalogue.deleted.add(1)
    catalogue.broken.add(2)
    if number in STATES:
        condition, request = request.removeprefix("query="), "query=a"

        def search(*_):
            raise Diagnostic(condition, "details")

        catalogue.search = search
    options = Options(stylesheets=("https://a.vn/",) if number == 111 else ())
    database = "nowhere" if number == 235 else ""
    response = respond(catalogue, database, parse(request.encode(), options=options), FakeSets())
    if number in (65, 67):  # in place of the record
        return response, response.records[0].data
    return response, response.diagnostic


def diagnostics() -> str:
    lines = ["| | Message | Example |", "|--:|---|---|"]
    for number in sorted(TRIGGERS | NEVER):
        if number in NEVER:
            lines.append(f"| {number} | | never: {NEVER[number]} |")
            continue
        request = TRIGGERS[number][0].removeprefix(S)
        shown = request if len(request) < 60 else f"{request[:20]}..."
        example = f"`{shown}`" if number not in STATES else "when the server is in that state"
        lines.append(f"| {number} | {answer(number)[1].condition.text} | {example} |")
    return "\n".join(lines) + "\n"


TABLES = {"features": features, "diagnostics": diagnostics}


def marks(name: str) -> tuple[str, str]:
    return f"<!-- {name}: made by python -m tests.conformance.sru_tables -->\n", f"<!-- /{name} -->"


def functions(path: str) -> set[str]:
    """Names of the tests in a file below ``tests``."""
    tree = ast.parse((ROOT / "tests" / path).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def main() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    for name, table in TABLES.items():
        begin, end = marks(name)
        before, _, rest = text.partition(begin)
        _, _, after = rest.partition(end)
        text = f"{before}{begin}{table()}{end}{after}"
    DOCUMENT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
