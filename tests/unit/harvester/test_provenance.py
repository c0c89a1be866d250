"""A record's way: what the sender tells, what we add, and that it comes out at the other end."""

import unicodedata

import pytest
from lxml import etree

from harvester.decode import decode
from harvester.provenance import base_url
from harvester.sources._base import AskList, Received
from harvester.sources.oai_pmh import read
from interop.app import create_app
from interop.config import load
from interop.crosswalks import marcxml
from interop.model.origin import Origin, dump
from interop.model.origin import load as load_origin
from tests.unit.harvester.fakes import deleted, page, record
from tests.unit.oai.fakes import marc

NOW = 1_750_000_000.0
STEP = (
    '<originDescription harvestDate="{date}" altered="true"><baseURL>http://a.vn/oai</baseURL>'
    "<identifier>oai:a.vn:1</identifier><datestamp>2024-02-29</datestamp>"
    "<metadataNamespace>urn:x</metadataNamespace>{inside}</originDescription>"
)


def received(date="2024-03-01T00:00:00Z", inside="", title="Truyện Kiều"):
    way = STEP.format(date=date, inside=inside)
    about = f'<about><provenance xmlns="urn:p">{way}</provenance></about>'
    text = record("oai:b.vn:1", title).replace("</record>", f"{about}</record>")
    [found] = read(AskList("oai_dc"), page([text])).records
    return found


def test_our_step_and_those_before_it() -> None:
    told = STEP.format(date="2023-01-01", inside="")
    origin = decode(
        received(inside=told), "oai_dc", source="http://u:pw@b.vn/oai?key=1", now=NOW
    ).origin
    assert origin == Origin(
        "http://b.vn/oai", "oai:b.vn:1", "2025-01-01",
        "http://www.openarchives.org/OAI/2.0/oai_dc/", "2025-06-15T15:06:40Z", True,
        Origin("http://a.vn/oai", "oai:a.vn:1", "2024-02-29", "urn:x", "2024-03-01T00:00:00Z",
               True, Origin("http://a.vn/oai", "oai:a.vn:1", "2024-02-29", "urn:x", "2023-01-01",
                            True)),
    )  # fmt: skip
    assert load_origin(dump(origin)) == origin


@pytest.mark.parametrize("date", ["", "yesterday", "2024-13-01"])
def test_a_step_that_cannot_be_repeated_ends_the_chain(date) -> None:
    assert (
        decode(received(date), "oai_dc", source="http://b.vn/oai", now=NOW).origin.earlier is None
    )
    inner = STEP.format(date=date, inside="")
    kept = decode(received(inside=inner), "oai_dc", source="http://b.vn/oai", now=NOW).origin
    assert kept.earlier is not None and kept.earlier.earlier is None


def test_a_chain_has_an_end() -> None:
    deep = ""
    for _ in range(50):
        deep = STEP.format(date="2023-01-01", inside=deep)
    step, count = (
        decode(received(inside=deep), "oai_dc", source="http://b.vn/oai", now=NOW).origin,
        0,
    )
    while step is not None:
        step, count = step.earlier, count + 1
    assert count == 8


@pytest.mark.parametrize(
    ("field", "altered"),
    [
        ("", False),
        (
            '<datafield tag="500" ind1=" " ind2=" "> <subfield code="a">x</subfield></datafield>',
            False,
        ),
        ('<datafield tag="500" ind1=" " ind2=" "><subfield code="a"/></datafield>', False),
        (
            '<datafield tag="590" ind1=" " ind2=" "><subfield code="a">x</subfield></datafield>',
            True,
        ),
    ],
)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_content_that_comes_out_as_it_came_in_is_not_altered(form, field, altered) -> None:
    title = unicodedata.normalize(form, "Truyện Kiều")
    raw = marcxml.write(marc("1", title)).replace(b"00000nam", b"00714nam")
    raw = raw.replace(b"</record>", field.encode() + b"</record>")
    received = Received(1, "a", "2025-01-01", raw=raw)
    origin = decode(received, "marcxml", source="http://b.vn/", now=NOW).origin
    assert origin.altered is altered


def test_no_way_for_deletions_and_for_datestamps_that_are_none() -> None:
    [gone] = read(AskList("oai_dc"), page([deleted("a")])).records
    assert decode(gone, "oai_dc", source="http://b.vn/oai", now=NOW).origin is None
    [odd] = read(AskList("oai_dc"), page([record("a", datestamp="hôm qua")])).records
    assert decode(odd, "oai_dc", source="http://b.vn/oai", now=NOW).origin is None


def test_addresses_without_credentials() -> None:
    assert base_url("https://u:p@x.vn:8443/oai.pl?db=1#a") == "https://x.vn:8443/oai.pl"


def test_from_the_source_into_the_answers_of_the_node(tmp_path) -> None:
    app = create_app(load(environ={"INTEROP_STORE_URL": f"sqlite:///{tmp_path}/x.db"}))
    node = app.extensions["interop"]
    assert node.catalogue.origins([]) == {} and not node.store.has_origins()
    node.catalogue.ingest("a", [decode(received(), "oai_dc", source="http://b.vn/oai", now=NOW)])

    def bases(path: str) -> list[str]:
        address = f"{path}?verb=ListRecords&metadataPrefix=oai_dc"
        root = etree.fromstring(app.test_client().get(address).data)
        return [each.text for each in root.iterfind(".//{*}about//{*}baseURL")]

    assert bases("/oai/a") == bases("/oai") == ["http://b.vn/oai", "http://a.vn/oai"]
    with node.store.write() as writer:  # a change of rules is no change of the way here
        [record] = writer.stored([node.catalogue.find("a", "oai:b.vn:1").rid])
        writer.revise(record, sets=record.sets)
    assert bases("/oai/a") == ["http://b.vn/oai", "http://a.vn/oai"]
    node.catalogue.ingest("a", [decode(received(title="Khác"), "oai_dc")])  # from a file now
    assert bases("/oai/a") == bases("/oai") == []
    node.close()
