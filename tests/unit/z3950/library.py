"""A real catalogue of a few records, searched by the engine in memory, for tests of services."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from interop.config import load
from interop.marc.iso2709 import encode
from interop.marc.record import ControlField, DataField, MarcRecord
from interop.model.record import Incoming
from interop.node import Node, open_node
from interop.query import pqf
from interop.z3950.apdu import InitializeRequest, Options, SearchRequest
from interop.z3950.association import Limits
from interop.z3950.target import OPTIONS, VERSIONS, Target

SEGMENTS = Options.LEVEL_1_SEGMENTATION | Options.LEVEL_2_SEGMENTATION

# 001, author, title, year
BOOKS = (
    ("b1", "Nguyễn Du", "Truyện Kiều", "1972"),
    ("b2", "Nguyễn Đình Chiểu", "Lục Vân Tiên", "1889"),
    ("b3", "Đặng Trần Côn", "Chinh phụ ngâm", "1930"),
    ("b4", "Nguyễn Du", "Truyện Kiều chú giải", "2003"),
    ("b5", "", "Ca dao 𡨸喃", ""),
)


def book(control: str, author: str, title: str, year: str, *more: DataField) -> bytes:
    """A canonical record; what is empty is not there."""
    fields = [
        ControlField("001", control),
        ControlField("008", f"200101s{year or '    '}    vm            000 0 vie d"),
        *([DataField("100", "1", " ", (("a", author),))] if author else []),
        DataField("245", "1", "0", (("a", title),)),
        *more,
    ]
    return encode(MarcRecord("00000nam a2200000 a 4500", tuple(fields)))


def opened(folder: Path) -> Node:
    """A node in ``folder`` with the databases ``union`` and ``hue`` of ``BOOKS``."""
    environ = {
        "INTEROP_STORE_URL": f"sqlite:///{folder}/x.db",
        "INTEROP_INDEX_ENGINE": "memory",
    }
    node = open_node(load(environ=environ))
    incoming = [Incoming(line[0], book(*line)) for line in BOOKS]
    node.catalogue.ingest("hue", incoming)
    assert node.follow()
    return node


@pytest.fixture(scope="module")
def node(tmp_path_factory) -> Iterator[Node]:
    """Databases ``union`` and ``hue`` of ``BOOKS``."""
    node = opened(tmp_path_factory.mktemp("library"))
    yield node
    node.close()


def started(node, options: Options = OPTIONS & ~SEGMENTS, limits=None, views=None) -> Target:
    """A target that has agreed to version 3."""
    target = Target(node.catalogue, limits or Limits(), views)
    target.handle(InitializeRequest(protocol_version=VERSIONS, options=options))
    return target


def search(query: str, *databases: str, **elements: object) -> SearchRequest:
    """A Search in PQF."""
    return SearchRequest(query=pqf.parse(query), database_names=databases or ("hue",), **elements)
