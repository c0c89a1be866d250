"""Any record in every format: the documented error, or well-formed XML that our profile accepts, or
JSON; the same bytes twice; and what `interop explain` says of it.
"""

import json
from functools import cache
from pathlib import Path
from zlib import crc32

from lxml import etree

from fuzz.target import Target
from interop.crosswalks import CROSSWALKS, Crosswalk
from interop.explain import explainer
from interop.marc import iso2709, marcxml
from interop.marc.legal import legal_record
from interop.marc.record import ControlField, DataField, Field, MarcRecord
from interop.union.merge import Member, union_record

_SCHEMAS = Path(__file__).parents[2] / "schemas"
# The profile of a format by the namespace of its element; the other formats are not XML, or have
# no profile yet.
_PROFILES = {
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
}
_CROSSWALKS = list(CROSSWALKS.values())
_EXPLAIN = [explainer(crosswalk) for crosswalk in _CROSSWALKS]


def record_of(data: bytes) -> MarcRecord:
    """A record out of any bytes, illegal ones too: lines of tag, indicators and ``$``-subfields."""
    head, *lines = data.decode("utf-8", "surrogateescape").split("\n")
    fields: list[Field] = []
    for line in lines:
        tag, rest = line[:3], line[3:]
        if tag.startswith("00"):
            fields.append(ControlField(tag, rest))
        else:
            pieces = tuple((piece[:1], piece[1:]) for piece in rest[2:].split("$")[1:])
            fields.append(DataField(tag, rest[:1], rest[1:2], pieces))
    return MarcRecord(head, tuple(fields))


@cache
def _profile(namespace: str) -> etree.XMLSchema | None:
    if namespace not in _PROFILES:
        return None
    path = _SCHEMAS / _PROFILES[namespace]
    return etree.XMLSchema(etree.parse(path, etree.XMLParser(no_network=True)))


def _run(data: bytes) -> None:
    """In one format by turns: all of them would leave time for a few records only."""
    record = record_of(data)
    turn = crc32(data)
    crosswalk = _CROSSWALKS[turn % len(_CROSSWALKS)]
    _write(crosswalk, record)
    _write(crosswalk, union_record("u000000001", [Member(1, "VN-X", "1", record)]))
    try:
        _EXPLAIN[turn % len(_EXPLAIN)](record)
    except ValueError:
        pass  # as for ``_write``
    canonical = iso2709.encode(legal_record(record))
    if crosswalk.direct or crosswalk.ruled:
        assert crosswalk.from_canonical(canonical) == crosswalk.write(iso2709.decode(canonical))
    assert marcxml.from_canonical(canonical) == marcxml.write(iso2709.decode(canonical))


def _write(crosswalk: Crosswalk, record: MarcRecord) -> None:
    try:
        written = crosswalk.write(record)
    except ValueError:
        return  # what ISO 2709 cannot hold
    assert written == crosswalk.write(record)
    if crosswalk.is_xml:
        root = etree.fromstring(written)
        if (profile := _profile(crosswalk.namespace)) is not None:
            profile.assertValid(root)
    elif crosswalk.media_type.endswith("json"):
        json.loads(written)


_SEEDS = (
    """00000nam a2200000 a 4500
001vn1
008200101s2020    vm a     b    001 0 vie d
0411 $avie$heng
020  $a9780306406157 (T. 1)$c50.000đ
1001 $6880-01$aNguyễn Du,$d1766-1820,$etác giả
24510$6880-02$aTruyện Kiều :$bthơ /$cNguyễn Du
264 1$aHà Nội :$bVăn học,$c2020.
300  $a200 tr. ;$c21 cm
490 1$aTủ sách ;$v3
520  $aTóm tắt
650 4$aThơ$xPhê bình$zViệt Nam
7001 $aHoàng Xuân Hãn$edịch
77308$tBáo$gSố 3$x0317-8471
852  $aVN-X$bKho$h895.9$xmật
85640$uhttp://example.vn/a?b=1&c=2$yToàn văn
8801 $6100-01/$1$a阮攸
88010$6245-02/$1$a傳翹""",
    """00000cas a2200000   4500
00000x
0220 $a0317-8471
24500$aTạp chí
362  $aSố 1-
78000$tCũ$w(X)1
AVA  $bX$eavailable
5900 $amật""",
    "\n=\n245",
)


TARGET = Target(
    _run,
    (),
    lambda: [seed.encode() for seed in _SEEDS],
    (b"\n", b"\n245", b"\n880", b"$6", b"245-01", b"$a", b"$", b"\n1001 ", b"\n008", b"\n006m",
     b"\n007cr", b"\n041", b"\n65017", b"$2", b"\n85640$u", b"javascript:",
     b"&", b"<", b"]]>", b"\x1f", b"\x1e",
     b"\0", b"\xef\xbf\xbf", b"\xff", b"\xed\xa0\x80", b"\xcc\x81", b"\n952", b"\n773",
     b"\n024", b"\n020", b"19uu", b"|", b"  ", b"\xc2\x98", b"http://[", b"\r"),
)  # fmt: skip
