from interop.model.record import UNION
from interop.oai import windows
from interop.oai.windows import Window, rows
from tests.unit.oai.fakes import FakeCatalogue, filled


def test_windows_hold_every_row_once(monkeypatch) -> None:
    monkeypatch.setattr(windows, "PAGE", 3)
    catalogue = filled(25)
    found = windows.windows(catalogue, UNION, 8)
    seqs = [s.seq for w in found for s, _ in rows(catalogue, UNION, w, "oai_dc")]
    assert seqs == sorted(stored.seq for stored in catalogue.state().values())
    assert [window.first for window in found] == [1, 9, 17, 25]
    assert all(
        w.first <= s.seq <= w.last for w in found for s, _ in rows(catalogue, UNION, w, "dc")
    )


def test_empty_windows_are_left_out_and_an_empty_database_has_none() -> None:
    catalogue = FakeCatalogue()
    assert windows.windows(catalogue, UNION, 5) == []
    for local in ("a", *["b"] * 20):
        catalogue.put(local)
    assert windows.windows(catalogue, UNION, 5) == [
        Window(0, 5, catalogue.time),
        Window(4, 5, catalogue.time),
    ]
