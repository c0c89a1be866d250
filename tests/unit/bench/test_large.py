"""What reading costs, in the small."""

from bench.cases import large


def test_every_question_is_asked_and_answered(tmp_path, monkeypatch):
    monkeypatch.setattr(large, "ROUNDS", 1)
    table = large.run(tmp_path, [300, 600])
    assert table.count("\n| ") == 15
    assert "300 records | 600 records | growth" in table
    assert "scan of 20 words" in table and "20 terms" in table
