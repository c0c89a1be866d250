"""Formats that are not XML: their frames, and what their syntax must not be broken by."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.crosswalks import bibtex, iso2709, marc8, marcjson, ris, schemaorg
from interop.explain import reader
from interop.marc.record import DataField, MarcError, MarcRecord
from tests.properties.strategies import marc_records
from tests.unit.crosswalks.mrk import LEADER, record

READ_JSON = reader("marcjson")
RECORD = record(
    "=001  a/1\n=100  0\\$aNguyễn Du\n=245  10$aTruyện {Kiều} & 50% ơƯ 𢆥\n=020  \\\\$a0152038655"
)


def test_iso2709_and_back():
    written = iso2709.write(RECORD)
    assert int(written[:5]) == len(written)
    assert reader("iso2709")(written).fields == RECORD.fields


def test_marc8_keeps_vietnamese_and_nom():
    written = marc8.write(RECORD)
    assert b"&#x221A5;" in written and written[9:10] == b" "
    assert reader("marc8")(written).fields == RECORD.fields


def test_a_record_too_large_for_its_lengths_is_refused():
    large = MarcRecord(LEADER, (DataField("500", " ", " ", (("a", "x" * 10_000),)),))
    for module in (iso2709, marc8):
        with pytest.raises(MarcError, match="do not fit ISO 2709"):
            module.write(large)


def test_marcjson_is_lossless():
    assert READ_JSON(marcjson.write(RECORD)).fields == RECORD.fields


@given(record=marc_records())
def test_marcjson_reads_what_it_writes(record):
    once = READ_JSON(marcjson.write(record))
    assert READ_JSON(marcjson.write(once)) == once
    assert b"\n" not in marcjson.write(record)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b'{"leader": 1, "fields": []}',
        b'{"leader": "", "fields": [1]}',
        b'{"leader": "", "fields": [{}]}',
        b'{"leader": "", "fields": [{"245": {"ind1": "1"}}]}',
        b'{"leader": "", "fields": [{"245": {"ind1": " ", "ind2": " ", "subfields": ["a"]}}]}',
        b"[" * 100_000,
    ],
)
def test_what_is_not_marcjson_is_refused_in_one_line(data):
    with pytest.raises(MarcError) as caught:
        READ_JSON(data)
    assert len(str(caught.value).splitlines()) == 1


def test_ris_has_a_type_and_an_end():
    lines = ris.CROSSWALK.write(RECORD).decode().split("\r\n")
    assert lines[0] == "TY  - BOOK" and lines[-2:] == ["ER  - ", ""]
    unknown = record("=LDR  00000nzz a2200000 a 4500\n=245  00$aX")
    assert ris.CROSSWALK.write(unknown).startswith(b"TY  - GEN\r\nTI  - X")


@given(value=st.text(st.characters(codec="utf-8")))
def test_a_value_never_makes_a_line_of_its_own(value):
    marc = MarcRecord(LEADER, (DataField("245", "0", "0", (("a", value),)),))
    lines = ris.CROSSWALK.write(marc).decode().split("\r\n")
    assert all(line[2:6] == "  - " for line in lines[:-1])


def test_bibtex_escapes_and_never_turns_a_name_round():
    written = bibtex.CROSSWALK.write(RECORD).decode()
    assert written.startswith("@book{a-1,\n")
    assert "author = {{Nguyễn Du}}" in written
    assert r"title = {Truyện \{Kiều\} \& 50\% ơƯ 𢆥}" in written


@pytest.mark.parametrize(
    ("lines", "key"),
    [
        ("=001  a/1\n=245  00$aSách", "a-1,"),
        (
            "=100  0\\$aNguyễn Du\n=245  10$aĐoạn trường\n=260  \\\\$c1820",
            "nguyen-1820-doan-truong,",
        ),
        ("=245  10$aSách", "sach,"),
        ("=500  \\\\$aGì đó", "record-"),
        ("=245  10$a傳翹", "record-5418eabd,"),
        ("=245  10$a傳𡨸喃", "record-c6072575,"),
    ],
)
def test_a_key_of_bibtex_tells_records_without_a_number_apart(lines, key):
    """Programs refuse a second entry of the same key."""
    assert bibtex.CROSSWALK.write(record(lines)).decode().partition("{")[2].startswith(key)


@given(value=st.text(st.sampled_from("{}\\%aế \n,") | st.characters(codec="utf-8")))
def test_braces_of_bibtex_are_balanced(value):
    fields = tuple(
        DataField(tag, "0", "0", ((code, value),))
        for tag, code in (("100", "a"), ("245", "a"), ("650", "a"), ("024", "a"), ("856", "u"))
    )
    written = bibtex.CROSSWALK.write(MarcRecord(LEADER, fields)).decode()
    plain = written.replace(r"\{", "").replace(r"\}", "")
    assert plain.count("{") == plain.count("}")


def test_schemaorg():
    body = json.loads(schemaorg.CROSSWALK.write(RECORD))
    assert body["@context"] == "https://schema.org" and body["@type"] == "Book"
    assert body["author"] == {"@type": "Person", "name": "Nguyễn Du"}
    assert body["isbn"] == "9780152038656"
    assert json.loads(schemaorg.CROSSWALK.write(record("=LDR  00000nzz")))["@type"] == (
        "CreativeWork"
    )


def test_schemaorg_says_scripts():
    marc = record("=245  10$6880-01$aTruyện Kiều\n=880  10$6245-01$a傳翹\n=041  0\\$avie")
    assert json.loads(schemaorg.CROSSWALK.write(marc))["name"] == [
        {"@value": "Truyện Kiều", "@language": "vi-Latn"},
        {"@value": "傳翹", "@language": "vi-Hani"},
    ]
