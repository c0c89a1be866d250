"""MARC-in-JSON: alone, in arrays, by lines, in envelopes, and broken."""

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.formats import Bad, Good, read_records
from interop.formats.marcjson import pieces
from interop.marc.record import ControlField, DataField, MarcError, MarcRecord

RECORD = MarcRecord(
    "00000nam a2200000 a 4500",
    (ControlField("001", "vn1"), DataField("245", "1", "0", (("a", 'Truyện "{Kiều'),))),
)
OBJECT = {
    "leader": RECORD.leader,
    "fields": [
        {"001": "vn1"},
        {"245": {"subfields": [{"a": 'Truyện "{Kiều'}], "ind1": "1", "ind2": "0"}},
    ],
}
LINE = json.dumps(OBJECT)
# What ruby-marc wrote before.
MARC_HASH = {
    "type": "marc-hash",
    "version": [1, 0],
    "leader": RECORD.leader,
    "fields": [["001", "vn1"], ["245", "1", "0", [["a", 'Truyện "{Kiều']]]],
}


def shown(text: str | bytes) -> list[bool | str]:
    data = text.encode() if isinstance(text, str) else text
    return [
        result.record == RECORD if isinstance(result, Good) else result.reason
        for result in read_records(io.BytesIO(data))
    ]


@pytest.mark.parametrize(
    "text",
    [
        f"{LINE}\n{LINE}\n",
        f"[{LINE},{LINE}]",
        json.dumps([OBJECT, OBJECT], indent=2, ensure_ascii=False),
        json.dumps({"sourceId": "x", "records": [{"id": 1, "marc": OBJECT}, {"marc": OBJECT}]}),
        json.dumps([dict(reversed(OBJECT.items()))] * 2),
        json.dumps([MARC_HASH] * 2),
    ],
)
def test_two_records_in_every_dress(text: str) -> None:
    assert shown(text) == [True, True]


@pytest.mark.parametrize("size", [1, 7, 64, 1000])
def test_chunks_may_end_anywhere(size: int) -> None:
    data = json.dumps({"records": [OBJECT] * 5}, indent=1).encode() + b"\n" * 200
    chunks = [data[at : at + size] for at in range(0, len(data), size)]
    assert [json.loads(piece.raw) for piece in pieces(chunks)] == [OBJECT] * 5


@pytest.mark.parametrize(
    ("text", "results"),
    [
        (f"[{LINE},{LINE[:-1]},{LINE}]", [True, "end of the record missing", True]),
        (f"{LINE}\n{LINE[:40]}", [True, "cut off at its end"]),
        (f"{LINE}\n{LINE.replace(':', ' ', 1)}\n{LINE}", [True, "no JSON", True]),
        (f'{LINE}\n{{"leader": "x", "fields": 7}}\n{LINE}', [True, "no field of MARC", True]),
    ],
)
def test_one_bad_record_costs_one_record(text: str, results: list[bool | str]) -> None:
    found = shown(text)
    assert len(found) == len(results)
    for got, expected in zip(found, results, strict=True):
        assert got == expected or str(got).startswith(str(expected))


def test_repairs_are_noted() -> None:
    data = {
        "leader": "00000nam",
        "fields": {
            "1": 17,
            "245": {"ind1": "A", "subfields": [{"": "x"}, {"b": ["y", "z"]}]},
            "9": None,
            "@@@": "q",
        },
    }
    (result,) = read_records(io.BytesIO(json.dumps(data).encode()))
    assert isinstance(result, Good)
    assert result.record.fields == (
        ControlField("001", "17"),
        DataField("245", "a", " ", (("9", "x"), ("b", "y"), ("b", "z"))),
    )
    assert result.warnings == (
        "tag '1' read as 001",
        "illegal or missing subfield code in field 245",
        "indicators of field 245 repaired",
        "field with the illegal tag '@@@' left out",
        "leader is 8 characters long",
    )


@given(
    st.lists(
        st.sampled_from(['{"leader"', '"fields":', "{", "}", '"', "\\", "[", LINE, "\n", "7", ":"]),
        max_size=30,
    ).map("".join)
)
def test_nothing_but_marc_errors(text: str) -> None:
    try:
        for result in read_records(io.BytesIO(text.encode())):
            assert isinstance(result, Good | Bad)
    except MarcError as error:
        assert "\n" not in str(error)


@pytest.mark.parametrize("block", ['{"fields":', '"\\', "{", '"', '{"leader":"', "[" * 9])
def test_hostile_json_takes_linear_time(block: str) -> None:
    """Half a minute and more, when it does not (see pytest's timeout)."""
    assert shown(f"{LINE}\n{block * 100_000}")[0] is True


@pytest.mark.parametrize("fields", ["x", [1], [[]], [["245"]], [["245", []]], [["245", 1, 2, 3]]])
def test_a_record_of_which_nothing_is_read_is_not_an_empty_one(fields) -> None:
    """Its fields would be lost without a word."""
    (reason,) = shown(json.dumps({"leader": RECORD.leader, "fields": fields}))
    assert reason == "no field of MARC in the object"
