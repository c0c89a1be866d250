"""Rule files behind a crosswalk: when they are read, and what a fault in one does."""

import pytest

from interop.crosswalks import CROSSWALKS
from interop.crosswalks._base import Ruled, rule_file
from interop.crosswalks._rules import RuleError
from interop.crosswalks._rules.language import parse
from interop.marc.record import DataField, MarcRecord

RULED = {name: each.ruled for name, each in CROSSWALKS.items() if each.ruled is not None}
RECORD = MarcRecord(
    "00000nam a2200000 a 4500", (DataField("245", "0", "0", (("a", "Truyện Kiều"),)),)
)


def joined(elements):
    return "".join(elements).encode()


def test_a_rule_file_is_read_when_something_is_written_and_once():
    reads = []

    def read():
        reads.append("dublin_core")
        return rule_file("dublin_core")

    ruled = Ruled(read, joined)
    write = ruled.writer()
    assert reads == []
    first = write(RECORD)
    assert "Truyện Kiều".encode() in first
    assert write(RECORD) == first
    assert ruled.rules.rules
    assert reads == ["dublin_core"]


def test_a_fault_is_told_by_a_check():
    faulty = parse(
        "own.toml", '[[rule]]\nname = "x"\nfrom = "245"\nwrite = "<x>{nothing(a)}</x>"\n'
    )
    ruled = Ruled(lambda: faulty, joined)
    write = ruled.writer()
    with pytest.raises(RuleError):
        ruled.check()
    with pytest.raises(RuleError):
        write(RECORD)


@pytest.mark.parametrize("name", RULED)
def test_every_rule_file_of_the_software_compiles(name):
    ruled = RULED[name]
    assert ruled.check() is ruled
    assert ruled.rules.rules
