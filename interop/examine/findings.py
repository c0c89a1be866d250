"""What an examination found, and how a person reads it, in Vietnamese or English."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Literal, TypeAlias

Level: TypeAlias = Literal["good", "note", "warning", "fault"]
Language: TypeAlias = Literal["vi", "en"]

_MARKS: dict[Level, str] = {"good": "[ok]", "note": "[--]", "warning": "[! ]", "fault": "[X ]"}
_TOTALS: dict[Language, str] = {
    "vi": "{good} đạt, {note} ghi nhận, {warning} cảnh báo, {fault} lỗi",
    "en": "{good} good, {note} noted, {warning} warnings, {fault} faults",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """``check``: its name; ``vi``, ``en``: one sentence each; ``request``: what shows it, as it
    can be asked again by hand, or empty.
    """

    check: str
    level: Level
    vi: str
    en: str
    request: str = ""


Findings: TypeAlias = Iterator[Finding]


def lines(findings: Iterable[Finding], language: Language) -> Iterator[str]:
    """The report for people, a line at a time, with the totals at its end."""
    totals: dict[str, int] = dict.fromkeys(_MARKS, 0)
    check = ""
    for finding in findings:
        if finding.check != check:
            check = finding.check
            yield check
        totals[finding.level] += 1
        yield f"  {_MARKS[finding.level]} {finding.vi if language == 'vi' else finding.en}"
        if finding.request and finding.level in ("warning", "fault"):
            yield f"         {finding.request}"
    yield _TOTALS[language].format(**totals)


def as_json(findings: Iterable[Finding]) -> list[dict[str, str]]:
    """The same for programs."""
    return [asdict(finding) for finding in findings]
