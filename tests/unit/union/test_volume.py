"""Volumes in titles, parts and physical descriptions."""

import pytest

from interop.union import volume


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Sử ký. Tập 1", ("Sử ký", ["1"])),
        ("Sử ký, Q.XII /", ("Sử ký", ["12"])),
        ("Sử ký. Quyển thứ nhất", ("Sử ký", ["1"])),
        ("Sử ký. Quyển thứ III", ("Sử ký", ["3"])),
        ("Sử ký. Tập 1A", ("Sử ký", ["1a"])),
        ("Sử ký. Phần 1. Tập 02", ("Sử ký", ["1", "2"])),
        ("Sử ký. Tập 1, Thời Lý", ("Sử ký. Thời Lý", ["1"])),
        ("Sử ký. Quyển hạ", ("Sử ký", ["hạ"])),
        ("Nghiên cứu hành vi", ("Nghiên cứu hành vi", [])),
        ("Sử ký. T.1-2", ("Sử ký. T.1-2", [])),
        ("250 tr.", ("250 tr", [])),
        ("Một thời tập hai mươi", ("Một thời tập hai mươi", [])),
    ],
)
def test_a_title_without_its_volumes(title, expected):
    text, numbers = volume.take(title)
    assert (" ".join(text.split()).rstrip(" .,"), numbers) == expected


@pytest.mark.parametrize(
    ("value", "numbers"),
    [
        ("Phần 1 : Tập II", ["1", "2"]),
        ("T. V", ["5"]),
        ("V.1", ["1"]),
        ("Phần A", ["a"]),
        ("2013", ["2013"]),
        ("Số 12 (2015)", ["12", "2015"]),
        ("T01", ["1"]),
        ("T.1 (Quyển thượng)", ["1", "thượng"]),
        ("Phần mở đầu", ["phần", "mở", "đầu"]),
        ("", []),
    ],
)
def test_all_numbers_of_a_part_count(value, numbers):
    assert volume.part(value) == numbers


@pytest.mark.parametrize(
    ("value", "numbers"), [("T.1 : 250 tr.", ["1"]), ("Tập II (250tr.)", ["2"]), ("250 tr.", [])]
)
def test_a_description_that_begins_with_a_volume(value, numbers):
    assert volume.leading(value) == numbers


@pytest.mark.parametrize("mess", ["T.1 ; ", " T.1", "(T.1) "])
def test_a_title_of_nothing_but_volumes_costs_no_more_than_its_length(mess):
    """A field of a record from strangers; each volume taken is a look at all of it."""
    text, numbers = volume.take(mess * 3000)
    assert set(numbers) == {"1"} and len(numbers) <= 16
    assert "T.1" in text
