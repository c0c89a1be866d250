"""A store of many records, made quickly, holds what a slow ingest of the same records would."""

from bench import filling, node, records
from interop.config import load
from interop.crosswalks import CROSSWALKS
from interop.ingest import sets_of
from interop.marc.iso2709 import encode
from interop.node import open_node


def test_copies_are_what_would_have_been_written_and_rendered(tmp_path, monkeypatch):
    monkeypatch.setattr(filling, "BATCH", 300)
    made = node.create(tmp_path / "node")
    count = len(records.originals()) + 40
    filling.fill(made, count)
    opened = open_node(load(made.config, environ={}))
    try:
        page = opened.catalogue.page(node.DATABASE, limit=2 * count, prefix="oai_dc")
        assert len(page.records) == count and not page.more
        for number in (0, 1, count // 2, count - 1):
            wanted = records.copy(records.originals()[number % len(records.originals())], number)
            [stored] = opened.store.get([page.records[number].rid])
            assert stored is not None and stored.marc == encode(wanted)
            assert set(stored.sets) == set(sets_of(wanted, [node.CODE]))
            assert page.bodies[number] == CROSSWALKS["oai_dc"].write(wanted)
        listed = {opened.catalogue.identifier(record.id) for record in page.records}
        assert listed == filling.identifiers(count)
        assert not opened.follower.step()  # nobody begins to index them
    finally:
        opened.close()
