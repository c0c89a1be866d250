"""A store of very many records, made in minutes: what a list of a million costs can be measured.

``interop load`` reads, normalises, merges and indexes each record, which takes too long here and
is measured elsewhere. So each of the demo's records is written and rendered once, and its copies
differ from it in control number, ISBN and part of the title, in bytes of the same length. They go
through the store's own writer, in large transactions, with their MARC, their renderings and their
sets; there are no union records and no bytes as received, and the index stays empty.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bench import node
from bench.node import Node
from bench.records import copy, marks, originals
from interop.batches import without_collector
from interop.config import load
from interop.crosswalks import Crosswalk
from interop.ingest import render, sets_of
from interop.marc.iso2709 import encode
from interop.model import oai_identifier
from interop.model.record import RecordId
from interop.node import open_node
from interop.store.store import Store

BATCH = 10_000  # records in one transaction

HOW = (
    "the demo's records, multiplied with numbers of their own and put by the store's writer with"
    " their MARC and stored renderings; no union records, nothing indexed"
)


@dataclass(frozen=True, slots=True)
class _Original:
    """Copy 0 of a record, written and rendered."""

    marc: bytes
    rendered: Mapping[str, tuple[int, bytes]]
    sets: tuple[str, ...]


def fill(made: Node, count: int) -> None:
    """Put ``count`` records, fewer than a million and one, into the empty node.

    Raises ``StoreError``.
    """
    opened = open_node(load(made.config, environ={}))
    every = _originals(opened.catalogue.crosswalks.kept(node.DATABASE))
    try:
        for first in range(0, count, BATCH):
            with without_collector():
                _put(opened.store, every, range(first, min(first + BATCH, count)))
        opened.index.lock()
        opened.index.apply([], [], opened.store.last_seq())  # nothing here is to be searched
    finally:
        opened.close()


def identifiers(count: int) -> set[str]:
    """The OAI identifiers of the records that ``fill`` puts."""
    ids = (RecordId(node.DATABASE, marks(number)[0]) for number in range(count))
    return {oai_identifier.write(node.DOMAIN, id) for id in ids}


def _originals(kept: Sequence[Crosswalk]) -> list[_Original]:
    found = []
    for record in originals():
        first = copy(record, 0)
        marc = encode(first)
        found.append(_Original(marc, render(marc, kept), sets_of(first, [node.CODE])))
    return found


def _put(store: Store, every: Sequence[_Original], numbers: Sequence[int]) -> None:
    first = [mark.encode() for mark in marks(0)]
    marked = {number: marks(number) for number in numbers}
    with store.write() as writer:
        writer.heads(RecordId(node.DATABASE, control) for control, *_ in marked.values())
        for number, own in marked.items():
            original = every[number % len(every)]
            pairs = list(zip(first, (mark.encode() for mark in own), strict=True))
            writer.put(
                RecordId(node.DATABASE, own[0]),
                _replaced(original.marc, pairs),
                sets=original.sets,
                rendered={
                    prefix: (version, _replaced(data, pairs))
                    for prefix, (version, data) in original.rendered.items()
                },
            )


def _replaced(data: bytes, pairs: Iterable[tuple[bytes, bytes]]) -> bytes:
    for old, new in pairs:
        data = data.replace(old, new)
    return data
