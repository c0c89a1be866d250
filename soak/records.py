"""The records of a soak: some that never change, and some that every round of the writer does."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from interop.marc.iso2709 import encode
from interop.marc.record import ControlField, DataField, MarcRecord

LEADER = "00000{status}am a2200000 a 4500"
WORD = "Kiều"  # in the title of every steady record
ROUND = "Vòng"  # in the title of every other


@dataclass(frozen=True, slots=True)
class Shelf:
    """``steady``: records that stay as they are. ``moving``: records that change in every round;
    of them every tenth is deleted in odd rounds, and comes back in even ones.
    """

    steady: int
    moving: int

    def steady_ids(self) -> list[str]:
        return [f"s{number}" for number in range(self.steady)]

    def moving_ids(self, round_: int) -> list[str]:
        """Those that live after a round."""
        return [f"m{n}" for n in range(self.moving) if not self._gone(n, round_)]

    @staticmethod
    def _gone(number: int, round_: int) -> bool:
        return bool(round_ % 2) and number % 10 == 0

    def write_steady(self, file: Path) -> None:
        records = (_record(f"s{n}", f"Truyện {WORD} tập {n}", n) for n in range(self.steady))
        file.write_bytes(b"".join(records))

    def write_moving(self, file: Path, round_: int) -> None:
        """A file for ``interop load``: leader/05 ``d`` deletes."""
        file.write_bytes(b"".join(self._moving(round_)))

    def _moving(self, round_: int) -> Iterator[bytes]:
        for number in range(self.moving):
            status = "d" if self._gone(number, round_) else "c"
            title = f"{ROUND} {round_} của m{number}"
            yield _record(f"m{number}", title, 100_000 + number, status)


def isbn(number: int) -> str:
    """A valid ISBN-13 of a number below a thousand million (ISO 2108)."""
    digits = f"978{number:09d}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return digits + str(-total % 10)


def _record(control: str, title: str, number: int, status: str = "n") -> bytes:
    fields = (
        ControlField("001", control),
        ControlField("008", f"200101s{1900 + number % 120}    vm            000 0 vie d"),
        DataField("020", " ", " ", (("a", isbn(number + 1)),)),
        DataField("100", "1", " ", (("a", f"Tác giả {number % 500}"),)),
        DataField("245", "1", "0", (("a", title),)),
        DataField("650", " ", "4", (("a", f"Chủ đề {number % 50}"),)),
    )
    return encode(MarcRecord(LEADER.format(status=status), fields))
