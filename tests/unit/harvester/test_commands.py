"""The command's outside: help, exit codes, one line per error, JSON."""

import json

import pytest
from click.testing import CliRunner

from harvester import schedule
from harvester.commands import harvest
from tests.unit.harvester.fakes import identify, page, record, serve

CONFIG = """
[store]
url = "sqlite:///{folder}/interop.db"
[index]
engine = "memory"
[[library]]
code = "VN-QTI"
name = "Quảng Trị"
[[source]]
id = "qti-koha"
library = "VN-QTI"
url = "{url}"
prefix = "oai_dc"
"""


@pytest.fixture
def provider():
    def play(handler):
        if "Identify" in handler.path:
            handler.reply(identify())
        else:
            handler.reply(page([record("a"), record("b")]))

    with serve(play) as base:
        yield base


@pytest.fixture
def run(tmp_path, provider):
    (tmp_path / "interop.toml").write_text(CONFIG.format(folder=tmp_path, url=provider))

    def call(*arguments, config=tmp_path / "interop.toml"):
        return CliRunner().invoke(harvest, [*arguments, "--config", str(config)])

    return call


def test_help_has_an_example():
    result = CliRunner().invoke(harvest, ["--help"])
    assert result.exit_code == 0
    assert "Example: interop harvest" in result.output
    assert "Thu hoạch" in result.output


def test_all_well(run):
    result = run()
    assert result.exit_code == 0
    assert "qti-koha: hoàn tất / complete: 2 biểu ghi / records: 2 mới / added" in result.stdout


def test_not_due_and_named(run):
    run("--quiet")
    assert "No source is due" in run().stdout
    assert "2 như cũ / unchanged" in run("qti-koha").stdout


def test_json(run):
    result = run("--json")
    data = json.loads(result.stdout)
    assert data["complete"] is True
    assert data["sources"][0]["counts"]["added"] == 2
    assert result.stderr == ""


def test_dry_run_leaves_the_source_due(run):
    assert "dry run" in run("--dry-run").stdout
    assert "2 mới / added" in run().stdout


def test_quiet_says_nothing_when_all_is_well(run):
    assert run("--quiet").output == ""


def test_source_that_fails(tmp_path, run):
    with serve(lambda handler: handler.reply(b"", 404)) as gone:
        (tmp_path / "interop.toml").write_text(CONFIG.format(folder=tmp_path, url=gone))
        result = run("--quiet")
    assert result.exit_code == 1
    assert result.stderr.startswith(
        "qti-koha: không thành / failed (không có địa chỉ này trên máy chủ / HTTP 404)"
    )


def test_locked_source(tmp_path, run):
    with schedule.lock(tmp_path / "harvest", "qti-koha"):
        result = run("--quiet")
    assert result.exit_code == 1
    assert "another harvest of this source is running" in result.stderr


def test_unknown_source(run):
    result = run("qti-koah")
    assert result.exit_code == 2
    assert "did you mean 'qti-koha'?" in result.output


def test_no_sources(tmp_path, run):
    (tmp_path / "empty.toml").write_text("")
    result = run(config=tmp_path / "empty.toml")
    assert result.exit_code == 2
    assert "no [[source]] to harvest" in result.output


def test_configuration_that_cannot_be_read(tmp_path, run):
    result = run(config=tmp_path / "absent.toml")
    assert result.exit_code == 2
    assert "absent.toml" in result.output


def test_wrong_use(run):
    assert run("--frobnicate").exit_code == 2
