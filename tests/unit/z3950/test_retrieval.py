"""Present beyond one message of one character set: segments, MARC-8, defaults by database."""

import pytest

from interop.config import load
from interop.marc import marc8
from interop.marc.iso2709 import decode
from interop.marc.record import DataField
from interop.model.record import Incoming
from interop.node import open_node
from interop.z3950.apdu import Options, PresentRequest, PresentStatus, SearchRequest, Segment
from interop.z3950.association import Limits
from interop.z3950.common import DatabaseElementSet
from interop.z3950.database_views import DatabaseView
from interop.z3950.target import OPTIONS
from interop.z3950.type1 import CqlQuery
from tests.unit.z3950.fakes import FakeCatalogue, marc
from tests.unit.z3950.library import book, node, search, started

__all__ = ["node"]

LEVEL_1 = OPTIONS & ~Options.LEVEL_2_SEGMENTATION


class Shelf:
    """Forty records of about 2 kB, as a node has a catalogue."""

    def __init__(self) -> None:
        note = "x" * 1800
        records = [marc(f"r{n}", "Sách", "Nguyễn", note) for n in range(40)]
        self.catalogue = FakeCatalogue(union=records)


def present(start: int, number: int, **elements: object) -> PresentRequest:
    return PresentRequest(
        reference_id=b"p",
        result_set_id="default",
        result_set_start_point=start,
        number_of_records_requested=number,
        **elements,
    )


@pytest.fixture
def segmenting():
    """A target whose messages are small and that agreed to level 1."""
    limits = Limits(min_message_size=16_000, message_size=16_000)
    target = started(Shelf(), LEVEL_1, limits)
    assert target.handle(search("sach", "union")).result_count == 40
    return target


def ids(answers) -> list[list[str]]:
    return [
        [
            decode(r.record.octets).control("001")
            for r in (a.segment_records if isinstance(a, Segment) else a.response_records)
        ]
        for a in answers
    ]


def test_segments_carry_whole_records_in_order(segmenting):
    """All forty; each message within its size; the response counts the whole."""
    answers = segmenting.answers(present(1, 40))
    found = ids(answers)
    assert [n for part in found for n in part] == [f"r{n}" for n in range(40)]
    assert len(found) > 4 and all(isinstance(a, Segment) for a in answers[:-1])
    assert all(a.reference_id == b"p" for a in answers)
    assert answers[-1].number_of_records_returned == 40
    assert answers[-1].present_status is PresentStatus.SUCCESS
    assert [a.number_of_records_returned for a in answers[:-1]] == [len(p) for p in found[:-1]]


def test_the_origin_limits_the_segments(segmenting):
    """Two messages and no more: partial-2, and where to go on."""
    answers = segmenting.answers(present(1, 40, max_segment_count=2))
    found = ids(answers)
    assert len(found) == 2
    number = sum(map(len, found))
    assert answers[-1].present_status is PresentStatus.PARTIAL_2
    assert answers[-1].next_result_set_position == number + 1
    assert number < 20


def test_all_segments_of_one_present_are_bounded():
    """By the limit of a whole answer."""
    limits = Limits(min_message_size=16_000, message_size=16_000, response=32_000)
    target = started(Shelf(), LEVEL_1, limits)
    target.handle(search("sach", "union"))
    assert len(target.answers(present(1, 40, max_segment_count=1000))) == 2


def test_without_agreement_there_are_no_segments():
    """Whatever the request says."""
    limits = Limits(min_message_size=16_000, message_size=16_000)
    target = started(Shelf(), limits=limits)
    target.handle(search("sach", "union"))
    (answer,) = target.answers(present(1, 40, max_segment_count=9))
    assert answer.present_status is PresentStatus.PARTIAL_2


# character sets and defaults


def test_a_second_name_with_marc_8(node):
    """Leader/09 blank, Vietnamese kept, Nôm as references; terms that are no UTF-8 are MARC-8."""
    views = {"hue_marc8": DatabaseView(of="hue", charset="marc-8", terms="marc-8")}
    target = started(node, views=views)
    octets = marc8.encode("Kiều")
    quoted = "".join(f"\\x{byte:02X}" for byte in octets)
    found = target.handle(search(f'@attr 1=4 "{quoted}"', "HUE_marc8"))
    assert found.result_count == 2
    target.handle(search("@attr 1=4 dao", "hue_marc8"))
    (record,) = target.handle(present(1, 1)).response_records
    assert record.name == "hue_marc8"
    raw = record.record.octets
    assert raw[9:10] == b" " and int(raw[:5]) == len(raw)
    assert b"&#x21A38;" in raw or b"\x1b" in raw
    assert decode(raw).data("245").__next__().first("a") == "Ca dao 𡨸喃"


def test_defaults_of_a_database(node):
    """When nobody asks; what is asked for goes before."""
    xml = "1.2.840.10003.5.109.10"
    target = started(node, views={"hue": DatabaseView(syntax=xml, element_set="oai_dc")})
    target.handle(search("@attr 1=4 dao"))
    (record,) = target.handle(present(1, 1)).response_records
    assert record.record.direct_reference == xml
    assert b"oai_dc" in record.record.octets
    (record,) = target.handle(present(1, 1, simple="mods")).response_records
    assert b"mods" in record.record.octets


def test_terms_that_are_no_utf_8(node):
    """1072, or the character set that is configured."""
    latin1 = search('@attr 1=4 "chinh ph\\xFA"')
    assert started(node).handle(latin1).non_surrogate_diagnostic.condition == 1072
    views = {"hue": DatabaseView(terms="latin-1")}
    assert started(node, views=views).handle(latin1).search_status


# CQL as Type-104


def test_cql(node):
    """The same parser and sort keys as SRU's; sets of the association can be named."""
    target = started(node)

    def ask(text: str, **elements: object):
        return target.handle(
            SearchRequest(database_names=("hue",), query=CqlQuery(text), **elements)
        )

    assert ask('Title="truyen kieu"').result_count == 2
    assert ask("dc.creator=du sortBy dc.date/sort.descending").result_count == 2
    records = target.handle(present(1, 2)).response_records
    assert [decode(r.record.octets).control("001") for r in records] == ["b4", "b1"]
    assert ask("cql.resultSetId=default and dc.date>2000", result_set_name="2").result_count == 1
    failed = ask("title=(")
    assert not failed.search_status
    assert failed.non_surrogate_diagnostic.condition == 108


# several databases


@pytest.fixture(scope="module")
def provinces(tmp_path_factory):
    """Two libraries of one province that hold one publication both, a third elsewhere."""
    folder = tmp_path_factory.mktemp("provinces")
    rows = (("A", "Cà Mau"), ("B", "Cà Mau"), ("C", "Huế"))
    libraries = "".join(
        f'[[library]]\ncode = "{code}"\nname = "{code}"\nprovince = "{province}"\n'
        for code, province in rows
    )
    store = f'[store]\nurl = "sqlite:///{folder}/x.db"\n[index]\nengine = "memory"\n'
    (folder / "interop.toml").write_text(store + libraries, encoding="utf-8")
    node = open_node(load(folder / "interop.toml", environ={}))

    def take(database: str, *books: tuple[str, str]) -> None:
        node.catalogue.ingest(
            database,
            [
                Incoming(
                    id, book(id, "", "Sách", "2001", DataField("020", " ", " ", (("a", isbn),)))
                )
                for id, isbn in books
            ],
        )

    take("a", ("1", "9786049000010"), ("2", "9786049000027"))
    take("b", ("3", "9786049000010"))
    take("c", ("4", "9786049000027"), ("5", "9786049000041"))
    node.follow()
    yield node
    node.close()


@pytest.mark.parametrize(
    ("databases", "names"),
    [
        (("Ca-Mau",), ["Ca-Mau"] * 2),
        (("A",), ["A"] * 2),
        (("c", "A"), ["A", "c", "c"]),
        (("hue", "CA-MAU"), ["CA-MAU", "hue", "hue"]),
        (("ca-mau", "Default"), ["Default"] * 3),
    ],
)
def test_every_record_names_the_database_as_it_was_asked_for(provinces, databases, names):
    """3.2.2.1.2 and 3.2.3.1.6: a publication is there once, under the first that holds it."""
    target = started(provinces)
    assert target.handle(search("@attr 1=4 sach", *databases)).result_count == len(names)
    records = target.handle(present(1, len(names))).response_records
    assert sorted(record.name for record in records) == names


def test_element_sets_for_each_of_several_databases(provinces):
    target = started(provinces)
    target.handle(search("@attr 1=4 sach", "hue", "a"))
    names = tuple(
        DatabaseElementSet(database_name=name, element_set_name=schema)
        for name, schema in (("hue", "mods"), ("a", "oai_dc"))
    )
    response = target.handle(
        present(1, 3, preferred_record_syntax="1.2.840.10003.5.109.10", simple=names)
    )
    kinds = {
        (record.name, b"<mods" in record.record.octets) for record in response.response_records
    }
    assert kinds == {("hue", True), ("a", False)}
