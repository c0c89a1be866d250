import gzip

from harvester.archive import SAMPLE, Archive

RUNS = [f"2025010{n}T000000Z" for n in range(1, 8)]


def test_pages_are_kept_as_received_in_order(tmp_path):
    archive = Archive(tmp_path, "qti")
    bodies = [b"\xff\x00 page %d" % n for n in range(12)]
    for number, body in enumerate(bodies, 1):
        archive.page(RUNS[0], number, body)
    pages = archive.pages(RUNS[0])
    assert pages[0] == tmp_path / "qti" / RUNS[0] / "00001.xml.gz"
    assert [gzip.decompress(path.read_bytes()) for path in pages] == bodies


def test_a_page_received_again_takes_the_place_of_the_first(tmp_path):
    archive = Archive(tmp_path, "qti")
    archive.page(RUNS[0], 1, b"old")
    path = archive.page(RUNS[0], 1, b"new")
    assert gzip.decompress(path.read_bytes()) == b"new"
    assert [entry.name for entry in path.parent.iterdir()] == ["00001.xml.gz"]


def test_sample_is_short_and_no_page(tmp_path):
    archive = Archive(tmp_path, "qti")
    path = archive.sample(RUNS[0], 1, b"<html>" * 1000)
    assert len(gzip.decompress(path.read_bytes())) == SAMPLE
    assert archive.pages(RUNS[0]) == []


def test_newest_runs_are_kept_and_nothing_else_is_touched(tmp_path):
    archive = Archive(tmp_path, "qti", keep=3)
    other = tmp_path / "qti" / "notes"
    other.mkdir(parents=True)
    for run in RUNS:
        archive.page(run, 1, b"x")
    archive.prune()
    assert sorted(entry.name for entry in (tmp_path / "qti").iterdir()) == [*RUNS[-3:], "notes"]


def test_prune_without_an_archive(tmp_path):
    Archive(tmp_path, "qti").prune()
    assert not (tmp_path / "qti").exists()
