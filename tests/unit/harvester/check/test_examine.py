"""A clean server is found clean; each faulty one is found out, by the request that shows it."""

import re
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from harvester.check.examine import Examiner
from harvester.check.findings import FAULTS
from harvester.http import Answer, HttpError
from interop.http.reply import Asked
from interop.oai.provider import PageSizes
from interop.oai.views import FORM, handler
from tests.unit.oai.fakes import filled

BASE = "http://localhost/oai"


class Server:
    """Our own provider, with a fault put into what it is asked or answers."""

    def __init__(self, fault=None, replace=None):
        self.catalogue = filled(25)
        self.handle = handler(
            self.catalogue, lambda: self.catalogue.time, b"s", sizes=PageSizes(records=10)
        )
        self.fault, self.replace = fault, replace
        self.asked: list[str] = []

    def get(self, url: str, form: bytes | None = None) -> Answer:
        query = url.partition("?")[2]
        self.asked.append(query)
        if self.replace is not None:
            replaced = self.replace(query, form)
            if isinstance(replaced, Answer):
                return replaced
            query = query if replaced is None else replaced
        method = "GET" if form is None else "POST"
        status, headers, body = self.handle(Asked(method, "", query.encode(), form or b"", FORM))
        text = b"".join(body)
        if self.fault is not None:
            text = self.fault(query, text)
        return Answer(status, text, content_type=dict(headers)["Content-Type"])


def examine(server, **bounds):
    clock = server.catalogue.time
    waited = []
    report = Examiner(BASE, server, lambda: float(clock), waited.append, **bounds).examine()
    return report, waited


def faults(**faulty):
    return {finding.fault for finding in examine(Server(**faulty))[0].findings}


def test_a_clean_server_is_found_clean() -> None:
    server = Server()
    report, _ = examine(server)
    assert report.findings == [] and not report.cut
    assert report.requests == len(server.asked) < 60
    assert report.name == "Mục lục liên hợp"


def text(pattern, replacement, verb=""):
    """A fault: every place that matches the pattern, in the answers to a verb."""

    def change(query: str, body: bytes) -> bytes:
        if verb and f"verb={verb}" not in query:
            return body
        return re.sub(pattern.encode(), replacement.encode(), body, flags=re.DOTALL)

    return change


def asked(pattern, replacement):
    """A fault: the server takes one query for another."""
    return lambda query, form: re.sub(pattern, replacement, query)


def answer(pattern, status=200, body=b"<html>x</html>", **more):
    return lambda query, form: (
        Answer(status, body, content_type="text/html", **more)
        if re.search(pattern, query)
        else None
    )


DAY = r"from=(2023-[-\d]*)&until=(2023-[-\d]*)$"  # an until of a day, taken for its first second
FIRST_PAGE = "verb=ListRecords&metadataPrefix=oai_dc"


@pytest.mark.parametrize(
    ("expected", "faulty"),
    [
        ("not-oai", {"replace": answer("ListSets")}),
        ("http-status", {"replace": answer("ListRecords", 500)}),
        ("http-status", {"replace": answer("interopCheck", 400)}),
        ("hostile", {"replace": answer("%FF%00", 500)}),
        ("busy", {"replace": answer("ListSets", 503)}),
        ("moved", {"replace": answer("ListSets", moved="http://b/")}),
        ("content-type", {"replace": answer("ListSets")}),
        ("post", {"replace": lambda query, form: answer("")(query, form) if form else None}),
        ("ill-formed", {"fault": text("<dc:title>", "<dc:title>\x0b", "ListRecords")}),
        ("ill-formed", {"fault": text("</ListRecords>.*", "", "ListRecords")}),
        ("ill-formed", {"fault": text("tập", "A & B", "ListRecords")}),
        ("encoding", {"fault": text("^<.xml[^>]*>\n", "")}),
        ("encoding", {"fault": text("^", "\ufeff")}),
        ("namespace", {"fault": text(' xmlns="[^"]*"', ' xmlns="urn:x"', "Identify")}),
        ("schema-location", {"fault": text("OAI-PMH.xsd", "oai.xsd")}),
        ("element-order", {"fault": text("(<responseDate.*?Date>)(.*?</request>)", r"\2\1")}),
        ("response-date", {"fault": text("Z</responseDate>", ".0Z</responseDate>")}),
        ("response-date", {"fault": text("Z</responseDate>", "+07:00</responseDate>")}),
        ("clock", {"fault": text("<responseDate>[^<]*", "<responseDate>2023-11-16T05:00:00Z")}),
        ("request-element", {"fault": text("<request [^>]*>", "<request>")}),
        ("base-url", {"fault": text("<baseURL>[^<]*", "<baseURL>http://10.0.0.1/oai")}),
        ("identify", {"fault": text("<protocolVersion>2.0", "<protocolVersion>1.1")}),
        ("identify", {"fault": text("<earliestDatestamp>.*?Datestamp>", "")}),
        ("admin-email", {"fault": text("<adminEmail>[^<]*", "<adminEmail>root@localhost")}),
        ("granularity", {"fault": text("YYYY-MM-DDThh:mm:ssZ", "YYYY-MM-DD hh:mm:ss")}),
        ("granularity", {"fault": text("Thh:mm:ssZ<", "<", "Identify")}),
        ("earliest", {"fault": text("<earliestDatestamp>2023", "<earliestDatestamp>2999")}),
        ("deletions", {"fault": text(">persistent<", ">transient<")}),
        ("oai-dc", {"fault": text("<metadataPrefix>oai_dc", "<metadataPrefix>dublin")}),
        ("no-marc", {"fault": text("http://www.loc.gov/MARC21/slim<", "urn:marc<")}),
        ("sets", {"fault": text("<setSpec>library:VN", "<setSpec>thư viện:VN", "ListSets")}),
        ("sets", {"fault": text("<setSpec>library:VN-HUE", "<setSpec>library:VN-QTI", "ListSets")}),
        ("unlisted-set", {"fault": text("<setSpec>type:book", "<setSpec>type:map", "ListRec")}),
        ("empty-list", {"fault": text("<record>.*</record>", "", "ListRecords")}),
        ("header", {"fault": text("<header.*?</header>", "", "ListRecords")}),
        ("header", {"fault": text("<datestamp>.*?</datestamp>", "", "ListRecords")}),
        ("identifier", {"fault": text("<identifier>oai:[^<]*", "<identifier>123")}),
        ("identifier", {"fault": text("union/u00000000\\d", "union/u000000001", "ListRecords")}),
        ("datestamp", {"fault": text("Z</datestamp>", "</datestamp>")}),
        ("datestamp", {"fault": text("<datestamp>2023", "<datestamp>2099")}),
        ("no-metadata", {"fault": text("<metadata>.*?</metadata>", "", "ListRecords")}),
        ("deleted-metadata", {"fault": text("<header>", '<header status="deleted">')}),
        ("metadata", {"fault": text('xmlns:oai_dc="[^"]*"', 'xmlns:oai_dc="urn:x"')}),
        ("text", {"fault": text("Truyện Kiều", "Truyá»‡n Kiá»u", "ListRecords")}),
        ("text", {"fault": text("Truyện", "Truy\ufffdn", "ListRecords")}),
        ("identifiers-differ", {"fault": text("union/u", "union/x", "ListIdentifiers")}),
        ("token-refused", {"replace": asked("Token=.*", "Token=gone")}),
        ("token-loop", {"replace": lambda q, f: FIRST_PAGE if "Records&res" in q else q}),
        ("token-damaged", {"replace": asked("Token=interop-check", "&metadataPrefix=oai_dc")}),
        ("token-exclusive", {"replace": asked("metadataPrefix=oai_dc&resumption", "resumption")}),
        ("list-size", {"fault": text('completeListSize="25"', 'completeListSize="0"')}),
        ("list-size", {"fault": text('cursor="10"', 'cursor="1"')}),
        ("bad-verb", {"replace": asked("^verb=interopCheck", "verb=Identify")}),
        ("bad-argument", {"replace": asked("&interopCheck=1", "")}),
        ("bad-argument", {"replace": asked("&from=2020-13-01", "")}),
        ("bad-argument", {"replace": asked("T00:00:00Z", "")}),
        ("unknown-id", {"fault": text("idDoesNotExist", "badArgument")}),
        ("unknown-format", {"fault": text("cannotDisseminateFormat", "badArgument")}),
        ("window", {"replace": asked(DAY, r"from=\1T00%3A00%3A00Z&until=\1T00%3A00%3A00Z")}),
        ("window-empty", {"replace": asked("&from=2999-01-01", "")}),
        ("get-record", {"fault": text("<setSpec>type:[a-z]*</setSpec>", "", "GetRecord")}),
    ],
)  # fmt: skip
def test_each_fault_is_found(expected, faulty) -> None:
    assert expected in faults(**faulty)


def test_a_token_that_works_once_is_found() -> None:
    used = set()

    def once(query, form):
        token = parse_qs(query).get("resumptionToken")
        if token and query in used:
            return re.sub("resumptionToken=.*", "metadataPrefix=oai_dc&from=2023-11-15", query)
        used.add(query)
        return query

    assert "token-once" in faults(replace=once)


def test_the_request_that_shows_it_is_told_and_each_fault_once() -> None:
    report, _ = examine(Server(replace=answer("^verb=ListSets", 500)))
    assert [f.fault for f in report.findings] == ["http-status", "not-oai"]
    assert {f.request for f in report.findings} == {f"{BASE}?verb=ListSets"}
    assert report.findings[0].detail == "HTTP 500"


def test_a_server_that_is_not_there() -> None:
    class Nothing(Server):
        def get(self, url, form=None):
            raise HttpError("connection refused")

    report, _ = examine(Nothing())
    assert [f.fault for f in report.findings] == ["unreachable"] and report.requests == 1


def test_a_busy_server_is_waited_for_once_and_not_long() -> None:
    server = Server(replace=answer("ListSets", 503, retry_after=9999.0))
    report, waited = examine(server)
    assert waited == [30.0] and "busy" in {f.fault for f in report.findings}


def test_a_slow_server_is_found() -> None:
    server = Server()
    clock = iter(range(server.catalogue.time, server.catalogue.time + 100_000, 21))
    report = Examiner(BASE, server, lambda: next(clock), lambda s: None, seconds=9e9).examine()
    assert "too-slow" in {finding.fault for finding in report.findings}


def test_it_is_bounded() -> None:
    report, _ = examine(Server(), requests=7)
    assert report.requests == 7 and report.cut
    report, _ = examine(Server(), seconds=-1.0)
    assert report.requests == 0 and report.cut


def test_every_fault_of_the_table_is_one_that_is_tested() -> None:
    tested = Path(__file__).read_text(encoding="utf-8")
    assert [name for name in FAULTS if f'"{name}"' not in tested] == []
