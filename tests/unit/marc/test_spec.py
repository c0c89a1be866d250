"""Specifications: the notation, 880, and what is refused."""

import pytest

from interop.marc.record import ControlField, DataField, MarcRecord
from interop.marc.spec import compile_many, compile_spec, compile_values

RECORD = MarcRecord(
    "00000cas a2200000   4500",
    (
        ControlField("001", "vn1"),
        ControlField("008", "850101s1985    vm " + " " * 17 + "vie  "),
        DataField("020", " ", " ", (("a", "9786041"), ("q", "bìa cứng"), ("a", "9786042"))),
        DataField("245", "1", "0", (("6", "880-01"), ("a", "Truyện"), ("n", "1"), ("c", "Du"))),
        DataField("246", " ", " ", (("a", " "), ("i", "x"))),
        DataField("880", "1", "0", (("6", "245-01/$1"), ("a", "傳"), ("c", "攸"))),
        DataField("880", " ", " ", (("a", "no link"),)),
    ),
)


@pytest.mark.parametrize(
    ("spec", "texts"),
    [
        ("245an", ["Truyện 1", "傳"]),
        ("245", ["Truyện 1 Du", "傳 攸"]),
        ("2456", ["880-01", "245-01/$1"]),
        ("245c:020a", ["9786041 9786042", "Du", "攸"]),
        ("246a", []),
        ("001", ["vn1"]),
        ("008[35-37]", ["vie"]),
        ("008[6]:leader[7]", ["s", "s"]),
        ("leader[6-7]:001[0-1]", ["as", "vn"]),
        ("008[60-70]", []),
        ("880a", ["no link"]),
        ("999a", []),
        ("020a:020q", ["9786041 bìa cứng 9786042"]),
    ],
)
def test_one_text_per_field(spec: str, texts: list[str]) -> None:
    assert compile_spec(spec)(RECORD) == texts


def test_one_text_per_subfield() -> None:
    assert compile_values("020aq:245an")(RECORD) == (
        ["9786041", "bìa cứng", "9786042", "Truyện", "1", "傳"]
    )
    assert compile_values("008[35-37]:001")(RECORD) == ["vn1", "vie"]


@pytest.mark.parametrize(
    "spec", ["", "24", "245a:", "245a[3]", "008a", "leadera", "008[3", "008[7-6]", "245a 246a"]
)
def test_what_is_not_well_formed_is_refused_by_name(spec: str) -> None:
    with pytest.raises(ValueError) as caught:
        compile_spec(spec)
    assert any(part in str(caught.value) for part in spec.split(":"))


def test_many_specs_share_one_look_at_a_field() -> None:
    read = compile_many({"title": "245an:246a", "person": "245c", "fixed": "008[6]:008[35-37]"})
    assert [read(field) for field in RECORD.fields] == [
        [],
        [("fixed", ["s"]), ("fixed", ["vie"])],
        [],
        [("title", ["Truyện", "1"]), ("person", ["Du"])],
        [],
        [("title", ["傳"]), ("person", ["攸"])],
        [],
    ]
    with pytest.raises(ValueError, match="leader"):
        compile_many({"kind": "leader[6]"})
