"""Reports for people and programs."""

from interop.examine.findings import Finding, as_json, lines

FOUND = [
    Finding("init", "good", "có Scan", "offers Scan", "init"),
    Finding("init", "fault", "sai", "wrong", "yaz-client x/y: find z"),
    Finding("scan", "note", "không có", "lacks it", "find z"),
]


def test_faults_come_with_what_shows_them():
    assert list(lines(FOUND, "vi")) == [
        "init",
        "  [ok] có Scan",
        "  [X ] sai",
        "         yaz-client x/y: find z",
        "scan",
        "  [--] không có",
        "1 đạt, 1 ghi nhận, 0 cảnh báo, 1 lỗi",
    ]
    assert list(lines(FOUND, "en"))[-1] == "1 good, 1 noted, 0 warnings, 1 faults"
    assert list(lines([], "en")) == ["0 good, 0 noted, 0 warnings, 0 faults"]


def test_programs_get_everything():
    assert as_json(FOUND)[1] == {
        "check": "init",
        "level": "fault",
        "vi": "sai",
        "en": "wrong",
        "request": "yaz-client x/y: find z",
    }
