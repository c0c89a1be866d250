"""Holdings after ISO 20775 (Schema for holdings information): who has the publication, and how it
can be had. One ``holding`` for each library and branch.
"""

import re
from datetime import date

from interop.crosswalks._base import Crosswalk
from interop.crosswalks._context import NOWHERE, Context
from interop.crosswalks._fields import clean
from interop.marc.holdings import read_holdings
from interop.marc.opac import restrictions
from interop.marc.private import public
from interop.marc.record import ControlField, MarcRecord
from interop.model.holding import Holding
from interop.text.xml import escape

NAMESPACE = "http://www.loc.gov/standards/iso20775/"
SCHEMA_LOCATION = "http://www.loc.gov/standards/iso20775/N130_ISOholdings_v6_1.xsd"

_START = (
    f'<holdings xmlns="{NAMESPACE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    f' xsi:schemaLocation="{NAMESPACE} {SCHEMA_LOCATION}">'
)
# ISO 20775 availabilityStatus: 1 available, 2 not available (lent, in repair, missing).
_AVAILABILITY = {True: "1", False: "2"}
# What is surely an xs:anyURI for every validator; other addresses are text.
_ADDRESS = re.compile(
    "https?://[A-Za-z0-9.-]+(?::[0-9]{1,4})?(?:/(?:[A-Za-z0-9./?&=_~;,+@!$'()*-]|%[0-9A-Fa-f]{2})*)?"
)


def write(record: MarcRecord, context: Context = NOWHERE) -> bytes:
    """The holdings in ``record`` as one ``holdings`` element, empty where none are known.

    What does not say whose it is belongs to the library whose record it is, or that 003 names.
    """
    shown = public(record)
    maker = context.library or next(
        (f.value for f in shown.fields if isinstance(f, ControlField) and f.tag == "003"), ""
    )
    grouped: dict[tuple[str, str], list[Holding]] = {}
    for holding in read_holdings(shown, clean(maker)):
        grouped.setdefault((holding.library, holding.branch), []).append(holding)
    written = "".join(_holding(*place, items) for place, items in grouped.items())
    return f"{_START}{written}</holdings>".encode()


def _holding(library: str, branch: str, items: list[Holding]) -> str:
    said = [item.available for item in items if item.available is not None]
    status = f"<status><availableCount>{sum(said)}</availableCount></status>" if said else ""
    copies = "".join(_copy(item, number) for number, item in enumerate(items, 1))
    return (
        f"<holding><institutionIdentifier>{_identifier(library or branch, 'library')}"
        f"</institutionIdentifier>{_text('physicalLocation', branch)}<holdingSimple>"
        f"<copiesSummary><copiesCount>{len(items)}</copiesCount>{status}</copiesSummary>"
        f"{copies}</holdingSimple></holding>"
    )


def _copy(item: Holding, number: int) -> str:
    """An item without an identifier is known by its number within the branch."""
    piece = (
        _identifier(item.item, "item") if clean(item.item) else _identifier(str(number), "number")
    )
    return _nested(
        "copyInformation",
        _nested("pieceIdentifier", piece),
        _text("sublocation", item.location),
        _text("shelfLocator", item.call_number),
        _nested("electronicLocator", _address(clean(item.url))),
        _text("note", item.note),
        _text("note", restrictions(item)),
        _nested("enumerationAndChronology", _text("text", item.summary)),
        _nested("enumerationAndChronology", _text("text", item.enumeration)),
        _availability(item),
    )


def _identifier(value: str, kind: str) -> str:
    """codeOrIdentifier: whose is not known is said to be so."""
    return (
        f"{_text('value', value) or '<value>unknown</value>'}"
        f"<typeOrSource><text>{kind}</text></typeOrSource>"
    )


def _address(url: str) -> str:
    return _text("pointer" if _ADDRESS.fullmatch(url) else "text", url)


def _availability(item: Holding) -> str:
    if item.available is None:
        return ""
    return _nested(
        "availabilityInformation",
        _nested(
            "status",
            _text("availabilityStatus", _AVAILABILITY[item.available]),
            _text("dateTimeAvailable", _midnight(item.due)),
        ),
    )


def _midnight(due: str) -> str:
    """xs:dateTime of an ISO 8601 date; empty for what is none."""
    try:
        return f"{date.fromisoformat(due)}T00:00:00" if due else ""
    except ValueError:
        return ""


def _nested(name: str, *inner: str) -> str:
    text = "".join(inner)
    return f"<{name}>{text}</{name}>" if text else ""


def _text(name: str, value: str) -> str:
    text = clean(value)
    return f"<{name}>{escape(text)}</{name}>" if text else ""


CROSSWALK = Crosswalk(
    prefix="isohold",
    namespace=NAMESPACE,
    schema_location=SCHEMA_LOCATION,
    title="Holdings after ISO 20775",
    write=write,
    placed=write,
    version=2,
    names=("holdings", "iso20775", "info:ofi/fmt:xml:xsd:iso20775", SCHEMA_LOCATION),
)
