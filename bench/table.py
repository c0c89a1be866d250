"""The table of a run as Markdown. It holds what was measured and nothing else."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bench.stats import Figure, ratio

MISSING = "not installed"

HEAD = (
    "what",
    "per second",
    "peer",
    "ours",
    "peer's",
    "ratio",
    "ours / CPU s",
    "peer's / CPU s",
    "ratio, CPU",
    "spread",
)


@dataclass(frozen=True, slots=True)
class Row:
    """One question asked to us and to one peer. ``theirs`` is ``None`` for an absent peer."""

    what: str
    unit: str
    peer: str
    ours: Figure
    theirs: Figure | None


def rows(
    what: str, unit: str, figures: Mapping[str, Figure], peers: Mapping[str, str], ours: str
) -> list[Row]:
    """A row per peer. ``peers``: key in ``figures`` -> name for readers."""
    return [Row(what, unit, name, figures[ours], figures.get(key)) for key, name in peers.items()]


def number(value: float | None) -> str:
    """Three significant digits, thousands apart."""
    if value is None:
        return "-"
    if value >= 1000:
        digits = 10 ** (len(str(int(value))) - 3)
        return f"{round(value / digits) * digits:,}"
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def times(value: float | None) -> str:
    """A ratio; two significant digits are all that it is worth."""
    if value is None:
        return "-"
    return (
        f"{value:,.0f} x" if value >= 9.95 else f"{value:.1f} x" if value >= 1 else f"{value:.2f} x"
    )


def markdown(found: Iterable[Row]) -> str:
    """The table. ``spread``: of our rates and of the peer's, over the rounds."""
    lines = [_line(HEAD), _line(["---", "---", "---", *["--:"] * 7])]
    lines += [_line(_cells(row)) for row in found]
    return "\n".join(lines) + "\n"


def _cells(row: Row) -> list[str]:
    ours, theirs = row.ours, row.theirs
    first = [row.what, row.unit, row.peer, number(ours.rate)]
    if theirs is None:
        return [*first, MISSING, "-", number(ours.cpu_rate), MISSING, "-", f"{ours.spread:.0%}"]
    return [
        *first,
        number(theirs.rate),
        times(ratio(ours.rate, theirs.rate)),
        number(ours.cpu_rate),
        number(theirs.cpu_rate),
        times(ratio(ours.cpu_rate, theirs.cpu_rate)),
        f"{ours.spread:.0%}, {theirs.spread:.0%}",
    ]


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def facts_list(facts: Mapping[str, str]) -> str:
    """Name and value, one per line, as a list."""
    return "".join(f"- {name}: {value}\n" for name, value in facts.items())
