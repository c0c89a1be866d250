"""``python -m fuzz``: every target for some minutes; findings are kept as files."""

import argparse
import hashlib
import sys
import time
from pathlib import Path
from random import Random

from fuzz import corpus
from fuzz.driver import Session
from fuzz.target import Target
from interop.registry import discover

TARGETS = discover("fuzz.targets", "TARGET", Target)


def main() -> int:
    """1 when something was found."""
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"of {', '.join(TARGETS)}")
    parser.add_argument("--minutes", type=float, default=1.0, help="for each target")
    parser.add_argument("--seed", type=int, default=None, help="of the random generator")
    parser.add_argument("--findings", type=Path, default=Path("fuzz-findings"))
    parser.add_argument("--keep", action="store_true", help="put what reaches new lines in corpus/")
    asked = parser.parse_args()
    if unknown := set(asked.targets) - TARGETS.keys():
        parser.error(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(TARGETS)}")
    found = 0
    for name in asked.targets or TARGETS:
        seed = asked.seed if asked.seed is not None else time.time_ns()
        session = Session(TARGETS[name], Random(seed), corpus=corpus.read(name))
        end = time.monotonic() + 60 * asked.minutes
        for data, what in session.findings(lambda end=end: time.monotonic() > end):
            found += 1
            file = asked.findings / name / hashlib.sha256(data).hexdigest()[:16]
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
            print(f"{name}: {what} ({file})", flush=True)
        if asked.keep:
            kept = [*session.corpus, *session.kept]
            corpus.write(name, corpus.chosen(TARGETS[name].seeds(), kept, session.reach))
        print(f"{name}: {session.runs:,} inputs, {len(session.reached):,} lines, seed {seed}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
