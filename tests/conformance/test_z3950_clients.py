"""Clients that other people wrote, against a real listener: yaz-client and ZOOM (zoomsh)."""

import re
import socket
import subprocess
from collections.abc import Callable, Iterator

import pytest

from interop.z3950.server import Listener
from tests.unit.z3950.fakes import FakeCatalogue
from tests.unit.z3950.library import node

__all__ = ["node"]

pytestmark = pytest.mark.peer


@pytest.fixture
def port() -> Iterator[int]:
    """Of a listener over the databases ``union`` and ``hue``."""
    with socket.create_server(("127.0.0.1", 0)) as sock:
        listener = Listener(FakeCatalogue(), [sock])
        listener.start()
        yield sock.getsockname()[1]
        listener.stop(timeout=1)


Run = Callable[..., str]


@pytest.fixture
def yaz_client(peer, port) -> Run:
    """``yaz_client(*commands)``: what it prints."""
    program = peer("yaz-client")

    def run(*commands: str, database: str = "union") -> str:
        lines = ("charset UTF-8", f"open 127.0.0.1:{port}/{database}", *commands, "close", "quit")
        return _run(program, lines)

    return run


@pytest.fixture
def zoomsh(peer, port) -> Run:
    """``zoomsh(*commands, database=...)``: what it prints."""
    program = peer("zoomsh")

    def run(*commands: str, before: tuple[str, ...] = (), database: str = "union") -> str:
        return _run(program, (*before, f"connect 127.0.0.1:{port}/{database}", *commands, "quit"))

    return run


def _run(program: str, lines: tuple[str, ...]) -> str:
    done = subprocess.run(
        [program],
        input="".join(f"{line}\n" for line in lines).encode(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=30,
        check=False,
    )
    return done.stdout.decode("utf-8", "replace")


def _hits(output: str) -> list[int]:
    return [int(number) for number in re.findall(r"Number of hits: (\d+)", output)]


def test_init(yaz_client):
    """Accepted; only what we do is agreed to; the character set is."""
    output = yaz_client()
    assert "Connection accepted by v3 target" in output
    assert "Name   : Interop" in output
    assert "Options: search present delSet scan sort namedResultSets" in output
    assert "Accepted character set : UTF-8" in output


EXPLAINED = {  # category -> its name in the ASN.1, and what its full record holds
    "CategoryList": ("categoryList", "category 'TargetInfo'"),
    "TargetInfo": ("targetInfo", "namedResultSets TRUE"),
    "DatabaseInfo": ("databaseInfo", "actualNumber 5"),
    "RecordSyntaxInfo": ("recordSyntaxInfo", "name 'usmarc'"),
    "AttributeSetInfo": ("attributeSetInfo", "name 'bib-1'"),
    "TermListInfo": ("termListInfo", "name 'title'"),
    "AttributeDetails": ("attributeDetails", "attributesBySet"),
    "SortDetails": ("sortDetails", "sortKeys"),
}


@pytest.mark.parametrize("elements", ["B", "F"])
def test_explain_as_yaz_decodes_it(peer, node, elements):
    """Every record of every category is one by the ASN.1 of YAZ, which prints what it read."""
    commands = []
    for category in EXPLAINED:
        commands += [f"find @attrset exp1 @attr 1=1 {category}", "show all"]
    with socket.create_server(("127.0.0.1", 0)) as sock:
        listener = Listener(node.catalogue, [sock])
        listener.start()
        address = f"127.0.0.1:{sock.getsockname()[1]}/IR-Explain-1"
        lines = (f"open {address}", "format explain", f"elements {elements}", *commands, "quit")
        output = _run(peer("yaz-client"), lines)
        listener.stop(timeout=1)
    hits = _hits(output)
    assert len(hits) == len(EXPLAINED) and all(hits)
    assert output.count("Record type: Explain") == sum(hits)
    for name, held in EXPLAINED.values():
        assert f"{name} {{" in output
        assert elements == "B" or held in output, (name, held)


def test_find_and_show_usmarc(yaz_client):
    """Hit counts, whole records, Vietnamese as it is."""
    output = yaz_client("find @attr 1=4 kieu", "format usmarc", "show 1", "find nguyen", "show 2+2")
    assert _hits(output) == [1, 3]
    assert output.count("Record type: USmarc") == 3
    assert "245 10 $a Truyện Kiều" in output
    assert "001 u4" in output
    assert "nextResultSetPosition = 0" in output


def test_show_unimarc(yaz_client):
    """Converted, with the lengths of its own octets."""
    output = yaz_client("find @attr 1=4 kieu", "format unimarc", "show 1")
    assert "Record type: Unimarc" in output
    assert re.search(r"^200 1  \$a Truyện Kiều$", output, re.MULTILINE)
    assert re.search(r"^700 .*\$a Nguyễn Du", output, re.MULTILINE)


def test_show_xml(yaz_client):
    """MARCXML by default, other schemas by element set name."""
    output = yaz_client("find @attr 1=4 kieu", "format xml", "show 1", "elements oai_dc", "show 1")
    assert output.count("Record type: XML") == 2
    assert 'xmlns="http://www.loc.gov/MARC21/slim"' in output
    assert "<dc:title>Truyện Kiều</dc:title>" in output


def test_show_sutrs(yaz_client):
    """Text; yaz-client prints other octets than ASCII as escapes."""
    output = yaz_client("find @attr 1=4 huong", "format sutrs", "show 1", database="hue")
    assert "Record type: SUTRS" in output
    assert re.search(r"^Published: ", output, re.MULTILINE)


def test_named_sets_and_booleans(yaz_client):
    """The second search refines the first."""
    output = yaz_client("find nguyen", "find @not @set 1 @attr 1=4 kieu", "find @or @set 2 kieu")
    assert _hits(output) == [3, 2, 3]


def test_several_databases(yaz_client):
    """A union of them; each record says where it is from."""
    output = yaz_client("base union HUE", "find @attr 1=4 kieu", "show 1+2")
    assert _hits(output) == [2]
    assert "[union]Record type" in output
    assert "[HUE]Record type" in output


@pytest.mark.parametrize(
    ("commands", "diagnostic"),
    [
        (("base nowhere", "find x"), r"\[235\] Database does not exist -- v3 addinfo 'nowhere'"),
        (("find @attr 1=9999 x",), r"\[114\] Unsupported Use attribute -- v3 addinfo '9999'"),
        (("find @attr 99=1 x",), r"\[113\] .* -- v3 addinfo '99'"),
        (("find @attr gils 1=4 x",), r"\[121\] "),
        (("find @set nothing",), r"\[30\] .* -- v3 addinfo 'nothing'"),
        (("find nguyen", "show 9"), r"\[13\] Present request out of range -- v3 addinfo '9'"),
        (
            ("find nguyen", "format summary", "show 1"),
            r"\[239\] Record syntax not supported -- v3 addinfo '1.2.840.10003.5.103'",
        ),
        (("find nguyen", "format xml", "elements no", "show 1"), r"\[25\] .* -- v3 addinfo 'no'"),
        (("querytype cql", "find title=("), r"\[108\] "),
        (("querytype ccl", "find x"), r"\[107\] .* -- v3 addinfo '2'"),
    ],
)
def test_diagnostics_instead_of_dropped_connections(yaz_client, commands, diagnostic):
    """And the association goes on."""
    output = yaz_client(*commands, "querytype rpn", "base union", "find kieu")
    assert re.search(diagnostic, output), output
    assert _hits(output)[-1] == 1


def test_show_opac_and_grs1(yaz_client):
    """Both decoded by the client; a record without holdings is a record all the same."""
    output = yaz_client("find @attr 1=4 kieu", "format opac", "show 1", "format grs-1", "show 1")
    assert "Record type: OPAC" in output
    assert "245 10 $a Truyện Kiều" in output
    assert "Record type: GRS-1" in output
    assert re.search(r"\(2,1\).*Truy", output)


def test_scan_and_sort(yaz_client):
    """Served; what is in the lists is told by other tests."""
    output = yaz_client("scan @attr 1=4 a", "find nguyen", "sort 1=4 i<")
    assert "Received ScanResponse" in output
    assert "Received SortResponse: status=success" in output


def test_cql_as_type_104(yaz_client):
    """The National Library's own clients send such."""
    output = yaz_client("querytype cql", 'find title="truyen kieu"', "show 1")
    assert _hits(output) == [1]
    assert "Truyện Kiều" in output


def test_delete(yaz_client):
    """DeleteResultSet."""
    output = yaz_client("find kieu", "delete 1", "find @set 1", "delete 1")
    assert "Got deleteResultSetResponse status=0" in output
    assert "[30]" in output
    assert "Got deleteResultSetResponse status=9" in output
    assert "1 status=1" in output


def test_extended_services_are_refused(yaz_client):
    """With their own response."""
    output = yaz_client("find kieu", "itemorder item 1", "find kieu")
    assert _hits(output) == [1, 1]
    assert "[221]" in output


def test_zoom_with_piggyback(zoomsh):
    """What Koha and others are built on: idPass, negotiation, records in the Search."""
    output = zoomsh(
        "search nguyen",
        "show 0 3",
        before=(
            "set user u",
            "set password p",
            "set charset UTF-8",
            "set preferredRecordSyntax usmarc",
            "set count 2",
        ),
    )
    assert "3 hits" in output
    assert {"001 u1", "001 u2", "001 u4"} <= set(output.splitlines())


def test_zoom_xml(zoomsh):
    """One Present for each record, as Koha does."""
    output = zoomsh(
        "search @and @attr 1=1003 @attr 4=6 @attr 5=1 nguyen @attr 1=4 @attr 4=6 @attr 5=1 kieu",
        "show 0 1",
        before=("set preferredRecordSyntax xml", "set elementSetName marcxml"),
    )
    assert "1 hits" in output
    assert "Truyện Kiều" in output


def test_zoom_errors(zoomsh):
    """The condition, its set, and the offending value."""
    output = zoomsh("search x", database="nowhere")
    assert "Database does not exist (Bib-1:235) nowhere" in output
