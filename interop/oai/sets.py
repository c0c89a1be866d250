"""Sets: what ListSets shows of the setSpecs that the store keeps.

A setSpec is a kind and a value, ``library:VN-QTI``, ``type:book``, ``language:vie``; the kind
alone is their parent. Membership is stored with the record, parents included, and never computed
by a query at harvest time, so that a deleted record stays in its sets. A header shows the leaves
only; a harvester knows their parents from the colon (OAI-PMH 2.0 2.6).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Set:
    """``name``: for people, with its diacritics; the spec is ASCII."""

    spec: str
    name: str


_KINDS = {"library": "Libraries", "type": "Types of material", "language": "Languages"}

# Languages by their own names; MARC code list for languages (ISO 639-2/B).
_LANGUAGES = {
    "chi": "中文",
    "cze": "Čeština",
    "eng": "English",
    "fre": "Français",
    "ger": "Deutsch",
    "hmn": "Hmoob",
    "ita": "Italiano",
    "jpn": "日本語",
    "khm": "ភាសាខ្មែរ",
    "kor": "한국어",
    "lao": "ພາສາລາວ",
    "lat": "Latina",
    "mul": "Multiple languages",
    "pol": "Polski",
    "por": "Português",
    "rus": "Русский",
    "spa": "Español",
    "tai": "Tai",
    "tha": "ภาษาไทย",
    "und": "Undetermined",
    "vie": "Tiếng Việt",
    "zxx": "No linguistic content",
}


def with_parents(specs: Iterable[str]) -> set[str]:
    """The setSpecs and every spec above them: ``a:b:c`` stands in ``a:b`` and in ``a``."""
    found: set[str] = set()
    for spec in specs:
        parts = spec.split(":")
        found.update(":".join(parts[:depth]) for depth in range(1, len(parts) + 1))
    return found


def listing(specs: Iterable[str], library_name: Callable[[str], str]) -> list[Set]:
    """The sets of a repository in the order of their specs, parents included, each once.

    ``library_name``: name of a library by its code.
    """
    return [Set(spec, _name(spec, library_name)) for spec in sorted(with_parents(specs))]


def _name(spec: str, library_name: Callable[[str], str]) -> str:
    kind, _, value = spec.partition(":")
    if not value:
        return _KINDS.get(kind, kind)
    if kind == "library":
        return library_name(value)
    if kind == "language":
        return _LANGUAGES.get(value, value)
    return value.replace("-", " ").replace("_", " ").capitalize() if kind == "type" else value
