"""Which encoding a text is in: on real titles and names, alone and in a batch."""

import random
import unicodedata
from pathlib import Path

import pytest

from interop.text.detection import LEGACY, Detector, Evidence, evidence, unread, utf8
from interop.text.encodings import ENCODINGS
from interop.text.encodings._base import WINDOWS_1252
from interop.text.normal import normalise

TITLE = "Thư mục Nguyễn Trãi: đến năm 2005"


def detector() -> Detector:
    return Detector({"utf-8": utf8, **LEGACY}, "utf-8")


def doubled() -> Detector:
    """For text that was read as windows-1252 and written as UTF-8."""
    readings = {"as it is": utf8}
    for name, read in {**LEGACY, "utf-8": utf8}.items():
        readings[name] = lambda data, read=read: read(unread(data.decode()) or b"")
    return Detector(readings, "as it is")


@pytest.mark.parametrize("name", sorted(LEGACY))
def test_a_title_in_every_encoding(name: str) -> None:
    data = ENCODINGS[name].encode(TITLE)
    assert detector().choose(data) == name
    misread = "".join(WINDOWS_1252[byte] for byte in data)
    assert unread(misread) == data
    assert doubled().choose(misread.encode()) == name


def test_utf8_in_utf8() -> None:
    misread = "".join(WINDOWS_1252[byte] for byte in TITLE.encode())
    assert doubled().choose(misread.encode()) == "utf-8"
    assert doubled().choose(TITLE.encode()) == "as it is"


@pytest.mark.parametrize(
    "text",
    [
        "Grammaire française : leçons d'été et de Noël",
        "Über die Möglichkeit der Veränderung für Schüler",
        "Übersetzung",
        "Łódź, Škoda, Dvořák a český jazyk",
        "Los años de la España más difícil",
        "Truyện Kiều và chèo cổ",
        "喃字 𡨸喃",
        "plain ASCII",
        "",
    ],
)
def test_good_text_stays(text: str) -> None:
    assert doubled().choose(text.encode()) == "as it is"


def test_what_cannot_have_been_misread() -> None:
    assert unread("Việt") is None
    assert unread("Th\u2212") == b"Th\xad"
    assert unread("Vi\u015at") == b"Vi\x8ct"  # windows-1250


def test_evidence() -> None:
    assert evidence("Truyện Kiều du Ö chuẢn") == Evidence(2, 2, 1, 1)
    assert evidence("") == Evidence()


def test_a_batch_decides_for_what_is_short() -> None:
    learnt = detector()
    learnt.learn(ENCODINGS["vps"].encode(TITLE) for _ in range(20))
    assert learnt.batch == "vps"
    assert learnt.choose(ENCODINGS["vps"].encode("Văn")) == "vps"
    learnt.learn([b"ASCII"])
    assert learnt.batch == "vps"  # it tells nothing
    learnt.learn(TITLE.encode() for _ in range(20))
    assert learnt.batch == "utf-8"


def test_a_record_of_its_own_is_seen_in_a_batch() -> None:
    learnt = detector()
    learnt.learn(ENCODINGS["tcvn3"].encode(TITLE) for _ in range(20))
    assert learnt.choose(ENCODINGS["vni"].encode(TITLE)) == "vni"
    assert learnt.choose(TITLE.encode()) == "utf-8"


def titles(corpus: Path) -> list[str]:
    """Titles and names of 20 characters or more, in Vietnamese, as a sample that stays the same."""
    found = []
    for name in ("titles_vi.tsv", "authors_vi.tsv"):
        for line in (corpus / "vi" / name).read_text(encoding="utf-8").splitlines():
            text = unicodedata.normalize("NFC", line.partition("\t")[0])
            seen = evidence(text)
            if len(text) >= 20 and seen.syllables and not seen.others and not seen.junk:
                found.append(text)
    return random.Random(7).sample(found, 600)


def encodable(name: str, texts: list[str]) -> list[tuple[str, bytes]]:
    pairs = []
    for text in texts:
        try:
            pairs.append((text, ENCODINGS[name].encode(text)))
        except UnicodeEncodeError:
            continue
    return pairs


@pytest.mark.corpus
@pytest.mark.parametrize("name", sorted(LEGACY))
def test_real_titles_in_a_batch(corpus: Path, name: str) -> None:
    """At least 99 in 100 exact, read as bytes and through a misreading."""
    pairs = encodable(name, titles(corpus))
    for chosen, seen in (
        (detector(), lambda data: data),
        (doubled(), lambda data: "".join(WINDOWS_1252[byte] for byte in data).encode()),
    ):
        chosen.learn(seen(data) for _, data in pairs[:100])
        exact = sum(
            name == (found := chosen.choose(seen(data)))
            or normalise(chosen.read(found, seen(data))) == text
            for text, data in pairs
        )
        assert exact >= 0.99 * len(pairs)


@pytest.mark.corpus
@pytest.mark.parametrize("name", sorted(LEGACY))
def test_real_titles_alone(corpus: Path, name: str) -> None:
    pairs = encodable(name, titles(corpus))
    one = detector()
    exact = sum(normalise(one.read(one.choose(data), data)) == text for text, data in pairs)
    assert exact >= 0.97 * len(pairs)


@pytest.mark.corpus
def test_viqr_of_real_titles(corpus: Path) -> None:
    pairs = [(t, d) for t, d in encodable("viqr", titles(corpus)) if "\\" not in t]
    exact = sum(ENCODINGS["viqr"].decode(data) == text for text, data in pairs)
    assert exact >= 0.96 * len(pairs)
