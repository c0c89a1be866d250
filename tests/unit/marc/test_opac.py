"""Holdings by place: what stands together, and what is said of the items."""

from interop.marc.opac import on_hold, places, restrictions
from interop.model.holding import Holding


def test_items_of_one_place_and_call_number_stand_together():
    first, second = (Holding("A", location="Kho", item=item, available=True) for item in "12")
    other = Holding("A", location="Phòng đọc", item="3")
    found = places([first, other, second])
    assert [place.items for place in found] == [(first, second), (other,)]
    assert found[0].lent == (first, second) and found[1].lent == ()


def test_parts_are_the_summary_or_those_of_items_that_say_nothing_else():
    volumes = [Holding("A", enumeration=f"v.{number}") for number in (1, 2, 2)]
    assert places(volumes)[0].parts == "v.1; v.2"
    assert places([Holding("A", summary="1985-", enumeration="v.1")])[0].parts == "1985-"
    assert places([Holding("A", enumeration="v.1", available=True)])[0].parts == ""


def test_note_has_the_address_of_a_digital_copy():
    assert places([Holding("A", note="Toàn văn", url="http://a.vn/1")])[0].note == (
        "Toàn văn http://a.vn/1"
    )


def test_a_status_is_a_restriction_only_of_what_cannot_be_had():
    assert restrictions(Holding("A", status="Lost", available=False)) == "Lost"
    assert restrictions(Holding("A", status="Available", available=True)) == ""
    assert restrictions(Holding("A", restrictions="Đọc tại chỗ", available=True)) == "Đọc tại chỗ"
    assert on_hold(Holding("A", status="On Hold")) and not on_hold(Holding("A", status="Lost"))
