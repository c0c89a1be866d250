"""Records in encodings that MARC does not know, found before any decoder of MARC is asked.

A library's dump is in one encoding, so a file is looked at first as a batch, then record by record.
Two kinds of damage are undone: bytes that are neither UTF-8 nor MARC-8 but an old encoding of
Vietnamese, and text that somebody before us read as windows-1252 and sent as UTF-8. Where letters
are gone for good, words are mended that can only have been one (``interop.text.mending``).
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from interop.marc import iso2709, marc8
from interop.marc.record import DataField, Field, MarcError, MarcRecord
from interop.marc.split import Piece
from interop.text import mending
from interop.text.detection import LEGACY, Detector, unread, utf8
from interop.text.encodings import ENCODINGS
from interop.text.encodings._base import WINDOWS_1252
from interop.text.normal import normalise

Read = Callable[[bytes], tuple[MarcRecord, tuple[str, ...]]]

# Names for the configuration beside those of ``ENCODINGS``: what readers understand anyway.
USUAL = ("utf-8", "marc-8", "windows-1252")
NAMES = (*USUAL, *sorted(ENCODINGS))

_BATCH = 200  # records that are looked at before the first is read
_BATCH_BYTES = 1 << 22
_LARGEST_SAMPLE = 1 << 14  # bytes of one record that are looked at
_FEWEST = 4  # signs of an old encoding that are worth a look
_VIETNAMESE = b"\xe1\xbb"  # U+1EC0-U+1EFF: in UTF-8 no Vietnamese sentence is without one
_DOUBTFUL = 10  # words that a note names
_RARE = 50  # one byte beyond ASCII in so many is not Vietnamese, but some European name
_ASCII = bytes(range(0x80))

_DELIMITED = re.compile(rb"\x1f.|[\x1d\x1e]|<[^<>]*>", re.DOTALL)
_DELIMITERS = re.compile(rb"([\x1d\x1e]|\x1f.)", re.DOTALL)
_ENTRIES = re.compile(rb"(?:[0-9A-Za-z]{3}[0-9]{9})*")
# What letters of old encodings become when they are read as windows-1252, and Vietnamese is hardly
# made of: U+0080-U+00BF, capitals of Latin-1, small letters with other marks, signs. One class of
# characters, because alternatives take many times as long to search.
_MISREAD = re.compile(
    "[\x80-\xa8\xaa-\xb6\xb8-\xba\xbc-\xdf\xe4-\xe7\xeb\xee-\xf1\xf6-\xf8\xfb\xfc\xfe\xff"
    "\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2020-\u2022\u2030\u2039\u203a"
    "\u20ac\u2122\u2212]"
)
# VIQR is told by its circumflex: the most frequent sign in it, and hardly ever behind a vowel else.
_VIQR = re.compile(rb"[aeoAEO]\^")
_VIQR_MARK = re.compile(rb"[aeoAEO]\^|[ouOU]\+")  # enough where others have shown that it is VIQR


_WINDOWS_1252 = dict(enumerate(WINDOWS_1252))


def _windows_1252(data: bytes) -> str:
    return data.decode("latin-1").translate(_WINDOWS_1252)


def _misread(name: str) -> Callable[[bytes], str | None]:
    """A reading of UTF-8 bytes as text in ``name`` that was read as windows-1252."""
    read = utf8 if name == "utf-8" else LEGACY[name]

    def reading(data: bytes) -> str | None:
        text = utf8(data)
        octets = None if text is None else _unread_values(text)
        return None if octets is None else read(octets)

    return reading


@lru_cache(maxsize=1)  # of one text, for each encoding that it may have been in
def _unread_values(text: str) -> bytes | None:
    """As ``unread`` for a text of several values: those that cannot be unread are left out."""
    octets = [found for value in text.split("\n") if (found := unread(value)) is not None]
    return b"\n".join(octets) or None


_BYTES = {
    "marc-8": lambda data: marc8.decode(data).text,
    "windows-1252": _windows_1252,
    **LEGACY,
}
_TEXT = {"utf-8": utf8, **{f"{name} misread": _misread(name) for name in ("utf-8", *LEGACY)}}
_IN_ASCII = {"ascii": utf8, "viqr": ENCODINGS["viqr"].decode}


class Legacy:
    """What the records of one file are in. ``encoding``: one of ``NAMES`` when the operator has
    said so; else it is found out. ``learnt``: what was found of the same sender before.
    """

    def __init__(self, encoding: str = "", learnt: Iterable[str] = ()) -> None:
        if encoding and encoding not in NAMES:
            raise ValueError(f"unknown encoding {encoding!r}; known: {', '.join(NAMES)}")
        self._declared = encoding
        self._bytes = Detector(_BYTES, "marc-8")
        self._text = Detector(_TEXT, "utf-8")
        self._ascii = Detector(_IN_ASCII, "ascii")
        for detector in self._detectors:
            detector.remember(learnt)

    @property
    def _detectors(self) -> tuple[Detector, ...]:
        return self._bytes, self._text, self._ascii

    @property
    def learnt(self) -> tuple[str, ...]:
        """What batches so far have settled, to be given to the next one for the same sender."""
        return tuple(detector.batch for detector in self._detectors if detector.batch)

    def learn(self, pieces: Iterable[Piece]) -> Iterator[Piece]:
        """All of ``pieces``, after the first of them were looked at as a batch."""
        if self._declared:
            yield from pieces
            return
        waiting = iter(pieces)
        batch, failure = _batch(waiting)
        self.learn_from(piece.raw for piece in batch)
        yield from batch
        if failure is not None:
            raise failure  # after what could be read, as without a batch
        yield from waiting

    def learn_from(self, batch: Iterable[bytes]) -> None:
        """Look at the records of ``batch`` together: a page of a harvest, the first of a file."""
        if self._declared:
            return
        samples: dict[Detector, list[bytes]] = {each: [] for each in self._detectors}
        for raw in batch:
            if (detector := self._detector(raw) or self._of_few_signs(raw)) is not None:
                samples[detector].append(_sample(raw))
        for detector, texts in samples.items():
            if texts:
                detector.learn(texts)

    def read(self, raw: bytes, read: Read) -> tuple[MarcRecord, tuple[str, ...]]:
        """``read(raw)`` with its text converted, and one more note when that was needed.

        Raises what ``read`` raises.
        """
        name = self._name(raw)
        if not name:
            result = read(raw)
            return _patched(*result) if _may_be_damaged(raw) else result
        if name == "viqr" or name.endswith(" misread"):
            record, notes = read(raw)  # the bytes are right, the text is not
            return _mended(record, name), (*notes, _note(name))
        decode = _windows_1252 if name == "windows-1252" else ENCODINGS[name].decode
        record, notes = read(transcoded(raw, decode))
        return _patched(record, (*notes, _note(name)))

    def is_usual(self, raw: bytes) -> bool:
        """Whether there is nothing to convert or mend: ``read`` gives what its argument gives."""
        may_be_viqr = self._declared or self._ascii.batch or b"^" in raw
        if raw.isascii() and not may_be_viqr:
            return True
        return not self._name(raw) and not _may_be_damaged(raw)

    def _name(self, raw: bytes) -> str:
        """The encoding of one record, with `` misread`` behind it, or an empty string."""
        if self._declared == "windows-1252":
            return "" if utf8(raw) is not None else self._declared
        detector = self._detector(raw)
        if self._declared:
            return self._declared_name(raw, detector)
        if detector is None:
            return ""
        sample = _sample(raw)
        if detector is self._text:
            # Values in ASCII are the same in all readings, and most of what takes time.
            sample = b"\n".join([each for each in sample.split(b"\n") if not each.isascii()])
        name = detector.choose(sample)
        return "" if name in ("ascii", *USUAL) else name

    def _declared_name(self, raw: bytes, detector: Detector | None) -> str:
        if self._declared in USUAL or detector is None:
            return ""
        if detector is self._text:
            # UTF-8 although something else was declared: misread on the way, or right already.
            name = self._text.choose(_sample(raw))
            return name if name == f"{self._declared} misread" else ""
        if (self._declared == "viqr") != (detector is self._ascii):
            return ""
        return self._declared

    def _of_few_signs(self, raw: bytes) -> Detector | None:
        """Who may learn of ``raw`` in a batch, though it proves nothing by itself."""
        return self._ascii if raw.isascii() and _VIQR_MARK.search(raw) else None

    def _detector(self, raw: bytes) -> Detector | None:
        """Who can tell what ``raw`` is in; ``None`` when it is what it seems, as most are."""
        if raw.isascii():
            if self._ascii.batch == "viqr":
                is_likely = _VIQR_MARK.search(raw) is not None
            else:
                is_likely = raw.count(b"^") >= _FEWEST and len(_VIQR.findall(raw)) >= _FEWEST
            return self._ascii if is_likely or self._declared == "viqr" else None
        beyond = raw.translate(None, _ASCII)
        is_rare = len(beyond) < max(_FEWEST, len(raw) // _RARE)
        if is_rare and not self._declared and self._text.batch is self._bytes.batch is None:
            return None
        if utf8(raw) is not None:
            if is_rare and self._text.batch is None and not self._declared:
                return None
            is_known = (self._text.batch or "").endswith(" misread")
            fewest = 1 if is_known else _FEWEST
            return self._text if len(_MISREAD.findall(beyond.decode())) >= fewest else None
        is_open = self._declared or self._bytes.batch is not None
        return self._bytes if is_open or not is_rare else None


def _may_be_damaged(raw: bytes) -> bool:
    # One byte is looked for twenty times as fast as two.
    return _VIETNAMESE[0] in raw and _VIETNAMESE in raw and mending.may_be_damaged(utf8(raw) or "")


def _batch(pieces: Iterator[Piece]) -> tuple[list[Piece], Exception | None]:
    """The first of ``pieces``, and what kept us from taking more."""
    batch: list[Piece] = []
    size = 0
    try:
        for piece in pieces:
            batch.append(piece)
            size += len(piece.raw)
            if len(batch) == _BATCH or size > _BATCH_BYTES:
                break
    except (OSError, MarcError) as error:
        return batch, error
    return batch, None


def _note(name: str) -> str:
    encoding, misread, _ = name.partition(" misread")
    title = ENCODINGS[encoding].title if encoding in ENCODINGS else encoding.upper()
    if misread:
        return f"text in {title} that had been read as windows-1252"
    return f"read as {title}"


def _sample(raw: bytes) -> bytes:
    """The values of a record, without its directory, each on a line of its own."""
    content = raw[raw.find(b"\x1e") + 1 :] if raw[:5].isdigit() else raw
    return _DELIMITED.sub(b"\n", content[:_LARGEST_SAMPLE])


def transcoded(raw: bytes, decode: Callable[[bytes], str]) -> bytes:
    """The record ``raw`` with its values in UTF-8: ISO 2709, or any format of lines or of XML.

    Fields of ISO 2709 are cut by the directory, because some encodings have letters among the
    delimiters; where it is wrong, by the terminators. Values that are UTF-8 already stay.
    """
    end = raw.find(b"\x1e")
    if end < 0 or not raw[:5].isdigit():
        return _in_utf8(raw, decode)
    bodies = _bodies(raw, end)
    if bodies is None:
        pieces = _DELIMITERS.split(raw[end + 1 :])
        pieces[::2] = (_in_utf8(piece, decode) for piece in pieces[::2])
        return raw[:9] + b"a" + raw[10 : end + 1] + b"".join(pieces)
    entries: list[bytes] = []
    fields: list[bytes] = []
    start = 0
    for at, body in zip(range(24, end, 12), bodies, strict=True):
        head, *values = body.split(b"\x1f")
        parts = [_in_utf8(head, decode), *(v[:1] + _in_utf8(v[1:], decode) for v in values)]
        field = b"\x1f".join(parts) + iso2709.FIELD_TERMINATOR
        entries.append(b"%b%04d%05d" % (raw[at : at + 3], min(len(field), 9999), min(start, 99999)))
        fields.append(field)
        start += len(field)
    length = min(end + 1 + start + 1, iso2709.LONGEST_RECORD)
    head = b"%05d%ba%b" % (length, raw[5:9], raw[10:12])
    content = b"".join(fields) + iso2709.RECORD_TERMINATOR
    return head + b"%05d" % (end + 1) + raw[17:24] + b"".join(entries) + b"\x1e" + content


def _bodies(raw: bytes, end: int) -> list[bytes] | None:
    """The fields by the directory, without terminators; ``None`` where it is not right."""
    if end < 24 or _ENTRIES.fullmatch(raw, 24, end) is None:
        return None
    bodies: list[bytes] = []
    for at in range(24, end, 12):
        start = end + 1 + int(raw[at + 7 : at + 12])
        stop = start + int(raw[at + 3 : at + 7])
        if stop > len(raw) or stop <= start or raw[stop - 1] != 0x1E:
            return None
        bodies.append(raw[start : stop - 1])
    return bodies


def _in_utf8(value: bytes, decode: Callable[[bytes], str]) -> bytes:
    if not value.isascii() and utf8(value) is not None:
        return value
    return decode(value).encode()


def _patched(record: MarcRecord, notes: tuple[str, ...]) -> tuple[MarcRecord, tuple[str, ...]]:
    """``record`` with words mended whose letters were lost or exchanged, and notes of it."""
    damage = mending.mended(_text(record))
    if damage is None:
        return record, notes

    def mend(value: str) -> str:
        return mending.replaced(value, damage.words)

    notes = (*notes, f"{damage.title}: {len(damage.words)} words mended")
    if damage.doubtful:
        shown = ", ".join(damage.doubtful[:_DOUBTFUL])
        more = " ..." if len(damage.doubtful) > _DOUBTFUL else ""
        notes = (*notes, f"words that may be damaged too: {shown}{more}")
    return _rewritten(record, mend), notes


def _text(record: MarcRecord) -> str:
    """The values of a record, each on a line of its own."""
    values: list[str] = []
    for field in record.fields:
        if isinstance(field, DataField):
            values += [value for _, value in field.subfields]
    return "\n".join(values)


def _mended(record: MarcRecord, name: str) -> MarcRecord:
    """``record`` with its text put right: VIQR, or an encoding that was read as windows-1252."""
    mend = _from_viqr if name == "viqr" else _from_misread(name.removesuffix(" misread"))
    return _rewritten(record, mend)


def _rewritten(record: MarcRecord, mend: Callable[[str], str]) -> MarcRecord:
    """``record`` with ``mend`` done to the value of every subfield."""
    fields: list[Field] = []
    for field in record.fields:
        if isinstance(field, DataField):
            subfields = tuple([(code, mend(value)) for code, value in field.subfields])
            field = field._replace(subfields=subfields)
        fields.append(field)
    return MarcRecord(record.leader, tuple(fields))


def _from_viqr(text: str) -> str:
    return ENCODINGS["viqr"].decode(text.encode()) if text.isascii() else text


def _from_misread(name: str) -> Callable[[str], str]:
    read = utf8 if name == "utf-8" else LEGACY[name]

    def mend(text: str) -> str:
        octets = None if text.isascii() else unread(text)
        mended = None if octets is None else read(octets)
        return text if mended is None else normalise(mended)

    return mend
