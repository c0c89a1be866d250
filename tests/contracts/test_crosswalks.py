"""What every crosswalk must do, whatever its schema; a new one is tested because its file is there.

Golden cases: ``tests/golden/crosswalks/<name>/<trait>/in.mrk`` and ``out.xml``. They are written
by ``INTEROP_UPDATE_GOLDEN=1``, never by an ordinary run, and each must validate.
"""

import functools
import os
from itertools import islice
from pathlib import Path
from unicodedata import is_normalized

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from interop.crosswalks import CROSSWALKS, XML_CROSSWALKS, Crosswalk, by_name
from interop.explain import reader
from interop.formats import Good, read_records
from interop.marc.iso2709 import decode, encode
from interop.marc.legal import legal_record
from interop.marc.record import ControlField, DataField, MarcRecord
from interop.union.merge import Member, union_record
from tests.properties.strategies import marc_records
from tests.unit.crosswalks.mrk import record as mrk

PROFILES = Path(__file__).parents[2] / "schemas"
GOLDEN = Path(__file__).parent.parent / "golden" / "crosswalks"
CASES = sorted((path.parent.parent.name, path.parent.name) for path in GOLDEN.glob("*/*/in.mrk"))
XSI = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"

# info:srw/schema/1/dc-schema, of which only the elements have an official schema at hand.
SRW_DC = b"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"
 xmlns:dc="http://purl.org/dc/elements/1.1/" targetNamespace="info:srw/schema/1/dc-schema">
 <xs:import namespace="http://purl.org/dc/elements/1.1/" schemaLocation="simpledc20021212.xsd"/>
 <xs:element name="dc"><xs:complexType><xs:group ref="dc:elementsGroup"/></xs:complexType>
 </xs:element></xs:schema>"""

# A container of an application, as the official file asks for one.
QDC = b"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"
 targetNamespace="http://worldcat.org/xmlschemas/qdc-1.0/" elementFormDefault="qualified">
 <xs:include schemaLocation="qualifieddc.xsd"/></xs:schema>"""

# By name; where no copy of the official schema is at hand, our profile stands for it.
OFFICIAL = {
    "dc": SRW_DC,
    "edm": PROFILES / "edm" / "rdf.xsd",
    "etdms": PROFILES / "etd" / "etdms.xsd",
    "isohold": PROFILES / "holdings" / "isohold.xsd",
    "marcxml": "marc/MARC21slim.xsd",
    "mods": "mods/mods-3-8.xsd",
    "oai_dc": "oai/oai_dc.xsd",
    "opacxml": PROFILES / "holdings" / "opacxml.xsd",
    "qdc": QDC,
    "unimarcxml": PROFILES / "marc" / "unimarc.xsd",
}


class Offline(etree.Resolver):
    """Imports come from the folder of official schemas by file name; nothing else is fetched."""

    def __init__(self, folder):
        super().__init__()
        self.files = {path.name: path for path in sorted(folder.glob("*/*.xsd"), reverse=True)}

    def resolve(self, url, public_id, context):
        known = self.files.get(url.rpartition("/")[2])
        return self.resolve_filename(str(known), context) if known else None


@functools.cache
def schema_of(name, folder):
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(Offline(folder))
    source = OFFICIAL[name]
    if isinstance(source, bytes):
        tree = etree.fromstring(source, parser).getroottree()
    else:
        tree = etree.parse(folder / source, parser)
    return etree.XMLSchema(tree)


def assert_valid(name, data, folder):
    schema = schema_of(name, folder)
    schema.assertValid(etree.fromstring(data))


each = pytest.mark.parametrize("name", sorted(CROSSWALKS))
each_xml = pytest.mark.parametrize("name", sorted(XML_CROSSWALKS))
each_readable = pytest.mark.parametrize(
    "name", [name for name in CROSSWALKS if reader(name) is not None]
)


@each
def test_has_a_golden_case(name):
    assert any(crosswalk == name for crosswalk, _ in CASES)


def _out(name):
    return "out.xml" if CROSSWALKS[name].is_xml else "out.txt"


@pytest.mark.parametrize(("name", "trait"), CASES)
def test_golden(name, trait):
    folder = GOLDEN / name / trait
    written = CROSSWALKS[name].write(mrk((folder / "in.mrk").read_text("utf-8")))
    if os.environ.get("INTEROP_UPDATE_GOLDEN"):
        (folder / _out(name)).write_bytes(written + b"\n")
    assert written + b"\n" == (folder / _out(name)).read_bytes()


@pytest.mark.official
@pytest.mark.parametrize(("name", "trait"), [case for case in CASES if case[0] in XML_CROSSWALKS])
def test_golden_is_valid(name, trait, official_xsd):
    assert_valid(name, (GOLDEN / name / trait / "out.xml").read_bytes(), official_xsd)


@each
def test_is_named_as_its_file_and_has_a_schema_exactly_if_it_is_xml(name):
    crosswalk = CROSSWALKS[name]
    assert crosswalk.prefix == name
    assert crosswalk.is_xml == bool(crosswalk.namespace) == bool(crosswalk.schema_location)


@pytest.mark.parametrize(
    ("media_type", "is_xml"),
    [("application/xml", True), ("application/mods+xml", True), ("application/marc", False)],
)
def test_xml_is_what_its_media_type_says(media_type, is_xml):
    crosswalk = Crosswalk("x", "", "", "", bytes, media_type=media_type)
    assert crosswalk.is_xml is is_xml


@each_xml
def test_is_found_by_all_its_names(name):
    crosswalk = CROSSWALKS[name]
    for alias in (name, crosswalk.namespace, crosswalk.schema_location, *crosswalk.names):
        assert by_name(alias) is crosswalk
        assert by_name(f" {alias.upper()} ") is crosswalk


def test_no_name_means_two_schemas():
    names = [
        n.casefold() for c in XML_CROSSWALKS.values() for n in (c.prefix, c.namespace, *c.names)
    ]
    assert len(names) == len(set(names))


@each_xml
def test_root_element_declares_its_schema(name):
    crosswalk = CROSSWALKS[name]
    root = etree.fromstring(crosswalk.write(mrk("=245  00$aSách")))
    assert etree.QName(root).namespace == crosswalk.namespace
    assert root.get(XSI).split() == [crosswalk.namespace, crosswalk.schema_location]


@each_readable
def test_reads_what_it_writes(name):
    crosswalk = CROSSWALKS[name]
    written = crosswalk.write(mrk("=100  0\\$aNguyễn Du\n=245  10$aTruyện Kiều"))
    assert crosswalk.write(reader(name)(written)) == written


@each_readable
@pytest.mark.parametrize(
    "data", [b"", b"<a", b"<a/>", b"\xff\xfe", b'<!DOCTYPE a [<!ENTITY b "c">]><a/>']
)
def test_refuses_what_it_cannot_read_in_one_line(name, data):
    with pytest.raises(ValueError) as caught:
        reader(name)(data)
    assert len(str(caught.value).splitlines()) == 1


# Hostile records: text from everywhere and the characters of mark-up and control.
_SPECIAL = "&<>\"' \t\r\n\0\x1d\x1e\x1f\x7f\x85\x98\ufffe\ufffd\u0338\u2028\ud800]$%#[:/.;,=-"
_TEXT = st.text(
    st.sampled_from("Truyện Kiềuđƣ\u0301\u0302\u0323喃傳𢆥𰀀\U000f0123\U0010fffd" + _SPECIAL)
    | st.characters(codec=None),
    max_size=12,
)
_SHAPED = _TEXT | st.sampled_from(
    [
        "aut",
        "vie",
        "vieeng",
        "0198526636",
        "0317-8471",
        "895.9/22",
        "http://a.vn/ă?%zz#b#[c]",
        "880-01",
    ]
    + ["245-01/$1", "650-02/(N", "chủ biên", "lcsh", "doi", "http://[x", "1999", "--"]
)
_CODES = st.sampled_from("abcdefghijklmnopqrstuvwxyz0123456789") | st.characters(codec=None)
_TAGS = st.sampled_from(
    "010 020 022 024 040 041 050 082 084 100 110 111 130 210 240 242 245 246 250 260 264 300 310 "
    "337 347 440 490 500 502 505 506 520 521 522 534 540 541 590 600 610 611 630 648 650 651 653 "
    "655 700 710 711 720 730 740 752 760 773 776 780 786 787 800 810 830 852 856 880 952".split()
) | st.text(max_size=4)
_INDICATOR = st.sampled_from(" 01234567") | st.characters(codec=None)
_DATA_FIELD = st.builds(
    DataField,
    _TAGS,
    _INDICATOR,
    _INDICATOR,
    st.lists(st.tuples(_CODES, _SHAPED), max_size=5).map(tuple),
)
_FIXED = st.text(st.sampled_from("0129 |usmcdeqrvienga\0&ế"), max_size=41)
_CONTROL_FIELD = st.builds(
    ControlField, st.sampled_from(["001", "003", "005", "007", "008"]), _TEXT | _FIXED
)
_LEADER = st.just("00000nam a2200000 a 4500") | st.text(min_size=24, max_size=24)
hostile_records = st.builds(
    MarcRecord,
    _LEADER,
    st.lists(_DATA_FIELD | _CONTROL_FIELD, max_size=8).map(tuple),
)


@each
@given(record=hostile_records)
def test_hostile_record_is_written_the_same_twice(name, record):
    written = CROSSWALKS[name].write(record)
    assert CROSSWALKS[name].write(record) == written
    if name != "marc8":
        written.decode()


DIRECT = sorted(
    name for name, crosswalk in CROSSWALKS.items() if crosswalk.direct or crosswalk.ruled
)


def assert_direct_alike(crosswalk, record):
    canonical = encode(legal_record(record))
    written = crosswalk.from_canonical(canonical)
    assert written == crosswalk.write(decode(canonical))


@pytest.mark.parametrize("name", DIRECT)
@given(record=hostile_records | marc_records())
def test_straight_from_canonical_bytes_means_the_same(name, record):
    assert_direct_alike(CROSSWALKS[name], record)


@pytest.mark.corpus
@pytest.mark.parametrize("name", DIRECT)
def test_real_records_are_the_same_straight_from_their_bytes(name, real_records):
    for record in real_records:
        assert_direct_alike(CROSSWALKS[name], record)


@each
def test_from_canonical_is_what_write_gives(name):
    record = mrk("=001  1\n=245  10$aTruyện Kiều\n=541  0\\$aSECRET\n=852  \\\\$aA$xSECRET")
    written = CROSSWALKS[name].from_canonical(encode(record))
    assert written == CROSSWALKS[name].write(decode(encode(record)))
    assert b"SECRET" not in written


@each_xml
@given(record=hostile_records)
def test_hostile_record_is_well_formed_composed_and_always_the_same(name, record):
    written = CROSSWALKS[name].write(record)
    assert CROSSWALKS[name].write(record) == written
    root = etree.fromstring(written)
    # MARCXML is the record as it stands; readers normalise.
    if name not in ("marcxml", "opacxml", "unimarcxml"):
        for element in root.iter():
            assert is_normalized("NFC", element.text or "")


@pytest.mark.official
@each_xml
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(record=hostile_records)
def test_hostile_record_is_valid(name, official_xsd, record):
    assert_valid(name, CROSSWALKS[name].write(record), official_xsd)


# A record in two scripts, the format that has neither, and those that have no place for a language.
PAIRED = """=008  200101s1866\\\\\\\\vm\\a\\\\\\\\\\b\\\\\\\\001\\0\\vie\\d
=100  1\\$6880-01$aNguyễn Du
=245  10$6880-02$aTruyện Kiều
=880  1\\$6100-01/$1$a阮攸
=880  10$6245-02/$1$a傳翹"""
UNTITLED = ("isohold",)
UNMARKED = ("bibtex", "ris")


@each
def test_pairs_of_scripts_stay_together(name):
    """Both scripts go out, marked where the format can: by 880 and $6, by language and script."""
    record = mrk(PAIRED)
    crosswalk = CROSSWALKS[name]
    written = crosswalk.write(record)
    if name == "marc8":
        assert [*reader(name)(written).data("880")] == [*record.data("880")]
        return
    text = written.decode()
    shown = [original for original in ("阮攸", "傳翹") if original in text]
    assert shown == ([] if name in UNTITLED else ["阮攸", "傳翹"])
    if name in (*UNTITLED, *UNMARKED):
        return
    is_marc = "100-01" in text and "245-02" in text  # $6 of an 880, in UNIMARC inside an 886
    assert is_marc or "vi-Hani" in text or 'xml:lang="vi" script="Hani"' in text


def assert_union_alike(crosswalk, record):
    alone = union_record("u000000001", [Member(1, "A", "1", record)])
    assert crosswalk.write(alone) == crosswalk.write(record)


DESCRIPTIVE = sorted(name for name, crosswalk in CROSSWALKS.items() if crosswalk.descriptive)


@pytest.mark.parametrize("name", DESCRIPTIVE)
@given(record=hostile_records)
def test_descriptive_means_alike_for_a_library_and_the_union(name, record):
    assert_union_alike(CROSSWALKS[name], record)


@pytest.mark.corpus
@pytest.mark.parametrize("name", DESCRIPTIVE)
def test_real_records_are_alike_in_the_union(name, real_records):
    for record in real_records:
        assert_union_alike(CROSSWALKS[name], record)


def _sample(path, step):
    with path.open("rb") as stream:
        for result in islice(read_records(stream), 0, None, step):
            if isinstance(result, Good):
                yield result.record


@pytest.fixture(scope="module")
def real_records(corpus):
    return [
        *_sample(corpus / "loc_demo" / "loc_demo.mrc", 40),
        *_sample(corpus / "uva" / "uva_001_2000.mrc", 20),
        *_sample(corpus / "uva" / "specTestRecs.mrc", 1),
    ]


@pytest.mark.corpus
@pytest.mark.official
@each_xml
def test_real_records_are_valid(name, real_records, official_xsd):
    assert len(real_records) > 400
    for record in real_records:
        assert_valid(name, CROSSWALKS[name].write(record), official_xsd)


def _private_fields(tags, indicator, subfields):
    return st.builds(DataField, st.sampled_from(tags), indicator, st.just(" "), subfields)


_SECRETS = st.lists(
    st.tuples(st.sampled_from("abcpxz35u"), st.just("SECRET")), min_size=1, max_size=3
).map(tuple)
_SECRETS_880 = st.sampled_from(["541", "561", "583", "590", "951"]).map(
    lambda tag: (("6", f"{tag}-01"), ("a", "SECRET"))
)
_PRIVATE_FIELD = st.one_of(
    _private_fields(["541", "561", "583"], st.just("0"), _SECRETS),
    _private_fields("590 591 596 599 900 901 945 949 951 999".split(), _INDICATOR, _SECRETS),
    _private_fields(["880"], st.just("0"), _SECRETS_880),
    _private_fields(
        ["852", "866", "867", "868", "952"],
        st.just(" "),
        st.just((("a", "A"), ("x", "SECRET"), ("p", "1"))),
    ),
)


@each
@given(record=hostile_records, private=st.lists(_PRIVATE_FIELD, min_size=1, max_size=4))
def test_private_and_local_fields_stay_in_the_library(name, record, private):
    fields = (*record.fields, *private, *mrk("=500  \\\\$aghi chú").fields)
    assert b"SECRET" not in CROSSWALKS[name].write(MarcRecord(record.leader, fields))


def test_what_is_not_private_goes():
    marc = mrk("=541  1\\\\$aNguồn\n=561  1\\\\$aSở hữu\n=952  \\\\$p000123")
    written = CROSSWALKS["marcxml"].write(marc).decode()
    assert "Nguồn" in written and "Sở hữu" in written and "000123" in written


@pytest.mark.parametrize("name", sorted(CROSSWALKS))
def test_what_is_read_of_canonical_bytes_is_enough(name):
    """A record with a field of every tag, in two kinds of indicators and with all letters."""
    values = tuple((code, f"{code} 1998") for code in "abcdefghijklmnopqrstuvwxyz0123456789")
    fields = [ControlField("001", "1"), ControlField("008", "981231s1998    vm       b   vie d")]
    for number in range(10, 900):
        tag = f"{number:03}"
        fields += [DataField(tag, "1", "0", (("6", "880-01"), *values))] if number % 3 else []
        fields += [DataField(tag, "7", "2", (("a", f"t{tag}"), ("u", "http://a.vn/1")))]
    record = MarcRecord("00000nam a2200000   4500", tuple(fields))
    crosswalk = CROSSWALKS[name]
    try:
        wanted = crosswalk.show(record)
    except ValueError:
        return
    assert crosswalk.from_canonical(encode(record)) == wanted
