"""A catalogue in memory, as ``interop.oai`` sees one: every rule of the store in its plainest form.

Lists are in the order of ``seq``; every change moves a record to the end with the present
datestamp; tombstones stay and keep their sets.
"""

from collections.abc import Iterable, Sequence
from urllib.parse import quote, unquote

from lxml import etree

from interop.crosswalks import CROSSWALKS
from interop.diagnostics import Diagnostic
from interop.marc.record import ControlField, DataField, MarcRecord
from interop.model.record import UNION, Page, RecordId, Stored
from interop.oai.answers import ListPart, Record
from interop.oai.protocol import parse_datestamp
from interop.oai.sets import with_parents

LIBRARIES = {
    "VN-QTI": "Thư viện tỉnh Quảng Trị",
    "VN-HUE": "Thư viện Tổng hợp thành phố Huế",
    "VN-GLA": "Thư viện tỉnh Gia Lai",
}
_PLAIN = "-_.!~*'();/?:@&=+$,"  # oai-identifier.xsd: what the local part holds as it is
START = 1_700_000_000  # 2023-11-14T22:13:20Z
TITLES = ("Truyện Kiều", "Dế Mèn phiêu lưu ký", "Số đỏ", "傳奇漫錄 𡗶坦", "Lục Vân Tiên & Kiều <1>")


def marc(local: str, title: str, language: str = "vie") -> MarcRecord:
    """A small book record."""
    return MarcRecord(
        "00000nam a2200000 a 4500",
        (
            ControlField("001", local),
            ControlField("008", f"231114s2020    vm            000 0 {language} d"),
            DataField("100", "0", " ", (("a", "Nguyễn Du"),)),
            DataField("245", "1", "0", (("a", title),)),
            DataField("260", " ", " ", (("a", "Hà Nội"), ("b", "Văn học"), ("c", "2020"))),
        ),
    )


class FakeCatalogue:
    """``time``: seconds since 1970 of the next change; the test moves it."""

    name = "Mục lục liên hợp"
    domain = "opac.example.vn"
    base_url = "http://localhost"
    admin_email = ("oai@example.vn",)

    def __init__(self) -> None:
        self.time = START
        self.seq = 0
        self.unsettled = 0  # first seq whose datestamp may still be written again
        self.merged: dict[RecordId, RecordId] = {}
        self.calls: list[str] = []
        self._records: dict[RecordId, Stored] = {}
        self._marc: dict[RecordId, MarcRecord] = {}
        self._broken: set[RecordId] = set()
        self._seen: dict[str, set[str]] = {}
        self._databases = {UNION, *map(str.lower, LIBRARIES)}

    def put(
        self,
        local: str,
        *sets: str,
        database: str = UNION,
        title: str = "Truyện Kiều",
        broken: bool = False,
    ) -> Stored:
        """Add or change a record. ``broken``: no crosswalk can write it."""
        record_id = RecordId(database, local)
        self._marc[record_id] = marc(local, title)
        self._broken.discard(record_id)
        if broken:
            self._broken.add(record_id)
        self._seen.setdefault(database, set()).update(sets)
        return self._change(record_id, False, sets)

    def delete(self, local: str, database: str = UNION) -> Stored:
        record_id = RecordId(database, local)
        return self._change(record_id, True, self._records[record_id].sets)

    def _change(self, record_id: RecordId, deleted: bool, sets: Iterable[str]) -> Stored:
        self.seq += 1
        old = self._records.get(record_id)
        rid = old.rid if old else len(self._records) + 1
        stored = Stored(rid, record_id, self.seq, self.time, deleted, tuple(sets))
        self._records[record_id] = stored
        return stored

    def state(self, database: str = UNION) -> dict[str, Stored]:
        """What a complete harvest must end with, by OAI identifier."""
        return {
            self.identifier(record_id): stored
            for record_id, stored in self._records.items()
            if record_id.database == database
        }

    # what the provider calls

    def database(self, name: str) -> str:
        wanted = name.strip().lower() or UNION
        if wanted not in self._databases:
            raise Diagnostic("unknown_database", name)
        return wanted

    def title(self, database: str) -> str:
        return self.name if database == UNION else self.library_name(database.upper())

    def library_name(self, code: str) -> str:
        return LIBRARIES.get(code, code)

    def page(
        self,
        database: str,
        *,
        after: int = 0,
        from_: int | None = None,
        until: int | None = None,
        set_: str | None = None,
        limit: int,
        prefix: str | None = None,
    ) -> Page:
        self.calls.append("page")
        rows = [row for row in self._list(database, from_, until, set_) if row.seq > after]
        shown = rows[:limit]
        bodies = self.render(shown, prefix) if prefix else [None] * len(shown)
        return Page(tuple(shown), tuple(bodies), len(rows) > limit)

    def _list(
        self, database: str, from_: int | None, until: int | None, set_: str | None
    ) -> list[Stored]:
        rows = [
            stored
            for record_id, stored in self._records.items()
            if record_id.database == database
            and (from_ is None or stored.datestamp >= from_)
            and (until is None or stored.datestamp <= until)
            and (set_ is None or set_ in with_parents(stored.sets))
        ]
        return sorted(rows, key=lambda stored: stored.seq)

    def count(
        self,
        database: str,
        *,
        from_: int | None = None,
        until: int | None = None,
        set_: str | None = None,
    ) -> int:
        self.calls.append("count")
        return len(self._list(database, from_, until, set_))

    def count_between(self, database: str, first: int, last: int, set_: str | None = None) -> int:
        rows = self._list(database, None, None, set_)
        return sum(first <= row.seq <= last for row in rows)

    def generation(self) -> int:
        return self.seq

    def settled_before(self) -> int:
        return self.unsettled or self.seq + 1

    def find(self, database: str, local: str) -> Stored | None:
        return self._records.get(RecordId(database, local))

    def render(self, records: Sequence[Stored], prefix: str) -> list[bytes | None]:
        write = CROSSWALKS[prefix].write
        return [
            None if stored.deleted or stored.id in self._broken else write(self._marc[stored.id])
            for stored in records
        ]

    def sets(self, database: str) -> list[str]:
        return sorted(self._seen.get(database, ()))

    def earliest(self, database: str) -> int | None:
        return min((row.datestamp for row in self._list(database, None, None, None)), default=None)

    def successor(self, id: RecordId) -> RecordId | None:
        return self.merged.get(id)

    def identifier(self, id: RecordId) -> str:
        return f"oai:{self.domain}:{id.database}/{quote(id.local, safe=_PLAIN)}"

    def identifiers(self, ids: Sequence[RecordId]) -> list[str]:
        return [self.identifier(id) for id in ids]

    def parse_identifier(self, text: str) -> RecordId | None:
        prefix = f"oai:{self.domain}:"
        database, _, local = text.removeprefix(prefix).partition("/")
        plain = unquote(local)
        return RecordId(database, plain) if text.startswith(prefix) and local else None


def records_of(part: ListPart) -> tuple[Record, ...]:
    """The elements of a part read back, without their metadata."""
    root = etree.fromstring(b"<part>%b</part>" % part.body.plain())
    return tuple(
        Record(
            header.findtext("identifier"),
            parse_datestamp(header.findtext("datestamp")),
            header.get("status") == "deleted",
            tuple(spec.text for spec in header.findall("setSpec")),
            about=tuple(map(etree.tostring, header.xpath("../about/*"))),
        )
        for header in root.iter("header")
    )


def filled(count: int = 250) -> FakeCatalogue:
    """The union with ``count`` records of three libraries over several days, every tenth deleted.

    Record ``u<n>`` comes ``n`` minutes and, past the half, one day after ``START``. VN-GLA has
    only what was deleted; ``vn-qti`` has five records of its own, ``vn-hue`` none.
    """
    catalogue = FakeCatalogue()
    codes = ("VN-QTI", "VN-HUE")
    for number in range(count):
        catalogue.time = START + 60 * number + (86_400 if number >= count // 2 else 0)
        code = "VN-GLA" if number % 10 == 9 else codes[number % 2]
        kind = "type:serial" if number % 5 == 0 else "type:book"
        title = f"{TITLES[number % len(TITLES)]}, tập {number}"
        local = f"u{number:09}"
        catalogue.put(local, f"library:{code}", kind, "language:vie", title=title)
        if number % 10 == 9:
            catalogue.delete(local)
    for number in range(5):
        catalogue.put(f"b{number}", "library:VN-QTI", "type:book", database="vn-qti")
    catalogue.time += 3600
    return catalogue
