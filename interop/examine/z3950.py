"""Checks of somebody's Z39.50 target: does it answer what it is asked, or something else?

A target that refuses with the right diagnostic is honest, and that is noted. A target that leaves
out an attribute without a word gives wrong answers to every client, and that is a fault. So the
checks ask in pairs: the same words with and without the attribute, and compare the totals.

The words come from a record of the target itself: what it holds must be found by its own title,
name and number. Each check has an association of its own, so that a target that hangs up in one
is still examined by the others.
"""

import re
import time
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from interop.examine import meanings
from interop.examine.findings import Finding, Level
from interop.examine.origin import Origin, OriginError, first_diagnostic
from interop.marc.reader import read_iso2709
from interop.marc.record import MarcError, MarcRecord
from interop.z3950 import apdu, common
from interop.z3950.apdu import Options, ProtocolVersion
from interop.z3950.term_lists import TermInfo

USMARC = "1.2.840.10003.5.10"
SYNTAXES = {
    USMARC: "USMARC",
    "1.2.840.10003.5.109.10": "XML",
    "1.2.840.10003.5.101": "SUTRS",
    "1.2.840.10003.5.102": "OPAC",
    "1.2.840.10003.5.105": "GRS-1",
    "1.2.840.10003.5.1": "UNIMARC",
}
# Words that a catalogue is likely to hold; the first that is found gives the known item.
WORDS = ("nguyen", "viet nam", "history", "water", "computer", "the", "a")
PAGE = 20  # records of a page of search results, which Koha asks for one by one
SLOW_PAGE = 2.0  # seconds for such a page that a cataloguer notices
# Years of publication; 9999 in 008 says that nobody knows.
_YEAR = re.compile("1[4-9][0-9]{2}|20[0-9]{2}")
# Bib-1 diagnostics that say that an attribute or a combination of them is not supported
UNSUPPORTED = frozenset({3, 5, *range(107, 125), 129, 131, 132, 202})


@dataclass(slots=True)
class Known:
    """A record of the target, and words of it. Empty texts where it has none."""

    term: str = ""
    title: tuple[str, ...] = ()
    author: str = ""
    isbn: str = ""
    year: str = ""


@dataclass
class Subject:
    """What is examined: where, which database, as whom; what is known of it so far."""

    address: tuple[str, int]
    database: str
    tls: bool = False
    user: str = ""
    password: str = field(default="", repr=False)
    words: tuple[str, ...] = WORDS
    patience: float = 20.0
    known: Known = field(default_factory=Known)

    def connect(self) -> tuple[Origin, apdu.InitializeResponse]:
        """A new association. Raises ``OriginError``."""
        origin = Origin(self.address, tls=self.tls, patience=self.patience)
        try:
            return origin, origin.initialize(self.user, self.password)
        except OriginError:
            origin.hang_up()
            raise

    def link(self, asked: str) -> str:
        """How an operator asks the same by hand."""
        scheme = "ssl:" if self.tls else ""
        host, port = self.address
        name = f"[{host}]" if ":" in host else host
        opened = f"yaz-client {scheme}{name}:{port}/{self.database}"
        return opened if asked == "init" else f"{opened}: {asked}"


Check = Callable[[Subject, Origin, apdu.InitializeResponse], Iterator[Finding]]


def examine(subject: Subject) -> Iterator[Finding]:
    """Every check in order. One that cannot go on is a fault, and the next one begins anew.

    Where not even an association can be had, or nothing is found, that is the only fault told.
    """
    for name, check in CHECKS.items():
        stopped = False
        try:
            origin, answer = subject.connect()
        except OriginError as error:
            fault = _fault(
                name, f"không kết nối được: {error.vi}", f"no association: {error}", "init"
            )
            yield _linked(subject, fault)
            return
        with origin:
            try:
                for finding in check(subject, origin, answer):
                    stopped = stopped or finding.level == "fault"
                    yield _linked(subject, finding)
            except OriginError as error:
                stopped = True
                yield _linked(
                    subject,
                    _fault(
                        name,
                        f"máy chủ ngắt giữa chừng: {error.vi}",
                        f"the target stopped in the middle: {error}",
                        origin.asked,
                    ),
                )
        if stopped and name in _NEEDED:
            return


def _linked(subject: Subject, finding: Finding) -> Finding:
    if not finding.request:
        return finding
    shown = subject.link(finding.request)
    return Finding(finding.check, finding.level, finding.vi, finding.en, shown)


def _fault(check: str, vi: str, en: str, asked: str = "") -> Finding:
    return Finding(check, "fault", vi, en, asked)


# the checks


def _init(subject: Subject, origin: Origin, answer: apdu.InitializeResponse) -> Iterator[Finding]:
    if not answer.result:
        yield _fault(
            "init",
            "máy chủ từ chối Init (cần tên người dùng và mật khẩu?)",
            "the target refuses Init (does it want a user and a password?)",
            "init",
        )
        return
    name = f"{answer.implementation_name or '?'} {answer.implementation_version or ''}".strip()
    version = 3 if ProtocolVersion.V3 in answer.protocol_version else 2
    yield Finding("init", "good", f"{name}, phiên bản {version}", f"{name}, version {version}")
    for option, vi, en in (
        (Options.SCAN, "duyệt chỉ mục (Scan)", "browsing of indexes (Scan)"),
        (Options.SORT, "sắp xếp (Sort)", "sorting (Sort)"),
        (Options.NAMED_RESULT_SETS, "nhiều tập kết quả", "several result sets"),
    ):
        level: Level = "good" if option in answer.options else "note"
        has_vi, has_en = ("có", "offers") if option in answer.options else ("không có", "lacks")
        yield Finding("init", level, f"{has_vi} {vi}", f"{has_en} {en}")


def _known_item(subject: Subject, origin: Origin, _: apdu.InitializeResponse) -> Iterator[Finding]:
    """Find anything, take the record, remember words of it."""
    problem = ("", "")
    for word in subject.words:
        found = origin.search(subject.database, f'@attr 1=1016 "{word}"')
        diagnostic = first_diagnostic(found.non_surrogate_diagnostic, found.response_records)
        if diagnostic is not None:
            problem = meanings.diagnostic(diagnostic)
        if found.result_count:
            break
    else:
        yield _fault(
            "known item",
            f"không tìm thấy gì trong cơ sở dữ liệu {subject.database!r} {problem[0]}".rstrip(),
            f"nothing is found in database {subject.database!r} {problem[1]}".rstrip(),
            origin.asked,
        )
        return
    record = _record(origin.present(1, 1, USMARC))
    if record is None:
        yield _fault(
            "known item",
            "không lấy được biểu ghi USMARC nào",
            "no record can be had as USMARC",
            origin.asked,
        )
        return
    subject.known = _words_of(record, word)
    title = " ".join(subject.known.title)
    yield Finding("known item", "good", f"biểu ghi mẫu: {title}", f"a record to ask for: {title}")


def _use_attributes(
    subject: Subject, origin: Origin, _: apdu.InitializeResponse
) -> Iterator[Finding]:
    """The searches of the Bath Profile, level 0, and of Koha: the record must be found by them."""
    known = subject.known
    for label, use, term in (
        (("nhan đề", "title"), 4, known.title[0] if known.title else ""),
        (("tác giả", "author"), 1003, known.author),
        (("tên người (Use 1)", "personal name (Use 1)"), 1, known.author),
        (("mọi trường", "any"), 1016, known.title[0] if known.title else ""),
        (("ISBN", "ISBN"), 7, known.isbn),
        (("năm xuất bản", "date of publication"), 31, known.year),
    ):
        if term:
            yield _must_find(origin, subject.database, f'@attr 1={use} "{term}"', label)
    if known.title:
        query = f'@attr 1=4 @attr 3=3 @attr 4=2 @attr 5=100 @attr 6=1 "{known.title[0]}"'
        yield _must_find(
            origin, subject.database, query, ("nhan đề, Bath 5.A.0.2", "title, Bath 5.A.0.2")
        )


def _must_find(origin: Origin, database: str, query: str, label: meanings.Words) -> Finding:
    check = "access points"
    found = origin.search(database, query)
    diagnostic = first_diagnostic(found.non_surrogate_diagnostic, found.response_records)
    if diagnostic is not None:
        level: Level = "note" if diagnostic.condition in UNSUPPORTED else "fault"
        vi, en = meanings.diagnostic(diagnostic)
        return Finding(check, level, f"{label[0]}: {vi}", f"{label[1]}: {en}", origin.asked)
    if not found.result_count:
        return _fault(
            check,
            f"{label[0]}: không tìm thấy biểu ghi mà chính nó có",
            f"{label[1]}: does not find a record of its own",
            origin.asked,
        )
    hits = found.result_count
    return Finding(check, "good", f"{label[0]}: {hits} biểu ghi", f"{label[1]}: {hits} hits")


def _honesty(subject: Subject, origin: Origin, _: apdu.InitializeResponse) -> Iterator[Finding]:
    """Attributes in pairs: what differs in the question must be able to differ in the answer."""
    nonsense = origin.search(subject.database, f'@attr 1=5999 "{subject.known.term}"')
    diagnostic = first_diagnostic(nonsense.non_surrogate_diagnostic, nonsense.response_records)
    if diagnostic is None:
        yield _fault(
            "attributes",
            f"điểm truy cập không tồn tại (Use 5999) vẫn trả {nonsense.result_count} biểu ghi",
            f"an access point that does not exist (Use 5999) gives {nonsense.result_count} hits",
            origin.asked,
        )
    else:
        level: Level = "good" if diagnostic.condition == 114 else "warning"
        vi, en = meanings.diagnostic(diagnostic)
        yield Finding("attributes", level, f"Use 5999: {vi}", f"Use 5999: {en}", origin.asked)
    for pair in _pairs(subject.known):
        yield _compared(origin, subject.database, pair)


@dataclass(frozen=True, slots=True)
class _Pair:
    """``narrow`` must not have more hits than ``wide``; where ``strict``, fewer."""

    vi: str
    en: str
    narrow: str
    wide: str
    strict: bool = False


def _pairs(known: Known) -> Iterator[_Pair]:
    if len(known.title) > 1:
        last = known.title[-1]
        word = f'@attr 1=4 "{last}"'
        # The last word of a longer title is not a whole title, and stands not at its beginning.
        yield _Pair(
            "toàn trường (6=3)",
            "complete field (6=3)",
            f'@attr 1=4 @attr 4=1 @attr 6=3 "{last}"',
            word,
            True,
        )
        yield _Pair(
            "đầu trường (3=1)", "first in field (3=1)", f'@attr 1=4 @attr 3=1 "{last}"', word, True
        )
        phrase = " ".join(known.title)
        backwards = " ".join(reversed(known.title))
        if phrase != backwards:
            yield _Pair(
                "cụm từ (4=1)",
                "phrase (4=1)",
                f'@attr 1=4 @attr 4=1 "{backwards}"',
                f'@attr 1=4 @attr 4=6 "{phrase}"',
                True,
            )
    if known.title and len(known.title[0]) > 3:
        cut = known.title[0][:-1]
        yield _Pair(
            "cắt phải (5=1)",
            "right truncation (5=1)",
            f'@attr 1=4 @attr 5=100 "{cut}"',
            f'@attr 1=4 @attr 5=1 "{cut}"',
            True,
        )
    if known.year:
        after = f'@attr 1=31 @attr 2=5 @attr 4=4 "{known.year}"'
        from_ = f'@attr 1=31 @attr 2=4 @attr 4=4 "{known.year}"'
        yield _Pair("quan hệ (2=5 và 2=4)", "relation (2=5 and 2=4)", after, from_, True)


def _compared(origin: Origin, database: str, pair: _Pair) -> Finding:
    check = "attributes"
    totals = []
    for query in (pair.wide, pair.narrow):
        found = origin.search(database, query)
        diagnostic = first_diagnostic(found.non_surrogate_diagnostic, found.response_records)
        if diagnostic is not None:
            level: Level = "note" if diagnostic.condition in UNSUPPORTED else "warning"
            vi, en = meanings.diagnostic(diagnostic)
            vi, en = f"{pair.vi}: {vi}", f"{pair.en}: {en}"
            return Finding(check, level, vi, en, origin.asked)
        totals.append(found.result_count)
    wide, narrow = totals
    if not wide:
        vi, en = f"{pair.vi}: không so được, 0 biểu ghi", f"{pair.en}: no hits to compare"
        return Finding(check, "note", vi, en, origin.asked)
    if narrow > wide or (pair.strict and narrow == wide):
        return _fault(
            check,
            f"{pair.vi}: bị bỏ qua ({wide} và {narrow} biểu ghi)",
            f"{pair.en}: is left out of account ({wide} and {narrow} hits)",
            origin.asked,
        )
    return Finding(check, "good", f"{pair.vi}: {narrow} / {wide}", f"{pair.en}: {narrow} of {wide}")


def _record_syntaxes(
    subject: Subject, origin: Origin, _: apdu.InitializeResponse
) -> Iterator[Finding]:
    check = "record syntaxes"
    origin.search(subject.database, f'@attr 1=1016 "{subject.known.term}"')
    for oid, name in SYNTAXES.items():
        shown = origin.present(1, 1, oid)
        diagnostic = first_diagnostic(shown.non_surrogate_diagnostic, shown.response_records)
        records = [
            r.record for r in shown.response_records if isinstance(r.record, common.External)
        ]
        if diagnostic is not None:
            refused: Level = "note" if diagnostic.condition in (238, 239) else "warning"
            vi, en = meanings.diagnostic(diagnostic)
            yield Finding(check, refused, f"{name}: {vi}", f"{name}: {en}", origin.asked)
        elif not records:
            vi, en = f"{name}: không có biểu ghi nào", f"{name}: no record comes"
            yield _fault(check, vi, en, origin.asked)
        elif records[0].direct_reference != oid:
            other = records[0].direct_reference
            yield Finding(
                check,
                "warning",
                f"{name}: trả về {other}",
                f"{name}: {other} comes instead",
                origin.asked,
            )
        else:
            yield Finding(check, "good", name, name)


def _charset(subject: Subject, origin: Origin, _: apdu.InitializeResponse) -> Iterator[Finding]:
    """What the leader says against what the octets are; and words with marks as search terms."""
    found = origin.search(subject.database, f'@attr 1=1016 "{subject.known.term}"')
    count = min(found.result_count, 10)
    shown = origin.present(1, count, USMARC)
    lying = [
        _leader_lies(record.record.octets)
        for record in shown.response_records
        if isinstance(record.record, common.External) and record.record.octets
    ]
    faults = [lie for lie in lying if lie]
    if faults:
        yield _fault(
            "character sets",
            f"{len(faults)} trong {len(lying)} biểu ghi: leader/09 sai ({faults[0]})",
            f"{len(faults)} of {len(lying)} records: leader/09 is wrong ({faults[0]})",
            origin.asked,
        )
    elif lying:
        number = len(lying)
        yield Finding(
            "character sets",
            "good",
            f"leader/09 đúng ở {number} biểu ghi",
            f"leader/09 is right in {number} records",
        )
    marked = next((word for word in subject.known.title if not word.isascii()), "")
    if not marked:
        return
    for vi, en, word in (
        ("NFC", "NFC", unicodedata.normalize("NFC", marked)),
        ("NFD", "NFD", unicodedata.normalize("NFD", marked)),
        ("không dấu", "without marks", _plain(marked)),
    ):
        answer = origin.search(subject.database, f'@attr 1=4 "{word}"')
        hits = answer.result_count
        level: Level = "good" if answer.result_count else "warning"
        yield Finding(
            "character sets",
            level,
            f"{word} ({vi}): {hits} biểu ghi",
            f"{word} ({en}): {hits} hits",
            origin.asked,
        )


def _result_sets(
    subject: Subject, origin: Origin, answer: apdu.InitializeResponse
) -> Iterator[Finding]:
    check = "result sets"
    query = f'@attr 1=1016 "{subject.known.term}"'
    named = Options.NAMED_RESULT_SETS in answer.options
    first = "one" if named else "default"
    total = origin.search(subject.database, query, name=first).result_count
    beyond = origin.present(total + 1, 1, USMARC, name=first)
    diagnostic = first_diagnostic(beyond.non_surrogate_diagnostic, beyond.response_records)
    if diagnostic is None:
        yield _fault(
            check,
            "biểu ghi ngoài tập kết quả không có chẩn đoán 13",
            "a record beyond the result set gives no diagnostic 13",
            origin.asked,
        )
    else:
        level: Level = "good" if diagnostic.condition == 13 else "warning"
        vi, en = meanings.diagnostic(diagnostic)
        yield Finding(check, level, f"ngoài tập: {vi}", f"beyond the set: {en}", origin.asked)
    if named:
        before = _octets(origin.present(1, 1, USMARC, name=first))
        origin.search(subject.database, '@attr 1=1016 "zzzzzz"', name="two")
        same = _octets(origin.present(1, 1, USMARC, name=first)) == before
        vi = "tập kết quả thứ nhất còn nguyên" if same else "tập kết quả thứ nhất bị mất hoặc đổi"
        en = "the first set stays" if same else "the first set is lost or has changed"
        yield Finding(check, "good" if same else "fault", vi, en, origin.asked)


def _scan(subject: Subject, origin: Origin, answer: apdu.InitializeResponse) -> Iterator[Finding]:
    """A list of words begins where it was asked to, and its counts are those of a search."""
    known = subject.known
    if Options.SCAN not in answer.options or not known.title:
        return
    check = "scan"
    word = known.title[0]
    listed = origin.scan(subject.database, f'@attr 1=4 @attr 4=2 "{word}"', count=5)
    if refused := first_diagnostic(listed.entries and listed.entries.nonsurrogate_diagnostics):
        level: Level = "note" if refused.condition in UNSUPPORTED else "warning"
        vi, en = meanings.diagnostic(refused)
        yield Finding(check, level, f"nhan đề: {vi}", f"title: {en}", origin.asked)
        return
    terms = _terms(listed)
    if not terms:
        vi, en = "danh sách từ của nhan đề rỗng", "the list of words of titles is empty"
        yield _fault(check, vi, en, origin.asked)
        return
    first, hits = terms[0]
    if _folded(first) != _folded(word):
        yield _fault(
            check,
            f"bắt đầu ở {first!r}, không phải ở từ {word!r} của chính nó",
            f"begins at {first!r} and not at a word of its own, {word!r}",
            origin.asked,
        )
        return
    yield Finding(check, "good", f"danh sách bắt đầu ở {first!r}", f"the list begins at {first!r}")
    if hits is None:
        vi, en = "danh sách không có số biểu ghi", "the list has no counts"
        yield Finding(check, "note", vi, en, origin.asked)
        return
    scanned = origin.asked
    found = origin.search(subject.database, f'@attr 1=4 @attr 4=2 "{_quoted(first)}"').result_count
    same = found == hits
    yield Finding(
        check,
        "good" if same else "warning",  # some count occurrences
        f"{first}: {hits} biểu ghi trong danh sách, tìm thấy {found}",
        f"{first}: {hits} records in the list, {found} found",
        "" if same else scanned,
    )


def _sort(subject: Subject, origin: Origin, answer: apdu.InitializeResponse) -> Iterator[Finding]:
    """By year, both ways: the years must come in that order, and no record may be lost."""
    if Options.SORT not in answer.options:
        return
    check = "sort"
    query = f'@attr 1=1016 "{subject.known.term}"'
    total = origin.search(subject.database, query).result_count
    for descending, vi, en in ((False, "tăng dần", "ascending"), (True, "giảm dần", "descending")):
        said = origin.sort(31, descending=descending)
        asked = origin.asked
        if said.sort_status == apdu.SortResponse.FAILURE:
            refused = first_diagnostic(said.diagnostics)
            vi, en = meanings.diagnostic(refused) if refused else ("?", "?")
            level: Level = "note" if refused else "warning"
            yield Finding(check, level, f"năm: {vi}", f"year: {en}", asked)
            return
        years = _years(origin, min(total, PAGE))
        if years != sorted(years, reverse=descending):
            shown = " ".join(years)
            vi, en = f"năm {vi}: sai thứ tự ({shown})", f"year {en}: out of order ({shown})"
            yield _fault(check, vi, en, asked)
            return
        if said.result_count not in (None, total):
            count = said.result_count
            vi = f"năm {vi}: {count} biểu ghi, trước đó {total}"
            en = f"year {en}: {count} records, there were {total}"
            yield _fault(check, vi, en, asked)
            return
        number = len(years)
        yield Finding(check, "good", f"năm {vi}: {number} biểu ghi", f"year {en}: {number} records")


def _page_by_page(
    subject: Subject, origin: Origin, _: apdu.InitializeResponse
) -> Iterator[Finding]:
    """Koha asks for a page of results record by record, each after the answer before it."""
    found = origin.search(subject.database, f'@attr 1=1016 "{subject.known.term}"')
    count = min(found.result_count, PAGE)
    begin = time.monotonic()
    came = sum(
        _record(origin.present(number, 1, USMARC)) is not None for number in range(1, count + 1)
    )
    seconds = time.monotonic() - begin
    missing = count - came
    if missing:
        yield _fault(
            "page of results",
            f"{missing} trong {count} biểu ghi không đọc được",
            f"{missing} of {count} records cannot be read",
            origin.asked,
        )
    level: Level = "good" if seconds < SLOW_PAGE else "warning"
    yield Finding(
        "page of results",
        level,
        f"{count} biểu ghi, từng biểu ghi một: {seconds * 1000:.0f} ms",
        f"{count} records, one at a time: {seconds * 1000:.0f} ms",
    )


CHECKS: dict[str, Check] = {
    "init": _init,
    "known item": _known_item,
    "access points": _use_attributes,
    "attributes": _honesty,
    "record syntaxes": _record_syntaxes,
    "character sets": _charset,
    "result sets": _result_sets,
    "scan": _scan,
    "sort": _sort,
    "page of results": _page_by_page,
}
_NEEDED = frozenset({"init", "known item"})  # without them nothing else can be asked


# parts


def _octets(shown: apdu.PresentResponse) -> bytes | None:
    for item in shown.response_records:
        if isinstance(item.record, common.External):
            return item.record.octets
    return None


def _terms(listed: apdu.ScanResponse) -> list[tuple[str, int | None]]:
    """The terms as they are to be searched for, and how many records have them."""
    found = []
    for entry in listed.entries.entries if listed.entries else ():
        if isinstance(entry, TermInfo):
            text = entry.character_string or (entry.term or b"").decode("utf-8", "replace")
            found.append((text, entry.global_occurrences))
    return found


def _folded(text: str) -> str:
    """For comparing what targets write in capitals or without marks."""
    return _plain(text).casefold().strip()


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _years(origin: Origin, count: int) -> list[str]:
    """Of the first ``count`` records one by one; those that have none left out."""
    years = []
    for number in range(1, count + 1):
        record = _record(origin.present(number, 1, USMARC))
        if record is not None and (year := _year(record)):
            years.append(year)
    return years


def _year(record: MarcRecord) -> str:
    """Of publication; empty when it is not known."""
    year = record.control("008")[7:11]
    return year if _YEAR.fullmatch(year) else ""


def _record(shown: apdu.PresentResponse) -> MarcRecord | None:
    octets = _octets(shown)
    if not octets:
        return None
    try:
        return read_iso2709(octets)[0]
    except MarcError:
        return None


def _words_of(record: MarcRecord, term: str) -> Known:
    title = " ".join(f.first("a") for f in record.data("245"))
    author = next((f.first("a") for tag in ("100", "700") for f in record.data(tag)), "")
    isbn = re.sub(
        r"[^0-9Xx]", "", next((f.first("a") for f in record.data("020")), "").split("(")[0]
    )
    names = re.findall(r"\w+", author)
    return Known(
        term,
        tuple(re.findall(r"\w+", unicodedata.normalize("NFC", title)))[:6],
        names[0] if names else "",
        isbn if len(isbn) in (10, 13) else "",
        _year(record),
    )


def _leader_lies(octets: bytes) -> str:
    """How leader/09 disagrees with the octets; empty when it does not, or nobody can tell."""
    if octets.isascii():
        return ""
    try:
        octets.decode()
        utf8 = True
    except UnicodeDecodeError:
        utf8 = False
    if octets[9:10] == b"a":
        return "" if utf8 else "UTF-8 declared, the octets are not"
    return "MARC-8 declared, the octets are UTF-8" if utf8 else ""


def _plain(word: str) -> str:
    letters = unicodedata.normalize("NFD", word.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
