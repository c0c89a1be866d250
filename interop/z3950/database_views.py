"""How a database looks to origins that cannot ask for what they need: defaults by database name.

Old clients send neither a record syntax nor a character set that they want, and some read MARC-8
alone. So a database can be given defaults, or a second name with other defaults, as the Library of
Congress has ``LCDB`` and ``LCDB_MARC8``. What an origin does ask for always goes before.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from interop.config import Z3950Database
from interop.z3950.record_syntaxes import RECORD_SYNTAXES, USMARC, Charset


@dataclass(frozen=True, slots=True)
class DatabaseView:
    """``of``: the database that it shows; empty: the one of the same name. ``syntax``: object
    identifier of the default record syntax. ``charset``: of MARC records and text without
    negotiation. ``element_set``: default element set name. ``terms``: character set of terms that
    are no UTF-8; empty: they are diagnostic 1072.
    """

    of: str = ""
    syntax: str = USMARC
    charset: Charset = "utf-8"
    element_set: str = ""
    terms: str = ""


PLAIN = DatabaseView()


def views(configured: Iterable[Z3950Database]) -> Mapping[str, DatabaseView]:
    """Name in lower case -> view."""
    return {
        database.name.lower(): DatabaseView(
            of=database.of,
            syntax=RECORD_SYNTAXES[database.syntax].oids[0],
            charset="marc-8" if database.charset == "marc-8" else "utf-8",
            element_set=database.element_set,
            terms=database.terms,
        )
        for database in configured
    }
