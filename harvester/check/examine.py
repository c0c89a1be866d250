"""The examination: a bounded number of requests, each answer looked at, faults noted.

The server is asked as harvesters ask, and then wrongly, as the protocol foresees. Nothing is
written anywhere, one request at a time, and no fault stops the rest.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol
from urllib.parse import quote, urlencode

from lxml import etree

from harvester.check.findings import Finding
from harvester.http import Answer, HttpError
from harvester.sources import _xml
from harvester.sources._base import BadPage
from interop.oai.protocol import METADATA_PREFIX, SET_SPEC, URI, parse_datestamp

OAI = "http://www.openarchives.org/OAI/2.0/"
OAI_DC = f"{OAI}oai_dc/"
MARC = "http://www.loc.gov/MARC21/slim"
_SCHEMA_LOCATION = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"
_SECONDS = "YYYY-MM-DDThh:mm:ssZ"
_EMAIL = re.compile(r"[^\s@:]{2,}@(?:[^\s@.]+\.)+[^\s@.]+")
# UTF-8 read as Latin-1 or Windows-1252 and written as UTF-8 again; what was lost for good.
_HIGH = "".join(bytes((n,)).decode("cp1252", "ignore") for n in range(0x80, 0xC0))
_GARBLED = re.compile(f"\ufffd|á[º»]|[ÃÄÆ][\x80-\xbf{_HIGH}]")
PAGES = 3  # of a list that are read
SKEW = 300  # seconds that a clock may be off
SLOW = 20.0  # seconds


class Transport(Protocol):
    """``harvester.http.Client``."""

    def get(self, url: str, form: bytes | None = None) -> Answer: ...


@dataclass
class Report:
    """``findings``: each fault once, with the first request that shows it; ``requests``: sent;
    ``cut``: whether the bounds ended the examination."""

    url: str
    name: str = ""
    findings: list[Finding] = field(default_factory=list)
    requests: int = 0
    cut: bool = False


class _Enough(Exception):
    """The bounds are reached, or there is nothing to examine."""


@dataclass(frozen=True, slots=True)
class _Got:
    """An answer that could be read. ``codes``: of its errors; ``content``: the verb's element."""

    url: str
    root: etree._Element
    codes: tuple[str, ...]
    content: etree._Element | None

    def all(self, name: str) -> list[etree._Element]:
        return [] if self.content is None else _xml.children(self.content, name)


class Examiner:
    """``clock``: seconds since 1970; ``wait``: sleeps; ``requests``, ``seconds``: bounds of the
    whole examination."""

    def __init__(
        self,
        url: str,
        transport: Transport,
        clock: Callable[[], float],
        wait: Callable[[float], None],
        *,
        requests: int = 80,
        seconds: float = 300.0,
    ) -> None:
        self.report = Report(url)
        self._transport = transport
        self._clock, self._wait = clock, wait
        self._limit, self._end = requests, clock() + seconds
        self._seconds = True
        self._earliest = ""
        self._sets: set[str] | None = None

    def examine(self) -> Report:
        """All of it."""
        try:
            if self._identify():
                self._post()
                prefixes = self._formats()
                self._list_sets()
                headers = self._records("oai_dc", OAI_DC)
                if marc := prefixes.get(MARC):
                    self._records(marc, MARC)
                if headers:
                    self._one_record(headers[0])
                    self._windows(headers[0])
                self._arguments(headers[0] if headers else None)
        except _Enough:
            self.report.cut = True
        return self.report

    # asking

    def _note(self, fault: str, url: str, detail: str = "") -> None:
        if all(each.fault != fault for each in self.report.findings):
            self.report.findings.append(Finding(fault, url, " ".join(detail.split())[:300]))

    def _url(self, arguments: str) -> str:
        return f"{self.report.url}{'&' if '?' in self.report.url else '?'}{arguments}"

    def _fetch(self, url: str, form: bytes | None = None) -> Answer | None:
        for attempt in (1, 2):
            now = self._clock()
            if self.report.requests >= self._limit or now > self._end:
                raise _Enough
            self.report.requests += 1
            try:
                answer = self._transport.get(url, form)
            except HttpError as error:
                self._note("unreachable", url, error.reason)
                return None
            if self._clock() - now > SLOW:
                self._note("too-slow", url, f"{self._clock() - now:.0f} s")
            if answer.moved:
                self._note("moved", url, answer.moved)
            if answer.status not in (429, 503) or attempt == 2:
                return answer
            given = answer.retry_after
            self._note("busy", url, "Retry-After: " + ("-" if given is None else f"{given:.0f} s"))
            self._wait(min(given if given is not None else 5.0, 30.0))
        return None

    def _ask(self, arguments: str, *, hostile: bool = False) -> _Got | None:
        """The answer to a query, examined as every answer is; ``None`` when it is none."""
        url = self._url(arguments)
        answer = self._fetch(url)
        if answer is None:
            return None
        if answer.status != 200:
            fault = "hostile" if hostile and answer.status >= 500 else "http-status"
            if not (hostile and 400 <= answer.status < 500):
                self._note(fault, url, f"HTTP {answer.status}")
        elif not answer.content_type.lower().startswith("text/xml"):
            self._note("content-type", url, answer.content_type or "-")
        return self._read(url, answer, hostile)

    def _read(self, url: str, answer: Answer, hostile: bool) -> _Got | None:
        body = answer.body
        if hostile and answer.status != 200:
            return None
        try:
            root, repairs = _xml.parse(body, "OAI-PMH")
        except BadPage as error:
            self._note("ill-formed" if b"<OAI-PMH" in body[:2000] else "not-oai", url, str(error))
            return None
        if repairs:
            self._note("ill-formed", url, f"{repairs} places")
        if not body.startswith(b"<?xml") or not _is_utf8(body):
            self._note("encoding", url, repr(body[:60])[2:-1])
        if _xml.namespace(root) != OAI:
            self._note("namespace", url, _xml.namespace(root) or "-")
        location = root.get(_SCHEMA_LOCATION, "").split()
        if location[:2] != [OAI, f"{OAI}OAI-PMH.xsd"]:
            self._note("schema-location", url, " ".join(location) or "-")
        names = [_xml.local_name(child) for child in root if _xml.local_name(child)]
        if names[:2] != ["responseDate", "request"] or len(names) < 3:
            self._note("element-order", url, ", ".join(names))
        self._dates(url, root)
        errors = _xml.children(root, "error")
        codes = tuple(error.get("code", "") for error in errors)
        content = None if errors or len(names) < 3 else _xml.children(root, names[-1])[0]
        if not hostile:
            self._request(url, root, codes)
        return _Got(url, root, codes, content)

    def _dates(self, url: str, root: etree._Element) -> None:
        text = _xml.text_of(next(iter(_xml.children(root, "responseDate")), None))
        moment = _moment(text)
        if moment is None or len(text) != 20:
            self._note("response-date", url, text or "-")
        elif abs(off := moment - self._clock()) > SKEW:
            self._note("clock", url, f"{text}: {off / 3600:+.1f} h")

    def _request(self, url: str, root: etree._Element, codes: tuple[str, ...]) -> None:
        request = next(iter(_xml.children(root, "request")), None)
        if request is None:
            return
        sent = url.partition("?")[2] if "?" not in self.report.url else ""
        names = {pair.partition("=")[0] for pair in sent.split("&") if pair}
        given = {str(name) for name in request.attrib}
        refused = {"badVerb", "badArgument"} & set(codes)
        if (refused and given) or (not refused and sent and given != names):
            self._note("request-element", url, ", ".join(sorted(given)) or "-")

    def _expect(self, fault: str, arguments: str, *codes: str) -> None:
        """The query must be refused by one of ``codes``."""
        got = self._ask(arguments)
        if got is not None and not set(codes) & set(got.codes):
            seen = ", ".join(got.codes) or "no error"
            self._note(fault, got.url, f"{seen} != {' | '.join(codes)}")

    # what is asked

    def _identify(self) -> bool:
        got = self._ask("verb=Identify")
        if got is None:
            return False
        if got.content is None:
            self._note("identify", got.url, ", ".join(got.codes) or "-")
            return True
        values = {name: [_xml.text_of(each) for each in got.all(name)] for name in _IDENTIFY}
        self.report.name = (values["repositoryName"] or [""])[0]
        missing = [name for name, found in values.items() if not any(found)]
        if missing or values["protocolVersion"][0] != "2.0":
            self._note("identify", got.url, ", ".join(missing) or values["protocolVersion"][0])
        if not all(_EMAIL.fullmatch(each) for each in values["adminEmail"]):
            self._note("admin-email", got.url, ", ".join(values["adminEmail"]))
        if (values["baseURL"] or [""])[0] != self.report.url:
            self._note("base-url", got.url, (values["baseURL"] or ["-"])[0])
        granularity = (values["granularity"] or [""])[0]
        if granularity not in ("YYYY-MM-DD", _SECONDS):
            self._note("granularity", got.url, granularity or "-")
        self._seconds = granularity != "YYYY-MM-DD"
        self._earliest = (values["earliestDatestamp"] or [""])[0]
        if _moment(self._earliest) is None or not self._fits(self._earliest):
            self._note("granularity", got.url, f"earliestDatestamp {self._earliest or '-'}")
        if (kept := (values["deletedRecord"] or [""])[0]) != "persistent":
            known = kept in ("no", "transient")
            self._note("deletions" if known else "identify", got.url, f"deletedRecord {kept}")
        return True

    def _fits(self, datestamp: str) -> bool:
        return len(datestamp) == (20 if self._seconds else 10)

    def _post(self) -> None:
        url = self.report.url
        answer = self._fetch(url, b"verb=Identify")
        if answer is None or answer.status != 200 or b"Identify" not in answer.body:
            status = "-" if answer is None else f"HTTP {answer.status}"
            self._note("post", url, f"POST verb=Identify: {status}")

    def _formats(self) -> dict[str, str]:
        """Namespace -> prefix."""
        got = self._ask("verb=ListMetadataFormats")
        if got is None:
            return {}
        found: dict[str, str] = {}
        for each in got.all("metadataFormat"):
            prefix, namespace = (
                _xml.text_of(next(iter(_xml.children(each, name)), None))
                for name in ("metadataPrefix", "metadataNamespace")
            )
            if METADATA_PREFIX.fullmatch(prefix):
                found.setdefault(namespace, prefix)
        if found.get(OAI_DC) != "oai_dc":
            self._note("oai-dc", got.url, ", ".join(found.values()) or ", ".join(got.codes))
        if MARC not in found:
            self._note("no-marc", got.url, ", ".join(found.values()))
        return found

    def _list_sets(self) -> None:
        got = self._ask("verb=ListSets")
        if got is None or "noSetHierarchy" in got.codes:
            self._sets = set() if got is not None else None
            return
        specs = []
        for each in got.all("set"):
            spec = _xml.text_of(next(iter(_xml.children(each, "setSpec")), None))
            name = _xml.text_of(next(iter(_xml.children(each, "setName")), None))
            if not SET_SPEC.fullmatch(spec) or not name:
                self._note("sets", got.url, spec or "-")
            specs.append(spec)
        if not specs:
            self._note("sets", got.url, ", ".join(got.codes) or "-")
        if len(set(specs)) != len(specs):
            self._note("sets", got.url, max(specs, key=specs.count))
        self._sets = set(specs) if not got.all("resumptionToken") else None

    # lists

    def _records(self, prefix: str, namespace: str) -> list["_Header"]:
        """The first pages of a list of records; their headers."""
        start = f"verb=ListRecords&metadataPrefix={quote(prefix)}"
        got = self._ask(start)
        found: list[_Header] = []
        before = 0
        seen: set[str] = set()
        for page in range(PAGES):
            if got is None or got.content is None:
                if got is not None and (page or got.codes != ("noRecordsMatch",)):
                    self._note("token-refused" if page else "empty-list", got.url, str(got.codes))
                break
            headers = [self._record(got, each, namespace, seen) for each in got.all("record")]
            token = next(iter(got.all("resumptionToken")), None)
            if not headers:
                self._note("empty-list", got.url)
            if page and [h.identifier for h in headers] == [h.identifier for h in found[before:]]:
                self._note("token-loop", got.url)
                break
            self._size(got, token, len(found), len(headers), page)
            before = len(found)
            found += headers
            value = "" if token is None else "".join(token.itertext()).strip()
            if not value:
                break
            following = f"verb=ListRecords&resumptionToken={quote(value, safe='')}"
            got, again = self._ask(following), None
            if page == 0 and got is not None and got.content is not None:
                again = self._ask(following)
                self._token(value, got, again, namespace)
        if namespace == OAI_DC:
            self._identifiers(found)
        return found

    def _record(
        self, got: _Got, element: etree._Element, namespace: str, seen: set[str]
    ) -> "_Header":
        header = next(iter(_xml.children(element, "header")), None)
        if header is None:
            self._note("header", got.url)
            return _Header("", "", ())
        found = self._header(got, header)
        if found.identifier in seen:
            self._note("identifier", got.url, f"{found.identifier} twice")
        seen.add(found.identifier)
        metadata = next(iter(_xml.children(element, "metadata")), None)
        if header.get("status", "").lower() == "deleted":
            if metadata is not None:
                self._note("deleted-metadata", got.url, found.identifier)
        elif metadata is None:
            self._note("no-metadata", got.url, found.identifier)
        else:
            bodies = [child for child in metadata if _xml.local_name(child)]
            if len(bodies) != 1 or _xml.namespace(bodies[0]) != namespace:
                self._note("metadata", got.url, found.identifier)
            if garbled := _GARBLED.search("\n".join(metadata.itertext())):
                text = garbled.string[max(0, garbled.start() - 20) : garbled.end() + 20]
                self._note("text", got.url, f"{found.identifier}: {text}")
        return found

    def _header(self, got: _Got, header: etree._Element) -> "_Header":
        identifier, datestamp = (
            _xml.text_of(next(iter(_xml.children(header, name)), None))
            for name in ("identifier", "datestamp")
        )
        if not identifier or not datestamp:
            self._note("header", got.url, identifier)
        elif not URI.fullmatch(identifier) or ":" not in identifier or " " in identifier:
            self._note("identifier", got.url, identifier)
        moment = _moment(datestamp)
        if datestamp and (moment is None or not self._fits(datestamp)):
            self._note("datestamp", got.url, f"{identifier}: {datestamp}")
        elif moment is not None:
            if moment > self._clock() + SKEW:
                self._note("datestamp", got.url, f"{identifier}: {datestamp}")
            if datestamp[: len(self._earliest)] < self._earliest[: len(datestamp)]:
                self._note("earliest", got.url, f"{datestamp} < {self._earliest}")
        specs = tuple(_xml.text_of(each) for each in _xml.children(header, "setSpec"))
        if self._sets is not None and (strange := set(specs) - self._sets):
            self._note("unlisted-set", got.url, ", ".join(sorted(strange)))
        return _Header(identifier, datestamp, specs)

    def _size(
        self, got: _Got, token: etree._Element | None, sent: int, here: int, page: int
    ) -> None:
        if token is None:
            return
        size, cursor = token.get("completeListSize"), token.get("cursor")
        whole = not "".join(token.itertext()).strip()
        if size is not None:
            number = int(size) if re.fullmatch(r"[0-9]{1,15}", size) else 0
            if number < sent + here + (not whole):
                self._note("list-size", got.url, f"completeListSize {size}, {sent + here} sent")
        if cursor is not None and cursor != str(sent):
            self._note("list-size", got.url, f"cursor {cursor}, {sent} sent")

    def _token(self, value: str, once: _Got, twice: _Got | None, namespace: str) -> None:
        if namespace != OAI_DC:
            return
        if twice is not None and _ids(once) != _ids(twice):
            self._note("token-once", twice.url)
        middle = len(value) // 2
        damaged = value[:middle] + ("x" if value[middle] != "x" else "y") + value[middle + 1 :]
        for wrong in (f"{damaged}", "interop-check"):
            self._expect(
                "token-damaged",
                f"verb=ListRecords&resumptionToken={quote(wrong, safe='')}",
                "badResumptionToken",
            )
        self._expect(
            "token-exclusive",
            f"verb=ListRecords&metadataPrefix=oai_dc&resumptionToken={quote(value, safe='')}",
            "badArgument",
        )

    def _identifiers(self, headers: list["_Header"]) -> None:
        got = self._ask("verb=ListIdentifiers&metadataPrefix=oai_dc")
        if got is None:
            return
        listed = [self._header(got, each).identifier for each in got.all("header")]
        known = [each.identifier for each in headers]
        shared = min(len(listed), len(known))
        if set(listed[:shared]) != set(known[:shared]):
            self._note("identifiers-differ", got.url)

    # single records, windows, wrong requests

    def _one_record(self, header: "_Header") -> None:
        identifier = quote(header.identifier, safe="")
        got = self._ask(f"verb=GetRecord&metadataPrefix=oai_dc&identifier={identifier}")
        if got is None:
            return
        found = [
            self._header(got, each)
            for r in got.all("record")
            for each in _xml.children(r, "header")
        ]
        if found != [header]:
            self._note("get-record", got.url, ", ".join(got.codes))

    def _windows(self, header: "_Header") -> None:
        stamp, start = header.datestamp, "verb=ListIdentifiers&metadataPrefix=oai_dc"
        if _moment(stamp) is None:
            return
        for bounds in ((stamp, stamp), (stamp[:10], stamp[:10])):
            window = urlencode({"from": bounds[0], "until": bounds[1]})
            got = self._ask(f"{start}&{window}")
            if got is not None and (got.content is None or not got.all("header")):
                self._note("window", got.url, ", ".join(got.codes))
        self._expect("window-empty", f"{start}&from=2999-01-01", "noRecordsMatch")
        self._expect("bad-argument", f"{start}&from=2020-02-01&until=2020-01-01", "badArgument")

    def _arguments(self, header: "_Header | None") -> None:
        for wrong in ("", "verb=interopCheck", "verb=Identify&verb=Identify"):
            self._expect("bad-verb", wrong, "badVerb")
        lists = "verb=ListRecords&metadataPrefix=oai_dc"
        for wrong in (
            "verb=Identify&interopCheck=1",
            "verb=ListRecords",
            f"{lists}&metadataPrefix=oai_dc",
            f"{lists}&from=2020-13-01",
            f"{lists}&from=junk",
            f"{lists}&from=2020-01-01&until=2020-01-02T00:00:00Z",
            "verb=GetRecord&metadataPrefix=oai_dc",
        ):
            self._expect("bad-argument", wrong, "badArgument")
        # An illegal identifier may be either (items 93 and 94 of the conformance checklist).
        unknown = "verb=GetRecord&metadataPrefix=oai_dc&identifier=oai%3Ainterop.check%3Anone"
        self._expect("unknown-id", unknown, "idDoesNotExist")
        wrong = "verb=ListRecords&metadataPrefix=interopCheck"
        self._expect("unknown-format", wrong, "cannotDisseminateFormat")
        for strange in ("identifier=%FF%00", "identifier=%22%3C%26%27", "identifier=" + "a" * 4000):
            self._ask(f"verb=GetRecord&metadataPrefix=oai_dc&{strange}", hostile=True)


_IDENTIFY = (
    "repositoryName", "baseURL", "protocolVersion", "adminEmail", "earliestDatestamp",
    "deletedRecord", "granularity",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Header:
    identifier: str
    datestamp: str
    sets: tuple[str, ...]


def _ids(got: _Got) -> list[str]:
    return [_xml.text_of(each) for each in got.root.iter("{*}identifier")]


def _moment(text: str) -> int | None:
    try:
        return parse_datestamp(text)
    except ValueError:
        return None


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def now() -> float:
    """Seconds since 1970."""
    return datetime.now(UTC).timestamp()
