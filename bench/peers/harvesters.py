"""``harvesters NAME URL PREFIX [SET]``: a whole list by a library that others wrote; the identifier
of every record on a line of its own.

sickle and oaipmh-scythe send GET, the client of the ``oaipmh`` package POST.
"""

import sys
from collections.abc import Callable, Iterator


def sickle(url: str, prefix: str, set_: str | None) -> Iterator[str]:
    from sickle import Sickle

    for record in Sickle(url).ListRecords(metadataPrefix=prefix, **({"set": set_} if set_ else {})):
        yield record.header.identifier


def scythe(url: str, prefix: str, set_: str | None) -> Iterator[str]:
    from oaipmh_scythe import Scythe

    with Scythe(url) as client:
        for record in client.list_records(metadata_prefix=prefix, set_=set_):
            yield record.header.identifier


def oaipmh(url: str, prefix: str, set_: str | None) -> Iterator[str]:
    from oaipmh.client import Client
    from oaipmh.metadata import MetadataRegistry

    registry = MetadataRegistry()
    registry.registerReader(prefix, lambda element: element)
    wanted = {"metadataPrefix": prefix} | ({"set": set_} if set_ else {})
    for header, _, _ in Client(url, registry).listRecords(**wanted):
        yield header.identifier()


CLIENTS: dict[str, Callable[[str, str, str | None], Iterator[str]]] = {
    "sickle": sickle,
    "scythe": scythe,
    "oaipmh": oaipmh,
}

if __name__ == "__main__":
    name, url, prefix, *rest = sys.argv[1:]
    for identifier in CLIENTS[name](url, prefix, rest[0] if rest else None):
        print(identifier)
