"""What was found out is used at once, kept only when it proved good, and told apart by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from modalities.action import SdkCall
from modalities.browser.access import Access
from modalities.browser.aws import LEARNED, TO_BE_FOUND, AwsBrowser
from modalities.browser.driver.finding import search
from modalities.browser.lawful import Law
from modalities.browser.library import Library
from modalities.browser.workflow import Mutation, Workflow
from modalities.change import Change, Operate
from modalities.contract import Unsupported
from modalities.resource import Provider, World
from modalities.step import Effect
from modalities.target import Realm, Target

FOUND = Workflow(
    name="modify volume as explored",
    effect=Effect.UPDATE,
    calls=("ec2:ModifyVolume",),
    steps=({"verb": "goto", "url": "/"},),
    mutations=(Mutation(path="/x"),),
)
CALL = SdkCall("ec2", "ModifyVolume", {"VolumeId": "vol-1"})
WISH: tuple[Change, ...] = (Operate(provider=Provider.AWS, calls=(CALL,), words="modify it"),)


def nobody(law: Law) -> None:
    raise AssertionError("nobody is asked")


def nowhere(target: Target) -> Access:
    raise AssertionError("no console is opened")


def test_it_is_used_before_it_is_kept(tmp_path: Path) -> None:
    library = Library(tmp_path)
    name = library.try_out(FOUND)

    assert library.named(name) == FOUND
    assert list(tmp_path.iterdir()) == []

    file = library.settle(name, good=True)
    assert file == tmp_path / "modify_volume_as_explored.json"
    assert Library(tmp_path).named(name) == FOUND


def test_what_did_not_prove_good_is_forgotten(tmp_path: Path) -> None:
    library = Library(tmp_path)
    library.settle(library.try_out(FOUND), good=False)

    assert library.named(FOUND.name) is None
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_is_taken_stays_whose_it_is(tmp_path: Path) -> None:
    library = Library(tmp_path)
    library.keep(FOUND)

    assert library.try_out(FOUND) == "modify volume as explored 2"


def test_own_operations_are_for_who_learned_them_or_may_find_out(tmp_path: Path) -> None:
    if search().tool is None:
        pytest.skip("no Chromium or Chrome is installed")
    plain = AwsBrowser(nowhere, workflows=tmp_path)
    exploring = AwsBrowser(nowhere, workflows=tmp_path, pilot_of=nobody)  # type: ignore[arg-type]

    assert plain.supports(WISH).fit == 0
    assert not plain.may_explore
    assert exploring.supports(WISH) == TO_BE_FOUND

    Library(tmp_path).keep(FOUND)
    assert plain.supports(WISH) == LEARNED


def test_nobody_flies_over_what_is_real(tmp_path: Path) -> None:
    hand = AwsBrowser(nowhere, workflows=tmp_path, pilot_of=nobody)  # type: ignore[arg-type]
    real = Target(name="prod", provider=Provider.AWS, realm=Realm.PRODUCTION, region="us-east-1")
    with pytest.raises(Unsupported, match="nobody explores pages here"):
        hand.explored(WISH, World(Provider.AWS, "1/x"), real, "modify it", lambda: False, print)
