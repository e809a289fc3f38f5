from __future__ import annotations

from collections.abc import Callable

import pytest

from cloudops.errors import Blocked
from cloudops.state.contract import Held, Store
from cloudops.state.waiting import claim_within
from fakes.clock import SetClock
from modalities.claim import Claim, Lease, Mode

CLAIMS = (Claim("aws:1/us:vm/a", Mode.EXCLUSIVE), Claim("aws:1/us:vm/b", Mode.EXCLUSIVE))


class Waiter:
    """Waits in the time of a clock that is moved by its sleeps; ``at`` happens on the way."""

    def __init__(self, store: Store, clock: SetClock) -> None:
        self.store = store
        self.clock = clock
        self.told: list[list[str]] = []
        self.at: dict[float, Callable[[], object]] = {}
        self.slept: list[float] = []
        self.far = False

    def sleep(self, seconds: float) -> None:
        assert 0 < seconds <= 0.25 or (self.far and seconds <= 1.5)
        self.slept.append(seconds)
        self.clock.pass_by(seconds)
        for when in [t for t in self.at if self.clock.uptime() >= t + 1000]:
            self.at.pop(when)()

    def claim(self, timeout: float, holder: str = "me") -> Lease:
        def on_wait(held: tuple[Held, ...]) -> None:
            self.told.append([h.holder for h in held])

        return claim_within(
            self.store,
            holder,
            CLAIMS,
            ttl=30,
            who="ann",
            why="to test",
            timeout=timeout,
            on_wait=on_wait,
            sleep=self.sleep,
            clock=self.clock.uptime,
        )


@pytest.fixture
def waiter(store: Store, clock: SetClock) -> Waiter:
    return Waiter(store, clock)


def hold(store: Store, holder: str, *claims: Claim, ttl: float = 60) -> Lease:
    lease = store.claim(holder, claims or CLAIMS, ttl=ttl, who="bob", why="a deploy")
    assert isinstance(lease, Lease)
    return lease


def test_what_is_free_is_had_at_once(waiter: Waiter) -> None:
    assert waiter.claim(timeout=0).claims == CLAIMS
    assert waiter.told == []


def test_without_time_it_is_tried_once(waiter: Waiter, store: Store, clock: SetClock) -> None:
    hold(store, "other")
    with pytest.raises(Blocked):
        waiter.claim(timeout=0)
    assert clock.uptime() == 1000
    assert waiter.told == []


def test_waiting_ends_when_it_is_free(waiter: Waiter, store: Store, clock: SetClock) -> None:
    lease = hold(store, "other")
    waiter.at[3.0] = lambda: store.release(lease)
    assert waiter.claim(timeout=10).holder == "me"
    assert 1003 <= clock.uptime() < 1003.6
    assert waiter.told == [["other", "other"]], "told once, not at every try"


def test_a_dead_holder_s_lease_runs_out(waiter: Waiter, store: Store, clock: SetClock) -> None:
    hold(store, "dead", ttl=5)
    waiter.claim(timeout=10)
    assert 1005 <= clock.uptime() < 1005.6


def test_others_that_come_into_the_way_are_told(waiter: Waiter, store: Store) -> None:
    first = hold(store, "one", CLAIMS[0])
    second = hold(store, "two", CLAIMS[1])
    waiter.at[1.0] = lambda: store.release(first)
    waiter.at[2.0] = lambda: store.release(second)
    waiter.claim(timeout=10)
    assert waiter.told == [["one", "two"], ["two"]]


def test_when_the_time_is_out_it_says_who_holds_what(
    waiter: Waiter, store: Store, clock: SetClock
) -> None:
    hold(store, "run-7@host:17:1.25", ttl=60)
    with pytest.raises(Blocked) as caught:
        waiter.claim(timeout=2)
    assert clock.uptime() == pytest.approx(1002)
    stop = caught.value
    assert stop.exit_code == 5
    assert stop.summary == "aws:1/us:vm/a and 1 more is held by run run-7 (waited 2 s)"
    first, second = stop.detail.splitlines()
    assert first == (
        "aws:1/us:vm/a (exclusive) is held by bob in run run-7 "
        "since 2031-05-04 03:02:01 UTC: a deploy"
    )
    assert "aws:1/us:vm/b" in second
    assert "--lock-timeout" in stop.remedy
    assert "locks break run-7 --reason" in stop.remedy
    assert [held.holder for held in stop.payload["held"]] == ["run-7@host:17:1.25"] * 2


def test_who_only_waits_ahead_is_not_said_to_hold_it(waiter: Waiter, store: Store) -> None:
    lease = hold(store, "other")
    store.claim("early", CLAIMS, ttl=30, who="eve", why="a fix", place=5)
    store.release(lease)
    with pytest.raises(Blocked, match="promised to run early") as caught:
        waiter.claim(timeout=0)
    assert "break" not in caught.value.remedy


def test_who_gives_up_is_in_nobody_s_way(waiter: Waiter, store: Store) -> None:
    lease = hold(store, "other")
    with pytest.raises(Blocked):
        waiter.claim(timeout=1)
    store.release(lease)
    hold(store, "third")


def test_an_early_waiter_is_not_overtaken(waiter: Waiter, store: Store) -> None:
    """Others come and go on one of the two keys all the time; without a queue the waiter, who
    needs both at once, would find one of them taken at every try."""
    leases = {"x": hold(store, "x", CLAIMS[0])}
    refused: list[str] = []

    def churn(n: int) -> None:
        holder, key = ("y", CLAIMS[1]) if n % 2 else ("x", CLAIMS[0])
        other = "x" if n % 2 else "y"
        got = store.claim(holder, (key,), ttl=60, who="", why="")
        if isinstance(got, Lease):
            leases[holder] = got
        else:
            refused.append(got[0].holder)
        if other in leases:
            store.release(leases.pop(other))

    for n in range(1, 40):
        waiter.at[n * 0.3] = lambda n=n: churn(n)  # type: ignore[misc]
    waiter.claim(timeout=20)
    assert waiter.clock.uptime() < 1002
    assert set(refused) <= {"me"}


def test_whose_turn_is_far_off_asks_less_often_and_keeps_its_place(
    waiter: Waiter, store: Store
) -> None:
    hold(store, "other", ttl=600)
    early = [f"early-{n}" for n in range(40)]

    def ask_again() -> None:
        for holder in early:
            store.claim(holder, CLAIMS, ttl=30, who="eve", why="a fix", place=60)

    ask_again()
    waiter.far = True
    with pytest.raises(Blocked):
        waiter.claim(timeout=20)
    assert min(waiter.slept[:-1]) >= 1.0
    assert len(waiter.slept) < 22
    later = store.claim("later", CLAIMS, ttl=30, who="bob", why="a deploy", place=5)
    assert isinstance(later, tuple)
    assert {held.holder for held in later} == {"other", *early}, "who gave up is gone"


def test_an_interrupt_while_waiting_passes_on(waiter: Waiter, store: Store) -> None:
    hold(store, "other")

    def interrupt() -> None:
        raise KeyboardInterrupt

    waiter.at[1.0] = interrupt
    with pytest.raises(KeyboardInterrupt):
        waiter.claim(timeout=10)
