"""What the worker adds around the machine; its faults are in tests/conformance."""

import pytest

from harvester.http import Answer
from harvester.worker import _http_failed, plain, request_of
from interop.config import Source


@pytest.mark.parametrize(
    ("status", "final"),
    [(500, False), (502, False), (503, False), (504, False), (408, False), (429, False)]
    + [(400, True), (401, True), (403, True), (404, True), (410, True), (204, True)],
)
def test_statuses_that_pass_and_that_stay(status, final):
    failed = _http_failed(Answer(status, b"", 7.0))
    assert (failed.final, failed.status, failed.retry_after) == (final, status, 7.0)


def test_words_of_a_server_are_one_plain_line():
    assert plain("a\n\x1b[31m b\x9b\t\u202e c") == "a [31m b c"
    assert len(plain("x" * 9999)) == 300


def test_request_is_address_format_and_set():
    one = Source("a", "L", "oai-pmh", "http://h", "marcxml", set="s")
    assert request_of(one) == "http://h marcxml s"
    others = [
        Source("a", "L", "oai-pmh", "http://i", "marcxml", set="s"),
        Source("a", "L", "oai-pmh", "http://h", "oai_dc", set="s"),
        Source("a", "L", "oai-pmh", "http://h", "marcxml"),
    ]
    assert request_of(one) not in {request_of(other) for other in others}
