"""Features of a publication: what Vietnamese catalogues write in different ways is the same."""

import pytest

from interop.marc.record import ControlField, DataField, MarcRecord
from interop.union.keys import keys_of
from interop.union.publication import publication


def record(title=(("a", "Truyện Kiều"),), author="Nguyễn Du", year="2015", extra=(), ind1="0"):
    fields = [ControlField("008", f"250101s{year}    vm            000 0 vie d")]
    if author:
        fields.append(DataField("100", ind1, " ", (("a", author),)))
    fields.append(DataField("245", "1", "0", tuple(title)))
    fields.append(DataField("260", " ", " ", (("a", "H. :"), ("b", "Văn học,"), ("c", year))))
    return MarcRecord("00000nam a2200000 a 4500", tuple([*fields, *extra]))


def isbn(number, qualifier=""):
    subfields = (("a", number),) + ((("q", qualifier),) if qualifier else ())
    return DataField("020", " ", " ", subfields)


@pytest.mark.parametrize(
    "title",
    [
        (("a", "Sử ký :"), ("n", "T.1")),
        (("a", "Sử ký."), ("n", "Tập I :")),
        (("a", "Sử ký. Tập 1"),),
        (("a", "Sử ký. Quyển 1 /"),),
        (("a", "Sử ký, Q.1"),),
        (("a", "Sử ký."), ("n", "1")),
    ],
)
def test_a_volume_is_a_number_wherever_it_stands(title):
    features = publication(record(title))
    assert (features.title, features.volume) == ("sử ký", "1")


@pytest.mark.parametrize("title", ["Nghiên cứu hành vi", "Đi tìm chữ T", "Toán lớp 5", "120 tr."])
def test_words_that_look_like_volumes_are_not(title):
    assert publication(record((("a", title),))).volume == ""


def test_parts_named_in_words_stay_apart():
    first = record((("a", "Sử ký."), ("n", "Phần thứ nhất")), extra=(isbn("9780306406157"),))
    second = record((("a", "Sử ký."), ("n", "Phần thứ hai")), extra=(isbn("9780306406157"),))
    assert not keys_of(first) & keys_of(second)


def test_names_are_blind_to_comma_and_order():
    assert keys_of(record(author="Nguyễn, Du,", ind1="1")) == keys_of(record(author="Nguyễn Du"))


def test_publisher_forms_are_one():
    plain = record()
    field = DataField("260", " ", " ", (("a", "Hà Nội"), ("b", "Nxb. Văn học"), ("c", "2015")))
    other = MarcRecord(plain.leader, (*plain.fields[:-1], field))
    assert keys_of(plain) == keys_of(other)


def test_diacritics_and_years_and_authors_keep_apart():
    base = keys_of(record())
    assert not base & keys_of(record((("a", "Truyện Kiểu"),)))
    assert not base & keys_of(record(year="2016"))
    assert not base & keys_of(record(author="Nguyễn Dữ"))


def test_an_incomplete_description_has_no_title_key():
    assert keys_of(record(author="")) == frozenset()


def test_isbn_forms_are_one_and_volumes_of_one_isbn_are_two():
    ten, thirteen = isbn("0-306-40615-2 (pbk.)"), isbn("9780306406157")
    assert keys_of(record(extra=(ten,))) == keys_of(record(extra=(thirteen,)))
    one = record((("a", "Sử ký."), ("n", "T.1")), extra=(thirteen,))
    two = record((("a", "Sử ký."), ("n", "T.2")), extra=(thirteen,))
    assert not keys_of(one) & keys_of(two)


def test_the_isbn_of_a_set_does_not_join_its_parts():
    features = publication(
        record(extra=(isbn("9780306406157", "trọn bộ"), isbn("9781861972712", "T.1")))
    )
    assert features.isbns == ("9781861972712",)
