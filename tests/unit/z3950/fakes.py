"""A catalogue of a few records in memory, with the methods of ``Catalogue`` that a target calls."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from interop.crosswalks import CROSSWALKS
from interop.diagnostics import Diagnostic
from interop.index.base import ResultSet, Scan
from interop.marc.iso2709 import decode, encode
from interop.marc.record import ControlField, DataField, MarcRecord
from interop.model.access import Rights
from interop.model.logins import Logins
from interop.model.record import RecordId, Stored
from interop.query.ast import All, And, Not, Or, Query, SetRef, SortKey, Term
from interop.text.folding import fold

LEADER = "00000nam a2200000 a 4500"


def marc(control: str, title: str, author: str, *notes: str) -> bytes:
    """A canonical record."""
    fields = [
        ControlField("001", control),
        ControlField("008", "200101s2020    vm            000 0 vie d"),
        DataField("100", "1", " ", (("a", author),)),
        DataField("245", "1", "0", (("a", title),)),
        DataField("260", " ", " ", (("a", "Hà Nội :"), ("b", "Văn học,"), ("c", "2020"))),
    ]
    fields += [DataField("520", " ", " ", (("a", note),)) for note in notes if note]
    return encode(MarcRecord(LEADER, tuple(fields)))


UNION = (
    marc("u1", "Truyện Kiều", "Nguyễn Du"),
    marc("u2", "Lục Vân Tiên", "Nguyễn Đình Chiểu"),
    marc("u3", "Chinh phụ ngâm", "Đặng Trần Côn"),
    marc("u4", "Văn tế thập loại chúng sinh", "Nguyễn Du"),
)
HUE = (marc("h1", "Truyện Kiều", "Nguyễn Du"), marc("h2", "Sông Hương", "Nguyễn Khoa Điềm"))


@dataclass
class FakeResultSet:
    """Row ids in order."""

    rids: list[int]
    seq: int = 1

    @property
    def total(self) -> int:
        return len(self.rids)

    def page(self, start: int, count: int) -> list[int]:
        return self.rids[start : start + count]

    def ids(self) -> "array[int]":
        return array("q", self.rids)


class FakeCatalogue:
    """``union`` and ``hue``; any term is looked for in the title or the whole record."""

    def __init__(self, rights: Rights | None = None, **databases: Sequence[bytes]) -> None:
        self.rights = rights or Rights()
        self.allows = self.rights.allows
        self.logins = Logins(self.rights)
        self.databases_ = databases or {"union": UNION, "hue": HUE}
        self.stored: dict[int, Stored] = {}
        for database, records in self.databases_.items():
            for data in records:
                rid = len(self.stored) + 1
                id = RecordId(database, decode(data).control("001"))
                self.stored[rid] = Stored(rid, id, rid, 0, False, (), data)
        self.rendered: list[str] = []  # prefixes asked for
        self.read: list[int] = []  # row ids asked for

    def generation(self) -> int:
        """Another number whenever any record is another one."""
        return hash(tuple(self.stored.values()))

    def delete(self, rid: int) -> None:
        """A tombstone."""
        self.stored[rid] = self.stored[rid]._replace(deleted=True, marc=None)

    def searchable(self, name: str) -> str:
        wanted = name.lower()
        if wanted in ("", "default"):
            return "union"
        if wanted not in self.databases_:
            raise Diagnostic("unknown_database", name)
        return wanted

    def search(
        self,
        databases: Sequence[str],
        query: Query,
        sort: Sequence[SortKey] = (),
        sets: dict[str, ResultSet] | None = None,
    ) -> FakeResultSet:
        found = self._evaluate(query, sets or {})
        return FakeResultSet(
            [rid for rid in sorted(found) if self.stored[rid].id.database in databases]
        )

    def _evaluate(self, query: Query, sets: dict[str, ResultSet]) -> set[int]:
        match query:
            case All():
                return set(self.stored)
            case And(parts):
                return set.intersection(*(self._evaluate(part, sets) for part in parts))
            case Or(parts):
                return set.union(*(self._evaluate(part, sets) for part in parts))
            case Not(left, right):
                return self._evaluate(left, sets) - self._evaluate(right, sets)
            case SetRef(name):
                return set(sets[name].ids())
            case Term():
                return {rid for rid, stored in self.stored.items() if self._matches(query, stored)}
        raise Diagnostic("unsupported_search", type(query).__name__)

    def _matches(self, term: Term, stored: Stored) -> bool:
        record = decode(stored.marc or b"")
        tags = ("245",) if term.ap == "title" else ("100", "245", "260", "520")
        words = [
            word
            for field in record.data(*tags)
            for word in fold(" ".join(value for _, value in field.subfields))
        ]
        return all(token in words for token in term.tokens)

    def scan(self, databases: Sequence[str], ap: str, text: str, **around: object) -> Scan:
        """An empty list."""
        return Scan((), 1, True, True)

    def sort(self, results: Sequence[FakeResultSet], keys: Sequence[SortKey]) -> FakeResultSet:
        """The union, by row id."""
        return FakeResultSet(sorted({rid for result in results for rid in result.rids}))

    def records(self, rids: Sequence[int]) -> list[Stored | None]:
        self.read += rids
        return [self.stored.get(rid) for rid in rids]

    def homes(self, databases: Sequence[str], records: Sequence[Stored]) -> list[str | None]:
        return [record.id.database for record in records]

    def render(self, records: Sequence[Stored], prefix: str) -> list[bytes | None]:
        self.rendered.append(prefix)
        write = CROSSWALKS[prefix].write
        return [None if record.deleted else write(decode(record.marc or b"")) for record in records]
