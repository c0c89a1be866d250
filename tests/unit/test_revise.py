"""A change of rules is a change of the records it concerns, whatever happens on the way."""

from dataclasses import replace
from datetime import date

import pytest

from interop.config import Config, load
from interop.crosswalks import XML_CROSSWALKS as CROSSWALKS
from interop.ingest import ingest
from interop.marc.iso2709 import encode
from interop.marc.record import DataField
from interop.model.library import Libraries, Library
from interop.model.record import UNION, Incoming, RecordId
from interop.node import open_node
from interop.revise import Rules, revise
from interop.serve import ReviserThread
from interop.store.store import Store
from tests.unit.oai.fakes import marc

OLD, NEW = Library("VN-OLD", "Cũ"), Library("VN-NEW", "Mới")
MERGED = replace(OLD, successor="VN-NEW", since=date(2025, 7, 1))
APART, TOGETHER = Libraries((OLD, NEW)), Libraries((MERGED, NEW))


class Clock:
    """Stands still but where the tests move it."""

    now = 1_700_000_000

    def __call__(self) -> int:
        return self.now


clock = Clock()


@pytest.fixture
def store(tmp_path):
    store = Store(f"sqlite:///{tmp_path}/x.db", clock)
    assert revise(store, Rules.of(APART)) == 0, "an empty store follows the rules at once"
    for library in (OLD, NEW):
        page = [
            Incoming(f"b{number}", encode(marc(f"b{number}", f"Sách {library.code} {number}")))
            for number in range(6)
        ]
        ingest(store, library.database, library.code, page, libraries=APART)
        clock.now += 60
    ingest(store, "vn-old", "VN-OLD", [Incoming("b5", None)], libraries=APART)
    clock.now += 60
    yield store
    store.dispose()


def rows(store: Store, database: str = UNION) -> dict[str, tuple]:
    page = store.list(database, limit=1000)
    return {row.id.local: (row.seq, row.datestamp, row.deleted, row.sets) for row in page.records}


def run(store: Store, rules: Rules, batch: int = 4) -> int:
    """All batches; the number of them."""
    batches = 0
    while revise(store, rules, batch):
        batches += 1
        assert batches < 100
    return batches


def newer(prefix: str, libraries: Libraries = APART) -> Rules:
    rules = Rules.of(libraries)
    return replace(rules, versions={**rules.versions, prefix: rules.versions[prefix] + 1})


def test_the_same_rules_change_nothing(store) -> None:
    before = store.generation()
    assert run(store, Rules.of(APART)) == 0 and store.generation() == before


@pytest.mark.parametrize("prefix", CROSSWALKS)
def test_a_new_version_of_a_crosswalk_is_a_change_of_every_live_record(store, prefix) -> None:
    before = {name: rows(store, name) for name in (UNION, "vn-old", "vn-new")}
    last = store.last_seq()
    assert run(store, newer(prefix)) > 3
    for name, old in before.items():
        found = rows(store, name)
        assert found.keys() == old.keys()
        for local, (seq, stamp, deleted, sets) in found.items():
            assert (deleted, sets) == old[local][2:]
            if deleted:
                assert (seq, stamp) == old[local][:2], "nothing is shown of a tombstone"
            else:
                assert seq > last and stamp > old[local][1]
    assert run(store, newer(prefix)) == 0
    [record] = store.find([RecordId("vn-old", "b0")])
    kept = store.rendered([record.rid], "marcxml", CROSSWALKS["marcxml"].version)
    assert "Sách VN-OLD 0" in kept[record.rid].decode() and b"Cu" not in record.marc


def test_a_new_format_changes_no_record(store) -> None:
    rules = Rules.of(APART)
    more = replace(rules, versions={**rules.versions, "new": 1})
    before = rows(store)
    assert run(store, more) == 0 and rows(store) == before
    assert run(store, rules) == 0, "nor does one that is no longer offered"


def test_a_merger_moves_the_records_to_the_set_of_the_heir(store) -> None:
    before = rows(store)
    last = store.last_seq()
    run(store, Rules.of(TOGETHER))
    for local, (seq, _, deleted, sets) in rows(store).items():
        moved = "library:VN-OLD" in before[local][3]
        assert "library:VN-OLD" not in sets and "library:VN-NEW" in sets
        assert (seq > last) is moved and deleted is before[local][2]
    assert store.count(UNION, set_="library:VN-NEW") == len(before)
    assert store.count("vn-old", set_="library:VN-NEW") == 6, "tombstones move too"


def test_a_walk_that_was_broken_off_goes_on_and_touches_nothing_twice(store) -> None:
    rules = newer("oai_dc")
    revise(store, rules, 4)
    place = store.state("rules:walk")
    ingest(store, "vn-new", "VN-NEW", [Incoming("b3", None)])  # meanwhile
    again = Store(store._engine.url.render_as_string(), clock)
    run(again, rules)
    assert place is not None and again.state("rules:walk") == "null"
    databases = (UNION, "vn-old", "vn-new")
    live = [row for name in databases for row in rows(again, name).values() if not row[2]]
    assert len(live) == len({row[0] for row in live})
    first = min(row[0] for row in live)
    assert again.last_seq() - first < len(live) + 6, "each live record was revised once"
    again.dispose()


def test_rules_that_change_during_a_walk_are_reached_too(store) -> None:
    revise(store, newer("oai_dc"), 4)
    run(store, newer("oai_dc", TOGETHER))
    assert all("library:VN-NEW" in row[3] for row in rows(store).values())
    assert store.state("rules") == newer("oai_dc", TOGETHER).text()


def test_a_store_that_remembers_no_rules_is_of_the_first_versions(store) -> None:
    with store.write() as writer:
        writer.set_state("rules", Rules(dict.fromkeys(CROSSWALKS, 1), {}).text())
    changed = any(crosswalk.version > 1 for crosswalk in CROSSWALKS.values())
    assert (run(store, Rules.of(APART)) > 0) is changed


def test_a_record_that_comes_in_after_a_merger_stands_in_the_set_of_the_heir(store) -> None:
    run(store, Rules.of(TOGETHER))
    record = Incoming("z", encode(marc("z", "Sách đến sau")))
    ingest(store, "vn-old", "VN-OLD", [record], libraries=TOGETHER)
    assert "library:VN-NEW" in rows(store, "vn-old")["z"][3]
    union = [row for row in store.list(UNION, limit=100).records][-1]
    assert "library:VN-NEW" in union.sets
    [whole] = store.get([union.rid])
    assert b"VN-OLD" in whole.marc, "the holding keeps the code of who sent it"


def test_a_change_of_holdings_alone_is_a_change_of_the_union_record(store) -> None:
    def page(*more):
        record = marc("b0", "Sách VN-OLD 0")
        fields = (*record.fields, *more)
        return [Incoming("b0", encode(replace(record, fields=fields)))]

    before = rows(store)
    ingest(store, "vn-old", "VN-OLD", page(DataField("852", " ", " ", (("b", "Kho mở"),))))
    changed = {local for local, row in rows(store).items() if row != before[local]}
    assert len(changed) == 1
    assert all(rows(store)[local][1] > before[local][1] for local in changed)


def test_a_server_revises_in_the_background_and_goes_on_after_a_failure(tmp_path, caplog) -> None:
    file = tmp_path / "interop.toml"
    file.write_text(f'[store]\nurl = "sqlite:///{tmp_path}/x.db"\n', encoding="utf-8")
    node = open_node(load(file, environ={}))
    node.catalogue.ingest("vn-a", [Incoming("b", encode(marc("b", "Sách")))])
    last = node.store.last_seq()
    old = Rules(dict.fromkeys(CROSSWALKS, 0), {})
    with node.store.write() as writer:
        writer.set_state("rules", old.text())
    revise_once, failures = node.catalogue.revise, [OSError("disk full")]

    def failing() -> int:
        if failures:
            raise failures.pop()
        return revise_once()

    node.catalogue.revise = failing
    thread = ReviserThread(node)
    thread.start()
    thread.join(30)
    assert not thread.is_alive() and "disk full" in caplog.text
    assert node.store.state("rules") == Rules.of(node.catalogue.libraries).text()
    assert [change.seq for change in node.store.changes(0, 9)] == [last + 1, last + 2]
    thread.stop()
    node.close()


def test_heirs() -> None:
    chain = (
        Library("A", "a", successor="b"),
        Library("B", "b", successor="C", since=date(2025, 7, 1)),
        Library("C", "c"),
    )
    assert Libraries(chain, date(2025, 7, 1)).heirs() == {"A": "C", "B": "C"}
    assert Libraries(chain, date(2025, 6, 30)).heirs() == {"A": "B"}
    assert Libraries(chain).heir("unknown") == "unknown"
    assert Libraries(chain).code("a") == "A" and Libraries(chain).code("x") is None


def test_a_node_shows_the_old_set_as_an_alias(tmp_path) -> None:
    file = tmp_path / "interop.toml"
    old = '[[library]]\ncode = "VN-OLD"\nname = "Cũ"\n'
    new = '[[library]]\ncode = "VN-NEW"\nname = "Mới"\n'

    def node(more: str):
        text = f'[store]\nurl = "sqlite:///{tmp_path}/x.db"\n{old}{more}\n{new}'
        file.write_text(text, encoding="utf-8")
        config: Config = load(file, environ={})
        return open_node(config)

    first = node("")
    for library in ("vn-old", "vn-new"):
        page = [Incoming("b", encode(marc("b", f"Sách {library}")))]
        first.catalogue.ingest(library, page)
    assert first.catalogue.sets(UNION)[1:3] == ["library:VN-NEW", "library:VN-OLD"]
    first.close()
    merged = node('successor = "VN-NEW"\nsince = 2025-07-01')
    assert merged.catalogue.revise() and not merged.catalogue.revise()
    lists = [
        [
            row.id.local
            for row in merged.catalogue.page(UNION, set_=f"library:{code}", limit=9).records
        ]
        for code in ("VN-OLD", "VN-NEW")
    ]
    assert lists[0] == lists[1] and len(lists[0]) == 2
    assert merged.catalogue.count(UNION, set_="library:VN-OLD") == 2
    assert "library:VN-OLD" in merged.catalogue.sets(UNION)
    merged.close()
