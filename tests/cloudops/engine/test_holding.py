"""How long a lease lasts beyond a heartbeat: as long as the calls under way, and no longer."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from cloudops.engine.holding import Held
from cloudops.state.contract import FenceLost, Store
from fakes.cloud import created
from modalities import awake
from modalities.claim import Lease, claims_of
from modalities.resource import Kind

TTL = 6.0
LONG = 900.0


@pytest.fixture
def held(store: Store) -> Iterator[Held]:
    claims = claims_of((created(Kind.VM, "web-1"),))
    lease = store.claim("me", claims, ttl=TTL, who="me", why="test")
    assert isinstance(lease, Lease)
    with Held(store, lease, ttl=TTL) as held:
        yield held


def shortened(held: Held, below: float) -> bool:
    """Whether a heartbeat within the next seconds makes it so short."""
    return comes_true(lambda: held.left() <= below)


def comes_true(condition: Callable[[], bool]) -> bool:
    """Within some heartbeats."""
    give_up = time.monotonic() + 20
    while not condition() and time.monotonic() < give_up:
        time.sleep(0.1)
    return condition()


def test_a_lease_lasts_as_long_as_a_call_may_and_no_longer_than_a_heartbeat_after_it(
    held: Held,
) -> None:
    with held.during(LONG) as left:
        assert LONG - 10 < left <= LONG
        assert held.left() > LONG - 10
    assert shortened(held, TTL)


def test_heartbeats_do_not_move_the_end_of_a_call(held: Held) -> None:
    with held.during(LONG):
        time.sleep(TTL / 2)
        assert LONG - 20 < held.left() <= LONG - TTL / 2


def test_of_a_long_call_so_much_is_covered_at_a_time_as_it_asks_for(held: Held) -> None:
    with held.during(TTL * 2, LONG) as left:
        assert TTL < left <= TTL * 2
        known = held.lasts()
        assert comes_true(lambda: held.lasts() >= known + TTL / 3)
        assert TTL < held.left() <= TTL * 2
        assert held.lasts() - awake.now() <= held.left()
    assert shortened(held, TTL)


def test_nothing_lasts_when_the_locks_are_gone(store: Store, held: Held) -> None:
    with held.during(LONG):
        assert held.lasts() > awake.now() + LONG - 10
        store.break_claims("me", who="somebody", reason="test")
        assert comes_true(lambda: held.lasts() == -math.inf)


def test_the_longest_call_under_way_decides(held: Held) -> None:
    with held.during(LONG / 2), ExitStack() as longer:
        longer.enter_context(held.during(LONG))
        assert LONG / 2 < held.left() <= LONG
        longer.close()
        assert shortened(held, LONG / 2)
        assert held.left() > LONG / 2 - 20


def test_a_call_that_the_lease_covers_anyway_is_told_no_more_than_it_asked_for(held: Held) -> None:
    with held.during(TTL / 100) as left:
        assert left == TTL / 100


def test_nothing_is_covered_when_the_locks_are_gone(store: Store, held: Held) -> None:
    store.break_claims("me", who="somebody", reason="test")
    with pytest.raises(FenceLost), held.during(LONG):
        raise AssertionError("unreachable")


def test_a_heartbeat_under_way_does_not_shorten_what_is_kept(held: Held) -> None:
    held.keep(LONG)
    held._renew()
    assert held.left() > LONG - 10
