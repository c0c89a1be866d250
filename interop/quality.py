"""Quality reports: what a schema says against XML records, in words that a cataloguer understands.

libxml2 validates every record, which is fast; only those that it refuses are gone through again by
xmlschema, which tells element and rule. Faults of the same kind at the same place are one line of
the report, with their number and one example.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Literal, TypeAlias

from lxml import etree

Language: TypeAlias = Literal["vi", "en"]
LANGUAGES: tuple[Language, ...] = ("vi", "en")

_XS = "{http://www.w3.org/2001/XMLSchema}"
_CATALOG = "{urn:oasis:names:tc:entity:xmlns:xml:catalog}"
SCHEMAS = Path(__file__).resolve().parents[1] / "schemas"

_WORDS: dict[str, dict[Language, str]] = {
    "misplaced": {
        "vi": "<{what}> không được phép ở đây{wanted}",
        "en": "<{what}> may not stand here{wanted}",
    },
    "missing": {"vi": "thiếu phần tử{wanted}", "en": "an element is missing{wanted}"},
    "attribute": {
        "vi": "thuộc tính {what} không được phép ở đây",
        "en": "the attribute {what} may not stand here",
    },
    "no attribute": {"vi": "thiếu thuộc tính {what}", "en": "the attribute {what} is missing"},
    "choice": {
        "vi": "giá trị không có trong danh sách cho phép: {what}",
        "en": "the value is none of those allowed: {what}",
    },
    "form": {"vi": "giá trị sai dạng thức quy định", "en": "the value has not the form prescribed"},
    "empty": {"vi": "giá trị bị bỏ trống hoặc quá ngắn", "en": "the value is empty or too short"},
    "root": {
        "vi": "<{what}> không phải bản ghi của định dạng này",
        "en": "<{what}> is no record of this format",
    },
    "not XML": {"vi": "tệp không phải XML đúng cú pháp: {what}", "en": "not well-formed: {what}"},
    "other": {"vi": "sai quy tắc của lược đồ: {what}", "en": "against the schema: {what}"},
}
_WANTED: dict[Language, str] = {"vi": "; cần có: {}", "en": "; expected: {}"}
_SUMMARY: dict[Language, str] = {
    "vi": "{prefix}: {records:,} bản ghi, {valid:,} hợp lệ, {bad:,} có lỗi",
    "en": "{prefix}: {records:,} records, {valid:,} valid, {bad:,} with faults",
}
_EXAMPLE: dict[Language, str] = {
    "vi": "ví dụ: bản ghi {}",
    "en": "example: record {}",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """``place``: names of elements from the root of the record, and of the attribute. ``kind``: a
    key of the words; ``what`` and ``wanted`` fill them.
    """

    place: str
    kind: str
    what: str = ""
    wanted: tuple[str, ...] = ()

    def words(self, language: Language) -> str:
        """The fault as a sentence."""
        wanted = _WANTED[language].format(", ".join(self.wanted)) if self.wanted else ""
        return _WORDS[self.kind][language].format(what=self.what, wanted=wanted)


@dataclass(slots=True)
class Report:
    """``faults``: how often each was found; ``examples``: record and value of the first."""

    prefix: str
    records: int = 0
    bad: int = 0
    faults: Counter[Fault] = field(default_factory=Counter)
    examples: dict[Fault, str] = field(default_factory=dict)

    def note(self, fault: Fault, example: str) -> None:
        """Count a fault."""
        self.faults[fault] += 1
        self.examples.setdefault(fault, example)

    def as_dict(self) -> dict[str, Any]:
        """The report for programs, in both languages."""
        faults = [
            {
                "place": fault.place,
                "kind": fault.kind,
                "count": count,
                "example": self.examples[fault],
                **{language: fault.words(language) for language in LANGUAGES},
            }
            for fault, count in self.faults.most_common()
        ]
        return {
            "format": self.prefix, "records": self.records, "refused": self.bad, "faults": faults,
        }  # fmt: skip

    def lines(self, language: Language) -> Iterator[str]:
        """The report for people, the commonest fault first."""
        valid = self.records - self.bad
        yield _SUMMARY[language].format(
            prefix=self.prefix, records=self.records, valid=valid, bad=self.bad
        )
        for fault, count in self.faults.most_common():
            yield f"{count:>7,}  {fault.place}: {fault.words(language)}"
            if self.examples[fault]:
                yield f"{'':>9}{_EXAMPLE[language].format(self.examples[fault])}"


class Checker:
    """Checks records by one schema. Raises ``ValueError`` for a file that is none."""

    def __init__(self, schema: Path) -> None:
        try:
            tree = etree.parse(schema, _parser())
            self._fast = etree.XMLSchema(tree)
        except (OSError, etree.XMLSyntaxError, etree.XMLSchemaParseError) as error:
            raise ValueError(f"{schema}: {' '.join(str(error).split())}") from None
        root = tree.getroot()
        namespace = root.get("targetNamespace")
        names = [str(each.get("name")) for each in root.iterfind(f"{_XS}element")]
        self.roots = [f"{{{namespace}}}{name}" if namespace else name for name in names]
        self._path = schema
        self._slow: Any = None

    def add(self, report: Report, record: etree._Element, name: str) -> None:
        """Check one record, which the report calls ``name``."""
        report.records += 1
        if self._fast.validate(record):
            return
        report.bad += 1
        if self._slow is None:
            import xmlschema  # ten megabytes that a server has no use for

            self._slow = xmlschema.XMLSchema(str(self._path), allow="local", defuse="always")
        found = False
        for error in self._slow.iter_errors(record):
            found = True
            for fault, value in _faults(error):
                report.note(fault, f"{name}: {value}" if value else name)
        if not found:  # the two disagree: what libxml2 says is better than nothing
            said = self._fast.error_log.last_error
            text = said.message if said is not None else ""
            report.note(Fault(_local(record.tag), "other", text), name)


def profile(namespace: str, folder: Path = SCHEMAS) -> Path:
    """Our schema of a format, by the catalogue. Raises ``ValueError`` when there is none."""
    catalogue = folder / "catalog.xml"
    if not catalogue.is_file():
        raise ValueError(f"{catalogue} is not there; name a schema")
    for entry in etree.parse(catalogue, _parser()).iter(f"{_CATALOG}uri"):
        if entry.get("name") == namespace:
            return folder / str(entry.get("uri"))
    raise ValueError(f"{catalogue} names no schema for {namespace}")


def check_written(checker: Checker, prefix: str, records: Iterable[tuple[str, bytes]]) -> Report:
    """The report on records that we wrote: their names and what was written."""
    report = Report(prefix)
    for name, data in records:
        checker.add(report, etree.fromstring(data, _parser()), name)
    return report


def check_file(checker: Checker, prefix: str, file: BinaryIO, limit: int) -> Report:
    """The report on the first ``limit`` records that stand in an XML file, whatever is around them.

    A file that breaks off or is no XML is reported as far as it goes.
    """
    report = Report(prefix)
    parsed = etree.iterparse(
        file, tag=checker.roots, no_network=True, resolve_entities=False, load_dtd=False
    )
    try:
        for _, element in parsed:
            if report.records >= limit:
                break
            name = f"{report.records + 1} (line {element.sourceline})"
            checker.add(report, etree.fromstring(etree.tostring(element), _parser()), name)
            element.clear()
            while element.getprevious() is not None:
                parent = element.getparent()
                assert parent is not None
                del parent[0]
    except etree.XMLSyntaxError as error:
        report.note(Fault("/", "not XML", error.msg or ""), "")
    return report


def _parser() -> etree.XMLParser:
    return etree.XMLParser(no_network=True, resolve_entities=False, load_dtd=False)


def _faults(error: Any) -> Iterator[tuple[Fault, str]]:
    """What one error of xmlschema says, and the value that it is about."""
    from xmlschema.validators import exceptions, facets

    place = _place(error)
    element = error.elem
    value = "" if element is None else _shortened("".join(element.itertext()))
    if isinstance(error, exceptions.XMLSchemaChildrenValidationError):
        wanted = tuple(dict.fromkeys(_names(error.expected)))
        if error.invalid_tag is None:
            yield Fault(place, "missing", wanted=wanted), value
        else:
            child = element[error.index] if element is not None else None
            text = "" if child is None else _shortened("".join(child.itertext()))
            yield Fault(place, "misplaced", _local(error.invalid_tag), wanted), text
        return
    reason = str(error.reason or "")
    quoted = re.search("'([^']*)'", reason)
    named = _local(quoted[1]) if quoted else ""
    if re.match("missing required attribute", reason):
        yield Fault(place, "no attribute", named), value
    elif re.match("'[^']*' attribute not allowed|.*unexpected attribute", reason):
        yield Fault(place, "attribute", named), value
    elif isinstance(error.validator, facets.XsdEnumerationFacets):
        allowed = ", ".join(map(str, error.validator.enumeration))
        yield Fault(place, "choice", _shortened(allowed, 200)), _of(error)
    elif isinstance(error.validator, facets.XsdPatternFacets):
        yield Fault(place, "form"), _of(error)
    elif isinstance(error.validator, facets.XsdMinLengthFacet | facets.XsdLengthFacet):
        yield Fault(place, "empty"), _of(error)
    elif "is not an element of the schema" in reason:
        yield Fault(place, "root", _local(element.tag) if element is not None else named), value
    else:
        yield Fault(place, "other", _shortened(reason, 200)), value


def _place(error: Any) -> str:
    """The path to the element without numbers and prefixes, and the attribute that is wrong."""
    path = re.sub(r"\[[0-9]+\]|[^/]*:|\{[^}]*\}", "", str(error.path or "/")).lstrip("/") or "/"
    attribute = re.match(r"attribute (\S+?)[=:]", str(error.reason or ""))
    return f"{path}/@{attribute[1]}" if attribute else path


def _of(error: Any) -> str:
    return _shortened(str(error.obj)) if isinstance(error.obj, str) else ""


def _names(expected: Any) -> Iterator[str]:
    for each in expected or ():
        name = each if isinstance(each, str) else getattr(each, "name", None)
        if name:
            yield f"<{_local(str(name))}>"


def _local(name: Any) -> str:
    return str(name).rpartition("}")[2].rpartition(":")[2]


def _shortened(text: str, length: int = 60) -> str:
    text = " ".join(text.split())
    return text if len(text) <= length else text[: length - 1] + "…"
