"""Cells of sort keys: their order is that of the keys."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from interop.index.columns import WIDTH, Columns, cell, is_whole
from interop.text.collation import sort_key

texts = st.text(st.sampled_from("aàảãáạăâbdđeêzAĐ 019中國é'ſß"), max_size=40) | st.text(max_size=40)


@given(texts, texts)
def test_cells_are_ordered_as_their_keys_or_equal(left, right):
    low, high = sorted((sort_key(left), sort_key(right)))
    assert len(cell(low)) == WIDTH
    assert cell(low) <= cell(high)
    if cell(low) == cell(high) and is_whole(cell(low)):
        assert low == high


@given(st.lists(texts, unique=True, max_size=9))
def test_heads_are_in_the_order_of_the_cells(titles):
    with TemporaryDirectory() as folder:
        columns = Columns(Path(folder))
        keys = {rid: sort_key(title) for rid, title in enumerate(titles, 1)}
        columns.write("1", "title", keys.items())
        heads = dict(zip(keys, columns.heads("1", "title", list(keys)), strict=True))
    for rid in keys:
        assert bool(heads[rid]) == bool(keys[rid])
        for other in keys:
            assert heads[rid] <= heads[other] or cell(keys[rid]) > cell(keys[other])


@given(st.binary(min_size=1, max_size=40), st.binary(min_size=1, max_size=40))
def test_plain_keys_too(left, right):
    left, right = left.replace(b"\0", b"1"), right.replace(b"\0", b"1")
    assert (cell(left) <= cell(right)) or left > right
    if cell(left) == cell(right) and is_whole(cell(left)):
        assert left == right


def test_columns(tmp_path: Path):
    columns = Columns(tmp_path)
    assert columns.read("1", "date", [3]) == [b""]
    columns.write("1", "date", [(7, b"1999"), (8, b"2000"), (2, b"1890"), (9, None)])
    assert columns.read("1", "date", []) == []
    found = columns.read("1", "date", [2, 7, 8, 9, 1])
    assert found == [cell(b"1890"), cell(b"1999"), cell(b"2000"), b"", b""]
    columns.write("1", "date", [(8, None), (5_000, b"1")])
    assert columns.read("1", "date", [8, 5_000, 10**6]) == [b"", cell(b"1"), b""]
    heads = columns.heads("1", "date", [2, 7, 9, 5_000, 10**6])
    assert heads[0] < heads[1] and heads[2] == heads[4] == 0 < heads[3]
    assert list(columns.heads("1", "date", [2, 7])) == list(heads[:2])
    assert columns.heads("1", "date", []) == () and columns.heads("3", "date", [1]) == [0]
    Columns(tmp_path).remove_others("2")
    assert list(tmp_path.iterdir()) == []
