"""Holdings: Koha, MARC 852, digital copies, and the union's own 852."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.marc import iso2709
from interop.marc.holdings import read_holdings, write_852
from interop.marc.record import DataField, Field, MarcRecord
from interop.model.holding import Holding


def record(*fields: Field) -> MarcRecord:
    return MarcRecord("00000nam a2200000   4500", fields)


def field(tag: str, ind2: str = " ", /, *subfields: tuple[str, str]) -> DataField:
    return DataField(tag, " ", ind2, subfields)


KOHA = field(
    "952",
    " ",
    *[("0", "0"), ("7", "1"), ("a", "HCM"), ("b", "Q1"), ("c", "Kho A "), ("o", "895.922 NG")],
    *[("p", "VN0001"), ("t", "2"), ("x", "bought stolen"), ("z", "rách bìa"), ("q", "2025-01-31")],
)
LOCATION = field(
    "852", " ", ("a", "X"), ("b", "Main"), ("c", "Stacks"), ("k", "REF"), ("h", "QA76"),
    ("i", ".N4"),
    ("x", "secret"), ("z", "v.1"), ("z", "v.2"), ("p", "1"), ("t", "3"), ("0", "(DLC)n123"),
)  # fmt: skip
LINK = field("856", "0", ("u", "https://example.org/a.pdf"), ("z", "PDF"))


def test_koha_items() -> None:
    assert read_holdings(record(KOHA, LOCATION, LINK), "VN-1") == (
        Holding(
            library="VN-1",
            branch="HCM",
            location="Kho A",
            call_number="895.922 NG",
            item="VN0001",
            copy="2",
            status="not for loan, on loan until 2025-01-31",
            note="rách bìa",
            available=False,
            due="2025-01-31",
        ),
    )


def test_852_without_items() -> None:
    assert read_holdings(record(LOCATION, LINK), "VN-1") == (
        Holding(
            library="VN-1",
            branch="X Main",
            location="Stacks",
            call_number="REF QA76 .N4",
            item="1",
            copy="3",
            note="v.1 v.2",
        ),
    )


@pytest.mark.parametrize(
    ("ind2", "is_holding"), [("0", True), ("1", True), ("2", False), (" ", False)]
)
def test_a_digital_copy_is_a_holding_when_nothing_else_is(ind2: str, is_holding: bool) -> None:
    found = read_holdings(record(LINK._replace(ind2=ind2)), "VN-1")
    url = Holding("VN-1", url="https://example.org/a.pdf", note="PDF")
    assert found == ((url,) if is_holding else ())


def test_852_names_another_building_or_repeats_the_library() -> None:
    own = field("852", " ", ("a", "vn-1"), ("b", "Kho A"), ("p", "1"), ("p", "2"))
    other = field("852", " ", ("a", "TVQG"), ("h", "895"))
    assert read_holdings(record(own, other), "VN-1") == (
        Holding("VN-1", branch="Kho A", item="1 2"),
        Holding("VN-1", branch="TVQG", call_number="895"),
    )


def test_empty_fields_are_no_holdings() -> None:
    assert read_holdings(record(field("952", " ", ("7", "0")), field("852"), LINK), "V") == (
        Holding("V", url="https://example.org/a.pdf", note="PDF"),
    )
    assert read_holdings(record(), "V") == ()


def test_nonpublic_notes_are_never_read() -> None:
    shown = repr(read_holdings(record(KOHA), "V") + read_holdings(record(LOCATION), "V"))
    assert "stolen" not in shown and "secret" not in shown


WORDS = st.text("abcđ =1)(", max_size=6).map(str.strip)
HOLDINGS = st.builds(
    Holding,
    st.sampled_from(["VN-1", "TVQG"]),
    *[WORDS] * 9,
    call_number_scheme=st.sampled_from(["", "ddc", "lcc", "nlm", "sudoc", "bbk"]),
    enumeration=WORDS,
    summary=WORDS,
    available=st.sampled_from([None, True, False]),
    due=st.sampled_from(["", "2025-01-31"]),
    restrictions=WORDS,
    size=st.sampled_from(["", "1024"]),
    mime=st.sampled_from(["", "application/pdf"]),
    checksum=st.sampled_from(["", "MD5:0cc175b9c0f1b6a831c399e269772661"]),
)


@given(HOLDINGS.filter(lambda holding: holding.record))
def test_what_the_union_says_is_read_back(holding: Holding) -> None:
    """Every field of it, by a reader that does not know the library beforehand."""
    written = write_852(holding)
    read = iso2709.decode(iso2709.encode(record(written)))
    assert read_holdings(read, "") == (holding,)
    assert written.first("a") == holding.library


@given(HOLDINGS)
def test_local_subfields_of_others_are_not_taken_for_words_of_the_union(holding: Holding) -> None:
    written = write_852(replace(holding, record="", branch="Kho", available=None))
    assert read_holdings(record(written), "") == (
        replace(
            holding, record="", branch="Kho", status="", summary="", available=None, due="",
            restrictions="", size="", mime="", checksum="",
        ),
    )  # fmt: skip


def test_a_library_of_ours_says_in_9_whether_it_can_be_had() -> None:
    """So that what Alma said of a copy is known to whoever harvests us; nobody else writes that."""
    told = Holding("VN-1", branch="Kho", status="unavailable", summary="v.1-9", available=False)
    assert read_holdings(record(write_852(told)), "VN-1") == (told,)
    foreign = field("852", " ", ("b", "Kho"), ("9", "status=x"), ("9", "available=maybe"))
    assert read_holdings(record(foreign), "VN-1") == (Holding("VN-1", branch="Kho"),)


def test_an_older_union_named_no_status() -> None:
    old = field("852", " ", ("a", "VN-1"), ("0", "(VN-1)7"), ("9", "on loan = no"))
    assert read_holdings(record(old), "") == (Holding("VN-1", "7", status="on loan = no"),)
