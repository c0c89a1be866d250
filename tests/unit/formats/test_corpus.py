"""Real files: every record is accounted for, and never fewer are read than by others."""

import io
import unicodedata
from collections import Counter
from pathlib import Path

import pytest

from bench.real_files import NOT_RECORDS, by_pymarc, by_us, by_yaz
from interop.formats import Bad, Good, ReadResult, Written, read_records, write_records
from interop.marc import iso2709, marcxml
from interop.marc.record import MarcError

pytestmark = pytest.mark.corpus

# Large, and read in other tests here.
LARGE = 4_000_000  # bytes
# What yaz-marcdump prints and we quarantine: a record cut off in its middle, without an end.
CUT_OFF = {"nasty_marc4j/008008027.mrc": 1}


def read(path: Path) -> list[ReadResult]:
    with path.open("rb") as stream:
        return list(read_records(stream))


def good(results: list[ReadResult]) -> list[Good]:
    return [result for result in results if isinstance(result, Good)]


@pytest.mark.peer
@pytest.mark.timeout(300)
def test_never_fewer_than_the_better_of_two_others(corpus: Path) -> None:
    """Every real file, beside yaz-marcdump and pymarc (docs/reading-real-files.md has them all)."""
    files = read_at_all = 0
    for path in sorted(corpus.rglob("*")):
        name = str(path.relative_to(corpus))
        if not path.is_file() or path.parent == corpus or path.stat().st_size > LARGE:
            continue
        if name.partition("/")[0] in NOT_RECORDS:
            continue
        data = path.read_bytes()
        ours = by_us(path)
        files += 1
        read_at_all += ours.read
        best = max(by_pymarc(data), by_yaz(path, data) - CUT_OFF.get(name, 0))
        assert ours.read >= best, name
    assert files > 500 and read_at_all > 14_000


@pytest.mark.parametrize("folder", ["bu_bibs", "uva", "koha436", "nasty_marc4j", "nasty_pymarc"])
def test_what_is_read_can_be_written(corpus: Path, folder: str) -> None:
    for path in sorted((corpus / folder).iterdir()):
        try:
            results = read(path)
        except MarcError:
            continue
        found = good(results)
        # Every terminator ends a result, and every result has its bytes in the file.
        if found and found[0].raw_format == "iso2709" and path.suffix != ".gz":
            data = path.read_bytes()
            assert len(results) >= data.count(b"\x1d"), path.name
            assert sum(len(result.raw) for result in results) <= len(data)
        for result in found:
            written = iso2709.encode(result.record)
            assert iso2709.decode(written).fields == result.record.fields, path.name
            assert marcxml.from_canonical(written) == marcxml.write(result.record), path.name
        with path.open("rb") as stream:
            quick = list(write_records(stream, marcxml.write, marcxml.from_cut))
        assert [each.data for each in quick if isinstance(each, Written)] == [
            marcxml.write(result.record) for result in found
        ], path.name


@pytest.mark.parametrize(
    ("name", "records"),
    [
        ("bu_bibs/bu_bibs.mrc", 100),
        ("uva/uva_001_2000.mrc", 2_000),
        ("koha436/derived_biblio.xml", 435),
        ("pride_prejudice/pride-and-prejudice-with-many-errors.mrc", 383),
        ("dnb/sample.mrc", 10),
        ("nasty_marc4j/bad_too_long_plus_2.mrc", 3),
        ("nasty_marc4j/bad_hathi_records.mrc", 5),
        ("nasty_pymarc/bad_records.mrc", 8),
        ("psu/split_items_test.mrc", 11),
    ],
)
def test_whole_files(corpus: Path, name: str, records: int) -> None:
    results = read(corpus / name)
    assert [result for result in results if isinstance(result, Bad)] == []
    assert len(results) == records


def test_a_file_cut_off(corpus: Path) -> None:
    """idzebra's sample ends with two stray terminators."""
    results = read(corpus / "idzebra" / "marc21__sample-marc")
    assert [isinstance(result, Good) for result in results] == [True] * 24 + [False] * 2


def test_library_of_congress(corpus: Path) -> None:
    data = (corpus / "loc_demo" / "loc_demo.mrc").read_bytes()[:3_000_000]
    results = list(read_records(io.BytesIO(data)))
    assert len(good(results)) == data.count(b"\x1d")
    assert len(results) - len(good(results)) <= 1  # the one that our cut went through
    for result in good(results)[::50]:
        assert all(
            unicodedata.is_normalized("NFC", text) for text in str(result.record.fields).split()
        )


def test_hcmut_is_composed(corpus: Path) -> None:
    """The dump is fully decomposed; what readers return is not."""
    data = (corpus / "hcmut" / "book3part0final.mrc").read_bytes()[:700_000]
    assert not unicodedata.is_normalized("NFC", data.decode("utf-8", "replace"))
    results = good(list(read_records(io.BytesIO(data))))
    assert len(results) == data.count(b"\x1d") > 1_000
    text = "".join(value for r in results for f in r.record.data("245") for _, value in f.subfields)
    assert unicodedata.is_normalized("NFC", text) and "ế" in text


def test_the_same_catalogue_in_two_encodings(corpus: Path) -> None:
    """76 records of Virginia in MARC-8, and in MARCXML as another program converted them."""
    ours = good(read(corpus / "uva" / "specTestRecs.mrc"))
    theirs = good(read(corpus / "uva" / "specTestRecs.xml"))
    assert len(ours) == len(theirs) == 76
    pairs = Counter(
        mine == other
        for a, b in zip(ours, theirs, strict=True)
        for mine, other in zip(a.record.fields, b.record.fields, strict=False)
    )
    assert pairs[True] > 50 * pairs[False]
