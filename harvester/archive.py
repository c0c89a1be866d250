"""Received pages, kept as files exactly as they came: ``<root>/<source>/<run>/NNNNN.xml.gz``.

They are evidence when a source and the union disagree, and what a later replay reads. A page is
written under a temporary name and renamed, so a file that has its name is whole. Only the newest
runs of a source are kept.
"""

import gzip
import os
import re
import shutil
from pathlib import Path

KEEP = 5
SAMPLE = 2048  # bytes kept of an answer that is no page
_RUN = re.compile(r"\d{8}T\d{6}Z(?:-\d+)?")


class Archive:
    """The pages of one source. ``keep``: number of runs kept."""

    def __init__(self, root: Path, source: str, keep: int = KEEP) -> None:
        self.folder = root / source
        self.limit = keep

    def page(self, run: str, number: int, body: bytes) -> Path:
        """Keep a page; the same page received again after a kill takes the place of the first."""
        return self._write(run, f"{number:05d}.xml.gz", body)

    def sample(self, run: str, number: int, body: bytes) -> Path:
        """Keep the beginning of an answer that could not be used as page ``number``."""
        return self._write(run, f"{number:05d}.refused.gz", body[:SAMPLE])

    def pages(self, run: str) -> list[Path]:
        """The pages of a run in the order of their receipt."""
        return sorted((self.folder / run).glob("*.xml.gz"))

    def prune(self) -> None:
        """Remove all but the newest runs."""
        if not self.folder.is_dir():
            return
        runs = sorted(entry for entry in self.folder.iterdir() if _RUN.fullmatch(entry.name))
        for old in runs[: -self.limit]:
            shutil.rmtree(old, ignore_errors=True)

    def _write(self, run: str, name: str, body: bytes) -> Path:
        folder = self.folder / run
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / name
        temporary = folder / f".{name}.part"
        temporary.write_bytes(gzip.compress(body, compresslevel=1, mtime=0))
        os.replace(temporary, target)
        return target
