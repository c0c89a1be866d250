"""The transcript: every APDU of every association in words, one line each, in a file.

For an operator who wants to see what a client really sends. Passwords and the contents of records
are not in it (``apdu.describe``), but search terms are. ``z3950.transcript`` names the file.
"""

import logging
import os
from io import TextIOWrapper
from logging.handlers import WatchedFileHandler
from pathlib import Path

log = logging.getLogger("interop.z3950.transcript")
_FORMAT = "%(asctime)s %(process)d %(message)s"


class _Private(WatchedFileHandler):
    """What people search for is theirs: a file that is made is for its owner and group."""

    def _open(self) -> TextIOWrapper:
        def opener(path: str, flags: int) -> int:
            return os.open(path, flags, 0o640)

        return open(self.baseFilename, "a", encoding="utf-8", opener=opener)


def to_file(path: str | Path) -> logging.Handler:
    """Append the transcript to ``path`` from now on; the handler, for ``stop``.

    Several processes may append to one file, and it may be moved away while they do (logrotate).
    Raises ``OSError`` when it cannot be written.
    """
    handler = _Private(path)
    handler.setFormatter(logging.Formatter(_FORMAT))
    log.addHandler(handler)
    log.setLevel(logging.DEBUG)
    log.propagate = False
    return handler


def stop(handler: logging.Handler) -> None:
    """Close what ``to_file`` opened."""
    log.removeHandler(handler)
    handler.close()
    log.setLevel(logging.NOTSET)
    log.propagate = True
