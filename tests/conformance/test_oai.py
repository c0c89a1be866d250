"""The OAI-PMH 2.0 conformance checklist, one test per item, named by its number.

Every answer is validated and examined by ``Repository.examine`` before the test looks at it.
"""

import gzip
import re
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from interop.crosswalks import XML_CROSSWALKS
from interop.http.reply import Asked
from interop.oai.protocol import VERBS, format_datestamp
from interop.oai.provider import PageSizes
from interop.oai.token import LIFETIME, Position, Signer, issue
from tests.conformance.oai_repository import (
    DATESTAMP,
    NS,
    SCHEMA_LOCATION,
    Repository,
    official_schema,
)
from tests.unit.oai.fakes import START, FakeCatalogue, filled

LIST_VERBS = ("ListRecords", "ListIdentifiers")
FIRST = "oai:opac.example.vn:union/u000000000"
GONE = "oai:opac.example.vn:union/u000000009"

# The least that each verb accepts.
LEGAL = {
    "GetRecord": f"verb=GetRecord&identifier={quote(FIRST)}&metadataPrefix=oai_dc",
    "Identify": "verb=Identify",
    "ListIdentifiers": "verb=ListIdentifiers&metadataPrefix=oai_dc",
    "ListMetadataFormats": "verb=ListMetadataFormats",
    "ListRecords": "verb=ListRecords&metadataPrefix=oai_dc",
    "ListSets": "verb=ListSets",
}


@pytest.fixture(scope="module")
def schema(request):
    """The official schemas where they are; else ``None``, and the first test tells so."""
    try:
        return official_schema(request.getfixturevalue("official_xsd"))
    except pytest.skip.Exception:
        return None


@pytest.fixture
def oai(schema) -> Repository:
    return Repository(filled(), schema)


@pytest.fixture
def small(schema) -> Repository:
    """An empty catalogue, to be filled by the test."""
    return Repository(FakeCatalogue(), schema)


@pytest.mark.official
def test_the_official_schema_is_used_and_strict(official_xsd, oai) -> None:
    official = official_schema(official_xsd)
    reply = oai.query(LEGAL["ListRecords"])
    official.assertValid(reply.root)
    reply.all("*/o:record/o:metadata")[0].append(etree.Element("unknown"))
    assert not official.validate(reply.root)


# --- HTTP -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", VERBS)
def test_001_post_answers_as_get(oai, verb) -> None:
    assert oai.post(LEGAL[verb]).body == oai.query(LEGAL[verb]).body


def test_002_post_of_another_type_or_with_the_query_in_the_address(oai) -> None:
    refused = oai.http.post("/oai", data="verb=Identify", content_type="text/plain")
    assert refused.status_code == 415
    assert oai.post("", "verb=Identify").codes == []
    assert oai.post("metadataPrefix=oai_dc", "verb=ListRecords").codes == []
    assert oai.http.post("/oai?verb=Identify").status_code == 200


def test_003_content_type_of_errors_too(oai) -> None:
    assert oai.query("verb=nonsense").response.content_type == "text/xml; charset=utf-8"


@pytest.mark.parametrize(
    "query", ["", "verb=x", "verb=GetRecord", "verb=ListSets&resumptionToken=x"]
)
def test_004_errors_travel_with_http_200(oai, query) -> None:
    assert oai.http.get(f"/oai?{query}").status_code == 200


def test_005_our_own_failure_is_503_with_seconds_to_wait(oai, monkeypatch, caplog) -> None:
    def fail(*_args, **_kwargs):
        raise RuntimeError("the disk is on fire")

    monkeypatch.setattr(oai.catalogue, "page", fail)
    response = oai.http.get(f"/oai?{LEGAL['ListRecords']}")
    assert response.status_code == 503
    assert 1 <= int(response.headers["Retry-After"]) <= 3600
    assert "fire" not in response.text and "Traceback" not in response.text
    incident = re.search(r"incident ([0-9a-f]{8})", response.text)[1]
    assert incident in caplog.text and "the disk is on fire" in caplog.text


def test_006_identify_is_not_redirected(oai) -> None:
    assert oai.http.get("/oai?verb=Identify").status_code == 200
    assert oai.http.get("/oai/vn-qti?verb=Identify").status_code == 200


def test_007_gzip_on_request_and_named_in_identify(oai) -> None:
    plain = oai.query(LEGAL["ListRecords"]).body
    asked = oai.http.get(f"/oai?{LEGAL['ListRecords']}", headers={"Accept-Encoding": "br, gzip"})
    assert asked.headers["Content-Encoding"] == "gzip"
    assert len(asked.data) < len(plain) and gzip.decompress(asked.data) == plain
    refused = oai.http.get("/oai?verb=Identify", headers={"Accept-Encoding": "gzip;q=0, *"})
    assert "Content-Encoding" not in refused.headers
    assert oai(verb="Identify").all("o:Identify/o:compression/text()") == ["gzip"]


def test_008_vary_length_head_and_other_methods(oai) -> None:
    got = oai.http.get("/oai?verb=Identify")
    head = oai.http.head("/oai?verb=Identify")
    assert got.headers["Vary"] == "Accept-Encoding"
    assert int(got.headers["Content-Length"]) == len(got.data)
    assert head.data == b"" and head.headers["Content-Length"] == got.headers["Content-Length"]
    for method in ("put", "delete", "patch", "options"):
        refused = getattr(oai.http, method)("/oai?verb=Identify")
        assert refused.status_code == 405
        assert {"GET", "HEAD", "POST"} == set(refused.headers["Allow"].replace(" ", "").split(","))


def test_009_percent_decoding(small) -> None:
    small.catalogue.put("a b+c/d", "type:book")
    identifier = "oai%3Aopac.example.vn%3Aunion%2Fa+b%2Bc%2Fd"
    reply = small.query(f"verb=GetRecord&identifier={identifier}&metadataPrefix=oai_dc")
    assert reply.attributes["identifier"] == "oai:opac.example.vn:union/a b+c/d"
    assert len(reply.headers) == 1


def test_010_base_url_with_and_without_a_question_mark(oai) -> None:
    for address in ("/oai", "/oai?"):
        assert oai.examine(oai.http.get(address)).codes == ["badVerb"]


def test_011_long_request_lines(oai) -> None:
    assert oai.query("verb=Identify&x=" + "y" * 8000).codes == ["badArgument"]
    assert oai.http.get("/oai?verb=Identify&x=" + "y" * 9000).status_code == 414


@pytest.mark.parametrize("path", ["/oai/nowhere", "/oai/union/x", "/oai.php"])
def test_012_an_unknown_path_is_404_and_no_oai_answer(oai, path) -> None:
    response = oai.http.get(f"{path}?verb=Identify")
    assert response.status_code == 404 and b"OAI-PMH" not in response.data


# --- envelope -------------------------------------------------------------------------------------


def test_013_well_formed_utf8_without_byte_order_mark(oai) -> None:
    body = oai.query(LEGAL["ListRecords"]).body
    assert body.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n<OAI-PMH')
    assert "Dế Mèn" in body.decode("utf-8")


def test_014_root_and_schema_location(oai) -> None:
    root = oai(verb="Identify").root
    assert root.nsmap[None] == "http://www.openarchives.org/OAI/2.0/"
    assert len(root.get(SCHEMA_LOCATION).split()) == 2


@pytest.mark.parametrize("verb", VERBS)
def test_015_order_of_children(oai, verb) -> None:
    names = [etree.QName(child).localname for child in oai.query(LEGAL[verb]).root]
    assert names == ["responseDate", "request", verb]


def test_016_response_date_is_the_present_second(oai) -> None:
    oai.catalogue.time = 1_709_210_096
    assert oai(verb="Identify").root[0].text == "2024-02-29T12:34:56Z"


def test_017_request_is_exactly_the_base_url(oai) -> None:
    assert oai(verb="Identify").root[1].text == "http://localhost/oai"
    assert oai(path="/oai/vn-qti", verb="Identify").root[1].text == "http://localhost/oai/vn-qti"


def test_018_attributes_are_the_arguments_sent_verbatim(oai) -> None:
    reply = oai(verb="ListRecords", metadataPrefix="oai_dc", from_="2023-11-15", set="library")
    assert reply.attributes == {
        "verb": "ListRecords",
        "metadataPrefix": "oai_dc",
        "from": "2023-11-15",
        "set": "library",
    }


@pytest.mark.parametrize("query", ["verb=x&set=a", "verb=Identify&set=a", "verb=ListRecords"])
def test_019_no_attributes_after_bad_verb_and_bad_argument(oai, query) -> None:
    assert oai.query(query).attributes == {}


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("verb=ListRecords&metadataPrefix=nope", "cannotDisseminateFormat"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2999-01-01", "noRecordsMatch"),
        ("verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:x:y", "idDoesNotExist"),
        ("verb=ListIdentifiers&resumptionToken=abc", "badResumptionToken"),
    ],
)
def test_020_attributes_after_every_other_error(oai, query, code) -> None:
    reply = oai.query(query)
    assert reply.codes == [code] and len(reply.attributes) == query.count("=")


def test_021_attributes_of_a_resumed_request(oai) -> None:
    second = list(oai.sequence(verb="ListRecords", metadataPrefix="oai_dc"))[1]
    assert set(second.attributes) == {"verb", "resumptionToken"}


def test_022_special_characters_are_escaped(oai) -> None:
    reply = oai(verb="GetRecord", metadataPrefix="oai_dc", identifier="invalid\"id<&'>")
    assert reply.attributes["identifier"] == "invalid\"id<&'>"
    token = oai(verb="ListSets", resumptionToken='"<&>')
    assert token.attributes["resumptionToken"] == '"<&>'


@pytest.mark.parametrize("argument", ["set=a b", "metadataPrefix=a/b", "from=junk", "set=a:"])
def test_023_an_illegal_value_is_a_bad_argument_and_not_repeated(oai, argument) -> None:
    reply = oai.query(f"verb=ListRecords&metadataPrefix=oai_dc&{argument}")
    assert set(reply.codes) == {"badArgument"} and reply.attributes == {}


def test_023_an_identifier_that_is_no_uri_is_not_repeated(oai) -> None:
    for identifier in ("%25zz", "a%5B", "1a:b", "%23a%23b"):
        reply = oai.query(f"verb=GetRecord&metadataPrefix=oai_dc&identifier={identifier}")
        assert reply.codes == ["badArgument"]


def test_024_several_errors_at_once(oai) -> None:
    reply = oai.query("verb=ListRecords&from=junk&set=a:&x=1")
    assert reply.codes == ["badArgument"] * 4
    reply = oai(verb="GetRecord", identifier="oai:x:y", metadataPrefix="nope")
    assert sorted(reply.codes) == ["cannotDisseminateFormat", "idDoesNotExist"]


def test_025_every_error_has_a_text(oai) -> None:
    for query in ("", "verb=Identify&x=1", "verb=ListSets&resumptionToken=x"):
        assert all(error.text.strip() for error in oai.query(query).all("o:error"))


def test_026_no_entities_but_the_predefined(oai) -> None:
    text = oai.query(LEGAL["ListRecords"]).text
    references = set(re.findall(r"&[^;]*;", text))
    assert references <= {"&amp;", "&lt;", "&gt;", "&quot;", "&apos;"} and "<!DOCTYPE" not in text


# --- verbs and arguments --------------------------------------------------------------------------


@pytest.mark.parametrize("query", ["", "junk", "metadataPrefix=oai_dc"])
def test_028_no_verb(oai, query) -> None:
    assert oai.query(query).codes == ["badVerb"]


@pytest.mark.parametrize("verb", ["junk", "ListRecord", "Identify2", "List Records"])
def test_029_unknown_verb(oai, verb) -> None:
    assert oai(verb=verb).codes == ["badVerb"]


@pytest.mark.parametrize("query", ["verb=", "verb", "verb=&set=a"])
def test_030_empty_verb(oai, query) -> None:
    assert oai.query(query).codes == ["badVerb"]


@pytest.mark.parametrize("query", ["verb=identify", "Verb=Identify", "verb=LISTSETS"])
def test_031_wrong_case_of_the_verb(oai, query) -> None:
    assert oai.query(query).codes == ["badVerb"]


@pytest.mark.parametrize("query", ["verb=Identify&verb=Identify", "verb=Identify&verb=ListSets"])
def test_032_repeated_verb(oai, query) -> None:
    assert oai.query(query).codes == ["badVerb"]


def test_033_home_made_verb(oai) -> None:
    reply = oai(verb="GetMetadata", identifier=FIRST, metadataPrefix="oai_dc")
    assert reply.codes == ["badVerb"]


@pytest.mark.parametrize("verb", VERBS)
def test_034_illegal_argument(oai, verb) -> None:
    assert oai.query(f"{LEGAL[verb]}&nonsense=1").codes == ["badArgument"]


@pytest.mark.parametrize(
    "query",
    [
        f"{LEGAL['Identify']}&metadataPrefix=oai_dc",
        f"{LEGAL['ListSets']}&from=2023-11-15",
        f"{LEGAL['GetRecord']}&set=library",
        f"{LEGAL['ListRecords']}&identifier={quote(FIRST)}",
        f"{LEGAL['ListMetadataFormats']}&resumptionToken=x",
        f"{LEGAL['ListMetadataFormats']}&metadataPrefix=oai_dc",
    ],
)
def test_035_argument_of_another_verb(oai, query) -> None:
    assert oai.query(query).codes == ["badArgument"]


@pytest.mark.parametrize(
    ("verb", "argument"),
    [(verb, name) for verb in VERBS for name in sorted(VERBS[verb].allowed)],
)
def test_036_repeated_argument(oai, verb, argument) -> None:
    value = {"from": "2023-11-15", "until": "2023-11-15", "set": "library"}.get(argument, "oai_dc")
    others = [
        f"{name}=oai_dc"
        for name in VERBS[verb].required
        if name != argument and argument != VERBS[verb].exclusive
    ]
    query = "&".join([f"verb={verb}", *others, f"{argument}={value}", f"{argument}={value}"])
    reply = oai.query(query)
    assert reply.codes == ["badArgument"] and "repeated" in reply.text


@pytest.mark.parametrize("name", ["metadataprefix", "MetadataPrefix", "METADATAPREFIX"])
def test_037_wrong_case_of_an_argument(oai, name) -> None:
    assert set(oai.query(f"verb=ListRecords&{name}=oai_dc").codes) == {"badArgument"}


@pytest.mark.parametrize("name", ["metadataPrefix", "set", "from", "until"])
def test_038_empty_argument(oai, name) -> None:
    base = "verb=ListRecords" if name == "metadataPrefix" else LEGAL["ListRecords"]
    assert oai.query(f"{base}&{name}=").codes == ["badArgument"]
    assert oai.query(f"{base}&{name}").codes == ["badArgument"]


@pytest.mark.parametrize("verb", ["GetRecord&metadataPrefix=oai_dc", "ListMetadataFormats"])
def test_038_empty_identifier(oai, verb) -> None:
    assert oai.query(f"verb={verb}&identifier=").codes == ["badArgument"]


@pytest.mark.parametrize("verb", [*LIST_VERBS, "ListSets"])
def test_039_empty_resumption_token(oai, verb) -> None:
    assert oai.query(f"verb={verb}&resumptionToken=").codes == ["badArgument"]


@pytest.mark.parametrize(
    ("arguments", "errors"),
    [("&metadataPrefix=oai_dc", 1), (f"&identifier={quote(FIRST)}", 1), ("", 2)],
)
def test_040_get_record_lacks_an_argument(oai, arguments, errors) -> None:
    assert oai.query(f"verb=GetRecord{arguments}").codes == ["badArgument"] * errors


@pytest.mark.parametrize("verb", LIST_VERBS)
def test_041_list_lacks_the_metadata_prefix(oai, verb) -> None:
    assert oai(verb=verb).codes == ["badArgument"]
    assert oai(verb=verb, set="library").codes == ["badArgument"]


@pytest.mark.parametrize("verb", LIST_VERBS)
@pytest.mark.parametrize("other", ["metadataPrefix=oai_dc", "set=library", "from=2023-11-15"])
def test_042_resumption_token_stands_alone(oai, verb, other) -> None:
    assert oai.query(f"verb={verb}&resumptionToken=x&{other}").codes == ["badArgument"]


def test_043_the_same_argument_in_address_and_body(oai) -> None:
    reply = oai.post("metadataPrefix=oai_dc", LEGAL["ListRecords"])
    assert reply.codes == ["badArgument"]
    assert oai.post("verb=Identify", "verb=Identify").codes == ["badVerb"]


@pytest.mark.parametrize(
    "value", ["%00", "a%01b", "%FF", "%C3", "%ED%A0%80", "%EF%BF%BE", "%C2%85", "%0A", "%7F"]
)
@pytest.mark.parametrize("name", ["identifier", "metadataPrefix"])
def test_044_what_no_text_may_hold(oai, name, value) -> None:
    other = "identifier=x" if name == "metadataPrefix" else "metadataPrefix=oai_dc"
    for reply in (
        oai.query(f"verb=GetRecord&{other}&{name}={value}"),
        oai.post(f"verb=GetRecord&{other}&{name}={value}"),
    ):
        assert reply.codes == ["badArgument"]
    assert oai.query(f"verb={value}").codes == ["badVerb"]
    assert oai.query(f"verb=Identify&{value}={value}").codes == ["badArgument"]


def test_045_an_argument_of_one_megabyte(oai) -> None:
    form = "verb=ListRecords&metadataPrefix=" + "a" * 1_000_000
    content_type = "application/x-www-form-urlencoded"
    assert oai.http.post("/oai", data=form, content_type=content_type).status_code == 413
    assert oai.post("verb=ListSets&resumptionToken=" + "a" * 60_000).codes == ["badResumptionToken"]


def test_046_unknown_and_missing_argument(oai) -> None:
    reply = oai.query("verb=ListRecords&nonsense=1")
    assert reply.codes == ["badArgument", "badArgument"] and reply.attributes == {}


# --- Identify -------------------------------------------------------------------------------------


def test_047_order_of_identify(oai) -> None:
    names = [etree.QName(child).localname for child in oai(verb="Identify").root[2]]
    assert names == [
        "repositoryName",
        "baseURL",
        "protocolVersion",
        "adminEmail",
        "earliestDatestamp",
        "deletedRecord",
        "granularity",
        "compression",
        "description",
    ]


@pytest.mark.parametrize("path", ["/oai", "/oai/vn-qti", "/oai/vn-hue"])
def test_048_base_url_is_the_address_used(oai, path) -> None:
    assert oai(path=path, verb="Identify").all("*/o:baseURL/text()") == [f"http://localhost{path}"]


def test_049_admin_email(oai) -> None:
    [email] = oai(verb="Identify").all("*/o:adminEmail/text()")
    assert re.fullmatch(r"[^@:\s]{2,}@[^@\s]+\.[^@\s]+", email)


def test_050_earliest_datestamp(oai) -> None:
    oai.catalogue.put("u000000000", "library:VN-QTI")  # the oldest moves to the end
    oai.catalogue.delete("u000000001")
    [earliest] = oai(verb="Identify").all("*/o:earliestDatestamp/text()")
    pages = oai.sequence(verb="ListIdentifiers", metadataPrefix="oai_dc")
    assert earliest == min(header[1] for page in pages for header in page.headers)


def test_050_earliest_datestamp_of_an_empty_repository(small) -> None:
    identify = small(verb="Identify")
    assert identify.all("*/o:earliestDatestamp/text()") == [identify.root[0].text]


def test_051_granularity(oai) -> None:
    assert oai(verb="Identify").all("*/o:granularity/text()") == ["YYYY-MM-DDThh:mm:ssZ"]


def test_052_deletions_are_persistent(oai) -> None:
    assert oai(verb="Identify").all("*/o:deletedRecord/text()") == ["persistent"]
    assert oai(verb="GetRecord", identifier=GONE, metadataPrefix="oai_dc").headers[0][2]


@pytest.mark.parametrize("path", ["/oai", "/oai/vn-qti"])
def test_053_oai_identifier_and_its_sample(oai, path) -> None:
    description = oai(path=path, verb="Identify").all("*/o:description/id:oai-identifier")
    assert len(description) == 1
    texts = {etree.QName(child).localname: child.text for child in description[0]}
    assert texts["scheme"] == "oai" and texts["delimiter"] == ":"
    assert texts["repositoryIdentifier"] == "opac.example.vn"
    reply = oai(
        path=path,
        verb="GetRecord",
        identifier=texts["sampleIdentifier"],
        metadataPrefix="oai_dc",
    )
    assert reply.identifiers == [texts["sampleIdentifier"]]


def test_053_no_oai_identifier_without_a_domain(small) -> None:
    small.catalogue.domain = "localhost"
    assert small(verb="Identify").all("*/o:description") == []


def test_055_description_has_its_own_schema_location(oai) -> None:
    [description] = oai(verb="Identify").all("*/o:description/*")
    assert description.get(SCHEMA_LOCATION).split()[0] == NS["id"]


def test_056_identify_counts_nothing(oai) -> None:
    oai(verb="Identify")
    assert oai.catalogue.calls == ["page"]


# --- ListMetadataFormats --------------------------------------------------------------------------


def test_057_oai_dc_is_there(oai) -> None:
    prefixes = oai(verb="ListMetadataFormats").all("*/*/o:metadataPrefix/text()")
    assert "oai_dc" in prefixes and len(prefixes) == len(set(prefixes)) == len(XML_CROSSWALKS)


def test_058_prefix_schema_and_namespace_belong_together(oai) -> None:
    for each in oai(verb="ListMetadataFormats").all("*/o:metadataFormat"):
        prefix, schema, namespace = (child.text for child in each)
        assert " " not in schema and schema.startswith("http") and schema.endswith(".xsd")
        record = oai(verb="GetRecord", identifier=FIRST, metadataPrefix=prefix)
        [payload] = record.all("*/*/o:metadata/*")
        assert etree.QName(payload).namespace == namespace


def test_059_formats_of_one_record(oai) -> None:
    reply = oai(verb="ListMetadataFormats", identifier=FIRST)
    assert len(reply.all("*/o:metadataFormat")) == len(XML_CROSSWALKS)


@pytest.mark.parametrize("identifier", ["oai:opac.example.vn:union/none", "nonsense", "a b"])
def test_060_formats_of_an_unknown_record(oai, identifier) -> None:
    assert oai(verb="ListMetadataFormats", identifier=identifier).codes == ["idDoesNotExist"]


def test_061_record_without_formats(small) -> None:
    identifier = small.catalogue.identifier(small.catalogue.put("b", broken=True).id)
    reply = small(verb="ListMetadataFormats", identifier=identifier)
    assert reply.codes == ["noMetadataFormats"]


def test_062_formats_of_a_deleted_record(oai) -> None:
    reply = oai(verb="ListMetadataFormats", identifier=GONE)
    assert len(reply.all("*/o:metadataFormat")) == len(XML_CROSSWALKS)


def test_063_addresses_of_the_well_known_formats(oai) -> None:
    formats = {
        each[0].text: (each[1].text, each[2].text)
        for each in oai(verb="ListMetadataFormats").all("*/o:metadataFormat")
    }
    oai_dc = "http://www.openarchives.org/OAI/2.0/oai_dc"
    assert formats["oai_dc"] == (f"{oai_dc}.xsd", f"{oai_dc}/")
    schema, namespace = formats["marcxml"]
    assert schema.endswith("/MARC21slim.xsd") and namespace == "http://www.loc.gov/MARC21/slim"


# --- sets -----------------------------------------------------------------------------------------


def test_064_a_repository_without_sets(small) -> None:
    small.catalogue.put("a")
    assert small(verb="ListSets").codes == ["noSetHierarchy"]
    for verb in LIST_VERBS:
        reply = small(verb=verb, metadataPrefix="oai_dc", set="library")
        assert reply.codes == ["noSetHierarchy"]
        reply = small(verb=verb, metadataPrefix="nope", set="library")
        assert sorted(reply.codes) == ["cannotDisseminateFormat", "noSetHierarchy"]


def test_064_never_wrongly(oai) -> None:
    reply = oai(verb="ListRecords", metadataPrefix="oai_dc", set="nothing")
    assert reply.codes == ["noRecordsMatch"]


def test_065_names_keep_their_diacritics(oai) -> None:
    names = dict(_sets(oai))
    assert names["library:VN-QTI"] == "Thư viện tỉnh Quảng Trị"
    assert names["language:vie"] == "Tiếng Việt"
    assert all(re.fullmatch(r"[A-Za-z0-9\-_.!~*'():]+", spec) for spec in names)


def test_066_set_specs_are_unique_and_named(oai) -> None:
    sets = _sets(oai)
    assert len(dict(sets)) == len(sets) and all(name for _, name in sets)


def test_067_every_set_of_a_header_is_listed(oai) -> None:
    listed = {spec for spec, _ in _sets(oai)}
    for page in oai.sequence(verb="ListIdentifiers", metadataPrefix="oai_dc"):
        assert {spec for header in page.headers for spec in header[3]} <= listed


def test_068_parents_are_listed(oai) -> None:
    assert {"library", "type", "language"} <= {spec for spec, _ in _sets(oai)}


def test_069_a_parent_set_holds_its_descendants(oai) -> None:
    pages = list(oai.sequence(verb="ListRecords", metadataPrefix="oai_dc", set="library"))
    found = [header for page in pages for header in page.headers]
    assert {header[0] for header in found} == set(oai.catalogue.state())
    assert all("library" not in header[3] for header in found)


@pytest.mark.parametrize("verb", LIST_VERBS)
def test_070_unknown_set(oai, verb) -> None:
    reply = oai(verb=verb, metadataPrefix="oai_dc", set="library:VN-XXX")
    assert reply.codes == ["noRecordsMatch"]


@pytest.mark.parametrize("spec", ["a:", ":a", "a::b", "a b", "thư-viện", "a/b", "a;b", "%"])
def test_071_illegal_set_spec(oai, spec) -> None:
    reply = oai(verb="ListRecords", metadataPrefix="oai_dc", set=spec)
    assert reply.codes == ["badArgument"]


def test_072_an_existing_but_empty_set(small) -> None:
    small.catalogue.put("a", "type:map")
    small.catalogue.put("a", "type:book")
    assert "type:map" in {spec for spec, _ in _sets(small)}
    reply = small(verb="ListRecords", metadataPrefix="oai_dc", set="type:map")
    assert reply.codes == ["noRecordsMatch"]


def test_073_the_same_sets_in_list_and_record(oai) -> None:
    listed = oai(verb="ListIdentifiers", metadataPrefix="oai_dc").headers
    for header in listed[:12]:
        reply = oai(verb="GetRecord", identifier=header[0], metadataPrefix="oai_dc")
        assert reply.headers == [header]


def test_074_deleted_records_stay_in_their_sets(oai) -> None:
    pages = oai.sequence(verb="ListRecords", metadataPrefix="oai_dc", set="library:VN-GLA")
    headers = [header for page in pages for header in page.headers]
    assert len(headers) == 25
    assert all(header[2] and "library:VN-GLA" in header[3] for header in headers)


def test_075_list_sets_pages(oai) -> None:
    paged = Repository(oai.catalogue, oai.schema, PageSizes(sets=4))
    pages = list(paged.sequence(verb="ListSets"))
    assert [len(page.all("*/o:set")) for page in pages] == [4, 4, 1]
    assert [page.token.get("cursor") for page in pages] == ["0", "4", "8"]
    specs = [spec for page in pages for spec in page.all("*/o:set/o:setSpec/text()")]
    assert specs == [spec for spec, _ in _sets(oai)]
    assert paged(verb="ListSets", resumptionToken="bad").codes == ["badResumptionToken"]


def test_076_a_record_in_several_sets_comes_once(oai) -> None:
    pages = oai.sequence(verb="ListIdentifiers", metadataPrefix="oai_dc")
    identifiers = [identifier for page in pages for identifier in page.identifiers]
    assert len(identifiers) == len(set(identifiers)) == 250


def test_077_a_record_that_moves_between_sets(oai) -> None:
    before = oai(verb="GetRecord", identifier=FIRST, metadataPrefix="oai_dc").headers[0]
    oai.catalogue.put("u000000000", "library:VN-HUE", "type:book")
    after = oai(verb="GetRecord", identifier=FIRST, metadataPrefix="oai_dc").headers[0]
    assert after[1] > before[1] and after[3] == ("library:VN-HUE", "type:book")
    arguments = {"verb": "ListIdentifiers", "metadataPrefix": "oai_dc", "from_": after[1]}
    assert oai(**arguments, set="library:VN-HUE").headers == [after]
    assert oai(**arguments, set="library:VN-QTI").codes == ["noRecordsMatch"]


# --- dates ----------------------------------------------------------------------------------------


def _count(oai: Repository, **arguments: str) -> int:
    pages = oai.sequence(verb="ListIdentifiers", metadataPrefix="oai_dc", **arguments)
    return sum(len(page.headers) for page in pages)


def test_078_day_form_is_accepted(oai) -> None:
    assert _count(oai, from_="2023-11-14", until="2023-11-16") == 250


def test_079_seconds_are_never_refused(oai) -> None:
    assert oai(verb="Identify").all("*/o:granularity/text()") == ["YYYY-MM-DDThh:mm:ssZ"]
    assert _count(oai, from_="2023-11-14T00:00:00Z", until="2023-11-16T23:59:59Z") == 250


def test_080_mixed_granularity(oai) -> None:
    arguments = {"from_": "2023-11-14", "until": "2023-11-15T00:00:00Z"}
    for verb in LIST_VERBS:
        reply = oai(verb=verb, metadataPrefix="oai_dc", **arguments)
        assert reply.codes == ["badArgument"]


def test_081_from_after_until(oai) -> None:
    reply = oai(verb="ListRecords", metadataPrefix="oai_dc", from_="2023-11-16", until="2023-11-15")
    assert reply.codes == ["badArgument"]


def test_082_both_ends_are_inclusive(oai) -> None:
    stamp = format_datestamp(START + 60)
    reply = oai(verb="ListIdentifiers", metadataPrefix="oai_dc", from_=stamp, until=stamp)
    assert [header[1] for header in reply.headers] == [stamp]


def test_083_a_day_is_whole(small) -> None:
    for local, stamp in (
        ("before", "2024-02-28T23:59:59Z"),
        ("first", "2024-02-29T00:00:00Z"),
        ("last", "2024-02-29T23:59:59Z"),
        ("after", "2024-03-01T00:00:00Z"),
    ):
        moment = datetime.fromisoformat(stamp).astimezone(UTC)
        small.catalogue.time = int(moment.timestamp())
        small.catalogue.put(local)
    reply = small(
        verb="ListIdentifiers", metadataPrefix="oai_dc", from_="2024-02-29", until="2024-02-29"
    )
    assert [i.rpartition("/")[2] for i in reply.identifiers] == ["first", "last"]


BAD_DATES = """junk 2023-13-01 2023-02-30 2023-11-15T24:00:00Z 2023-11-15T25:00:00Z
2023-11-15T10:00:60Z 23-11-15 2023 2023-11 2023-11-15T10:00:00 2023-11-15T10:00:00z
2023-11-15t10:00:00Z 2023-11-15T10:00:00+07:00 2023-11-15T10:00:00.0Z 2023-11-15T10:00Z
2023/11/15 20231115 20231115T100000Z ٢٠٢٣-١١-١٥ 12023-11-15 -2023-11-15 0000-01-01
2023-11-15Z 2023-00-10 2023-11-00 2023-11-15T10:60:00Z""".split()


@pytest.mark.parametrize("date", [*BAD_DATES, " 2023-11-15", "2023-11-15 ", "2023-11-15 10:00:00Z"])
def test_084_what_is_no_datestamp(oai, date) -> None:
    for name in ("from_", "until"):
        reply = oai(verb="ListRecords", metadataPrefix="oai_dc", **{name: date})
        assert reply.codes == ["badArgument"]


def test_085_29_february(oai) -> None:
    arguments = {"verb": "ListRecords", "metadataPrefix": "oai_dc"}
    assert oai(**arguments, from_="2020-02-29").codes == []
    assert oai(**arguments, from_="2023-02-29").codes == ["badArgument"]
    assert oai(**arguments, from_="1900-02-29").codes == ["badArgument"]


def test_086_from_in_the_future(oai) -> None:
    for future in ("2999-01-01", "9999-12-31T23:59:59Z"):
        reply = oai(verb="ListRecords", metadataPrefix="oai_dc", from_=future)
        assert reply.codes == ["noRecordsMatch"]


def test_087_until_before_the_earliest(oai) -> None:
    for past in ("2022-11-14", "0001-01-01"):
        reply = oai(verb="ListRecords", metadataPrefix="oai_dc", until=past)
        assert reply.codes == ["noRecordsMatch"]


def test_088_from_before_the_earliest(oai) -> None:
    assert _count(oai, from_="0001-01-01") == 250


def test_089_from_alone_and_until_alone(oai) -> None:
    middle = format_datestamp(START + 86_400)
    early, late = _count(oai, until=middle), _count(oai, from_=middle)
    assert early > 0 and late > 0 and early + late == 250


def test_090_datestamps_are_never_in_the_future_nor_fall(oai) -> None:
    before = {header[0]: header[1] for header in _all_headers(oai)}
    oai.catalogue.put("u000000003", "library:VN-HUE")
    now = format_datestamp(oai.catalogue.time)
    for identifier, stamp, _, _ in _all_headers(oai):
        assert DATESTAMP.fullmatch(stamp) and before[identifier] <= stamp <= now


def test_091_ascending_datestamps(oai) -> None:
    oai.catalogue.put("u000000003", "library:VN-HUE")
    stamps = [header[1] for header in _all_headers(oai)]
    assert stamps == sorted(stamps)


def _count_in(oai: Repository, prefix: str) -> int:
    pages = oai.sequence(verb="ListIdentifiers", metadataPrefix=prefix)
    return sum(len(page.headers) for page in pages)


# --- records --------------------------------------------------------------------------------------


@pytest.mark.parametrize("prefix", XML_CROSSWALKS)
def test_092_get_record_in_every_format(oai, prefix) -> None:
    reply = oai(verb="GetRecord", identifier=FIRST, metadataPrefix=prefix)
    assert len(reply.all("o:GetRecord/o:record/o:metadata/*")) == 1


@pytest.mark.parametrize("prefix", XML_CROSSWALKS)
def test_092_lists_in_every_format(oai, prefix) -> None:
    pages = list(oai.sequence(verb="ListRecords", metadataPrefix=prefix))
    bodies = sum(len(page.all("o:ListRecords/o:record/o:metadata/*")) for page in pages)
    assert bodies == 225 and len(pages) == 3


@pytest.mark.parametrize(
    "identifier",
    [
        "oai:opac.example.vn:union/nothing",
        "oai:other.example.org:union/u000000000",
        "oai:opac.example.vn:vn-qti/b0",
        "http://example.org/1",
        "u000000000",
    ],
)
def test_093_unknown_identifier(oai, identifier) -> None:
    reply = oai(verb="GetRecord", identifier=identifier, metadataPrefix="oai_dc")
    assert reply.codes == ["idDoesNotExist"]


def test_093_identifier_of_the_other_repository(oai) -> None:
    own = {"verb": "GetRecord", "metadataPrefix": "oai_dc", "path": "/oai/vn-qti"}
    assert oai(**own, identifier="oai:opac.example.vn:vn-qti/b0").codes == []
    assert oai(**own, identifier=FIRST).codes == ["idDoesNotExist"]


def test_094_hostile_identifier(oai) -> None:
    reply = oai(verb="GetRecord", identifier='in"va<lid', metadataPrefix="oai_dc")
    assert reply.codes == ["idDoesNotExist"]


def test_095_unknown_prefix(oai) -> None:
    for verb in LIST_VERBS:
        assert oai(verb=verb, metadataPrefix="nope").codes == ["cannotDisseminateFormat"]
    reply = oai(verb="GetRecord", identifier=FIRST, metadataPrefix="nope")
    assert reply.codes == ["cannotDisseminateFormat"]


@pytest.mark.parametrize("prefix", ["oai dc", "oai/dc", "oai:dc", "mộc"])
def test_096_illegal_prefix(oai, prefix) -> None:
    assert oai(verb="ListRecords", metadataPrefix=prefix).codes == ["badArgument"]


def test_097_deleted_record(oai) -> None:
    reply = oai(verb="GetRecord", identifier=GONE, metadataPrefix="oai_dc")
    assert [etree.QName(child).localname for child in reply.root[2][0]] == ["header"]
    assert reply.all("*/*/o:header/@status") == ["deleted"]
    for page in oai.sequence(verb="ListRecords", metadataPrefix="oai_dc"):
        for record in page.all("*/o:record"):
            assert (len(record) == 1) == (record[0].get("status") == "deleted")


def test_098_datestamp_of_a_deletion(oai) -> None:
    oai.catalogue.time += 1000
    oai.catalogue.delete("u000000000")
    [header] = oai(verb="GetRecord", identifier=FIRST, metadataPrefix="oai_dc").headers
    assert header[1:3] == (format_datestamp(oai.catalogue.time), True)


def test_099_deletions_are_never_kept_from_anybody(oai) -> None:
    assert oai(verb="Identify").all("*/o:deletedRecord/text()") == ["persistent"]
    pages = oai.sequence(verb="ListIdentifiers", metadataPrefix="oai_dc")
    listed = {header[0] for page in pages for header in page.headers if header[2]}
    kept = {name for name, stored in oai.catalogue.state().items() if stored.deleted}
    assert listed == kept and len(kept) == 25


def test_100_created_again(oai) -> None:
    oai.catalogue.time += 1000
    oai.catalogue.put("u000000009", "library:VN-GLA")
    [header] = oai(verb="GetRecord", identifier=GONE, metadataPrefix="oai_dc").headers
    assert header[1:3] == (format_datestamp(oai.catalogue.time), False)


def test_101_identifiers_are_the_same_in_all_formats(oai) -> None:
    found = {
        tuple(
            identifier
            for page in oai.sequence(verb="ListRecords", metadataPrefix=prefix)
            for identifier in page.identifiers
        )
        for prefix in XML_CROSSWALKS
    }
    assert len(found) == 1
    assert all(re.fullmatch(r"[a-z]+:\S+", identifier) for identifier in found.pop())


def test_102_oai_dc_has_its_elements_and_schema_location(oai) -> None:
    reply = oai(verb="GetRecord", identifier=FIRST, metadataPrefix="oai_dc")
    [payload] = reply.all("*/*/o:metadata/*")
    assert {etree.QName(child).namespace for child in payload} == {NS["dc"]}
    pair = payload.get(SCHEMA_LOCATION).split()
    assert pair[0] == etree.QName(payload).namespace and pair[1].endswith("oai_dc.xsd")


def test_103_marcxml(oai) -> None:
    reply = oai(verb="GetRecord", identifier=FIRST, metadataPrefix="marcxml")
    [payload] = reply.all("*/*/o:metadata/*")
    assert payload.tag == f"{{{NS['marc']}}}record"
    assert re.fullmatch(r".{9}[a ].{14}", payload.findtext("marc:leader", None, NS))
    assert all(len(field) for field in payload.findall("marc:datafield", NS))


def test_104_a_record_that_cannot_be_written_is_withheld_and_logged(small, caplog) -> None:
    for number in range(5):
        small.catalogue.put(f"u{number}", broken=number == 2)
    reply = small(verb="ListRecords", metadataPrefix="oai_dc")
    assert [i[-2:] for i in reply.identifiers] == ["u0", "u1", "u3", "u4"]
    assert not any(header[2] for header in reply.headers)
    assert "union/u2 cannot be written in oai_dc" in caplog.text
    identifier = "oai:opac.example.vn:union/u2"
    reply = small(verb="GetRecord", identifier=identifier, metadataPrefix="oai_dc")
    assert reply.codes == ["cannotDisseminateFormat"]


@pytest.mark.parametrize("title", ["a\x00b", "a\x0bb", "\ufffe\uffff", "x\ud800y", "]]>&<"])
def test_104_text_illegal_in_xml_never_breaks_a_page(small, title) -> None:
    small.catalogue.put("a", title=title)
    for prefix in XML_CROSSWALKS:
        assert len(small(verb="ListRecords", metadataPrefix=prefix).identifiers) == 1


def test_105_vietnamese_and_han_nom_survive(small) -> None:
    title = "Truyện Kiều 傳翹 𡗶坦 𫥨"
    small.catalogue.put("a", title=title)
    for prefix in ("oai_dc", "marcxml"):
        assert title in small(verb="ListRecords", metadataPrefix=prefix).text


def test_106_headers_of_list_identifiers_are_those_of_list_records(oai) -> None:
    pages = oai.sequence(verb="ListRecords", metadataPrefix="oai_dc")
    assert [header for page in pages for header in page.headers] == _all_headers(oai)


# --- flow control ---------------------------------------------------------------------------------


def test_107_headers_leave_out_what_lacks_the_format(oai) -> None:
    """Every record is offered in every format, so none is left out; an unknown one is refused."""
    for prefix in XML_CROSSWALKS:
        assert _count_in(oai, prefix) == 250
    assert oai(verb="ListIdentifiers", metadataPrefix="nope").codes == ["cannotDisseminateFormat"]


def test_110_token_ends_a_part_and_no_complete_list(oai) -> None:
    first = oai(verb="ListRecords", metadataPrefix="oai_dc")
    assert first.token.text
    complete = oai(verb="ListRecords", metadataPrefix="oai_dc", set="library:VN-GLA")
    assert complete.token is None


def test_111_empty_token_on_the_last_page(oai) -> None:
    *_, last = oai.sequence(verb="ListRecords", metadataPrefix="oai_dc")
    assert last.token is not None and not last.token.text
    assert dict(last.token.attrib) == {"completeListSize": "250", "cursor": "200"}


@pytest.mark.parametrize(("size", "pages"), [(99, 1), (100, 1), (101, 2), (200, 2), (300, 3)])
def test_112_no_page_too_many(schema, size, pages) -> None:
    repository = Repository(filled(size), schema)
    found = list(repository.sequence(verb="ListRecords", metadataPrefix="oai_dc"))
    assert len(found) == pages and sum(len(page.headers) for page in found) == size


def test_113_cursor_counts_elements(oai) -> None:
    pages = oai.sequence(verb="ListRecords", metadataPrefix="oai_dc")
    assert [page.token.get("cursor") for page in pages] == ["0", "100", "200"]


def test_114_complete_list_size_is_counted_once(oai) -> None:
    pages = list(oai.sequence(verb="ListRecords", metadataPrefix="oai_dc"))
    assert {page.token.get("completeListSize") for page in pages} == {"250"}
    assert oai.catalogue.calls.count("count") == 1


def test_115_expiration_date(oai) -> None:
    token = oai(verb="ListRecords", metadataPrefix="oai_dc").token
    expires = issue(oai.catalogue.time) + LIFETIME
    assert token.get("expirationDate") == format_datestamp(expires)
    assert expires >= oai.catalogue.time + LIFETIME
    oai.catalogue.time = expires
    assert oai(verb="ListRecords", resumptionToken=token.text).codes == []


def test_116_the_same_token_gives_the_same_page(oai) -> None:
    token = oai(verb="ListRecords", metadataPrefix="oai_dc").token.text
    first, second = (oai(verb="ListRecords", resumptionToken=token) for _ in range(2))
    assert first.body == second.body


def test_117_tokens_work_on_other_workers_and_after_a_restart(oai) -> None:
    token = oai(verb="ListRecords", metadataPrefix="oai_dc").token.text
    other = Repository(oai.catalogue, oai.schema)
    assert other(verb="ListRecords", resumptionToken=token).codes == []


def test_118_altered_truncated_expired_and_foreign_tokens(oai) -> None:
    token = oai(verb="ListRecords", metadataPrefix="oai_dc").token.text
    foreign = Signer([b"another"]).encode(Position("union", "ListRecords", "oai_dc", size=9))
    bad = [token[:-1], token[1:], token.lower(), token + "A", foreign, "foo=1", "cursor=9", "."]
    for text in bad:
        reply = oai(verb="ListRecords", resumptionToken=text)
        assert reply.codes == ["badResumptionToken"]
    elsewhere = oai(path="/oai/vn-qti", verb="ListRecords", resumptionToken=token)
    assert elsewhere.codes == ["badResumptionToken"]
    oai.catalogue.time = issue(oai.catalogue.time) + LIFETIME + 1
    assert oai(verb="ListRecords", resumptionToken=token).codes == ["badResumptionToken"]


def test_118_whatever_byte_is_put_in_the_place_of_another(oai) -> None:
    token = oai(verb="ListRecords", metadataPrefix="oai_dc").token.text
    for byte in range(256):
        for place in (0, len(token) // 2, len(token) - 1):
            if byte != ord(token[place]):
                altered = f"{token[:place]}%{byte:02X}{token[place + 1 :]}"
                reply = oai.query(f"verb=ListRecords&resumptionToken={altered}")
                assert reply.codes[-1] == "badResumptionToken"


def test_119_token_of_another_verb(oai) -> None:
    token = oai(verb="ListRecords", metadataPrefix="oai_dc").token.text
    for verb in ("ListIdentifiers", "ListSets"):
        assert oai(verb=verb, resumptionToken=token).codes == ["badResumptionToken"]


def test_120_alphabet_and_length_of_tokens(oai) -> None:
    token = oai(
        verb="ListRecords",
        metadataPrefix="oai_dc",
        set="library",
        from_="2023-11-14T00:00:00Z",
        until="2023-11-17T00:00:00Z",
    ).token.text
    assert re.fullmatch(r"[A-Za-z0-9_.-]{1,499}", token)


def test_121_changes_during_a_harvest_lose_no_record(oai) -> None:
    wanted = set(oai.catalogue.state())
    seen: list[str] = []
    for number, page in enumerate(oai.sequence(verb="ListRecords", metadataPrefix="oai_dc")):
        seen += page.identifiers
        for local in (5 + number, 120 + number, 220 + number):
            oai.catalogue.time += 1
            oai.catalogue.put(f"u{local:09}", "library:VN-QTI")
    assert set(seen) == wanted and len(seen) < len(wanted) + 12


def test_122_a_record_deleted_during_the_list_comes_as_deleted(oai) -> None:
    pages = oai.sequence(verb="ListRecords", metadataPrefix="oai_dc")
    first = next(pages)
    deleted = {first.identifiers[0], "oai:opac.example.vn:union/u000000220"}
    for identifier in deleted:
        oai.catalogue.delete(identifier.rpartition("/")[2])
    rest = [header for page in pages for header in page.headers]
    assert deleted <= {header[0] for header in rest if header[2]}


def test_123_another_page_size_continues_old_tokens(oai) -> None:
    first = oai(verb="ListRecords", metadataPrefix="oai_dc")
    other = Repository(oai.catalogue, oai.schema, PageSizes(records=30))
    seen = first.identifiers
    token = first.token
    while token is not None and token.text:
        page = other(verb="ListRecords", resumptionToken=token.text)
        seen += page.identifiers
        token = page.token
    assert seen == [header[0] for header in _all_headers(oai)]


def test_124_a_late_page_asks_for_no_more_than_an_early_one(oai) -> None:
    asked = []
    for _ in oai.sequence(verb="ListRecords", metadataPrefix="oai_dc"):
        asked.append(oai.catalogue.calls.count("page"))
    assert asked == [1, 2, 3]


def test_125_nothing_left_of_a_window(oai) -> None:
    until = format_datestamp(oai.catalogue.time)
    token = oai(verb="ListRecords", metadataPrefix="oai_dc", until=until).token.text
    oai.catalogue.time += 10
    for number in range(100, 250):
        oai.catalogue.put(f"u{number:09}", "library:VN-QTI")
    assert oai(verb="ListRecords", resumptionToken=token).codes == ["noRecordsMatch"]


def test_a_page_of_records_that_cannot_be_written_is_passed_over(small) -> None:
    for number in range(350):
        small.catalogue.put(f"u{number:03}", broken=100 <= number < 310)
    pages = list(small.sequence(verb="ListRecords", metadataPrefix="oai_dc"))
    assert [len(page.headers) for page in pages] == [100, 40]


# --- any bytes ------------------------------------------------------------------------------------


def test_no_bytes_break_the_front_end(oai) -> None:
    """The sentences of well-known scanners, and what text processing trips over."""
    for attack in (
        "verb=ListRecords&metadataPrefix=oai_dc&set=' OR 1=1--",
        "verb=%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "verb=GetRecord&identifier=%3C!DOCTYPE%3E&metadataPrefix=oai_dc",
        "&&&===%%%&=&verb",
        "verb=ListRecords&resumptionToken=" + "%F0%9F%92%A9" * 50,
        "verb=ListSets&resumptionToken=e30.AAAA",
    ):
        assert oai.http.get(f"/oai?{attack}").status_code == 200


_ODD = st.sampled_from(
    [
        b"%00",
        b"%FF",
        b"%ED%A0%80",
        b"%EF%BF%BF",
        b"&",
        b"=",
        b"+",
        b"%",
        b"\x00",
        b"\xff",
        b"<",
        b'"',
    ]
)
_WORDS = st.sampled_from(
    [word.encode() for word in ("verb=", *VERBS, "&metadataPrefix=oai_dc", "&set=", "&from=")]
)
_BYTES = st.lists(st.binary(max_size=8) | _ODD | _WORDS, max_size=12).map(b"".join)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(query=_BYTES, form=_BYTES, post=st.booleans())
def test_044_any_bytes_get_a_valid_answer_or_a_refusal(oai, query, form, post) -> None:
    asked = Asked(
        "POST" if post else "GET",
        query=query,
        body=form,
        content_type="application/x-www-form-urlencoded",
    )
    status, headers, chunks = oai.handle(asked)
    body = b"".join(chunks)
    assert status == 200 or 400 <= status < 500
    if status == 200:
        root = etree.fromstring(body)
        if oai.schema is not None:
            oai.schema.assertValid(root)


# --- helpers --------------------------------------------------------------------------------------


def _sets(oai: Repository) -> list[tuple[str, str]]:
    return [(each[0].text, each[1].text) for each in oai(verb="ListSets").all("*/o:set")]


def _all_headers(oai: Repository) -> list[tuple[str, str, bool, tuple[str, ...]]]:
    pages = oai.sequence(verb="ListIdentifiers", metadataPrefix="oai_dc")
    return [header for page in pages for header in page.headers]
