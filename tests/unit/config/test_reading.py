"""Configuration: defaults, overrides, and errors that say where."""

from pathlib import Path

import pytest

from interop.config import ConfigError, load

FULL = """
[server]
name = "Mục lục liên hợp"
domain = "nlv.example.vn"
workers = 3

[[library]]
code = "VN-QTI"
name = "Thư viện tỉnh Quảng Trị"
province = "Quảng Trị"
successor = "VN-QB"
since = 2025-07-01

[[library]]
code = "VN-QB"
name = "Thư viện tỉnh Quảng Bình"

[[source]]
id = "qti-koha"
library = "VN-QTI"
url = "https://koha.example.vn/oai.pl"
every = "15m"
"""


def write(folder: Path, text: str) -> Path:
    file = folder / "interop.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_defaults_without_a_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    config = load(environ={})
    assert config.server.http == "127.0.0.1:8210"
    assert config.data_dir == Path("interop-data")
    assert config.libraries == () and config.sources == ()


def test_everything_is_read(tmp_path):
    config = load(write(tmp_path, FULL), environ={})
    assert (config.server.name, config.server.workers) == ("Mục lục liên hợp", 3)
    assert config.library("vn-qti").successor == "VN-QB"
    assert config.sources[0].every == 900
    assert config.sources[0].prefix == "marcxml"


def test_environment_overrides_and_secret_files(tmp_path):
    secret = tmp_path / "url"
    secret.write_text("sqlite:////srv/x.db\n")
    environ = {"INTEROP_SERVER_WORKERS": "7", "INTEROP_STORE_URL_FILE": str(secret)}
    config = load(write(tmp_path, FULL), environ)
    assert (config.server.workers, config.store.url) == (7, "sqlite:////srv/x.db")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("[server]\nnam = 'x'\n", ("interop.toml:2", "server.nam", "'name'")),
        ("[servr]\n", ("servr", "'server'")),
        ("[server]\nworkers = 'two'\n", ("interop.toml:2", "server.workers", "'two'")),
        ("[server]\nhttp = 'localhost'\n", ("interop.toml:2", "host:port")),
        ("[server]\ndomain = 'localhost'\n", ("interop.toml:2", "domain name")),
        ("[server]\nadmin_email = ['x@localhost']\n", ("interop.toml:2", "mail address")),
        ("[server\n", ("not valid TOML",)),
        ("library = 3\n", ("[[library]]",)),
        ("[[library]]\ncode = 'VN-A'\n", ("'name' is missing",)),
        ("[[library]]\ncode = 'a b'\nname = 'x'\n", ("at most 16",)),
        ("[[library]]\ncode = 'UNION'\nname = 'x'\n", ("is not",)),
        (
            "[[library]]\ncode='A'\nname='x'\n[[library]]\ncode='a'\nname='y'\n",
            ("'a' is there twice",),
        ),
        ("[[library]]\ncode='A'\nname='x'\nsuccessor='B'\n", ("no library has the code 'B'",)),
        (
            "[[library]]\ncode='A'\nname='x'\nsuccessor='B'\n"
            "[[library]]\ncode='B'\nname='y'\nsuccessor='A'\n",
            ("circle",),
        ),
        ("[[source]]\nid='s'\nlibrary='Z'\nurl='http://x/'\n", ("no library has the code 'Z'",)),
        (
            FULL + "[[source]]\nid='t'\nlibrary='vn-qti'\nurl='http://x/'\n",
            ("source.library", "'vn-qti' is there twice"),
        ),
        ("[[library]]\ncode='A'\nname='x'\nsince='soon'\n", ("expected a date",)),
        (
            "[[library]]\ncode='A'\nname='x'\nencoding='tcvn'\n",
            ("interop.toml:4", "library[A].encoding", "tcvn3"),
        ),
        (FULL + "encoding = 'x'\n", ("source[", ".encoding", "known:")),
        (FULL.replace("15m", "often"), ("interop.toml:22", "interval")),
        (FULL.replace("https://koha", "ftp://koha"), ("http://",)),
        ("[store]\nurl = 'mysql://x'\n", ("sqlite:///",)),
        (FULL + "[[z3950_database]]\nname = 'x'\n", ("interop.toml:24", "no database has this")),
        (
            FULL + "[[z3950_database]]\nname = 'marc8'\nof = 'vn-qt'\n",
            ("z3950_database[marc8].of", "'vn-qti'"),
        ),
        ("[server]\nbase_url = 'thuvien.vn'\n", ("interop.toml:2", "https://")),
        (
            "[server]\nhttp = '127.0.0.1:9999'\nz3950 = '127.0.0.1:9999'\n",
            ("interop.toml:3", "server.z3950", "server.http already"),
        ),
        (FULL + "[[source]]\nid = 'b'\nlibrary = 'VN-QB'\n", ("interop.toml:23", "'url'")),
    ],
)
def test_errors_say_what_and_where(tmp_path, text, parts):
    with pytest.raises(ConfigError) as error:
        load(write(tmp_path, text), environ={})
    for part in parts:
        assert part in str(error.value)
    assert "\n" not in str(error.value)


def test_a_byte_order_mark_is_no_error(tmp_path):
    file = write(tmp_path, "\ufeff" + FULL)
    assert load(file, environ={}).server.workers == 3


@pytest.mark.parametrize("name", ["INTEROP_SERVER_NAM", "INTEROP_SERVER_NAM_FILE"])
def test_a_variable_of_no_setting_is_an_error(tmp_path, name):
    with pytest.raises(ConfigError, match=f"{name}: .*INTEROP_SERVER_NAME"):
        load(write(tmp_path, FULL), {name: "x"})
    load(write(tmp_path, FULL), {"INTEROP_CONFIG": "x", "INTEROP_CORPUS": "y"})


def test_any_free_port_may_be_asked_for_twice(tmp_path):
    text = "[server]\nhttp = '127.0.0.1:0'\nz3950 = '127.0.0.1:0'\n"
    assert load(write(tmp_path, text), environ={}).server.http == "127.0.0.1:0"


def test_a_named_file_must_be_there(tmp_path):
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path / "none.toml", environ={})


def test_intervals_and_settings_that_may_be_empty(tmp_path):
    config = load(write(tmp_path, '[z3950]\nidle = "90s"\ntls = ""\n'), environ={})
    assert (config.z3950.idle, config.z3950.total, config.z3950.tls) == (90, 86_400, "")
    for text, what in (
        ('idle = "soon"', "an interval such as 15m"),
        ("idle = 900", "an interval such as 15m"),
        ('tls = "x"', "host:port"),
        ('tls = "127.0.0.1:2100"', "needs z3950.certificate"),
    ):
        with pytest.raises(ConfigError, match=what):
            load(write(tmp_path, f"[z3950]\n{text}\n"), environ={})
