"""The words that rules can use: filters and functions with a case of their own."""

import inspect
import re
from pathlib import Path

import pytest

from interop.crosswalks import _fields
from interop.crosswalks._rules import vocabulary
from interop.crosswalks._rules.vocabulary import FILTERS, FUNCTIONS, READ_TAGS
from interop.marc import material
from tests.unit.crosswalks.mrk import record


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("bcp47", "vie", "vi"),
        ("bcp47", "", ""),
        ("country", "vm ", "vm"),
        ("country", "xx ", ""),
        ("dewey", "895.9/22 N527D", "895.922"),
        ("dewey", "DY-V", ""),
        ("entered", "000000", ""),
        ("entered", "231114", "231114"),
        ("first_word", "Bích Ngọc", "Bích"),
        ("isbn", "0152038655 :", "9780152038656"),
        ("issn", "0317-8471 (in)", "0317-8471"),
        ("lccn", "  2004042001", "2004042001"),
        ("lower", " DOI ", "doi"),
        ("oclc", "(OCoLC) 3681816", "3681816"),
        ("oclc", "17", ""),
        ("system_number", "(VN-QTI)17", "(VN-QTI)17"),
        ("system_number", "(OCoLC)17", ""),
        ("relator", "http://id.loc.gov/vocabulary/relators/aut", "aut"),
        ("pages", "xii, 300 tr. ; 21 cm", "300"),
        ("raw", " a ", " a "),
        ("uri", "http://a.vn/ă b#c#d", "http://a.vn/%C4%83%20b#c%23d"),
        ("uri", "Trang 5", ""),
        ("uri", "http://a.vn:8080/?f[0]=x", "http://a.vn:8080/?f%5B0%5D=x"),
        ("uri", "http://u:p@[::1]:80/x", "http://u:p@[::1]:80/x"),
        ("uri", "http://example.vnttp://example.vn", ""),
        ("uri", "http://a.vn:/x", ""),
        ("uri", "http://[x/", ""),
        ("uri", "ftp://a@b@c/", ""),
        ("year", "[c1993.]", "1993"),
    ],
)
def test_filters(name, value, expected):
    assert FILTERS[name](value) == expected


def test_functions_say_what_they_take_and_read():
    for name, function in FUNCTIONS.items():
        assert function.takes in ("field", "record", "both"), name
        assert function.takes != "record" or function.reads, name


@pytest.mark.parametrize(
    ("name", "line", "expected"),
    [
        ("article", "=245  14$aThe tale /", "The"),
        ("filing", "=245  14$aThe tale /", "tale"),
        ("article", "=246  14$aThe tale", ""),
        ("heading", "=650  \\4$aThơ$zViệt Nam", "Thơ"),
        ("place", "=651  \\4$aHuế$xLịch sử$zViệt Nam.", "Huế--Việt Nam"),
        ("divisions", "=650  \\4$aThơ$zViệt Nam.$v", ["Việt Nam", ""]),
        ("number", "=024  7\\$a10.1/x$2doi", ["doi:10.1/x"]),
        ("work", "=700  1\\$aTô, Hoài.$tDế mèn.", "Tô, Hoài. Dế mèn"),
    ],
)
def test_functions_of_a_field(name, line, expected):
    (field,) = record(line).fields
    assert FUNCTIONS[name].call(field) == expected


@pytest.mark.parametrize("module", [vocabulary, _fields])
def test_tags_that_functions_look_for_are_listed(module):
    """Else a record that is read for one format would lack them."""
    source = Path(module.__file__).read_text() + inspect.getsource(material.language_code)
    calls = re.findall(r"\.(?:get|data)\(([^()]*)\)|_SERIES = \(([^()]*)\)", source)
    tags = {tag for call in calls for tag in re.findall('"([0-9]{3})"', "".join(call))}
    assert tags and tags <= READ_TAGS
