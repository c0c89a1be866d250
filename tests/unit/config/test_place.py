"""Where in its file a wrong setting stands."""

from pathlib import Path

import pytest

from interop.config.place import Place

TEXT = """\
server.name = "x"            # 1

[z3950]
idle = "15m"                 # 4

[[source]]                   # 6
id = "hue.koha"
every = "1h"                 # 8

[[ source ]]                 # 10
id = 'qti'   # of Quảng Trị
every = "2h"                 # 12
"library" = "VN-QTI"

[[source]]                   # 15
every = "3h"                 # 16
id = "qti-2"
"""


@pytest.mark.parametrize(
    ("where", "line"),
    [
        ("source[hue.koha].every", 8),
        ("source[qti].every", 12),
        ("source[qti].library", 13),
        ("source[qti-2].every", 16),
        ("source[qti].url", 10),
        ("source[qti]", 10),
        ("source[hue.koha]", 6),
        ("source[?].every", 8),
        ("source.every", 8),
        ("source", 6),
        ("z3950.idle", 4),
        ("z3950", 3),
        ("server.name", 1),
        ("server", 1),
    ],
)
def test_the_line_of_the_row_that_is_meant(where, line):
    error = Place(TEXT, Path("interop.toml")).error(where, "wrong")
    assert str(error) == f"interop.toml:{line}: {where}: wrong"


@pytest.mark.parametrize("where", ["store.url", "nothing", "library[A].code"])
def test_what_stands_nowhere_has_no_line(where):
    error = Place(TEXT, Path("interop.toml")).error(where, "wrong")
    assert str(error) == f"interop.toml: {where}: wrong"


def test_without_a_file_there_is_no_place():
    assert str(Place("", None).error("server.http", "wrong")) == (
        "configuration: server.http: wrong"
    )


def test_near_names_are_told_else_all_that_are_known():
    place = Place("", None)
    assert str(place.unknown("server.nam", ["name", "http"])).endswith("did you mean 'name'?")
    assert str(place.unknown("server.zzz", ["name", "http"])).endswith("known: http, name")
