"""``interop export`` and ``interop explain`` as a person runs them."""

import json

import pytest
from click.testing import CliRunner

from interop import cli
from interop.crosswalks import CROSSWALKS
from interop.marc.iso2709 import encode
from tests.unit.crosswalks.mrk import record

MARC = encode(record("=001  q1\n=100  0\\$aNguyễn Du\n=245  10$aTruyện Kiều /$cNguyễn Du"))


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("INTEROP_STORE_URL", f"sqlite:///{tmp_path}/x.db")
    (tmp_path / "a.mrc").write_bytes(MARC)
    runner = CliRunner()
    loaded = runner.invoke(cli.interop, ["load", "--quiet", str(tmp_path / "a.mrc")])
    assert loaded.exit_code == 0, loaded.output
    return lambda *arguments: runner.invoke(cli.interop, arguments)


def test_export_to_a_file(run, tmp_path):
    done = run("export", "--database", "local", "--format", "bibtex", "-o", str(tmp_path / "o"))
    assert done.exit_code == 0, done.output
    assert b"author = {{Nguy" in (tmp_path / "o").read_bytes()
    assert "local: 1 records as bibtex" in done.stderr


def test_export_to_standard_output(run):
    done = run("export", "--format", "ris")
    assert done.stdout_bytes.startswith(b"TY  - BOOK\r\n")


def test_convert_a_file(run, tmp_path):
    (tmp_path / "b.mrc").write_bytes(MARC + b"junk\x1d" + MARC)
    done = run("convert", str(tmp_path / "b.mrc"), "--to", "mods", "-o", str(tmp_path / "o"))
    assert done.exit_code == 1
    assert (tmp_path / "o").read_bytes().count("<title>Truyện Kiều</title>".encode()) == 2
    assert "record 2: " in done.stderr
    assert "2 records as mods, 1 not" in done.stderr


def test_convert_to_standard_output(run, tmp_path):
    done = run("convert", str(tmp_path / "a.mrc"), "--quiet")
    assert done.exit_code == 0
    assert done.stdout_bytes == b'<?xml version="1.0" encoding="UTF-8"?>\n' + b"".join(
        (
            b'<collection xmlns="http://www.loc.gov/MARC21/slim">\n',
            CROSSWALKS["marcxml"].from_canonical(MARC),
            b"\n</collection>\n",
        )
    )


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("convert", __file__, "--to", "ris"), "format"),
        (("convert", __file__, "--to", "nope"), "known: bibtex"),
        (("export", "--format", "nope"), "known: bibtex"),
        (("export", "--database", "nope"), "known: union"),
        (("explain", "nope", "--format", "oai_dc"), "no DATABASE/ID"),
        (("explain", "local/nope"), "no record local/nope"),
        (("explain", "nowhere/1"), "no database"),
        (("explain", "local/q1", "--format", "nope"), "known: "),
    ],
)
def test_what_is_wrong_is_said(run, arguments, says):
    done = run(*arguments)
    assert done.exit_code == 2
    assert says in done.output


@pytest.mark.parametrize("command", [("convert",), ("explain",)])
@pytest.mark.parametrize("data", [b"", b"hello world\n", b"<html/>"])
def test_a_file_without_records_is_told(run, tmp_path, command, data):
    (tmp_path / "x").write_bytes(data)
    done = run(*command, str(tmp_path / "x"))
    assert done.exit_code == 2
    assert str(tmp_path / "x") in done.stderr and "Traceback" not in done.stderr


def test_what_is_written_is_whole_or_stays_what_it_was(run, tmp_path):
    (tmp_path / "o").write_text("of yesterday")
    (tmp_path / "x").write_text("no records")
    assert run("convert", str(tmp_path / "x"), "-o", str(tmp_path / "o")).exit_code == 2
    assert (tmp_path / "o").read_text() == "of yesterday"
    assert run("convert", str(tmp_path / "a.mrc"), "-o", str(tmp_path / "o")).exit_code == 0
    assert b"<collection" in (tmp_path / "o").read_bytes()
    assert run("export", "-o", "/dev/null").exit_code == 0
    assert not list(tmp_path.glob("*.part"))


def test_explain_tells_what_it_cannot_read(run, tmp_path):
    (tmp_path / "b.mrc").write_bytes(MARC + b"junk\x1d" + MARC)
    done = run("explain", str(tmp_path / "b.mrc"), "--format", "oai_dc")
    assert done.exit_code == 1
    assert "oai_dc              2" in done.stdout
    assert "1 records cannot be read" in done.stderr and "record 2: " in done.stderr


def test_explain_a_record(run):
    done = run("explain", "local/q1", "--format", "oai_dc")
    assert done.exit_code == 0, done.output
    assert "245 $a  changed  Truyện Kiều / (rule: title)" in done.output
    assert "245 $c  dropped  Nguyễn Du" in done.output
    assert "100 $a" not in done.output
    assert "100 $a  kept" in run("explain", "local/q1", "--format", "oai_dc", "--all").output


def test_explain_as_json(run):
    (fates,) = json.loads(
        run("explain", "local/q1", "--format", "marcxml", "--json").stdout
    ).values()
    assert {"tag": "001", "code": "", "value": "q1", "outcome": "kept"}.items() <= fates[0].items()


def test_explain_a_file(run, tmp_path):
    done = run("explain", str(tmp_path / "a.mrc"), "--format", "oai_dc")
    assert "oai_dc              1" in done.output
    assert "245$c 1" in done.output
    figures = json.loads(run("explain", str(tmp_path / "a.mrc"), "--json").stdout)
    assert figures["marcxml"]["records"] == 1


OWN = """
[[rule]]
name = "title"
from = "245ac"
write = '<dc:title>{$.}</dc:title>'
[[rule]]
name = "creator"
drop = true
"""


def test_export_by_rules_of_ones_own(run, tmp_path):
    (tmp_path / "own.toml").write_text(OWN, encoding="utf-8")
    done = run("export", "--format", "dc", "--rules", str(tmp_path / "own.toml"))
    assert done.exit_code == 0, done.output
    written = done.stdout_bytes.decode()
    assert "<dc:title>Truyện Kiều / Nguyễn Du</dc:title>" in written
    assert "dc:creator" not in written and "<dc:type>Text</dc:type>" in written


@pytest.mark.parametrize(
    ("text", "prefix", "says"),
    [
        ("[[rule]]\nname = 'x'", "dc", "own.toml:1: rule 'x': write is missing"),
        ("[[rule]]\nname = 'x'\nwrite = '<a>{$a}</a>'", "dc", "no field at hand"),
        ("[[rule]]\nname = 'x'\nwrite = '<a/>'", "marcxml", "written without rules"),
    ],
)
def test_rules_that_do_not_work_are_refused_before_anything_is_written(
    run, tmp_path, text, prefix, says
):
    (tmp_path / "own.toml").write_text(text, encoding="utf-8")
    done = run("export", "--format", prefix, "--rules", str(tmp_path / "own.toml"))
    assert done.exit_code == 2 and says in done.output
    assert done.stdout_bytes == b""
