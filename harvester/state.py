"""What is remembered of a source between harvests, as one JSON text in the store.

The text is written in the transaction of the page that it belongs to, so that it always says
exactly how far the records have come. ``Position`` exists only while a run is unfinished.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

FORM = "%Y-%m-%dT%H:%M:%SZ"  # OAI-PMH 2.0 section 3.3, seconds granularity


@dataclass(frozen=True, slots=True)
class Position:
    """Where an unfinished run stands.

    ``run``: its name; ``full``: whether it asks for everything; ``from_``: the window's lower
    bound as sent; ``seconds``: the source's granularity; ``token``: of the next page;
    ``first_response_date``: of the first answer of the run; ``pages``: received in the run;
    ``seen``: records of this list; ``deletions``: live records deleted since the last complete run;
    ``size``: completeListSize, 0 when unknown or contradictory; ``restarts``: of the list in this
    run.
    """

    run: str
    full: bool
    from_: str | None = None
    seconds: bool = False
    token: str = ""
    first_response_date: str | None = None
    pages: int = 0
    seen: int = 0
    deletions: int = 0
    size: int = 0
    restarts: int = 0


@dataclass(frozen=True, slots=True)
class Last:
    """How the last run ended. ``ended``: seconds since 1970."""

    outcome: str
    ended: int
    reason: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SourceState:
    """``request``: address, format and set that the rest is about; ``cursor``: lower bound of the
    next window, ``None`` before the first complete run; ``completed``: when a run last was
    complete, seconds since 1970; ``deletions``: live records that the runs since then deleted, so
    that a mass deletion cannot pass in instalments; ``encodings``: what its texts are in or were
    before, as ``interop.marc.legacy`` has learnt: a record that comes alone is read by it.
    """

    request: str = ""
    cursor: str | None = None
    position: Position | None = None
    last: Last | None = None
    completed: int | None = None
    deletions: int = 0
    encodings: tuple[str, ...] = ()


def key(source: str) -> str:
    """Name of the source's state in the store."""
    return f"harvest:{source}"


def dump(state: SourceState) -> str:
    """The state as JSON."""
    return json.dumps(asdict(state), ensure_ascii=False, sort_keys=True)


def load(text: str | None) -> SourceState:
    """The state from JSON. What cannot be read counts as absent: the source is harvested anew,
    which costs time and changes nothing.
    """
    try:
        data = json.loads(text or "{}")
        position, last = data.get("position"), data.get("last")
        return _make(
            SourceState,
            data,
            position=_make(Position, position) if position else None,
            last=_make(Last, last) if last else None,
            encodings=tuple(map(str, data.get("encodings", ()))),
        )
    except (ValueError, TypeError, AttributeError):
        return SourceState()


def cursor_after(first_response_date: str | None, seconds: bool) -> str | None:
    """Lower bound of the window after a complete run: one unit of the granularity of overlap.

    Clocks of servers and of their databases differ, and a record may be committed in the second
    in which the list was made. ``None`` when the server's date could not be read.
    """
    if first_response_date is None:
        return None
    unit = timedelta(seconds=1) if seconds else timedelta(days=1)
    try:
        moment = datetime.strptime(first_response_date, FORM) - unit
    except (ValueError, OverflowError):
        return None
    return format_date(moment.replace(tzinfo=UTC))


def format_date(moment: datetime) -> str:
    """A moment as a UTCdatetime with seconds; the year always has four digits."""
    return f"{moment.year:04d}" + moment.astimezone(UTC).strftime(FORM[2:])


T = TypeVar("T")


def _make(kind: type[T], data: Mapping[str, Any], **parts: Any) -> T:
    """An instance from the fields that both sides know: older and newer versions can read it."""
    known = {f.name for f in fields(kind)}  # type: ignore[arg-type]
    return kind(**{**{name: data[name] for name in data if name in known}, **parts})
