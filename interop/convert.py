"""A file of records as a file in any format, without a store: what was read is written at once."""

from collections.abc import Iterator, Mapping
from typing import BinaryIO

from interop.crosswalks import CROSSWALKS
from interop.export import frame
from interop.formats import Bad, write_records


def convert(
    stream: BinaryIO,
    prefix: str,
    out: BinaryIO,
    encoding: str = "",
    format: str = "auto",
    mapping: Mapping[str, str] | None = None,
) -> Iterator[Bad | None]:
    """Write every record in ``stream`` to ``out`` in the format ``prefix``, one for each step.

    Gives ``None`` for a record that was written, else why it was not. ``encoding``, ``format`` and
    ``mapping``: as ``interop.formats.read_records`` takes them. Raises ``MarcError`` for a file
    in no known format and ``OSError`` when one of the files fails.
    """
    crosswalk = CROSSWALKS[prefix]
    start, end = frame(prefix)
    after = b"" if crosswalk.media_type == "application/marc" else b"\n"
    out.write(start)
    results = write_records(stream, crosswalk.write, crosswalk.direct, encoding, format, mapping)
    for result in results:
        if isinstance(result, Bad):
            yield result
        else:
            out.write(result.data)
            out.write(after)
            yield None
    out.write(end)
