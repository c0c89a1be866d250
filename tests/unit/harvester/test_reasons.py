"""Reasons in two languages: every one that the harvester can give is known."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import harvester
from harvester.reasons import REASONS, in_two_languages

FOLDER = Path(harvester.__file__).parent
FILES = [FOLDER / "http.py", FOLDER / "run.py", *sorted((FOLDER / "sources").glob("*.py"))]


def texts(call: ast.Call) -> Iterator[str]:
    """The texts among the arguments, with ``0`` for what is put into them."""
    for argument in call.args:
        if isinstance(argument, ast.JoinedStr):
            parts = [
                each.value if isinstance(each, ast.Constant) else "0" for each in argument.values
            ]
            yield "".join(map(str, parts))
        elif isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            yield argument.value


def reasons() -> Iterator[str]:
    for file in FILES:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if name in ("HttpError", "BadPage", "end"):
                    yield from texts(node)


# Words of the server itself behind a code of OAI-PMH, and a count that names its elements.
OWN_WORDS = {"0: 0", "0: document types are refused"}


def test_there_are_reasons():
    assert len(set(reasons())) > 20


@pytest.mark.parametrize("reason", sorted(set(reasons()) - OWN_WORDS))
def test_every_reason_has_its_vietnamese(reason):
    said = in_two_languages(reason)
    assert said.endswith(f" / {reason}")
    assert said.removesuffix(f" / {reason}") in REASONS.values()


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("HTTP 503", "máy chủ đang bận / HTTP 503"),
        (
            "HTTP 403 (access denied or blocked)",
            "bị cấm truy cập / HTTP 403 (access denied or blocked)",
        ),
        (
            "a DTD: document types are refused",
            "XML có khai báo DTD, bị từ chối / a DTD: document types are refused",
        ),
        ("badArgument: bad", "badArgument: bad"),
        ("", ""),
    ],
)
def test_both_languages(reason, said):
    assert in_two_languages(reason) == said
