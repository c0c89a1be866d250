"""Where in its file a wrong setting stands."""

import difflib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from interop.config import kinds
from interop.config.errors import ConfigError

_WHERE = re.compile(r"([^.\[]*)(?:\[(.*)\])?(?:\.([^.]*))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Table:
    """A table of the file. ``head``: number of its first line, 0 for what stands before any."""

    section: str
    head: int
    lines: list[str]

    def names(self, row: str) -> bool:
        """Whether it is the row of that code, id or name."""
        value = re.compile(rf"=\s*([\"']){re.escape(row)}\1\s*(?:#|$)")
        return any(value.search(line) for line in self.lines)

    def line_of(self, name: str) -> int | None:
        pattern = re.compile(rf"\s*(?:\[+\s*)?(?:[\w-]+\.)?[\"']?{re.escape(name)}[\"']?\s*[=\].]")
        found = (n for n, line in enumerate(self.lines, self.head or 1) if pattern.match(line))
        return next(found, None)


@dataclass(frozen=True, slots=True)
class Place:
    """``text``: the configuration as it was read from ``file``, empty where there is none."""

    text: str
    file: Path | None

    def error(self, where: str, message: str) -> ConfigError:
        line = self._line(where)
        place = f"{self.file}:{line}" if self.file and line else str(self.file or "configuration")
        return ConfigError(f"{place}: {where}: {message}")

    def _line(self, where: str) -> int | None:
        """Where ``section.name``, ``section[row].name``, ``section[row]`` or ``section`` stands;
        the head of its table where it does not."""
        match = _WHERE.fullmatch(where)
        if match is None:
            return None
        section, row, name = match.groups()
        tables = self._tables()
        inside = [table for table in tables if table.section == section]
        if row is not None:
            inside = [table for table in inside if table.names(row)] or inside
        places = [table.line_of(name or section) for table in inside if name or row is None]
        heads = [table.head for table in inside if row is not None or name is None]
        anywhere = [table.line_of(name or section) for table in tables if row is None]
        return next(filter(None, [*places, *heads, *anywhere]), None)

    def _tables(self) -> list["_Table"]:
        tables = [_Table("", 0, [])]
        for number, line in enumerate(self.text.splitlines(), 1):
            if header := re.match(r"\s*\[+\s*[\"']?([A-Za-z0-9_-]+)", line):
                tables.append(_Table(header[1], number, []))
            tables[-1].lines.append(line)
        return tables

    def unknown(self, where: str, known: list[str]) -> ConfigError:
        name = where.rpartition(".")[2]
        near = difflib.get_close_matches(name, known, 1, 0.5)
        hint = f"; did you mean {near[0]!r}?" if near else f"; known: {', '.join(sorted(known))}"
        return self.error(where, f"unknown setting{hint}")

    def value(self, where: str, kind: str, given: Any) -> Any:
        """``given`` as a value of ``kind``. Raises ``ConfigError``."""
        try:
            return kinds.value(kind, given)
        except ValueError as error:
            raise self.error(where, str(error)) from None
