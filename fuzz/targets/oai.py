"""Any bytes as OAI-PMH arguments and resumption tokens, signed ones of other lists among them.

Every answer is valid by the profile in ``schemas/``.
"""

from functools import cache
from pathlib import Path

from lxml import etree

from fuzz.target import Target
from interop.http.coding import encode
from interop.oai.protocol import parse
from interop.oai.provider import PageSizes, Provider
from interop.oai.token import Position, Signer
from interop.oai.xml import write
from tests.unit.oai.fakes import START, FakeCatalogue, filled

_SIGNER = Signer([b"secret"])
_SCHEMA = Path(__file__).parents[2] / "schemas" / "oai" / "OAI-PMH.xsd"


@cache
def _catalogue() -> FakeCatalogue:
    return filled(30)


@cache
def _schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(_SCHEMA, etree.XMLParser(no_network=True)))


def _tokens() -> list[bytes]:
    """Tokens that were signed here: of this list at its beginning and far beyond, and of others."""
    time = _catalogue().time
    positions = [
        Position("union", "ListRecords", "oai_dc", seq=3, delivered=3, size=27, issued=time),
        Position("union", "ListRecords", "oai_dc", seq=10**9, delivered=10**9, issued=time),
        Position("union", "ListIdentifiers", "mods", "type:book", START, START, 1, 1, 9, time),
        Position("union", "ListSets", set_spec="type:book", issued=time),
        Position("vn-qti", "ListRecords", "nope", issued=time),
        Position("union", "ListRecords", "oai_dc", issued=0),
    ]
    return [_SIGNER.encode(position).encode() for position in positions]


def _run(data: bytes) -> None:
    query, _, body = data.partition(b"\n")
    catalogue = _catalogue()
    provider = Provider(catalogue, _SIGNER, sizes=PageSizes(records=2, headers=2, sets=2))
    answer = provider.respond("union", parse(query, body), catalogue.time)
    document = b"".join(encode(write(answer).chunks, "identity"))
    _schema().assertValid(etree.fromstring(document))


TARGET = Target(
    _run,
    (),
    lambda: [
        b"verb=Identify",
        b"verb=ListMetadataFormats&identifier=oai:opac.example.vn:union/u000000001",
        b"verb=GetRecord&metadataPrefix=marcxml&identifier=oai:opac.example.vn:union/u000000001",
        b"verb=ListRecords&metadataPrefix=oai_dc&from=2023-11-14&until=2023-11-15&set=type:book",
        b"verb=ListSets\nverb=ListSets",
        *(b"verb=ListRecords&resumptionToken=" + token for token in _tokens()),
        *(b"verb=ListIdentifiers&resumptionToken=" + token for token in _tokens()),
        *(b"verb=ListSets&resumptionToken=" + token for token in _tokens()),
    ],
    (b"&", b"=", b"%", b"%00", b"%EF%BF%BF", b"%ED%A0%80", b"+", b"verb=", b"ListRecords",
     b"ListSets", b"GetRecord", b"identifier=", b"metadataPrefix=", b"oai_dc", b"&from=", b"until=",
     b"2023-11-14", b"T00:00:00Z", b"9999-12-31", b"0000-00-00", b"set=", b"library:VN-QTI",
     b"resumptionToken=", b".", b"-", b"\n", b"oai:opac.example.vn:union/"),
)  # fmt: skip
