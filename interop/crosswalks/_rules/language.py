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
    """``source``: what ``from`` says, empty for a rule about the record as a whole."""

    name: str
    write: str
    source: str = ""
    when: str = ""
    examples: tuple[Example, ...] = ()
    after: str | None = None
    drop: bool = False


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


def load(path: Path) -> RuleFile:
    """The rules in ``path``. Raises ``RuleError``; ``OSError`` when it cannot be read."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise RuleError(f"{path.name}: not UTF-8 ({error})") from None
    return parse(path.name, text)


def parse(name: str, text: str) -> RuleFile:
    """The rules in ``text``, which stood in the file ``name``. Raises ``RuleError``."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RuleError(f"{name}: {error}") from None
    _known(name, data, _FILE_KEYS)
    rules = tuple(_rule(name, each) for each in _tables(name, data, "rule"))
    names = [rule.name for rule in rules]
    for each in names:
        if names.count(each) > 1:
            raise RuleError(f"{name}: two rules are called {each!r}")
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
            raise RuleError(f"{own.name}: there is no rule {rule.name!r} to drop")
        elif rule.after is None:
            rules.append(rule)
        else:
            base.rule(rule.after)
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


def _rule(file: str, data: Any) -> Rule:
    name = data.get("name")
    if not isinstance(name, str) or not name:
        raise RuleError(f"{file}: a rule has no name")
    where = f"{file}: rule {name!r}"
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
