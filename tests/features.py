"""What searching can do, said by the tests that prove it.

A test of the contract of the engines names its feature with ``@pytest.mark.feature``; the table in
docs/search.md is made from these marks, and a test of the house compares the two. Written anew by
``python -m tests.features``.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = ROOT / "docs" / "search.md"
CONTRACTS = ("tests/contracts/test_engines.py", "tests/contracts/test_engines_real.py")
TABLE = re.compile(r"(<!-- features:[^>]*-->\n).*?(\n<!-- /features -->)", re.DOTALL)


def features() -> dict[str, list[str]]:
    """Feature -> tests that prove it, in the order of the files."""
    found: dict[str, list[str]] = {}
    for file in CONTRACTS:
        for feature, test in _marks(ROOT / file):
            found.setdefault(feature, []).append(f"{Path(file).stem}::{test}")
    return found


def _marks(file: Path) -> Iterator[tuple[str, str]]:
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            for mark in node.decorator_list:
                if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.feature":
                    yield str(ast.literal_eval(mark.args[0])), node.name


def table() -> str:
    """Markdown."""
    rows = ["| feature | proved by |", "|---|---|"]
    for feature, tests in features().items():
        rows.append(f"| {feature} | {', '.join(f'`{test}`' for test in tests)} |")
    return "\n".join(rows)


def main() -> None:
    """Write the table into the document."""
    text = DOCUMENT.read_text(encoding="utf-8")
    DOCUMENT.write_text(TABLE.sub(lambda m: m[1] + table() + m[2], text), encoding="utf-8")


if __name__ == "__main__":
    main()
