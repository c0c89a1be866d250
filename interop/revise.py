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
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from interop.crosswalks import XML_CROSSWALKS, Crosswalk
from interop.ingest import render
from interop.model.library import Libraries
from interop.model.record import Stored
from interop.own_rules import Crosswalks, of_the_software
from interop.store.store import Store

BATCH = 200  # records; the writer's lock is held for a tenth of a second or so

_RULES = "rules"  # state: the rules that all records follow
_WALK = "rules:walk"  # state: rules they are being brought to, last seq looked at, last to look at


@dataclass(frozen=True, slots=True)
class Rules:
    """``versions``: of the crosswalks, by prefix, and by ``<database>/<prefix>`` where a database
    has rules of its own; ``heirs``: library that merged -> its heir.
    """

    versions: dict[str, int]
    heirs: dict[str, str]

    @classmethod
    def of(
        cls, libraries: Libraries, own: Mapping[tuple[str, str], Crosswalk] | None = None
    ) -> "Rules":
        """The rules of this software and this configuration. ``own``: see ``Crosswalks``."""
        versions = {each.prefix: each.version for each in XML_CROSSWALKS.values()}
        for (database, prefix), crosswalk in (own or {}).items():
            if crosswalk.is_xml:  # no others are harvested
                versions[f"{database}/{prefix}"] = crosswalk.version
        return cls(versions, libraries.heirs())

    def shows_otherwise(self, before: "Rules", database: str) -> bool:
        """Whether a format that was offered before shows records of it in another way now."""
        return any(
            self._version(database, prefix) != before._version(database, prefix)
            for prefix in before.versions.keys() & self.versions.keys()
            if "/" not in prefix
        )

    def _version(self, database: str, prefix: str) -> int:
        return self.versions.get(f"{database}/{prefix}", self.versions[prefix])

    def sets(self, specs: Iterable[str]) -> tuple[str, ...]:
        """setSpecs of a record under these rules."""
        heirs = {f"library:{old}": f"library:{heir}" for old, heir in self.heirs.items()}
        return tuple(sorted({heirs.get(spec, spec) for spec in specs}))

    def text(self) -> str:
        """The same text for the same rules."""
        return json.dumps([self.versions, self.heirs], sort_keys=True, ensure_ascii=False)


def _parse(text: str) -> Rules:
    return Rules(*json.loads(text))


def revise(
    store: Store, rules: Rules, batch: int = BATCH, crosswalks: Crosswalks | None = None
) -> int:
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
        crosswalks = crosswalks or of_the_software()
        otherwise = {name for name in store.databases() if rules.shows_otherwise(before, name)}
        changes = []
        if otherwise or rules.heirs != before.heirs:
            changes = [c for c in store.changes(after, batch) if c.seq <= last]
        if not changes:
            writer.set_state(_RULES, wanted)
            writer.set_state(_WALK, "null")
            return 0
        for record in store.get([change.rid for change in changes]):
            if record is None:
                continue
            sets = rules.sets(record.sets)
            shown_otherwise = record.id.database in otherwise and not record.deleted
            if sets != record.sets or shown_otherwise:
                writer.revise(record, sets=sets, rendered=_rendered(record, crosswalks))
        writer.set_state(_WALK, json.dumps([wanted, changes[-1].seq, last]))
    return len(changes)


def _first(rules: Rules) -> Rules:
    """What a store follows that remembers no rules: the first version of everything."""
    return Rules(dict.fromkeys(rules.versions, 1), {})


def _rendered(record: Stored, crosswalks: Crosswalks) -> dict[str, tuple[int, bytes]]:
    if record.marc is None:
        return {}
    return render(record.marc, crosswalks.kept(record.id.database))
