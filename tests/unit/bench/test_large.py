"""What reading costs, in the small."""

from bench.cases import large
from interop.query import normalise


def test_every_question_is_asked_and_answered(tmp_path, monkeypatch):
    monkeypatch.setattr(large, "ROUNDS", 1)
    table = large.run(tmp_path, [300, 600])
    assert table.count("\n| ") == 15
    assert "300 records, CPU | 600 records, CPU | growth | 600 records, clock | goal" in table
    assert table.count("| met |") + table.count("| not met |") == 14
    assert "scan of 20 words" in table and "20 terms" in table


def test_words_are_analysed_one_by_one_as_a_whole_text_is():
    words = large.Words()
    for text in [words.text(1, 20) for _ in range(50)] + ["Nguyễn Ái Quốc", "hiếmgặp"]:
        folded, marked = normalise.both_tokens(text)
        assert words.tokens(text) == (tuple(folded), tuple(marked))
