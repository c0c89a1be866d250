"""A catalogue in memory, as ``interop.sru`` sees one: titles, searched word by word."""

from array import array
from collections.abc import Sequence

from interop.catalogue import Database
from interop.crosswalks import CROSSWALKS
from interop.diagnostics import Diagnostic
from interop.index.resultset import Snapshot
from interop.marc.record import ControlField, DataField, MarcRecord
from interop.model.record import RecordId, Stored
from interop.query.ast import All, And, Not, Or, Query, SortKey, Term
from interop.query.normalise import text_tokens

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

    def database(self, name: str) -> str:
        if name.lower() not in ("", "union", "vn-qti"):
            raise Diagnostic("unknown_database", name)
        return name.lower() or "union"

    def databases(self) -> list[Database]:
        return [
            Database("union", "Mục lục liên hợp <VN>", None, len(self.titles)),
            Database("vn-qti", "Thư viện tỉnh Quảng Trị", None, 0),
        ]

    def search(
        self, databases: Sequence[str], query: Query, sort: Sequence[SortKey] = ()
    ) -> Snapshot:
        self.asked.append(tuple(sort))
        scope = self.titles if databases == ["union"] else {}
        found = [rid for rid, title in scope.items() if _matches(query, text_tokens(title))]
        return Snapshot(array("q", found), 1, frozenset(databases))

    def records(self, rids: Sequence[int]) -> list[Stored | None]:
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


def _matches(query: Query, words: list[str]) -> bool:
    match query:
        case All():
            return True
        case Term():
            return all(token in words for token in query.tokens)
        case And(parts):
            return all(_matches(part, words) for part in parts)
        case Or(parts):
            return any(_matches(part, words) for part in parts)
        case Not(left, right):
            return _matches(left, words) and not _matches(right, words)
    return False
