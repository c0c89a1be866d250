"""A writer that is there to be killed: ``python -m tests.unit.store.killed_writer URL``.

It writes page after page, going on after the last page that the store remembers, and prints where
it is. What page n does is computed from n, so that a test can say what a store must hold.
"""

import os
import sys
import time
from collections.abc import Iterator

from interop.model.record import RecordId
from interop.store.store import Store

STATE = "page"
RECORDS = 40  # a page's operations
NAMES = 150  # records in all


def operations(page: int) -> Iterator[tuple[str, bytes | None, tuple[str, ...]]]:
    """What page ``page`` does: local identifier, body (``None``: delete), sets."""
    for n in range(RECORDS):
        local = str((page * 31 + n * 7) % NAMES)
        if (page + n) % 6 == 0:
            yield local, None, ()
        else:
            body = f"{local} on page {page} ".encode() * (1 + (page * n) % 60)
            yield local, body, (f"page:{page % 3}", f"part:{n % 2}")


def say(word: str) -> None:
    os.write(1, f"{word}\n".encode())


def main(url: str) -> None:
    say("opening")
    store = Store(url, lambda: int(time.time()))
    say("open")
    page = int(store.state(STATE) or 0)
    while True:
        page += 1
        rid = None
        with store.write() as writer:
            for local, body, sets in operations(page):
                id = RecordId("a", local)
                if body is None:
                    writer.delete(id)
                else:
                    made = {"dc": (1, body[:9])}
                    rid = writer.put(id, body, sets=sets, raw=body[::-1], rendered=made)
                say("change")
            assert rid is not None  # a body names its page, so every put is a change
            writer.assign(rid, f"u{page}")
            writer.set_keys(rid, [f"key of page {page}"])
            writer.set_state(STATE, str(page))
            say("commit")
        say(f"done {page}")


if __name__ == "__main__":
    main(sys.argv[1])
