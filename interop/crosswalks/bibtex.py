"""BibTeX in UTF-8, as biber and today's reference managers read it."""

import re
import zlib

from interop.crosswalks._base import Crosswalk, ruled_nodes
from interop.crosswalks._rules import Node
from interop.text.folding import fold

# Characters that mean something to TeX, and what stands for them in a value between braces.
_SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "%": r"\%", "&": r"\&", "#": r"\#",
    "_": r"\_", "$": r"\$", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip
_TO_ESCAPE = re.compile(r"[\\{}%&#_$~^]")
_NOT_A_KEY = re.compile(r"[^A-Za-z0-9.:-]+")
_NAMES = ("author", "editor")
_JOINED = {**dict.fromkeys(_NAMES, " and "), "keywords": "; ", "nameaddon": "; "}
_VERBATIM = ("url", "doi")


def _finish(nodes: list[Node]) -> bytes:
    """One entry. Names are joined by ``and``, keywords by a semicolon; of the rest the first goes.

    A name without a comma stands in braces, so that nobody takes its last word for the family name.
    """
    values: dict[str, list[str]] = {}
    for name, _, text in nodes:
        assert isinstance(text, str)
        values.setdefault(name, []).append(_value(name, text))
    kind = values.pop("entry", ["misc"])[0]
    key = _key(values.pop("key", [""])[0]) or _key(_described(values))
    key = key or f"record-{zlib.crc32(str(values).encode('utf-8', 'replace')):08x}"
    lines = [f"@{kind}{{{key}"]
    for name, found in values.items():
        text = _JOINED[name].join(found) if name in _JOINED else found[0]
        lines.append(f"  {name} = {{{text}}}")
    return (",\n".join(lines) + "\n}\n").encode("utf-8", "replace")


def _key(text: str) -> str:
    return _NOT_A_KEY.sub("-", text).strip("-")


def _described(values: dict[str, list[str]]) -> str:
    """What tells a record without a control number from others: first words of name and title, and
    the year.
    """
    words = [fold(values.get(name, [""])[0]) for name in ("author", "year", "title")]
    return "-".join([*words[0][:1], *words[1][:1], *words[2][:2]])


def _value(name: str, text: str) -> str:
    if name in _VERBATIM:
        return text.replace("{", "%7B").replace("}", "%7D")
    escaped = _TO_ESCAPE.sub(lambda match: _SPECIAL[match.group()], text)
    if name in _NAMES and ("," not in text or " and " in text.lower()):
        return f"{{{escaped}}}"
    return escaped


_RULED = ruled_nodes("bibtex", _finish)

CROSSWALK = Crosswalk(
    prefix="bibtex",
    namespace="",
    schema_location="",
    title="BibTeX",
    write=_RULED.writer(),
    media_type="application/x-bibtex",
    ruled=_RULED,
)
