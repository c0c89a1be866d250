"""The house keeps its order: modules have tests, commands and protocols stand in the documents."""

import configparser
import importlib
import re
from pathlib import Path

import click
import pytest

from interop import cli
from interop.crosswalks import CROSSWALKS
from interop.query.access_points import ACCESS_POINTS

ROOT = Path(__file__).resolve().parents[2]
TESTS = {file.stem for file in (ROOT / "tests").rglob("test_*.py")}

# Modules that are tested through what they are part of: the suite that fails without them.
ELSEWHERE = {
    "interop/crosswalks/_base.py": "contracts/test_crosswalks.py",
    "interop/index/engines/_tantivy_query.py": "contracts/test_engines.py",
    "interop/index/engines/memory.py": "contracts/test_engines.py",
    "interop/index/engines/tantivy.py": "contracts/test_engines.py",
    "interop/formats/_base.py": "unit/formats/test_reader.py",
    "interop/formats/_detect.py": "unit/formats/test_reader.py",
    "interop/formats/_dialect.py": "unit/marc/test_unimarc.py",
    "interop/formats/_legal.py": "unit/formats/test_marcjson.py",
    "interop/formats/_registry.py": "unit/formats/test_reader.py",
    "interop/formats/_source.py": "unit/formats/test_reader.py",
    "interop/formats/_text.py": "unit/formats/test_aleph.py",
    "interop/formats/_xml.py": "unit/formats/test_mods_in.py",
    "interop/formats/_isis_mappings.py": "unit/formats/test_cdsisis.py",
    "interop/marc/unimarc_codes.py": "unit/marc/test_unimarc.py",
    "interop/formats/dim.py": "unit/formats/test_dublin_core.py",
    "interop/formats/xoai.py": "unit/formats/test_dublin_core.py",
    "interop/formats/iso2709.py": "unit/formats/test_reader.py",
    "interop/config/check.py": "unit/config/test_reading.py",
    "interop/config/config.py": "unit/config/test_reading.py",
    "interop/config/errors.py": "unit/config/test_reading.py",
    "interop/model/library.py": "unit/config/test_reading.py",
    "interop/store/bookkeeping.py": "contracts/test_store.py",
    "interop/text/encodings/bkhcm2.py": "unit/text/test_encodings.py",
    "interop/text/encodings/cp1258.py": "unit/text/test_encodings.py",
    "interop/text/encodings/iso5426.py": "unit/text/test_encodings.py",
    "interop/text/encodings/tcvn3.py": "unit/text/test_encodings.py",
    "interop/text/encodings/tcvn5712.py": "unit/text/test_encodings.py",
    "interop/text/encodings/viqr.py": "unit/text/test_encodings.py",
    "interop/text/encodings/viscii.py": "unit/text/test_encodings.py",
    "interop/text/encodings/vni.py": "unit/text/test_encodings.py",
    "interop/text/encodings/vps.py": "unit/text/test_encodings.py",
    "interop/union/keys/_base.py": "unit/union/test_publication.py",
    "interop/union/keys/isbn.py": "unit/union/test_publication.py",
    "interop/union/keys/title.py": "unit/union/test_publication.py",
    "interop/z3950/common.py": "unit/z3950/test_apdu.py",
    "interop/z3950/record_syntaxes/_base.py": "unit/z3950/test_target.py",
    "interop/z3950/searching.py": "unit/z3950/test_target.py",
    "interop/z3950/session.py": "unit/z3950/test_target.py",
    "interop/z3950/sort_keys.py": "unit/z3950/test_apdu.py",
    "interop/z3950/term_lists.py": "unit/z3950/test_apdu.py",
}


def modules() -> list[str]:
    """Modules with code of their own: no package markers, no plug-in bases, no migrations."""
    found = []
    for package in ("interop", "harvester"):
        for file in sorted((ROOT / package).rglob("*.py")):
            if file.name != "__init__.py" and "migrations" not in file.parts:
                found.append(str(file.relative_to(ROOT)))
    return found


TEXTS = [file.read_text(encoding="utf-8") for file in (ROOT / "tests").rglob("*.py")]


@pytest.mark.parametrize("module", modules())
def test_every_module_is_tested_by_its_name(module):
    """A test module of its name, or a test that imports it, or an exception above."""
    if module in ELSEWHERE:
        assert (ROOT / "tests" / ELSEWHERE[module]).exists()
        return
    path = Path(module).with_suffix("")
    own = f"test_{path.stem.lstrip('_')}"
    if own in TESTS:
        return
    dotted = ".".join(path.parts)
    package, name = dotted.rpartition(".")[::2]
    pattern = re.compile(
        rf"\b{re.escape(dotted)}\b|from {re.escape(package)} import [^\n]*\b{name}\b"
    )
    assert any(pattern.search(text) for text in TEXTS), f"{module}: no test names it"


def test_exceptions_are_about_modules_that_exist():
    assert set(ELSEWHERE) <= set(modules())


def commands():
    """Commands by name: our own, and those that setup.cfg registers, installed again or not."""
    context = click.Context(cli.interop)
    names = (*cli.interop.commands, *cli.ELSEWHERE)
    found = {name: cli.interop.get_command(context, name) for name in names}
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    for line in setup["options.entry_points"]["interop.commands"].split("\n"):
        if line:
            name, module, attribute = re.split(r"\s*[=:]\s*", line)
            found[name] = getattr(importlib.import_module(module), attribute)
    return found


def test_every_command_stands_in_the_readme():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in commands():
        assert re.search(rf"`interop {name}\b[^`]*`", readme), name


def test_commands_that_documents_name_exist():
    for file in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for name in re.findall(r"`interop ([a-z]+)\b[^`]*`", file.read_text(encoding="utf-8")):
            assert name in commands(), f"{file.relative_to(ROOT)}: interop {name}"


def test_options_that_documents_name_exist():
    known_commands = commands()
    for file in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        text = file.read_text(encoding="utf-8")
        for name, rest in re.findall(r"`interop ([a-z]+)\b([^`]*)`", text):
            command = known_commands[name]
            known = {option for parameter in command.params for option in parameter.opts}
            for option in re.findall(r"--[a-z0-9-]+", rest):
                assert option in known | {"--help"}, f"{file.name}: interop {name} {option}"


def test_access_points_in_the_documents_are_those_of_the_table():
    text = (ROOT / "docs" / "z3950.md").read_text(encoding="utf-8")
    known = {use for point in ACCESS_POINTS for use in point.use}
    named = {int(use) for use in re.findall(r"@attr 1=(\d+)", text)}
    assert named <= known


def test_schemas_in_the_documents_are_registered():
    for name in ("oai-pmh.md", "sru.md"):
        text = (ROOT / "docs" / name).read_text(encoding="utf-8")
        for prefix in re.findall(r"metadataPrefix=([A-Za-z_]+)", text):
            assert prefix in CROSSWALKS, f"{name}: {prefix}"


def test_plug_in_folders_that_the_readme_names_exist():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for path in re.findall(r"`((?:interop|harvester)/[\w/]+?)(?:/<name>)?\.py`", readme):
        assert (ROOT / path).is_dir() or (ROOT / f"{path}.py").is_file(), path
    for folder in re.findall(r"`((?:interop|harvester)/[\w/]+)/<name>\.py`", readme):
        assert (ROOT / folder / "__init__.py").is_file(), folder
