"""What the documents say is what the code does."""

import re
from pathlib import Path

import click
import pytest

from interop import cli
from interop.config import SETTINGS, load

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"


def settings_table() -> str:
    rows = ["| setting | default | meaning |", "|---|---|---|"]
    for setting in SETTINGS:
        default = setting.default
        shown = ", ".join(default) if isinstance(default, tuple) else default
        if isinstance(default, bool):
            shown = str(default).lower()
        rows.append(f"| `{setting.section}.{setting.name}` | `{shown}` | {setting.help} |")
    return "\n".join(rows)


def test_the_readme_lists_every_setting():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    found = re.search(r"<!-- settings:[^>]*-->\n(.*?)\n<!-- /settings -->", text, re.DOTALL)
    assert found and found[1] == settings_table()


def test_the_readme_begins_with_the_two_commands():
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()[:5]
    assert any("make run" in line for line in lines) and any("make test" in line for line in lines)


def test_links_of_the_documents_lead_somewhere():
    for file in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)\)", file.read_text(encoding="utf-8")):
            assert (file.parent / target).exists(), f"{file.name}: {target}"


DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
_COMMAND = re.compile(
    r"(?:^ {4}|^|`)(?:sudo -u interop )?interop ((?:[a-z0-9]+ ?)[^`#\n]*)", re.MULTILINE
)


def command_of(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that ``words`` call, and those that are left. Raises ``KeyError``."""
    command: click.Command = cli.interop
    while isinstance(command, click.Group):
        found = command.get_command(click.Context(command), words[0])
        if found is None:
            raise KeyError(words[0])
        command, words = found, words[1:]
        if isinstance(command, click.Group) and not words:
            break
    return command, words


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: file.name)
def test_commands_and_options_of_the_documents_are_there(file):
    for line in _COMMAND.findall(file.read_text(encoding="utf-8")):
        command, words = command_of(line.split())
        known = {"-h", "--help", *(name for each in command.params for name in each.opts)}
        for word in words:
            if re.match("--?[a-z]", word):
                assert word.rstrip(",.;)") in known, f"{file.name}: interop {line}"


def test_the_configuration_to_copy_can_be_read(tmp_path):
    text = (ROOT / "docs" / "install.md").read_text(encoding="utf-8")
    (block,) = re.findall("```toml\n(.*?)```", text, re.DOTALL)
    (tmp_path / "interop.toml").write_text(block, encoding="utf-8")
    config = load(tmp_path / "interop.toml", environ={})
    assert config.libraries[0].code == "VN-QTI" and config.server.proxies == 1
    blocks = re.findall("```toml\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "interop.toml").write_text(blocks[0], encoding="utf-8")
    assert load(tmp_path / "interop.toml", environ={}).sources[0].id == "qti-koha"
