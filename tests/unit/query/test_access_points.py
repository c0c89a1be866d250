"""The table of access points: nothing is claimed twice."""

from collections import Counter

from interop.query.access_points import ACCESS_POINTS, BY_CQL, BY_NAME, BY_USE
from interop.query.context_sets import CONTEXT_SETS


def repeated(values):
    return [value for value, count in Counter(values).items() if count > 1]


def test_nothing_is_claimed_twice():
    assert not repeated(point.name for point in ACCESS_POINTS)
    assert not repeated(use for point in ACCESS_POINTS for use in point.use)
    assert not repeated(name for point in ACCESS_POINTS for name in point.names)


def test_lookups_hold_every_row():
    numbered = {point for point in BY_NAME.values() if point.kind != "span"}  # Bib-1 has no spans
    assert numbered == set(BY_USE.values()) < set(BY_CQL.values()) == set(BY_NAME.values())
    assert set(BY_NAME.values()) == set(ACCESS_POINTS)


def test_cql_names_are_in_lower_case_and_in_a_known_context_set():
    for name in BY_CQL:
        context_set, dot, local = name.partition(".")
        assert name == name.casefold()
        assert not dot or (context_set in CONTEXT_SETS and local)


def test_bath_level_1_has_its_access_points():
    """Bath Profile 2.0, area A, level 1: author, title, subject, any, identifier, date."""
    assert {1003, 4, 21, 1016, 1007, 31} <= BY_USE.keys()


# What the profiles and the clients of today ask for, Bib-1 attribute set, type 1.
ASKED = {
    *(1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 16, 20, 21, 30, 31, 32, 33, 47, 54, 58, 62, 63),
    *range(1000, 1008),
    *(1011, 1012, 1016, 1017, 1018, 1019, 1021, 1031, 1033, 1034, 1035, 1044, 1045, 1075, 1079),
    1211,
}


def test_every_use_attribute_that_profiles_and_clients_ask_for():
    assert ASKED <= BY_USE.keys()


def test_names_of_the_marc_set_name_exactly_the_source():
    for name, point in BY_CQL.items():
        context_set, _, local = name.partition(".")
        if context_set == "marc":
            assert local.replace("$", "") == point.source
