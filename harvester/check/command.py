"""``interop check``: the examination as a command, for people (in two languages) and programs."""

import json
import sys
import time
from typing import Any

import click

from harvester.check.examine import Examiner, Report
from harvester.check.findings import FAULTS, Language
from harvester.http import MIB, Bounds, Client
from harvester.worker import plain
from interop.config import load

BOUNDS = Bounds(total=60.0, body=32 * MIB)

_WORDS = {
    "vi": {
        "error": "LỖI", "warning": "NÊN SỬA", "see": "xem", "good": "Không thấy lỗi nào.",
        "sum": "{errors} lỗi, {warnings} điều nên sửa, {requests} yêu cầu.",
        "cut": "Chưa xem hết: đã đến giới hạn số yêu cầu hoặc thời gian.",
    },
    "en": {
        "error": "ERROR", "warning": "SHOULD FIX", "see": "see", "good": "No fault was found.",
        "sum": "{errors} errors, {warnings} things to improve, {requests} requests.",
        "cut": "Not everything was examined: the bound of requests or of time was reached.",
    },
}  # fmt: skip


@click.command("check", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("url")
@click.option(
    "--lang",
    type=click.Choice(["vi", "en"]),
    default="vi",
    show_default=True,
    help="Language of the report.",
)
@click.option(
    "--requests",
    type=click.IntRange(1, 1000),
    default=80,
    show_default=True,
    help="At most so many.",
)
@click.option(
    "--seconds",
    type=click.IntRange(1, 3600),
    default=300,
    show_default=True,
    help="At most so long.",
)
@click.option("--json", "as_json", is_flag=True, help="The report as JSON on standard output.")
def check(url: str, lang: Language, requests: int, seconds: int, as_json: bool) -> None:
    """Examine the OAI-PMH server at URL and say what its library should fix.

    Kiểm tra máy chủ OAI-PMH ở địa chỉ URL và nêu những gì thư viện ấy nên sửa.

    It is asked a few dozen questions, one at a time; nothing is stored. Exit code 0: no error
    found, 1: errors found, 2: wrong use.

    Example: interop check https://koha.example.vn/cgi-bin/koha/oai.pl --lang en
    """
    if not url.startswith(("http://", "https://")):
        raise click.BadParameter("expected an address that begins with http:// or https://")
    client = Client(url, load().server.admin_email[0], BOUNDS)
    try:
        report = Examiner(
            url, client, time.time, time.sleep, requests=requests, seconds=seconds
        ).examine()
    finally:
        client.close()
    click.echo(
        json.dumps(as_dict(report), ensure_ascii=False, indent=2) if as_json else text(report, lang)
    )
    sys.exit(1 if _count(report, "error") else 0)


def text(report: Report, lang: Language) -> str:
    """The report for people, errors first."""
    words = _WORDS[lang]
    lines = [f"{report.url}  {plain(report.name)}".rstrip(), ""]
    for severity in ("error", "warning"):
        for finding in report.findings:
            fault = FAULTS[finding.fault]
            if fault.severity != severity:
                continue
            lines.append(f"{words[severity]}  {fault.advice(lang)}")
            if finding.detail:
                lines.append(f"    {plain(finding.detail)}")
            clause = f" (OAI-PMH 2.0, {fault.clause})" if fault.clause[0].isdigit() else ""
            lines += [f"    {words['see']}: {finding.request}{clause}", ""]
    if not report.findings:
        lines.append(words["good"])
    if report.cut:
        lines.append(words["cut"])
    counts = {"errors": _count(report, "error"), "warnings": _count(report, "warning")}
    return "\n".join([*lines, words["sum"].format(**counts, requests=report.requests)])


def as_dict(report: Report) -> dict[str, Any]:
    """The report for programs, with the advice in both languages."""
    return {
        "url": report.url,
        "name": report.name,
        "requests": report.requests,
        "complete": not report.cut,
        "findings": [
            {
                "fault": finding.fault,
                "severity": FAULTS[finding.fault].severity,
                "clause": FAULTS[finding.fault].clause,
                "vi": FAULTS[finding.fault].vi,
                "en": FAULTS[finding.fault].en,
                "detail": finding.detail,
                "request": finding.request,
            }
            for finding in report.findings
        ],
    }


def _count(report: Report, severity: str) -> int:
    return sum(FAULTS[finding.fault].severity == severity for finding in report.findings)
