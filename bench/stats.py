"""Samples of one measurement and what is said about them: medians, spreads, ratios."""

import gc
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Sample:
    """One round. ``cpu``: seconds of CPU that the measured program used, all its processes."""

    operations: int
    seconds: float
    cpu: float

    @property
    def rate(self) -> float:
        """Operations per second of wall clock."""
        return self.operations / self.seconds

    @property
    def cpu_rate(self) -> float | None:
        """Operations per second of CPU; ``None`` when the CPU clock did not move."""
        return self.operations / self.cpu if self.cpu > 0 else None


@dataclass(frozen=True, slots=True)
class Figure:
    """Medians over rounds. ``spread``: (highest - lowest) / median of the rates."""

    rate: float
    cpu_rate: float | None
    spread: float
    rounds: int


def figure(samples: Sequence[Sample]) -> Figure:
    """Medians of at least one sample. Raises ``ValueError`` for none."""
    if not samples:
        raise ValueError("no samples")
    rates = [sample.rate for sample in samples]
    cpu_rates = [sample.cpu_rate for sample in samples if sample.cpu_rate is not None]
    middle = median(rates)
    return Figure(
        rate=middle,
        cpu_rate=median(cpu_rates) if cpu_rates else None,
        spread=(max(rates) - min(rates)) / middle if middle else 0.0,
        rounds=len(samples),
    )


def interleave(rounds: int, sides: Mapping[str, Callable[[], Sample]]) -> dict[str, Figure]:
    """Measure the sides in turns, A B A B, so that a change of the machine meets all of them.

    The garbage collector works for all of them, but does not walk through what the bench keeps.
    """
    samples: dict[str, list[Sample]] = {name: [] for name in sides}
    gc.collect()
    gc.freeze()
    try:
        for _ in range(rounds):
            for name, measure in sides.items():
                samples[name].append(measure())
    finally:
        gc.unfreeze()
    return {name: figure(found) for name, found in samples.items()}


def ratio(ours: float | None, peer: float | None) -> float | None:
    """How many times the peer's rate ours is."""
    return ours / peer if ours is not None and peer else None


def percentile(values: Sequence[float], share: int) -> float:
    """The smallest of ``values`` that at least ``share`` percent of them do not exceed (nearest
    rank). Raises ``ValueError`` for none.
    """
    if not values:
        raise ValueError("no values")
    rank = -(-len(values) * share // 100)  # rounded up
    return sorted(values)[max(rank, 1) - 1]
