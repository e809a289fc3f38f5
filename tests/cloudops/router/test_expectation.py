"""What is expected of a hand, number by number."""

from __future__ import annotations

from typing import Any

import pytest

from cloudops.request import Goal, Intent
from cloudops.router.expectation import Expectation, expectation, kinds_of_change
from cloudops.router.known import NOTHING, Known
from cloudops.router.pace import estimated
from cloudops.router.shipped import Measured
from fakes.routing import (
    ATTACH,
    BROWSER,
    CLI,
    DELETE,
    IAC,
    LIST,
    PROVISION,
    RESTART,
    SDK,
    TO_SPOT,
    known,
    tally,
    task,
    vm,
)
from modalities.change import Create, Delete, Selection, SetTags
from modalities.plan import ModalityName
from modalities.resource import Provider
from modalities.wanted import LoadBalancer, Vm


def expected(
    of: Known, intent: Intent = PROVISION, hand: ModalityName = SDK, resources: int = 1
) -> Expectation:
    return expectation(hand, intent, of, Provider.AWS, resources)


def gym(**other: Any) -> Measured:
    facts: dict[str, Any] = {
        "provider": Provider.AWS,
        "hand": SDK,
        "goal": Goal.PROVISION,
        "trials": 24,
        "successes": 24,
        "steps": 2.0,
        "seconds": 1.2,
        "date": "2026-11-27",
        "how": "cloudops gym run --cloud aws",
        **other,
    }
    return Measured(**facts)


def test_the_paper_alone() -> None:
    """0.67 of 8 trials, and one success and one failure beside them."""
    alone = expected(NOTHING)
    assert alone.success == pytest.approx((0.67 * 8 + 1) / 10)
    assert alone.steps == 4.5
    assert alone.seconds == estimated(SDK, PROVISION, 1)
    assert alone.limit == 100


def test_a_run_here_weighs_as_four_of_the_papers() -> None:
    one = expected(known(tally(SDK, 1, 1, steps=2.0, seconds=1.5)))
    assert one.success == pytest.approx((0.67 * 8 + 1 + 4) / 14)
    assert one.steps == pytest.approx((8 * 4.5 + 4 * 2.0) / 12)
    assert one.seconds == 1.5


def test_another_kind_of_change_weighs_as_three() -> None:
    one = expected(known(tally(SDK, 1, 1, changes=("create", "set_tags"))))
    assert one.success == pytest.approx((0.67 * 8 + 1 + 3) / 13)


def test_the_gym_weighs_as_two_and_at_most_as_eight_trials() -> None:
    for trials in (8, 24, 240):
        of_it = expected(known(shipped=(gym(trials=trials, successes=trials // 2),)))
        assert of_it.success == pytest.approx((0.67 * 8 + 1 + 8) / 26)
    few = expected(known(shipped=(gym(trials=1, successes=1),)))
    assert few.success == pytest.approx((0.67 * 8 + 1 + 2) / 12)


def test_another_hand_cloud_or_goal_says_nothing() -> None:
    others = (
        gym(hand=CLI),
        gym(provider=Provider.AZURE),
        gym(goal=Goal.UPDATE),
        gym(trials=0, successes=0),
    )
    record = (tally(CLI, 5, 0),)
    assert expected(known(*record, shipped=others)) == expected(NOTHING)


def test_a_deletion_is_what_the_gym_measured_of_updates() -> None:
    """As in the paper; unless deletions were measured."""
    updates = gym(goal=Goal.UPDATE, successes=12)
    assert expected(known(shipped=(updates,)), DELETE).said.startswith("gym 12 of 24")
    deletions = gym(goal=Goal.DELETE, successes=20)
    both = known(shipped=(updates, deletions))
    assert expected(both, DELETE).said.startswith("gym 20 of 24")
    assert expected(both, ATTACH).said.startswith("gym 12 of 24")


def test_seconds_are_those_measured_nearest() -> None:
    alike = tally(SDK, 2, 2, seconds=1.0)
    akin = tally(SDK, 2, 2, changes=("attach",), seconds=2.0)
    measured = (gym(seconds=3.0),)
    assert expected(known(akin, alike, shipped=measured)).seconds == 1.0
    assert expected(known(akin, shipped=measured)).seconds == 2.0
    assert expected(known(shipped=measured)).seconds == 3.0
    failed = tally(SDK, 2, 0)
    assert expected(known(failed)).seconds == estimated(SDK, PROVISION, 1)
    assert expected(known(failed, shipped=measured)).seconds == 3.0


@pytest.mark.parametrize(
    ("of", "said"),
    [
        (NOTHING, "paper 67% in 4.5 steps, ~0.8 s"),
        (known(shipped=(gym(),)), "gym 24 of 24, 1.2 s"),
        (known(tally(SDK, 5, 4), shipped=(gym(),)), "4 of 5 here, 1.0 s"),
        (known(tally(SDK, 5, 4), tally(SDK, 9, 9, changes=("attach",))), "4 of 5 here, 1.0 s"),
        (known(tally(SDK, 1, 0)), "0 of 1 here, ~0.8 s"),
    ],
)
def test_where_it_is_from(of: Known, said: str) -> None:
    assert expected(of).said == said


@pytest.mark.parametrize(
    ("intent", "kinds"),
    [
        (PROVISION, ("create",)),
        (LIST, ("list",)),
        (
            task(
                Goal.UPDATE,
                SetTags(what=vm("a")),
                Create(wanted=(Vm(name="b"),)),
                SetTags(what=vm("c")),
            ),
            ("create", "set_tags"),
        ),
    ],
)
def test_what_makes_two_tasks_alike(intent: Intent, kinds: tuple[str, ...]) -> None:
    assert kinds_of_change(intent) == kinds


class TestEstimates:
    def test_every_resource_takes_its_time(self) -> None:
        for hand in ModalityName:
            assert estimated(hand, PROVISION, 5) > estimated(hand, PROVISION, 1)

    @pytest.mark.parametrize(
        ("intent", "wait"),
        [
            (PROVISION, 10.0),
            (task(Goal.PROVISION, Create(wanted=(LoadBalancer(name="lb"), Vm(name="a")))), 60.0),
            (ATTACH, 20.0),
            (TO_SPOT, 20.0),
            (RESTART, 0.0),
            (DELETE, 10.0),
            (task(Goal.DELETE, Delete(what=vm(), explicit="")), 10.0),
        ],
    )
    def test_the_providers_fixed_waits_are_known(self, intent: Intent, wait: float) -> None:
        """In the copy and on the target: twice, side by side."""
        bare = task(Goal.UPDATE, SetTags(what=vm("a")))
        assert estimated(IAC, intent, 1) - estimated(IAC, bare, 1) == pytest.approx(2 * wait)
        assert estimated(SDK, intent, 1) == estimated(SDK, bare, 1)

    def test_a_template_of_azures_waits_for_no_provider(self) -> None:
        bare = task(Goal.UPDATE, SetTags(what=vm("a")))
        here = [estimated(IAC, i, 1, Provider.AZURE) for i in (PROVISION, ATTACH, bare)]
        assert len(set(here)) == 1
        assert here[0] < estimated(IAC, bare, 1)

    def test_an_answer_takes_one_look(self) -> None:
        assert estimated(SDK, LIST, 100) < 1 < estimated(BROWSER, LIST, 100)

    def test_a_deletion_of_no_kind_in_particular(self) -> None:
        anything = task(Goal.DELETE, Delete(what=Selection(names=("a",)), explicit=""))
        assert estimated(IAC, anything, 1) == estimated(IAC, RESTART, 1)
