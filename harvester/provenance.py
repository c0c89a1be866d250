"""What is taken down of a harvested record's way here: our own step, before it those told of.

``interop.oai.about`` writes it into the answers that show the record.
"""

import unicodedata
from urllib.parse import quote, urlsplit, urlunsplit

from lxml import etree

from harvester.sources._provenance import is_sound, is_uri
from interop.crosswalks import Crosswalk
from interop.marc.record import MarcRecord
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
    record: MarcRecord,
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
        crosswalk is None or _differs(raw, crosswalk.write(record)),
        earlier,
    )
    return made if is_sound(made) else None


def _differs(received: bytes, written: bytes) -> bool:
    return received != written and _text(received) != _text(written)


def _text(document: bytes) -> str:
    """All text of a document but for white space, canonical composition and MARC's leader: every
    reader may do without the first, change the second and count the third anew."""
    root = xml_in.parse(document, huge_text=True)
    leader = root.find("{*}leader")
    if leader is not None:
        leader.text = ""
    text = etree.tostring(root, method="text", encoding="unicode", with_tail=False)
    return unicodedata.normalize("NFC", "".join(text.split()))
