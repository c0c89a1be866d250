"""The records of a soak are what its checks believe them to be."""

import io

from interop.formats import read_records
from interop.text.identifiers import isbn13
from soak.records import ROUND, WORD, Shelf, isbn


def titles(file) -> dict[str, str]:
    found = {}
    for item in read_records(io.BytesIO(file.read_bytes())):
        record = item.record
        if record.leader[5] != "d":
            found[record.control("001")] = next(record.data("245")).first("a")
    return found


def test_steady_records(tmp_path):
    shelf = Shelf(30, 20)
    shelf.write_steady(tmp_path / "s.mrc")
    found = titles(tmp_path / "s.mrc")
    assert list(found) == shelf.steady_ids()
    assert all(WORD in title for title in found.values())


def test_moving_records_come_and_go(tmp_path):
    shelf = Shelf(30, 20)
    for round_ in (0, 1, 2):
        shelf.write_moving(tmp_path / "m.mrc", round_)
        found = titles(tmp_path / "m.mrc")
        assert list(found) == shelf.moving_ids(round_)
        assert all(title.startswith(f"{ROUND} {round_} ") for title in found.values())
    assert len(shelf.moving_ids(1)) < len(shelf.moving_ids(2)) == 20


def test_isbns_are_valid_and_differ():
    numbers = [isbn(number) for number in range(1, 2000)]
    assert len(set(numbers)) == len(numbers)
    assert all(isbn13(number) == number for number in numbers)
