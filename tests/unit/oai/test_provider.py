"""The provider alone: what the protocol's answers hold, and that harvests lose nothing."""

import random
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.oai.answers import (
    Answer,
    GetRecord,
    Identify,
    ListIdentifiers,
    ListRecords,
    ListSets,
    Record,
)
from interop.oai.extras import Extras
from interop.oai.protocol import Errors, Request, format_datestamp, parse
from interop.oai.provider import PageSizes, Provider
from interop.oai.token import LIFETIME, Position, Signer, issue
from tests.unit.oai.fakes import START, FakeCatalogue, filled, records_of

SIGNER = Signer([b"secret"])
SMALL = PageSizes(records=7, headers=7, sets=2)


def ask(catalogue: FakeCatalogue, query: str, database: str = "union") -> Answer:
    provider = Provider(catalogue, SIGNER, sizes=SMALL)
    return provider.respond(database, parse(query.encode()), catalogue.time)


def codes(answer: Answer) -> list[str]:
    return [e.code for e in answer.content.errors] if isinstance(answer.content, Errors) else []


def harvest(
    catalogue: FakeCatalogue, arguments: str, verb: str = "ListRecords"
) -> Iterator[tuple[Record, ...]]:
    """Pages of a complete list; the caller may change the catalogue between them."""
    provider = Provider(catalogue, SIGNER, sizes=SMALL)
    query = f"verb={verb}&metadataPrefix=oai_dc{arguments}"
    while query:
        answer = provider.respond("union", parse(query.encode()), catalogue.time)
        if isinstance(answer.content, Errors):
            assert codes(answer) == ["noRecordsMatch"]
            return
        assert isinstance(answer.content, ListRecords | ListIdentifiers)
        records = records_of(answer.content.part)
        assert records, "a list of nothing is not valid"
        assert len(records) == answer.content.part.count
        yield records
        resumption = answer.content.resumption
        query = ""
        if resumption is not None and resumption.token:
            query = f"verb={verb}&resumptionToken={resumption.token}"


def test_errors_of_the_parser_pass_through() -> None:
    answer = ask(FakeCatalogue(), "verb=x")
    assert codes(answer) == ["badVerb"] and answer.request is None


def test_identify_of_a_library() -> None:
    answer = ask(filled(20), "verb=Identify", "vn-qti")
    assert isinstance(answer.content, Identify)
    assert answer.base_url == answer.content.base_url == "http://localhost/oai/vn-qti"
    assert answer.content.repository_name == "Thư viện tỉnh Quảng Trị"


def test_get_record_of_a_record_merged_away_is_its_deleted_header() -> None:
    catalogue = filled(20)
    catalogue.delete("u000000001")
    identifier = "oai:opac.example.vn:union/u000000001"
    answer = ask(catalogue, f"verb=GetRecord&metadataPrefix=oai_dc&identifier={identifier}")
    assert isinstance(answer.content, GetRecord)
    record = answer.content.record
    assert record.deleted and record.metadata is None and record.sets[0] == "library:VN-HUE"


def test_extras_are_asked_for_a_page_at_once() -> None:
    catalogue, asked = filled(20), []

    def about(records, prefix):
        asked.append(len(records))
        return [(b"<a>%d</a>" % record.seq,) for record in records]

    extras = Extras(descriptions=lambda database: [database.encode()], about=about)
    provider = Provider(catalogue, SIGNER, sizes=SMALL, extras=extras)

    def ask(query: bytes) -> Answer:
        return provider.respond("union", parse(query), catalogue.time)

    assert ask(b"verb=Identify").content.descriptions == (b"union",)
    records = records_of(ask(b"verb=ListRecords&metadataPrefix=oai_dc").content.part)
    assert asked == [7] and records[0].about == (b"<a>1</a>",)
    headers = records_of(ask(b"verb=ListIdentifiers&metadataPrefix=oai_dc").content.part)
    assert headers[0].about == ()


def test_resumption_of_list_sets() -> None:
    catalogue = filled(20)
    query, specs, cursors = "verb=ListSets", [], []
    while query:
        content = ask(catalogue, query).content
        assert isinstance(content, ListSets) and content.resumption is not None
        specs += [each.spec for each in content.sets]
        cursors.append(content.resumption.cursor)
        token = content.resumption.token
        query = f"verb=ListSets&resumptionToken={token}" if token else ""
    assert cursors == [0, 2, 4, 6, 8] and len(specs) == 9 and specs == sorted(specs)


def test_a_token_of_list_sets_after_the_last_set() -> None:
    position = Position("union", "ListSets", set_spec="zzz", delivered=9, issued=START)
    answer = ask(filled(20), f"verb=ListSets&resumptionToken={SIGNER.encode(position)}")
    assert codes(answer) == ["badResumptionToken"]


def test_a_token_of_a_format_no_longer_offered() -> None:
    position = Position("union", "ListRecords", "gone", issued=START)
    answer = ask(filled(20), f"verb=ListRecords&resumptionToken={SIGNER.encode(position)}")
    assert codes(answer) == ["badResumptionToken"]


def test_expiration_is_that_of_the_token() -> None:
    catalogue = filled(20)
    content = ask(catalogue, "verb=ListRecords&metadataPrefix=oai_dc").content
    assert isinstance(content, ListRecords) and content.resumption is not None
    assert content.resumption.expires == issue(catalogue.time) + LIFETIME


def test_the_size_never_falls_behind_what_was_delivered() -> None:
    catalogue = filled(20)
    sizes = []
    query = "verb=ListRecords&metadataPrefix=oai_dc"
    for number in range(40):
        content = ask(catalogue, query).content
        assert isinstance(content, ListRecords) and content.resumption is not None
        resumption = content.resumption
        sizes.append(resumption.size)
        assert resumption.size >= resumption.cursor + content.part.count
        if not resumption.token:
            break
        query = f"verb=ListRecords&resumptionToken={resumption.token}"
        if number < 10:
            for more in range(5):
                catalogue.put(f"new{number}-{more}", "type:book")
    assert sizes == sorted(sizes) and sizes[0] == 20 and sizes[-1] == 55


def test_withheld_records_are_logged_and_not_counted(caplog: pytest.LogCaptureFixture) -> None:
    catalogue = FakeCatalogue()
    for number in range(20):
        catalogue.put(f"u{number:02}", broken=5 <= number < 15)
    pages = list(harvest(catalogue, ""))
    assert [len(page) for page in pages] == [5, 5]
    assert len(caplog.records) == 10


def test_nothing_but_withheld_records_is_no_list() -> None:
    catalogue = FakeCatalogue()
    for number in range(20):
        catalogue.put(f"u{number:02}", broken=True)
    assert codes(ask(catalogue, "verb=ListRecords&metadataPrefix=oai_dc")) == ["noRecordsMatch"]


ACTIONS = ("add", "change", "delete", "restore", "move")


def mutate(catalogue: FakeCatalogue, rng: random.Random) -> None:
    """One change, as writers make them between two requests."""
    catalogue.time += rng.randint(0, 2)
    action = rng.choice(ACTIONS)
    locals_ = [stored.id.local for stored in catalogue.state().values()]
    local = rng.choice(locals_)
    if action == "add":
        catalogue.put(f"n{catalogue.seq}", "library:VN-QTI")
    elif action == "delete":
        catalogue.delete(local)
    else:
        code = rng.choice(("VN-QTI", "VN-HUE"))
        catalogue.put(local, f"library:{code}", title=f"{action} {catalogue.seq}")


@given(st.integers(0, 10_000), st.sampled_from(["ListRecords", "ListIdentifiers"]))
def test_one_pass_and_one_increment_end_with_the_state(seed: int, verb: str) -> None:
    """Records are added, changed, deleted, restored and moved between every two pages."""
    rng = random.Random(seed)
    catalogue = filled(60)
    copy: dict[str, tuple[int, bool, tuple[str, ...]]] = {}

    def take(records: tuple[Record, ...]) -> None:
        for record in records:
            copy[record.identifier] = (record.datestamp, record.deleted, record.sets)

    unchanged = dict(catalogue.state())
    begun = catalogue.time
    for number, page in enumerate(harvest(catalogue, "", verb)):
        take(page)
        for _ in range(rng.randint(0, 5) if number < 20 else 0):
            mutate(catalogue, rng)
    for identifier, stored in unchanged.items():
        if catalogue.state()[identifier] == stored:
            assert identifier in copy, "an unchanged record was lost"
    for page in harvest(catalogue, f"&from={format_datestamp(begun)}", verb):
        take(page)
    assert copy == {
        identifier: (stored.datestamp, stored.deleted, stored.sets)
        for identifier, stored in catalogue.state().items()
    }


def test_parse_and_respond_agree_on_every_verb() -> None:
    parsed = parse(b"verb=ListSets")
    assert isinstance(parsed, Request)
    answer = Provider(filled(5), SIGNER).respond("union", parsed, START)
    assert isinstance(answer.content, ListSets) and answer.request is parsed
