"""A catalogue in memory, as ``interop.sru`` sees one: titles, searched word by word."""

from array import array
from collections import Counter
from collections.abc import Sequence

from interop.catalogue import Database
from interop.crosswalks import CROSSWALKS
from interop.diagnostics import Diagnostic
from interop.index.base import Facet, FacetCount, ResultSet, Scan, ScanEntry, ScanKind
from interop.index.resultset import Snapshot
from interop.marc.record import ControlField, DataField, MarcRecord
from interop.model.record import RecordId, Stored
from interop.query.ast import All, And, Not, Or, Query, SetRef, SortKey, Term
from interop.query.normalise import exact_tokens, text_tokens

TITLES = ("Truyện Kiều", "Dế Mèn phiêu lưu ký", "Số đỏ", "傳奇漫錄", "Lục Vân Tiên & <Kiều>")


class FakeCatalogue:
    """Record ``n`` (row id, from 1) has the title ``TITLES[(n - 1) % 5]``. ``deleted`` and
    ``broken`` are row ids that no crosswalk shows. ``asked`` keeps the sort keys of searches.
    """

    base_url = "https://opac.example.vn/tra-cuu"
    admin_email = ("sru@example.vn",)

    def __init__(self, count: int = 25) -> None:
        self.titles = {rid: TITLES[(rid - 1) % len(TITLES)] for rid in range(1, count + 1)}
        self.deleted: set[int] = set()
        self.broken: set[int] = set()
        self.gone: set[int] = set()
        self.asked: list[tuple[SortKey, ...]] = []
        self.rendered: list[str] = []

    def searchable(self, name: str) -> str:
        if name.lower() not in ("", "union", "vn-qti"):
            raise Diagnostic("unknown_database", name)
        return name.lower() or "union"

    def databases(self) -> list[Database]:
        return [
            Database("union", "Mục lục liên hợp <VN>", None, len(self.titles)),
            Database("vn-qti", "Thư viện tỉnh Quảng Trị", None, 0),
        ]

    def latest(self, database: str) -> int | None:
        return 1_700_000_000 if database == "union" else None

    def title(self, database: str) -> str:
        return next(each.title for each in self.databases() if each.name == database)

    def search(
        self,
        databases: Sequence[str],
        query: Query,
        sort: Sequence[SortKey] = (),
        sets: dict[str, ResultSet] | None = None,
    ) -> Snapshot:
        self.asked.append(tuple(sort))
        for key in sort:
            if key.missing == "fail" and key.ap != "title":
                raise Diagnostic("sort_missing_value", key.ap)
        scope = self.titles if databases == ["union"] else {}
        members = {name: set(each.ids()) for name, each in (sets or {}).items()}
        found = [rid for rid, title in scope.items() if _matches(query, title, rid, members)]
        if sort and not sort[0].ascending:
            found.reverse()
        return Snapshot(array("q", found), 1, frozenset(databases))

    def scan(
        self,
        databases: Sequence[str],
        ap: str,
        text: str,
        *,
        kind: ScanKind = "word",
        before: int,
        after: int,
        step: int = 0,
    ) -> Scan:
        """Of any access point: the words of the titles, or the titles."""
        hits = Counter[str]()
        for title in self.titles.values():
            hits.update({title} if kind == "heading" else set(text_tokens(title)))
        terms = sorted(hits)
        wanted = next(iter(text_tokens(text)), "") if kind == "word" else text
        place = next((n for n, term in enumerate(terms) if term >= wanted), len(terms))
        begin, end = max(place - before, 0), min(place + after, len(terms))
        entries = tuple(ScanEntry(each, each.upper(), hits[each]) for each in terms[begin:end])
        return Scan(entries, place - begin + 1, begin == 0, end == len(terms))

    def facets(self, result: ResultSet, facets: Sequence[Facet]) -> list[tuple[FacetCount, ...]]:
        """Of any access point: the titles; ranges have as many records as years."""
        counted = Counter(self.titles[rid] for rid in result.ids())
        return [
            tuple(FacetCount(f"{r.lo}..{r.hi}", f"{r.lo}-{r.hi}", 1) for r in each.ranges)
            or tuple(
                FacetCount(title, title, hits)
                for title, hits in counted.most_common()[each.start - 1 :][: each.limit]
            )
            for each in facets
        ]  # fmt: skip

    def shown_records(
        self, rids: Sequence[int], prefix: str
    ) -> list[tuple[Stored | None, bytes | None]]:
        stored = self.records(rids)
        live = [each for each in stored if each is not None and not each.deleted]
        bodies = dict(zip((each.rid for each in live), self.render(live, prefix), strict=True))
        return [(each, bodies.get(rid)) for rid, each in zip(rids, stored, strict=True)]

    def records(self, rids: Sequence[int], prefix: str = "") -> list[Stored | None]:
        return [
            None
            if rid in self.gone
            else Stored(rid, RecordId("union", f"u{rid}"), rid, 1, rid in self.deleted, ())
            for rid in rids
        ]

    def render(self, records: Sequence[Stored], prefix: str) -> list[bytes | None]:
        self.rendered.append(prefix)
        write = CROSSWALKS[prefix].write
        return [None if r.rid in self.broken else write(self._marc(r.rid)) for r in records]

    def _marc(self, rid: int) -> MarcRecord:
        return MarcRecord(
            "00000nam a2200000 a 4500",
            (
                ControlField("001", f"u{rid}"),
                ControlField("008", "231114s2020    vm            000 0 vie d"),
                DataField("245", "1", "0", (("a", self.titles[rid]),)),
            ),
        )


def _matches(query: Query, title: str, rid: int, sets: dict[str, set[int]]) -> bool:
    words = text_tokens(title)
    match query:
        case All():
            return True
        case Term():
            there = exact_tokens(title) if query.exact else words
            return all(token in there for token in query.tokens)
        case SetRef(name):
            return rid in sets[name]
        case And(parts):
            return all(_matches(part, title, rid, sets) for part in parts)
        case Or(parts):
            return any(_matches(part, title, rid, sets) for part in parts)
        case Not(left, right):
            return _matches(left, title, rid, sets) and not _matches(right, title, rid, sets)
    return False


class FakeSets:
    """Result sets in memory: an id is their number. ``ended`` are those whose time is over."""

    def __init__(self) -> None:
        self.kept: list[tuple[ResultSet, str]] = []
        self.ended: set[str] = set()

    def keep(self, result: ResultSet, scope: str, ttl: int, now: int) -> str | None:
        self.kept.append((result, scope))
        return f"set-{len(self.kept)}"

    def find(self, id: str, now: int) -> Snapshot | None:
        number = int(id.removeprefix("set-")) if id.startswith("set-") else 0
        if id in self.ended or not 0 < number <= len(self.kept):
            return None
        result, scope = self.kept[number - 1]
        found = Snapshot(result.ids(), result.seq, result.databases)
        found.scope = scope
        return found
