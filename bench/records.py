"""The records of a run and the questions asked about them: the same for us and for every peer."""

import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path
from random import Random

from interop.demo.records import LIBRARIES
from interop.marc.iso2709 import decode, encode
from interop.marc.record import ControlField, DataField, MarcRecord
from interop.text.identifiers import isbn13

CORPUS_FILE = Path("loc_demo") / "loc_demo.mrc"
SEED = 2709
WORDS = 100  # title words that are asked for
ASKED = 10_000  # of multiplied records: those that questions are made of
KNOWN = 200  # known items that are asked for
_REAL = f"real records of the Library of Congress ({CORPUS_FILE.name})"
_DEMO = "the demo's records"
_WORD = re.compile(r"[a-z]{3,}")
_ISBN = re.compile(r"[0-9]{9}[0-9X]|[0-9]{13}")


@dataclass(frozen=True, slots=True)
class Records:
    """``file``: ISO 2709. ``words``: plain title words with 10 to 300 hits. ``known``: (Bib-1 Use,
    term) that finds one record. ``origin``: what the records are, for readers.
    """

    file: Path
    count: int
    bytes: int
    words: tuple[str, ...]
    known: tuple[tuple[int, str], ...]
    origin: str


def prepare(folder: Path, wanted: int | None, scale: int | None = None) -> Records:
    """Write the records of the run below ``folder``: real ones where they are, else the demo's.

    ``scale``: so many of the demo's, multiplied, in any case.
    """
    if scale is not None:
        return _scaled(folder, scale)
    source = _corpus_file()
    if source.is_file():
        raw = _split(source)[:wanted]
        origin = _REAL
    else:
        raw = [encode(record) for record in islice(_multiplied(), wanted or 13_000)]
        origin = f"{_DEMO}, multiplied with numbers of their own"
    file = folder / "records.mrc"
    file.write_bytes(b"".join(raw))
    records = [decode(data) for data in raw]
    size = file.stat().st_size
    return Records(file, len(raw), size, _words(records), _known(records), origin)


def multiplied(folder: Path, wanted: int) -> Records:
    """``wanted`` records, fewer than a million and one, below ``folder``: real ones where they are,
    else the demo's, again and again, each copy with numbers of its own. Questions are about all.
    """
    source = _corpus_file()
    real = source.is_file()
    all_of_them = list(map(decode, _split(source))) if real else originals()
    found: Counter[str] = Counter()
    file = folder / "records.mrc"
    with file.open("wb") as out:
        for number in range(wanted):
            record = copy(all_of_them[number % len(all_of_them)], number)
            found.update(_title_words(record))
            out.write(encode(record))
    numbers = Random(SEED).sample(range(wanted), min(KNOWN, wanted))
    known = tuple((7, marks(number)[1]) for number in numbers)
    origin = f"{_REAL if real else _DEMO}, multiplied with numbers of their own"
    return Records(file, wanted, file.stat().st_size, _chosen(found), known, origin)


def _scaled(folder: Path, scale: int) -> Records:
    """Written as they are made: a million take no memory. Questions are about the first ones."""
    file = folder / "records.mrc"
    first: list[MarcRecord] = []
    with file.open("wb") as out:
        for record in islice(_multiplied(), scale):
            out.write(encode(record))
            if len(first) < ASKED:
                first.append(record)
    origin = f"{_DEMO}, multiplied with numbers of their own"
    return Records(file, scale, file.stat().st_size, _words(first), _known(first), origin)


def _corpus_file() -> Path:
    shared = Path(__file__).parents[2] / "shared" / "corpus"
    return Path(os.environ.get("INTEROP_CORPUS", shared)) / CORPUS_FILE


def _split(file: Path) -> list[bytes]:
    """The records of an ISO 2709 file."""
    return [data + b"\x1d" for data in file.read_bytes().split(b"\x1d") if data.strip()]


def _multiplied() -> Iterator[MarcRecord]:
    """The demo's records again and again; each copy is another publication."""
    all_of_them = originals()
    for number in count():
        yield copy(all_of_them[number % len(all_of_them)], number)


def originals() -> list[MarcRecord]:
    """The demo's records, those of all its libraries."""
    return [record for library in LIBRARIES for record in library.records()]


def marks(number: int) -> tuple[str, str, str]:
    """What tells copy ``number`` (below a million) from others: control number, ISBN, part of the
    title; each of the same length in every copy."""
    body = f"{978604_000_000 + number:012d}"
    weighted = sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(body))
    return f"bench{number:07d}", f"{body}{-weighted % 10}", f"copy{number:07d}"


def copy(record: MarcRecord, number: int) -> MarcRecord:
    """``record`` as another publication."""
    control, isbn, part = marks(number)
    fields = [
        field
        for field in record.fields
        if field.tag not in ("001", "020") and not field.tag.startswith("880")
    ]
    marked = [
        field._replace(subfields=(*field.subfields, ("n", part)))
        if isinstance(field, DataField) and field.tag == "245"
        else field
        for field in fields
    ]
    known = (ControlField("001", control), DataField("020", " ", " ", (("a", isbn),)))
    return MarcRecord(record.leader, (*known, *marked))


def _words(records: list[MarcRecord]) -> tuple[str, ...]:
    """Words of title proper, plain ASCII so that every folding rule finds nearly the same records:
    those with 10 to 300 hits, or the most frequent where there are none.
    """
    found: Counter[str] = Counter()
    for record in records:
        found.update(_title_words(record))
    return _chosen(found)


def _title_words(record: MarcRecord) -> set[str]:
    words = " ".join(_values(record, "245")).lower().split()
    return {word for word in words if _WORD.fullmatch(word)}


def _chosen(found: Counter[str]) -> tuple[str, ...]:
    fit = [word for word, hits in found.items() if 10 <= hits <= 300]
    fit = sorted(fit) or [word for word, _ in found.most_common(WORDS)]
    return tuple(Random(SEED).sample(fit, min(WORDS, len(fit))))


def _known(records: list[MarcRecord]) -> tuple[tuple[int, str], ...]:
    """ISBNs as they stand in the records, each in one only; control numbers where there are few."""
    isbns: Counter[str] = Counter()
    for record in records:
        for value in _values(record, "020"):
            first = value.split(" ")[0]
            if _ISBN.fullmatch(first) and isbn13(first):
                isbns[first] += 1
    once = sorted(isbn for isbn, times in isbns.items() if times == 1)
    pairs = [(7, isbn) for isbn in once]
    if len(pairs) < KNOWN // 4:
        pairs = sorted((12, record.control("001").strip()) for record in records)
    return tuple(Random(SEED).sample(pairs, min(KNOWN, len(pairs))))


def _values(record: MarcRecord, tag: str) -> Iterator[str]:
    """Subfields $a of the fields ``tag``."""
    for field in record.data(tag):
        yield from field.values("a")
