"""The code tables of MARC-8: complete, and those that pymarc has too."""

from pymarc.marc8_mapping import CODESETS, ODD_MAP

from interop.marc.character_sets import ASCII, MARKS, SETS, eacc, eacc_codes, halves


def test_the_sets_are_those_of_the_standard() -> None:
    assert {final: len(found.codes) for final, found in SETS.items()} == {
        "B": 94, "E": 69, "S": 73, "N": 94, "Q": 42, "2": 78, "3": 83, "4": 90, "p": 14, "b": 14,
        "g": 3,
    }  # fmt: skip
    assert len(eacc()) == 15_745


def test_tables_agree_with_pymarc() -> None:
    for final, found in SETS.items():
        theirs = {code: pair for code, pair in CODESETS[ord(final)].items() if code > 0x20}
        assert found.codes == {code: chr(point) for code, (point, _) in theirs.items()}
        assert {chr(point) for point, mark in theirs.values() if mark} == {
            ch for ch in found.codes.values() if ch in MARKS
        }
    theirs = {code: point for code, (point, _) in CODESETS[0x31].items()} | ODD_MAP
    assert {int.from_bytes(key, "big"): ord(ch) for key, ch in eacc().items()} == theirs


def test_a_set_serves_in_both_halves() -> None:
    assert halves("N", ASCII)[0x41] == halves(ASCII, "N")[0xC1] == "а"
    assert halves("Q", ASCII)[0x40] == halves(ASCII, "Q")[0xC0] == "ґ"


def test_of_several_codes_the_lowest_is_written() -> None:
    assert eacc_codes()["〓"] == b"\x21\x2a\x46"
