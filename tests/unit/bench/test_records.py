"""The records of a run: real ones where they are, the demo's multiplied where not."""

from bench.records import prepare
from interop.marc.iso2709 import decode
from interop.text.identifiers import isbn13


def prepared(tmp_path, monkeypatch, wanted):
    monkeypatch.setenv("INTEROP_CORPUS", str(tmp_path / "absent"))
    found = prepare(tmp_path, wanted)
    raw = [data + b"\x1d" for data in found.file.read_bytes().split(b"\x1d") if data]
    return found, [decode(data) for data in raw]


def test_without_a_corpus_every_record_is_a_publication_of_its_own(tmp_path, monkeypatch):
    found, records = prepared(tmp_path, monkeypatch, 1200)
    assert found.count == len(records) == 1200
    assert found.bytes == found.file.stat().st_size
    assert len({record.control("001") for record in records}) == 1200
    isbns = [field.first("a") for record in records for field in record.data("020")]
    assert len(set(isbns)) == 1200
    assert all(isbn13(isbn) == isbn for isbn in isbns)


def test_every_question_is_about_records_that_are_there(tmp_path, monkeypatch):
    found, records = prepared(tmp_path, monkeypatch, 1200)
    isbns = {field.first("a") for record in records for field in record.data("020")}
    titles = [
        " ".join(field.first("a") for field in record.data("245")).lower().split()
        for record in records
    ]
    assert found.words and found.known
    assert {use for use, _ in found.known} == {7}
    assert {term for _, term in found.known} <= isbns
    assert all(sum(word in title for title in titles) >= 10 for word in found.words)


def test_the_same_run_twice_asks_the_same(tmp_path, monkeypatch):
    first, _ = prepared(tmp_path, monkeypatch, 600)
    second, _ = prepared(tmp_path, monkeypatch, 600)
    assert first == second


def test_any_number_of_multiplied_records_can_be_had(tmp_path, monkeypatch):
    monkeypatch.setattr("bench.records.ASKED", 700)
    found = prepare(tmp_path, None, 900)
    raw = [data + b"\x1d" for data in found.file.read_bytes().split(b"\x1d") if data]
    assert found.count == len(raw) == 900
    asked = {field.first("a") for data in raw[:700] for field in decode(data).data("020")}
    assert {term for _, term in found.known} <= asked
