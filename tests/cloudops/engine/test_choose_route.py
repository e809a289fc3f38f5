"""What is handed to the router beside the task: the record, and what Terraform looks after."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cloudops.engine.choose_route import known_of
from cloudops.request import Intent
from cloudops.router.known import WINDOW
from cloudops.router.ranking import choose
from cloudops.state.contract import Run
from cloudops.state.sql import SqlStore, open_store
from cloudops.state.trial import Trial, TrialEnd
from fakes.cloud import FakeCloud, FakeHand
from fakes.routing import ATTACH, CLI, IAC, LIST, OWNED, SDK, WORLD
from modalities.contract import Draft, Keeper
from modalities.plan import ModalityName
from modalities.resource import Provider, World
from modalities.target import Realm, Target

TARGET = Target(name="lab", provider=Provider.AWS, realm=Realm.SANDBOX, region="eu-west-1")
NOW = datetime(2026, 11, 27, tzinfo=UTC)


class Plain(FakeHand):
    def __init__(self, name: ModalityName) -> None:
        super().__init__(FakeCloud(), lambda world: Draft(()))
        self.name = name


class Keeping(Plain):
    """A hand that keeps a description of its own."""

    asked = 0

    def kept(self, target: Target) -> Mapping[str, str]:
        self.asked += 1
        return OWNED if target.name == "lab" else {}

    def reconciled(self, target: Target, ids: Collection[str]) -> tuple[str, ...]:
        return ()

    def brought_about(self, world: World, target: Target, *, destroy: bool = False) -> Draft:
        return Draft(())

    def ahead(self, target: Target) -> tuple[Mapping[str, Any], ...]:
        return ()

    def placed(self, target: Target) -> Target:
        return target


@pytest.fixture
def store(tmp_path: Path) -> SqlStore:
    return open_store(tmp_path / "state.db")


def tried(store: SqlStore, intent: Intent, hand: ModalityName, *, realm: Realm, times: int) -> None:
    for number in range(times):
        run = f"{hand}-{realm}-{number}"
        store.begin_run(Run(run, "x", "lab", "s", "ana", "done", NOW, NOW))
        store.note(
            Trial(
                run=run,
                hand=hand,
                goal=intent.goal,
                changes=("attach",),
                kinds=(),
                provider=Provider.AWS,
                realm=realm,
                ending=TrialEnd.DONE,
                steps=2,
                seconds=1.0,
            )
        )


def test_the_record_of_this_realm_in_its_window(store: SqlStore) -> None:
    tried(store, ATTACH, SDK, realm=Realm.SANDBOX, times=WINDOW + 1)
    tried(store, ATTACH, CLI, realm=Realm.PRODUCTION, times=1)
    known = known_of(ATTACH, store, TARGET, [Plain(SDK), Plain(CLI)])
    assert [(t.hand, t.trials) for t in known.record] == [(SDK, WINDOW)]
    assert known.owned == {}


def test_what_is_kept_leads_the_route(store: SqlStore) -> None:
    keeping = Keeping(IAC)
    assert isinstance(keeping, Keeper)
    hands = [Plain(SDK), keeping]
    known = known_of(ATTACH, store, TARGET, hands)
    assert known.owned == OWNED
    assert choose(ATTACH, WORLD, hands, known=known).ranked[0].modality is IAC


def test_nobody_is_asked_for_a_question(store: SqlStore) -> None:
    keeping = Keeping(IAC)
    assert known_of(LIST, store, TARGET, [keeping]).owned == {}
    assert keeping.asked == 0
