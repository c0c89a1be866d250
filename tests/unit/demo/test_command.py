"""``interop demo``: four configurations, processes that are watched, and what people see."""

import socket
import subprocess
import sys
import threading
import tomllib
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.config import ConfigError
from interop.demo import command
from interop.demo.records import LIBRARIES
from interop.node import open_node
from tests.unit.test_ingest import ISBNS, incoming

HTTP, Z3950 = "127.0.0.1:18210", "127.0.0.1:19999"


@pytest.fixture
def configured(tmp_path):
    return command._configure(tmp_path, HTTP, Z3950)


def test_each_library_is_a_node_of_its_own(configured, tmp_path):
    national, provinces = configured
    assert sorted(provinces) == [1, 2, 3]
    addresses = {config.server.http for config in (national, *provinces.values())}
    assert addresses == {HTTP, "127.0.0.1:18211", "127.0.0.1:18212", "127.0.0.1:18213"}
    assert len({config.store.url for config in (national, *provinces.values())}) == 4
    assert len({config.server.domain for config in (national, *provinces.values())}) == 4
    for place, config in provinces.items():
        assert [library.code for library in config.libraries] == [LIBRARIES[place - 1].code]
        assert config.file.is_relative_to(tmp_path)


def test_the_national_node_harvests_every_library(configured):
    national, provinces = configured
    assert [library.code for library in national.libraries] == [each.code for each in LIBRARIES]
    for library, source, config in zip(
        LIBRARIES, national.sources, provinces.values(), strict=True
    ):
        assert (source.library, source.prefix) == (library.code, library.prefix)
        assert source.url == f"http://{config.server.http}/oai/{library.code.lower()}"


def test_three_kinds_of_library():
    assert len({library.kind for library in LIBRARIES}) == 3
    assert len({library.dump.partition(".")[2] for library in LIBRARIES}) > 1
    assert {"marcxml", "oai_dc"} <= {library.prefix for library in LIBRARIES}


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_any_path_is_a_toml_string(text):
    assert tomllib.loads(f"x = {command._quoted(text)}") == {"x": text}


@pytest.mark.parametrize("http", ["here", "127.0.0.1:65535", "127.0.0.1:x"])
def test_wrong_addresses_are_told(tmp_path, http):
    with pytest.raises(ConfigError, match=r"host:port"):
        command._configure(tmp_path, http, Z3950)


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match="cannot be written"):
        command._configure(tmp_path / "file", HTTP, Z3950)


def test_a_second_load_changes_nothing(configured, capsys):
    _, provinces = configured
    command._load(LIBRARIES[0], provinces[1])
    first = capsys.readouterr().out
    command._load(LIBRARIES[0], provinces[1])
    second = capsys.readouterr().out
    number = len(LIBRARIES[0].records())
    assert LIBRARIES[0].name in first and f"{number} mới / new" in first
    assert "0 mới / new, 0 sửa / changed" in second


# the union, as told


def test_what_was_merged_is_shown(configured, capsys):
    national, _ = configured
    node = open_node(national)
    codes = [library.code.lower() for library in LIBRARIES]
    node.catalogue.ingest(codes[0], [incoming("1", ISBNS[0]), incoming("2", ISBNS[1])])
    node.catalogue.ingest(codes[1], [incoming("1", ISBNS[0]), incoming("9", ISBNS[1])])
    node.catalogue.ingest(
        codes[2], [incoming("7", ISBNS[0]), incoming("8", ISBNS[2], title="Rừng")]
    )
    merged = command._merged(node)
    assert [len(libraries) for _, libraries in merged] == [3, 2]
    assert sorted(merged[0][1]) == sorted(library.code for library in LIBRARIES)
    assert command._title(node, merged[0][0]) == "Truyện Kiều"
    assert command._title(node, "u404") == "u404"
    node.close()
    command._show_union(national)
    out = capsys.readouterr().out
    assert "6 records of 3 libraries became 3 union records; 2 works are held by several." in out


def test_lines_to_paste_name_the_addresses(configured, capsys):
    command._show_addresses(configured[0])
    out = capsys.readouterr().out
    assert out.count(f"http://{HTTP}/") >= 5 and f"open {Z3950}/union" in out
    assert "Ctrl-C" in out


# processes


def finished(code: int):
    return lambda *arguments, **options: SimpleNamespace(returncode=code)


@pytest.mark.parametrize("code", [0, 1])
def test_a_harvest_with_failures_goes_on(configured, monkeypatch, code):
    monkeypatch.setattr(subprocess, "run", finished(code))
    command._harvest(configured[0], threading.Event())


def test_a_harvest_that_could_not_run_ends_the_demo(configured, monkeypatch):
    monkeypatch.setattr(subprocess, "run", finished(2))
    with pytest.raises(ConfigError, match="exit code 2"):
        command._harvest(configured[0], threading.Event())


def test_ctrl_c_in_the_harvest_is_no_error(configured, monkeypatch):
    ended = threading.Event()
    ended.set()
    monkeypatch.setattr(subprocess, "run", finished(130))
    command._harvest(configured[0], ended)


class Script(command._Servers):
    """Servers that run a line of Python instead of ``interop serve``."""

    def run(self, config, line: str) -> subprocess.Popen:
        config.data_dir.mkdir(parents=True, exist_ok=True)
        with (config.data_dir / "server.log").open("ab") as log:
            process = subprocess.Popen([sys.executable, "-c", line], stdout=log, stderr=log)
        self._running.append((config, process))
        return process


def test_a_server_that_ends_by_itself_is_told_with_its_last_words(configured):
    national, _ = configured
    servers = Script()
    servers.run(national, "print('interop: cannot listen')").wait(30)
    with pytest.raises(ConfigError, match="ended: interop: cannot listen"):
        servers.check()
    silent = Script()
    (national.data_dir / "server.log").unlink()
    silent.run(national, "raise SystemExit(3)").wait(30)
    with pytest.raises(ConfigError, match="ended: exit code 3"):
        silent.wait_ready(national, threading.Event())


def test_servers_are_stopped_even_those_that_will_not(configured, monkeypatch):
    monkeypatch.setattr(command, "STOP_LIMIT", 0.2)
    servers = Script()
    line = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
    deaf, ended = servers.run(configured[0], line), servers.run(configured[0], "pass")
    ended.wait(30)
    servers.stop()
    assert deaf.returncode is not None and deaf.returncode < 0


def test_waiting_ends_with_ctrl_c(configured):
    ended = threading.Event()
    ended.set()
    command._Servers().wait_ready(configured[0], ended)


def test_a_server_that_does_not_answer_is_told(configured, monkeypatch):
    monkeypatch.setattr(command, "START_LIMIT", 0.0)
    with pytest.raises(ConfigError, match="does not answer"):
        command._Servers().wait_ready(configured[0], threading.Event())


def test_a_busy_port_is_told_before_anything_is_loaded(tmp_path, monkeypatch):
    monkeypatch.setattr(command, "_load", lambda *_: pytest.fail("loaded"))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        busy = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(ConfigError, match=f"cannot listen on {busy}"):
            command.demo.callback(tmp_path, busy, Z3950)
