"""From ``interop.toml`` and the environment to a ``Config``."""

import difflib
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from interop.config.check import check
from interop.config.config import Config
from interop.config.errors import ConfigError
from interop.config.kinds import LISTS, NUMBERS
from interop.config.place import Place
from interop.config.rows import ROWS, rows
from interop.config.settings import (
    SETTINGS,
    IndexConfig,
    OaiConfig,
    Server,
    Setting,
    SruConfig,
    StoreConfig,
    Z3950Config,
)

DEFAULT_FILE = "interop.toml"


def load(path: str | Path | None = None, environ: Mapping[str, str] = os.environ) -> Config:
    """The configuration of a node.

    ``path``: ``--config``; else ``INTEROP_CONFIG``; else ``./interop.toml`` where there is one;
    else the embedded defaults. Every setting of ``SETTINGS`` can be overridden by
    ``INTEROP_<SECTION>_<NAME>`` or by a file named in ``INTEROP_<SECTION>_<NAME>_FILE``.
    Raises ``ConfigError``.
    """
    chosen = path or environ.get("INTEROP_CONFIG") or None
    file = Path(chosen) if chosen else Path(DEFAULT_FILE)
    if chosen is None and not file.exists():
        return _build({}, Place("", None), environ)
    try:
        text = file.read_text(encoding="utf-8-sig")  # Notepad writes a byte order mark
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "is not UTF-8 text"
        raise ConfigError(f"{file}: cannot be read: {reason}") from None
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{file}: not valid TOML: {error}") from None
    return _build(data, Place(text, file), environ)


def _build(data: dict[str, Any], place: Place, environ: Mapping[str, str]) -> Config:
    values = _sections(data, place, environ)
    config = Config(
        Server(**values["server"]),
        StoreConfig(**values["store"]),
        IndexConfig(**values["index"]),
        OaiConfig(**values["oai"]),
        Z3950Config(**values["z3950"]),
        SruConfig(**values["sru"]),
        rows(data, "library", place),
        rows(data, "source", place),
        rows(data, "access", place),
        rows(data, "user", place),
        rows(data, "z3950_database", place),
        rows(data, "crosswalk", place),
        place.file,
    )
    check(config, place)
    return config


def _sections(
    data: dict[str, Any], place: Place, environ: Mapping[str, str]
) -> dict[str, dict[str, Any]]:
    """Every setting of every section: from the environment, the file, or its default."""
    _known(data, place)
    _known_variables(environ)
    values: dict[str, dict[str, Any]] = {setting.section: {} for setting in SETTINGS}
    for setting in SETTINGS:
        given = _override(setting, environ)
        if given is None:
            given = data.get(setting.section, {}).get(setting.name, setting.default)
        where = f"{setting.section}.{setting.name}"
        values[setting.section][setting.name] = place.value(where, setting.kind, given)
    return values


def _known(data: dict[str, Any], place: Place) -> None:
    """An unknown section or setting is an error; nothing is ever ignored."""
    sections = sorted({setting.section for setting in SETTINGS})
    for name in data:
        if name not in (*sections, *ROWS):
            raise place.unknown(name, [*sections, *ROWS])
    for section in sections:
        table = data.get(section, {})
        if not isinstance(table, dict):
            raise place.error(section, "expected a section")
        known = [setting.name for setting in SETTINGS if setting.section == section]
        for name in table:
            if name not in known:
                raise place.unknown(f"{section}.{name}", known)


def _known_variables(environ: Mapping[str, str]) -> None:
    """Nor is a variable that could only be meant for a section."""
    known = [_variable(setting) for setting in SETTINGS]
    sections = tuple({f"INTEROP_{setting.section}_".upper() for setting in SETTINGS})
    for variable in environ:
        if variable.startswith(sections) and variable.removesuffix("_FILE") not in known:
            near = difflib.get_close_matches(variable, known, 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise ConfigError(f"{variable}: unknown setting{hint}")


def _variable(setting: Setting) -> str:
    return f"INTEROP_{setting.section}_{setting.name}".upper()


def _override(setting: Setting, environ: Mapping[str, str]) -> Any:
    """The value from the environment, or ``None``. A ``_FILE`` variable names a file with it."""
    variable = _variable(setting)
    text = environ.get(variable)
    if text is None and (secret := environ.get(f"{variable}_FILE")):
        try:
            text = Path(secret).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise ConfigError(f"{variable}_FILE: {secret} cannot be read") from None
    if text is None:
        return None
    if setting.kind in NUMBERS:
        if not text.isascii() or not text.isdigit():
            raise ConfigError(f"{variable}: expected a whole number, found {text!r}")
        return int(text)
    if setting.kind in LISTS:
        return [part.strip() for part in text.split(",") if part.strip()]
    return text
