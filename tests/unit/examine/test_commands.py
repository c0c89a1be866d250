"""``interop z3950``: what is printed, and the exit codes."""

import json

import pytest
from click.testing import CliRunner

from interop.examine.commands import z3950
from interop.examine.profile import PROFILES
from tests.unit.examine.targets import target
from tests.unit.examine.test_z3950 import Wrong


def run(*arguments: str):
    return CliRunner().invoke(z3950, arguments)


def test_faults_are_exit_code_1_in_both_languages():
    with target(Wrong()) as (host, port):
        done = run("check", f"{host}:{port}/x")
        assert done.exit_code == 1 and "bị bỏ qua" in done.output
        done = run("check", f"{host}:{port}/x", "--lang", "en", "--term", "kieu")
        assert done.exit_code == 1 and "left out of account" in done.output
        done = run("check", f"{host}:{port}/x", "--json")
        assert {"check", "level", "vi", "en", "request"} == set(json.loads(done.output)[0])


@pytest.mark.parametrize(
    "arguments",
    [("check", "x:y"), ("check", "x:99999"), ("check", "x:1", "--password-file", "/none")],
)
def test_wrong_use_is_exit_code_2(arguments):
    assert run(*arguments).exit_code == 2


def test_profiles_name_every_database(tmp_path):
    file = tmp_path / "interop.toml"
    file.write_text(
        '[server]\nname = "O\'Brien"\nz3950 = "127.0.0.1:2100"\n'
        '[[library]]\ncode = "VN-QTI"\nname = "Thư viện"\nprovince = "Quảng Trị"\n',
        encoding="utf-8",
    )
    done = run("profile", "--config", str(file), "--host", "z.example.vn")
    assert done.exit_code == 0, done.output
    for name in PROFILES:
        assert f"# {name}" in done.output
    koha = run("profile", "--config", str(file), "--for", "koha").output
    assert "'O''Brien'" in koha and "'vn-qti'" in koha and "'quang-tri'" in koha
    assert "127.0.0.1" in koha and "2100" in koha


def test_an_address_that_no_client_can_use_is_said(tmp_path):
    file = tmp_path / "interop.toml"
    file.write_text('[server]\nz3950 = "0.0.0.0:2100"\n', encoding="utf-8")
    done = run("profile", "--config", str(file), "--for", "yaz")
    assert done.exit_code == 0 and "--host" in done.stderr and "--host" not in done.stdout
    done = run("profile", "--config", str(file), "--for", "yaz", "--host", "z.example.vn")
    assert done.stderr == ""


def test_slims_is_told_where_sru_is(tmp_path):
    file = tmp_path / "interop.toml"
    file.write_text('[server]\nbase_url = "https://lib.example.vn/"\n', encoding="utf-8")
    done = run("profile", "--config", str(file), "--for", "slims")
    assert "https://lib.example.vn/sru/union" in done.stdout
