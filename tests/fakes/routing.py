"""Hands of which only the word counts, and tasks for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

from cloudops.request import Goal, Intent, Listing, ServiceHealth
from cloudops.router.known import Known
from cloudops.state.trial import Tally
from fakes.specimens import resource, world
from modalities.change import (
    Attach,
    Change,
    Create,
    Delete,
    Power,
    Selection,
    SetPower,
    SetPriority,
)
from modalities.contract import Modality, Support
from modalities.health import HealthEvent
from modalities.plan import ModalityName, Route
from modalities.resource import Kind, Provider
from modalities.target import Target
from modalities.wanted import Disk, Vm

SDK, CLI, IAC, BROWSER = ModalityName
WORLD = world(
    resource(Kind.VM, "web-1", "i-1"),
    resource(Kind.VM, "web-2", "i-2"),
    resource(Kind.DISK, "data", "vol-1"),
)
OWNED = {"i-1": "aws_instance.web_1"}


def vm(*names: str) -> Selection:
    return Selection(kind=Kind.VM, names=names)


def task(goal: Goal, *changes: Change) -> Intent:
    return Intent(goal=goal, summary="a task", changes=changes)


PROVISION = task(Goal.PROVISION, Create(wanted=(Vm(name="a"),)))
ATTACH = task(Goal.UPDATE, Attach(what=Disk(gib=64), to=vm("web-1")))
TO_SPOT = task(Goal.UPDATE, SetPriority(what=vm("web-1"), spot=True))
DELETE = task(Goal.DELETE, Delete(what=vm("web-1"), explicit="delete web-1"))
RESTART = task(Goal.UPDATE, SetPower(what=vm("web-1"), power=Power.RESTART))
LIST = Intent(
    goal=Goal.MONITOR, summary="list", question=Listing(what=Selection(kind=Kind.VM, every=True))
)
HEALTH = Intent(goal=Goal.MONITOR, summary="health", question=ServiceHealth())


@dataclass
class Hand:
    """``unable``: kinds of change that it cannot do, alone or among others."""

    name: ModalityName
    fit: float = 1.0
    why: str = "can do it"
    unable: tuple[str, ...] = ()
    provider: Provider = Provider.AWS
    asked: list[tuple[Change, ...]] = field(default_factory=list)

    def supports(self, changes: Sequence[Change]) -> Support:
        self.asked.append(tuple(changes))
        if any(change.change in self.unable for change in changes):
            return Support(0.0, f"no {self.unable[0]}")
        return Support(self.fit, self.why)


@dataclass
class Reporting(Hand):
    """A hand that sees what the provider tells about its services."""

    def health(self, target: Target, region: str | None = None) -> tuple[HealthEvent, ...]:
        raise AssertionError("only its word counts")


@dataclass
class Worded:
    """A hand with the word of a real one."""

    name: ModalityName
    supports: Callable[[Sequence[Change]], Support]
    provider: Provider = Provider.AWS


@dataclass
class WordedReporting(Worded):
    """One that sees what the provider tells about its services."""

    def health(self, target: Target, region: str | None = None) -> tuple[HealthEvent, ...]:
        raise AssertionError("only its word counts")


def hands(*several: Hand | Worded) -> Sequence[Modality]:
    return cast("Sequence[Modality]", several)


ALL = hands(Hand(SDK), Hand(CLI), Hand(IAC), Reporting(BROWSER))


def order(route: Route) -> list[ModalityName]:
    return [ranked.modality for ranked in route.ranked]


def fits(route: Route) -> dict[ModalityName, float]:
    return {ranked.modality: ranked.fit for ranked in route.ranked}


def tally(hand: ModalityName, trials: int, successes: int, **other: Any) -> Tally:
    facts: dict[str, Any] = {
        "changes": ("create",),
        "steps": 2.0 if successes else None,
        "seconds": 1.0 if successes else None,
        "at": datetime(2026, 11, 27, tzinfo=UTC),
        **other,
    }
    return Tally(hand=hand, trials=trials, successes=successes, **facts)


def known(*record: Tally, owned: Mapping[str, str] | None = None, shipped: Any = ()) -> Known:
    return Known(record=record, owned=owned or {}, shipped=shipped)
