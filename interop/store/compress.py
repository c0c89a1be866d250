"""Compression of blobs: Zstandard, with dictionaries that are files.

A record is about a kilobyte, too little to compress alone; a dictionary of what records have in
common nearly halves the result. Each file ``dictionaries/<id>.zdict`` is one. A frame carries the
id of its dictionary (RFC 8878 section 3.1.1.1.3), so a dictionary file, once shipped, stays for
ever; new blobs are written with the highest id. Without any file everything works too.

Contexts are not safe to share between threads, so they are made where they are used: a
``Compressor`` for a write transaction, a ``Decompressor`` for a call. ``python -m
interop.store.compress train OUT FILES...`` makes a dictionary.
"""

import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import zstandard

from interop.store.errors import StoreError

LEVEL = 1  # level 3 saves 3 % more of a record's bytes and takes two thirds longer
DICTIONARY_BYTES = 32 * 1024
FOLDER = Path(__file__).parent / "dictionaries"

# RFC 8878 section 5.3: ids below 32768 and from 2**31 are reserved; below 65536 an id takes two
# bytes in every frame, above it four.
LOWEST_ID, HIGHEST_ID = 32768, 65535


def load_dictionaries(folder: Path) -> dict[int, zstandard.ZstdCompressionDict]:
    """``<id>.zdict`` of ``folder`` by id. Raises ``StoreError`` when name and file disagree."""
    found = {}
    for path in sorted(folder.glob("*.zdict")):
        dictionary = zstandard.ZstdCompressionDict(path.read_bytes())
        if not path.stem.isdecimal() or int(path.stem) != dictionary.dict_id():
            raise StoreError(f"{path}: is dictionary {dictionary.dict_id()}, not {path.stem}")
        dictionary.precompute_compress(level=LEVEL)
        found[dictionary.dict_id()] = dictionary
    return found


DICTIONARIES = load_dictionaries(FOLDER)


class Compressor:
    """One thread's compressor; ``compress(data)`` gives one frame. Make one per transaction."""

    def __init__(self, dictionaries: dict[int, zstandard.ZstdCompressionDict] = DICTIONARIES):
        newest = dictionaries[max(dictionaries)] if dictionaries else None
        self.compress = zstandard.ZstdCompressor(level=LEVEL, dict_data=newest).compress


class Decompressor:
    """One thread's decompressor for frames of any dictionary. Takes 15 microseconds to make."""

    def __init__(self, dictionaries: dict[int, zstandard.ZstdCompressionDict] = DICTIONARIES):
        self._dictionaries = dictionaries
        self._contexts: dict[int, zstandard.ZstdDecompressor] = {}
        self._newest = self._context(max(dictionaries, default=0))

    def decompress(self, frame: bytes) -> bytes:
        """Bytes of ``frame``. Raises ``StoreError`` for a damaged frame or a lost dictionary."""
        try:
            dict_id = zstandard.get_frame_parameters(frame).dict_id
            context = self._contexts.get(dict_id) or self._context(dict_id)
            return context.decompress(frame)
        except zstandard.ZstdError as error:
            raise StoreError(f"a stored blob is damaged: {error}") from None

    def all(self, frames: Sequence[bytes | None]) -> list[bytes | None]:
        """Bytes of each of ``frames``, ``None`` for none; as ``decompress``, at less per frame.

        Nearly all are of the newest dictionary, and another one is found out by the attempt: a
        frame names its own (RFC 8878 3.1.1.1.3), or none, and then needs none.
        """
        newest = self._newest.decompress
        try:
            return [None if frame is None else newest(frame) for frame in frames]
        except zstandard.ZstdError:
            return [None if frame is None else self.decompress(frame) for frame in frames]

    def _context(self, dict_id: int) -> zstandard.ZstdDecompressor:
        if dict_id and dict_id not in self._dictionaries:
            raise StoreError(f"a stored blob needs {FOLDER / str(dict_id)}.zdict, which is missing")
        dictionary = self._dictionaries.get(dict_id)
        self._contexts[dict_id] = zstandard.ZstdDecompressor(dict_data=dictionary)
        return self._contexts[dict_id]


_idle: list[Decompressor] = []  # taken and put back in one step each, whatever thread does it


@contextmanager
def decompressor() -> Iterator[Decompressor]:
    """One that nobody else uses meanwhile; kept, for to make one takes longer than a record."""
    try:
        one = _idle.pop()
    except IndexError:
        one = Decompressor()
    try:
        yield one
    finally:
        _idle.append(one)


_XML_RECORD = re.compile(rb"<(?:\w+:)?record[\s>].*?</(?:\w+:)?record\s*>", re.DOTALL)


def samples(data: bytes) -> list[bytes]:
    """Records of a file: ISO 2709 by record terminator, XML by ``record`` element, else all."""
    if b"\x1d" in data:
        return [part + b"\x1d" for part in data.split(b"\x1d") if part.strip()]
    return _XML_RECORD.findall(data) or [data]


def train(files: Sequence[Path], dict_id: int, size: int = DICTIONARY_BYTES) -> bytes:
    """A dictionary of ``size`` bytes with the id ``dict_id`` from the records of ``files``.

    Raises ``StoreError`` when there are too few records to learn from.
    """
    records: list[bytes | bytearray | memoryview] = [
        sample for file in files for sample in samples(file.read_bytes())
    ]
    try:
        return zstandard.train_dictionary(size, records, level=LEVEL, dict_id=dict_id).as_bytes()
    except zstandard.ZstdError as error:
        raise StoreError(f"no dictionary from {len(records)} records: {error}") from None


def main(arguments: Sequence[str]) -> int:
    """``train OUT FILES...``: OUT is ``<id>.zdict``. Exit code 2 for wrong use."""
    match arguments:
        case ["train", out, *files] if files and re.fullmatch(r"\d+\.zdict", Path(out).name):
            dict_id = int(Path(out).stem)
        case _:
            print("usage: python -m interop.store.compress train <id>.zdict FILES...")
            return 2
    if not LOWEST_ID <= dict_id <= HIGHEST_ID:
        print(f"{out}: an id is a number from {LOWEST_ID} to {HIGHEST_ID}")
        return 2
    try:
        data = train([Path(file) for file in files], dict_id)
        Path(out).write_bytes(data)
    except (OSError, StoreError) as error:
        print(error)
        return 1
    print(f"{out}: {len(data)} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
