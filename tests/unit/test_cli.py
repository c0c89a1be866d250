"""The command line: every error is one line that says what and where, with exit code 2."""

import gzip
import json
import random
import re
import sqlite3
import sys

import click
import pytest

from interop import cli
from interop.marc.iso2709 import encode
from interop.marc.record import ControlField, DataField, MarcRecord

LIBRARIES = (
    '[[library]]\ncode = "VN-QTI"\nname = "Quảng Trị"\n[[library]]\ncode = "VN-QB"\nname = "QB"\n'
)


def record(number: str, title: str = "Truyện Kiều") -> bytes:
    fields = ControlField("001", number), DataField("245", "0", "0", (("a", title),))
    return encode(MarcRecord("00000nam a2200000 a 4500", fields))


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Run ``interop ARGUMENT...`` in a folder of its own: exit code, output, error output."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("INTEROP_CONFIG", raising=False)
    monkeypatch.setenv("INTEROP_SERVER_HTTP", "127.0.0.1:0")
    monkeypatch.setenv("INTEROP_SERVER_Z3950", "127.0.0.1:0")

    def call(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["interop", *map(str, arguments)])
        code = 0
        try:
            cli.main()
        except SystemExit as end:
            code = end.code or 0
        return code, *capsys.readouterr()

    return call


@pytest.fixture
def one(tmp_path):
    file = tmp_path / "one.mrc"
    file.write_bytes(record("1"))
    return file


def refused(result: tuple[int, str, str], *parts: str) -> None:
    code, out, err = result
    assert code == 2
    assert out == ""
    assert err.startswith("interop: ") and err.count("\n") == 1, err
    for part in parts:
        assert part in err


COMMANDS = sorted(cli.interop.list_commands(click.Context(cli.interop)))


def test_the_commands_that_are_there():
    assert {"demo", "harvest", "load", "serve"} <= set(COMMANDS)


@pytest.mark.parametrize("option", ["--help", "-h"])
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_shows_an_example(run, command, option):
    code, out, err = run(command, option)
    assert (code, err) == (0, "")
    assert f"Example: interop {command}" in out


GROUPS = [[], *([command] for command in COMMANDS), ["z3950", "check"], ["z3950", "profile"]]


@pytest.mark.parametrize("command", GROUPS, ids=" ".join)
def test_every_command_says_what_it_is_for_in_two_languages(run, command):
    code, out, err = run(*command, "--help")
    assert (code, err) == (0, "")
    assert re.search("[ạảấầậắểệịọộớợủứừựỳ]", out), "no Vietnamese"
    assert "Example: interop" in out


def test_no_command_shows_what_there_is(run):
    code, _, err = run()
    assert code == 2
    assert all(command in err for command in COMMANDS)


def test_version(run):
    assert run("--version")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (["nope"], ["'nope'", "interop --help"]),
        (["--nope"], ["--nope"]),
        (["load"], ["FILES", "interop load --help"]),
        (["load", "none.mrc"], ["none.mrc", "does not exist"]),
        (["load", "."], ["'.'", "directory"]),
        (["load", "one.mrc", "--library"], ["--library", "requires an argument"]),
        (["load", "one.mrc", "--libary", "X"], ["--libary"]),
        (["load", "one.mrc", "--library", "a code"], ["a code", "at most 16"]),
        (["load", "one.mrc", "--library", "A" * 17], ["at most 16"]),
        (["load", "one.mrc", "--library", ""], ["--library", "at most 16"]),
        (["load", "one.mrc", "--library", "../x"], ["../x"]),
        (["load", "one.mrc", "--library", "union"], ["union"]),
        (["load", "one.mrc", "--library", "Default"], ["Default"]),
        (["serve", "--only", "ftp"], ["ftp", "http", "z3950"]),
        (["serve", "extra"], ["extra"]),
        (["demo", "--dir", "one.mrc"], ["one.mrc"]),
        (["demo", "--http", "here"], ["'here'", "host:port"]),
        (["demo", "--z3950", "127.0.0.1:x"], ["'127.0.0.1:x'", "host:port"]),
        (["harvest"], ["[[source]]"]),
        (["harvest", "--nope"], ["--nope"]),
    ],
)
def test_wrong_use(run, one, arguments, parts):
    refused(run(*arguments), *parts)


CONFIGURATIONS = [
    ("[server\n", ["not valid TOML", "line 1"]),
    ("[server]\nhttpp = 'x'\n", ["interop.toml:2", "httpp", "'http'"]),
    ("[server]\nhttp = 'x'\n", ["interop.toml:2", "host:port"]),
    ("[[librari]]\ncode = 'X'\n", ["librari", "'library'"]),
    ("[index]\nengine = 'solr'\n", ["index.engine", "'solr'", "known: embedded"]),
    ("[store]\nurl = 'mysql://x/y'\n", ["sqlite:///"]),
    ("[store]\nurl = 'sqlite:///one.mrc/x.db'\n", ["one.mrc"]),
    ("[store]\nurl = 'sqlite:////proc/none/x.db'\n", ["/proc/none"]),
    ("[store]\nurl = 'sqlite:////proc/version'\n", ["/proc/version"]),
]


@pytest.mark.parametrize("command", [["load", "one.mrc"], ["serve"], ["harvest"]])
@pytest.mark.parametrize(("text", "parts"), CONFIGURATIONS)
def test_wrong_configurations(run, one, tmp_path, monkeypatch, command, text, parts):
    if "[server]" in text:
        monkeypatch.delenv("INTEROP_SERVER_HTTP")
    if command == ["harvest"]:
        text += '[[library]]\ncode = "X"\nname = "X"\n'
        text += '[[source]]\nid = "s"\nlibrary = "X"\nurl = "http://127.0.0.1:9/"\n'
    (tmp_path / "interop.toml").write_text(text, encoding="utf-8")
    refused(run(*command), *parts)


@pytest.mark.parametrize("command", [["load", "one.mrc"], ["serve"], ["harvest"]])
def test_configurations_that_cannot_be_read(run, one, tmp_path, command):
    refused(run(*command, "--config", "none.toml"), "none.toml", "No such file")
    refused(run(*command, "--config", tmp_path), str(tmp_path), "directory")
    (tmp_path / "latin1.toml").write_bytes(b"[server]\nname = 'th\xff'\n")
    refused(run(*command, "--config", "latin1.toml"), "latin1.toml", "UTF-8")


def test_interop_config_names_the_file(run, one, monkeypatch):
    monkeypatch.setenv("INTEROP_CONFIG", "absent.toml")
    refused(run("load", one), "absent.toml")


def configure(folder, text=""):
    url = f"sqlite:///{folder}/data/interop.db"
    (folder / "interop.toml").write_text(f'[store]\nurl = "{url}"\n{text}', encoding="utf-8")


@pytest.mark.parametrize("command", [["load", "one.mrc"], ["serve"]])
def test_a_store_that_is_no_database(run, one, tmp_path, command):
    configure(tmp_path)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "interop.db").write_text("no database " * 100)
    refused(run(*command), "interop.db", "not a database")


@pytest.mark.parametrize("command", [["load", "one.mrc"], ["serve"]])
def test_a_store_of_a_newer_version(run, one, tmp_path, command):
    configure(tmp_path)
    assert run("load", one)[0] == 0
    store = sqlite3.connect(tmp_path / "data" / "interop.db")
    store.execute("UPDATE alembic_version SET version_num = '9999'")
    store.commit()
    store.close()
    refused(run(*command), "interop.db", "9999")


@pytest.mark.parametrize("command", [["load", "one.mrc"], ["serve"]])
def test_a_store_of_another_program(run, one, tmp_path, command):
    configure(tmp_path)
    (tmp_path / "data").mkdir()
    store = sqlite3.connect(tmp_path / "data" / "interop.db")
    store.execute("CREATE TABLE diary (day TEXT)")
    store.close()
    refused(run(*command), "another program")


@pytest.mark.parametrize("damaged", ["words.db", "tantivy/meta.json"])
def test_a_damaged_index_costs_no_record(run, one, tmp_path, damaged):
    configure(tmp_path)
    assert run("load", one, "--library", "A")[0] == 0
    index = tmp_path / "data" / "interop.index"
    for rest in index.glob("words.db-*"):
        rest.unlink()
    (index / damaged).write_text("garbage\n")
    code, out, err = run("load", one, "--library", "B", "--json")
    assert code == 2 and json.loads(out)["added"] == 1
    assert err.count("\n") == 1 and str(index) in err and "remove the folder" in err


# libraries


def test_a_configured_library_is_named_in_any_case(run, one, tmp_path):
    configure(tmp_path, LIBRARIES)
    code, out, _ = run("load", one, "--library", "vn-qti", "--json")
    assert code == 0 and json.loads(out)["database"] == "vn-qti"


def test_an_unknown_library_is_told_the_known_ones(run, one, tmp_path):
    configure(tmp_path, LIBRARIES)
    refused(run("load", one, "--library", "VN-X"), "VN-X", "VN-QTI, VN-QB", "interop.toml")
    assert not (tmp_path / "data").exists()


def test_several_libraries_must_be_told_apart(run, one, tmp_path):
    configure(tmp_path, LIBRARIES)
    refused(run("load", one), "--library", "VN-QTI, VN-QB")


def test_without_libraries_any_code_is_taken(run, one, tmp_path):
    configure(tmp_path)
    assert json.loads(run("load", one, "--library", "Vn-1", "--json")[1])["database"] == "vn-1"
    assert json.loads(run("load", one, "--json")[1])["database"] == "local"


def test_the_only_library_needs_no_name(run, one, tmp_path):
    configure(tmp_path, '[[library]]\ncode = "VN-QTI"\nname = "Quảng Trị"\n')
    assert json.loads(run("load", one, "--json")[1])["database"] == "vn-qti"


# load


def test_load_counts_and_ends_with_0(run, one):
    code, out, err = run("load", one, "--library", "A")
    assert (code, err) == (0, "")
    assert out.splitlines()[0] == "a:"
    counts = dict(line.rsplit(None, 1) for line in out.splitlines()[1:])
    assert counts["  read"] == counts["  added"] == "1" and counts["  quarantined"] == "0"
    assert json.loads(run("load", one, "--library", "A", "--json")[1])["unchanged"] == 1


def test_something_quarantined_is_exit_code_1(run, tmp_path):
    file = tmp_path / "damaged.mrc"
    file.write_bytes(record("1") + b"00040nam  garbage without a directory\x1d" + record("2"))
    code, out, err = run("load", file, "--library", "A", "--json")
    counts = json.loads(out)
    assert (code, err) == (1, "")
    assert (counts["read"], counts["added"], counts["quarantined"]) == (3, 2, 1)
    (reason,) = counts["reasons"]
    assert reason.startswith("damaged.mrc: record 2: ")


def test_reasons_of_the_first_quarantined_records_are_told(run, tmp_path):
    file = tmp_path / "damaged.mrc"
    file.write_bytes(record("1") + b"00040nam  garbage without a directory\x1d" * 12)
    code, out, err = run("load", file, "--library", "A", "--quiet")
    lines = err.splitlines()
    assert code == 1 and len(lines) == 11
    assert lines[0].startswith("interop: quarantined: damaged.mrc: record 2: ")
    assert lines[-1] == "interop: quarantined: and 2 more"


@pytest.mark.parametrize("data", [b"", b"not MARC at all\n", b"<html/>", b"PK\x03\x04"])
def test_a_file_that_is_no_marc(run, tmp_path, data):
    file = tmp_path / "photo.mrc"
    file.write_bytes(data)
    refused(run("load", file, "--library", "A"), "photo.mrc")


def test_what_stood_before_the_damage_is_in(run, tmp_path):
    text = random.Random(1).randbytes
    data = b"".join(record(str(n), text(2000).hex()) for n in range(700))
    packed = gzip.compress(data, 1)
    file = tmp_path / "cut.mrc.gz"
    file.write_bytes(packed[: len(packed) * 9 // 10])
    code, out, err = run("load", file, "--library", "A", "--json")
    counts = json.loads(out)
    assert code == 1  # done, with a failure that was reported
    assert err.count("\n") == 1 and "cut.mrc.gz" in err and "cut off" in err
    # more than one whole transaction, and the part of the next one that was read
    assert 500 < counts["read"] == counts["added"] < 700


def test_several_files_are_one_load(run, one, tmp_path):
    other = tmp_path / "two.mrc"
    other.write_bytes(record("2"))
    counts = json.loads(run("load", one, other, "--library", "A", "--json")[1])
    assert (counts["read"], counts["added"]) == (2, 2)


def test_a_file_that_cannot_be_read_does_not_stop_the_others(run, one, tmp_path):
    photo = tmp_path / "photo.mrc"
    photo.write_bytes(b"\xff\xd8 not MARC at all")
    code, out, err = run("load", photo, one, "--library", "A", "--json")
    assert code == 1 and json.loads(out)["added"] == 1
    assert err.count("\n") == 1 and "photo.mrc" in err


def test_quiet_and_json_leave_standard_error_empty(run, one):
    assert run("load", one, "--library", "A", "--quiet")[2] == ""


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, click.Abort])
def test_an_interruption_is_130_without_a_traceback(run, one, monkeypatch, interruption):
    def interrupted(*_: object) -> None:
        raise interruption

    monkeypatch.setattr(cli.Loader, "load", interrupted)
    code, out, err = run("load", one, "--library", "A")
    assert (code, out) == (130, "")
    assert err.strip() == "interop: stopped"


def test_a_full_disk_is_one_line(run, one, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device", "/data/x")

    monkeypatch.setattr(cli, "open_node", full)
    refused(run("load", one, "--library", "A"), "/data/x", "No space left on device")


# serve


def test_serve_says_where_it_listens(run, monkeypatch, tmp_path):
    monkeypatch.delenv("INTEROP_SERVER_HTTP")

    def serve(read, only, started):
        assert read().server.http == "127.0.0.1:1" and only == "http"
        started()

    monkeypatch.setattr("interop.serve.serve", serve)
    (tmp_path / "interop.toml").write_text('[server]\nhttp = "127.0.0.1:1"\n')
    code, out, err = run("serve", "--only", "http")
    assert (code, out) == (0, "")
    assert "http://127.0.0.1:1/" in err and "Z39.50" not in err


def test_load_takes_a_format_and_a_mapping(run, tmp_path):
    file, mapping = tmp_path / "isis.iso", tmp_path / "isis.toml"
    file.write_bytes(b"000480000000000370004500005001000000#Nhan de x##\r\n")
    mapping.write_text('[fields]\n5 = "245 00 a"\n')
    asked = ("load", file, "--format", "cdsisis", "--json")
    code, out, _ = run(*asked, "--mapping", mapping)
    assert (code, json.loads(out)["added"]) == (0, 1)
    mapping.write_text('[fields]\n5 = "nothing"\n')
    code, _, err = run(*asked, "--mapping", mapping)
    assert code == 2 and "expected a line like" in err
    mapping.write_text("fields = 5")
    code, _, err = run(*asked, "--mapping", mapping)
    assert code == 2 and "expected a table [fields]" in err
