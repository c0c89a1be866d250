"""Files into a library: everything is counted, nothing is lost."""

from itertools import count

import pytest

from interop.catalogue import Catalogue
from interop.config import load as load_config
from interop.load import Loader
from interop.marc.iso2709 import encode
from interop.marc.record import ControlField, DataField, MarcRecord
from interop.store.store import Store


def record(number, title="Truyện Kiều"):
    control = (ControlField("001", number),) if number else ()
    return MarcRecord(
        "00000nam a2200000 a 4500", (*control, DataField("245", "0", "0", (("a", title),)))
    )


@pytest.fixture
def catalogue(tmp_path):
    ticks = count(1_700_000_000)
    store = Store(f"sqlite:///{tmp_path}/s.db", lambda: next(ticks))
    yield Catalogue(load_config(environ={"INTEROP_CONFIG": ""}), store)
    store.dispose()


@pytest.fixture
def load(catalogue, tmp_path):
    def run(data: bytes):
        file = tmp_path / "file.mrc"
        file.write_bytes(data)
        loader = Loader(catalogue, "lib", lambda report: None)
        loader.load(file)
        return loader.report

    return run


def test_counts_add_up_and_a_second_load_changes_nothing(load):
    data = b"".join(encode(record(str(n))) for n in range(1200))
    first, second = load(data).summary(), load(data).summary()
    assert (first["read"], first["added"], first["quarantined"]) == (1200, 1200, 0)
    assert (second["read"], second["unchanged"], second["added"]) == (1200, 1200, 0)


def test_damage_costs_one_record_and_its_bytes_are_kept(load, catalogue):
    good, broken = encode(record("1")), b"00040nam  garbage without a directory\x1d"
    report = load(good + broken + encode(record("2"))).summary()
    assert (report["read"], report["added"], report["quarantined"]) == (3, 2, 1)
    (kept,) = catalogue.store.quarantined("lib")
    assert kept.position == 2 and kept.reason and b"garbage" in kept.raw


def test_two_records_under_one_control_number_do_not_overwrite_each_other(load, catalogue):
    report = load(encode(record("1")) + encode(record("1", "Khác")) + encode(record("1"))).summary()
    assert (report["added"], report["unchanged"], report["quarantined"]) == (1, 1, 1)
    (kept,) = catalogue.store.quarantined("lib")
    assert "control number '1'" in kept.reason


def test_records_without_a_control_number_are_told_apart_by_content(load):
    data = encode(record("")) + encode(record("", "Khác"))
    report = load(data).summary()
    assert (report["added"], report["unnumbered"]) == (2, 2)
    assert load(data).summary()["unchanged"] == 2


def test_a_record_whose_leader_says_deleted_is_deleted(load, catalogue):
    live = record("1")
    load(encode(live))
    gone = MarcRecord(f"{live.leader[:5]}d{live.leader[6:]}", live.fields)
    report = load(encode(gone)).summary()
    assert (report["read"], report["deleted"], report["added"]) == (1, 1, 0)
    assert catalogue.find("lib", "1").deleted


def test_what_was_received_is_kept_byte_for_byte(load, catalogue):
    data = encode(record("7"))
    load(data)
    stored = catalogue.find("lib", "7")
    assert catalogue.store.raw(stored.rid) == (data, "iso2709")
