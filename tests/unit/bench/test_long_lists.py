"""Lists of many records, on a few."""

from bench.cases import listing, long_lists


def test_the_section_says_what_was_measured(tmp_path, monkeypatch):
    monkeypatch.setattr(listing, "run", lambda context: [])
    section = long_lists.run(tmp_path, 60)
    assert section.startswith("## Lists of 60 records") and "- records: 60: " in section
