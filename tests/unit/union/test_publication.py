"""Features of a publication: what Vietnamese catalogues write in different ways is the same."""

from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.marc.record import ControlField, DataField, MarcRecord
from interop.union.keys import keys_of
from interop.union.publication import publication


def record(
    title=(("a", "Truyện Kiều"),),
    author="Nguyễn Du",
    year="2015",
    extra=(),
    ind1="0",
    publisher="Văn học,",
    form=" ",
):
    fields = [ControlField("008", f"250101s{year}    vm      {form}     000 0 vie d")]
    if author:
        fields.append(DataField("100", ind1, " ", (("a", author),)))
    fields.append(DataField("245", "1", "0", tuple(title)))
    fields.append(DataField("260", " ", " ", (("a", "H. :"), ("b", publisher), ("c", year))))
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
        (("a", "Sử ký. Tập một"),),
        (("a", "Sử ký."), ("n", "Quyển thứ nhất")),
        (("a", normalize("NFD", "Sử ký. Tập 1")),),
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


ISBN, OTHER = "9780306406157", "9781861972712"


def joined(one, other):
    return bool(keys_of(one) & keys_of(other))


def text(*subfields, **more):
    return record(subfields, **more)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            (("a", "X"), ("n", "Phần 1"), ("n", "Tập 2")),
            (("a", "X"), ("n", "Phần 1"), ("n", "Tập 3")),
        ),
        ((("a", "X"), ("n", "T.1, Q.2")), (("a", "X"), ("n", "T.2, Q.2"))),
        ((("a", "X"), ("n", "T.1 (Quyển thượng)")), (("a", "X"), ("n", "T.1 (Quyển hạ)"))),
        ((("a", "X. Tập một"),), (("a", "X. Tập hai"),)),
        ((("a", "X. Tập 1A"),), (("a", "X. Tập 1B"),)),
        ((("a", "X. Tập 1, Thời Lý"),), (("a", "X. Tập 2, Thời Lý"),)),
        ((("a", "X. Phần 1. Tập 2"),), (("a", "X. Phần 2. Tập 2"),)),
        ((("a", "Toán 4"),), (("a", "Toán 5"),)),
        ((("a", "Toán"), ("b", "lớp 4")), (("a", "Toán"), ("b", "lớp 5"))),
        ((("a", "Niên giám 2013"),), (("a", "Niên giám 2014"),)),
    ],
)
@pytest.mark.parametrize("isbns", [(), (isbn(ISBN),), (isbn(ISBN, "trọn bộ"),)])
def test_volumes_grades_and_years_in_titles_veto(one, other, isbns):
    """With an ISBN of the whole set as well as without any."""
    assert not joined(text(*one, extra=isbns), text(*other, extra=isbns))
    assert joined(text(*one, extra=isbns), text(*one, extra=isbns))


def test_a_volume_inside_a_title_equals_one_in_its_own_subfield():
    assert joined(
        text(("a", "Sử ký. Tập 1, Thời Lý"), extra=(isbn(ISBN),)),
        text(("a", "Sử ký."), ("n", "T.1"), ("p", "Thời Lý"), extra=(isbn(ISBN),)),
    )


def test_forms_of_one_text_are_not_one_publication():
    assert not joined(record(form="f"), record())
    assert not joined(record(form="o", extra=(isbn(ISBN),)), record(extra=(isbn(ISBN),)))


def test_a_record_of_a_set_joins_none_of_its_volumes():
    whole = record(extra=(isbn(f"{ISBN} (T.1)"), isbn(f"{OTHER} (T.2)")))
    assert publication(whole).isbns == ()
    assert not joined(whole, record(extra=(isbn(ISBN),)))


def test_the_isbn_of_another_volume_is_not_ours():
    both = (isbn(f"{ISBN} (T.1)"), isbn(f"{OTHER} (T.2)"))
    assert publication(text(("a", "X"), ("n", "T.2"), extra=both)).isbns == (OTHER,)


def test_an_isbn_names_the_volume_where_the_title_does_not():
    assert joined(
        record(extra=(isbn(f"{ISBN} (T.1)"),)),
        text(("a", "Truyện Kiều"), ("n", "Tập 1"), extra=(isbn(ISBN),)),
    )


def test_volumes_named_in_the_physical_description_stay_apart():
    pages = [DataField("300", " ", " ", (("a", f"T.{n} : 250 tr."),)) for n in (1, 2)]
    assert not joined(record(extra=pages[:1]), record(extra=pages[1:]))
    assert (
        publication(record(extra=(DataField("300", " ", " ", (("a", "250 tr."),)),))).volume == ""
    )


def test_cancelled_numbers_are_no_keys():
    cancelled = DataField("020", " ", " ", (("z", ISBN),))
    assert publication(record(extra=(cancelled,))).isbns == ()
    assert joined(record(extra=(cancelled,)), record())


def test_a_qualifier_that_only_sounds_like_a_set():
    assert publication(record(extra=(isbn(ISBN, "sách cán bộ"), isbn(OTHER)))).isbns == (
        ISBN,
        OTHER,
    )
    decomposed = normalize("NFD", "trọn bộ")
    assert publication(record(extra=(isbn(ISBN, decomposed), isbn(OTHER)))).isbns == (OTHER,)


@pytest.mark.parametrize(
    "publisher",
    ["Nxb. Giáo dục", "Nhà xuất bản Giáo dục Việt Nam", "GD", "NXBGD", "NXB Giáo dục ;"],
)
def test_forms_of_a_publisher(publisher):
    assert joined(record(publisher=publisher), record(publisher="Giáo dục"))


def test_city_of_a_publisher():
    assert joined(
        record(publisher="Tổng hợp Tp. Hồ Chí Minh"),
        record(publisher="Nxb. Tổng hợp thành phố Hồ Chí Minh"),
    )


@pytest.mark.parametrize(
    "name", ["Trần A (chủ biên)", "Trần A ch.b.", "Trần, A, chủ biên", "A Trần"]
)
def test_roles_are_no_part_of_a_name(name):
    assert joined(record(author=name), record(author="Trần A"))
    assert not joined(record(author="Trần Dịch"), record(author="Trần"))


def test_a_role_before_a_name_in_the_statement_of_responsibility():
    one = text(("a", "X"), ("c", "Chủ biên: Trần A"), author="")
    two = text(("a", "X"), ("c", "Chủ biên: Lê B"), author="")
    assert not joined(one, two)
    assert publication(one).author == "a trần"


@pytest.mark.parametrize(
    ("one", "other"), [("Thuận Hòa", "Thuận Hoà"), ("Ðất", "Đất"), ("Đất", normalize("NFD", "Đất"))]
)
def test_ways_of_writing_vietnamese_are_one(one, other):
    assert joined(text(("a", one)), text(("a", other)))


def test_records_without_a_title_are_joined_by_isbn_alone():
    bare = MarcRecord("00000nam a2200000 a 4500", (isbn(ISBN), DataField("260", " ", " ", ())))
    assert joined(bare, bare)
    assert keys_of(MarcRecord("00000nam a2200000 a 4500", ())) == frozenset()


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_text_breaks_the_features(title, other):
    made = text(("a", title), ("n", other), ("c", other), author=title, publisher=other)
    assert keys_of(made) == keys_of(made)
