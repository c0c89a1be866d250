"""The OPAC record of Z39.50 in XML, with the elements that YAZ writes: MARCXML and its holdings.

YAZ's have no namespace; OAI-PMH (3.4) wants one, so ours are in one of our own. Programs that go by
local names, YAZ among them, read both.
"""

from interop.crosswalks._base import Crosswalk
from interop.crosswalks._context import NOWHERE, Context
from interop.crosswalks._fields import clean
from interop.marc import marcxml
from interop.marc.holdings import read_holdings
from interop.marc.opac import Place, on_hold, places, restrictions
from interop.marc.private import public
from interop.marc.record import MarcRecord
from interop.model.holding import Holding
from interop.text.xml import escape

NAMESPACE = "urn:x-interop:opacxml"
# YAZ's own, which describes the elements and leaves the namespace out.
SCHEMA_LOCATION = "https://raw.githubusercontent.com/indexdata/yaz/master/etc/opacxml.xsd"

_START = (
    f'<opacRecord xmlns="{NAMESPACE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    f' xsi:schemaLocation="{NAMESPACE} {SCHEMA_LOCATION}"><bibliographicRecord>'
)


def write(record: MarcRecord, context: Context = NOWHERE) -> bytes:
    """``record`` as one ``opacRecord`` element; the holdings are empty where none are known.

    What a library's own record holds is that library's (``nucCode``) unless it says another.
    """
    shown = public(record)
    found = "".join(map(_holding, places(read_holdings(shown, context.library))))
    holdings = f"<holdings>{found}</holdings>"
    end = f"</bibliographicRecord>{holdings}</opacRecord>"
    return b"".join((_START.encode(), marcxml.write(shown), end.encode()))


def _holding(place: Place) -> str:
    lent = "".join(map(_circulation, place.lent))
    return (
        f"<holding>{_text('nucCode', place.library)}{_text('localLocation', place.branch)}"
        f"{_text('shelvingLocation', place.location)}{_text('callNumber', place.call_number)}"
        f"{_text('copyNumber', place.copy)}{_text('publicNote', place.note)}"
        f"{_text('enumAndChron', place.parts)}"
        f"{f'<circulations>{lent}</circulations>' if lent else ''}</holding>"
    )


def _circulation(item: Holding) -> str:
    """That a loan can be renewed is said by nobody."""
    return (
        f'<circulation><availableNow value="{int(bool(item.available))}"/>'
        f"{_text('availabilityDate', item.due)}{_text('restrictions', restrictions(item))}"
        f'{_text("itemId", item.item)}<renewable value="0"/>'
        f'<onHold value="{int(on_hold(item))}"/>{_text("enumAndChron", item.enumeration)}'
        "</circulation>"
    )


def _text(name: str, value: str) -> str:
    text = clean(value)
    return f"<{name}>{escape(text)}</{name}>" if text else ""


CROSSWALK = Crosswalk(
    prefix="opacxml",
    namespace=NAMESPACE,
    schema_location=SCHEMA_LOCATION,
    title="OPAC record: MARC 21 XML with holdings",
    write=write,
    is_marc=True,
    placed=write,
    version=2,
    names=("opac", "opacRecord", SCHEMA_LOCATION),
)
