"""Names of databases: families of merged libraries, provinces, several at once."""

import pytest

from interop.config import load
from interop.diagnostics import Diagnostic
from interop.model.library import Library, province_database
from interop.node import open_node
from interop.query.ast import All, And, Or, Term
from interop.scope import Scopes
from tests.unit.test_ingest import incoming

LIBRARIES = [
    Library("VN-QTI", "Quảng Trị", "Quảng Trị"),
    Library("VN-QBH", "Quảng Bình", "Quảng Trị", "VN-QTI"),
    Library("VN-DHA", "Đông Hà", "Quảng Trị", "VN-QBH"),
    Library("VN-DNA", "Đồng Nai", "Đồng Nai"),
    Library("CA-MAU", "Cà Mau", "Cà Mau"),
]
SCOPES = Scopes(LIBRARIES)


def held(*codes: str):
    return tuple(Term("library", (code,), "key") for code in codes)


def test_one_database_is_searched_as_it_is():
    assert SCOPES.resolve(["vn-dna"], All()) == (["vn-dna"], All())
    assert SCOPES.resolve(["union"], All()) == (["union"], All())
    assert SCOPES.resolve(["unlisted"], All()) == (["unlisted"], All())


def test_merged_libraries_answer_under_every_name_they_had():
    for name in ("vn-qti", "vn-qbh", "vn-dha"):
        databases, query = SCOPES.resolve([name], All())
        assert databases[0] == name and query == All()
        assert set(databases) == {"vn-qti", "vn-qbh", "vn-dha"}


def test_a_province_is_the_union_of_its_libraries():
    assert SCOPES.provinces() == {"quang-tri": "Quảng Trị", "dong-nai": "Đồng Nai"}
    expected = And((All(), Or(held("vndha", "vnqbh", "vnqti"))))
    assert SCOPES.resolve(["quang-tri"], All()) == (["union"], expected)
    assert SCOPES.resolve(["dong-nai"], All()) == (["union"], And((All(), held("vndna")[0])))


def test_several_databases_show_a_publication_once():
    databases, query = SCOPES.resolve(["vn-dna", "ca-mau"], All())
    assert (databases, query) == (["union"], And((All(), Or(held("camau", "vndna")))))
    assert SCOPES.resolve(["vn-dna", "union"], All()) == (["union"], All())


def test_names_of_provinces():
    assert province_database("Thừa Thiên Huế") == "thua-thien-hue"
    assert province_database("Bà Rịa – Vũng Tàu") == "ba-ria-vung-tau"
    assert province_database("Đắk Lắk") == "dak-lak"
    assert province_database(" – ") == ""


def test_scopes_over_a_real_catalogue(tmp_path):
    file = tmp_path / "interop.toml"
    file.write_text(
        f"""
        [store]
        url = "sqlite:///{tmp_path}/x.db"
        [index]
        engine = "memory"
        [[library]]
        code = "A"
        name = "A"
        province = "Cà Mau"
        [[library]]
        code = "B"
        name = "B"
        successor = "A"
        [[library]]
        code = "C"
        name = "C"
        """,
        encoding="utf-8",
    )
    node = open_node(load(file, environ={}))
    catalogue = node.catalogue
    catalogue.ingest("a", [incoming("1", "9786049000010"), incoming("2", "9786049000027")])
    catalogue.ingest("b", [incoming("3", "9786049000034")])
    catalogue.ingest("c", [incoming("4", "9786049000010"), incoming("5", "9786049000041")])
    node.follow()

    def found(*names: str) -> list[str]:
        databases = [catalogue.searchable(name) for name in names]
        rids = catalogue.search(databases, All()).page(0, 10)
        return [record.id.database for record in catalogue.records(rids)]

    assert sorted(found("a")) == sorted(found("B")) == ["a", "a", "b"]
    assert found("c") == ["c", "c"]
    assert found("ca-mau") == ["union"] * 3
    assert found("a", "c") == ["union"] * 4  # five records, one of them held by both
    assert found("ca-mau", "c") == ["union"] * 4
    assert catalogue.title("ca-mau") == "Cà Mau"

    def homes(*names: str) -> list[str | None]:
        rids = catalogue.search(names, All()).page(0, 10)
        return sorted(catalogue.homes(names, catalogue.records(rids)), key=str)

    assert homes("b") == ["b"] * 3  # whatever library it was taken in for
    assert homes("ca-mau") == ["ca-mau"] * 3
    assert homes("c", "a") == ["a", "a", "c", "c"]  # what both hold is of the first
    assert homes("ca-mau", "c") == ["c", "ca-mau", "ca-mau", "ca-mau"]
    assert homes("ca-mau", "union") == ["union"] * 4
    merged = catalogue.records(catalogue.search(["b"], All()).page(0, 10))
    assert sorted(catalogue.homes(["ca-mau", "c"], merged)) == ["ca-mau"] * 3
    assert catalogue.homes(["c", "union"], merged) == [None] * 3
    with pytest.raises(Diagnostic):
        catalogue.searchable("hue")
    node.close()
