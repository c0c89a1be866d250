"""Records in old encodings of Vietnamese: found in a batch and one by one, converted, noted."""

import io
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop import config
from interop.formats import Good, read_records
from interop.marc import iso2709, legacy, legal, marcxml
from interop.marc.legacy import NAMES, Legacy, transcoded
from interop.marc.reader import read_iso2709
from interop.marc.record import ControlField, DataField, MarcError, MarcRecord
from interop.text.encodings import ENCODINGS
from interop.text.encodings._base import WINDOWS_1252

TITLES = (
    "Lịch sử Việt Nam từ khởi thủy đến thế kỷ X",
    "Truyện Kiều và những vấn đề của văn học trung đại",
    "Giáo trình kỹ thuật xây dựng cầu đường bộ",
)
AUTHORS = ("Nguyễn Du", "Hoàng Xuân Hãn", "Trần Quốc Vượng")
BYTES = sorted(name for name, found in ENCODINGS.items() if found.automatic and name != "viqr")


def record(number: int, title: str = "", author: str = "") -> MarcRecord:
    return MarcRecord(
        legal.BLANK_LEADER,
        (
            ControlField("001", f"{number:06}"),
            DataField("100", "1", " ", (("a", author or AUTHORS[number % 3]),)),
            DataField("245", "1", "0", (("a", title or TITLES[number % 3]), ("c", "1975"))),
        ),
    )


def in_bytes(wanted: MarcRecord, encode) -> bytes:
    """``wanted`` in ISO 2709 with its values encoded by ``encode``, leader/09 blank, honest."""
    bodies = []
    for field in wanted.fields:
        if isinstance(field, ControlField):
            bodies.append((field.tag, encode(field.value)))
        else:
            values = b"".join(b"\x1f" + c.encode() + encode(v) for c, v in field.subfields)
            bodies.append((field.tag, (field.ind1 + field.ind2).encode() + values))
    directory, start = b"", 0
    for tag, body in bodies:
        directory += b"%b%04d%05d" % (tag.encode(), len(body) + 1, start)
        start += len(body) + 1
    base = 24 + len(directory) + 1
    head = b"%05dnam  22%05d   4500" % (base + start + 1, base)
    return head + directory + b"\x1e" + b"".join(body + b"\x1e" for _, body in bodies) + b"\x1d"


def misread(encode):
    """Encoded, read as windows-1252, written as UTF-8."""
    return lambda text: "".join(WINDOWS_1252[byte] for byte in encode(text)).encode()


def read(data: bytes, encoding: str = "") -> list[Good]:
    results = list(read_records(io.BytesIO(data), encoding))
    assert all(isinstance(result, Good) for result in results)
    return results


@pytest.mark.parametrize("name", BYTES)
def test_a_file_in_an_old_encoding(name: str) -> None:
    wanted = [record(number) for number in range(30)]
    data = b"".join(in_bytes(each, ENCODINGS[name].encode) for each in wanted)
    results = read(data)
    assert [result.record.fields for result in results] == [each.fields for each in wanted]
    note = f"read as {ENCODINGS[name].title}"
    assert all(note in result.warnings for result in results)
    assert b"".join(result.raw for result in results) == data  # as received


@pytest.mark.parametrize("name", [*BYTES, "utf-8"])
def test_a_file_that_was_read_as_windows_1252(name: str) -> None:
    wanted = [record(number) for number in range(30)]
    encode = misread(str.encode if name == "utf-8" else ENCODINGS[name].encode)
    results = read(b"".join(in_bytes(each, encode) for each in wanted))
    assert [result.record.fields for result in results] == [each.fields for each in wanted]
    assert all(any("read as windows-1252" in w for w in r.warnings) for r in results)


def test_viqr() -> None:
    wanted = [record(number) for number in range(30)]
    results = read(b"".join(in_bytes(each, ENCODINGS["viqr"].encode) for each in wanted))
    assert [result.record.fields for result in results] == [each.fields for each in wanted]


def test_a_record_with_few_signs_in_a_file_of_viqr() -> None:
    """The others have shown what it is in; English among them stays as it is."""
    few = [record(40, "Ho^` Chi' Minh", "An"), record(41, "Tho+ va` pho^'", "An")]
    english = [record(42, "What is it to me? C++ and a^2 (2nd ed.)", "Smith, A.")]
    many = [record(number, "Gia'o tri`nh ky~ thua^.t so^' 1", "Pho^'") for number in range(12)]
    results = read(b"".join(in_bytes(each, str.encode) for each in (*many, *few, *english)))
    titles = [next(result.record.data("245")).first("a") for result in results[12:]]
    assert titles == ["Hồ Chí Minh", "Thơ và phố", "What is it to me? C++ and a^2 (2nd ed.)"]


def test_one_record_in_another_encoding() -> None:
    """National files are joined of what provinces sent."""
    wanted = [record(number) for number in range(60)]
    parts = [in_bytes(each, ENCODINGS["tcvn3"].encode) for each in wanted]
    parts[7] = in_bytes(wanted[7], ENCODINGS["vni"].encode)
    parts[8] = in_bytes(wanted[8], str.encode)
    parts[9] = in_bytes(record(9, "Short"), str.encode)
    results = read(b"".join(parts))
    titles = [result.record.fields[2].first("a") for result in results]
    assert titles == [
        *(TITLES[n % 3] for n in range(9)),
        "Short",
        *(TITLES[n % 3] for n in range(10, 60)),
    ]
    assert "read as VNI for Windows" in results[7].warnings


def test_a_short_record_goes_with_the_batch() -> None:
    parts = [in_bytes(record(number), ENCODINGS["vps"].encode) for number in range(30)]
    parts.append(in_bytes(record(30, "Văn", "Tô"), ENCODINGS["vps"].encode))
    assert read(b"".join(parts))[30].record.fields[2].first("a") == "Văn"


@pytest.mark.parametrize(("name", "title"), [("viscii", "TỶ Ỵ ỸẴ"), ("vps", "ỮẪ NỮ DỮ LIỆU")])
def test_letters_that_are_delimiters(name: str, title: str) -> None:
    """VISCII Ỵ is 0x1E, VPS Ữ is 0x1D: the lengths are believed."""
    parts = [in_bytes(record(number), ENCODINGS[name].encode) for number in range(30)]
    parts.append(in_bytes(record(30, title), ENCODINGS[name].encode))
    parts.append(in_bytes(record(31), ENCODINGS[name].encode))
    results = read(b"".join(parts))
    assert len(results) == 32
    assert results[30].record.fields[2].first("a") == title


def test_what_was_learnt_of_a_sender_serves_a_record_that_comes_alone() -> None:
    """A harvest brings few records, and those of yesterday tell what they are in."""
    encode = misread(ENCODINGS["vps"].encode)
    short = in_bytes(record(30, "Văn học Việt", "Tô Hữu"), encode)
    page = Legacy()
    page.learn_from(in_bytes(record(number), encode) for number in range(30))
    assert page.learnt == ("vps misread",)
    page.learn_from([short])  # tells too little to settle anything
    assert page.learnt == ("vps misread",)
    later, _ = Legacy(learnt=page.learnt).read(short, read_iso2709)
    assert later.fields[2].first("a") == "Văn học Việt"
    assert Legacy().read(short, read_iso2709)[0] != later
    good = iso2709.encode(record(1, "Über die Möglichkeit größerer Städte", "Müller, Jürgen"))
    for raw in (good, iso2709.encode(record(1))):
        assert Legacy(learnt=page.learnt).read(raw, read_iso2709) == read_iso2709(raw)
    assert Legacy(learnt=("of a later version",)).learnt == ()


def test_what_the_operator_says() -> None:
    data = in_bytes(record(1, "Văn", "Tô"), ENCODINGS["vni"].encode)
    assert read(data, "vni")[0].record.fields[2].first("a") == "Văn"
    assert read(data, "marc-8")[0].record.fields[2].first("a") != "Văn"
    assert read(data, "windows-1252")[0].record.fields[2].first("a") == "Vaên"
    utf8 = in_bytes(record(1), str.encode)
    assert read(utf8, "vni")[0].record == record(1)
    twice = in_bytes(record(1), misread(ENCODINGS["vni"].encode))
    assert read(twice, "vni")[0].record.fields == record(1).fields
    viqr = in_bytes(record(1, "van ho.c", "An"), str.encode)
    assert read(viqr, "viqr")[0].record.fields[2].first("a") == "van học"
    with pytest.raises(ValueError, match="known: utf-8"):
        Legacy("tcvn")


def test_words_whose_letters_are_gone() -> None:
    received = "Phơng pháp nghiên cứu, ngời Trơng Vĩnh, lu trữ"
    (result,) = read(iso2709.encode(record(1, received)))
    assert result.record.fields[2].first("a") == "Phương pháp nghiên cứu, ngời Trương Vĩnh, lu trữ"
    assert result.warnings == (
        "TCVN3 whose ư was lost: 2 words mended",
        "words that may be damaged too: ngời, lu",
    )


def test_words_whose_letters_are_gone_behind_another_damage() -> None:
    """TCVN3 whose soft hyphens were dropped, in a file of TCVN3."""
    encode = ENCODINGS["tcvn3"].encode
    parts = [in_bytes(record(number), encode) for number in range(30)]
    lost = record(30, "Phương pháp nghiên cứu nhà nước ở trường của Trương Vĩnh")
    parts.append(in_bytes(lost, lambda text: encode(text).replace(b"\xad", b"")))
    last = read(b"".join(parts))[-1]
    assert last.record.fields[2].first("a").startswith("Phương pháp nghiên cứu nhà nước")
    assert "TCVN3 whose ư was lost" in last.warnings[-2]


def test_names_in_the_configuration_are_those_of_the_reader() -> None:
    assert config.ENCODINGS == NAMES


def test_marcxml_that_was_read_as_windows_1252() -> None:
    encode = misread(ENCODINGS["tcvn3"].encode)
    broken = MarcRecord(
        legal.BLANK_LEADER, (DataField("245", "1", "0", (("a", encode(TITLES[0]).decode()),)),)
    )
    data = b"<collection>" + marcxml.write(broken) + b"</collection>"
    assert read(data)[0].record.fields[0].first("a") == TITLES[0]


@pytest.mark.parametrize(
    "title",
    [
        "Über die Möglichkeit größerer Veränderungen für Schüler und Lehrer in München",
        "Études françaises : où l'été s'achève, naïveté des garçons et des élèves",
        "Los niños de España : año cero según Ángel Muñoz",
        "Łódź i Kraków : święta, źródła, żółć",
    ],
)
def test_other_languages_stay(title: str) -> None:
    for number in range(3):
        good = iso2709.encode(record(number, title, "Müller, Jürgen"))
        (result,) = read(good)
        assert result.record.fields[2].first("a") == title
        assert result.warnings == ()


@pytest.mark.corpus
@pytest.mark.parametrize(
    "name", ["uva/uva_001_2000.mrc", "loc_demo/loc_demo.mrc", "hcmut/book3part0final.mrc"]
)
def test_real_files_are_left_alone(corpus: Path, name: str) -> None:
    """Nobody's good record is taken for an old encoding."""
    data = (corpus / name).read_bytes()[:3_000_000]
    data = data[: data.rfind(b"\x1d") + 1]
    for result in read_records(io.BytesIO(data)):
        for warning in result.warnings if isinstance(result, Good) else ():
            assert not re.match("read as|text in", warning), (result.position, warning)


@given(st.binary(max_size=200), st.sampled_from(sorted(ENCODINGS)))
def test_any_bytes_are_transcoded(data: bytes, name: str) -> None:
    transcoded(data, ENCODINGS[name].decode)


@given(st.lists(st.binary(max_size=60), max_size=4), st.sampled_from(["", *NAMES]))
def test_any_bytes_are_read(values: list[bytes], name: str) -> None:
    data = in_bytes(record(1), lambda text: b"".join(values)[: len(text) * 3])
    try:
        Legacy(name).read(data, read_iso2709)
    except MarcError:
        pass


def test_a_failure_comes_after_what_was_read() -> None:
    def pieces():
        yield legacy.Piece(b"one")
        raise MarcError("cut off")

    learnt = Legacy().learn(pieces())
    assert next(learnt) == legacy.Piece(b"one")
    with pytest.raises(MarcError):
        next(learnt)


def test_the_batch_is_bounded() -> None:
    pieces = [legacy.Piece(b"x" * 3_000_000)] * 5
    assert list(Legacy().learn(iter(pieces))) == pieces
