"""MARC-in-JSON: the canonical record as one JSON object on one line.

{"leader": "...", "fields": [{"001": "..."}, {"245": {"ind1": "1", "ind2": "0",
 "subfields": [{"a": "..."}]}}]}
"""

import json
from typing import Any

from interop.crosswalks._base import Crosswalk
from interop.marc import legal
from interop.marc.private import public
from interop.marc.record import ControlField, MarcRecord


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


CROSSWALK = Crosswalk(
    prefix="marcjson",
    namespace="",
    schema_location="",
    title="MARC-in-JSON",
    write=write,
    read_as="marcjson",
    is_marc=True,
    media_type="application/json",
)
