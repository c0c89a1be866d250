"""``interop reindex`` and ``interop audit``."""

import sys

import pytest

from interop import cli
from interop.config import load
from interop.marc.iso2709 import encode
from interop.marc.record import ControlField, DataField, MarcRecord
from interop.model.record import Incoming
from interop.node import open_node


def incoming(number: str) -> Incoming:
    fields = ControlField("001", number), DataField("245", "0", "0", (("a", f"Sách {number}"),))
    return Incoming(number, encode(MarcRecord("00000nam a2200000 a 4500", fields)))


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("INTEROP_CONFIG", raising=False)

    def call(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["interop", *arguments])
        code = 0
        try:
            cli.main()
        except SystemExit as end:
            code = end.code or 0
        return code, *capsys.readouterr()

    return call


def test_audit_tells_what_reindex_mends(run):
    node = open_node(load(None))
    node.catalogue.ingest("lib", [incoming("1"), incoming("2")])
    node.follow()
    level = len(node.index.rids())
    node.close()
    assert run("audit")[:2] == (0, "store and index agree\n")

    node = open_node(load(None))
    lost = node.index.rids()[0]
    node.index.apply([], [lost, 999], node.index.checkpoint())
    node.catalogue.ingest("lib", [incoming("3")])
    node.close()
    code, out, _ = run("audit")
    assert code == 1
    assert "behind: the index has changes to apply" in out
    assert f"missing: lib/1 (row {lost})" in out

    code, out, _ = run("reindex")
    assert (code, out) == (0, f"{level + level // 2} records indexed\n")
    assert run("audit")[0] == 0


def test_reindex_while_another_process_writes_is_refused(run):
    node = open_node(load(None))
    node.catalogue.ingest("lib", [incoming("1")])
    node.follow()
    try:
        code, _, error = run("reindex")
        assert code == 1 and "another process" in error
        assert run("audit")[0] == 0
    finally:
        node.close()
