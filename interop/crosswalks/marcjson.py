"""MARC-in-JSON: the canonical record as one JSON object on one line.

{"leader": "...", "fields": [{"001": "..."}, {"245": {"ind1": "1", "ind2": "0",
 "subfields": [{"a": "..."}]}}]}
"""

import json
from typing import Any

from interop.crosswalks._base import Crosswalk
from interop.marc import legal
from interop.marc.private import public
from interop.marc.record import ControlField, DataField, Field, MarcError, MarcRecord
from interop.text.normal import normalise


def write(record: MarcRecord) -> bytes:
    """``record`` as one object, in the order of its fields and subfields."""
    record = legal.legal_record(public(record))
    fields: list[dict[str, Any]] = []
    for field in record.fields:
        if isinstance(field, ControlField):
            fields.append({field.tag: field.value})
        else:
            subfields = [{code: value} for code, value in field.subfields]
            fields.append(
                {field.tag: {"ind1": field.ind1, "ind2": field.ind2, "subfields": subfields}}
            )
    body = {"leader": legal.leader(record.leader), "fields": fields}
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace")


def read(data: bytes) -> MarcRecord:
    """One object as a record; raises ``MarcError`` with one line for anything else."""
    try:
        body = json.loads(data)
        leader, fields = body["leader"], [_field(each) for each in body["fields"]]
    except (ValueError, RecursionError) as error:
        raise MarcError(f"not JSON: {' '.join(str(error).split())}") from None
    except (KeyError, TypeError, AttributeError, IndexError):
        raise MarcError("not MARC-in-JSON: an object with leader and fields is expected") from None
    if not isinstance(leader, str):
        raise MarcError("not MARC-in-JSON: the leader is no text")
    return legal.legal_record(MarcRecord(legal.leader(leader), tuple(fields)))


def _field(data: dict[str, Any]) -> Field:
    ((tag, content),) = data.items()
    if isinstance(content, str):
        return ControlField(tag, normalise(content))
    subfields = tuple(
        (code, normalise(str(value)))
        for each in content["subfields"]
        for code, value in each.items()
    )
    return DataField(tag, str(content["ind1"]), str(content["ind2"]), subfields)


CROSSWALK = Crosswalk(
    prefix="marcjson",
    namespace="",
    schema_location="",
    title="MARC-in-JSON",
    write=write,
    read=read,
    media_type="application/json",
)
