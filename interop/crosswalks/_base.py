"""What a crosswalk is: one schema that records can be written in (``interop.formats`` reads them).

One file per schema in this package; it defines ``CROSSWALK``. What is registered and is XML appears
by itself as OAI-PMH metadataPrefix, SRU recordSchema and Z39.50 XML element set or schema; every
format can be exported. Most are a rule file beside the module and the frame around its elements.
"""

import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from interop.crosswalks._context import NOWHERE, Context
from interop.crosswalks._fields import Fields
from interop.crosswalks._rules import (
    RuleError,
    RuleFile,
    compile_nodes,
    compile_xml,
    load,
    overridden,
    tags_read,
)
from interop.marc.cut import Cut, cut
from interop.marc.iso2709 import decode
from interop.marc.record import MarcRecord


@dataclass(frozen=True)
class Ruled:
    """A rule file, and ``finish``, which makes one document of what its rules gave: elements as XML
    text, or as ``Node`` where ``nodes`` says so.

    It is read and compiled when it is first needed: together the rule files are more than half of
    what a command takes to start, and most processes write two formats.
    """

    read: Callable[[], RuleFile]
    finish: Callable[[list[Any]], bytes]
    nodes: bool = False

    @cached_property
    def rules(self) -> RuleFile:
        """What is in the file. Raises ``RuleError``."""
        return self.read()

    def check(self) -> "Ruled":
        """The same, read and compiled now. Raises ``RuleError``."""
        self._elements  # noqa: B018 (kept from here on)
        return self

    @cached_property
    def _elements(self) -> Callable[[Fields], list[Any]]:
        return compile_nodes(self.rules) if self.nodes else compile_xml(self.rules)

    @cached_property
    def _tags(self) -> frozenset[str]:
        return tags_read(self.rules, self.nodes)

    def writer(self) -> Callable[[MarcRecord], bytes]:
        """The rules as a function."""
        finish = self.finish
        return lambda record: finish(self._elements(Fields.of_record(record)))

    def from_canonical(self, data: bytes) -> bytes:
        """See ``Crosswalk.from_canonical``."""
        return self.finish(self._elements(Fields.of_canonical(data, self._tags)))

    def placed(self, record: MarcRecord, context: Context) -> bytes:
        """See ``Crosswalk.placed``."""
        fields = Fields.of_record(record)
        fields.context = context
        return self.finish(self._elements(fields))


def ruled_xml(name: str, start: str, end: str) -> Ruled:
    """The rules in ``<name>.toml`` of this package, and the tags around their elements."""

    def finish(elements: list[str]) -> bytes:
        return f"{start}{''.join(elements)}{end}".encode()

    return Ruled(partial(rule_file, name), finish)


def ruled_nodes(name: str, finish: Callable[[list[Any]], bytes]) -> Ruled:
    """The rules in ``<name>.toml`` of this package, for what is not XML."""
    return Ruled(partial(rule_file, name), finish, nodes=True)


def rule_file(name: str) -> RuleFile:
    """The rules in ``<name>.toml`` of this package."""
    return load(Path(__file__).with_name(f"{name}.toml"))


@dataclass(frozen=True, slots=True)
class Crosswalk:
    """``prefix``: OAI-PMH metadataPrefix and short name (the module's name).

    ``namespace``, ``schema_location``: of the root element; empty for a format that is not XML.
    ``media_type``: of a file of it (RFC 6838). ``title``: for people.
    ``names``: further names that SRU and Z39.50 clients use for it, URIs included; compared
    without regard to case. ``write``: canonical record to one XML element as UTF-8 bytes, no
    XML declaration, with its own namespace declarations and ``xsi:schemaLocation``; the same
    bytes for the same record wherever it stands; for a format that is not XML, what stands for
    the record in a file of many. ``read_as``: the format of ``interop.formats`` that reads it
    back; empty when it is only written. ``is_marc``: it is MARC 21 itself, less what never leaves.
    ``stored``: rendered at ingest and kept, because lists of it are hot.
    ``version``: raised when the rules change, so that kept renderings are made anew.
    ``descriptive``: whether it tells of the publication alone, not of who holds it under which
    number, so that a library's record and a union record of nothing else are the same bytes.
    ``direct``: what ``write`` gives, of a record that is only cut, where a format can do without
    the record; ``None`` for one that it leaves to ``write``.
    ``ruled``: the rules that ``write`` was compiled from, if it was.
    ``placed``: the same for a format that says who keeps the record and where it is shown; such a
    format is never ``stored``. ``None``: it makes no difference.
    """

    prefix: str
    namespace: str
    schema_location: str
    title: str
    write: Callable[[MarcRecord], bytes]
    read_as: str = ""
    is_marc: bool = False
    names: tuple[str, ...] = ()
    stored: bool = False
    version: int = 1
    descriptive: bool = False
    media_type: str = "application/xml"
    ruled: Ruled | None = None
    direct: Callable[[Cut], bytes | None] | None = None
    placed: Callable[[MarcRecord, Context], bytes] | None = None

    def show(self, record: MarcRecord, context: Context = NOWHERE) -> bytes:
        """``record`` as it is shown there; ``write`` is how it is shown nowhere in particular."""
        return self.write(record) if self.placed is None else self.placed(record, context)

    def from_canonical(self, data: bytes, context: Context = NOWHERE) -> bytes:
        """What ``show`` gives for the record in the canonical bytes ``data``: for whoever has them
        and needs nothing else of the record.

        Raises ``MarcError`` for bytes that are no record, and what ``write`` raises.
        """
        if self.placed is not None:
            return self.placed(decode(data), context)
        if self.ruled is not None:
            return self.ruled.from_canonical(data)
        parts = None if self.direct is None else cut(data)
        written = None if self.direct is None or parts is None else self.direct(parts)
        return self.write(decode(data)) if written is None else written

    @property
    def is_xml(self) -> bool:
        """Whether it is written as XML elements, which alone the three protocols can carry."""
        return self.media_type.endswith(("/xml", "+xml"))

    def with_own_rules(self, own: RuleFile) -> "Crosswalk":
        """The same with a library's rules over ours, and a version of its own for what is kept.

        Raises ``RuleError``, also for a format that has no rules.
        """
        if self.ruled is None:
            raise RuleError(f"{own.name}: {self.prefix} is written without rules")
        rules = overridden(self.ruled.rules, own)
        ruled = replace(self.ruled, read=lambda: rules).check()
        version = zlib.crc32(own.text.encode()) * 1000 + self.version
        return replace(
            self,
            ruled=ruled,
            write=ruled.writer(),
            placed=None if self.placed is None else ruled.placed,
            version=version,
            descriptive=False,
        )
