"""The table: every (state, input) pair is legal and leads where it says, or is refused."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester import run as m
from harvester.run import ENDS, TRANSITIONS, Limits, Run, State
from harvester.sources._base import (
    AskIdentity,
    AskList,
    AskMore,
    Identity,
    ListPage,
    Received,
)
from harvester.state import Position, SourceState

FIRST = datetime(2025, 3, 4, 5, 6, 7, tzinfo=UTC)
SECONDS = m.Identified(Identity("x", seconds=True))
DAYS = m.Identified(Identity("x", seconds=False))
NOTHING = SourceState()
CURSOR = SourceState(cursor="2025-01-01T00:00:00Z")


def make(state=NOTHING, **options):
    return Run(state, prefix="marcxml", name="20250304T000000Z", **options)


def page(*ids, token=None, size=None, date=FIRST):
    content = hashlib.sha256(repr(ids).encode()).digest()
    digest = hashlib.sha256(content + repr(token).encode()).digest()
    records = tuple(Received(n, id, raw=b"<x/>") for n, id in enumerate(ids, 1))
    return ListPage(records, token, date, digest, content, size)


def received(*ids, deletions=0, live=0, **options):
    return m.PageReceived(page(*ids, **options), deletions, live)


def feed(run, *events, now=1000.0):
    """Feed events; the outputs of the last one."""
    for event in events:
        outputs = run.handle(event, now)
    return outputs


def last(outputs, kind):
    return next(o for o in reversed(outputs) if isinstance(o, kind))


EXAMPLES = {
    m.Begin: m.Begin(),
    m.Identified: SECONDS,
    m.PageReceived: received("a", token="t"),
    m.NoRecords: m.NoRecords("2025-03-04T05:06:07Z"),
    m.TokenRejected: m.TokenRejected("gone"),
    m.Refused: m.Refused("badArgument", "no"),
    m.PageInvalid: m.PageInvalid("cut off"),
    m.HttpFailed: m.HttpFailed("HTTP 500", 500),
    m.Tick: m.Tick(),
}


def at(state):
    """A run that stands in ``state``."""
    run = make(CURSOR)
    path = {
        State.NEW: [],
        State.IDENTIFY: [m.Begin()],
        State.LIST: [m.Begin(), SECONDS],
        State.RESUME: [m.Begin(), SECONDS, received("z", token="0")],
        State.WAIT: [m.Begin(), m.HttpFailed("HTTP 500", 500)],
        State.DONE: [m.Begin(), SECONDS, received("z")],
        State.PARTIAL: [m.Begin(), SECONDS, received("z", token="0"), m.NoRecords(None)],
        State.FAILED: [m.Begin(), m.HttpFailed("HTTP 404", 404, final=True)],
        State.HOLD: [m.Begin(), SECONDS, received("z", deletions=9, live=9)],
    }[state]
    for event in path:
        run.handle(event, 0.0)
    assert run.at is state
    return run


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("kind", EXAMPLES)
def test_every_pair_is_in_the_table_or_refused(state, kind):
    run = at(state)
    if (state, kind) in TRANSITIONS:
        outputs = run.handle(EXAMPLES[kind], 1e9)
        assert run.at in TRANSITIONS[state, kind].targets
        assert outputs
        ended = run.at in ENDS
        assert ended == isinstance(outputs[-1], m.Finish)
    else:
        with pytest.raises(m.IllegalInput):
            run.handle(EXAMPLES[kind], 1e9)
        assert run.at is state


def test_every_answer_of_a_server_has_a_row_in_every_asking_state():
    answers = {m.Refused, m.PageInvalid, m.HttpFailed}
    lists = answers | {m.PageReceived, m.NoRecords, m.TokenRejected}
    for state, expected in (
        (State.IDENTIFY, answers | {m.Identified}),
        (State.LIST, lists),
        (State.RESUME, lists),
    ):
        assert {kind for at_, kind in TRANSITIONS if at_ is state} == expected


def test_ends_have_no_way_out():
    assert not {state for state, _ in TRANSITIONS} & ENDS


def test_table_describes_itself():
    lines = m.describe().splitlines()
    assert len(lines) == len(TRANSITIONS) + 2
    assert "| wait | Tick | ask again when it is time | identify, list, resume, wait |" in lines


# windows and cursors


def test_first_harvest_asks_for_everything_and_ends_with_a_cursor_one_second_early():
    run = make()
    assert run.handle(m.Begin(), 0) == [m.Fetch(AskIdentity())]
    assert run.handle(SECONDS, 0) == [m.Fetch(AskList("marcxml"))]
    first = run.handle(received("a", "b", token="t"), 0)
    assert first[1] == m.Fetch(AskMore("t"))
    assert first[0].state.cursor is None
    assert first[0].state.position.token == "t"
    later = datetime(2025, 3, 4, 9, 0, 0, tzinfo=UTC)
    stored, finish = run.handle(received("c", date=later), 0)
    # the first answer's date, not the last one's
    assert stored.state.cursor == "2025-03-04T05:06:06Z"
    assert stored.state.position is None
    assert finish.outcome is State.DONE
    assert finish.state == stored.state


def test_incremental_window_and_no_until():
    run = make(CURSOR, set_="books")
    run.handle(m.Begin(), 0)
    [fetch] = run.handle(SECONDS, 0)
    assert fetch.ask == AskList("marcxml", "2025-01-01T00:00:00Z", "books")


def test_day_granularity_overlaps_by_a_day():
    run = make(CURSOR)
    run.handle(m.Begin(), 0)
    [fetch] = run.handle(DAYS, 0)
    assert fetch.ask.from_ == "2025-01-01"
    finish = last(run.handle(received("a"), 0), m.Finish)
    assert finish.state.cursor == "2025-03-03T05:06:07Z"


def test_full_run_ignores_the_cursor():
    run = make(CURSOR, full=True)
    run.handle(m.Begin(), 0)
    assert run.handle(SECONDS, 0)[0].ask.from_ is None


def test_unreadable_response_date_leaves_the_cursor():
    run = make(CURSOR)
    finish = last(feed(run, m.Begin(), SECONDS, received("a", date=None)), m.Finish)
    assert (finish.outcome, finish.state.cursor) == (State.DONE, CURSOR.cursor)


def test_resume_goes_on_with_the_stored_token():
    kept = Position(
        "r1",
        False,
        "2025-01-01",
        token="t9",
        pages=9,
        seen=900,
        first_response_date="2025-02-02T00:00:00Z",
        seconds=True,
    )
    run = make(replace(CURSOR, position=kept))
    assert run.resumed
    assert run.handle(m.Begin(), 0) == [m.Fetch(AskMore("t9"))]
    finish = last(run.handle(received("a"), 0), m.Finish)
    assert finish.state.cursor == "2025-02-01T23:59:59Z"


def test_full_option_drops_an_unfinished_window_but_not_an_unfinished_full_run():
    kept = Position("r1", False, token="t9", pages=9)
    assert not make(replace(CURSOR, position=kept), full=True).resumed
    assert make(replace(CURSOR, position=replace(kept, full=True)), full=True).resumed


def test_dead_token_restarts_the_window_a_bounded_number_of_times():
    run = make(CURSOR, limits=Limits(restarts=2))
    feed(run, m.Begin(), SECONDS)
    for _ in range(2):
        run.handle(received("a", token="t"), 0)
        note, fetch = run.handle(m.TokenRejected("expired"), 0)
        assert "expired" in note.text
        assert fetch.ask.from_ == CURSOR.cursor
        assert run.position.seen == 0
    run.handle(received("a", token="t"), 0)
    [finish] = run.handle(m.TokenRejected("expired"), 0)
    assert finish.outcome is State.PARTIAL
    assert finish.state.cursor == CURSOR.cursor
    assert finish.state.position is None


def test_refused_window_is_widened():
    run = make(CURSOR)
    feed(run, m.Begin(), SECONDS)
    asked = []
    for _ in range(2):
        asked.append(run.handle(m.Refused("badArgument", "no"), 0)[-1].ask.from_)
    assert asked == ["2025-01-01", None]
    assert run.handle(m.Refused("badArgument", "no"), 0)[0].outcome is State.FAILED


def test_unknown_set_fails():
    finish = feed(make(), m.Begin(), SECONDS, m.Refused("noSetHierarchy", "no sets"))[0]
    assert (finish.outcome, finish.reason) == (State.FAILED, "noSetHierarchy: no sets")


def test_broken_identify_is_not_the_end():
    run = make(CURSOR)
    note, fetch = feed(run, m.Begin(), m.Refused("badVerb", "?"))
    assert "badVerb" not in note.text and "?" in note.text
    assert fetch.ask.from_ == "2025-01-01"


def test_invalid_identify_is_retried_first():
    run = make(limits=Limits(tries=2))
    assert isinstance(feed(run, m.Begin(), m.PageInvalid("cut"))[0], m.Wait)
    run.handle(m.Tick(), 1e9)
    assert isinstance(run.handle(m.PageInvalid("cut"), 1e9)[-1], m.Fetch)
    assert run.at is State.LIST


# waiting


def test_retries_are_bounded_and_wait_longer_each_time():
    run = make(CURSOR, limits=Limits(tries=4, wait=2))
    feed(run, m.Begin(), SECONDS)
    waits, now = [], 0.0
    for _ in range(3):
        [wait] = run.handle(m.HttpFailed("HTTP 500", 500), now)
        waits.append(wait.until - now)
        now = wait.until
        assert run.handle(m.Tick(), now) == [m.Fetch(AskList("marcxml", CURSOR.cursor))]
    assert waits == [2, 4, 8]
    [finish] = run.handle(m.HttpFailed("HTTP 500", 500), now)
    assert finish.outcome is State.FAILED
    assert "4 tries" in finish.reason


@pytest.mark.parametrize(
    ("failure", "seconds"),
    [
        (m.HttpFailed("HTTP 503", 503, 120.0), 120),
        (m.HttpFailed("HTTP 503", 503, 999_999.0), 3600),
        (m.HttpFailed("HTTP 503", 503, 0.0), 1),
        (m.HttpFailed("HTTP 503", 503), 5),
        (m.HttpFailed("HTTP 429", 429), 5),
        (m.HttpFailed("HTTP 502", 502), 2),
        (m.PageInvalid("cut"), 2),
    ],
)
def test_waits(failure, seconds):
    run = at(State.LIST)
    [wait] = run.handle(failure, 100.0)
    assert wait.until == 100.0 + seconds


def test_tick_before_time_waits_on():
    run = at(State.LIST)
    [wait] = run.handle(m.HttpFailed("HTTP 503", 503, 60.0), 0.0)
    assert run.handle(m.Tick(), 59.9) == [m.Wait(60.0, "")]
    assert run.handle(m.Tick(), wait.until)[0] == m.Fetch(AskList("marcxml", CURSOR.cursor))


def test_success_resets_the_tries():
    run = make(limits=Limits(tries=2))
    feed(run, m.Begin(), SECONDS, m.PageInvalid("x"))
    run.handle(m.Tick(), 1e9)
    run.handle(received("a", token="t"), 1e9)
    assert isinstance(run.handle(m.PageInvalid("x"), 1e9)[0], m.Wait)


def give_up(run):
    now = 0.0
    while True:
        output = run.handle(m.HttpFailed("HTTP 500", 500), now)[0]
        if isinstance(output, m.Finish):
            return output
        now = output.until
        run.handle(m.Tick(), now)


def test_giving_up_in_the_middle_keeps_the_position_for_the_next_run():
    run = at(State.RESUME)
    finish = give_up(run)
    assert finish.outcome is State.PARTIAL
    assert finish.state.position.token == "0"
    again = make(finish.state)
    again.handle(m.Begin(), 0)
    # ... and when that page fails a whole run, only a new list gets past it
    assert give_up(again).state.position is None


def test_position_survives_a_server_that_is_away():
    kept = replace(CURSOR, position=Position("r1", False, token="t", pages=3))
    run = make(kept, limits=Limits(tries=1))
    [finish] = feed(run, m.Begin(), m.HttpFailed("the server refuses the connection"))
    assert finish.state.position == kept.position


# suspicion


def test_token_loop_is_partial():
    run = make(CURSOR)
    feed(run, m.Begin(), SECONDS, received("a", token="t"), received("b", token="u"))
    [finish] = run.handle(received("a", token="t"), 0)
    assert finish.outcome is State.PARTIAL
    assert finish.state == CURSOR


def test_same_records_with_ever_new_tokens_are_partial():
    run = make(CURSOR)
    feed(run, m.Begin(), SECONDS, received("a", token="0"))
    for number in range(1, 11):
        assert isinstance(run.handle(received("a", token=str(number)), 0)[0], m.Store)
    assert run.handle(received("a", token="x"), 0)[0].outcome is State.PARTIAL


def test_ten_empty_pages_with_tokens_are_borne():
    run = make(CURSOR)
    feed(run, m.Begin(), SECONDS)
    for number in range(10):
        assert isinstance(run.handle(received(token=str(number)), 0)[0], m.Store)
    assert run.handle(received(token="x"), 0)[0].outcome is State.PARTIAL


def test_no_records_for_a_window_is_a_success():
    finish = feed(make(CURSOR), m.Begin(), SECONDS, m.NoRecords("2025-03-04T05:06:07Z", 9))[0]
    assert (finish.outcome, finish.state.cursor) == (State.DONE, "2025-03-04T05:06:06Z")


@pytest.mark.parametrize("event", [m.NoRecords("2025-03-04T05:06:07Z", 9), received(live=9)])
def test_an_empty_whole_list_is_held_where_records_are_live(event):
    finish = last(feed(make(CURSOR, full=True), m.Begin(), SECONDS, event), m.Finish)
    assert finish.outcome is State.HOLD
    assert finish.state.cursor == CURSOR.cursor


def test_an_empty_new_source_is_complete():
    finish = feed(make(), m.Begin(), SECONDS, m.NoRecords("2025-03-04T05:06:07Z"))[0]
    assert finish.outcome is State.DONE


def test_no_records_in_the_middle_is_partial():
    [finish] = at(State.RESUME).handle(m.NoRecords(None), 0)
    assert (finish.outcome, finish.state) == (State.PARTIAL, CURSOR)


@pytest.mark.parametrize(
    ("deletions", "live", "held"),
    [
        (500, 100_000, False),
        (501, 10_001, True),
        (501, 10_020, False),
        (5, 10, False),
        (6, 10, True),
        (0, 0, False),
    ],
)
def test_mass_deletion_is_held_before_the_page(deletions, live, held):
    run = make(CURSOR)
    outputs = feed(run, m.Begin(), SECONDS, received("a", deletions=deletions, live=live))
    assert (outputs[-1].outcome is State.HOLD) == held
    assert any(isinstance(o, m.Store) for o in outputs) == (not held)


def test_deletions_add_up_over_pages():
    run = make(CURSOR)
    feed(run, m.Begin(), SECONDS, received("a", token="t", deletions=4, live=10))
    # 4 are gone already: 6 are live now, 10 were
    [finish] = run.handle(received("b", deletions=2, live=6), 0)
    assert finish.outcome is State.HOLD


def test_deletions_count_on_until_a_run_is_complete():
    run = make(CURSOR)
    feed(run, m.Begin(), SECONDS, received("a", token="t", deletions=4, live=10))
    outputs = run.handle(m.TokenRejected("gone"), 0)
    assert run.position.deletions == 4, "a list that starts again has no new allowance"
    finish = last(run.handle(m.NoRecords(None), 0), m.Finish)
    assert (finish.outcome, finish.state.deletions) == (State.PARTIAL, 4)
    again = make(finish.state)
    outputs = feed(again, m.Begin(), SECONDS, received("b", deletions=2, live=6))
    assert last(outputs, m.Finish).outcome is State.HOLD
    calm = make(finish.state)
    outputs = feed(calm, m.Begin(), SECONDS, received("b", deletions=1, live=6))
    assert last(outputs, m.Finish).state.deletions == 0
    assert last(outputs, m.Store).state.deletions == 0


@pytest.mark.parametrize(
    ("sizes", "outcome"),
    [
        ((5, 5), State.PARTIAL),
        ((2, 2), State.DONE),
        ((1, 1), State.DONE),
        ((0, 0), State.DONE),
        ((5, 7), State.DONE),
        ((5, None), State.PARTIAL),
        ((None, None), State.DONE),
    ],
)
def test_shortfall_is_partial_and_nonsense_is_ignored(sizes, outcome):
    run = make(CURSOR)
    feed(run, m.Begin(), SECONDS, received("a", token="t", size=sizes[0]))
    finish = run.handle(received("b", size=sizes[1]), 0)[-1]
    assert finish.outcome is outcome
    assert (finish.state.cursor != CURSOR.cursor) == (outcome is State.DONE)


answers = st.one_of(
    st.builds(
        lambda ids, token, size, gone: received(
            *ids, token=token, size=size, deletions=gone, live=20
        ),
        st.lists(st.sampled_from("abcdef"), max_size=3),
        st.none() | st.sampled_from("tuvw"),
        st.none() | st.integers(0, 9),
        st.integers(0, 15),
    ),
    st.builds(m.NoRecords, st.none() | st.just("2025-03-04T05:06:07Z"), st.integers(0, 3)),
    st.builds(m.TokenRejected, st.just("gone")),
    st.builds(m.Refused, st.sampled_from(["badArgument", "x"]), st.just("no")),
    st.builds(m.PageInvalid, st.just("cut")),
    st.builds(
        m.HttpFailed,
        st.just("HTTP"),
        st.sampled_from([None, 500, 503]),
        st.none() | st.floats(0, 1e6),
        st.booleans(),
    ),
)


@given(st.lists(answers, max_size=60), st.booleans())
def test_whatever_a_server_answers_the_cursor_moves_only_on_complete(script, full):
    run = make(CURSOR, full=full)
    outputs, now = feed(run, m.Begin(), SECONDS), 0.0
    for answer in script:
        final = outputs[-1]
        if isinstance(final, m.Finish):
            break
        if isinstance(final, m.Wait):
            now = final.until
            outputs = run.handle(m.Tick(), now)
            assert isinstance(outputs[-1], m.Fetch)
        outputs = run.handle(answer, now)
        for output in outputs:
            if isinstance(output, m.Store | m.Finish) and run.at is not State.DONE:
                assert output.state.cursor == CURSOR.cursor
