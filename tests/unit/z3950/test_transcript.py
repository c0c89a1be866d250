"""The transcript in a file."""

import logging

import pytest

from interop.z3950 import transcript


def test_lines_go_to_the_file_and_nowhere_else(tmp_path, caplog):
    """From ``to_file`` to ``stop``; also when the file was moved away meanwhile."""
    file = tmp_path / "z3950.log"
    handler = transcript.to_file(file)
    try:
        assert transcript.log.isEnabledFor(logging.DEBUG)
        transcript.log.debug("%s received %s", "#1 peer", "initRequest (Kiều)")
        file.rename(tmp_path / "z3950.log.1")
        transcript.log.debug("two")
    finally:
        transcript.stop(handler)
    first = (tmp_path / "z3950.log.1").read_text(encoding="utf-8")
    assert first.rstrip().endswith("#1 peer received initRequest (Kiều)")
    assert file.read_text(encoding="utf-8").count("\n") == 1
    assert not file.stat().st_mode & 0o007  # search terms are nobody else's
    assert caplog.text == ""
    transcript.log.debug("three")
    assert "three" not in file.read_text(encoding="utf-8")


def test_a_file_that_cannot_be_written(tmp_path):
    """Told at once."""
    with pytest.raises(OSError):
        transcript.to_file(tmp_path / "none" / "x.log")
