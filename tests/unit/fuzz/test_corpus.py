"""The kept inputs: each is run once, and keeping chooses few and short ones."""

import pytest

from fuzz import corpus
from fuzz.__main__ import TARGETS

KEPT = [(name, data) for name in TARGETS for data in corpus.read(name)]


@pytest.mark.parametrize("name", TARGETS)
def test_kept_inputs_break_nothing(name: str) -> None:
    target = TARGETS[name]
    for data in corpus.read(name):
        try:
            target.run(data)
        except target.documented:
            pass


def test_the_corpus_is_of_known_targets_and_small() -> None:
    assert {file.stem for file in corpus.FOLDER.glob("*")} <= TARGETS.keys()
    for name in TARGETS:
        kept = corpus.read(name)
        assert len(kept) == len(set(kept)) <= corpus.MOST
        assert all(len(data) <= corpus.LONGEST for data in kept)


def test_the_port_s_targets_have_a_corpus() -> None:
    assert all(corpus.read(name) for name in ("z3950", "z3950_requests", "z3950_wire"))


def test_what_is_written_is_read(tmp_path) -> None:
    inputs = [b"", b"\xff\0", b"a" * 100]
    corpus.write("some", inputs[1:], tmp_path / "new")
    assert corpus.read("some", tmp_path / "new") == inputs[1:]
    assert corpus.read("other", tmp_path) == []


def test_the_shortest_that_reach_more_are_chosen() -> None:
    """One line for each letter of an input."""

    def reach(data: bytes) -> corpus.Lines:
        return {("file", letter) for letter in data}

    found = [b"abc", b"bb", b"b", b"cd", b"a" * (corpus.LONGEST + 1) + b"z"]
    assert corpus.chosen([b"a"], found, reach) == [b"b", b"cd"]
