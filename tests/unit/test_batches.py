"""The collector is off inside a batch and as it was after it."""

import gc

import pytest

from interop.batches import without_collector


def test_off_inside_and_on_again_after_a_failure():
    with pytest.raises(KeyError), without_collector():
        with without_collector():
            assert not gc.isenabled()
        assert not gc.isenabled()
        raise KeyError
    assert gc.isenabled()


def test_stays_off_for_whoever_had_it_off():
    gc.disable()
    try:
        with without_collector():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
