"""When the rules by which records are shown change, the records change.

A crosswalk's new version shows other metadata of the same record, a merger of libraries moves it to
another set: harvesters hear of that only by a new datestamp (OAI-PMH 2.0 2.5). So the store
remembers which rules its records follow, and after a change every record concerned takes a new
place in the feed, in batches. A batch and the note of how far it came are one transaction:
a kill costs nothing, and processes that do it at the same time take turns.

Records that come in or change meanwhile follow the new rules already and stand behind the end of
the walk, which was set when it began.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from interop.crosswalks import XML_CROSSWALKS, Crosswalk
from interop.ingest import render
from interop.marc.iso2709 import decode
from interop.model.library import Libraries
from interop.model.record import Stored
from interop.store.store import Store

BATCH = 200  # records; the writer's lock is held for a tenth of a second or so

_RULES = "rules"  # state: the rules that all records follow
_WALK = "rules:walk"  # state: rules they are being brought to, last seq looked at, last to look at


@dataclass(frozen=True, slots=True)
class Rules:
    """``versions``: of the crosswalks, by prefix; ``heirs``: library that merged -> its heir."""

    versions: dict[str, int]
    heirs: dict[str, str]

    @classmethod
    def of(
        cls, libraries: Libraries, crosswalks: Iterable[Crosswalk] = XML_CROSSWALKS.values()
    ) -> "Rules":
        """The rules of this software and this configuration."""
        return cls({each.prefix: each.version for each in crosswalks}, libraries.heirs())

    def shows_otherwise(self, before: "Rules") -> bool:
        """Whether some format that was offered before shows records in another way now."""
        return any(self.versions.get(prefix, v) != v for prefix, v in before.versions.items())

    def sets(self, specs: Iterable[str]) -> tuple[str, ...]:
        """setSpecs of a record under these rules."""
        heirs = {f"library:{old}": f"library:{heir}" for old, heir in self.heirs.items()}
        return tuple(sorted({heirs.get(spec, spec) for spec in specs}))

    def text(self) -> str:
        """The same text for the same rules."""
        return json.dumps([self.versions, self.heirs], sort_keys=True, ensure_ascii=False)


def _parse(text: str) -> Rules:
    return Rules(*json.loads(text))


def revise(store: Store, rules: Rules, batch: int = BATCH) -> int:
    """Bring at most ``batch`` records to ``rules``; how many were looked at, 0 when none is left.

    Raises ``StoreError``.
    """
    wanted = rules.text()
    if store.state(_RULES) == wanted:
        return 0
    with store.write() as writer:  # the lock is ours: what is read now stays so
        known = store.state(_RULES)
        if known == wanted:
            return 0
        before = _parse(known) if known is not None else _first(rules)
        begun = json.loads(store.state(_WALK) or "null")
        if begun is not None and begun[0] == wanted:
            _, after, last = begun
        else:
            after, last = 0, store.last_seq()
        everything = rules.shows_otherwise(before)
        changes = []
        if everything or rules.heirs != before.heirs:
            changes = [c for c in store.changes(after, batch) if c.seq <= last]
        if not changes:
            writer.set_state(_RULES, wanted)
            writer.set_state(_WALK, "null")
            return 0
        for record in store.get([change.rid for change in changes]):
            if record is None:
                continue
            sets = rules.sets(record.sets)
            if sets != record.sets or (everything and not record.deleted):
                writer.revise(record, sets=sets, rendered=_rendered(record))
        writer.set_state(_WALK, json.dumps([wanted, changes[-1].seq, last]))
    return len(changes)


def _first(rules: Rules) -> Rules:
    """What a store follows that remembers no rules: the first version of everything."""
    return Rules(dict.fromkeys(rules.versions, 1), {})


def _rendered(record: Stored) -> dict[str, tuple[int, bytes]]:
    return render(decode(record.marc)) if record.marc is not None else {}
