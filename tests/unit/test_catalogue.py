"""The catalogue: names of databases, identifiers, lists, renderings, and errors as diagnostics."""

import logging
from dataclasses import replace
from types import SimpleNamespace

import pytest

from interop.catalogue import Catalogue
from interop.config import load
from interop.crosswalks import CROSSWALKS
from interop.diagnostics import Diagnostic
from interop.index.base import (
    IndexStale,
    QueryError,
    QueryTooComplex,
    TooManyTerms,
    UnsupportedAccessPoint,
    UnsupportedAttribute,
)
from interop.marc.iso2709 import encode
from interop.model.record import UNION, Incoming, RecordId
from interop.own_rules import Crosswalks
from interop.query.ast import All
from interop.store.store import Store
from tests.unit.oai.fakes import marc as oai_marc
from tests.unit.test_ingest import incoming

TEXT = """
[server]
name = "Mục lục liên hợp"
domain = "nlv.example.vn"
base_url = "http://127.0.0.1:8210/"
[[library]]
code = "VN-QTI"
name = "Quảng Trị"
[[library]]
code = "VN-BD"
name = "Bình Định"
"""


RIGHTS = """
[[library]]
code = "OLD"
name = "Merged away"
province = "Quảng Trị"
successor = "VN-QTI"
[[access]]
database = "union"
users = ["nlv"]
[[access]]
database = "old"
users = ["hue"]
[[user]]
name = "nlv"
password = "x"
[[user]]
name = "hue"
password = "x"
"""
OWN_ROW = '[[access]]\ndatabase = "quang-tri"\nusers = ["hue"]\n'


class FakeIndex:
    def __init__(self, error: Exception) -> None:
        self.error = error

    def search(self, databases, query, sort=(), sets=None):
        raise self.error


@pytest.mark.parametrize(
    ("rows", "database", "users"),
    [
        ("", "union", ["nlv"]),
        ("", "quang-tri", ["nlv"]),  # read from the union
        (OWN_ROW, "quang-tri", ["hue"]),
        ("", "old", ["hue"]),
        ("", "vn-qti", ["hue"]),  # a search of it shows the records of the one merged into it
        ("", "vn-bd", [None, "hue", "nlv"]),
    ],
)
def test_rights_follow_what_a_database_shows(tmp_path, rows, database, users):
    file = tmp_path / "rights.toml"
    file.write_text(TEXT + RIGHTS + rows, encoding="utf-8")
    catalogue = Catalogue(load(file, environ={}), None)
    everybody = [None, "hue", "nlv"]
    assert [u for u in everybody if catalogue.allows(database, "192.0.2.1", u)] == users


@pytest.fixture
def config(tmp_path):
    file = tmp_path / "interop.toml"
    file.write_text(TEXT, encoding="utf-8")
    return load(file, environ={})


@pytest.fixture
def clock():
    """A clock whose hand the test moves: ``clock.now``."""
    return SimpleNamespace(now=1_700_000_000)


@pytest.fixture
def store(tmp_path, clock):
    store = Store(f"sqlite:///{tmp_path}/s.db", lambda: clock.now)
    yield store
    store.dispose()


@pytest.fixture
def catalogue(config, store):
    return Catalogue(config, store)


# databases


@pytest.mark.parametrize("name", ["", " ", "Default", "DEFAULT", "union", "Union"])
def test_the_union_has_several_names(catalogue, name):
    assert catalogue.database(name) == UNION


def test_a_library_is_a_database_before_it_has_records(catalogue):
    assert catalogue.database("VN-qti") == "vn-qti"


def test_a_database_with_records_needs_no_configuration(catalogue):
    with pytest.raises(Diagnostic) as error:
        catalogue.database("LIB")
    assert error.value.condition.name == "unknown_database" and error.value.details == "LIB"
    catalogue.ingest("lib", [incoming("1")])
    assert catalogue.database("LIB") == "lib"


def test_databases_come_in_the_order_of_the_configuration(catalogue):
    for name in ("zz", "aa", "vn-bd"):
        catalogue.ingest(name, [incoming("1", title=f"Nhan đề {name}")])
    found = [(each.name, each.title, each.records) for each in catalogue.databases()]
    assert found == [
        (UNION, "Mục lục liên hợp", 3),
        ("vn-qti", "Quảng Trị", 0),
        ("vn-bd", "Bình Định", 1),
        ("aa", "AA", 1),
        ("zz", "ZZ", 1),
    ]
    assert [each.library.code for each in catalogue.databases() if each.library] == [
        "VN-QTI",
        "VN-BD",
    ]


def test_names_for_people(catalogue):
    assert catalogue.title("vn-bd") == catalogue.library_name("VN-BD") == "Bình Định"
    assert catalogue.title("other") == "OTHER" and catalogue.library_name("OTHER") == "OTHER"
    assert catalogue.base_url == "http://127.0.0.1:8210"


def test_a_records_set_names_the_library_as_configured(catalogue):
    catalogue.ingest("vn-qti", [incoming("1")])
    catalogue.ingest("other", [incoming("1")])
    assert "library:VN-QTI" in catalogue.sets("vn-qti")
    assert "library:OTHER" in catalogue.sets("other")


# searching


@pytest.mark.parametrize(
    ("error", "name", "details"),
    [
        (UnsupportedAccessPoint("shoe size"), "unsupported_use", "shoe size"),
        (UnsupportedAttribute("anchor"), "unsupported_search", "anchor"),
        (TooManyTerms("a*"), "too_many_terms", "a*"),
        (QueryTooComplex("500"), "too_many_operators", "500"),
        (QueryError("other"), "unsupported_search", "other"),
    ],
)
def test_errors_of_the_index_are_diagnostics(config, store, error, name, details):
    with pytest.raises(Diagnostic) as found:
        Catalogue(config, store, FakeIndex(error)).search([UNION], All())
    assert (found.value.condition.name, found.value.details) == (name, details)


def test_an_index_that_is_stale_or_absent_is_an_unavailable_database(config, store, caplog):
    for catalogue in (
        Catalogue(config, store, FakeIndex(IndexStale(2, 1))),
        Catalogue(config, store),
    ):
        with pytest.raises(Diagnostic) as found:
            catalogue.search([UNION], All())
        assert found.value.condition.name == "database_unavailable"
    assert "analysis version 1" in caplog.text


# records and lists


def test_records_come_in_the_order_asked_for(catalogue):
    catalogue.ingest("lib", [incoming(str(n)) for n in range(3)])
    rids = [catalogue.find("lib", str(n)).rid for n in (2, 0, 1)]
    found = catalogue.records([*rids, 10**6])
    assert [record and record.id.local for record in found] == ["2", "0", "1", None]


@pytest.mark.parametrize("prefix", sorted(CROSSWALKS))
def test_every_crosswalk_renders_live_records_only(catalogue, prefix):
    catalogue.ingest("lib", [incoming("1", title="Đất & rừng"), incoming("2")])
    catalogue.ingest("lib", [Incoming("2", None)])
    records = [catalogue.find("lib", local) for local in ("1", "2")]
    live, gone = catalogue.render(records, prefix)
    assert gone is None
    assert live
    # What is not XML has other escapes and encodings; isohold tells of holdings, not of titles.
    if CROSSWALKS[prefix].is_xml and prefix != "isohold":
        assert "Đất &amp; rừng".encode() in live
    page = catalogue.page("lib", limit=10, prefix=prefix)
    assert list(page.bodies) == [live, None]


@pytest.mark.parametrize("prefix", sorted(CROSSWALKS))
@pytest.mark.parametrize("times", [1, 20])  # few, as a page has, and more
def test_records_are_shown_as_they_are_rendered(catalogue, prefix, times):
    catalogue.ingest("lib", [incoming("1"), incoming("2"), incoming("3")])
    catalogue.ingest("lib", [Incoming("2", None)])
    rids = [catalogue.find("lib", local).rid for local in ("3", "2", "1")]
    more = [*rids, *range(10**6, 10**6 + 2 * times)]
    records = [catalogue.find("lib", local) for local in ("3", "2", "1")]
    bodies = catalogue.render(records, prefix)
    assert bodies[0] and bodies[1] is None and bodies[2]
    found = catalogue.shown_records(more, prefix)
    assert [body for _, body in found] == [*bodies, *[None] * (2 * times)]
    assert [each and each.rid for each, _ in found] == [*rids, *[None] * (2 * times)]
    assert found[1][0].deleted


def test_a_record_is_shown_with_its_keeper_and_address(catalogue):
    catalogue.ingest("vn-qti", [incoming("a/1")])
    own = catalogue.context(RecordId("vn-qti", "a/1"))
    assert (own.library, own.name, own.provider) == ("VN-QTI", "Quảng Trị", "Mục lục liên hợp")
    assert own.address == (
        "http://127.0.0.1:8210/oai/vn-qti?verb=GetRecord&metadataPrefix=oai_dc"
        "&identifier=oai%3Anlv.example.vn%3Avn-qti%2Fa%2F1"
    )
    [shown] = catalogue.render([catalogue.find("vn-qti", "a/1")], "edm")
    assert "<edm:dataProvider>Quảng Trị</edm:dataProvider>".encode() in shown
    union = catalogue.context(RecordId(UNION, "u000000001"))
    assert (union.library, union.name) == ("", "Mục lục liên hợp")
    assert union.address.startswith("http://127.0.0.1:8210/oai?verb=GetRecord")


def test_an_unknown_schema_is_a_key_error(catalogue):
    with pytest.raises(KeyError):
        catalogue.render([], "nonsense")
    with pytest.raises(KeyError):
        catalogue.page("lib", limit=1, prefix="nonsense")


def test_a_rendering_of_another_version_is_written_anew(catalogue):
    catalogue.ingest("lib", [incoming("1")])
    kept = next(walk for walk in CROSSWALKS.values() if walk.stored)
    newer = replace(kept, version=kept.version + 1, write=lambda record: b"<newer/>", direct=None)
    catalogue.crosswalks = Crosswalks({kept.prefix: newer})
    record = catalogue.find("lib", "1")
    assert catalogue.render([record], kept.prefix) == [b"<newer/>"]
    [(_, shown)] = catalogue.shown_records([record.rid], kept.prefix)
    assert shown == b"<newer/>"
    assert catalogue.page("lib", limit=1, prefix=kept.prefix).bodies == (b"<newer/>",)


def test_a_record_that_cannot_be_written_costs_only_itself(catalogue, caplog):
    catalogue.ingest("lib", [incoming("1"), incoming("2")])

    def write(record):
        if record.control("001") == "1":
            raise ZeroDivisionError
        return b"<fine/>"

    catalogue.crosswalks = Crosswalks({"x": replace(CROSSWALKS["mods"], write=write, ruled=None)})
    records = [catalogue.find("lib", local) for local in "12"]
    with caplog.at_level(logging.ERROR):
        assert catalogue.render(records, "x") == [None, b"<fine/>"]
        assert catalogue.page("lib", limit=5, prefix="x").bodies == (None, b"<fine/>")
    assert [each.exc_info[0] for each in caplog.records] == [ZeroDivisionError] * 2
    assert "lib" in caplog.records[0].message


def test_headers_alone_need_no_bodies(catalogue):
    catalogue.ingest("lib", [incoming(str(n)) for n in range(5)])
    page = catalogue.page("lib", limit=2)
    assert [record.id.local for record in page.records] == ["0", "1"] and page.more
    rest = catalogue.page("lib", after=page.records[-1].seq, limit=5)
    assert [record.id.local for record in rest.records] == ["2", "3", "4"] and not rest.more


def test_lists_count_tombstones_and_know_their_beginning(catalogue, clock):
    assert catalogue.earliest("lib") is None and catalogue.count("lib") == 0
    catalogue.ingest("lib", [incoming("1"), incoming("2")])
    begin = catalogue.earliest("lib")
    clock.now += 60
    catalogue.ingest("lib", [Incoming("1", None)])
    assert catalogue.count("lib") == 2 and catalogue.earliest("lib") == begin
    changed = catalogue.find("lib", "1").datestamp
    assert (begin, changed) == (clock.now - 60, clock.now)
    assert catalogue.count("lib", from_=changed) == 1
    assert catalogue.count("lib", until=changed - 1) == 1
    assert catalogue.count("lib", set_="library:LIB") == 2


def test_quarantine_keeps_octets_and_reason(catalogue):
    catalogue.quarantine("lib", "a.mrc", [(3, "no directory", b"\x00\xff")])
    (kept,) = catalogue.store.quarantined("lib")
    assert (kept.source, kept.position, kept.reason, kept.raw) == (
        "a.mrc",
        3,
        "no directory",
        b"\x00\xff",
    )
    catalogue.quarantine("lib", "a.mrc", [])
    assert len(catalogue.store.quarantined("lib")) == 1


def test_the_successor_of_a_union_record_that_was_merged_away(tmp_path):
    """Two publications turn out to be one: the id that goes is deleted and leads to the other."""
    file = tmp_path / "interop.toml"
    file.write_text(f'[store]\nurl = "sqlite:///{tmp_path}/x.db"\n', encoding="utf-8")
    store = Store(f"sqlite:///{tmp_path}/x.db", lambda: 1_700_000_000)
    catalogue = Catalogue(load(file, environ={}), store)
    for library, title in (("vn-a", "Số đỏ"), ("vn-b", "Truyện Kiều")):
        catalogue.ingest(library, [Incoming("b", encode(oai_marc("b", title)))])
    before = {stored.id for stored in catalogue.page(UNION, limit=9).records}
    catalogue.ingest("vn-b", [Incoming("b", encode(oai_marc("b", "Số đỏ")))])
    gone = [stored for stored in catalogue.page(UNION, limit=9).records if stored.deleted]
    assert len(gone) == 1 and gone[0].sets, "a tombstone with its sets"
    successor = catalogue.successor(gone[0].id)
    assert successor in before - {gone[0].id}
    assert not catalogue.find(UNION, successor.local).deleted
    assert catalogue.successor(successor) is None
    store.dispose()
