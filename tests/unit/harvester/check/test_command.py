import json

import pytest
from click.testing import CliRunner

from harvester.check.command import as_dict, check, text
from harvester.check.examine import Report
from harvester.check.findings import Finding
from interop.oai.views import handler
from tests.conformance.oai_repository import application
from tests.unit.oai.fakes import filled

FOUND = Report(
    "http://a/oai",
    "Thư viện\x1b[31m",
    [Finding("deletions", "http://a/oai?verb=Identify", "deletedRecord no"),
     Finding("clock", "http://a/oai?verb=Identify", "+7.0 h")],
    12,
)  # fmt: skip


def test_errors_come_first_and_both_languages_are_whole() -> None:
    lines = text(FOUND, "vi").splitlines()
    assert lines[0] == "http://a/oai  Thư viện [31m"
    assert lines[2].startswith("LỖI  Đồng hồ lệch") and lines[3] == "    +7.0 h"
    assert lines[-1] == "1 lỗi, 1 điều nên sửa, 12 yêu cầu."
    assert "SHOULD FIX  Deletions are not kept" in text(FOUND, "en")
    assert "No fault was found." in text(Report("u"), "en")


def test_json_has_the_advice_in_both_languages() -> None:
    found = as_dict(FOUND)
    assert found["complete"] and [f["fault"] for f in found["findings"]] == ["deletions", "clock"]
    assert found["findings"][1]["severity"] == "error" and found["findings"][0]["vi"]


def test_wrong_use() -> None:
    assert CliRunner().invoke(check, ["ftp://x"]).exit_code == 2
    assert CliRunner().invoke(check, []).exit_code == 2


@pytest.fixture
def served():
    import threading
    from wsgiref.simple_server import WSGIRequestHandler, make_server

    class Quiet(WSGIRequestHandler):
        def log_message(self, *arguments):
            pass

    catalogue = filled(12)
    handle = handler(catalogue, lambda: catalogue.time, b"s")
    with make_server("127.0.0.1", 0, application(handle), handler_class=Quiet) as server:
        catalogue.base_url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield catalogue.base_url
        server.shutdown()
        thread.join()


@pytest.mark.slow
def test_over_the_network(served, monkeypatch, tmp_path) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(check, [f"{served}/oai", "--json"])
    found = json.loads(done.stdout)
    # The clock of this repository stands still in 2023; everything else is right.
    assert {each["fault"] for each in found["findings"]} == {"clock"}, found
    assert done.exit_code == 1
    down = CliRunner().invoke(check, ["http://127.0.0.1:1/oai", "--lang", "en"])
    assert down.exit_code == 1 and "ERROR  The server gives no usable answer" in down.output
