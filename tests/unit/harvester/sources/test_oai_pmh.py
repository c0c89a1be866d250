"""OAI-PMH pages: good ones, the lenient cases, and every kind that must be refused."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from harvester.sources._base import (
    AskIdentity,
    AskList,
    AskMore,
    BadPage,
    BadToken,
    EmptyList,
    Identity,
    ListPage,
    Refusal,
)
from harvester.sources.oai_pmh import parse_date, read, url
from tests.unit.harvester.fakes import deleted, error, identify, page, record, response

LIST = AskList("oai_dc")
FFFD = "\ufffd".encode()


@pytest.mark.parametrize(
    ("ask", "expected"),
    [
        (AskIdentity(), "http://h/oai?verb=Identify"),
        (LIST, "http://h/oai?verb=ListRecords&metadataPrefix=oai_dc"),
        (
            AskList("marcxml", "2025-01-01T00:00:00Z", "a:b"),
            "http://h/oai?verb=ListRecords&metadataPrefix=marcxml"
            "&from=2025-01-01T00%3A00%3A00Z&set=a%3Ab",
        ),
        (
            AskMore("a+b/c= &%é"),
            "http://h/oai?verb=ListRecords&resumptionToken=a%2Bb%2Fc%3D+%26%25%C3%A9",
        ),
    ],
)
def test_requests(ask, expected):
    assert url("http://h/oai", ask) == expected


def test_query_of_the_base_address_is_kept():
    assert url("http://h/oai?db=1", AskIdentity()) == "http://h/oai?db=1&verb=Identify"


def test_identify():
    assert read(AskIdentity(), identify()) == Identity("Thư viện", seconds=True)
    assert read(AskIdentity(), identify("YYYY-MM-DD")) == Identity("Thư viện", seconds=False)
    assert read(AskIdentity(), identify("??")) == Identity("Thư viện", seconds=False)


def test_page():
    got = read(LIST, page([record("a", "x"), deleted("b")], token="t1", size=7))
    assert isinstance(got, ListPage)
    assert (got.token, got.size) == ("t1", 7)
    assert got.response_date == datetime(2025, 3, 4, 5, 6, 7, tzinfo=UTC)
    first, second = got.records
    assert (first.position, first.identifier, first.datestamp) == (1, "a", "2025-01-01")
    assert first.raw.startswith(b"<oai_dc:dc ") and first.raw.endswith(b"</oai_dc:dc>")
    assert (second.identifier, second.deleted, second.raw) == ("b", True, b"")
    assert got.warnings == ()


@pytest.mark.parametrize("name", ["0", "oai:x:Sách 1", "a#b%20c", "OAI:X", "Ω"])
def test_identifiers_are_opaque(name):
    got = read(LIST, page([record(name)]))
    assert got.records[0].identifier == name


@pytest.mark.parametrize("token", ["", "   ", None])
def test_blank_token_ends_the_list(token):
    assert read(LIST, page([record("a")], token=token)).token is None


@pytest.mark.parametrize("size", ["-1", "abc", "9" * 40, "٣"])
def test_nonsense_size_is_ignored(size):
    body = page([record("a")], token="t").replace(
        b"<resumptionToken>", f'<resumptionToken completeListSize="{size}">'.encode()
    )
    assert read(LIST, body).size is None


def test_digest_covers_records_and_token_not_the_date():
    one = read(LIST, page([record("a")], token="t"))
    later = read(LIST, page([record("a")], token="t", date="2026-01-01T00:00:00Z"))
    other = read(LIST, page([record("a")], token="u"))
    changed = read(LIST, page([record("a", "y")], token="t"))
    assert one.digest == later.digest
    assert len({one.digest, other.digest, changed.digest}) == 3
    assert one.content == other.content != changed.content


def test_status_in_capitals_is_deleted():
    body = page([deleted("a").replace('"deleted"', '"DELETED"')])
    assert read(LIST, body).records[0].deleted


# what the world does to namespaces and prologs


def test_missing_or_wrong_namespace_is_tolerated_and_said():
    for namespace in ("", "http://example.org/"):
        body = response(f"<ListRecords>{record('a')}</ListRecords>", namespace=namespace)
        got = read(LIST, body)
        assert [r.identifier for r in got.records] == ["a"]
        assert "namespace" in got.warnings[0]


def test_prefixed_elements():
    body = (
        b'<o:OAI-PMH xmlns:o="http://www.openarchives.org/OAI/2.0/">'
        b"<o:responseDate>2025-03-04T05:06:07Z</o:responseDate><o:ListRecords><o:record><o:header>"
        b"<o:identifier> a\n</o:identifier></o:header><o:metadata><x/></o:metadata></o:record>"
        b"</o:ListRecords></o:OAI-PMH>"
    )
    got = read(LIST, body)
    assert got.records[0].identifier == "a"
    assert got.warnings == ()


@pytest.mark.parametrize(
    "change",
    [
        lambda b: b"\xef\xbb\xbf" + b,
        lambda b: b.decode().replace("UTF-8", "UTF-16").encode("utf-16"),
        lambda b: b"<!-- x -->" + b[b.index(b"<OAI") :],
        lambda b: b.replace(b"UTF-8", b"ISO-8859-1"),
    ],
    ids=["bom", "utf-16", "comment", "declares latin-1, is utf-8"],
)
def test_encodings_that_are_no_fault(change):
    got = read(LIST, change(page([record("a", "Truyện Kiều")])))
    assert "Truyện Kiều".encode() in got.records[0].raw
    assert got.repairs == 0


def test_latin_1():
    body = page([record("a", "été")]).replace(b"UTF-8", b"ISO-8859-1")
    got = read(LIST, body.decode().encode("iso-8859-1"))
    assert "été".encode() in got.records[0].raw


# repairs


@pytest.mark.parametrize(
    ("found", "kept", "count"),
    [
        (b"a\x03b", b"a" + FFFD + b"b", 1),
        (b"a&#11;b", b"a" + FFFD + b"b", 1),
        (b"a&#xFFFE;b", b"a" + FFFD + b"b", 1),
        (b"a\xef\xbf\xbeb", b"a" + FFFD + b"b", 1),
        (b"a\xffb\xc3", b"a" + FFFD + b"b" + FFFD, 2),
        (b"R & D", b"R &amp; D", 1),
        (b"&aacute;&amp;&nope;", "á&amp;&amp;nope;".encode(), 2),
        (b"<![CDATA[&#11; & ]]>&#11;", b"&amp;#11; &amp; " + FFFD, 1),
    ],
)
def test_repairs_are_made_and_counted(found, kept, count):
    body = page([record("a", "TITLE"), record("b")]).replace(b"TITLE", found)
    got = read(LIST, body)
    assert kept in got.records[0].raw
    assert got.repairs == count
    assert bool(got.records[0].warnings) == (FFFD in kept)
    assert got.records[1].warnings == ()
    assert any("repaired" in warning for warning in got.warnings)


@pytest.mark.parametrize(
    "change", [lambda b: b"\n\n " + b, lambda b: b + b"\n<p>PHP Notice</p>"], ids=["head", "tail"]
)
def test_text_around_the_document_is_cut_and_counted(change):
    got = read(LIST, change(page([record("a")])))
    assert (len(got.records), got.repairs) == (1, 1)


def test_text_node_above_ten_megabytes():
    got = read(LIST, page([record("a", "x" * 11_000_000)]))
    assert len(got.records[0].raw) > 11_000_000


# refusals of whole pages

GOOD = page([record("a"), record("b")], token="t")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b"   \n", "empty"),
        (GOOD[: len(GOOD) // 2], "not well-formed"),
        (GOOD[:-3], "not well-formed"),
        (b"<html><body><p>loading</body></html>", "HTML"),
        (b"<html><body/></html>", "HTML"),
        (b"<!DOCTYPE html><html><body/></html>", "HTML"),
        (b"<rss/>", "<rss>"),
        (b'<!DOCTYPE a [<!ENTITY x "y">]>' + GOOD[39:], "DTD"),
        (b'<?xml version="1.0"?><!-- --><!DOCTYPE a SYSTEM "file:///etc/passwd"><OAI-PMH/>', "DTD"),
        ("<!DOCTYPE a []><OAI-PMH/>".encode("utf-16"), "DTD"),
        (response(""), "0 <ListRecords>"),
        (identify(), "0 <ListRecords>"),
        (GOOD.replace(b"UTF-8", b"KOI8-X"), "unknown encoding"),
    ],
)
def test_no_page_is_guessed(body, reason):
    with pytest.raises(BadPage, match=reason):
        read(LIST, body)


def test_entity_bomb_is_refused_at_once():
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "ha"}">' for n in range(12))
    with pytest.raises(BadPage, match="DTD"):
        read(LIST, f"<!DOCTYPE OAI-PMH [{entities}]><OAI-PMH>&e11;</OAI-PMH>".encode())


def test_external_entity_is_refused(tmp_path: Path):
    secret = tmp_path / "secret"
    secret.write_text("hunter2")
    body = f'<!DOCTYPE x [<!ENTITY f SYSTEM "{secret.as_uri()}">]>'.encode()
    body += page([record("a", "&f;")])[39:]
    with pytest.raises(BadPage, match="DTD"):
        read(LIST, body)


# errors of the protocol


def test_errors():
    assert read(AskMore("t"), error("badResumptionToken", "expired")) == BadToken("expired")
    empty = read(LIST, error("noRecordsMatch"))
    assert empty == EmptyList(datetime(2025, 3, 4, 5, 6, 7, tzinfo=UTC))
    assert read(LIST, error("noSetHierarchy", "no")) == Refusal("noSetHierarchy", "no")
    assert read(AskIdentity(), error("noRecordsMatch", "no")) == Refusal("noRecordsMatch", "no")


def test_bad_token_outranks_other_errors():
    body = response('<error code="badArgument">x</error><error code="badResumptionToken">y</error>')
    assert read(AskMore("t"), body) == BadToken("y")


# single bad records


@pytest.mark.parametrize(
    ("bad", "problem"),
    [
        ("<record><metadata><x/></metadata></record>", "without a header"),
        ("<record><header><datestamp>2025</datestamp></header></record>", "without an identifier"),
        (
            "<record><header><identifier> </identifier></header><metadata><x/></metadata></record>",
            "without an identifier",
        ),
        ("<record><header><identifier>x</identifier></header></record>", "without metadata"),
        (
            "<record><header><identifier>x</identifier></header><metadata> </metadata></record>",
            "without metadata",
        ),
    ],
)
def test_a_bad_record_costs_one_record(bad, problem):
    got = read(LIST, page([record("a"), bad, record("b")]))
    assert [bool(r.problem) for r in got.records] == [False, True, False]
    assert problem in got.records[1].problem
    assert got.records[1].raw.startswith(b"<record")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-03-04T05:06:07Z", "2025-03-04T05:06:07+00:00"),
        ("2025-03-04", "2025-03-04T00:00:00+00:00"),
        ("2025-03-04T05:06:07.123Z", "2025-03-04T05:06:07+00:00"),
        ("2025-03-04T12:06:07+07:00", "2025-03-04T05:06:07+00:00"),
        ("2025-03-04 05:06:07", "2025-03-04T05:06:07+00:00"),
        ("hôm nay", None),
        ("", None),
        ("0001-01-01T00:00:00+14:00", None),
    ],
)
def test_dates(text, expected):
    got = parse_date(text)
    assert (got.isoformat() if got else None) == expected


# properties

ASKS = (AskIdentity(), LIST, AskMore("t"))


@given(st.sampled_from(ASKS), st.binary(max_size=300))
@example(LIST, b"<!--")
@example(LIST, b"\x00<")
@example(LIST, b"\xff\xfe<")
@example(LIST, b"<?xml encoding='utf-16'?>")
def test_any_bytes_give_a_reply_or_the_documented_error(ask, body):
    try:
        read(ask, body)
    except BadPage:
        return


@given(st.sampled_from(ASKS), st.integers(0, len(GOOD)), st.integers(0, 40), st.binary(max_size=9))
def test_a_damaged_page_gives_a_reply_or_the_documented_error(ask, start, length, other):
    body = GOOD[:start] + other + GOOD[start + length :]
    try:
        got = read(ask, body)
    except BadPage:
        return
    if isinstance(got, ListPage):
        assert all(r.raw or r.problem or r.deleted for r in got.records)


@given(st.integers(1, len(GOOD) - 1))
def test_no_cut_off_page_is_a_page(length):
    with pytest.raises(BadPage):
        read(LIST, GOOD[:length])


@given(st.text(max_size=40))
def test_any_title_comes_through_a_broken_writer(title):
    """A provider that escapes nothing but markup: the record is there, nothing is dropped."""
    title = title.replace("<", "").replace("]", "").replace("&", "")
    body = page([record("a", "TITLE")]).replace(
        b"TITLE", title.encode("utf-8", "surrogatepass") + b"\x01"
    )
    got = read(LIST, body)
    assert got.repairs >= 1
    assert len(got.records) == 1


@pytest.mark.corpus
def test_recorded_responses_of_real_servers(corpus):
    """Every recorded ListRecords response is a page with identified records, or an OAI error."""
    pages = 0
    for path in sorted((corpus / "oai").rglob("*.xml")):
        body = path.read_bytes()
        if b"ListRecords" not in body:
            continue
        try:
            got = read(LIST, body)
        except BadPage:
            continue
        if isinstance(got, ListPage):
            pages += 1
            assert all(r.identifier or r.problem for r in got.records), path
    assert pages >= 8
