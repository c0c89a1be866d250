"""Standard numbers as cataloguers write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.text.identifiers import isbn13, issn, lccn, oclc_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0198526636", "9780198526636"),
        ("0-19-852663-6 (pbk.) : $12.95", "9780198526636"),
        ("ISBN 978-0-19-852663-6", "9780198526636"),
        ("9780198526636 :", "9780198526636"),
        ("978 0 19 852663 6", "9780198526636"),
        ("978–0–19–852663–6 (bìa mềm) : 45.000đ", "9780198526636"),
        ("(pbk.) 080442957x", "9780804429573"),
        ("(v. 1) 0198526636", "9780198526636"),
        ("0198526637 0198526636", "9780198526636"),
        ("9791234567896", "9791234567896"),
    ],
)
def test_isbn(text, number):
    assert isbn13(text) == number


@pytest.mark.parametrize(
    "text",
    ["", "0198526637", "9780198526637", "45.000đ", "00012345", "01985266360", "0000000000"]
    + ["9780000000002", "12345678901234567890", "٠١٩٨٥٢٦٦٣٦"],
)
def test_no_isbn(text):
    assert isbn13(text) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0317-8471", "0317-8471"),
        ("03178471", "0317-8471"),
        ("ISSN 1050-124x (print)", "1050-124X"),
        ("0317‑8471", "0317-8471"),
    ],
)
def test_issn(text, number):
    assert issn(text) == number


@pytest.mark.parametrize("text", ["", "0317-8472", "0000-0000", "103178471", "0317.8471"])
def test_no_issn(text):
    assert issn(text) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        # The examples of the info:lccn registration.
        ("n78-890351", "n78890351"),
        ("n78-89035", "n78089035"),
        ("n 78890351 ", "n78890351"),
        (" 85000002 ", "85000002"),
        ("85-2 ", "85000002"),
        ("2001-000002", "2001000002"),
        ("75-425165//r75", "75425165"),
        (" 79139101 /AC/r932", "79139101"),
        ("   85153773  ", "85153773"),
    ],
)
def test_lccn(text, number):
    assert lccn(text) == number


@pytest.mark.parametrize("text", ["", "abc", "1234567", "abcd12345678", "12-3456789", "٨٥١٥٣٧٧٣"])
def test_no_lccn(text):
    assert lccn(text) is None


@given(st.text() | st.from_regex("[0-9X -]{8,20}", fullmatch=True))
def test_normal_forms_are_fixed_points(text):
    for function in (isbn13, issn, lccn, oclc_number):
        number = function(text)
        assert number is None or function(number) == number


@given(st.integers(min_value=1, max_value=999_999_998), st.integers(min_value=1, max_value=9))
def test_any_single_wrong_digit_is_refused(body, step):
    thirteen = next(
        number for last in range(10) if (number := isbn13(f"978{body:09d}{last}")) is not None
    )
    wrong = thirteen[:-1] + str((int(thirteen[-1]) + step) % 10)
    assert isbn13(wrong) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("(OCoLC)1234567", "1234567"),
        ("(OCoLC)ocm00123456", "123456"),
        (" (ocolc) on1000000001 ", "1000000001"),
        ("ocm00012345 ", "12345"),
        ("ocn123456789", "123456789"),
        ("1234567", None),
        ("(DLC)1234567", None),
        ("(OCoLC)", None),
        ("", None),
    ],
)
def test_oclc_number(text, number):
    assert oclc_number(text) == number
