"""What the documents say is what the code does."""

import re
from pathlib import Path

from interop.config import SETTINGS

ROOT = Path(__file__).resolve().parents[2]


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
