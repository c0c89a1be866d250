"""Any bytes as a file of records, in every format: read, and written as XML that is well-formed."""

import io
import os
from pathlib import Path

from lxml import etree

from fuzz.target import Target
from interop.formats import FORMATS, Good, Written, read_records, write_records
from interop.marc import iso2709, marcxml
from interop.marc.holdings import read_holdings
from interop.marc.record import MarcError

_LARGEST_SEED = 1 << 15

_MADE = (
    b'<record><leader>00000nam a2200000 a 4500</leader><datafield tag="245" ind1="1" ind2="0">'
    b'<subfield code="a">x</subfield></datafield></record>',
    b'{"leader":"00000nam a2200000 a 4500","fields":[{"245":{"subfields":[{"a":"x"}]}}]}',
    b"=LDR  00000nam a2200000 a 4500\n=245  10$a{acute}ex\n",
    b"000000002 24510 L $$aCatmandu Test\n",
    b"<dim><field mdschema='dc' element='title'>x</field></dim>",
    b'<metadata xmlns="http://www.lyncode.com/xoai"><element name="dc"><element name="title">'
    b'<element name="none"><field name="value">x</field></element></element></element></metadata>',
    b"<mods><titleInfo><title>x</title></titleInfo><name><namePart>y</namePart></name></mods>",
    b"<dc><title>x</title><creator>y</creator><date>2001</date></dc>",
    b'<r xmlns="http://www.indexdata.com/turbomarc"><l>0</l><d245><sa>x</sa></d245></r>',
    b"00065000000000037000450002400040000002600190000#x##",
    b"00095nam0 2200061   450 100000900000200000800009\x1e  \x1fa2018\x1e1 \x1faLe x\x1e\x1d",
)


def _seeds() -> list[bytes]:
    """Made ones of each format, and small real files where there are any."""
    corpus = Path(os.environ.get("INTEROP_CORPUS", "../shared/corpus"))
    files = [file for file in sorted(corpus.glob("nasty_*/*")) if file.is_file()]
    real = [file.read_bytes() for file in files if file.stat().st_size <= _LARGEST_SEED]
    return [*_MADE, *real]


def _run(data: bytes) -> None:
    """By content, and as each format whatever the content."""
    for name in ("auto", list(FORMATS)[len(data) % len(FORMATS)]):
        try:
            written = write_records(io.BytesIO(data), marcxml.write, marcxml.from_cut, format=name)
            for result, quick in zip(
                read_records(io.BytesIO(data), format=name), written, strict=True
            ):
                assert "\n" not in getattr(result, "reason", "")
                if isinstance(result, Good):
                    read_holdings(result.record, "VN-X")
                    again = marcxml.from_canonical(iso2709.encode(result.record))
                    etree.fromstring(again, etree.XMLParser(resolve_entities=False))
                    assert isinstance(quick, Written)
                    assert quick.data == marcxml.write(result.record)
                    assert quick.warnings == result.warnings
        except MarcError:
            continue


TARGET = Target(
    _run,
    (MarcError,),
    _seeds,
    (b"\x1d", b"\x1e", b"\x1f", b"\x1fa", b"\x1b$1", b"$$a", b"^a", b"##", b"<record>",
     b"</record>",
     b"<!--", b"<![CDATA[", b"]]>", b"&#0;", b"&x;", b"\xef\xbf\xbf", b"\xe1\xbb", b"\x98", b"\x9c",
     b'{"leader"', b'"fields":', b'"', b"}", b"\n=245  10$a", b"\n", b"200", b"99999", b"</"),
)  # fmt: skip
