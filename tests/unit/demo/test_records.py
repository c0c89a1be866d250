"""The demo's records: enough of them, overlapping, and joined by strong keys alone."""

import io
import unicodedata
from collections import defaultdict

import pytest

from interop.crosswalks import CROSSWALKS
from interop.demo.records import LIBRARIES, works
from interop.explain import reader
from interop.formats import Good, read_records
from interop.text.identifiers import isbn13, issn
from interop.union.keys import keys_of

KOHA, DSPACE, DUMP = LIBRARIES


def as_harvested(library, record):
    """The record as it stands after its way into the national node."""
    return reader(library.prefix)(CROSSWALKS[library.prefix].write(record))


def read_back(library, folder):
    path = folder / library.dump
    library.write(path)
    results = list(read_records(io.BytesIO(path.read_bytes())))
    assert all(isinstance(result, Good) for result in results)
    return [result.record for result in results]


@pytest.mark.parametrize("library", LIBRARIES, ids=lambda library: library.code)
def test_each_has_at_least_150_records_that_read_back(library, tmp_path):
    assert len(read_back(library, tmp_path)) == len(list(library.works())) >= 150


@pytest.mark.parametrize("library", LIBRARIES, ids=lambda library: library.code)
def test_a_dump_is_the_same_byte_for_byte(library, tmp_path):
    library.write(tmp_path / "1" / library.dump)
    library.write(tmp_path / "2" / library.dump)
    assert (tmp_path / "1" / library.dump).read_bytes() == (
        tmp_path / "2" / library.dump
    ).read_bytes()


def test_numbers_have_valid_check_digits_and_are_unique():
    isbns = [work.isbn for work in works() if work.isbn]
    assert all(isbn13(number) == number for number in isbns) and len(set(isbns)) == len(isbns)
    assert all(issn(work.issn) for work in works() if work.issn)


def test_the_dump_is_decomposed_and_the_record_read_is_not(tmp_path):
    records = read_back(DUMP, tmp_path)
    data = (tmp_path / DUMP.dump).read_bytes().decode("utf-8", "replace")
    assert data != unicodedata.normalize("NFC", data)
    titles = [field.first("a") for record in records for field in record.data("245")]
    assert all(unicodedata.is_normalized("NFC", title) for title in titles)


def test_original_script_is_there():
    with_880 = [r for r in KOHA.records() if any(f.tag == "880" for f in r.fields)]
    assert len(with_880) >= 25
    text = "".join(f.first("a") for r in with_880 for f in r.data("880"))
    assert any(ord(character) > 0xFFFF for character in text)


def test_koha_has_items():
    assert all(any(f.tag == "952" for f in record.fields) for record in KOHA.records())


def test_shared_works_meet_and_others_do_not(tmp_path):
    keys = defaultdict(dict)
    for library in LIBRARIES:
        for work, record in zip(library.works(), read_back(library, tmp_path), strict=True):
            keys[work.number][library.code] = keys_of(as_harvested(library, record))
    shared = [found for found in keys.values() if len(found) > 1]
    assert len(shared) >= 40
    apart = [
        next(w for w in works() if w.number == number).title
        for number, found in keys.items()
        if len(found) > 1 and not frozenset.intersection(*found.values())
    ]
    assert len(shared) - len(apart) >= 40 and len(apart) <= len(shared) // 20, apart
    owners = defaultdict(set)
    for number, found in keys.items():
        for key in frozenset().union(*found.values()):
            owners[key].add(number)
    assert all(len(numbers) == 1 for numbers in owners.values())
