"""Blobs come back whole, whatever dictionary wrote them."""

import random
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from interop.store import compress
from interop.store.compress import Compressor, Decompressor
from interop.store.errors import StoreError


def made_up_records(seed: int = 1) -> list[bytes]:
    chance = random.Random(seed)
    words = "nhà xuất bản văn học hà nội tập truyện ngắn thơ tuyển lịch sử địa lý".split()
    return [
        b"\x1f".join(" ".join(chance.choices(words, k=9)).encode() for _ in range(9)) + b"\x1d"
        for _ in range(400)
    ]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two dictionaries."""
    made = tmp_path_factory.mktemp("dictionaries")
    for dict_id in (40000, 40001):
        source = made / f"{dict_id}.mrc"
        source.write_bytes(b"".join(made_up_records(dict_id)))
        assert compress.main(["train", str(made / f"{dict_id}.zdict"), str(source)]) == 0
    return made


@given(data=st.binary(max_size=3000))
def test_any_bytes_come_back(data: bytes) -> None:
    assert Decompressor().decompress(Compressor().compress(data)) == data
    assert Decompressor({}).decompress(Compressor({}).compress(data)) == data


def test_the_newest_dictionary_writes_and_every_one_reads(folder: Path) -> None:
    both = compress.load_dictionaries(folder)
    assert sorted(both) == [40000, 40001]
    record = made_up_records(3)[0]
    new = Compressor(both).compress(record)
    old = Compressor({40000: both[40000]}).compress(record)
    plain = Compressor({}).compress(record)
    assert zstandard.get_frame_parameters(new).dict_id == 40001
    assert len(new) < 0.7 * len(plain)
    reader = Decompressor(both)
    assert [reader.decompress(frame) for frame in (new, old, plain, new)] == [record] * 4


def test_a_lost_dictionary_is_named(folder: Path) -> None:
    frame = Compressor(compress.load_dictionaries(folder)).compress(b"x" * 100)
    with pytest.raises(StoreError, match=r"needs .*40001.zdict, which is missing"):
        Decompressor({}).decompress(frame)


@pytest.mark.parametrize("frame", [b"", b"not a frame", Compressor({}).compress(b"x" * 99)[:-3]])
def test_a_damaged_blob_is_an_error_in_one_line(frame: bytes) -> None:
    with pytest.raises(StoreError, match="damaged"):
        Decompressor().decompress(frame)


def test_a_dictionary_under_another_name_is_refused(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "7.zdict").write_bytes((folder / "40000.zdict").read_bytes())
    with pytest.raises(StoreError, match="7.zdict: is dictionary 40000, not 7"):
        compress.load_dictionaries(tmp_path)


def test_the_shipped_dictionaries_have_their_sizes_and_ids() -> None:
    for dict_id, dictionary in compress.load_dictionaries(compress.FOLDER).items():
        assert compress.LOWEST_ID <= dict_id <= compress.HIGHEST_ID
        assert len(dictionary.as_bytes()) <= compress.DICTIONARY_BYTES


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"one\x1dtwo\x1d", [b"one\x1d", b"two\x1d"]),
        (b"<c><record a='1'>x</record>\n<m:record>y</m:record></c>", 2),
        (b"anything", [b"anything"]),
    ],
)
def test_files_fall_into_records(data: bytes, expected: list[bytes] | int) -> None:
    found = compress.samples(data)
    assert (found if isinstance(expected, list) else len(found)) == expected


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ([], 2, "usage"),
        (["train", "40000.zdict"], 2, "usage"),
        (["train", "name.zdict", "f"], 2, "usage"),
        (["train", "12.zdict", "f"], 2, "12.zdict: an id is a number from 32768 to 65535"),
        (["train", "40000.zdict", "/nowhere/f"], 1, "/nowhere/f"),
    ],
)
def test_wrong_use_of_the_command(
    arguments: list[str], code: int, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert compress.main(arguments) == code
    assert message in capsys.readouterr().out


def test_too_few_records_make_no_dictionary(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "one.mrc").write_bytes(b"x")
    out = tmp_path / "40000.zdict"
    assert compress.main(["train", str(out), str(tmp_path / "one.mrc")]) == 1
    assert "no dictionary from 1 records" in capsys.readouterr().out
    assert not out.exists()


def test_many_frames_at_once_are_what_each_is_alone():
    frames = [Compressor().compress(data) for data in (b"one", b"", b"three" * 100)]
    found = Decompressor().all([frames[0], None, *frames[1:]])
    assert found == [b"one", None, b"", b"three" * 100]
    with pytest.raises(StoreError, match="damaged"):
        Decompressor().all([frames[0], b"no frame"])


def test_frames_of_every_dictionary_and_of_none_stand_in_one_page(folder: Path) -> None:
    both = compress.load_dictionaries(folder)
    older = {min(both): both[min(both)]}
    data = b"<record>Hue</record>" * 9
    frames = [Compressor(each).compress(data) for each in (both, older, {})]
    assert len({zstandard.get_frame_parameters(frame).dict_id for frame in frames}) == 3
    assert Decompressor(both).all([*frames, None]) == [data, data, data, None]


def test_a_decompressor_is_lent_to_one_and_kept():
    with compress.decompressor() as one, compress.decompressor() as other:
        assert one is not other
        assert one.decompress(Compressor().compress(b"Hue")) == b"Hue"
    with compress.decompressor() as again:
        assert again in (one, other)
    with pytest.raises(StoreError), compress.decompressor() as broken:
        broken.decompress(b"no frame")
    with compress.decompressor() as after:
        assert after is broken
