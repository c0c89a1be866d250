"""What a rule file makes of a record, subfield by subfield: the compiled rules say it themselves.

The function that is run is the one that writes, with a note at every value it takes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from interop.crosswalks._fields import Fields, clean
from interop.crosswalks._rules.compiler import compile_traced
from interop.crosswalks._rules.language import RuleFile
from interop.marc.private import is_private
from interop.marc.record import ControlField, DataField, Field, MarcRecord

Outcome: TypeAlias = Literal["kept", "changed", "refused", "dropped", "private"]

# MARC 21 appendix A: linkage, field link, what part of the thing the field is about.
STRUCTURE = "68"


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one subfield, or of a control field (``code`` is empty).

    ``kept``: it stands in the output as it was; ``changed``: in another form (punctuation, a code,
    a checked number); ``refused``: a rule took it and nothing came of it; ``dropped``: no rule
    names it; ``private``: it never leaves. ``rule``: the rule that took it.
    """

    field: int
    tag: str
    code: str
    value: str
    outcome: Outcome
    rule: str = ""


@dataclass(slots=True)
class _Use:
    """``result``: what a rule made of it. ``written``: whether anything was written then.
    ``by_condition``: only a condition read it.
    """

    result: str
    field: DataField | None
    codes: str
    item: str | None
    rule: str = ""
    written: bool = False
    by_condition: bool = False


class Tracer:
    """Explains records by one rule file, which is compiled once. Raises ``RuleError``."""

    def __init__(self, rules: RuleFile) -> None:
        self._uses: list[_Use] = []
        self._open = 0
        self._run: Callable[[Fields], list[str]] = compile_traced(
            rules, self._seen, self._asked, self._done
        )

    def fates(self, record: MarcRecord) -> list[Fate]:
        """The fate of every control field and subfield of ``record``, in its order."""
        self._uses.clear()
        self._open = 0
        self._run(Fields.of_record(record))
        found: list[Fate] = []
        for number, field in enumerate(record.fields):
            found += self._of(number, field)
        return found

    def _seen(
        self, result: Any, field: DataField | None, codes: str, item: str | None = None
    ) -> Any:
        text = " ".join(result) if isinstance(result, list) else result
        self._uses.append(_Use(text, field, codes, item))
        return result

    def _asked(self, value: str, field: DataField, code: str) -> str:
        """A condition decides by the subfield: what it says stands in the choice of what is
        written."""
        if value:
            self._uses.append(_Use(value, field, code, value, by_condition=True))
        return value

    def _done(self, rule: str, elements: list[str]) -> None:
        for use in self._uses[self._open :]:
            use.rule = rule
            use.written = bool(elements)
        self._open = len(self._uses)

    def _of(self, number: int, field: Field) -> list[Fate]:
        if isinstance(field, ControlField):
            uses = [use for use in self._uses if use.field is None and field.tag in use.codes]
            outcome, rule = _outcome(field.value, uses)
            return [Fate(number, field.tag, "", field.value, outcome, rule)]
        if is_private(field):
            return [
                Fate(number, field.tag, code, value, "private") for code, value in field.subfields
            ]
        fates = []
        for code, value in field.subfields:
            if code in STRUCTURE:
                continue
            uses = [use for use in self._uses if _is_about(use, field, code, value)]
            outcome, rule = _outcome(value, uses)
            fates.append(Fate(number, field.tag, code, value, outcome, rule))
        return fates


def _is_about(use: _Use, field: DataField, code: str, value: str) -> bool:
    if use.field is None:
        tag = field.first("6")[:3] if field.tag == "880" else field.tag
        return any(part[:3] == tag and code in part[3:] for part in use.codes.split(":"))
    if use.field is not field or code not in use.codes:
        return False
    return use.item is None or use.item == value


def _outcome(value: str, uses: list[_Use]) -> tuple[Outcome, str]:
    uses = [use for use in uses if use.written or not use.by_condition]
    if not uses:
        return "dropped", ""
    wanted = clean(value)
    for use in uses:
        if use.written and not use.by_condition and wanted and wanted in use.result:
            return "kept", use.rule
    for use in uses:
        if use.written and use.result:
            return "changed", use.rule
    return "refused", uses[0].rule
