"""The harvest of one source as a state machine: no socket, no clock, no store.

The table ``TRANSITIONS`` below is the whole behaviour: (state, input) gives a handler and the
states it may lead to. Whoever drives the machine performs its outputs in order, feeds back what
came of them, and passes the time in; ``harvester.worker`` does it with a network, tests do it with
lists. A pair that is not in the table is an error of the driver, never of the server: every
answer a server can give has its row.

Rules that live here and nowhere else (docs/harvest.md says why):

* the cursor is the responseDate of the run's first answer minus one unit of granularity, and it
  moves only when the list came to its proper end;
* no request carries ``until``;
* a page goes to the store together with the position after it, the last page together with the
  new cursor;
* what looks wrong ends the run as *partial* or *hold*, with the cursor where it was.

What does not live here: how a page is read (``sources``), how records are decoded, counted and
committed (``worker``), and which source is due (``schedule``).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from typing import TypeAlias

from harvester.sources._base import Ask, AskIdentity, AskList, AskMore, Identity, ListPage
from harvester.state import Position, SourceState, cursor_after, format_date


class State(Enum):
    """DONE, PARTIAL, FAILED and HOLD are ends; their values are the outcomes."""

    NEW = "new"
    IDENTIFY = "identify"
    LIST = "list"
    RESUME = "resume"
    WAIT = "wait"
    DONE = "complete"
    PARTIAL = "partial"
    FAILED = "failed"
    HOLD = "hold"


ENDS = frozenset({State.DONE, State.PARTIAL, State.FAILED, State.HOLD})


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of a run. Times in seconds.

    ``tries`` of one request; ``wait`` before the second try, doubled each time up to
    ``longest_wait``; ``busy_wait``: least wait after 503 or 429 without Retry-After (one peer
    sent 14,071 requests in 3 s to a busy server); ``retry_after``: longest Retry-After obeyed;
    ``idle_pages`` in a row that bring nothing new; ``restarts`` of a list whose token died;
    deletions since the last complete run above max(``share`` of the live records, ``deletions``),
    or above half of the live records, hold the run.
    """

    tries: int = 5
    wait: float = 2.0
    longest_wait: float = 300.0
    busy_wait: float = 5.0
    retry_after: float = 3600.0
    idle_pages: int = 10
    restarts: int = 2
    share: float = 0.05
    deletions: int = 500


DEFAULT_LIMITS = Limits()

# Inputs


@dataclass(frozen=True, slots=True)
class Begin:
    """Start, or go on where the state says that the last run stopped."""


@dataclass(frozen=True, slots=True)
class Identified:
    identity: Identity


@dataclass(frozen=True, slots=True)
class PageReceived:
    """``deletions``: how many live records the page deletes; ``live``: live records now."""

    page: ListPage
    deletions: int = 0
    live: int = 0


@dataclass(frozen=True, slots=True)
class NoRecords:
    """The list is empty. ``response_date``: of that answer; ``live``: live records now."""

    response_date: str | None
    live: int = 0


@dataclass(frozen=True, slots=True)
class TokenRejected:
    message: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The server refuses what was asked, by an error code of the protocol."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class PageInvalid:
    """Bytes came, but not a whole, valid page."""

    reason: str


@dataclass(frozen=True, slots=True)
class HttpFailed:
    """``status``: of HTTP, ``None`` when there was no answer. ``retry_after``: seconds, as asked
    for by the server. ``final``: asking again cannot help.
    """

    reason: str
    status: int | None = None
    retry_after: float | None = None
    final: bool = False


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed."""


Input: TypeAlias = (
    Begin
    | Identified
    | PageReceived
    | NoRecords
    | TokenRejected
    | Refused
    | PageInvalid
    | HttpFailed
    | Tick
)

# Outputs


@dataclass(frozen=True, slots=True)
class Fetch:
    ask: Ask


@dataclass(frozen=True, slots=True)
class Wait:
    until: float
    reason: str


@dataclass(frozen=True, slots=True)
class Store:
    """Commit the page's records and ``state`` in one transaction."""

    page: ListPage
    state: SourceState
    deletions: int = 0


@dataclass(frozen=True, slots=True)
class Note:
    """Something that the operator should know and that stops nothing."""

    text: str


@dataclass(frozen=True, slots=True)
class Finish:
    """The run has ended. ``state`` is to be kept, with the counts added."""

    outcome: State
    reason: str
    state: SourceState


Output: TypeAlias = Fetch | Wait | Store | Note | Finish


class IllegalInput(Exception):
    """The driver fed an input that has no place in this state: our bug, not the server's."""


class Run:
    """One harvest of one source.

    ``state``: what is remembered of the source; ``prefix``, ``set_``: what is asked for; ``name``:
    of a new run; ``full``: ask for everything, whatever the cursor says.
    """

    def __init__(
        self,
        state: SourceState,
        *,
        prefix: str,
        name: str,
        set_: str | None = None,
        full: bool = False,
        limits: Limits = DEFAULT_LIMITS,
    ) -> None:
        self.at = State.NEW
        self.known = state
        self.limits = limits
        self.prefix, self.set_ = prefix, set_
        kept = state.position
        # An unfinished full run goes on as such; an unfinished window gives way to `--full`.
        self.resumed = kept is not None and bool(kept.token) and (kept.full or not full)
        full = full or state.cursor is None
        deleted = max(state.deletions, kept.deletions if kept else 0)
        self.position = kept if kept and self.resumed else Position(name, full, deletions=deleted)
        self.ask: Ask = AskIdentity()
        self.tries = 0
        self.progress = 0  # pages stored since this object began
        self.idle = 0
        self.wake = 0.0
        self.digests: set[bytes] = set()
        self.contents: set[bytes] = set()

    def handle(self, event: Input, now: float) -> list[Output]:
        """Outputs for ``event`` at ``now`` (seconds since 1970). Raises ``IllegalInput``."""
        row = TRANSITIONS.get((self.at, type(event)))
        if row is None:
            raise IllegalInput(f"{type(event).__name__} in state {self.at.value}")
        self.at, outputs = row.handler(self, event, now)
        if self.at not in row.targets:
            raise AssertionError(f"{row.handler.__name__} led to {self.at.value}")
        return outputs

    # Steps that handlers share

    def fetch(self, state: State, ask: Ask) -> "Step":
        self.ask, self.tries = ask, 0
        return state, [Fetch(ask)]

    def list_again(self) -> "Step":
        """From the beginning of the window."""
        position = self.position
        return self.fetch(State.LIST, AskList(self.prefix, position.from_, self.set_))

    def end(self, outcome: State, reason: str = "", *, keep_position: bool = False) -> "Step":
        """The end of the run. Only ``_last_page`` and ``_no_records`` have moved the cursor."""
        kept = self.position if keep_position else None
        deletions = 0 if outcome is State.DONE else self.position.deletions
        state = replace(self.known, position=kept, deletions=deletions)
        return outcome, [Finish(outcome, reason, state)]


Step: TypeAlias = tuple[State, list[Output]]


@dataclass(frozen=True, slots=True)
class Row:
    """``says``: one line for the diagram; ``targets``: states that the handler may lead to."""

    handler: Callable[[Run, object, float], Step]
    targets: frozenset[State]
    says: str


# Handlers


def _begin(run: Run, event: object, now: float) -> Step:
    if run.resumed:
        return run.fetch(State.RESUME, AskMore(run.position.token))
    return run.fetch(State.IDENTIFY, AskIdentity())


def _identified(run: Run, event: object, now: float) -> Step:
    assert isinstance(event, Identified)
    cursor = None if run.position.full else run.known.cursor
    if cursor is not None and not event.identity.seconds:
        cursor = cursor[:10]  # YYYY-MM-DD: not finer than the server's granularity (section 3.3.1)
    run.position = replace(run.position, seconds=event.identity.seconds, from_=cursor)
    return run.list_again()


def _unidentified(run: Run, event: object, now: float) -> Step:
    """Servers exist whose Identify is broken and whose lists are fine: assume whole days."""
    assert isinstance(event, Refused | PageInvalid)
    if isinstance(event, PageInvalid) and run.tries + 1 < run.limits.tries:
        return _retry(run, event, now)
    reason = event.message if isinstance(event, Refused) else event.reason
    state, outputs = _identified(run, Identified(Identity("", seconds=False)), now)
    return state, [Note(f"Identify cannot be used ({reason}); days assumed"), *outputs]


def _page(run: Run, event: object, now: float) -> Step:
    assert isinstance(event, PageReceived)
    page, limits, before = event.page, run.limits, run.position
    if page.digest in run.digests:
        return run.end(State.PARTIAL, "the same page came twice: the list goes round in a circle")
    run.idle = 0 if page.records and page.content not in run.contents else run.idle + 1
    if page.token and run.idle > limits.idle_pages:
        return run.end(State.PARTIAL, f"{run.idle} pages in a row brought nothing new")
    whole = before.from_ is None
    if whole and event.live and not (before.seen or page.records or page.token):
        return run.end(State.HOLD, _EMPTIED.format(live=event.live))
    deletions = before.deletions + event.deletions
    if event.deletions and _too_many(deletions, event.live + before.deletions, limits):
        return run.end(State.HOLD, f"{deletions} deletions are too many to believe")
    run.digests.add(page.digest)
    run.contents.add(page.content)
    run.position = replace(
        before,
        token=page.token or "",
        first_response_date=before.first_response_date
        or (format_date(page.response_date) if page.response_date else None),
        pages=before.pages + 1,
        seen=before.seen + len(page.records),
        deletions=deletions,
        size=_size(before, page),
    )
    run.progress += 1
    return _next(run, event) if page.token else _last_page(run, event)


_EMPTIED = "the whole list is empty, but {live} records are live"


def _next(run: Run, event: PageReceived) -> Step:
    kept = Store(event.page, replace(run.known, position=run.position), event.deletions)
    state, outputs = run.fetch(State.RESUME, AskMore(run.position.token))
    return state, [kept, *outputs]


def _last_page(run: Run, event: PageReceived) -> Step:
    """The proper end of a list. The page and the new cursor are one transaction."""
    position = run.position
    short = position.size > position.seen
    if not short:
        run.known = _moved(run.known, position)
    deletions = position.deletions if short else 0
    state = replace(run.known, position=None, deletions=deletions)
    kept = Store(event.page, state, event.deletions)
    if short:
        reason = f"the list ended after {position.seen} of {position.size} records"
        at, outputs = run.end(State.PARTIAL, reason)
    else:
        at, outputs = run.end(State.DONE)
    return at, [kept, *outputs]


def _no_records_first(run: Run, event: object, now: float) -> Step:
    """noRecordsMatch is a success for a window, and a warning for a whole list."""
    assert isinstance(event, NoRecords)
    if run.position.from_ is None and event.live:
        return run.end(State.HOLD, _EMPTIED.format(live=event.live))
    if run.position.pages:
        return run.end(State.PARTIAL, "noRecordsMatch for a list that had records before")
    first = run.position.first_response_date or event.response_date
    run.position = replace(run.position, first_response_date=first)
    run.known = _moved(run.known, run.position)
    return run.end(State.DONE)


def _no_records_later(run: Run, event: object, now: float) -> Step:
    return run.end(State.PARTIAL, "noRecordsMatch in the middle of a list")


def _restart(run: Run, event: object, now: float) -> Step:
    """The token died: the same window from its beginning. Records seen before are no-ops."""
    assert isinstance(event, TokenRejected | Refused)
    if run.position.restarts >= run.limits.restarts:
        return run.end(State.PARTIAL, f"the token was refused again: {event.message}")
    run.digests.clear()
    run.contents.clear()
    run.idle = 0
    run.position = replace(
        run.position, token="", seen=0, size=0, restarts=run.position.restarts + 1
    )
    state, outputs = run.list_again()
    return state, [Note(f"the token was refused ({event.message}); list starts again"), *outputs]


def _refused(run: Run, event: object, now: float) -> Step:
    """A window that the server cannot take is widened, first to whole days, then to everything.

    Servers reject a form finer than they support, and a day before their earliestDatestamp.
    """
    assert isinstance(event, TokenRejected | Refused)
    from_ = run.position.from_
    if isinstance(event, Refused) and event.code == "badArgument" and from_ is not None:
        wider = from_[:10] if len(from_) > 10 else None
        run.position = replace(run.position, from_=wider)
        state, outputs = run.list_again()
        return state, [Note(f"from={from_} was refused; trying {wider or 'all'}"), *outputs]
    code = event.code if isinstance(event, Refused) else "badResumptionToken"
    return run.end(_stopped(run), f"{code}: {event.message}")


def _retry(run: Run, event: object, now: float) -> Step:
    """Wait and ask the same again, a bounded number of times."""
    assert isinstance(event, HttpFailed | PageInvalid)
    run.tries += 1
    final = isinstance(event, HttpFailed) and event.final
    if final or run.tries >= run.limits.tries:
        tried = f" ({run.tries} tries)" if run.tries > 1 else ""
        return run.end(
            _stopped(run), event.reason + tried, keep_position=_worth_keeping(run, event)
        )
    run.wake = now + _delay(run, event)
    return State.WAIT, [Wait(run.wake, event.reason)]


def _tick(run: Run, event: object, now: float) -> Step:
    if now < run.wake:
        return State.WAIT, [Wait(run.wake, "")]
    back = {AskIdentity: State.IDENTIFY, AskList: State.LIST, AskMore: State.RESUME}
    return back[type(run.ask)], [Fetch(run.ask)]


# Decisions


def _stopped(run: Run) -> State:
    """Partial when something of the run is in the store, else failed."""
    return State.PARTIAL if run.position.pages else State.FAILED


def _worth_keeping(run: Run, event: HttpFailed | PageInvalid) -> bool:
    """Whether the next run should go on from this token. Not when the server answers and this
    page has failed it in a whole run already: then only a new list gets past it.
    """
    answered = isinstance(event, PageInvalid) or event.status is not None
    return bool(run.position.token) and (run.progress > 0 or not answered)


def _delay(run: Run, event: HttpFailed | PageInvalid) -> float:
    """Seconds to wait. Retry-After is obeyed up to its limit (RFC 9110 section 10.2.3)."""
    limits = run.limits
    delay = min(limits.wait * 2.0 ** (run.tries - 1), limits.longest_wait)
    if isinstance(event, HttpFailed):
        if event.retry_after is not None:
            return min(max(event.retry_after, 1.0), limits.retry_after)
        if event.status in (429, 503):
            return max(delay, limits.busy_wait)
    return delay


def _too_many(deletions: int, live: int, limits: Limits) -> bool:
    """Mass deletion. The second condition covers sources smaller than the absolute threshold."""
    return deletions > max(limits.share * live, limits.deletions) or 2 * deletions > live


def _size(before: Position, page: ListPage) -> int:
    """completeListSize is advice (section 3.5): once it contradicts itself it is ignored."""
    first = before.seen == 0
    if page.size is None:
        return before.size
    return page.size if first or page.size == before.size else 0


def _moved(state: SourceState, position: Position) -> SourceState:
    """The state after a complete run; the cursor stays when the server's date was unreadable."""
    cursor = cursor_after(position.first_response_date, position.seconds)
    return replace(state, cursor=cursor or state.cursor)


# The table

_BUSY = frozenset({State.WAIT, State.PARTIAL, State.FAILED})
_LISTED = frozenset({State.RESUME, State.DONE, State.PARTIAL, State.HOLD})
_STOPPED = frozenset({State.PARTIAL, State.FAILED})

TRANSITIONS: dict[tuple[State, type], Row] = {
    # Nothing asked yet: a stored token skips Identify.
    (State.NEW, Begin): Row(_begin, frozenset({State.IDENTIFY, State.RESUME}), "start or go on"),
    # Identify asked (OAI-PMH 2.0 section 4.2).
    (State.IDENTIFY, Identified): Row(_identified, frozenset({State.LIST}), "ask for the window"),
    (State.IDENTIFY, Refused): Row(_unidentified, frozenset({State.LIST}), "assume whole days"),
    (State.IDENTIFY, PageInvalid): Row(
        _unidentified, frozenset({State.WAIT, State.LIST}), "retry, then assume whole days"
    ),
    (State.IDENTIFY, HttpFailed): Row(_retry, _BUSY, "retry, then give up"),
    # First page of a list asked (section 4.5).
    (State.LIST, PageReceived): Row(_page, _LISTED, "store; next page or end"),
    (State.LIST, NoRecords): Row(
        _no_records_first,
        frozenset({State.DONE, State.PARTIAL, State.HOLD}),
        "nothing new; a whole list that is empty is held",
    ),
    (State.LIST, TokenRejected): Row(_refused, _STOPPED, "an answer to no question: give up"),
    (State.LIST, Refused): Row(
        _refused, _STOPPED | {State.LIST}, "badArgument: a wider window; else give up"
    ),
    (State.LIST, PageInvalid): Row(_retry, _BUSY, "retry, then give up"),
    (State.LIST, HttpFailed): Row(_retry, _BUSY, "retry, then give up"),
    # A further page asked by its token (section 3.5).
    (State.RESUME, PageReceived): Row(_page, _LISTED, "store; next page or end"),
    (State.RESUME, NoRecords): Row(
        _no_records_later, frozenset({State.PARTIAL}), "the list broke off"
    ),
    (State.RESUME, TokenRejected): Row(
        _restart, frozenset({State.LIST, State.PARTIAL}), "the same window from its beginning"
    ),
    (State.RESUME, Refused): Row(
        _restart, frozenset({State.LIST, State.PARTIAL}), "the same window from its beginning"
    ),
    (State.RESUME, PageInvalid): Row(_retry, _BUSY, "retry, then keep the position"),
    (State.RESUME, HttpFailed): Row(_retry, _BUSY, "retry, then keep the position"),
    # Waiting before the same request.
    (State.WAIT, Tick): Row(
        _tick,
        frozenset({State.WAIT, State.IDENTIFY, State.LIST, State.RESUME}),
        "ask again when it is time",
    ),
}


def describe() -> str:
    """The table as Markdown, for the documentation."""
    lines = ["| state | input | does | next |", "| --- | --- | --- | --- |"]
    for (state, event), row in TRANSITIONS.items():
        targets = ", ".join(target.value for target in State if target in row.targets)
        lines.append(f"| {state.value} | {event.__name__} | {row.says} | {targets} |")
    return "\n".join(lines) + "\n"
