"""Where in its file a wrong setting stands."""

import difflib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from interop.config import kinds
from interop.config.errors import ConfigError


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
        name = re.escape(where.rpartition(".")[2])
        pattern = re.compile(rf"^\s*(?:\[+\s*)?[\"']?{name}[\"']?\s*[=\].]")
        section = where.partition(".")[0].partition("[")[0]
        inside = "." not in where
        fallback = None
        for number, line in enumerate(self.text.splitlines(), 1):
            header = re.match(r"\s*\[+\s*([A-Za-z0-9_-]+)", line)
            if header:
                inside = "." not in where or header[1] == section
            if pattern.match(line):
                if inside:
                    return number
                fallback = fallback or number
        return fallback

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
