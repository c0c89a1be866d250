"""schema.org as JSON-LD: what search engines read, one object on one line."""

import json
from typing import Any

from interop.crosswalks._base import Crosswalk, ruled_nodes
from interop.crosswalks._rules import Node


def _finish(nodes: list[Node]) -> bytes:
    body = {"@context": "https://schema.org", "@type": "CreativeWork", **_object(nodes)}
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _object(nodes: list[Node]) -> dict[str, Any]:
    """Elements as properties, one value or a list; ``type`` and ``id`` are keywords of JSON-LD."""
    found: dict[str, Any] = {}
    for name, attributes, content in nodes:
        value = content if isinstance(content, str) else _object(content)
        if isinstance(value, dict) and "type" in attributes:
            value = {"@type": attributes["type"], **value}
        elif isinstance(value, str) and "language" in attributes:
            value = {"@value": value, "@language": attributes["language"]}
        key = f"@{name}" if name in ("type", "id") else name
        if key not in found or key.startswith("@"):
            found.setdefault(key, value)
        elif not isinstance(found[key], list):
            if value != found[key]:
                found[key] = [found[key], value]
        elif value not in found[key]:
            found[key].append(value)
    return found


_RULED = ruled_nodes("schemaorg", _finish)

CROSSWALK = Crosswalk(
    prefix="schemaorg",
    namespace="",
    schema_location="",
    title="schema.org JSON-LD",
    write=_RULED.writer(),
    descriptive=True,
    media_type="application/ld+json",
    ruled=_RULED,
)
