"""What one association keeps between requests: what Init agreed to, and the result sets.

The services (``searching``, ``retrieval``, ``scanning``, ``sorting``) work on a ``Session``; which
request goes to which service is ``target``'s.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from interop.diagnostics import Diagnostic
from interop.index import resultset
from interop.index.base import ResultSet
from interop.marc import marc8
from interop.model.record import UNION
from interop.query import rpn
from interop.z3950 import explain
from interop.z3950.apdu import Options, ProtocolVersion
from interop.z3950.association import Limits
from interop.z3950.common import DefaultDiagnostic
from interop.z3950.database_views import PLAIN, DatabaseView
from interop.z3950.kept_records import KeptRecords
from interop.z3950.record_syntaxes import Charset

if TYPE_CHECKING:
    from array import array

    from interop.catalogue import Catalogue
    from interop.z3950.searching import Compiled

LONGEST_NAME = 1000  # characters of a result set name
AT_HAND = 100  # row ids of a result set that are read with it


@dataclass(frozen=True, slots=True)
class Held:
    """A result set of this association. ``names``: canonical database -> name the origin used.
    ``first``: the row ids that need no further reading.
    """

    result: ResultSet
    names: dict[str, str]
    first: "array[int]"

    @classmethod
    def of(cls, result: ResultSet, names: dict[str, str]) -> "Held":
        return cls(result, names, resultset.first(result, AT_HAND))

    @property
    def total(self) -> int:
        return self.result.total

    def rids(self, start: int, count: int) -> Sequence[int]:
        """Row ids of ``count`` positions from ``start`` (1-based)."""
        if start + count - 1 <= len(self.first):
            return self.first[start - 1 : start + count - 1]
        return self.result.page(start - 1, count)


@dataclass(frozen=True, slots=True)
class HeldExplain:
    """A result set of the Explain database."""

    records: tuple[explain.Record, ...]

    @property
    def total(self) -> int:
        return len(self.records)


@dataclass(slots=True)
class Session:
    """``views``: what the configuration says of a database name, in lower case.
    ``charset``: agreed to for records by negotiation; ``None``: nothing was. ``term_charset``: that
    of terms. ``address``: of the peer. ``user``: authenticated by Init. ``kept``: records that
    were just sent, to whatever association. ``looked_at``: the search that comes next, if it was
    looked at before (``searching.is_quick``). ``admitted``: the databases that this origin was let
    into last, as it asked for them and as ``databases`` gave them.
    """

    catalogue: "Catalogue"
    limits: Limits
    views: Mapping[str, DatabaseView] = field(default_factory=dict)
    sets: dict[str, Held | HeldExplain] = field(default_factory=dict)
    version: ProtocolVersion = ProtocolVersion.V1 | ProtocolVersion.V2
    options: Options = Options(0)
    message_size: int = 0
    record_size: int = 0
    charset: Charset | None = None
    term_charset: Charset | None = None
    address: str = ""
    user: str | None = None
    kept: KeptRecords | None = None
    looked_at: "Compiled | None" = None
    admitted: tuple[tuple[str, ...], dict[str, str]] | None = None

    def begin(self, version: ProtocolVersion) -> None:
        """Init: nothing of what was before is left (3.2.1.1)."""
        self.sets.clear()
        self.user = self.admitted = self.looked_at = None
        self.version = version

    def diagnostic(self, diagnostic: Diagnostic) -> DefaultDiagnostic:
        """Bib-1 diagnostic record. Version 2 has addinfo as VisibleString: ASCII only."""
        number, details = diagnostic.condition.bib1, diagnostic.details
        if ProtocolVersion.V3 in self.version:
            return DefaultDiagnostic(condition=number, v3_addinfo=details)
        ascii_ = details.encode("ascii", "replace").decode("ascii")
        return DefaultDiagnostic(condition=number, v2_addinfo=ascii_)

    @property
    def counts_sorted(self) -> bool:
        """Whether resultCount of a Sort response was agreed to."""
        return Options.RESULT_COUNT_IN_SORT in self.options

    @property
    def string_charset(self) -> Charset | None:
        """That of every InternationalString; strings of version 2 are VisibleString, ASCII."""
        agreed = self.term_charset  # nearly always none, which is told at no cost
        return None if agreed is None or ProtocolVersion.V3 not in self.version else agreed

    # databases

    def databases(self, asked: Sequence[str]) -> dict[str, str]:
        """Canonical name -> name as asked, each database once. Raises ``Diagnostic``, 236 for one
        that is closed to this origin: never an empty result set instead.
        """
        if self.admitted is not None and self.admitted[0] == asked:
            return self.admitted[1]  # rights, names and provinces stay while a process serves
        names = self._databases(asked)
        self.admitted = tuple(asked), names
        return names

    def _databases(self, asked: Sequence[str]) -> dict[str, str]:
        if not asked:
            raise Diagnostic("unsupported_database_combination", "no database named")
        if len(asked) > self.limits.databases:
            raise Diagnostic("too_many_databases", str(self.limits.databases))
        names: dict[str, str] = {}
        for name in asked:
            if explain.is_explain(name):
                raise Diagnostic("unsupported_database_combination", name)
            database = self.catalogue.searchable(self.view(name).of or name)
            self._admit(database, name)
            names.setdefault(database, name)
        if len(names) > 1:  # what is shown then is what the union says (``interop.scope``)
            self._admit(UNION, UNION)
        return names

    def _admit(self, database: str, name: str) -> None:
        if not self.allows(database):
            raise Diagnostic("database_denied", name)

    def allows(self, database: str) -> bool:
        """Whether this origin may use ``database``, a canonical name."""
        return self.catalogue.allows(database, self.address, self.user)

    def nicknames(self) -> dict[str, list[str]]:
        """Canonical name of a database -> its other names, as configured."""
        found: dict[str, list[str]] = {}
        for name, view in self.views.items():
            if view.of:
                with suppress(Diagnostic):  # of a library that is not there yet
                    found.setdefault(self.catalogue.searchable(view.of), []).append(name)
        return found

    def view(self, name: str) -> DatabaseView:
        """What is configured for the database that an origin calls ``name``."""
        return self.views.get(name.strip().lower(), PLAIN) if self.views else PLAIN

    # result sets

    def check_name(self, name: str, replace: bool) -> None:
        """Whether a set may be made under ``name`` (3.2.2.1.3). Raises ``Diagnostic``."""
        if not 0 < len(name) <= LONGEST_NAME:
            raise Diagnostic("illegal_result_set_name", name[:LONGEST_NAME])
        if name in self.sets:
            if not replace:
                raise Diagnostic("result_set_exists", name)
        elif len(self.sets) >= self.limits.result_sets:
            raise Diagnostic("too_many_result_sets", str(self.limits.result_sets))

    def held(self, name: str) -> Held | HeldExplain:
        """Raises ``Diagnostic`` 30."""
        try:
            return self.sets[name]
        except KeyError:
            raise Diagnostic("result_set_unknown", name) from None

    def operands(self) -> dict[str, ResultSet]:
        """The sets that queries may refer to."""
        return {name: held.result for name, held in self.sets.items() if isinstance(held, Held)}

    # terms

    def decoder(self, database: str) -> rpn.Decode:
        """How the octets of a term become text: as negotiated, else UTF-8, else as configured
        for the database (Z39.50-1995 3.7: a general term has no character set of its own).
        """
        if self.term_charset == "marc-8":
            return _marc8
        return _utf8_or(self.view(database).terms)


@cache
def _utf8_or(fallback: str) -> rpn.Decode:
    """One function for each: what was decoded by it may be kept."""

    def decode(octets: bytes) -> str:
        try:
            return octets.decode("utf-8")
        except UnicodeDecodeError:
            if fallback == "latin-1":
                return octets.decode("latin-1")
            if fallback == "marc-8":
                return _marc8(octets)
            raise Diagnostic("undecodable_term", octets.hex()[:40]) from None

    return decode


def _marc8(octets: bytes) -> str:
    decoded = marc8.decode(octets)
    if not decoded.clean:
        raise Diagnostic("undecodable_term", octets.hex()[:40])
    return decoded.text
