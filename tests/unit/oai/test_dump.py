"""The dump of a whole database: what it holds, what a refresh touches, what a reader gets."""

import fcntl
import gzip
import os
import stat

import pytest
from lxml import etree

from interop.model.record import UNION
from interop.oai.dump import Busy, Dump
from tests.unit.oai.fakes import FakeCatalogue, filled


def content(dump: Dump) -> list[str]:
    """Numbers (001) of the records in the file."""
    manifest = dump.manifest()
    packed = b"".join(dump.read(manifest, 0, dump.size(manifest)))
    root = etree.fromstring(gzip.decompress(packed))
    assert etree.QName(root).localname == "collection"
    assert manifest.records == len(root)
    return sorted(each.findtext("{*}controlfield[@tag='001']") for each in root)


def live(catalogue: FakeCatalogue) -> list[str]:
    return sorted(s.id.local for s in catalogue.state().values() if not s.deleted)


def test_it_holds_every_live_record(tmp_path) -> None:
    catalogue = filled(45)
    dump = Dump(catalogue, UNION, tmp_path, 10)
    assert dump.manifest() is None
    manifest, written = dump.refresh(1)
    assert written == len(manifest.pieces) > 3 and content(dump) == live(catalogue)


def test_a_refresh_reads_nothing_that_did_not_change(tmp_path) -> None:
    catalogue = filled(45)
    dump = Dump(catalogue, UNION, tmp_path, 10)
    first, _ = dump.refresh(1)
    assert dump.refresh(2)[1] == 0
    assert dump.manifest().etag == first.etag
    catalogue.put("u000000003", title="Khác")
    second, written = dump.refresh(3)
    assert written == 2  # the window that it left, and the last one
    assert content(dump) == live(catalogue) and second.etag != first.etag
    catalogue.delete("u000000003")
    dump.refresh(4)
    assert content(dump) == live(catalogue)


def test_a_row_that_leaves_the_last_window_and_comes_again_is_seen(tmp_path) -> None:
    catalogue = FakeCatalogue()
    catalogue.put("a")
    catalogue.put("b")
    dump = Dump(catalogue, UNION, tmp_path, 1000)
    first, _ = dump.refresh(1)
    catalogue.put("a", title="Khác")
    second, written = dump.refresh(2)
    assert written == 1 and first.etag != second.etag


def test_what_took_the_places_of_lost_records_after_a_restore_is_seen(tmp_path) -> None:
    """The same numbers of rows in the same places, and other records."""
    first = Dump(filled(45), UNION, tmp_path, 10).refresh(1)[0]
    restored = FakeCatalogue()
    for number in range(45):
        if number == 30:  # the backup ended here; it is a month later
            restored.time += 30 * 86_400
        restored.time += 60
        restored.put(f"{'x' if number >= 30 else 'u'}{number:09}")
        if number % 10 == 9:
            restored.delete(f"{'x' if number >= 30 else 'u'}{number:09}")
    dump = Dump(restored, UNION, tmp_path, 10)
    second, _ = dump.refresh(2)
    assert [piece.rows for piece in second.pieces[:4]] == [p.rows for p in first.pieces[:4]]
    assert content(dump) == live(restored)


def test_a_download_under_way_survives_one_refresh(tmp_path) -> None:
    catalogue = filled(25)
    dump = Dump(catalogue, UNION, tmp_path, 5)
    manifest, _ = dump.refresh(1)
    before = b"".join(dump.read(manifest, 0, dump.size(manifest)))
    catalogue.put("u000000003", title="Khác")
    dump.refresh(2)
    assert b"".join(dump.read(manifest, 0, dump.size(manifest))) == before
    catalogue.put("u000000004", title="Khác")
    dump.refresh(3)
    with pytest.raises(OSError):
        b"".join(dump.read(manifest, 0, dump.size(manifest)))


def test_any_range_is_that_part_of_the_whole(tmp_path) -> None:
    dump = Dump(filled(25), UNION, tmp_path, 5)
    manifest, _ = dump.refresh(1)
    size = dump.size(manifest)
    whole = b"".join(dump.read(manifest, 0, size))
    assert len(whole) == size
    for start in range(0, size, 97):
        for end in (start, start + 1, start + 500, size):
            assert b"".join(dump.read(manifest, start, min(end, size))) == whole[start:end]


def test_nobody_else_on_the_machine_reads_it(tmp_path) -> None:
    dump = Dump(filled(3), UNION, tmp_path / "dumps" / "union")
    before = os.umask(0)
    try:
        dump.refresh(1)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "dumps" / "union").stat().st_mode) == 0o700


def test_one_process_at_a_time(tmp_path) -> None:
    dump = Dump(filled(5), UNION, tmp_path)
    dump.refresh(1)
    with (tmp_path / ".lock").open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(Busy):
            dump.refresh(2)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"at": 1}', "\x00"])
def test_a_manifest_that_cannot_be_read_is_none(tmp_path, text) -> None:
    catalogue = filled(5)
    dump = Dump(catalogue, UNION, tmp_path)
    (tmp_path / "manifest.json").write_text(text)
    assert dump.manifest() is None
    dump.refresh(1)
    assert content(dump) == live(catalogue)
