"""Parts that are kept: bounded by bytes, the longest unused go first."""

from interop.http.coding import Part
from interop.oai.answers import ListPart
from interop.oai.kept import KeptParts
from interop.oai.lists import Kept


def kept(size: int) -> Kept:
    return Kept(ListPart(Part(b"a" * size), 1, 1, True, ""), 1, 1, 1, True)


def test_the_longest_unused_go_first() -> None:
    parts = KeptParts(300)
    for key in "abc":
        parts.put(key, kept(100))
    assert parts.get("a") is not None
    parts.put("d", kept(100))
    assert parts.get("b") is None and len(parts) == 3 and parts.held == 300
    assert all(parts.get(key) for key in "acd")


def test_what_is_larger_than_all_is_not_kept_and_a_replacement_counts_once() -> None:
    parts = KeptParts(300)
    parts.put("a", kept(100))
    parts.put("a", kept(200))
    assert (len(parts), parts.held) == (1, 200)
    parts.put("b", kept(1000))
    assert (len(parts), parts.held) == (0, 0)


def test_bytes_are_counted_anew_when_a_part_is_used() -> None:
    parts = KeptParts(100_000)
    entry = kept(50_000)
    parts.put("a", entry)
    entry.part.body.deflated()
    assert parts.get("a") is entry and parts.held < 1000
