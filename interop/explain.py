"""What a format makes of records: per subfield for one record, in figures for many."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import get_args

from interop.crosswalks import CROSSWALKS, Crosswalk
from interop.crosswalks._fields import chop
from interop.crosswalks._rules.trace import STRUCTURE, Fate, Outcome, Tracer
from interop.fates import fates_of
from interop.formats import FORMATS
from interop.marc.private import public
from interop.marc.record import DataField, MarcRecord

OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
WORDS = {
    "kept": "kept",
    "changed": "written in another form",
    "refused": "taken by a rule, nothing written",
    "dropped": "no rule names it",
    "private": "private or local: never leaves",
}


def explainer(crosswalk: Crosswalk) -> Callable[[MarcRecord], list[Fate]]:
    """A function that tells the fate of every subfield of a record in the format.

    It raises ``ValueError`` for a record that the format cannot hold.
    """
    if crosswalk.ruled is not None:
        return Tracer(crosswalk.ruled.rules).fates
    return lambda record: fates_of(crosswalk, record)


@dataclass(slots=True)
class Figures:
    """Counts of subfields of many records in one format. ``lost``: by tag and code."""

    prefix: str
    records: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)

    def add(self, fates: Iterable[Fate]) -> None:
        """Count one record."""
        self.records += 1
        for fate in fates:
            self.outcomes[fate.outcome] += 1
            if fate.outcome in ("dropped", "refused"):
                self.lost[f"{fate.tag}${fate.code}" if fate.code else fate.tag] += 1

    def share(self, *outcomes: str) -> float:
        """Per cent of what may leave."""
        total = sum(self.outcomes.values()) - self.outcomes["private"]
        return 100 * sum(self.outcomes[each] for each in outcomes) / total if total else 100.0


def figures(records: Iterable[MarcRecord], prefixes: Iterable[str]) -> list[Figures]:
    """The figures of every format over the same records.

    A record that a format refuses whole (too large for ISO 2709) is not counted there.
    """
    found = [(Figures(prefix), explainer(CROSSWALKS[prefix])) for prefix in prefixes]
    for record in records:
        for counts, explain in found:
            try:
                counts.add(explain(record))
            except ValueError:
                continue
    return [counts for counts, _ in found]


def described(fates: Iterable[Fate], losses_only: bool = False) -> list[str]:
    """One line per subfield: what stands there, what became of it, by which rule."""
    lines = []
    for fate in fates:
        if losses_only and fate.outcome == "kept":
            continue
        place = f"{fate.tag} ${fate.code}" if fate.code else fate.tag
        rule = f" (rule: {fate.rule})" if fate.rule else ""
        lines.append(f"{place:<7} {fate.outcome:<8} {' '.join(fate.value.split())}{rule}")
    return lines


@dataclass(slots=True)
class RoundTrip:
    """What comes back when records are written in a format and read again, in subfields.

    Punctuation of ISBD at the end does not count, nor does what never leaves. ``in_place``: the
    same value under the same tag and code; ``anywhere``: the value within any subfield.

    Fields that MARC 21 leaves to each library or system (a 9 in the tag, but 490) are counted
    apart, in those that begin with ``local``: other formats have no place for them on purpose.
    """

    prefix: str
    total: int = 0
    in_place: int = 0
    anywhere: int = 0
    local_total: int = 0
    local_in_place: int = 0
    local_anywhere: int = 0

    def add(self, before: MarcRecord, after: MarcRecord) -> None:
        """Count one record."""
        there = Counter(_values(after))
        text = "\n".join(value for _, _, value in there)
        for each in _values(public(before)):
            is_there = there[each] > 0
            there[each] -= is_there
            is_anywhere = is_there or each[2] in text
            if "9" in each[0] and each[0] != "490":
                self.local_total += 1
                self.local_in_place += is_there
                self.local_anywhere += is_anywhere
            else:
                self.total += 1
                self.in_place += is_there
                self.anywhere += is_anywhere

    def shares(self) -> tuple[float, float]:
        """Per cent in place and anywhere, without local fields."""
        total = self.total or 1
        return 100 * self.in_place / total, 100 * self.anywhere / total

    def shares_with_local(self) -> tuple[float, float]:
        """Per cent in place and anywhere, of all that may leave."""
        total = self.total + self.local_total or 1
        in_place = self.in_place + self.local_in_place
        return 100 * in_place / total, 100 * (self.anywhere + self.local_anywhere) / total


def round_trips(records: Iterable[MarcRecord], prefixes: Iterable[str]) -> list[RoundTrip]:
    """The figures of the formats that we read back, over the same records."""
    found = []
    for prefix in prefixes:
        read = reader(prefix)
        if read is not None:
            found.append((RoundTrip(prefix), CROSSWALKS[prefix].write, read))
    for record in records:
        for counts, write, read in found:
            try:
                counts.add(record, read(write(record)))
            except ValueError:  # too large for the format, or nothing in it that it can say
                continue
    return [counts for counts, _, _ in found]


def reader(prefix: str) -> Callable[[bytes], MarcRecord] | None:
    """What reads the format back, if anything does."""
    name = CROSSWALKS[prefix].read_as
    if not name:
        return None
    read = FORMATS[name].read
    return lambda data: read(data)[0]


def _values(record: MarcRecord) -> Iterable[tuple[str, str, str]]:
    for each in record.fields:
        if isinstance(each, DataField):
            for code, value in each.subfields:
                # ISBD area 5 ends in a plus sign where accompanying material follows.
                if code not in STRUCTURE and (text := chop(value.rstrip("+ "))):
                    yield each.tag, code, text
