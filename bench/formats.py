"""``python -m bench.formats``: the conversion matrix of docs/formats.md, on real records."""

import argparse
import os
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from bench.programs import ROOT
from interop.crosswalks import CROSSWALKS
from interop.explain import Figures, RoundTrip, figures, reader, round_trips
from interop.formats import Good, read_records
from interop.marc.record import MarcRecord

DOCUMENT = ROOT / "docs" / "formats.md"
FILES = ("loc_demo/loc_demo.mrc", "uva/uva_001_2000.mrc", "uva/specTestRecs.mrc")
EACH = 600  # records of a file
_BETWEEN = re.compile("(<!-- matrix -->\n).*(<!-- end -->)", re.DOTALL)


def matrix(records: list[MarcRecord]) -> str:
    """The table as Markdown."""
    counted = {each.prefix: each for each in figures(records, CROSSWALKS)}
    trips = {each.prefix: each for each in round_trips(records, CROSSWALKS)}
    lines = [
        "| Format | Name | Media type | Protocols | Read | Kept | Changed | Refused | Dropped "
        "| Back in place | Back anywhere | In place, local too | Anywhere, local too |",
        "|---|---|---|---|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    lines += [_row(prefix, counted.get(prefix), trips.get(prefix)) for prefix in CROSSWALKS]
    return "\n".join(lines) + "\n"


def _row(prefix: str, found: Figures | None, trip: RoundTrip | None) -> str:
    crosswalk = CROSSWALKS[prefix]
    shares = ["-"] * 4
    if found is not None:
        kinds = ("kept", "changed", "refused", "dropped")
        shares = [f"{found.share(kind):.1f} %" for kind in kinds]
    back = ["-"] * 4
    if trip is not None:
        back = [f"{share:.1f} %" for share in (*trip.shares(), *trip.shares_with_local())]
    cells = [
        f"`{prefix}`",
        crosswalk.title,
        f"`{crosswalk.media_type}`",
        "OAI-PMH, SRU, Z39.50" if crosswalk.is_xml else "export",
        "yes" if reader(prefix) else "no",
        *shares,
        *back,
    ]
    return "| " + " | ".join(cells) + " |"


def sample(corpus: Path) -> list[MarcRecord]:
    """The first good records of each file."""
    return [record for name in FILES for record in islice(_good(corpus / name), EACH)]


def _good(file: Path) -> Iterator[MarcRecord]:
    with file.open("rb") as stream:
        for result in read_records(stream):
            if isinstance(result, Good):
                yield result.record


def main() -> None:
    default = os.environ.get("INTEROP_CORPUS", ROOT.parent / "shared" / "corpus")
    parser = argparse.ArgumentParser(prog="python -m bench.formats", description=__doc__)
    parser.add_argument("--corpus", type=Path, default=Path(default), help="folder of the records")
    parser.add_argument("--write", action="store_true", help=f"into {DOCUMENT.name}")
    asked = parser.parse_args()
    records = sample(asked.corpus)
    text = f"{len(records):,} records: {', '.join(FILES)}.\n\n{matrix(records)}"
    print(text)
    if asked.write:
        old = DOCUMENT.read_text(encoding="utf-8")
        DOCUMENT.write_text(_BETWEEN.sub(lambda m: m[1] + text + m[2], old), encoding="utf-8")


if __name__ == "__main__":
    main()
