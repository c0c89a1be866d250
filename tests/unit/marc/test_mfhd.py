"""852-878: locations, captions with parts, words, items."""

import pytest

from interop.marc.holdings import read_holdings
from interop.marc.record import DataField, MarcRecord
from interop.model.holding import Holding


def held(*lines: str) -> tuple[Holding, ...]:
    fields = []
    for line in lines:
        tag, text = line.split(" ", 1)
        pairs = tuple((part[0], part[1:]) for part in text.split("$")[1:])
        fields.append(DataField(tag, " ", " ", pairs))
    return read_holdings(MarcRecord(" " * 24, tuple(fields)), "V")


PLACE = "852 $bKho A$h895"
AT_PLACE = {"branch": "Kho A", "call_number": "895"}


@pytest.mark.parametrize(
    ("lines", "summary"),
    [
        (["866 $80$av.1-9", "867 $aphụ trương"], "v.1-9; Supplements: phụ trương"),
        (["853 $81$av.$bno.$i(year)", "863 $81.1$a1-3$b2-4$i1999"], "v.1:no.2-v.3:no.4 (1999)"),
        (["853 $81$av.$i(year)", "863 $81.1$a7$i1999$jJan."], "v.7 (1999:Jan.)"),
        (["853 $81$a(year)", "863 $81.1$a1999"], "1999"),
        (["863 $81.1$i1999"], "1999"),
        (["855 $83$av.", "865 $83.1$a2"], "Indexes: v.2"),
        (["853 $81$av.", "863 $81.1$a2", "866 $81$av.1-2"], "v.1-2"),
    ],
)
def test_what_is_held(lines: list[str], summary: str) -> None:
    assert held(PLACE, *lines) == (Holding("V", summary=summary, **AT_PLACE),)
    # The fields stand in the order of tags in many systems, after the last 852 or before it.
    assert held(*lines, PLACE) == (Holding("V", summary=summary, **AT_PLACE),)


def test_words_without_a_place() -> None:
    assert held("866 $av.1-9$zthiếu v.3") == (Holding("V", summary="v.1-9", note="thiếu v.3"),)


def test_items() -> None:
    lines = ["876 $aX7$p001$t1$jCharged.$3v.1$hin-library use$xsecret", "876 $p002$jAvailable"]
    first, second = held(PLACE, *lines, "866 $av.1-2")
    assert first == Holding(
        "V", item="001", copy="1", status="Charged.", enumeration="v.1", available=False,
        restrictions="in-library use", summary="v.1-2", **AT_PLACE,
    )  # fmt: skip
    assert second == Holding(
        "V", item="002", status="Available", available=True, summary="v.1-2", **AT_PLACE
    )


def test_each_place_has_what_follows_it() -> None:
    found = held("852 $bA", "866 $av.1", "852 $bB", "866 $av.2", "876 $p7")
    assert found == (
        Holding("V", branch="A", summary="v.1"),
        Holding("V", branch="B", summary="v.2", item="7"),
    )
