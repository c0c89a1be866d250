"""SRU answers as trees, and the official schemas, offline."""

import copy
from functools import lru_cache
from pathlib import Path

from lxml import etree

SRW = "http://www.loc.gov/zing/srw/"
SRU2 = "http://docs.oasis-open.org/ns/search-ws/sruResponse"
SCAN2 = "http://docs.oasis-open.org/ns/search-ws/scan"
ZEEREX = "http://explain.z3950.org/dtd/2.0/"
DIAGNOSTIC = {
    SRW: "http://www.loc.gov/zing/srw/diagnostic/",
    SRU2: "http://docs.oasis-open.org/ns/search-ws/diagnostic",
    SCAN2: "http://docs.oasis-open.org/ns/search-ws/diagnostic",
}


class _Offline(etree.Resolver):
    """The imports of the official files, from the folder beside them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def resolve(self, url, public_id, context):
        file = self._folder / url.rsplit("/", 1)[-1]
        if not file.is_file():
            raise OSError(f"{url} is not in {self._folder}")
        return self.resolve_filename(str(file), context)


@lru_cache
def schema(folder: Path, name: str) -> etree.XMLSchema:
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(_Offline((folder / name).parent))
    return etree.XMLSchema(etree.parse(str(folder / name), parser))


def parse(chunks: list[bytes]) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    return etree.fromstring(b"".join(chunks), parser)


def as_known_to_1(root: etree._Element) -> etree._Element:
    """A searchRetrieveResponse of 1.x without what its official schemas forgot."""
    known = copy.deepcopy(root)
    for name in ("resultSetId", "resultSetIdleTime"):
        for element in known.findall(f"{{{SRW}}}{name}"):
            known.remove(element)
    return known


def as_scan_of_2(root: etree._Element) -> etree._Element:
    """A scanResponse of 1.x, which no official schema knows, as 2.0 would say it."""
    scan = copy.deepcopy(root)
    for version in list(scan.iter(f"{{{SRW}}}version")):
        version.getparent().remove(version)
    for namespace, new in ((SRW, SCAN2), (DIAGNOSTIC[SRW], DIAGNOSTIC[SCAN2])):
        for element in scan.iter(f"{{{namespace}}}*"):
            element.tag = f"{{{new}}}{etree.QName(element).localname}"
    return scan


def validate(folder: Path, root: etree._Element) -> None:
    """Against the official schema of the answer's version. Those of 1.x know no explain."""
    if root.tag.startswith(f"{{{SRU2}}}"):
        schema(folder, "oasis/sruResponse.xsd").assertValid(root)
    elif root.tag == f"{{{SCAN2}}}scanResponse":
        schema(folder, "oasis/sruResponse.xsd").assertValid(root)
    elif root.tag == f"{{{SRW}}}scanResponse":
        assert root[0].tag == f"{{{SRW}}}version"
        schema(folder, "oasis/sruResponse.xsd").assertValid(as_scan_of_2(root))
    elif root.tag == f"{{{SRW}}}searchRetrieveResponse":
        version = root.findtext(f"{{{SRW}}}version")
        schema(folder, f"sru/srw-types{version}.xsd").assertValid(as_known_to_1(root))
    else:
        assert root.tag == f"{{{SRW}}}explainResponse"
        for diagnostic in root.iter(f"{{{DIAGNOSTIC[SRW]}}}diagnostic"):
            alone = etree.fromstring(etree.tostring(diagnostic))
            schema(folder, "sru/diagnostic.xsd").assertValid(alone)
    for explain in root.iter(f"{{{ZEEREX}}}explain"):
        if root.tag.startswith(f"{{{SRU2}}}"):  # searchInfo is mandatory there, unknown to 1.x
            schema(folder, "oasis/explain.xsd").assertValid(
                etree.fromstring(etree.tostring(explain))
            )


def diagnostics(root: etree._Element) -> list[tuple[int, str]]:
    """Number and details of the diagnostics of the whole response."""
    namespace = etree.QName(root).namespace
    inner = DIAGNOSTIC[namespace]
    return [
        (
            int(each.findtext(f"{{{inner}}}uri").rsplit("/", 1)[1]),
            each.findtext(f"{{{inner}}}details") or "",
        )
        for each in root.findall(f"{{{namespace}}}diagnostics/{{{inner}}}diagnostic")
    ]
