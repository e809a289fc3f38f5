"""What one holder keeps for another passes over with nobody in between, on every store."""

from __future__ import annotations

import pytest

from cloudops.state.contract import FenceLost, Store, keeper_of, plan_of, run_of
from fakes.clock import SetClock
from modalities.claim import Claim, Lease, Mode

KEPT = keeper_of("run-1", "sha256:1")
A, B, C = "aws:1/us:vm/a", "aws:1/us:vm/b", "aws:1/us"
WANTED = (Claim(A, Mode.EXCLUSIVE), Claim(C, Mode.SHARED))


def ask(
    store: Store, holder: str, *claims: Claim, place: float = 0, instead_of: str | None = None
) -> Lease | list[str]:
    """A lease, or who stands in the way."""
    got = store.claim(
        holder, claims, ttl=60, who="ann", why="x", place=place, instead_of=instead_of
    )
    return got if isinstance(got, Lease) else sorted({held.holder for held in got})


def keep(store: Store, *, ttl: float = 3600) -> Lease:
    got = store.claim(KEPT, WANTED, ttl=ttl, who="ann", why="kept")
    assert isinstance(got, Lease)
    return got


def test_a_name_tells_what_it_is_kept_for() -> None:
    assert (run_of(KEPT), plan_of(KEPT)) == ("run-1", "sha256:1")
    assert plan_of("run-1@host+plan:1:2") is None
    assert plan_of("run-1") is None


def test_others_are_kept_out_and_one_goes_on(store: Store) -> None:
    kept = keep(store)
    assert ask(store, "other", Claim(A, Mode.SHARED)) == [KEPT]
    mine = ask(store, "run-2", *WANTED, instead_of=KEPT)
    assert isinstance(mine, Lease)
    assert mine.fence > kept.fence
    assert {h.holder for h in store.claims()} == {"run-2"}
    with pytest.raises(FenceLost):
        store.check_fence(kept)
    store.release(kept)
    assert ask(store, "other", Claim(A, Mode.SHARED)) == ["run-2"]


def test_all_that_was_kept_passes_over(store: Store) -> None:
    keep(store)
    mine = ask(store, "run-2", Claim(B, Mode.EXCLUSIVE), Claim(A, Mode.SHARED), instead_of=KEPT)
    assert isinstance(mine, Lease)
    assert mine.claims == (
        *(Claim(C, Mode.SHARED), Claim(A, Mode.EXCLUSIVE), Claim(B, Mode.EXCLUSIVE)),
    )
    assert {(h.key, h.mode) for h in store.claims()} == {
        *((A, "exclusive"), (B, "exclusive"), (C, "shared"))
    }


def test_it_joins_what_the_other_has_already(store: Store) -> None:
    keep(store)
    first = ask(store, "run-2", Claim(B, Mode.EXCLUSIVE))
    mine = ask(store, "run-2", *WANTED, instead_of=KEPT)
    assert isinstance(first, Lease)
    assert isinstance(mine, Lease)
    assert {c.key for c in mine.claims} == {A, B, C}
    with pytest.raises(FenceLost):
        store.check_fence(first)


def test_where_more_is_wanted_and_blocked_it_stays_where_it_was(store: Store) -> None:
    kept = keep(store)
    ask(store, "other", Claim(B, Mode.EXCLUSIVE))
    assert ask(store, "run-2", *WANTED, Claim(B, Mode.SHARED), instead_of=KEPT) == ["other"]
    assert store.check_fence(kept) > 0


def test_those_who_wait_for_it_are_behind_who_goes_on(store: Store) -> None:
    keep(store)
    assert ask(store, "late", Claim(A, Mode.EXCLUSIVE), place=30) == [KEPT]
    assert ask(store, "later", Claim(A, Mode.EXCLUSIVE), place=30) == ["late", KEPT]
    assert isinstance(ask(store, "run-2", *WANTED, instead_of=KEPT), Lease)


def test_only_one_takes_it_over(store: Store) -> None:
    keep(store)
    assert isinstance(ask(store, "run-2", *WANTED, instead_of=KEPT), Lease)
    assert ask(store, "run-3", *WANTED, instead_of=KEPT) == ["run-2"]


def test_what_has_ended_is_not_taken_over(store: Store, clock: SetClock) -> None:
    keep(store, ttl=100)
    clock.pass_by(101)
    ask(store, "other", Claim(A, Mode.EXCLUSIVE))
    assert ask(store, "run-2", *WANTED, instead_of=KEPT) == ["other"]
    store.break_claims("other", who="ann", reason="x")
    assert isinstance(ask(store, "run-2", *WANTED, instead_of=KEPT), Lease)


def test_it_ends_by_itself_with_nobody_at_work(store: Store, clock: SetClock) -> None:
    keep(store, ttl=100)
    clock.pass_by(99)
    assert ask(store, "other", Claim(A, Mode.EXCLUSIVE)) == [KEPT]
    clock.pass_by(2)
    assert store.claims() == ()
    assert isinstance(ask(store, "other", Claim(A, Mode.EXCLUSIVE)), Lease)


def test_taken_over_by_itself_is_claiming_again(store: Store) -> None:
    kept = keep(store)
    again = ask(store, KEPT, *WANTED, instead_of=KEPT)
    assert isinstance(again, Lease)
    assert again.fence > kept.fence
    assert len(store.claims()) == 2
