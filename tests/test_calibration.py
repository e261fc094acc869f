"""Thresholds, coverage and calibration errors say what they say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triage.model.calibration import NEVER, calibration_error, coverage, reliability, threshold_for
from triage.model.costs import balanced_costs, documented_costs, least_cost, level_weights

SAID = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=20, max_size=60)


@settings(deadline=None)
@given(SAID, st.floats(0, 1))
def test_from_the_threshold_on_the_stated_share_is_right(
    said: list[tuple[float, bool]], wanted: float
) -> None:
    """Whatever was said, at the chosen threshold the precision is what was asked for, or it never speaks."""
    shares, right = np.array([share for share, _ in said]), np.array([well for _, well in said])
    threshold = threshold_for(wanted, shares, right)
    if threshold <= 1:
        assert right[shares >= threshold].mean() >= wanted
    else:
        assert threshold == NEVER


def test_a_precision_of_few_tickets_is_not_believed() -> None:
    """Nineteen right answers are too few to speak on."""
    assert NEVER == threshold_for(0.9, np.full(19, 0.99), np.full(19, True))


@settings(deadline=None)
@given(SAID)
def test_every_ticket_is_in_one_bin(said: list[tuple[float, bool]]) -> None:
    shares, right = np.array([share for share, _ in said]), np.array([well for _, well in said])
    assert len(said) == sum(one.n for one in reliability(shares, right))
    assert 0 <= calibration_error(shares, right) <= 1


@settings(deadline=None)
@given(SAID)
def test_coverage_grows_to_all_tickets(said: list[tuple[float, bool]]) -> None:
    shares, right = np.array([share for share, _ in said]), np.array([well for _, well in said])
    covered = [point.covered for point in coverage(shares, right)]
    assert covered == sorted(covered)
    assert covered[-1] == 1


@pytest.mark.parametrize("levels", [2, 3, 5])
def test_a_missed_emergency_costs_most(levels: int) -> None:
    costs = documented_costs(levels)
    assert max(map(max, costs)) == costs[0][-1]
    assert all(costs[0][level] >= costs[level][0] for level in range(levels))


def test_a_sure_level_is_said() -> None:
    assert 3 == least_cost([0, 0, 0, 1, 0], documented_costs(5))


def test_between_equals_the_dearer_to_miss_is_said() -> None:
    assert 0 == least_cost([0.5, 0.5], documented_costs(2))


def test_the_dearest_level_weighs_most_in_training() -> None:
    weights = level_weights(documented_costs(5), dict.fromkeys(range(5), 100))
    assert weights[0] == max(weights.values())


def test_balanced_costs_say_a_rare_level_where_the_most_probable_one_never_is() -> None:
    """A level that is one ticket in ten is never the most probable; balanced costs find most of them."""
    draw = np.random.default_rng(0)
    codes = (np.arange(1_000) % 10 == 0).astype(int)
    share = np.clip(0.1 + 0.25 * codes + 0.05 * draw.normal(size=1_000), 0.01, 0.99)
    shares = np.stack([1 - share, share], axis=1)
    said = (shares @ np.array(balanced_costs(shares, codes))).argmin(axis=1)
    assert 0 == (shares.argmax(axis=1)[codes == 1] == 1).sum()
    assert (said[codes == 1] == 1).mean() > 0.5
