"""Quality reports: faults are grouped and told in words, and what is valid is called valid."""

import io
import json

import pytest
from click.testing import CliRunner

from interop import cli
from interop.crosswalks import CROSSWALKS, XML_CROSSWALKS
from interop.marc.iso2709 import encode
from interop.quality import LANGUAGES, SCHEMAS, Checker, Report, check_file, check_written, profile
from tests.unit.crosswalks.mrk import record

BOOK = record("=001  q1\n=100  0\\\\$aNguyễn Du\n=245  10$aTruyện Kiều /$cNguyễn Du")
MODS = """<mods xmlns="http://www.loc.gov/mods/v3" version="3.8">
<titleInfo><title>{title}</title></titleInfo>{more}<typeOfResource>text</typeOfResource>{notes}
<recordInfo><recordOrigin>x</recordOrigin></recordInfo></mods>"""


def report(*documents: str, prefix: str = "mods") -> Report:
    checker = Checker(profile(CROSSWALKS[prefix].namespace))
    text = "<all>" + "".join(documents) + "</all>"
    return check_file(checker, prefix, io.BytesIO(text.encode()), 100)


def mods(title: str = "A", more: str = "", notes: str = "") -> str:
    return MODS.format(title=title, more=more, notes=notes)


@pytest.mark.parametrize("prefix", XML_CROSSWALKS)
def test_what_we_write_has_no_faults(prefix):
    checker = Checker(profile(CROSSWALKS[prefix].namespace))
    found = check_written(checker, prefix, [("1", CROSSWALKS[prefix].write(BOOK))])
    assert (found.records, found.bad, found.faults) == (1, 0, {})
    assert list(found.lines("en")) == [f"{prefix}: 1 records, 1 valid, 0 with faults"]


@pytest.mark.parametrize(
    ("document", "place", "en", "vi"),
    [
        (mods(more='<name type="x"><namePart>A</namePart></name>'), "mods/name/@type",
         "none of those allowed: conference, corporate, personal", "không có trong danh sách"),
        (mods(more='<name id="x"><namePart>A</namePart></name>'), "mods/name",
         "the attribute id may not stand here", "thuộc tính id không được phép"),
        (mods(notes="<language><languageTerm type='code'>v</languageTerm></language>"),
         "mods/language/languageTerm", "the attribute authority is missing",
         "thiếu thuộc tính authority"),
        (mods(title=""), "mods/titleInfo/title", "empty or too short", "bị bỏ trống"),
        (mods(notes="<shelf/>"), "mods", "<shelf> may not stand here; expected: ",
         "<shelf> không được phép ở đây; cần có: "),
        (mods(more="<name/>"), "mods/name", "an element is missing; expected: <namePart>",
         "thiếu phần tử; cần có: <namePart>"),
        (mods(notes="<location><url>nowhere</url></location>"), "mods/location/url",
         "has not the form prescribed", "sai dạng thức"),
    ],
)  # fmt: skip
def test_faults_in_words(document, place, en, vi):
    found = report(document)
    assert found.bad == 1
    [fault] = found.faults
    assert fault.place == place
    assert en in fault.words("en") and vi in fault.words("vi")


def test_the_same_fault_is_one_line_with_an_example():
    found = report(mods(), mods(notes="<note/>"), mods(notes="<note/><shelf>Kho 2</shelf>"))
    assert (found.records, found.bad) == (3, 2)
    assert [count for _, count in found.faults.most_common()] == [2, 1]
    lines = list(found.lines("vi"))
    assert lines[0] == "mods: 3 bản ghi, 1 hợp lệ, 2 có lỗi"
    assert lines[1].strip().startswith("2  mods/note: ") and "bản ghi 2 (line" in lines[2]
    assert lines[4].endswith("Kho 2")


def test_every_kind_has_words_in_every_language():
    from interop.quality import _WORDS

    assert all(set(words) == set(LANGUAGES) for words in _WORDS.values())


def test_a_file_that_breaks_off_is_reported_as_far_as_it_goes():
    checker = Checker(profile(CROSSWALKS["mods"].namespace))
    found = check_file(checker, "mods", io.BytesIO(f"<a>{mods()}<mods".encode()), 10)
    assert found.records == 1
    assert [fault.kind for fault in found.faults] == ["not XML"]


def test_entities_of_a_document_type_are_not_read(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("hidden")
    text = f'<!DOCTYPE a [<!ENTITY e SYSTEM "file://{secret}">]><a>{mods(title="&e;")}</a>'
    checker = Checker(profile(CROSSWALKS["mods"].namespace))
    found = check_file(checker, "mods", io.BytesIO(text.encode()), 10)
    assert "hidden" not in str(list(found.lines("en")))


def test_schemas_that_are_none(tmp_path):
    with pytest.raises(ValueError, match="names no schema for urn:x"):
        profile("urn:x")
    with pytest.raises(ValueError, match="is not there"):
        profile("urn:x", tmp_path)
    (tmp_path / "x.xsd").write_text("<a/>")
    with pytest.raises(ValueError, match=r"x\.xsd"):
        Checker(tmp_path / "x.xsd")


def run(*arguments) -> tuple[int, str]:
    done = CliRunner().invoke(cli.interop, ["explain", *map(str, arguments)])
    return done.exit_code, done.output


def test_the_command(tmp_path):
    marc, xml = tmp_path / "a.mrc", tmp_path / "a.xml"
    marc.write_bytes(encode(BOOK))
    xml.write_text(f"<a>{mods(title='')}</a>", "utf-8")
    code, said = run(marc, "--check")
    assert code == 0, said
    for prefix in XML_CROSSWALKS:
        assert f"{prefix}: 1 records, 1 valid" in said
    code, said = run(xml, "--check", "--format", "mods", "--language", "vi")
    assert code == 1 and "bị bỏ trống" in said
    code, said = run(xml, "--check", "--format", "mods", "--json")
    body = json.loads(said)
    assert (code, body["refused"], body["faults"][0]["count"]) == (1, 1, 1)
    code, said = run(marc, "--check", "--format", "mods", "--schema", SCHEMAS / "oai/oai_dc.xsd")
    assert code == 1 and "<mods> is no record of this format" in said
    assert run(marc, "--check", "--format", "ris")[0] == 2
    assert run("local/1", "--check")[0] == 2
