"""Fields of other records for the union record, with their original script (880).

A link ($6, MARC 21 appendix A) numbers a pair of fields inside one record. A field that moves to
another record must not take its number along, or it would point at a stranger: pairs get the next
free number, and an 880 whose partner stays behind becomes one without a partner (``00``).
"""

import re
from collections.abc import Collection, Iterable, Iterator

from interop.marc.record import DataField, MarcRecord

_LINK = re.compile(r"(?P<tag>[0-9]{3})-(?P<number>[0-9]{2,6})(?P<rest>.*)", re.DOTALL)


def original_tag(field: DataField) -> str:
    """The tag that an 880 stands for, or an empty string."""
    match = _LINK.match(field.first("6"))
    return match["tag"] if field.tag == "880" and match else ""


def without_link(field: DataField) -> DataField:
    """The field without its $6."""
    return field._replace(subfields=tuple(pair for pair in field.subfields if pair[0] != "6"))


class Linker:
    """Numbers for links in a record that begins with ``fields``."""

    def __init__(self, fields: Iterable[DataField]) -> None:
        matches = (_LINK.match(field.first("6")) for field in fields)
        self._last = max((int(match["number"]) for match in matches if match), default=0)

    def moved(
        self, record: MarcRecord, chosen: list[DataField], originals: Collection[str]
    ) -> Iterator[DataField]:
        """``chosen`` fields of ``record``, then its 880s: their partners, and those that stand for
        a tag of ``originals``.
        """
        numbers: dict[tuple[str, str], int] = {}
        partners = {_pair(field) for field in record.data("880")}
        for field in chosen:
            pair = _pair(field)
            if pair is None or pair not in partners:
                yield without_link(field)
                continue
            self._last += 1
            numbers[pair] = self._last
            yield _relinked(field, "880", self._last)
        for field in record.data("880"):
            pair = _pair(field)
            if pair is not None and pair in numbers:
                yield _relinked(field, pair[0], numbers[pair])
            elif pair is not None and pair[0] in originals:
                yield _relinked(field, pair[0], 0)


def _pair(field: DataField) -> tuple[str, str] | None:
    """(tag of the field in our script, number): the same for both ends of a link."""
    match = _LINK.match(field.first("6"))
    if match is None:
        return None
    tag = match["tag"] if field.tag == "880" else field.tag
    return (tag, match["number"]) if int(match["number"]) else (tag, "")


def _relinked(field: DataField, tag: str, number: int) -> DataField:
    """$6 comes first (MARC 21 appendix A); script and direction behind the number are kept."""
    match = _LINK.match(field.first("6"))
    rest = match["rest"] if match else ""
    return field._replace(
        subfields=(("6", f"{tag}-{number:02d}{rest}"), *without_link(field).subfields)
    )
