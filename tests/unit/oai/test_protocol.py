import re
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree

from interop.oai.protocol import (
    MAX_ERRORS,
    URI,
    VERBS,
    Errors,
    Request,
    format_datestamp,
    parse,
    parse_datestamp,
)

ANY_URI = etree.XMLSchema(
    etree.XML(
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="a">'
        '<xs:complexType><xs:attribute name="u" type="xs:anyURI"/></xs:complexType>'
        "</xs:element></xs:schema>"
    )
)


def codes(parsed: Request | Errors) -> list[str]:
    return [error.code for error in parsed.errors] if isinstance(parsed, Errors) else []


def messages(parsed: Request | Errors) -> str:
    assert isinstance(parsed, Errors)
    return " ".join(error.message for error in parsed.errors)


def test_a_request_with_every_argument() -> None:
    parsed = parse(
        b"verb=ListRecords&set=library%3AVN-QTI&from=2024-02-29&until=2024-03-01&metadataPrefix=x"
    )
    assert parsed == Request(
        verb="ListRecords",
        arguments=(
            ("verb", "ListRecords"),
            ("set", "library:VN-QTI"),
            ("from", "2024-02-29"),
            ("until", "2024-03-01"),
            ("metadataPrefix", "x"),
        ),
        metadata_prefix="x",
        set_spec="library:VN-QTI",
        from_=1_709_164_800,
        until=1_709_337_599,
    )


def test_query_and_body_are_read_together() -> None:
    assert codes(parse(b"verb=ListRecords", b"metadataPrefix=oai_dc")) == []
    assert "repeated" in messages(parse(b"verb=ListSets&resumptionToken=a", b"resumptionToken=a"))


def test_percent_and_plus() -> None:
    parsed = parse(b"verb=ListSets&resumptionToken=a+b%2Bc%2fd%zz%")
    assert isinstance(parsed, Request) and parsed.resumption_token == "a b+c/d%zz%"


def test_unescaped_utf8_is_read() -> None:
    parsed = parse("verb=ListSets&resumptionToken=Huế".encode())
    assert isinstance(parsed, Request) and parsed.resumption_token == "Huế"


@pytest.mark.parametrize("verb", VERBS)
def test_the_table_of_arguments_is_obeyed(verb: str) -> None:
    arguments = VERBS[verb]
    least = "".join(f"&{name}=oai_dc" for name in sorted(arguments.required))
    assert codes(parse(f"verb={verb}{least}".encode())) == []
    every = {"identifier", "metadataPrefix", "from", "until", "set", "resumptionToken"}
    for name in every - arguments.allowed:
        assert codes(parse(f"verb={verb}{least}&{name}=2024-01-01".encode())) == ["badArgument"]
    for name in arguments.optional:
        assert codes(parse(f"verb={verb}{least}&{name}=2024-01-01".encode())) == []
    for name in arguments.required:
        rest = least.replace(f"&{name}=oai_dc", "")
        assert name in messages(parse(f"verb={verb}{rest}".encode()))
    if arguments.exclusive:
        assert codes(parse(f"verb={verb}&{arguments.exclusive}=x".encode())) == []


def test_no_verb_hides_the_other_errors() -> None:
    assert codes(parse(b"x=1&from=junk")) == ["badVerb"]


def test_every_error_is_reported_once() -> None:
    text = messages(parse(b"verb=ListIdentifiers&a=1&a=1&from=x&until=y&set=%20"))
    assert text.count('"a" is not') == 1
    for part in ("metadataPrefix is missing", "from: ", "until: ", "setSpec"):
        assert part in text


def test_errors_are_limited_in_number_and_length() -> None:
    names = b"&".join(b"argument%d=1" % number for number in range(3000))
    assert len(codes(parse(b"verb=Identify&" + names))) == MAX_ERRORS
    assert len(messages(parse(b"verb=Identify&" + b"x" * 8000 + b"=1"))) < 200


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("1970-01-01", 0, 86_399),
        ("2024-02-29", 1_709_164_800, 1_709_251_199),
        ("2024-02-29T12:34:56Z", 1_709_210_096, 1_709_210_096),
        ("0001-01-01", -62_135_596_800, -62_135_510_401),
        ("9999-12-31", 253_402_214_400, 253_402_300_799),
    ],
)
def test_datestamps(text: str, first: int, last: int) -> None:
    assert parse_datestamp(text) == first
    assert parse_datestamp(text, end=True) == last


@given(st.integers(-62_135_596_800, 253_402_300_799))
def test_formatted_datestamps_are_read_back(seconds: int) -> None:
    assert parse_datestamp(format_datestamp(seconds)) == seconds


@given(st.text("0123456789-:TZ.+ tz", max_size=24) | st.text(max_size=24))
@example("2023-02-29")
@example("2023-01-01T23:59:60Z")
@example("2023-01-01\n")
@example("２０２３-01-01")
def test_a_text_is_a_datestamp_or_refused(text: str) -> None:
    try:
        seconds = parse_datestamp(text)
    except ValueError:
        return
    assert re.fullmatch(r"[0-9]{4}(-[0-9]{2}){2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)?", text)
    assert datetime.fromtimestamp(seconds, UTC).isoformat().startswith(text.rstrip("Z"))


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_any_bytes_give_a_request_or_errors(query: bytes, body: bytes) -> None:
    parsed = parse(query, body)
    assert isinstance(parsed, Request) or 1 <= len(parsed.errors) <= MAX_ERRORS


_NAMES = ["verb", "from", "until", "set", "metadataPrefix", "identifier", "resumptionToken", "x"]
_VALUES = st.sampled_from(
    ["", "oai_dc", "2024-01-01", "2024-13-01", "a:b", "%FF", "%00", "oai:x:y", "a b"]
)


@given(st.sampled_from(list(VERBS)), st.lists(st.tuples(st.sampled_from(_NAMES), _VALUES)))
def test_near_misses_give_a_request_or_errors(verb: str, pairs: list[tuple[str, str]]) -> None:
    query = "&".join([f"verb={verb}", *(f"{name}={value}" for name, value in pairs)])
    parsed = parse(query.encode())
    if isinstance(parsed, Errors):
        return
    names = [name for name, _ in pairs]
    assert len(set(names)) == len(names) and set(names) <= VERBS[verb].allowed
    assert VERBS[verb].required <= set(names) or VERBS[verb].exclusive in names
    assert dict(parsed.arguments) == {"verb": verb, **dict(pairs)}


@given(st.text("ab1:/?#[]%2F@ \"<>|\\^`{}é!$&'()*+,;=-._~", max_size=12))
@example("http://h#a#b")
@example("//h:x")
def test_what_passes_for_a_uri_is_one_for_the_schema(text: str) -> None:
    if URI.fullmatch(text):
        assert ANY_URI.validate(etree.Element("a", u=text))


@pytest.mark.parametrize(
    "text",
    [
        "oai:opac.example.vn:union/u000000001",
        "oai:a.b:c/d%20e;f?g",
        "http://example.org:80/x?y=z#w",
        "urn:isbn:9786041234567",
        'in"va<lid',
        "a b",
        "junk",
    ],
)
def test_identifiers_that_may_be_repeated(text: str) -> None:
    assert URI.fullmatch(text)
