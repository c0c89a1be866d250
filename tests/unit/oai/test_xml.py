from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from interop.http.coding import Part, encode
from interop.model.record import RecordId, Stored
from interop.oai.answers import (
    Answer,
    Content,
    Format,
    GetRecord,
    Identify,
    ListIdentifiers,
    ListMetadataFormats,
    ListPart,
    ListRecords,
    ListSets,
    Record,
    Resumption,
)
from interop.oai.protocol import Errors, OaiError, Request
from interop.oai.sets import Set
from interop.oai.xml import Document, header, headers, records, write

RECORD = Record("oai:x.y:u/1", 0, False, ("type:book", "library:VN-QTI"), b"<m xmlns='urn:m'/>")
GONE = Record("oai:x.y:u/2", 1, True, ("type:book",))
REQUEST = Request("Identify", (("verb", "Identify"),))


def part(*found: Record, headers_only: bool = False) -> ListPart:
    body = (
        b"".join(header(*each[:4]).encode() for each in found) if headers_only else records(found)
    )
    return ListPart(Part(body), len(found), 1, False, "tag")


def text_of(document: Document) -> bytes:
    return b"".join(encode(document.chunks, "identity"))


def document(content: Content, request: Request | None = REQUEST) -> str:
    made = write(Answer(0, "http://h/oai", request, content))
    assert len(made.chunks) in (1, 3) and bool(made.tag) != isinstance(content, Errors)
    text = text_of(made)
    etree.fromstring(text)
    return text.decode()


def test_envelope() -> None:
    text = document(ListSets((Set("a", "A & B"),), None))
    assert text == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation='
        '"http://www.openarchives.org/OAI/2.0/ http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd">\n'
        "<responseDate>1970-01-01T00:00:00Z</responseDate>\n"
        '<request verb="Identify">http://h/oai</request>\n'
        "<ListSets>\n<set><setSpec>a</setSpec><setName>A &amp; B</setName></set>\n</ListSets>\n"
        "</OAI-PMH>\n"
    )


def test_record_and_tombstone() -> None:
    text = document(ListRecords(part(RECORD, GONE), None))
    assert (
        "<record><header><identifier>oai:x.y:u/1</identifier>"
        "<datestamp>1970-01-01T00:00:00Z</datestamp><setSpec>type:book</setSpec>"
        "<setSpec>library:VN-QTI</setSpec></header>"
        "<metadata><m xmlns='urn:m'/></metadata></record>\n"
        '<record><header status="deleted"><identifier>oai:x.y:u/2</identifier>'
        "<datestamp>1970-01-01T00:00:01Z</datestamp><setSpec>type:book</setSpec></header></record>"
    ) in text


def test_027_a_stylesheet_stands_before_the_root() -> None:
    answer = Answer(0, "http://h/oai", REQUEST, GetRecord(RECORD))
    text = text_of(write(answer, "/style.xsl?a=1&b")).decode()
    assert text.split("\n")[1] == ('<?xml-stylesheet type="text/xsl" href="/style.xsl?a=1&amp;b"?>')
    assert text.split("\n")[2].startswith("<OAI-PMH ")
    etree.fromstring(text.encode())


def test_about_follows_the_metadata_and_descriptions_the_identifier() -> None:
    record = RECORD._replace(about=(b"<a xmlns='urn:a'/>", b"<b xmlns='urn:b'/>"))
    assert (
        "</metadata><about><a xmlns='urn:a'/></about><about><b xmlns='urn:b'/></about></record>"
        in document(ListRecords(part(record), None))
    )
    identify = Identify("N", "http://h/oai", ("a@b.c",), 0, "x.y", "oai:x.y:u/1", (b"<f/>",))
    assert "</description>\n<description><f/></description>\n" in document(identify)


def test_one_record_and_headers_alone() -> None:
    assert "<GetRecord>\n<record><header><identifier>" in document(GetRecord(RECORD))
    text = document(ListIdentifiers(part(RECORD, GONE, headers_only=True), None))
    assert text.count("<header") == 2 and "metadata" not in text.partition("<ListId")[2]


@pytest.mark.parametrize(
    ("resumption", "element"),
    [
        (
            Resumption("abc", 100, 250, 60),
            '<resumptionToken expirationDate="1970-01-01T00:01:00Z"'
            ' completeListSize="250" cursor="100">abc</resumptionToken>',
        ),
        (
            Resumption("", 200, 250, None),
            '<resumptionToken completeListSize="250" cursor="200"/>',
        ),
    ],
)
def test_resumption_token(resumption: Resumption, element: str) -> None:
    assert element in document(ListRecords(part(RECORD), resumption))
    assert element in document(ListIdentifiers(part(RECORD, headers_only=True), resumption))
    assert element in document(ListSets((Set("a", "A"),), resumption))


@pytest.mark.parametrize(("code", "repeated"), [("badArgument", False), ("idDoesNotExist", True)])
def test_errors_and_the_request_element(code, repeated: bool) -> None:
    text = document(Errors((OaiError(code, 'no "<x>"'),)))
    assert f'<error code="{code}">no "&lt;x&gt;"</error>' in text
    assert ('verb="Identify"' in text) is repeated


def test_one_bad_argument_among_others_takes_the_attributes_away() -> None:
    errors = (OaiError("idDoesNotExist", "a"), OaiError("badArgument", "b"))
    assert "<request>" in document(Errors(errors))
    assert "<request>" in document(Errors((OaiError("badVerb", "b"),)), None)


def test_formats() -> None:
    text = document(ListMetadataFormats((Format("p", "http://s.xsd", "urn:n"),)))
    assert (
        "<metadataFormat><metadataPrefix>p</metadataPrefix><schema>http://s.xsd</schema>"
        "<metadataNamespace>urn:n</metadataNamespace></metadataFormat>"
    ) in text


def test_identify_with_and_without_description() -> None:
    identify = Identify("N", "http://h/oai", ("a@b.c", "d@e.f"), 0, "x.y", "oai:x.y:u/1")
    text = document(identify)
    assert "<adminEmail>a@b.c</adminEmail>\n<adminEmail>d@e.f</adminEmail>" in text
    assert "<sampleIdentifier>oai:x.y:u/1</sampleIdentifier>" in text
    bare = document(Identify("N", "http://h/oai", ("a@b.c",), 0, "localhost", None))
    assert "<description>" not in bare


@given(st.text(), st.text(), st.text())
def test_any_text_gives_a_well_formed_document(one: str, two: str, three: str) -> None:
    request = Request("GetRecord", (("verb", "GetRecord"), ("identifier", one)))
    record = Record(two, 0, False, (three,), b"<m/>")
    document(GetRecord(record), request)
    document(Errors((OaiError("idDoesNotExist", two),)), request)
    document(Identify(one, two, (three,), 0, "x", one), request)
    document(ListSets((Set(one, two),), None), request)


def test_the_tag_changes_with_the_content_and_not_with_the_time() -> None:
    def tag(content: Content, now: int = 0) -> str:
        return write(Answer(now, "http://h/oai", REQUEST, content)).tag

    one = ListSets((Set("a", "A"),), None)
    assert tag(one) == tag(one, 99) != tag(ListSets((Set("a", "B"),), None))
    first = ListRecords(part(RECORD), Resumption("abc", 0, 9, 60))
    assert tag(first) == tag(replace(first, resumption=Resumption("xyz", 0, 9, 61)), 1)
    assert tag(first) != tag(replace(first, resumption=Resumption("abc", 0, 10, 60)))
    assert tag(first) != tag(first, 86_400), "a copy is not used for longer than its token lives"
    assert tag(first) != tag(replace(first, part=replace(part(RECORD), tag="other")))


@given(st.lists(st.text()), st.booleans())
def test_headers_of_a_page_are_each_of_them(identifiers: list[str], deleted: bool) -> None:
    stored = Stored(1, RecordId("u", "1"), 1, 5, deleted, ("type:book",))
    found = headers(identifiers, [stored] * len(identifiers))
    assert found == [header(each, 5, deleted, ("type:book",)) for each in identifiers]
