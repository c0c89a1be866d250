"""RIS, which reference managers import: a line for each value, ``TY`` first and ``ER`` last."""

from interop.crosswalks._base import Crosswalk, ruled_nodes
from interop.crosswalks._rules import Node


def _finish(nodes: list[Node]) -> bytes:
    """Lines end in CR LF, as the format's own programs write them."""
    if not nodes or nodes[0][0] != "TY":
        nodes = [("TY", {}, "GEN"), *nodes]
    lines = [f"{tag}  - {text}" for tag, _, text in nodes]
    return "\r\n".join((*lines, "ER  - ", "")).encode("utf-8", "replace")


_RULED = ruled_nodes("ris", _finish)

CROSSWALK = Crosswalk(
    prefix="ris",
    namespace="",
    schema_location="",
    title="RIS",
    write=_RULED.writer(),
    media_type="application/x-research-info-systems",
    ruled=_RULED,
)
