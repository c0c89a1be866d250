"""What a crosswalk is: one schema that records can be written in, or read from.

One file per schema in this package; it defines ``CROSSWALK``. What is registered and is XML appears
by itself as OAI-PMH metadataPrefix, SRU recordSchema and Z39.50 XML element set or schema; every
format can be exported.
"""

from collections.abc import Callable
from dataclasses import dataclass

from interop.marc.record import MarcRecord


@dataclass(frozen=True, slots=True)
class Crosswalk:
    """``prefix``: OAI-PMH metadataPrefix and short name (the module's name).

    ``namespace``, ``schema_location``: of the root element; empty for a format that is not XML.
    ``media_type``: of a file of it (RFC 6838). ``title``: for people.
    ``names``: further names that SRU and Z39.50 clients use for it, URIs included; compared
    without regard to case. ``write``: canonical record to one XML element as UTF-8 bytes, no
    XML declaration, with its own namespace declarations and ``xsi:schemaLocation``; the same
    bytes for the same record wherever it stands. ``read``: the bytes of one such element to a
    record, raising ``ValueError`` with one line that says what is wrong; ``None`` when the schema
    is only written. ``stored``: rendered at ingest and kept, because lists of it are hot.
    ``version``: raised when the rules change, so that kept renderings are made anew.
    ``descriptive``: whether it tells of the publication alone, not of who holds it under which
    number, so that a library's record and a union record of nothing else are the same bytes.
    """

    prefix: str
    namespace: str
    schema_location: str
    title: str
    write: Callable[[MarcRecord], bytes]
    read: Callable[[bytes], MarcRecord] | None = None
    names: tuple[str, ...] = ()
    stored: bool = False
    version: int = 1
    descriptive: bool = False
    media_type: str = "application/xml"

    @property
    def is_xml(self) -> bool:
        """Whether it is written as XML elements, which alone the three protocols can carry."""
        return self.media_type.endswith(("/xml", "+xml"))
