import io

from rich.console import Console

from harvester.report import Lines, Live, Silent, as_json, choose, summary
from harvester.worker import Counts, Result

RESULT = Result(
    "qti", "partial", "HTTP 500 (5 tries)", counts=Counts(1200, 1000, 1, 100, 2, 3, 94, 12)
)


def test_summary_is_one_line_in_both_languages():
    line = summary(RESULT, dry=True)
    assert "\n" not in line
    for part in (
        "qti: dở dang / partial (máy chủ báo lỗi / HTTP 500 (5 tries))",
        "1,200 biểu ghi / records",
        "1,000 mới / added",
        "103 như cũ / unchanged",
        "94 cách ly / quarantined",
        "dry run",
    ):
        assert part in line


def test_json():
    data = as_json([Result("a", "complete"), RESULT])
    assert data["complete"] is False
    assert data["sources"][1]["counts"]["added"] == 1000
    assert as_json([Result("a", "complete")])["complete"] is True


def test_lines_are_few():
    stream, now = io.StringIO(), [0.0]
    with Lines(stream, lambda: now[0]) as lines:
        for second in range(20):
            now[0] = second
            lines.page(RESULT)
        lines.waiting(RESULT, 30.0, "HTTP 503")
        lines.note(RESULT, "moved")
    out = stream.getvalue().splitlines()
    assert len(out) == 5
    assert out[0] == "qti: 1,200 biểu ghi / records, 12 trang / pages, 240/s"
    assert out[3:] == [
        "qti: chờ / waiting 30 s (máy chủ đang bận / HTTP 503)",
        "qti: lưu ý / note: moved",
    ]


def test_live_table_takes_text_from_servers_literally():
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, width=120)
    with Live(console, lambda: 1.0) as live:
        live.page(RESULT)
        live.waiting(RESULT, 5, "[red]x[/nope]")
        live.note(RESULT, "[bold]y[/nope]")
    assert "[red]x[/nope]" in stream.getvalue()
    assert "[bold]y[/nope]" in stream.getvalue()


def test_hidden_progress_says_nothing(capsys):
    with choose(True, lambda: 0.0) as reporter:
        reporter.page(RESULT)
        reporter.waiting(RESULT, 1, "x")
        reporter.note(RESULT, "x")
    assert type(reporter) is Silent
    assert capsys.readouterr() == ("", "")


def test_no_terminal_gets_lines():
    assert isinstance(choose(False, lambda: 0.0), Lines)
