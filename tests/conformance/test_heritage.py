"""Hán-Nôm from a file to every way out: BMP, planes 2 and 3, private use. Nothing may be lost.

Software that filters characters outside the BMP, or private use, loses heritage: much Nôm exists
nowhere else. The old encodings of Vietnamese go the same way.
"""

import re
from pathlib import Path

import pytest
from lxml import etree

from interop.config import load
from interop.crosswalks import CROSSWALKS
from interop.load import Loader
from interop.marc import iso2709, iso2709_marc8, marcxml
from interop.marc.reader import read_iso2709
from interop.marc.record import ControlField, DataField, MarcRecord
from interop.node import Node, open_node
from interop.query.ast import Term
from interop.text.encodings import ENCODINGS
from interop.z3950.record_syntaxes import usmarc, xml
from interop.z3950.record_syntaxes._base import Composition
from tests.unit.marc.test_legacy import in_bytes, misread

LEADER = "00000nam a2200000 a 4500"
# BMP, plane 2, plane 3 (Extension G and H), plane 15 and 16 private use, BMP private use.
NOM = "翠翹𱺵姉㛪𱺵󰡒僥\U00031351\U00100001\ue123"


@pytest.fixture
def node(tmp_path: Path):
    file = tmp_path / "interop.toml"
    file.write_text(
        f"[store]\nurl = 'sqlite:///{tmp_path}/data/i.db'\n"
        "[[library]]\ncode = 'VN-HN'\nname = 'Viện Hán Nôm'\n",
        encoding="utf-8",
    )
    opened = open_node(load(file, environ={}))
    yield opened
    opened.close()


def loaded(node: Node, tmp_path: Path, data: bytes):
    """The records that ``data`` became, searchable."""
    file = tmp_path / "file"
    file.write_bytes(data)
    Loader(node.catalogue, "vn-hn", lambda report: None).load(file)
    assert node.follow()
    return node.catalogue.page("vn-hn", limit=100).records


def record(number: int, *fields: DataField) -> MarcRecord:
    return MarcRecord(LEADER, (ControlField("001", str(number)), *fields))


def with_nom(text: str) -> MarcRecord:
    return record(
        1,
        DataField("245", "1", "0", (("6", "880-01"), ("a", "Truyện Kiều"))),
        DataField("880", "1", "0", (("6", "245-01/$1"), ("a", text))),
    )


@pytest.mark.parametrize("form", ["iso2709", "marc-8", "marcxml"])
def test_nom_passes_through_everything(node: Node, tmp_path: Path, form: str) -> None:
    wanted = with_nom(NOM)
    data = {
        "iso2709": iso2709.encode(wanted),
        "marc-8": iso2709_marc8.encode(wanted),
        "marcxml": b"<collection>" + marcxml.write(wanted) + b"</collection>",
    }[form]
    (stored,) = loaded(node, tmp_path, data)
    (held,) = node.catalogue.records([stored.rid])
    kept = iso2709.decode(held.marc)
    assert [field.first("a") for field in kept.data("880")] == [NOM]

    for crosswalk in CROSSWALKS.values():
        if crosswalk.is_xml and crosswalk.prefix in ("marcxml", "oai_dc", "mods", "dc"):
            (body,) = node.catalogue.render([held], crosswalk.prefix)
            assert NOM in "".join(etree.fromstring(body).itertext()), crosswalk.prefix

    (packed,) = usmarc.pack([held], Composition(), node.catalogue.render)
    assert NOM.encode() in packed.octets
    (packed,) = xml.pack([held], Composition(), node.catalogue.render)
    assert NOM in "".join(etree.fromstring(packed.octets).itertext())

    for character in NOM:
        assert node.catalogue.search(["vn-hn"], Term("title", (character,))).total == 1, character
    assert node.catalogue.search(["vn-hn"], Term("title", ("𡨸",))).total == 0


def test_vietnamese_and_nom_are_read_back_from_marc8(node: Node, tmp_path: Path) -> None:
    again, notes = read_iso2709(iso2709_marc8.encode(with_nom(NOM)))
    assert [field.first("a") for field in again.data("880")] == [NOM]
    assert notes == ()


@pytest.mark.parametrize("name", ["tcvn3", "vni", "viscii", "vps", "bkhcm2"])
@pytest.mark.parametrize("seen", [lambda encode: encode, misread], ids=["bytes", "misread"])
def test_old_encodings_are_loaded_right(node: Node, tmp_path: Path, name: str, seen) -> None:
    """What ``interop load`` makes of a dump, and that the report says so."""
    title = "Lịch sử đấu tranh của nhân dân Việt Nam"
    encode = seen(ENCODINGS[name].encode)
    parts = [
        in_bytes(record(n, DataField("245", "1", "0", (("a", f"{title} {n}"),))), encode)
        for n in range(20)
    ]
    file = tmp_path / "dump.mrc"
    file.write_bytes(b"".join(parts))
    loader = Loader(node.catalogue, "vn-hn", lambda report: None)
    loader.load(file)
    assert node.follow()
    assert (loader.report.repaired, loader.report.quarantined) == (20, 0)
    found = node.catalogue.search(["vn-hn"], Term("title", ("đấu", "tranh"), "phrase", exact=True))
    assert found.total == 20
    (held,) = node.catalogue.records([node.catalogue.page("vn-hn", limit=1).records[0].rid])
    assert title.encode() in held.marc


@pytest.mark.corpus
def test_a_whole_book(node: Node, tmp_path: Path, corpus: Path) -> None:
    """Truyện Kiều of 1872: 5,017 characters of plane 2, 689 of plane 3, 580 for private use."""
    text = (corpus / "vi" / "raw" / "nom_Kieu1872.xml").read_text(encoding="utf-8")
    lines = re.findall(r'<l n="\d+">([^<>a-zA-Z]+)</l>', text)
    assert sum(ord(character) > 0xFFFF for line in lines for character in line) > 5_000
    notes = tuple(DataField("505", "0", " ", (("a", line),)) for line in lines)
    (stored,) = loaded(node, tmp_path, iso2709.encode(record(1, *notes)))
    (held,) = node.catalogue.records([stored.rid])
    kept = iso2709.decode(held.marc)
    assert [field.first("a") for field in kept.data("505")] == lines
    again, _ = read_iso2709(iso2709_marc8.encode(kept))
    assert [field.first("a") for field in again.data("505")] == lines
