"""The documentation says what the code does."""

from harvester import archive, http, run
from tests.conftest import ROOT


def test_table_in_the_documentation_is_the_table_of_the_code():
    text = (ROOT / "docs" / "harvest.md").read_text(encoding="utf-8")
    assert run.describe() in text


def test_bounds_in_the_documentation():
    text = (ROOT / "docs" / "harvest.md").read_text(encoding="utf-8")
    bounds, limits = http.Bounds(), run.Limits()
    assert f"{bounds.connect:g} s / {bounds.idle:g} s / {bounds.total:g} s" in text
    assert f"{bounds.body // http.MIB} MiB; ratio {bounds.ratio} beyond" in text
    assert f"| redirects | {bounds.redirects};" in text
    waits = ", ".join(f"{limits.wait * 2**n:g}" for n in range(limits.tries - 1))
    assert f"{limits.tries}, waiting {waits} s" in text
    assert f"max({limits.share:.0%}".replace("%", " %") in text
    assert f"the newest {archive.KEEP} runs" in text
