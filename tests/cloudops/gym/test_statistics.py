from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudops.gym.statistics import pass_hat, wilson


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        # Newcombe, Statistics in Medicine 17 (1998) 857, table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_published_intervals(successes: int, trials: int, low: float, high: float) -> None:
    rate = wilson(successes, trials)
    assert rate is not None
    assert (round(rate.low, 4), round(rate.high, 4)) == (low, high)


@given(st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_an_interval_holds_its_rate_and_mirrors(pair: tuple[int, int]) -> None:
    successes, trials = pair
    rate, other = wilson(successes, trials), wilson(trials - successes, trials)
    assert rate is not None
    assert other is not None
    assert 0 <= rate.low <= rate.value <= rate.high <= 1
    assert rate.low == pytest.approx(1 - other.high)


def test_without_trials_nothing_is_said() -> None:
    assert wilson(0, 0) is None
    assert pass_hat([(1, 1)], 2) is None


def test_pass_hat() -> None:
    """Two prompts of four attempts: one never fails, one fails once."""
    tries = [(4, 4), (3, 4)]
    assert pass_hat(tries, 1) == pytest.approx(7 / 8)
    assert pass_hat(tries, 2) == pytest.approx((1 + 3 / 6) / 2)
    assert pass_hat(tries, 4) == pytest.approx(1 / 2)
    assert pass_hat([*tries, (1, 1)], 4) == pytest.approx(1 / 2)
