"""Proportions with intervals, and how often all of several attempts succeed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import comb, sqrt
from statistics import NormalDist

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Rate:
    """``successes`` of ``trials``, and the interval in which the true rate lies."""

    successes: int
    trials: int
    low: float
    high: float

    @property
    def value(self) -> float:
        return self.successes / self.trials


def wilson(successes: int, trials: int, confidence: float = CONFIDENCE) -> Rate | None:
    """The Wilson score interval, which unlike the usual one holds at 0 and 1 and for few trials.

    E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22
    (1927) 209; as equation 4 of Brown, Cai, DasGupta, Statistical Science 16 (2001) 101. (What
    has it as a function, SciPy and statsmodels, is a hundred times the size of all this.)
    None where there were no trials.
    """
    if trials == 0:
        return None
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    p, n = successes / trials, trials
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    low = 0.0 if successes == 0 else max(0.0, middle - half)
    high = 1.0 if successes == trials else min(1.0, middle + half)
    return Rate(successes, trials, low, high)


def pass_hat(tries: Iterable[tuple[int, int]], k: int) -> float | None:
    """pass^k: the chance that k attempts at a prompt all succeed, over prompts.

    ``tries`` has successes and attempts of each prompt; those with fewer than k attempts tell
    nothing. Unbiased as in Yao et al., tau-bench (2024), section 4: mean of C(c, k) / C(n, k).
    pass^1 is pass@1, the mean success rate. None where no prompt had k attempts.
    """
    found = [comb(c, k) / comb(n, k) for c, n in tries if n >= k]
    return sum(found) / len(found) if found else None
