"""Legality is that of MARC21slim.xsd: the tables are compared with its patterns."""

import re
from itertools import product
from pathlib import Path

import pytest
from lxml import etree

from interop.marc import legal
from interop.marc.record import ControlField, DataField, MarcRecord

ASCII = [chr(point) for point in range(128)]


@pytest.fixture(scope="module")
def patterns(official_xsd: Path) -> dict[str, re.Pattern[str]]:
    names = {"name": "", "pattern": "{http://www.w3.org/2001/XMLSchema}pattern"}
    tree = etree.parse(official_xsd / "marc" / "MARC21slim.xsd")
    found = {}
    for simple_type in tree.iter("{http://www.w3.org/2001/XMLSchema}simpleType"):
        for pattern in simple_type.iter(names["pattern"]):
            found[simple_type.get("name", "")] = re.compile(pattern.get("value", ""), re.ASCII)
    return found


@pytest.mark.official
def test_the_tables_are_those_of_the_schema(patterns: dict[str, re.Pattern[str]]) -> None:
    indicators = {char for char in ASCII if patterns["indicatorDataType"].fullmatch(char)}
    # The pattern writes the range of ")" to "/" as a list, and leaves out no printing character
    # but two.
    codes = {char for char in ASCII if patterns["subfieldcodeDataType"].fullmatch(char)}
    assert indicators == legal.INDICATORS
    assert codes == legal.CODES
    for tag in map("".join, product("019aZ", repeat=3)):
        assert legal.is_data_tag(tag) == bool(patterns["tagDataType"].fullmatch(tag)), tag
        assert legal.is_control_tag(tag) == bool(patterns["controltagDataType"].fullmatch(tag)), tag
    for text in ("", "x" * 24, "01234cam|b2200123#i*450", legal.BLANK_LEADER, "01234 am i"):
        assert patterns["leaderDataType"].fullmatch(legal.leader(text)), text


@pytest.mark.parametrize(
    ("received", "repaired"),
    [
        ("01201nam  2200253 a 4500", "00000nam a2200000 a 4500"),
        ("01201nam a2200253 a 45  ", "00000nam a2200000 a 4500"),
        ("01201cas|a2212253|i#4500", "00000cas a2200000 i 4500"),
        ("", "00000 a  a2200000   4500"),
        ("01201n", "00000na  a2200000   4500"),
        ("01201\u00e9\u00e9\u00e9", "00000 a  a2200000   4500"),
    ],
)
def test_a_leader_keeps_what_it_says_of_the_material(received: str, repaired: str) -> None:
    assert legal.leader(received) == repaired
    assert legal.leader(repaired) == repaired


def test_indicators_and_codes_are_repaired() -> None:
    assert [legal.indicator(char) for char in ("1", " ", "a", "A", "|", "", "12")] == list(
        "1 aa   "
    )
    assert [legal.code(char) for char in ("a", "A", "=", "|", "@", " ", "", "\u00e9")] == (
        ["a", "A", "=", "9", "9", "9", "9", "9"]
    )


def test_a_legal_record_is_the_same_object():
    record = MarcRecord(
        "x" * 24, (ControlField("001", "a"), DataField("245", "1", "0", (("a", "b"),)))
    )
    assert legal.legal_record(record) is record


def test_what_no_writer_can_write_is_left_out_or_replaced():
    record = MarcRecord(
        "x" * 24,
        (
            ControlField("0", "a"),
            DataField("999999", " ", " ", (("a", "b"),)),
            DataField("500", " ", " ", ()),
            DataField("500", "X", "?", (("|", "b"),)),
        ),
    )
    assert legal.legal_record(record).fields == (DataField("500", "x", " ", (("9", "b"),)),)
