"""Where the time of a load goes."""

from bench import ingest_stages
from interop.demo.records import LIBRARIES
from interop.marc.iso2709 import encode
from interop.store.writer import Writer


def test_every_stage_is_gone_through_and_left_as_it_was(tmp_path):
    file = tmp_path / "some.mrc"
    some = list(LIBRARIES[0].records())[:20]
    file.write_bytes(b"".join(map(encode, some)))
    before = Writer.flush
    count, seconds = ingest_stages.measure(tmp_path / "node", file)
    assert Writer.flush is before
    assert count == 20
    assert all(spent > 0 for spent in seconds.values())
    lines = ingest_stages.table(count, seconds).splitlines()
    assert len(lines) == 2 + len(seconds)
