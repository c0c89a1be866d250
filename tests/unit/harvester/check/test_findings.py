import unicodedata

from harvester.check.findings import FAULTS


def test_every_fault_is_told_in_both_languages() -> None:
    for name, fault in FAULTS.items():
        assert fault.vi != fault.en and min(len(fault.vi), len(fault.en)) > 20, name
        assert fault.vi == unicodedata.normalize("NFC", fault.vi) and fault.en.isascii(), name
        assert fault.severity in ("error", "warning") and fault.clause
        assert fault.advice("vi") == fault.vi and fault.advice("en") == fault.en
