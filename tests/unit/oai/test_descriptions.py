from pathlib import Path

import pytest
from lxml import etree

from interop.config import ConfigError, load
from interop.oai.descriptions import Descriptions

SCHEMAS = Path(__file__).resolve().parents[3] / "schemas" / "oai"
FULL = """
[oai]
rights = "https://n.vn/rights"
icon = "https://n.vn/icon.png"
friends = ["https://other.vn/oai", "https://other.vn/oai"]
[[library]]
code = "VN-QTI"
name = "Quảng Trị"
rights = "https://q.vn/rights"
"""


def described(tmp_path: Path, text: str, database: str) -> dict[str, etree._Element]:
    (tmp_path / "i.toml").write_text(text)
    roots = map(etree.fromstring, Descriptions(load(tmp_path / "i.toml", {}))(database))
    return {etree.QName(root).localname: root for root in roots}


def test_054_all_of_them_valid_by_their_profiles(tmp_path) -> None:
    found = described(tmp_path, FULL, "union")
    assert list(found) == ["toolkit", "friends", "branding", "rightsManifest"]
    for name, root in found.items():
        file = "rights" if name == "rightsManifest" else name
        etree.XMLSchema(etree.parse(SCHEMAS / f"{file}.xsd")).assertValid(root)
    assert [each.text for each in found["friends"]] == [
        "http://127.0.0.1:8210/oai/vn-qti",
        "https://other.vn/oai",
    ]


def test_a_library_has_its_own_rights_and_the_union_for_a_friend(tmp_path) -> None:
    found = described(tmp_path, FULL, "vn-qti")
    assert found["rightsManifest"][0][0].get("ref") == "https://q.vn/rights"
    assert found["friends"][0].text == "http://127.0.0.1:8210/oai"


SOURCES = (
    FULL
    + """
[[source]]
id = "a"
library = "VN-QTI"
url = "https://q.vn/oai?x=1"
[[source]]
id = "b"
library = "VN-QTI2"
url = "https://p.vn/oai"
[[library]]
code = "VN-QTI2"
name = "B"
"""
)


def test_what_is_harvested_is_a_friend(tmp_path) -> None:
    found = described(tmp_path, SOURCES, "vn-qti")
    root = "http://127.0.0.1:8210/oai"
    expected = [root, f"{root}/vn-qti2", "https://q.vn/oai", "https://p.vn/oai"]
    assert [each.text for each in found["friends"]] == [*expected, "https://other.vn/oai"]
    (closed,) = (
        each
        for each in Descriptions(load(tmp_path / "i.toml", {}), lambda name: name != "vn-qti")(
            "union"
        )
        if b"<friends" in each
    )
    assert b"q.vn" not in closed and b"other.vn" in closed


def test_a_closed_database_is_nobodys_friend(tmp_path) -> None:
    (tmp_path / "i.toml").write_text(FULL)
    for open_, expected in (("union", 1), ("vn-qti", 2)):
        descriptions = Descriptions(load(tmp_path / "i.toml", {}), lambda name, o=open_: name == o)
        friends = next(each for each in descriptions("union") if b"<friends" in each)
        assert friends.count(b"<baseURL>") == expected
        assert (b"/oai/vn-qti<" in friends) == (open_ == "vn-qti")


def test_a_node_without_settings_names_its_software_alone() -> None:
    (only,) = Descriptions(load(environ={}))("union")
    assert b"<title>Interop</title>" in only


@pytest.mark.official
@pytest.mark.parametrize("name", ["branding", "toolkit"])
def test_official_schemas_agree(tmp_path, official_xsd, name) -> None:
    schema = etree.XMLSchema(etree.parse(official_xsd / "oai" / f"{name}.xsd"))
    schema.assertValid(described(tmp_path, FULL, "union")[name])


@pytest.mark.parametrize("line", ['rights = "ftp://x/"', 'friends = ["x"]', "friends = 1"])
def test_what_is_no_address_is_refused(tmp_path, line) -> None:
    with pytest.raises(ConfigError, match="oai"):
        described(tmp_path, f"[oai]\n{line}\n", "union")
