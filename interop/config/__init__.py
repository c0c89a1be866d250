"""Configuration: ``interop.toml`` and the environment, read once into frozen dataclasses.

``settings`` is the list of single settings, ``rows`` of what may stand more than once, ``kinds``
of what a value may be; ``reading`` puts them together and ``check`` looks at the whole. An unknown
or ill-typed setting is an error that names file, line and the nearest known name.
"""

from interop.config.config import Config, store_path
from interop.config.errors import ConfigError
from interop.config.kinds import SRU_VERSIONS, parse_interval, split_address
from interop.config.reading import load
from interop.config.rows import (
    CHARSETS,
    ENCODINGS,
    PROTOCOLS,
    RESERVED,
    SYNTAXES,
    TERM_CHARSETS,
    OwnRules,
    Source,
    Z3950Database,
)
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

__all__ = [
    "CHARSETS",
    "ENCODINGS",
    "PROTOCOLS",
    "RESERVED",
    "SETTINGS",
    "SRU_VERSIONS",
    "SYNTAXES",
    "TERM_CHARSETS",
    "Config",
    "ConfigError",
    "IndexConfig",
    "OaiConfig",
    "OwnRules",
    "Server",
    "Setting",
    "Source",
    "SruConfig",
    "StoreConfig",
    "Z3950Config",
    "Z3950Database",
    "load",
    "parse_interval",
    "split_address",
    "store_path",
]
