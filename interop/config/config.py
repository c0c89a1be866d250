"""The configuration of a node, as frozen dataclasses."""

from dataclasses import dataclass
from pathlib import Path

from interop.config.errors import ConfigError
from interop.config.rows import OwnRules, Source, Z3950Database
from interop.config.settings import (
    IndexConfig,
    OaiConfig,
    Server,
    SruConfig,
    StoreConfig,
    Z3950Config,
)
from interop.model.access import Access, Rights, User
from interop.model.library import Library


@dataclass(frozen=True, slots=True)
class Config:
    server: Server
    store: StoreConfig
    index: IndexConfig
    oai: OaiConfig
    z3950: Z3950Config
    sru: SruConfig
    libraries: tuple[Library, ...] = ()
    sources: tuple[Source, ...] = ()
    access: tuple[Access, ...] = ()
    users: tuple[User, ...] = ()
    z3950_databases: tuple[Z3950Database, ...] = ()
    own_rules: tuple[OwnRules, ...] = ()
    file: Path | None = None

    @property
    def rights(self) -> Rights:
        """Who may use which database."""
        return Rights(self.access, self.users)

    @property
    def data_dir(self) -> Path:
        """Folder of the store; the index and archives stand beside it."""
        return store_path(self.store.url).parent

    def library(self, code: str) -> Library | None:
        """The library with this code, whatever the case of its letters."""
        wanted = code.lower()
        return next((known for known in self.libraries if known.database == wanted), None)


def store_path(url: str) -> Path:
    """The file of an ``sqlite:///`` address. Raises ``ConfigError`` for any other."""
    prefix = "sqlite:///"
    if not url.startswith(prefix) or len(url) == len(prefix):
        raise ConfigError(f"store.url: {url!r} is not an address of the form sqlite:///FILE")
    return Path(url[len(prefix) :])
