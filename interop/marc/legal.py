"""What may stand in a record's leader, tags, indicators and subfield codes, and how we repair it.

The rules are those of the schema of MARCXML (MARC21slim.xsd 1.2), the stricter of the two
serialisations: what is legal here can be written in both. Readers repair with these functions
and say so; writers refuse or repair by the same tables, so that they cannot disagree.
"""

import re
from functools import lru_cache

from interop.marc.record import ControlField, DataField, Field, MarcRecord

# tagDataType of MARC21slim.xsd without control tags: letters of one case only.
_DATA_TAG = re.compile(
    r"0[1-9A-Z][0-9A-Z]|0[1-9a-z][0-9a-z]|[1-9A-Z][0-9A-Z]{2}|[1-9a-z][0-9a-z]{2}"
)
_CONTROL_TAG = re.compile(r"00[1-9A-Za-z]")

INDICATORS = frozenset("0123456789abcdefghijklmnopqrstuvwxyz ")
# subfieldcodeDataType: every printing ASCII character but the commercial at and the vertical bar.
CODES = frozenset(map(chr, range(0x21, 0x7F))) - frozenset("@|")
# The same as regular expressions.
INDICATOR = f"[{''.join(sorted(INDICATORS))}]"
CODE = f"[{re.escape(''.join(sorted(CODES)))}]"

BLANK_LEADER = "00000nam a2200000   4500"
_LEADER_ILLEGAL = re.compile(r"[^0-9A-Za-z ]")


@lru_cache(maxsize=4096)
def is_data_tag(tag: str) -> bool:
    """Whether ``tag`` may name a data field."""
    return _DATA_TAG.fullmatch(tag) is not None


@lru_cache(maxsize=1024)
def is_control_tag(tag: str) -> bool:
    """Whether ``tag`` may name a control field: 001-009, or 00 and a letter."""
    return _CONTROL_TAG.fullmatch(tag) is not None


def indicator(text: str) -> str:
    """``text`` when it is a legal indicator, its lower case when that is one, else a blank."""
    if text in INDICATORS:
        return text
    lowered = text.lower()
    return lowered if lowered in INDICATORS else " "


def code(text: str) -> str:
    """``text`` when it is a legal subfield code, else ``9``, a local code in every field."""
    return text if text in CODES else "9"


def leader(text: str) -> str:
    """A legal leader of 24 characters that keeps what ``text`` says of the material.

    Lengths are zeros, because they belong to one serialisation of a record and not to the record;
    09 is ``a`` (UCS), 10-11 ``22`` and 20-23 ``4500``, the only values of MARC 21. A missing or
    illegal character becomes a blank, in 06 (type of record) ``a``, language material.
    """
    return _leader(text[5:9], text[17:20])


@lru_cache(maxsize=4096)
def _leader(status_to_control: str, level_to_linking: str) -> str:
    """The leader for the characters of 05-08 and of 17-19, the only ones that tell something."""
    first = _LEADER_ILLEGAL.sub(" ", status_to_control).ljust(4)
    second = _LEADER_ILLEGAL.sub(" ", level_to_linking).ljust(3)
    kind = "a" if first[1] == " " else first[1]
    return f"00000{first[0]}{kind}{first[2:]}a2200000{second}4500"


def legal_record(record: MarcRecord) -> MarcRecord:
    """``record`` as every writer can write it: without fields whose tag is illegal or that are
    empty, illegal indicators as blanks and illegal codes as ``9``; the same object if it was so.
    """
    if all(map(_is_legal, record.fields)):
        return record
    fields: list[Field] = []
    for field in record.fields:
        if isinstance(field, ControlField):
            if is_control_tag(field.tag):
                fields.append(field)
        elif field.subfields and is_data_tag(field.tag):
            subfields = tuple((code(name), value) for name, value in field.subfields)
            fields.append(
                DataField(field.tag, indicator(field.ind1), indicator(field.ind2), subfields)
            )
    return MarcRecord(record.leader, tuple(fields))


def _is_legal(field: Field) -> bool:
    if isinstance(field, ControlField):
        return is_control_tag(field.tag)
    return (
        bool(field.subfields)
        and is_data_tag(field.tag)
        and field.ind1 in INDICATORS
        and field.ind2 in INDICATORS
        and all(name in CODES for name, _ in field.subfields)
    )
