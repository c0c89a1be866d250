"""Documents of ResourceSync: valid in form, complete, and true of what they point to."""

import hashlib
import io
import zipfile

import pytest
from lxml import etree

from interop.formats.marcxml import FORMAT
from interop.model.record import UNION
from interop.oai.resourcesync import CAPABILITIES, ResourceSync
from tests.unit.oai.fakes import FakeCatalogue, filled

SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
RS = "http://www.openarchives.org/rs/terms/"
NOW = 1_700_200_000


class Document:
    def __init__(self, body: bytes) -> None:
        self.root = etree.fromstring(body)
        assert etree.QName(self.root).namespace == SITEMAP
        self.kind = etree.QName(self.root).localname
        self.md = dict(self.root.find(f"{{{RS}}}md").attrib)
        self.entries = {
            each.findtext(f"{{{SITEMAP}}}loc"): dict(each.find(f"{{{RS}}}md").attrib)
            for each in self.root.iterfind(f"{{{SITEMAP}}}url")
        } | {
            each.findtext(f"{{{SITEMAP}}}loc"): dict(each.find(f"{{{RS}}}md").attrib)
            for each in self.root.iterfind(f"{{{SITEMAP}}}sitemap")
        }


def test_the_description_leads_to_every_database_and_capability() -> None:
    sync = ResourceSync(filled(3))
    description = Document(sync.description(["union", "vn-qti"]))
    assert description.md == {"capability": "description"}
    assert list(description.entries) == [
        "http://localhost/resourcesync/union/capabilitylist.xml",
        "http://localhost/resourcesync/vn-qti/capabilitylist.xml",
    ]
    capabilities = Document(sync.capabilities("union"))
    assert {md["capability"] for md in capabilities.entries.values()} == CAPABILITIES.keys()
    (up,) = capabilities.root.iterfind(f"{{{RS}}}ln[@rel='up']")
    assert up.get("href") == "http://localhost/.well-known/resourcesync"


def whole(sync: ResourceSync, capability: str) -> dict[str, dict[str, str]]:
    """All entries, through the index."""
    top = Document(sync.listing(UNION, capability, NOW))
    assert top.md["capability"] == capability
    if top.kind == "urlset":
        return top.entries
    found = {}
    for address in top.entries:
        number = int(address.rpartition("-")[2].removesuffix(".xml"))
        found |= Document(sync.listing(UNION, capability, NOW, number)).entries
    return found


@pytest.mark.parametrize("size", [7, 5000])
def test_the_resource_list_has_every_live_record_with_its_digest(size) -> None:
    catalogue = filled(25)
    found = whole(ResourceSync(catalogue, size), "resourcelist")
    assert len(found) == 23
    stored = catalogue.find(UNION, "u000000003")
    [body] = catalogue.render([stored], "marcxml")
    address = ResourceSync(catalogue).address(stored)
    assert address.endswith("record?identifier=oai%3Aopac.example.vn%3Aunion%2Fu000000003")
    assert found[address] == {
        "hash": f"sha-256:{hashlib.sha256(body).hexdigest()}",
        "length": str(len(body)),
        "type": "application/xml",
    }


@pytest.mark.parametrize("size", [7, 5000])
def test_the_change_list_has_every_change_with_its_time(size) -> None:
    catalogue = filled(25)
    found = whole(ResourceSync(catalogue, size), "changelist")
    assert len(found) == 25
    assert sorted(md["change"] for md in found.values()).count("deleted") == 2
    times = [md["datetime"] for md in found.values()]
    assert times == sorted(times)


def test_an_index_of_changes_says_the_time_of_each_part_and_the_last_is_open() -> None:
    index = Document(ResourceSync(filled(25), 10).listing(UNION, "changelist", NOW))
    assert index.kind == "sitemapindex" and index.md["from"] == "2023-11-14T22:13:20Z"
    parts = list(index.entries.values())
    assert all(a["until"] == b["from"] for a, b in zip(parts, parts[1:], strict=False))
    assert "until" not in parts[-1]


def test_packages_hold_what_their_manifests_say() -> None:
    sync = ResourceSync(filled(25), 10)
    for capability, expected in (("resourcedump", 23), ("changedump", 25)):
        dump = Document(sync.dump(UNION, capability, NOW))
        assert dump.md["capability"] == capability
        count = 0
        for address, md in dump.entries.items():
            assert md["type"] == "application/zip"
            number = int(address.rpartition("-")[2].removesuffix(".zip"))
            packed = zipfile.ZipFile(io.BytesIO(sync.package(UNION, capability, NOW, number)))
            manifest = Document(packed.read("manifest.xml"))
            assert manifest.md["capability"] == f"{capability}-manifest"
            count += len(manifest.entries)
            for entry in manifest.entries.values():
                if "path" in entry:
                    body = packed.read(entry["path"][1:])
                    assert entry["hash"] == f"sha-256:{hashlib.sha256(body).hexdigest()}"
                    assert FORMAT.read(body)
                else:
                    assert entry["change"] == "deleted"
        assert count == expected


def test_an_empty_database_and_windows_that_are_not_there() -> None:
    sync = ResourceSync(FakeCatalogue())
    for capability in ("resourcelist", "changelist"):
        assert Document(sync.listing(UNION, capability, NOW)).entries == {}
        with pytest.raises(LookupError):
            sync.listing(UNION, capability, NOW, 0)
    assert Document(sync.dump(UNION, "changedump", NOW)).entries == {}
    with pytest.raises(LookupError):
        sync.package(UNION, "changedump", NOW, 0)
