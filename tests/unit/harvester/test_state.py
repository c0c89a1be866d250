from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.state import Last, Position, SourceState, cursor_after, dump, key, load

FULL = SourceState(
    "http://h/oai marcxml",
    "2025-01-01T00:00:00Z",
    Position("r", True, "2025-01-01", True, "t&é", "2025-01-01T00:00:00Z", 3, 4, 5, 6, 1),
    Last("partial", 1_700_000_000, "HTTP 500", {"seen": 4}),
    1_600_000_000,
    encodings=("tcvn3 misread",),
)


def test_key():
    assert key("qti-koha") == "harvest:qti-koha"


@pytest.mark.parametrize("state", [SourceState(), FULL, replace(FULL, position=None, last=None)])
def test_round_trip(state):
    assert load(dump(state)) == state


def test_fields_of_another_version_are_ignored():
    text = dump(FULL).replace('"cursor"', '"later": 1, "cursor"')
    assert load(text) == FULL


@given(st.none() | st.text(max_size=30))
def test_unreadable_state_is_no_state(text):
    assert isinstance(load(text), SourceState)


@pytest.mark.parametrize(
    "text", [None, "", "[]", "1", "{", '{"position": 5}', '{"encodings": 5}', "null"]
)
def test_damaged_states(text):
    assert load(text) == SourceState()


@pytest.mark.parametrize(
    ("first", "seconds", "cursor"),
    [
        ("2025-03-01T00:00:00Z", True, "2025-02-28T23:59:59Z"),
        ("2025-03-01T12:00:00Z", False, "2025-02-28T12:00:00Z"),
        ("0001-01-01T00:00:00Z", False, None),
        ("yesterday", True, None),
        (None, True, None),
    ],
)
def test_cursor(first, seconds, cursor):
    assert cursor_after(first, seconds) == cursor
