"""What is said about a record's metadata (OAI-PMH 2.0 2.5, about): its way here, and its rights.

Provenance and rights are those of the implementation guidelines. A union record has one provenance
for each of its members that was harvested.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

from interop.config import Config
from interop.crosswalks import CROSSWALKS
from interop.model.origin import Origin
from interop.model.record import UNION, Stored
from interop.text.xml import attribute, escape

PROVENANCE = "http://www.openarchives.org/OAI/2.0/provenance"
RIGHTS = "http://www.openarchives.org/OAI/2.0/rights/"
_XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'


class Origins(Protocol):
    """What this asks of ``interop.catalogue.Catalogue``."""

    def origins(self, records: Sequence[Stored]) -> Mapping[int, Sequence[Origin]]: ...


class About:
    """``Extras.about`` of a node."""

    def __init__(self, catalogue: Origins, config: Config) -> None:
        self._catalogue = catalogue
        self._rights = {
            name: (rights(address),) if address else ()
            for name, address in (
                (UNION, config.oai.rights),
                *((each.database, each.rights or config.oai.rights) for each in config.libraries),
            )
        }

    def __call__(self, records: Sequence[Stored], prefix: str) -> list[tuple[bytes, ...]]:
        """Contents of ``about`` of each record when it is shown in the format ``prefix``."""
        known = self._catalogue.origins(records)
        if not known:
            return [self._rights.get(record.id.database, ()) for record in records]
        namespace = CROSSWALKS[prefix].namespace
        return [
            (
                *(
                    provenance(origin, record.id.database == UNION or origin.namespace != namespace)
                    for origin in known.get(record.rid, ())
                ),
                *self._rights.get(record.id.database, ()),
            )
            for record in records
        ]


def provenance(origin: Origin, converted: bool) -> bytes:
    """A provenance element. ``converted``: whether the record is shown in another form than that
    in which it was harvested."""
    return (
        f'<provenance xmlns="{PROVENANCE}" {_XSI}'
        f' xsi:schemaLocation="{PROVENANCE} {PROVENANCE}.xsd">'
        f"{_step(origin, origin.altered or converted)}</provenance>"
    ).encode()


def _step(origin: Origin, altered: bool) -> str:
    earlier = origin.earlier
    return (
        f'<originDescription harvestDate="{attribute(origin.harvested)}"'
        f' altered="{"true" if altered else "false"}">'
        f"<baseURL>{escape(origin.base_url)}</baseURL>"
        f"<identifier>{escape(origin.identifier)}</identifier>"
        f"<datestamp>{escape(origin.datestamp)}</datestamp>"
        f"<metadataNamespace>{escape(origin.namespace)}</metadataNamespace>"
        f"{_step(earlier, earlier.altered) if earlier else ''}</originDescription>"
    )


def rights(address: str) -> bytes:
    """A rights element that refers to a statement at ``address``."""
    return (
        f'<rights xmlns="{RIGHTS}" {_XSI} xsi:schemaLocation="{RIGHTS}'
        f' http://www.openarchives.org/OAI/2.0/rights.xsd">'
        f'<rightsReference ref="{attribute(address)}"/></rights>'
    ).encode()
