"""Claims against a model of them that fits on a page, by random histories."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from cloudops.state.contract import FenceLost, Store
from cloudops.state.sql import open_store
from fakes.clock import SetClock
from fakes.postgres import Server
from modalities.claim import Claim, Lease, Mode

HOLDERS = st.sampled_from(("one", "two", "three"))
CLAIMS = st.lists(st.builds(Claim, st.sampled_from("abc"), st.sampled_from(Mode)), max_size=3)
TTLS = st.sampled_from((5.0, 10.0, 30.0))


@dataclass
class Holding:
    modes: dict[str, Mode]
    fence: int
    end: float


class ClaimsMachine(RuleBasedStateMachine):
    """The model: a dict of holdings, and the seconds that really passed."""

    def __init__(self) -> None:
        super().__init__()
        self.directory = tempfile.TemporaryDirectory()
        self.place = self.new_place()
        self.clock = SetClock()
        self.stores = [self.open(), self.open()]
        self.holdings: dict[str, Holding] = {}
        self.passed = 0.0
        self.fence = 0
        self.leases: list[Lease] = []

    def new_place(self) -> str | Path:
        return Path(self.directory.name) / "state.db"

    def open(self) -> Store:
        return open_store(self.place, clock=self.clock)

    def teardown(self) -> None:
        for store in self.stores:
            store.close()
        self.directory.cleanup()

    def live(self) -> dict[str, Holding]:
        return {h: holding for h, holding in self.holdings.items() if holding.end > self.passed}

    def is_held(self, lease: Lease) -> bool:
        holding = self.live().get(lease.holder)
        return holding is not None and holding.fence == lease.fence

    @rule(
        which=st.integers(0, 1),
        holder=HOLDERS,
        wanted=CLAIMS,
        ttl=TTLS,
        instead_of=st.none() | HOLDERS,
    )
    def claim(
        self, which: int, holder: str, wanted: list[Claim], ttl: float, instead_of: str | None
    ) -> None:
        modes: dict[str, Mode] = {}
        for claim in wanted:
            both = {claim.mode, modes.get(claim.key, Mode.SHARED)}
            modes[claim.key] = Mode.EXCLUSIVE if Mode.EXCLUSIVE in both else Mode.SHARED
        blocking = {
            (key, other)
            for other, holding in self.live().items()
            for key, mode in holding.modes.items()
            if other not in (holder, instead_of)
            and key in modes
            and Mode.EXCLUSIVE in (mode, modes[key])
        }
        got = self.stores[which].claim(
            holder, wanted, ttl=ttl, who="ann", why="", instead_of=instead_of
        )
        if blocking:
            assert not isinstance(got, Lease)
            assert {(held.key, held.holder) for held in got} == blocking
            return
        assert isinstance(got, Lease)
        assert got.fence > self.fence
        self.fence = got.fence
        live = self.live()
        for mine in (live[own] for own in (holder, instead_of) if own in live):
            for key, mode in mine.modes.items():
                if mode is Mode.EXCLUSIVE or key not in modes:
                    modes[key] = mode
        self.holdings.pop(instead_of or "", None)
        assert {c.key: c.mode for c in got.claims} == modes
        self.holdings[holder] = Holding(modes, got.fence, self.passed + ttl)
        self.leases.append(got)

    @precondition(lambda self: self.leases)
    @rule(which=st.integers(0, 1), data=st.data(), ttl=TTLS)
    def renew(self, which: int, data: st.DataObject, ttl: float) -> None:
        lease = data.draw(st.sampled_from(self.leases))
        try:
            renewed = self.stores[which].renew(lease, ttl=ttl)
        except FenceLost:
            assert not self.is_held(lease)
            return
        assert self.is_held(lease)
        assert renewed.fence == lease.fence
        self.holdings[lease.holder].end = self.passed + ttl

    @precondition(lambda self: self.leases)
    @rule(which=st.integers(0, 1), data=st.data())
    def release(self, which: int, data: st.DataObject) -> None:
        lease = data.draw(st.sampled_from(self.leases))
        self.stores[which].release(lease)
        if self.is_held(lease):
            del self.holdings[lease.holder]

    @rule(which=st.integers(0, 1), holder=HOLDERS)
    def break_claims(self, which: int, holder: str) -> None:
        broken = self.stores[which].break_claims(holder, who="bob", reason="")
        held = self.live().get(holder)
        assert {b.key for b in broken} == set(held.modes if held else ())
        self.holdings.pop(holder, None)

    @rule(seconds=st.sampled_from((1.0, 4.0, 6.0, 25.0)))
    def time_passes(self, seconds: float) -> None:
        self.clock.pass_by(seconds)
        self.passed += seconds

    @rule(seconds=st.sampled_from((-3600.0, 3600.0)))
    def clock_is_set(self, seconds: float) -> None:
        self.clock.set_wall(seconds)

    @invariant()
    def both_see_what_is_held(self) -> None:
        expected = {
            (key, mode.value, holder, holding.fence)
            for holder, holding in self.live().items()
            for key, mode in holding.modes.items()
        }
        for store in self.stores:
            assert {(h.key, h.mode, h.holder, h.fence) for h in store.claims()} == expected

    @invariant()
    def fences_tell_the_truth(self) -> None:
        for lease in self.leases[-4:]:
            try:
                left = self.stores[0].check_fence(lease)
            except FenceLost:
                assert not self.is_held(lease)
            else:
                assert self.is_held(lease)
                assert abs(left - (self.holdings[lease.holder].end - self.passed)) < 1e-6


class ClaimsMachineOnPostgres(ClaimsMachine):
    server: ClassVar[Server]

    def new_place(self) -> str | Path:
        return self.server.empty()


@pytest.fixture(scope="module")
def served(postgres: Server) -> None:
    ClaimsMachineOnPostgres.server = postgres


TestClaims = ClaimsMachine.TestCase
TestClaimsOnPostgres = pytest.mark.usefixtures("served")(ClaimsMachineOnPostgres.TestCase)
TestClaims.settings = settings(
    max_examples=25,
    stateful_step_count=25,
    deadline=None,
    phases=(Phase.reuse, Phase.generate, Phase.shrink),
    suppress_health_check=[HealthCheck.too_slow],
)
TestClaimsOnPostgres.settings = settings(TestClaims.settings, max_examples=12)
