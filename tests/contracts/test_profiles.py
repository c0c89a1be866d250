"""The profiles of ``schemas/`` against what we send and against the official schemas.

A profile accepts all that the server writes; what it accepts, the official schema accepts too, on
every document here and on its mutations; and it refuses faults that the official one lets pass.
"""

import copy
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice, product, starmap
from pathlib import Path
from urllib.parse import quote

import pytest
import xmlschema
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from interop.crosswalks import XML_CROSSWALKS
from interop.formats import Good, read_records
from interop.marc.record import MarcRecord
from interop.oai.descriptions import BRANDING, TOOLKIT, branding, toolkit
from interop.oai.provider import PageSizes
from interop.query import xcql
from interop.sru import soap, xml
from interop.sru.operations import respond
from interop.sru.request import VERSIONS, Options, parse
from tests.conformance.oai_repository import Repository, official_schema
from tests.contracts.test_crosswalks import hostile_records, schema_of
from tests.properties.strategies import marc_records
from tests.unit.crosswalks.mrk import record as mrk
from tests.unit.oai import fakes as oai_fakes
from tests.unit.sru import documents
from tests.unit.sru import fakes as sru_fakes

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = ROOT / "schemas"
GOLDEN = sorted((ROOT / "tests" / "golden").rglob("*.xml"))

XSD = "http://www.w3.org/2001/XMLSchema"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
OAI = "http://www.openarchives.org/OAI/2.0/"
SRW, SRU2, SCAN2 = documents.SRW, documents.SRU2, documents.SCAN2
ZEEREX = documents.ZEEREX

# The profile of a document, by the namespace of its root. Roots of ZeeRex are only sent in others.
PROFILES = {
    OAI: "oai/OAI-PMH.xsd",
    "http://www.openarchives.org/OAI/2.0/oai-identifier": "oai/oai-identifier.xsd",
    BRANDING: "oai/branding.xsd",
    TOOLKIT: "oai/toolkit.xsd",
    "http://www.openarchives.org/OAI/2.0/oai_dc/": "oai/oai_dc.xsd",
    "info:srw/schema/1/dc-schema": "dc/srw_dc.xsd",
    "http://www.loc.gov/MARC21/slim": "marc/marcxml.xsd",
    "http://www.loc.gov/mods/v3": "mods/mods.xsd",
    "http://www.ndltd.org/standards/metadata/etdms/1.1/": "etd/etdms.xsd",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "edm/rdf.xsd",
    "info:lc/xmlns/marcxchange-v2": "marc/unimarc.xsd",
    "urn:x-interop:opacxml": "holdings/opacxml.xsd",
    "http://www.loc.gov/standards/iso20775/": "holdings/isohold.xsd",
    "http://worldcat.org/xmlschemas/qdc-1.0/": "dc/qdc.xsd",
    SRW: "sru/response-1.xsd",
    SRU2: "sru/response-2.xsd",
    SCAN2: "sru/scan-2.xsd",
}


@cache
def schema(path: str) -> etree.XMLSchema:
    parser = etree.XMLParser(no_network=True)
    return etree.XMLSchema(etree.parse(SCHEMAS / path, parser))


def profile(root: etree._Element) -> etree.XMLSchema:
    return schema(PROFILES[etree.QName(root).namespace])


def accepted(root: etree._Element) -> bool:
    return etree.QName(root).namespace in PROFILES and profile(root).validate(root)


# --- documents ------------------------------------------------------------------------------------


def _oai(count: int, sizes: PageSizes) -> Repository:
    """A repository whose answers are examined by the profile."""
    return Repository(oai_fakes.filled(count), schema(PROFILES[OAI]), sizes)


FIRST = quote("oai:opac.example.vn:union/u000000000")
OAI_QUERIES = (
    "verb=Identify",
    "verb=ListMetadataFormats",
    f"verb=ListMetadataFormats&identifier={FIRST}",
    "verb=ListSets",
    "verb=ListIdentifiers&metadataPrefix=mods&from=2023-11-14&until=2023-11-16",
    "verb=ListIdentifiers&metadataPrefix=dc&set=type:book&from=2023-11-14T22:13:20Z",
    *(f"verb=ListRecords&metadataPrefix={prefix}" for prefix in XML_CROSSWALKS),
    *(f"verb=GetRecord&identifier={FIRST}&metadataPrefix={prefix}" for prefix in XML_CROSSWALKS),
    "verb=GetRecord&identifier=oai:opac.example.vn:union/u000000009&metadataPrefix=marcxml",
    "",
    "verb=junk",
    "verb=ListRecords&from=junk&set=a:&x=1",
    f"verb=GetRecord&identifier={FIRST}&metadataPrefix=nope",
    "verb=GetRecord&identifier=oai:x:y&metadataPrefix=nope",
    "verb=ListRecords&metadataPrefix=oai_dc&from=2999-01-01",
    "verb=ListSets&resumptionToken=%22%3C%26%3E+",
    "verb=GetRecord&metadataPrefix=oai_dc&identifier=+",
)
SRU_QUERIES = (
    "query=cql.allRecords%3D1&maximumRecords=2",
    "query=cql.allRecords%3D1&maximumRecords=2&recordPacking=string",
    *(
        f"query=cql.allRecords%3D1&maximumRecords=1&startRecord=25&recordSchema={prefix}"
        for prefix in XML_CROSSWALKS
    ),
    "query=cql.allRecords%3D1&startRecord=99",
    "query=nothing",
    "query=%3Cb%3E%26%22%01",
    "query=a&maximumRecords=0",
    "query=a&foo=%3C%01%EF%BF%BF",
    "query=",
    "operation=searchRetrieve",
    "operation=explain",
    "operation=explain&recordPacking=string",
    "operation=scan",
    "scanClause=title%3Dk",
    "scanClause=title%3D%3Dz&maximumTerms=1",
    "scanClause=foo.a%3Db",
    "query=kieu&resultSetTTL=60&maximumRecords=1",
    "query=kieu&maximumRecords=1&x-interop-understood=1&x-a=b&stylesheet=/a.xsl",
    "query=kieu&maximumRecords=1&facetLimit=2:dc.subject,1:dc.date",
)
RICH = r"""
    =001  vtls1
    =003  VN-QTI
    =005  20240229123456.0
    =008  231114m20202021vm            000 0 vie d
    =010  \\$a   2004042001
    =020  \\$a978-604-1-00000-9
    =022  \\$a0317-8471
    =024  7\$a10.1/x$2doi
    =040  \\$aVN-QTI$bvie$erda
    =041  1\$avie$hchi
    =050  \4$aPL4378.9$b.N5
    =082  04$a895.9/22$222
    =100  1\$6880-01$aNguyễn, Du,$d1766-1820,$ctiên sinh$eTác giả$4aut
    =245  14$6880-02$aThe Kiều :$btruyện /$cNguyễn Du ; dịch$n1$pĐầu
    =246  3\$aĐoạn trường tân thanh
    =240  10$aTruyện Kiều
    =250  \\$aIn lần 2
    =264  \1$aHà Nội :$bVăn học,$c2020
    =264  \4$c©2020
    =300  \\$a300 tr. ;$c21 cm
    =310  \\$aHàng tháng
    =337  \\$akhông trung gian$2rdamedia
    =338  \\$atập$2rdacarrier
    =490  1\$aVăn học cổ
    =500  \\$aGhi chú
    =502  \\$aLuận án
    =505  0\$aMục lục
    =506  \\$aHạn chế
    =520  \\$aTóm tắt
    =521  \\$aNgười lớn
    =534  \\$aBản gốc
    =600  10$aNguyễn Du$tTruyện Kiều$xPhê bình
    =630  00$aKinh Thi
    =650  \7$aThơ$zViệt Nam$yThế kỷ 19$vTuyển tập$2lcsh
    =651  \4$aHuế
    =653  \\$atừ khoá
    =655  \7$aThơ$2lcgft
    =700  1\$aTrần, B.$eDịch$tTác phẩm
    =720  \\$aẨn danh
    =730  0\$aTựa khác
    =752  \\$aViệt Nam$bThừa Thiên$dHuế
    =773  0\$aTác giả$tTạp chí$gSố 1$x0317-8471$z9786041000001$nGhi chú
    =830  \0$aVăn học cổ ;$v5
    =852  \\$aVN-QTI$bKho A$hPL$iN5$p000123$zRách
    =856  40$uhttp://a.vn/đọc?b#c$yToàn văn$qapplication/pdf
    =856  42$uhttp://a.vn/lien-quan
    =880  1\$6100-01$a阮攸
    =880  14$6245-02$a傳翹
"""


@cache
def oai_documents() -> tuple[etree._Element, ...]:
    """Every verb, format and error, first, middle and last pages; small."""
    repository = _oai(12, PageSizes(records=2, headers=4, sets=3))
    pages = [repository.query(query).root for query in OAI_QUERIES]
    for verb in ("ListIdentifiers", "ListRecords"):
        pages += [reply.root for reply in repository.sequence(verb=verb, metadataPrefix="oai_dc")]
    pages += [reply.root for reply in repository.sequence(verb="ListSets")]
    return tuple(pages)


@cache
def sru_documents() -> tuple[etree._Element, ...]:
    """Every version, operation and packing; refusals, records that are gone or cannot be shown."""
    catalogue = sru_fakes.FakeCatalogue()
    catalogue.deleted.add(1)
    catalogue.broken.add(2)
    found = []
    options = Options(stylesheets=("/",))
    for version, query, database in product(VERSIONS, SRU_QUERIES, ("", "nowhere")):
        request = parse(f"version={version}&{query}".encode(), options=options)
        response = respond(catalogue, database, request, sru_fakes.FakeSets())
        found.append(documents.parse(xml.write(response)))
    return tuple(found)


@cache
def short_sru_documents() -> tuple[etree._Element, ...]:
    """The same with two of the many indexes of explain."""
    shortened = copy.deepcopy(sru_documents())
    for root in shortened:
        for info in root.iter(f"{{{ZEEREX}}}indexInfo"):
            for index in info.findall(f"{{{ZEEREX}}}index")[2:]:
                info.remove(index)
    return tuple(shortened)


@cache
def payloads() -> tuple[etree._Element, ...]:
    """Goldens, and a record that has every field that the crosswalks know, in every format."""
    written = [path.read_bytes() for path in GOLDEN]
    written += [crosswalk.write(mrk(RICH)) for crosswalk in XML_CROSSWALKS.values()]
    written += [toolkit(), branding("https://n.vn/a.png", "http://n.vn/?a=1&b", "Kho & bộ")]
    return tuple(map(etree.fromstring, written))


def every_document() -> tuple[etree._Element, ...]:
    return (*oai_documents(), *sru_documents(), *payloads())


# --- what we send is accepted ---------------------------------------------------------------------


def test_every_answer_and_golden_is_accepted():
    assert len(GOLDEN) >= 12
    for root in every_document():
        profile(root).assertValid(root)


SOAP_PROFILES = {
    (envelope, version): f"soap/envelope-{number}-sru-{version[0]}.xsd"
    for envelope, number in ((soap.SOAP_1_1, "1.1"), (soap.SOAP_1_2, "1.2"))
    for version in VERSIONS
}
# Whatever is wrong with a message before it is a request.
NOT_SOAP = (
    "<a",
    "<!DOCTYPE a><a/>",
    "<a/>",
    '<Envelope xmlns="urn:x"/>',
    '<e:Envelope xmlns:e="{0}"/>',
    '<e:Envelope xmlns:e="{0}"><e:Header><h e:mustUnderstand="1"/></e:Header></e:Envelope>',
    '<e:Envelope xmlns:e="{0}"><e:Body><q xmlns="urn:&lt;&amp;"/></e:Body></e:Envelope>',
)


def test_every_answer_in_soap_is_accepted():
    for (envelope, version), file in SOAP_PROFILES.items():
        for text in SRU_QUERIES:
            request = parse(f"version={version}&{text}".encode(), options=Options(stylesheets="/"))
            response = respond(sru_fakes.FakeCatalogue(), "", request, sru_fakes.FakeSets())
            root = documents.parse(soap.wrap(xml.element(response), envelope))
            schema(file).assertValid(root)
            spoilt = copy.deepcopy(root)
            spoilt[0].append(copy.deepcopy(spoilt[0][0]))
            assert not schema(file).validate(spoilt)


def test_every_fault_of_soap_is_accepted():
    told = set()
    for envelope, text in product((soap.SOAP_1_1, soap.SOAP_1_2), NOT_SOAP):
        with pytest.raises(soap.Fault) as raised:
            soap.read(text.format(envelope).encode())
        root = documents.parse(soap.fault(raised.value))
        for version in VERSIONS:
            schema(SOAP_PROFILES[etree.QName(root).namespace, version]).assertValid(root)
        told.add((raised.value.envelope, raised.value.code))
    assert told >= {(soap.SOAP_1_1, "VersionMismatch"), (soap.SOAP_1_2, "MustUnderstand")}


def test_the_other_validator_accepts_the_same():
    roots = (*oai_documents()[:12], *payloads(), *short_sru_documents()[::8])
    for root in roots:
        _second(PROFILES[etree.QName(root).namespace]).validate(root)


@cache
def _second(path: str) -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(str(SCHEMAS / path), allow="local")


def test_pages_of_the_usual_size_are_accepted():
    repository = _oai(250, PageSizes())
    for prefix in XML_CROSSWALKS:
        records = [
            each.findtext("{*}identifier")
            for reply in repository.sequence(verb="ListRecords", metadataPrefix=prefix)
            for each in reply.root.iter(f"{{{OAI}}}header")
        ]
        assert len(set(records)) == 250


@pytest.mark.parametrize("name", sorted(XML_CROSSWALKS))
@given(record=hostile_records | marc_records())
def test_any_record_is_accepted_in_every_format(name, record):
    root = etree.fromstring(XML_CROSSWALKS[name].write(record))
    profile(root).assertValid(root)


@pytest.fixture(scope="module")
def real_records(corpus) -> list[MarcRecord]:
    found = []
    for path, step in (("loc_demo/loc_demo.mrc", 40), ("uva/specTestRecs.mrc", 1)):
        with (corpus / path).open("rb") as stream:
            results = islice(read_records(stream), 0, None, step)
            found += [result.record for result in results if isinstance(result, Good)]
    return found


@pytest.mark.corpus
@pytest.mark.parametrize("name", sorted(XML_CROSSWALKS))
def test_real_records_are_accepted_in_every_format(name, real_records):
    assert len(real_records) > 200
    for record in real_records:
        root = etree.fromstring(XML_CROSSWALKS[name].write(record))
        profile(root).assertValid(root)


# --- what a profile accepts, the official schema accepts ------------------------------------------


@dataclass(frozen=True)
class Official:
    """The official schemas; documents that none of them covers whole are taken to pieces."""

    folder: Path
    oai: etree.XMLSchema

    def error(self, root: etree._Element) -> str:
        """What the official schema says against a document, empty when it accepts it."""
        for official, piece in self._pieces(root):
            if not official.validate(piece):
                return str(official.error_log.last_error)
        return ""

    def _pieces(self, root: etree._Element) -> Iterator[tuple[etree.XMLSchema, etree._Element]]:
        """Each piece with its schema. The envelopes of SRU let anything be a record, so that
        records are judged by themselves.
        """
        namespace = etree.QName(root).namespace
        if namespace == etree.QName(payload("qdc")).namespace:
            yield schema_of("qdc", self.folder), root
            return
        if namespace not in (SRW, SRU2, SCAN2):
            yield self.oai, root
            for record in root.iter(payload("qdc").tag):
                yield schema_of("qdc", self.folder), _alone(record)
            return
        yield self._envelope(_without_schemes(root))
        for query in root.iter(f"{{{xcql.NAMESPACE_2}}}xcql"):
            yield documents.schema(self.folder, "oasis/xcql.xsd"), _alone(query)
        for data in root.iter(f"{{{namespace}}}recordData"):
            for record in data:
                yield self._record(namespace, _alone(record))

    def _envelope(self, root: etree._Element) -> tuple[etree.XMLSchema, etree._Element]:
        if root.tag.startswith(f"{{{SRU2}}}"):
            return documents.schema(self.folder, "oasis/sruResponse.xsd"), root
        if etree.QName(root).localname == "scanResponse":
            if root.tag.startswith(f"{{{SRW}}}"):
                root = documents.as_scan_of_2(root)
            return documents.schema(self.folder, "oasis/sruResponse.xsd"), root
        root = documents.as_known_to_1(root)
        version = "1.1" if root.findtext(f"{{{SRW}}}version") == "1.1" else "1.2"
        if root.tag == f"{{{SRW}}}explainResponse":
            root = _as_search_response(root)
        return documents.schema(self.folder, f"sru/srw-types{version}.xsd"), root

    def _record(
        self, envelope: str, record: etree._Element
    ) -> tuple[etree.XMLSchema, etree._Element]:
        name = etree.QName(record)
        if name.localname == "diagnostic":
            folder = "sru" if envelope == SRW else "oasis"
            return documents.schema(self.folder, f"{folder}/diagnostic.xsd"), record
        if name.namespace == ZEEREX:
            if envelope == SRW:
                record = _with_search_info(record)
            return documents.schema(self.folder, "oasis/explain.xsd"), record
        if name.namespace == etree.QName(payload("qdc")).namespace:
            return schema_of("qdc", self.folder), record
        return self.oai, record


def _without_schemes(root: etree._Element) -> etree._Element:
    """What the schemas of an envelope can judge: they do not know the types of a record's."""
    copied = copy.deepcopy(root)
    for record in copied.iter(payload("qdc").tag):
        for element in record.iter("{http://purl.org/dc/terms/}*"):
            element.attrib.pop(f"{{{XSI}}}type", None)
    return copied


def payload(prefix: str) -> etree._Element:
    return etree.fromstring(XML_CROSSWALKS[prefix].write(mrk(RICH)))


def _alone(element: etree._Element) -> etree._Element:
    clone = copy.deepcopy(element)
    clone.tail = None
    return clone


def _as_search_response(root: etree._Element) -> etree._Element:
    """The schemas of 1.x know no explainResponse. What it holds is the same as in the other."""
    response = copy.deepcopy(root)
    response.tag = f"{{{SRW}}}searchRetrieveResponse"
    number = etree.Element(f"{{{SRW}}}numberOfRecords")
    number.text = "1"
    records = etree.Element(f"{{{SRW}}}records")
    record = response.find(f"{{{SRW}}}record")
    record.addprevious(number)
    record.addprevious(records)
    records.append(record)
    return response


def _with_search_info(explain: etree._Element) -> etree._Element:
    """ZeeRex as SRU 1.x has it differs from that of 2.0 in this one element."""
    explain.find(f"{{{ZEEREX}}}indexInfo").addnext(etree.Element(f"{{{ZEEREX}}}searchInfo"))
    return explain


@pytest.fixture(scope="module")
def official(official_xsd) -> Official:
    return Official(official_xsd, official_schema(official_xsd))


def assert_no_laxer(official: Official, root: etree._Element) -> bool:
    """Whether the profile accepts ``root``; if so, the official schema must."""
    if not accepted(root):
        return False
    error = official.error(root)
    assert not error, f"{error}\n{etree.tostring(root, encoding='unicode')}"
    return True


@pytest.mark.official
def test_the_official_schemas_accept_every_document(official):
    assert all(assert_no_laxer(official, root) for root in every_document())


@pytest.mark.official
def test_the_official_schemas_are_asked_about_every_piece(official):
    """Each fault is in another place; a profile that let it pass would be caught."""
    for root in sru_documents():
        spoilt = copy.deepcopy(root)
        data = [each for each in spoilt.iter("{*}recordData") if len(each)]
        for record in (each[0] for each in data):
            record.append(etree.Element("unknown"))
        assert bool(data) == bool(official.error(spoilt))


# Mutations. Each changes a tree in place at one element; what it does not apply to it leaves as is.

Mutation = Callable[[etree._Element], None]

VALUES = (
    "",
    " ",
    "x",
    "0",
    "1",
    "-1",
    "+1",
    "01",
    "1.0",
    "1000",
    "1001",
    "9" * 30,
    "٣",
    "true",
    "a b",
    "\n",
    "é",
    "%zz",
    "http://[",
    "http://a.vn/",
    "a:b:c",
    "oai:x:y",
    "oai:a.vn:union/%2f",
    "2023-11-14",
    "2023-02-29",
    "2024-02-29",
    "Software",
    "895.922",
    "text/plain",
    "urn:isbn:9780198526636",
    "doi:10.1/2<3>",
    "http://a.vn:99999/%C4%83?b#c",
    "2023-11-14T22:13:20Z",
    "2023-11-14T22:13:20.5Z",
    "2023-11-14T24:00:00Z",
    "2023-11-14T22:13:20+07:00",
    "2023-02-30T00:00:00Z",
    "0000-01-01T00:00:00Z",
    "12023-11-14T22:13:20Z",
    "info:srw/diagnostic/1/7",
    "00000nam a2200000   4500",
    "a@b",
    "vi-Hani",
)
ATTRIBUTES = (
    "id",
    "ID",
    "type",
    "status",
    "verb",
    "cursor",
    "authority",
    "lang",
    "set",
    "{http://www.w3.org/XML/1998/namespace}lang",
    "{http://www.w3.org/XML/1998/namespace}space",
    f"{{{XSI}}}nil",
    f"{{{XSI}}}schemaLocation",
    "{urn:x}y",
)


def _drop(element: etree._Element) -> None:
    if (parent := element.getparent()) is not None:
        parent.remove(element)


def _duplicate(element: etree._Element) -> None:
    if element.getparent() is not None:
        element.addnext(copy.deepcopy(element))


def _swap(element: etree._Element) -> None:
    if (following := element.getnext()) is not None:
        following.addnext(element)


def _move_to_the_end(element: etree._Element) -> None:
    if (parent := element.getparent()) is not None:
        parent.append(element)


def _empty(element: etree._Element) -> None:
    for child in element:
        element.remove(child)
    element.text = None


def _clear(element: etree._Element) -> None:
    element.attrib.clear()


def _unwrap(element: etree._Element) -> None:
    if (parent := element.getparent()) is not None:
        for child in list(element):
            element.addprevious(child)
        parent.remove(element)


def _unqualify(element: etree._Element) -> None:
    element.tag = etree.QName(element).localname


def _mix(element: etree._Element) -> None:
    element.tail = "x"


def _foreign_child(element: etree._Element) -> None:
    element.insert(0, etree.Element("{urn:x}y"))


def _adopt(element: etree._Element) -> None:
    """A copy of its last sister inside it."""
    if (parent := element.getparent()) is not None:
        element.append(copy.deepcopy(parent[-1]))


def _text(value: str) -> Mutation:
    def change(element: etree._Element) -> None:
        element.text = value

    return change


def _pad(element: etree._Element) -> None:
    element.text = f" {element.text or ''}\n"


def _rename(name: str) -> Mutation:
    def change(element: etree._Element) -> None:
        element.tag = etree.QName(etree.QName(element).namespace, name).text

    return change


def _attribute(name: str, value: str) -> Mutation:
    def change(element: etree._Element) -> None:
        element.set(name, value)

    return change


def _without(name: str) -> Mutation:
    def change(element: etree._Element) -> None:
        element.attrib.pop(name, None)

    return change


def _typed(namespace: str, name: str) -> Mutation:
    """``xsi:type``, the one way in which a document can name a type of a schema."""

    def change(element: etree._Element) -> None:
        if (parent := element.getparent()) is not None:
            nsmap = {**element.nsmap, "p": namespace}
            typed = etree.Element(element.tag, dict(element.attrib), nsmap)
            typed.text, typed.tail = element.text, element.tail
            typed.extend(list(element))
            typed.set(f"{{{XSI}}}type", f"p:{name}")
            parent.replace(element, typed)

    return change


STRUCTURAL: tuple[Mutation, ...] = (
    _drop,
    _duplicate,
    _swap,
    _move_to_the_end,
    _empty,
    _clear,
    _unwrap,
    _unqualify,
    _mix,
    _foreign_child,
    _adopt,
    _pad,
)


@cache
def vocabulary(namespace: str) -> tuple[str, ...]:
    """Names of elements of a namespace in our documents."""
    names = {
        etree.QName(element).localname
        for root in every_document()
        for element in root.iter(f"{{{namespace}}}*")
    }
    return tuple(sorted(names))


@cache
def types(namespace: str) -> tuple[tuple[str, str], ...]:
    """Namespace and name of the types of a namespace's profiles, and some built-in ones."""
    found = [(XSD, name) for name in ("string", "token", "anyURI", "positiveInteger")]
    found += [("http://purl.org/dc/elements/1.1/", "SimpleLiteral")]
    for tree in map(etree.parse, sorted(SCHEMAS.glob("*/*.xsd"))):
        if tree.getroot().get("targetNamespace") == namespace:
            found += [(namespace, each.get("name")) for each in tree.iterfind("{*}simpleType")]
            found += [(namespace, each.get("name")) for each in tree.iterfind("{*}complexType")]
    return tuple(found)


def mutations(element: etree._Element) -> Iterator[Mutation]:
    """All single steps at one element."""
    yield from STRUCTURAL
    yield from map(_text, VALUES)
    namespace = etree.QName(element).namespace or ""
    yield from map(_rename, vocabulary(namespace))
    yield from starmap(_typed, types(namespace))
    for name in ATTRIBUTES:
        yield _attribute(name, "x")
        yield _attribute(name, "1")
    for name, old in element.attrib.items():
        yield _without(name)
        yield _attribute(name, f" {old}")
        yield from (_attribute(name, value) for value in VALUES)


def _place(element: etree._Element) -> str:
    """Names from the root down, the same for like elements."""
    names = [etree.QName(each).localname for each in (*element.iterancestors(), element)]
    return "/".join((*names, *sorted(element.attrib)))


def _mutants(roots: tuple[etree._Element, ...]) -> Iterator[etree._Element]:
    """Every single step at the first of all like elements."""
    seen: set[str] = set()
    for root in roots:
        for position, element in enumerate(root.iter()):
            place = f"{etree.QName(root).text} {_place(element)}"
            if place in seen:
                continue
            seen.add(place)
            for mutate in mutations(element):
                mutant = copy.deepcopy(root)
                mutate(next(islice(mutant.iter(), position, None)))
                yield mutant


@pytest.mark.official
@pytest.mark.parametrize("source", [oai_documents, short_sru_documents, payloads])
def test_no_mutant_is_accepted_that_the_official_schema_refuses(official, source):
    verdicts = [assert_no_laxer(official, mutant) for mutant in _mutants(source())]
    assert sum(verdicts) > 300  # else nothing was proved
    assert sum(verdicts) < len(verdicts) / 2


@pytest.mark.official
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_chain_of_mutations_is_accepted_that_the_official_schema_refuses(official, data):
    pool = (*oai_documents(), *short_sru_documents(), *payloads())
    root = copy.deepcopy(data.draw(st.sampled_from(pool)))
    for _ in range(data.draw(st.integers(1, 6))):
        element = data.draw(st.sampled_from(list(root.iter())))
        mutate = data.draw(
            st.sampled_from(list(mutations(element)))
            | st.text(st.characters(categories=["L", "N", "P", "Zs"])).map(_text)
        )
        mutate(element)
        assert_no_laxer(official, root)


# --- faults that the profiles refuse --------------------------------------------------------------


def _edited(root: etree._Element, pattern: str, replacement: str) -> etree._Element:
    text = etree.tostring(root, encoding="unicode")
    edited, count = re.subn(pattern, replacement, text, count=1, flags=re.DOTALL)
    assert count == 1, f"{pattern} not in {text}"
    return etree.fromstring(edited)


@pytest.mark.parametrize(
    ("query", "pattern", "replacement"),
    [
        ("verb=Identify", "Z</responseDate>", ".5Z</responseDate>"),
        ("verb=Identify", "Z</responseDate>", "+00:00</responseDate>"),
        ("verb=Identify", "Z</responseDate>", "</responseDate>"),
        ("verb=Identify", "T[0-9:]*Z</earliestDatestamp>", "</earliestDatestamp>"),
        ("verb=Identify", "Thh:mm:ssZ</granularity>", "</granularity>"),
        ("verb=Identify", ">persistent<", ">transient<"),
        ("verb=Identify", "<adminEmail>.*</adminEmail>", ""),
        ("verb=Identify", "(<baseURL>.*?</baseURL>)(.*?</protocolVersion>)", r"\2\1"),
        ("verb=Identify", ">http://localhost/oai</request>", ">/oai</request>"),
        ("verb=Identify", "<scheme>oai</scheme>", "<scheme>isbn</scheme>"),
        ("LIST", "T[0-9:]*Z</datestamp>", "</datestamp>"),
        ("LIST", "Z</datestamp>", ".000Z</datestamp>"),
        ("LIST", "(<identifier>.*?</identifier>)(<datestamp>.*?</datestamp>)", r"\2\1"),
        ("LIST", "<identifier>oai:", "<identifier>"),
        ("LIST", "u000000000</identifier>", "%zz</identifier>"),
        ("LIST", "u000000001</identifier>", "u000000000</identifier>"),
        ("LIST", "<setSpec>library:", "<setSpec>library::"),
        ("LIST", "<setSpec>library:VN-QTI", "<setSpec>type:serial"),
        ("LIST", "<record>.*</record>", ""),
        ("LIST", ' cursor="0"', ""),
        ("LIST", ' cursor="0"', ' cursor="-0"'),
        ("LIST", ' completeListSize="12"', ""),
        ("LIST", ' completeListSize="12"', ' completeListSize="0"'),
        ("LIST", '(expirationDate=".*?)Z', r"\1.5Z"),
        ("LIST", "</resumptionToken>", "#</resumptionToken>"),
        ("LIST", "<metadata>", "<metadata><unknown/>"),
        ("LIST", "<metadata>.*?</metadata>", '<metadata><dc xmlns="urn:x"/></metadata>'),
        ("LIST", "<metadata>.*?</metadata>", "<metadata/>"),
        ("LIST", "(<metadata>.*?)<dc:title>.*?</dc:title>", r"\1<dc:title> </dc:title>"),
        ("LIST", "<dc:title>(.*?)</dc:title>", r"<dc:titel>\1</dc:titel>"),
        ("LIST", "(<dc:title>.*?</dc:title>)(.*?</dc:creator>)", r"\2\1"),
        ("verb=ListSets", "<set>.*</set>", ""),
        ("verb=ListSets", "<setName>[^<]*", "<setName>"),
        ("verb=ListMetadataFormats", "<metadataFormat>.*</metadataFormat>", ""),
        ("verb=ListMetadataFormats", ">[a-z_]*</metadataPrefix>", ">a b</metadataPrefix>"),
        ("verb=junk", '(<error code="badVerb">).*</error>', r"\1</error>"),
        ("verb=junk", 'code="badVerb"', 'code="badverb"'),
    ],
)
def test_faults_of_oai_answers_are_refused(query, pattern, replacement):
    query = query.replace("LIST", "verb=ListRecords&metadataPrefix=oai_dc")
    root = _oai(12, PageSizes(records=2)).query(query).root
    assert not profile(root).validate(_edited(root, pattern, replacement))


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    ("query", "pattern", "replacement"),
    [
        ("query=kieu", r"<zs:numberOfRecords>\d+", "<zs:numberOfRecords>many"),
        ("query=kieu", "<zs:numberOfRecords>.*?</zs:numberOfRecords>", ""),
        ("query=kieu", "(<zs:records>).*(</zs:records>)", r"\1\2"),
        ("query=kieu", "(<zs:recordPosition>)2<", r"\g<1>1<"),
        ("query=kieu", "(<zs:recordPosition>)2<", r"\g<1>0<"),
        ("query=kieu", "<zs:recordSchema>marcxml", "<zs:recordSchema>marc"),
        ("query=kieu", "<zs:recordData>", "<zs:recordData><unknown/>"),
        ("query=kieu", "<leader>.", "<leader>"),
        ("query=kieu", '<datafield tag="245"', '<datafield tag="2.5"'),
        ("query=kieu", "(<zs:startRecord>.*?</zs:startRecord>)(<zs:max.*?s>)", r"\2\1"),
        ("query=foo.bar%3D1", "<message>.*</message>", ""),
        ("query=foo.bar%3D1", "(<uri>.*</uri>)(.*)(</diagnostic>)", r"\2\1\3"),
        ("query=foo.bar%3D1", "info:srw/diagnostic/1/", "urn:diagnostic/"),
        ("operation=explain", "<schemaInfo>.*</schemaInfo>", ""),
        ("operation=explain", '<name set="dc">', '<name set="undeclared">'),
        ("operation=explain", '(<index id="title".*?)(<title lang="en")', r"\1<x/>\2"),
        ("operation=explain", "<map><attr.*?</map>", "<map/>"),
        ("operation=explain", "<zs:recordData>.*</zs:recordData>", ""),
    ],
)
def test_faults_of_sru_answers_are_refused(version, query, pattern, replacement):
    request = parse(f"version={version}&{query}".encode())
    root = documents.parse(xml.write(respond(sru_fakes.FakeCatalogue(), "", request)))
    profile(root).assertValid(root)
    assert not profile(root).validate(_edited(root, pattern, replacement))


def test_search_info_is_in_explain_of_2_0_and_of_no_other():
    answers = {
        version: documents.parse(
            xml.write(respond(sru_fakes.FakeCatalogue(), "", parse(f"version={version}".encode())))
        )
        for version in ("1.2", "2.0")
    }
    without = answers["1.2"].find(f".//{{{ZEEREX}}}indexInfo")
    without.addnext(etree.Element(f"{{{ZEEREX}}}searchInfo"))
    info = answers["2.0"].find(f".//{{{ZEEREX}}}searchInfo")
    info.getparent().remove(info)
    assert not any(profile(root).validate(root) for root in answers.values())


@pytest.mark.parametrize(
    ("name", "pattern", "replacement"),
    [
        ("marcxml", "<leader>00000", "<leader>00714"),
        ("marcxml", "<controlfield.*?/controlfield>(.*)</record>", r"\1<controlfield/></record>"),
        ("marcxml", "<subfield code=.*?(</datafield>)", r"\1"),
        ("marcxml", ' ind1="."', ""),
        ("marcxml", ' ind1="."', ' ind1="A"'),
        ("marcxml", ' ind1="."', ' ind1="٣"'),
        ("marcxml", "<record ", '<record id="a" '),
        ("mods", "<recordInfo>.*</recordInfo>", ""),
        ("mods", "<typeOfResource>text", "<typeOfResource>book"),
        ("mods", "(<titleInfo>.*?</titleInfo>)(.*?)(<recordInfo>)", r"\2\1\3"),
        ("mods", "<url[^>]*>[^<]*", "<url>a.vn/b"),
        ("mods", ' version="3.8"', ' version="3.6"'),
        ("mods", "<originInfo[^>]*>.*?</originInfo>", "<originInfo/>"),
        ("mods", "<title>[^<]*", "<title>"),
        ("mods", '<languageTerm type="code"', '<languageTerm type="text"'),
        ("oai_dc", "</oai_dc:dc>", "<dc:audience>x</dc:audience></oai_dc:dc>"),
        ("dc", "</srw_dc:dc>", "<dc:title>x</dc:title></srw_dc:dc>"),
        ("dc", 'xml:lang="vi', 'xml:lang="Vietnamese'),
    ],
)
def test_faults_of_records_are_refused(name, pattern, replacement):
    root = etree.fromstring(XML_CROSSWALKS[name].write(mrk(RICH)))
    assert not profile(root).validate(_edited(root, pattern, replacement))
