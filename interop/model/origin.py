"""Where a harvested record came from, and where its sender had it from, back to its first home.

The facts of a provenance container (OAI-PMH implementation guidelines, provenance): they are taken
down when a record is harvested, because nobody can find them out later.
"""

import json
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Origin:
    """One step of a record's way.

    ``base_url``: of the repository it was harvested from, without credentials; ``identifier`` and
    ``datestamp``: as that repository gave them; ``namespace``: of the format harvested;
    ``harvested``: UTC moment of the harvest; ``altered``: whether the content was changed before
    it was disseminated again; ``earlier``: the step before, when the repository told of it.
    """

    base_url: str
    identifier: str
    datestamp: str
    namespace: str
    harvested: str
    altered: bool
    earlier: "Origin | None" = None


def dump(origin: Origin | None) -> str:
    """The chain as one text for the store; empty for none."""
    if origin is None:
        return ""
    return json.dumps(asdict(origin), ensure_ascii=False, separators=(",", ":"))


def load(text: str) -> Origin:
    """What ``dump`` wrote. Raises ``ValueError`` or ``TypeError`` for any other text."""
    return _make(json.loads(text))


def _make(data: dict[str, Any]) -> Origin:
    earlier = data.pop("earlier", None)
    return Origin(**data, earlier=_make(earlier) if earlier else None)
