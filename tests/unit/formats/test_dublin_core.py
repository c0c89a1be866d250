"""Qualified Dublin Core, dim and xoai: what DSpace says of an item, and what stays there."""

import io

import pytest

from interop.formats import FORMATS, Good, choose, of_element, read_records
from interop.marc.holdings import read_holdings
from interop.marc.record import DataField, MarcError, MarcRecord

STATEMENTS = [
    ("contributor", "advisor", "Trần Thị B", None),
    ("contributor", "author", "Nguyễn, Văn A", None),
    ("date", "accessioned", "2019-03-04T05:06:07Z", None),
    ("date", "available", "2019-03-04T05:06:07Z", None),
    ("date", "issued", "2018-05", None),
    ("identifier", "uri", "http://hdl.handle.net/123/45", None),
    ("identifier", "isbn", "9780198526636", None),
    ("identifier", "citation", "Tạp chí, 3", None),
    ("description", "abstract", "Tóm tắt", "vi"),
    ("description", "provenance", "Submitted by X (x@y.vn) on 2019-03-04", "en"),
    ("language", "iso", "vi_VN", None),
    ("publisher", "", "ĐHQG", None),
    ("relation", "ispartofseries", "Tủ sách ; 7", None),
    ("subject", "", "Thơ", None),
    ("subject", "ddc", "895.922", None),
    ("coverage", "spatial", "Huế", None),
    ("title", "", "Nhan đề", "vi"),
    ("title", "alternative", "Title", "en"),
    ("type", "", "Article", None),
]
EXPECTED = [
    "008 000000s2018    xx |||||||||||||||||vie|d",
    "020 __ $a9780198526636",
    "024 7_ $a123/45$2hdl",
    "082 04 $a895.922",
    "100 1_ $aNguyễn, Văn A",
    "245 10 $aNhan đề",
    "246 3_ $aTitle",
    "264 _1 $bĐHQG$c2018-05",
    "490 0_ $aTủ sách$v7",
    "520 __ $aTóm tắt",
    "524 __ $aTạp chí, 3",
    "653 __ $aThơ",
    "653 _5 $aHuế",
    "655 _4 $aArticle",
    "700 0_ $aTrần Thị B$4ths",
]


def dim() -> bytes:
    fields = "".join(
        f'<dim:field mdschema="dc" element="{element}"'
        + (f' qualifier="{qualifier}"' if qualifier else "")
        + (f' lang="{lang}"' if lang else "")
        + f">{value}</dim:field>"
        for element, qualifier, value, lang in STATEMENTS
    )
    start = '<dim:dim xmlns:dim="http://www.dspace.org/xmlns/dspace/dim">'
    other = '<dim:field mdschema="local" element="secret">x</dim:field>'
    return f"{start}{fields}{other}</dim:dim>".encode()


FILE = """<element name="bundles"><element name="bundle"><field name="name">{bundle}</field>
<element name="bitstreams"><element name="bitstream"><field name="name">{name}</field>
<field name="format">application/pdf</field><field name="size">20480</field>
<field name="url">http://kho.vn/{name}</field><field name="checksum">d41d8cd9</field>
<field name="checksumAlgorithm">MD5</field></element></element></element></element>"""


def xoai() -> bytes:
    fields = "".join(
        f'<element name="{element}">'
        + (f'<element name="{qualifier}">' if qualifier else "")
        + f'<element name="{lang or "none"}"><field name="value">{value}</field>'
        + '<field name="authority">x</field></element>'
        + ("</element>" if qualifier else "")
        + "</element>"
        for element, qualifier, value, lang in STATEMENTS
    )
    files = FILE.format(bundle="ORIGINAL", name="a.pdf") + FILE.format(bundle="TEXT", name="a.txt")
    return (
        f'<metadata xmlns="http://www.lyncode.com/xoai"><element name="dc">{fields}</element>'
        f'{files}<element name="others"><field name="handle">123/45</field></element></metadata>'
    ).encode()


def written(record: MarcRecord) -> list[str]:
    return [
        f"{f.tag} {(f.ind1 + f.ind2).replace(' ', '_')} "
        + "".join(f"${code}{value}" for code, value in f.subfields)
        if isinstance(f, DataField)
        else f"{f.tag} {f.value}"
        for f in record.fields
    ]


def read(data: bytes) -> Good:
    (result,) = read_records(io.BytesIO(data))
    assert isinstance(result, Good)
    return result


def test_dim() -> None:
    result = read(dim())
    assert result.raw_format == "dim"
    assert written(result.record) == EXPECTED
    assert result.record.leader[6:8] == "ab"


def test_xoai_with_its_files() -> None:
    result = read(xoai())
    assert result.raw_format == "xoai"
    file = (
        "856 40 $uhttp://kho.vn/a.pdf$qapplication/pdf$s20480 bytes$ya.pdf$9checksum=MD5:d41d8cd9"
    )
    assert written(result.record) == [*EXPECTED, file]


def test_the_files_are_holdings() -> None:
    (holding,) = read_holdings(read(xoai()).record, "VN-1")
    assert (holding.url, holding.size, holding.mime, holding.checksum) == (
        "http://kho.vn/a.pdf",
        "20480",
        "application/pdf",
        "MD5:d41d8cd9",
    )


def test_inside_an_answer_of_a_server() -> None:
    for body in (dim(), xoai()):
        data = b"<OAI-PMH><ListRecords>%s</ListRecords></OAI-PMH>" % (
            b"<record><header/><metadata>%s</metadata></record>" % body * 2
        )
        assert [written(r.record)[:3] for r in read_records(io.BytesIO(data)) if isinstance(r, Good)
                ] == [EXPECTED[:3]] * 2  # fmt: skip


TERMS = """<qdc:qualifieddc xmlns:qdc="http://dspace.org/qualifieddc/"
 xmlns:dcterms="http://purl.org/dc/terms/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<dc:title>Nhan đề</dc:title><dcterms:alternative>Title</dcterms:alternative>
<dc:creator>Nguyễn Du</dc:creator><dcterms:dateAccepted>2019-01-01T00:00:00Z</dcterms:dateAccepted>
<dcterms:available>2019-01-01T00:00:00Z</dcterms:available>
<dcterms:created>2019-01-01T00:00:00Z</dcterms:created><dcterms:issued>1820</dcterms:issued>
<dc:subject xsi:type="dcterms:LCSH">Poetry--History</dc:subject>
<dcterms:isPartOf>Bộ</dcterms:isPartOf>
<dcterms:abstract>Tóm tắt</dcterms:abstract><dcterms:provenance>secret</dcterms:provenance>
<dc:foo>x</dc:foo></qdc:qualifieddc>"""


def test_qualified_dublin_core() -> None:
    result = read(TERMS.encode())
    assert written(result.record)[1:] == [
        "100 0_ $aNguyễn Du",
        "245 10 $aNhan đề",
        "246 3_ $aTitle",
        "264 _1 $c1820",
        "520 __ $aTóm tắt",
        "650 _0 $aPoetry$xHistory",
        "773 0_ $tBộ",
    ]
    assert result.record.control("008")[7:11] == "1820"
    assert result.warnings == ("element 'foo' left out",)


@pytest.mark.parametrize("root", ["qdc", "dcterms", "nsdl_dc", "dc"])
def test_every_wrapper_inside_an_answer_of_a_server(root: str) -> None:
    """With prefixes of its own for the terms, as each server likes."""
    data = f"""<OAI-PMH><ListRecords><record><header/><metadata><w:{root} xmlns:w="urn:w"
        xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dct="http://purl.org/dc/terms/">
        <dc:title>Nhan đề</dc:title><dct:abstract>Tóm tắt</dct:abstract>
        </w:{root}></metadata></record></ListRecords></OAI-PMH>"""
    assert written(read(data.encode()).record)[1:] == ["245 00 $aNhan đề", "520 __ $aTóm tắt"]


@pytest.mark.parametrize("data", [b"<dc><foo>x</foo></dc>", b"<dim/>", b"<dc></dc>"])
def test_nothing_said(data: bytes) -> None:
    format = FORMATS["dim" if b"dim" in data else "oai_dc"]
    with pytest.raises(MarcError, match="no Dublin Core element"):
        format.read(data)


DSPACE = [
    ("oai_dc", "http://www.openarchives.org/OAI/2.0/oai_dc/"),
    ("qdc", "http://purl.org/dc/terms/"),
    ("marc", "http://www.loc.gov/MARC21/slim"),
    ("mods", "http://www.loc.gov/mods/v3"),
    ("dim", "http://www.dspace.org/xmlns/dspace/dim"),
    ("xoai", "http://www.lyncode.com/xoai"),
]


@pytest.mark.parametrize(
    ("offered", "chosen"),
    [
        (DSPACE, "xoai"),
        (DSPACE[:5], "dim"),
        (DSPACE[:4], "marc"),
        (DSPACE[:1], "oai_dc"),
        ([("oai_dc", ""), ("koha-marc", "http://www.loc.gov/MARC21/slim")], "koha-marc"),
        ([("oai_dc", ""), ("marc21", "")], "marc21"),
        ([("lom", "urn:x")], None),
        ([], None),
    ],
)
def test_choice_of_a_format(offered: list[tuple[str, str]], chosen: str | None) -> None:
    found = choose(offered)
    assert (found[0] if found else None) == chosen


def test_an_element_is_known_by_its_name_before_the_prefix() -> None:
    dim_format = of_element("{http://www.dspace.org/xmlns/dspace/dim}dim", "oai_dc")
    assert dim_format is FORMATS["dim"]
    assert of_element("{urn:x}y", "marc21") is FORMATS["marcxml"]
    assert of_element("{urn:x}y", "lom") is None
