"""OAI identifiers: one for each record, and no other text is one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.model.oai_identifier import in_a_query, read, write, write_all
from interop.model.record import RecordId

DOMAIN = "nlv.example.vn"


@given(st.text(min_size=1))
def test_every_local_id_has_one_identifier(local):
    identifier = write(DOMAIN, RecordId("vn-qti", local))
    assert identifier.isascii() and not any(c.isspace() for c in identifier)
    assert read(DOMAIN, identifier) == RecordId("vn-qti", local)


@given(st.text(alphabet=st.sampled_from("oai:nlv.example.vn/%2fF0aQ ")) | st.text())
def test_any_text_is_one_identifier_or_none(text):
    for asked in (text, f"oai:nlv.example.vn:{text}", f"oai:nlv.example.vn:lib/{text}"):
        found = read(DOMAIN, asked)
        assert found is None or write(DOMAIN, found) == asked


@pytest.mark.parametrize(
    ("local", "written"),
    [
        ("12", "12"),
        ("a/b", "a/b"),
        ("a b", "a%20b"),
        ("100%", "100%25"),
        ("Đ#1", "%C4%90%231"),
        ("(OCoLC)123", "(OCoLC)123"),
    ],
)
def test_how_identifiers_look(local, written):
    identifier = f"oai:nlv.example.vn:vn-qti/{written}"
    assert write(DOMAIN, RecordId("vn-qti", local)) == identifier


@pytest.mark.parametrize(
    "text",
    [
        "",
        "oai:",
        "oai:nlv.example.vn",
        "oai:nlv.example.vn:vn-qti",
        "oai:nlv.example.vn:vn-qti/",
        "oai:other.example.vn:vn-qti/1",
        "oai:nlv.example.vn:vn-qti/a%20b%",
        "oai:nlv.example.vn:vn-qti/%61",
        "oai:nlv.example.vn:vn-qti/%c4%90",
        "oai:nlv.example.vn:vn-qti/a b",
        "oai:nlv.example.vn:vn-qti/%FF",
    ],
)
def test_what_is_no_identifier_of_ours(text):
    assert read(DOMAIN, text) is None


def test_in_a_query_nothing_has_a_meaning_of_its_own():
    written = in_a_query("oai:a.vn:b/c&d=e+f%20ế")
    assert written == "oai%3Aa.vn%3Ab%2Fc%26d%3De%2Bf%2520%E1%BA%BF"


@given(st.lists(st.text(min_size=1), max_size=5))
def test_a_page_of_identifiers_is_each_of_them(locals):
    ids = [RecordId("vn-qti", local) for local in ["1", *locals]]
    assert write_all("x.vn", ids) == [write("x.vn", id) for id in ids]
