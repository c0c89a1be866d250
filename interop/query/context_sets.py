"""Context sets of CQL: their short names, the URIs that stand for them, and names to access points.

SRU 1.2 context set registry. Names are compared without regard to case.
"""

from interop.diagnostics import Diagnostic
from interop.query.access_points import BY_CQL, AccessPoint

# The first URI of a set is the one that Explain announces.
CONTEXT_SETS: dict[str, tuple[str, ...]] = {
    "cql": (
        "info:srw/cql-context-set/1/cql-v1.2",
        "info:srw/cql-context-set/1/cql-v1.1",
        "http://www.loc.gov/zing/cql/cql-indexes/v1.0/",
        "http://www.loc.gov/zing/cql/context-sets/cql/v1.1/",
    ),
    "dc": (
        "info:srw/cql-context-set/1/dc-v1.1",
        "http://www.loc.gov/zing/cql/dc-indexes/v1.0/",
        "http://www.loc.gov/zing/cql/dc-indexes/",
        "http://purl.org/dc/elements/1.1/",
    ),
    "bath": (
        "http://zing.z3950.org/cql/bath/2.0/",
        "http://www.loc.gov/zing/cql/context-sets/bath/v1.1/",
    ),
    "bib": ("info:srw/cql-context-set/1/bib-v1", "info:srw/cql-context-set/1/bib-v1.0"),
    "rec": ("info:srw/cql-context-set/2/rec-1.1", "info:srw/cql-context-set/2/rec-1.0"),
    "marc": ("info:srw/cql-context-set/1/marc-v1.0", "info:srw/cql-context-set/1/marc-v1.1"),
    "zthes": ("http://zthes.z3950.org/cql/1.0/",),
    "net": ("info:srw/cql-context-set/2/net-1.0",),
    "local": ("urn:x-interop:context-set:local",),  # the names of this software's own table
}
SORT_URI = "info:srw/cql-context-set/1/sort-v1.0"

_SYNONYMS = {"srw": "cql"}  # its name in CQL 1.0
_BY_URI = {
    uri.rstrip("/").casefold(): name for name, uris in CONTEXT_SETS.items() for uri in uris
} | {SORT_URI.casefold(): "sort"}

# Where a name without a prefix is looked for when the table does not have it bare.
_DEFAULT_SETS = ("dc", "cql", "bath", "bib", "rec")


class Names:
    """The prefixes that are valid somewhere in a query: the standard ones, and what it assigned."""

    def __init__(self, assigned: dict[str, str] | None = None) -> None:
        self._assigned = assigned or {}

    def assign(self, prefix: str, uri: str) -> "Names":
        """These names and one more; an empty ``prefix`` is the default set. An unknown URI is no
        error before a name of it is used.
        """
        return Names({**self._assigned, prefix.casefold(): _BY_URI.get(_key(uri), "") or "?" + uri})

    def split(self, name: str, *, index: bool = False) -> tuple[str, str]:
        """Context set (empty for the built-in defaults) and local name, in lower case.

        ``index``: the default set that a query assigned is for indexes, not for relations and
        modifiers. Raises ``Diagnostic`` ``unsupported_context_set``.
        """
        prefix, dot, local = name.casefold().partition(".")
        if not dot:
            prefix, local = "", prefix
            if not index:
                return prefix, local
        known = self._assigned.get(prefix)
        if known is None and prefix:
            known = _SYNONYMS.get(prefix, prefix)
            if known not in CONTEXT_SETS and known != "sort":
                raise Diagnostic("unsupported_context_set", name.partition(".")[0])
        if known and known.startswith("?"):
            raise Diagnostic("unsupported_context_set", known[1:])
        return known or "", local

    def access_point(self, name: str) -> AccessPoint:
        """Raises ``Diagnostic`` ``unsupported_context_set`` or ``unsupported_use``."""
        context_set, local = self.split(name, index=True)
        sets = (context_set,) if context_set else _DEFAULT_SETS
        candidates = [f"{each}.{local}" for each in sets]
        for candidate in candidates if context_set else (local, *candidates):
            if candidate in BY_CQL:
                return BY_CQL[candidate]
        raise Diagnostic("unsupported_use", name)


def prefix_of(uri: str) -> str | None:
    """The short name of the set that a URI is of."""
    return _BY_URI.get(_key(uri))


def _key(uri: str) -> str:
    return uri.rstrip("/").casefold()
