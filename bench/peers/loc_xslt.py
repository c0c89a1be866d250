"""The stylesheets of the Library of Congress under lxml, as idzebra-2.0 installs them."""

import gzip
from collections.abc import Callable
from pathlib import Path

from lxml import etree

FOLDER = Path("/usr/share/doc/idzebra-2.0/examples/marcxml")
# Key in the figures: stylesheet and what readers call it.
SHEETS = {
    "dc": ("MARC21slim2SRWDC.xsl.gz", "LoC MARC21slim2SRWDC, lxml"),
    "mods": ("MARC21slim2MODS3-7.xsl.gz", "LoC MARC21slim2MODS3-7, lxml"),
}
_UTILITIES = "MARC21slimUtils.xsl"


def installed(prefix: str) -> bool:
    """Whether the stylesheet and what it includes are there."""
    return all((FOLDER / name).is_file() for name in (SHEETS[prefix][0], f"{_UTILITIES}.gz"))


class _Offline(etree.Resolver):
    """The sheets include the utilities by their address at loc.gov."""

    def resolve(self, url: str, public_id: str, context: object) -> object:
        if url.rpartition("/")[2] == _UTILITIES:
            return self.resolve_string(_text(f"{_UTILITIES}.gz"), context)
        return None


def _text(name: str) -> bytes:
    with gzip.open(FOLDER / name) as stream:
        return stream.read()


def writer(prefix: str) -> Callable[[bytes], bytes]:
    """From one MARCXML record to bytes, one record at a time: the sheets are slower on many."""
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(_Offline())
    sheet = etree.XSLT(etree.fromstring(_text(SHEETS[prefix][0]), parser))

    def write(data: bytes) -> bytes:
        return etree.tostring(sheet(etree.fromstring(data)))

    return write
