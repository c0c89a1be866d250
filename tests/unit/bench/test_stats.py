"""Medians, spreads, ratios, and the order in which sides take turns."""

import pytest

from bench.stats import Sample, figure, interleave, percentile, ratio


def test_the_figure_is_the_median_of_the_rounds():
    found = figure([Sample(100, 1.0, 0.5), Sample(100, 4.0, 1.0), Sample(100, 2.0, 2.0)])
    assert found.rate == 50
    assert found.cpu_rate == 100
    assert found.spread == pytest.approx((100 - 25) / 50)
    assert found.rounds == 3


def test_a_cpu_clock_that_did_not_move_gives_no_rate():
    assert figure([Sample(1, 1.0, 0.0)]).cpu_rate is None
    assert figure([Sample(1, 1.0, 0.0), Sample(1, 1.0, 0.5)]).cpu_rate == 2


def test_a_server_that_answers_nothing_in_its_time_is_a_figure():
    assert figure([Sample(0, 1.0, 0.5)] * 2).spread == 0


def test_no_samples_are_no_figure():
    with pytest.raises(ValueError, match="no samples"):
        figure([])


def test_the_sides_take_turns():
    order = []

    def side(name, seconds):
        def measure():
            order.append(name)
            return Sample(1, seconds, seconds)

        return measure

    found = interleave(3, {"ours": side("A", 1.0), "peer": side("B", 2.0)})
    assert order == ["A", "B"] * 3
    assert ratio(found["ours"].rate, found["peer"].rate) == 2


@pytest.mark.parametrize(("ours", "peer"), [(None, 1.0), (1.0, None), (1.0, 0.0)])
def test_a_ratio_needs_both_sides(ours, peer):
    assert ratio(ours, peer) is None


def test_percentiles_are_values_that_were_measured():
    values = [float(n) for n in range(200, 0, -1)]
    assert percentile(values, 50) == 100.0
    assert percentile(values, 99) == 198.0
    assert percentile([7.0], 99) == 7.0
    with pytest.raises(ValueError):
        percentile([], 50)
