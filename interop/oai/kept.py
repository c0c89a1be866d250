"""The parts of lists that a process keeps, within a bound of bytes; the longest unused go first."""

import threading
from collections import OrderedDict
from collections.abc import Hashable

from interop.oai.lists import Kept

KEPT_BYTES = 64 * 1024 * 1024


class KeptParts:
    """Kept parts by what was asked. Safe for threads. ``limit``: bytes of all bodies together."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._entries: OrderedDict[Hashable, tuple[Kept, int]] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Kept | None:
        """What is kept under ``key``, now the last used."""
        with self._lock:
            found = self._entries.get(key)
            if found is None:
                return None
            kept, size = found
            if kept.part.body.held != size:
                self._remove(key)
                self._add(key, kept)
            else:
                self._entries.move_to_end(key)
            return kept

    def put(self, key: Hashable, kept: Kept) -> None:
        """Keep it, instead of what was there."""
        with self._lock:
            self._remove(key)
            self._add(key, kept)
            while self._bytes > self._limit:
                self._remove(next(iter(self._entries)))

    def _add(self, key: Hashable, kept: Kept) -> None:
        size = kept.part.body.held  # grows and shrinks with the codings that are asked for
        self._entries[key] = kept, size
        self._bytes += size

    def _remove(self, key: Hashable) -> None:
        found = self._entries.pop(key, None)
        if found is not None:
            self._bytes -= found[1]

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def held(self) -> int:
        """Bytes of the bodies, as they were when last used."""
        return self._bytes
