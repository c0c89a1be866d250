"""Shared fixtures: real records, official schemas and peer programs, each a skip with its reason
where it is absent. With ``INTEROP_REQUIRE_PEERS=1`` (CI) a missing peer fails instead.
"""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("dev", max_examples=50, deadline=None)
# The same examples in every run, so that a change lands or fails by what it changed. New ones are
# looked for by hypothesis on people's machines and by `make fuzz`.
settings.register_profile("ci", max_examples=200, deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "dev")

ROOT = Path(__file__).resolve().parent.parent


def _folder(variable: str, default: Path, what: str) -> Path:
    folder = Path(os.environ.get(variable, default))
    if not folder.is_dir():
        pytest.skip(f"no {what}: set {variable} to a folder that holds them")
    return folder


@pytest.fixture(scope="session")
def corpus() -> Path:
    """Folder of real records."""
    return _folder("INTEROP_CORPUS", ROOT.parent / "shared" / "corpus", "real records")


@pytest.fixture(scope="session")
def official_xsd() -> Path:
    """Folder of the official schemas."""
    return _folder("INTEROP_OFFICIAL_XSD", ROOT.parent / "shared" / "xsd", "official schemas")


@pytest.fixture(scope="session")
def peer() -> Callable[[str], str]:
    """``peer("yaz-client")``: path of a program that other people wrote."""

    def find(program: str) -> str:
        path = shutil.which(program)
        if path is None:
            message = f"{program} is not installed (Debian: yaz, libhttp-oai-perl)"
            if os.environ.get("INTEROP_REQUIRE_PEERS"):
                pytest.fail(message)
            pytest.skip(message)
        return path

    return find
