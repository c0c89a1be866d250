"""Where a record is shown: what a format says of its keeper and its address, which MARC does not.

Few formats need it, so a crosswalk says whether it does (``Crosswalk.placed``); what is kept since
ingest never does, because it would be wrong as soon as the node moves.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Context:
    """``library``: code of the library whose record it is; empty for a record of the union, which
    says itself who has what. ``name``: of that library, or of the node for the union.
    ``provider``: name of the node. ``address``: where people read the record on the Web.
    ``rights``: address of the statement on the rights in the library's records.
    All are empty where they are not known.
    """

    library: str = ""
    name: str = ""
    provider: str = ""
    address: str = ""
    rights: str = ""


NOWHERE = Context()
