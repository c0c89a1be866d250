from hypothesis import given
from hypothesis import strategies as st

from interop.oai.protocol import SET_SPEC
from interop.oai.sets import Set, listing, with_parents

NAMES = {"VN-QTI": "Thư viện tỉnh Quảng Trị"}


def name(code: str) -> str:
    return NAMES.get(code, code)


def test_parents_are_added_once_and_in_order() -> None:
    specs = ["type:book", "library:VN-QTI", "library:VN-XXX", "library"]
    assert listing(specs, name) == [
        Set("library", "Libraries"),
        Set("library:VN-QTI", "Thư viện tỉnh Quảng Trị"),
        Set("library:VN-XXX", "VN-XXX"),
        Set("type", "Types of material"),
        Set("type:book", "Book"),
    ]


def test_languages_have_their_own_names() -> None:
    names = {each.spec: each.name for each in listing(["language:vie", "language:xyz"], name)}
    assert names == {"language": "Languages", "language:vie": "Tiếng Việt", "language:xyz": "xyz"}


def test_an_unknown_kind_is_its_own_name() -> None:
    assert listing(["a:b"], name) == [Set("a", "a"), Set("a:b", "b")]


def test_no_sets() -> None:
    assert listing([], name) == []


@given(st.lists(st.from_regex(r"[a-z!~]{1,3}(:[A-Z0-9-]{1,3}){0,3}", fullmatch=True)))
def test_every_set_is_legal_named_and_has_its_parents(specs: list[str]) -> None:
    sets = listing(specs, name)
    found = [each.spec for each in sets]
    assert found == sorted(set(found)) and set(found) == with_parents(found) >= set(specs)
    assert all(SET_SPEC.fullmatch(each.spec) and each.name for each in sets)
