"""What the cases of one run share: records, patience, and the node and registers made once."""

from dataclasses import dataclass, field
from pathlib import Path

from bench import node
from bench.machine import say
from bench.node import Node
from bench.peers import zebra
from bench.records import Records


@dataclass
class Context:
    """``rounds``: of each figure; ``seconds``: how long a server is asked in one round;
    ``facts``: what a case found out besides its figures, by name.
    """

    folder: Path
    records: Records
    rounds: int
    seconds: float
    facts: dict[str, str] = field(default_factory=dict)
    _node: Node | None = None
    _registers: dict[str, Path] = field(default_factory=dict)
    _made: int = 0

    def fresh(self, name: str) -> Path:
        """A path below the run's folder that nothing has yet."""
        self._made += 1
        return self.folder / f"{self._made:03d}-{name}"

    def keep_node(self, loaded: Node) -> None:
        """A node that holds the records, for the cases that serve them."""
        self._node = loaded

    def node(self) -> Node:
        """A node with the records of the run, loaded now unless a case has done so."""
        if self._node is None:
            say("  loading the records into our node")
            made = node.create(self.fresh("node"))
            node.load(made, self.records.file, self.records.count)
            self._node = made
        return self._node

    def keep_register(self, kind: str, folder: Path) -> None:
        """A register of Zebra that holds the records."""
        self._registers[kind] = folder

    def register(self, kind: str) -> Path:
        """A register of Zebra with the records of the run, indexed now unless a case has."""
        if kind not in self._registers:
            say(f"  indexing the records with zebraidx ({kind})")
            folder = self.fresh(f"zebra-{kind}")
            zebra.index(kind, folder, self.records.file)
            self._registers[kind] = folder
        return self._registers[kind]
