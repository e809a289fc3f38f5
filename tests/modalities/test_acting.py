"""Until when a call may write."""

from __future__ import annotations

import math

from modalities import awake
from modalities.acting import Call


def test_all_of_its_time_where_nothing_else_is_said() -> None:
    call = Call("t", 60.0)
    assert call.ends == call.made + 60.0


def test_no_longer_than_it_writes() -> None:
    call = Call("t", 900.0, writes=60.0)
    assert call.ends == call.made + 60.0


def test_longer_where_the_lease_has_become_longer_and_never_beyond_its_time() -> None:
    lasts = awake.now() + 100.0
    call = Call("t", 900.0, writes=60.0, lasts=lambda: lasts)
    assert call.ends == lasts
    lasts = math.inf
    assert call.ends == call.made + 900.0
    lasts = -math.inf
    assert call.ends == call.made + 60.0
