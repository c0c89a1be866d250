"""A rule file: TOML with one ``[[rule]]`` per group of elements, and its tests in itself.

    unique = true                 # an element that is there already is not written again

    [map.dcmi]                    # tables that templates name: {leader[6] | map:dcmi}
    a = "Text"

    [[rule]]
    name = "title"                # unique in the file; what explain and overrides call it
    from = "245abnp:246abnp"      # traject notation; the template is filled once for each field
    when = "ind2 != 2"            # optional
    write = '<dc:title xml:lang="{lang()}">{title($.)}</dc:title>'

    [[rule.example]]              # executed by the tests
    marc = '=245  00$aSách :$bthơ'
    gives = '<dc:title>Sách: thơ</dc:title>'

A library's own file holds what is different: a rule of a known name replaces it (``drop = true``
leaves it out), one of a new name is added, at the end or where ``after`` says.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any


class RuleError(ValueError):
    """A rule file that cannot be used. One line: file, rule and what is wrong."""


@dataclass(frozen=True, slots=True)
class Example:
    """``marc``: fields in the line format of MARCMaker; ``gives``: what the rule writes of them."""

    marc: str
    gives: str


@dataclass(frozen=True, slots=True)
class Rule:
    """``source``: what ``from`` says, empty for a rule about the record as a whole. ``place``: its
    file and line, for messages.
    """

    name: str
    write: str
    source: str = ""
    when: str = ""
    examples: tuple[Example, ...] = ()
    after: str | None = None
    drop: bool = False
    place: str = field(default="", compare=False)

    @property
    def where(self) -> str:
        """How messages about the rule begin."""
        return f"{self.place}: rule {self.name!r}"


@dataclass(frozen=True)
class RuleFile:
    """``name``: of the file, for messages. ``maps``: by name. ``unique``: see the module."""

    name: str
    rules: tuple[Rule, ...]
    maps: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    unique: bool = False
    text: str = field(default="", repr=False)

    def rule(self, name: str) -> Rule:
        """The rule of this name. Raises ``RuleError``."""
        for rule in self.rules:
            if rule.name == name:
                return rule
        raise RuleError(f"{self.name}: there is no rule {name!r}")


_FILE_KEYS = {"rule", "map", "unique", "about"}
_RULE_KEYS = {"name", "from", "when", "write", "example", "after", "drop"}


def load(path: Path, name: str = "") -> RuleFile:
    """The rules in ``path``, which messages call ``name``, or by its name without the folder.

    Raises ``RuleError``; ``OSError`` when it cannot be read.
    """
    name = name or path.name
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise RuleError(f"{name}: not UTF-8 ({error})") from None
    return parse(name, text)


def parse(name: str, text: str) -> RuleFile:
    """The rules in ``text``, which stood in the file ``name``. Raises ``RuleError``."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RuleError(f"{name}: {error}") from None
    _known(name, data, _FILE_KEYS)
    tables = _tables(name, data, "rule")
    places = _places(name, text, len(tables))
    rules = tuple(map(_rule, places, tables))
    names = set()
    for rule in rules:
        if rule.name in names:
            raise RuleError(f"{rule.place}: a second rule is called {rule.name!r}")
        names.add(rule.name)
    maps = data.get("map", {})
    if not isinstance(maps, dict) or not all(map(_is_map, maps.values())):
        raise RuleError(f"{name}: [map.NAME] holds texts by text")
    return RuleFile(name, rules, maps, data.get("unique") is True, text)


def overridden(base: RuleFile, own: RuleFile) -> RuleFile:
    """``base`` with what ``own`` changes. Raises ``RuleError`` for a rule it cannot place."""
    rules = list(base.rules)
    for rule in own.rules:
        place = next((at for at, each in enumerate(rules) if each.name == rule.name), None)
        if place is not None:
            rules[place : place + 1] = [] if rule.drop else [rule]
        elif rule.drop:
            raise RuleError(f"{rule.place}: there is no rule {rule.name!r} to drop")
        elif rule.after is None:
            rules.append(rule)
        else:
            if all(each.name != rule.after for each in (*base.rules, *rules)):
                raise RuleError(f"{rule.place}: there is no rule {rule.after!r} to stand behind")
            at = next((at for at, each in enumerate(rules) if each.name == rule.after), len(rules))
            rules.insert(at + 1, rule)
    maps = {name: dict(entries) for name, entries in base.maps.items()}
    for name, entries in own.maps.items():
        maps[name] = {**maps.get(name, {}), **entries}
    return replace(
        base,
        name=f"{base.name} with {own.name}",
        rules=tuple(rules),
        maps=maps,
        text=base.text + own.text,
    )


_HEADER = re.compile(r"\s*\[\[\s*rule\s*\]\]")


def _places(file: str, text: str, rules: int) -> list[str]:
    """File and line of each rule; the file alone where the rules are written in another way."""
    lines = [at for at, line in enumerate(text.splitlines(), 1) if _HEADER.match(line)]
    return [f"{file}:{line}" for line in lines] if len(lines) == rules else [file] * rules


def _rule(place: str, data: Any) -> Rule:
    name = data.get("name")
    if not isinstance(name, str) or not name:
        raise RuleError(f"{place}: a rule has no name")
    where = f"{place}: rule {name!r}"
    _known(where, data, _RULE_KEYS)
    for key in ("from", "when", "write", "after"):
        if not isinstance(data.get(key, ""), str):
            raise RuleError(f"{where}: {key} is not a text")
    drop = data.get("drop") is True
    if not drop and not data.get("write"):
        raise RuleError(f"{where}: write is missing")
    examples = []
    for each in _tables(where, data, "example"):
        _known(where, each, {"marc", "gives"})
        examples.append(Example(str(each.get("marc", "")), str(each.get("gives", ""))))
    return Rule(
        name=name,
        write=data.get("write", ""),
        source=data.get("from", ""),
        when=data.get("when", ""),
        examples=tuple(examples),
        after=data.get("after"),
        drop=drop,
        place=place,
    )


def _tables(where: str, data: Mapping[str, Any], key: str) -> list[Any]:
    tables = data.get(key, [])
    if not isinstance(tables, list) or not all(isinstance(each, dict) for each in tables):
        raise RuleError(f"{where}: write [[{key}]], a list of tables")
    return tables


def _known(where: str, data: Mapping[str, Any], keys: set[str]) -> None:
    for key in data:
        if key not in keys:
            raise RuleError(f"{where}: unknown {key!r}; known: {', '.join(sorted(keys))}")


def _is_map(entries: object) -> bool:
    return isinstance(entries, dict) and all(isinstance(value, str) for value in entries.values())
