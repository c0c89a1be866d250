"""Content codings of an answer: which one a client wants, and the answer in it (RFC 9110 8.4).

Between codings that a client likes alike, gzip comes first: every client that asks for it reads
it, while the support of zstd is young. A client of ours says so by weights.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Literal, TypeAlias

import zstandard

from interop.http.deflate import Deflated, deflate, inflate, member, stored

Coding: TypeAlias = Literal["gzip", "zstd", "identity"]

ZSTD_LEVEL = 3
_ORDER: tuple[Coding, ...] = ("gzip", "zstd", "identity")  # first among equals
_ALIASES = {"x-gzip": "gzip"}


@lru_cache(maxsize=256)
def choose(accept_encoding: str) -> Coding:
    """The coding for an ``Accept-Encoding`` (RFC 9110 12.5.3); any text can be asked."""
    weights: dict[str, float] = {}
    for part in accept_encoding.lower().split(","):
        coding, _, parameter = part.partition(";")
        name = coding.strip()
        weights[_ALIASES.get(name, name)] = _weight(parameter)
    # Without a word about it identity is acceptable, and less wanted than what is named; zstd is
    # only for those who name it.
    asked: dict[Coding, float] = {
        "gzip": weights.get("gzip", weights.get("*", 0.0)),
        "zstd": weights.get("zstd", 0.0),
        "identity": weights.get("identity", 0.0),
    }
    best = max(asked.values())
    if best <= 0:
        return "identity"
    return next(coding for coding in _ORDER if asked[coding] == best)


def _weight(parameter: str) -> float:
    """``q`` as a number from 0 to 1; 0 when it is none."""
    name, _, value = parameter.partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        weight = float(value)
    except ValueError:
        return 0.0
    return weight if 0 <= weight <= 1 else 0.0


class Part:
    """Bytes that stand in many answers, in the codings that were asked for so far.

    The plain bytes are given up when a compressed form takes their place and come back from it
    when somebody wants them, so that a part costs what its readers use. Safe for threads: at
    worst two do the same work.
    """

    __slots__ = ("_forms", "held")

    def __init__(self, plain: bytes) -> None:
        self._keep({"identity": plain})

    def _keep(self, forms: dict[str, bytes | Deflated]) -> None:
        self._forms = forms
        # Bytes of memory, without small change.
        self.held = sum(
            len(form.blocks if isinstance(form, Deflated) else form) for form in forms.values()
        )

    def plain(self) -> bytes:
        forms = self._forms
        found = forms.get("identity")
        if found is None:
            packed = forms.get("gzip")
            if isinstance(packed, Deflated):
                found = inflate(packed)
            else:
                found = _unpack(forms["zstd"])  # type: ignore[arg-type]
            self._keep({**forms, "identity": found})
        assert isinstance(found, bytes)
        return found

    def deflated(self) -> Deflated:
        found = self._forms.get("gzip")
        if not isinstance(found, Deflated):
            found = deflate(self.plain())
            self._replace("gzip", found)
        return found

    def zstd(self) -> bytes:
        found = self._forms.get("zstd")
        if not isinstance(found, bytes):
            found = zstandard.ZstdCompressor(level=ZSTD_LEVEL).compress(self.plain())
            self._replace("zstd", found)
        return found

    def _replace(self, coding: str, form: bytes | Deflated) -> None:
        packed = {name: each for name, each in self._forms.items() if name != "identity"}
        self._keep({**packed, coding: form})


def encode(chunks: Sequence[bytes | Part], coding: Coding) -> list[bytes]:
    """The chunks as one body. Bytes are sent as they are, parts compressed."""
    if coding == "gzip":
        return member([stored(c) if isinstance(c, bytes) else c.deflated() for c in chunks])
    if coding == "zstd":
        return [raw_frame(c) if isinstance(c, bytes) else c.zstd() for c in chunks]
    return [c if isinstance(c, bytes) else c.plain() for c in chunks]


_BLOCK = 128 * 1024  # bytes of a Zstandard block at most (RFC 8878 3.1.1.2.4)


def raw_frame(data: bytes) -> bytes:
    """A Zstandard frame that holds ``data`` as it is (RFC 8878 3.1.1): single segment, four bytes
    of content size, raw blocks. Frames may follow each other in one body.
    """
    frame = [b"\x28\xb5\x2f\xfd\xa0", len(data).to_bytes(4, "little")]
    starts = range(0, len(data), _BLOCK) or range(1)
    for start in starts:
        piece = data[start : start + _BLOCK]
        last = start + _BLOCK >= len(data)
        frame += [(len(piece) << 3 | last).to_bytes(3, "little"), piece]
    return b"".join(frame)


def _unpack(frame: bytes) -> bytes:
    return zstandard.ZstdDecompressor().decompress(frame)
