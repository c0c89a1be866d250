"""What is taken down of a harvested record's way here: our own step, before it those told of.

``interop.oai.about`` writes it into the answers that show the record.
"""

from urllib.parse import quote, urlsplit, urlunsplit

from lxml import etree

from harvester.sources import _xml
from harvester.sources._provenance import is_sound, is_uri
from interop.crosswalks import Crosswalk
from interop.marc.iso2709 import decode
from interop.model.origin import Origin
from interop.oai.protocol import format_datestamp
from interop.text import xml_in


def base_url(address: str) -> str:
    """The address of a source without its query, and without the name and password in it."""
    parts = urlsplit(address)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path, "", ""))


def origin(
    source: str,
    identifier: str,
    datestamp: str,
    now: float,
    *,
    namespace: str,
    crosswalk: Crosswalk | None,
    raw: bytes,
    marc: bytes,
    earlier: Origin | None,
) -> Origin | None:
    """Our own step, and those before it. ``source``: address harvested from; ``now``: seconds
    since 1970; ``namespace``: of the metadata; ``crosswalk``: that writes its format, if any does.
    ``None`` when the sender's datestamp is none.
    """
    if not is_uri(identifier):
        identifier = quote(identifier, safe=":/;,@&=+$!*'()~._-")
    made = Origin(
        base_url(source),
        identifier,
        datestamp,
        namespace,
        format_datestamp(int(now)),
        # What cannot be written again as it came was changed for certain.
        crosswalk is None or _words(raw) != _words(crosswalk.write(decode(marc))),
        earlier,
    )
    return made if is_sound(made) else None


def _words(document: bytes) -> list[str]:
    """All text of a document without white space, but for MARC's leader: every reader may count
    lengths anew."""
    root = xml_in.parse(document, huge_text=True)
    return [
        "".join(element.text.split())
        for element in root.iter(etree.Element)
        if element.text and element.text.strip() and _xml.local_name(element) != "leader"
    ]
