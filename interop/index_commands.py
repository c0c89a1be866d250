"""The commands about the index: ``interop reindex`` and ``interop audit``."""

import sys
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import click

from interop import options
from interop.config import load
from interop.index.base import IndexStale
from interop.index.follower import Difference
from interop.node import Node, open_node

SHOWN = 100  # differences that are told one by one


@click.command("reindex")
@options.config_file
def reindex(config_file: Path | None) -> None:
    """Throw the index away and make it again from the store. Searches see it fill.

    Bỏ chỉ mục tìm kiếm và dựng lại từ kho biểu ghi.

    Not while another process indexes: stop interop serve and interop harvest first.

    Example: interop reindex --config /etc/interop.toml
    """
    _with_node(config_file, _reindex)


def _reindex(node: Node) -> int:
    if not node.reindex():
        click.echo("another process is writing the index: stop it first", err=True)
        return 1
    click.echo(f"{len(node.index.rids()):,} records indexed")
    return 0


@click.command("audit")
@options.config_file
def audit_index(config_file: Path | None) -> None:
    """Compare the store with the index and tell every difference. Exit code 1 when there is any.

    So kho biểu ghi với chỉ mục tìm kiếm và nêu mọi khác biệt.

    Example: interop audit --config /etc/interop.toml
    """
    _with_node(config_file, _audit)


def _audit(node: Node) -> int:
    try:
        found = node.audit()
    except IndexStale as stale:
        click.echo(f"{stale}: interop reindex makes it again")
        return 1
    for difference in islice(found, SHOWN):
        click.echo(_line(node, difference))
    if len(found) > SHOWN:
        click.echo(f"and {len(found) - SHOWN:,} more")
    click.echo(f"{len(found):,} differences" if found else "store and index agree")
    return 1 if found else 0


def _line(node: Node, difference: Difference) -> str:
    if difference.kind == "behind":
        return "behind: the index has changes to apply"
    stored = node.store.get([difference.rid], marc=False)[0]
    name = f"{stored.id.database}/{stored.id.local}" if stored else "unknown to the store"
    return f"{difference.kind}: {name} (row {difference.rid})"


def _with_node(config_file: Path | None, run: Callable[[Node], int]) -> None:
    node = open_node(load(config_file))
    try:
        code = run(node)
    finally:
        node.close()
    if code:
        sys.exit(code)
