import pytest

from harvester.decode import Undecodable, UnknownFormat, decode
from harvester.sources._base import Received
from interop.marc.iso2709 import decode as marc
from interop.marc.legacy import Legacy
from tests.unit.harvester.fakes import dc

RAW = dc("Truyện Kiều").encode()
SLIM = (
    b'<record xmlns="http://www.loc.gov/MARC21/slim"><leader>00000nam a2200000 a 4500</leader>'
    b'<controlfield tag="001">x1</controlfield><datafield tag="245" ind1="1" ind2="0">'
    b'<subfield code="a">Ki\xe1\xbb\x81u</subfield></datafield></record>'
)


def test_identifier_and_bytes_are_kept_exactly():
    got = decode(Received(1, "oai:x: A/1", raw=SLIM, warnings=("w",)), "marcxml")
    assert (got.local, got.raw, got.raw_format, got.warnings) == (
        "oai:x: A/1",
        SLIM,
        "marcxml",
        ("w",),
    )
    assert got.marc is not None
    assert [f.first("a") for f in marc(got.marc).data("245")] == ["Kiều"]


def test_dublin_core():
    got = decode(Received(1, "a", raw=RAW), "oai_dc")
    assert got.marc is not None
    assert [f.first("a") for f in marc(got.marc).data("245")] == ["Truyện Kiều"]


def test_namespace_decides_where_the_prefix_says_nothing():
    assert decode(Received(1, "a", raw=SLIM), "koha-marc").raw_format == "marcxml"


def test_text_that_the_server_read_in_a_wrong_encoding():
    """TCVN3 that was taken for windows-1252 somewhere before the server."""
    broken = SLIM.replace("Kiều".encode(), "LÞch sö n­íc ViÖt Nam".encode())
    got = decode(Received(1, "a", raw=broken), "marcxml")
    assert [f.first("a") for f in marc(got.marc).data("245")] == ["Lịch sử nước Việt Nam"]
    assert got.raw == broken
    assert "had been read as windows-1252" in got.warnings[0]
    short = SLIM.replace("Kiều".encode(), "KiÒu".encode())
    got = decode(Received(1, "a", raw=short), "marcxml", Legacy("tcvn3"))
    assert [f.first("a") for f in marc(got.marc).data("245")] == ["KiÒu"]  # nothing tells it


def test_deletion_has_no_marc():
    got = decode(Received(1, "a", deleted=True), "marcxml")
    assert (got.local, got.marc, got.raw) == ("a", None, b"")


@pytest.mark.parametrize("raw", [b"<x/>", b'<x xmlns="urn:nobody"/>'])
def test_unknown_format(raw):
    with pytest.raises(UnknownFormat, match="'lom'"):
        decode(Received(1, "a", raw=raw), "lom")


def test_a_problem_and_an_unreadable_body_cost_the_record():
    with pytest.raises(Undecodable, match="no metadata"):
        decode(Received(1, "a", problem="no metadata"), "marcxml")
    with pytest.raises(Undecodable, match="marcxml"):
        decode(Received(1, "a", raw=b"<mods/>"), "marcxml")
