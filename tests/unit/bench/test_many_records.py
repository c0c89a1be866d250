"""Z39.50 among many records, on a few and without servers."""

from bench import node, records
from bench.cases import many_records, searching
from bench.peers import zebra
from bench.programs import Done


def test_the_section_says_what_was_measured(tmp_path, monkeypatch):
    asked, loaded = [], []
    monkeypatch.setenv("INTEROP_CORPUS", str(tmp_path))  # where no records are
    monkeypatch.setattr(zebra, "installed", lambda: True)

    def load(made, file, count):
        loaded.append((count, file.read_bytes().count(b"\x1d")))
        return Done(2.0, 1.0, "")

    monkeypatch.setattr(node, "load", load)
    monkeypatch.setattr(zebra, "index", lambda kind, folder, file: Done(3.0, 1.0, ""))
    monkeypatch.setattr(searching, "run", lambda context: asked.append(context) or [])
    section = many_records.run(tmp_path, 60)
    assert section.startswith("## Z39.50 among 60 records") and "- records: 60 (" in section
    assert "- until searchable: ours 2 s, Zebra, built-in MARC reader 3 s" in section
    assert loaded == [(60, 60)]
    (context,) = asked
    assert context.records.count == 60
    assert {context.register(kind) for kind in zebra.KINDS} == {
        tmp_path / f"zebra-{kind}" for kind in zebra.KINDS
    }


def test_questions_are_about_all_the_records(tmp_path, monkeypatch):
    monkeypatch.setenv("INTEROP_CORPUS", str(tmp_path))
    prepared = records.multiplied(tmp_path, 500)
    assert prepared.count == 500 and prepared.file.read_bytes().count(b"\x1d") == 500
    assert len(prepared.known) == records.KNOWN
    assert all(isbn.encode() in prepared.file.read_bytes() for _, isbn in prepared.known)
    assert prepared.words
