from __future__ import annotations

import ast
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest

from cloudops import router
from cloudops.request import Constraints, Goal, Intent, Listing, ServiceHealth
from cloudops.router.prior import prior
from cloudops.router.ranking import choose
from fakes.specimens import resource, world
from modalities.change import Change, Create, Selection, SetPriority
from modalities.contract import Modality, Support, Unsupported
from modalities.plan import ModalityName, Route
from modalities.resource import Kind, Provider
from modalities.wanted import Vm

TASKS = Path(__file__).parents[4] / "shared" / "gym" / "paper_tasks.json"
SDK, CLI, IAC, BROWSER = ModalityName
WORLD = world(resource(Kind.VM, "web-1"))


@dataclass
class Hand:
    """A hand of which only the word counts."""

    name: ModalityName
    fit: float = 1.0
    why: str = "can do it"
    provider: Provider = Provider.AWS
    asked: tuple[Change, ...] | None = None

    def supports(self, changes: Sequence[Change]) -> Support:
        self.asked = tuple(changes)
        return Support(self.fit, self.why)


def hands(*several: Hand) -> Sequence[Modality]:
    return cast("Sequence[Modality]", several)


ALL = hands(*(Hand(name) for name in ModalityName))

PROVISION = Intent(
    goal=Goal.PROVISION, summary="create a VM", changes=(Create(wanted=(Vm(name="a"),)),)
)
UPDATE = Intent(
    goal=Goal.UPDATE,
    summary="to spot",
    changes=(SetPriority(what=Selection(kind=Kind.VM, names=("web-1",)), spot=True),),
)
MONITOR = Intent(
    goal=Goal.MONITOR, summary="list", question=Listing(what=Selection(kind=Kind.VM, every=True))
)


def order(route: Route) -> list[ModalityName]:
    return [ranked.modality for ranked in route.ranked]


@pytest.mark.parametrize(
    ("intent", "expected"),
    [
        (PROVISION, [CLI, IAC, SDK, BROWSER]),
        (UPDATE, [SDK, CLI, BROWSER, IAC]),
        (MONITOR, [BROWSER, CLI, SDK, IAC]),
    ],
    ids=["provisioning", "updates", "monitoring"],
)
def test_equal_hands_rank_as_table_1_does(intent: Intent, expected: list[ModalityName]) -> None:
    """By success rate, then by steps: the bold figures of the paper come first."""
    assert order(choose(intent, WORLD, ALL)) == expected


def test_deletions_rank_as_updates_do() -> None:
    delete = Intent(goal=Goal.DELETE, summary="delete")
    assert order(choose(delete, WORLD, ALL)) == order(choose(UPDATE, WORLD, ALL))


def test_a_hands_own_word_weighs() -> None:
    half = hands(Hand(CLI, fit=0.5), Hand(SDK))
    assert order(choose(PROVISION, WORLD, half)) == [SDK, CLI]


def test_a_hand_that_cannot_is_left_out_with_its_reason() -> None:
    route = choose(PROVISION, WORLD, hands(Hand(SDK), Hand(CLI, 0.0, "aws is not installed")))
    assert order(route) == [SDK]
    assert "cli is left out: aws is not installed" in route.reasons


def test_the_hands_are_asked_about_the_changes() -> None:
    hand = Hand(SDK)
    choose(UPDATE, WORLD, hands(hand))
    assert hand.asked == UPDATE.changes


def test_no_hand_can() -> None:
    neither = hands(Hand(SDK, 0.0, "no VPN gateways"), Hand(CLI, 0.0, "aws is not installed"))
    with pytest.raises(Unsupported, match="no VPN gateways; cli is left out: aws is not inst"):
        choose(PROVISION, WORLD, neither)
    with pytest.raises(Unsupported, match="no hand"):
        choose(PROVISION, WORLD, ())


def test_a_forced_hand_comes_first_and_says_what_it_gives_up() -> None:
    route = choose(PROVISION, WORLD, ALL, Constraints(modality="browser"))
    assert order(route) == [BROWSER, CLI, IAC, SDK]
    said = route.reasons[-1]
    assert said.startswith("browser was asked for: gives up cli (")
    assert "success rate 1, 1.6 steps" in said


def test_forcing_the_best_gives_up_nothing() -> None:
    route = choose(PROVISION, WORLD, ALL, Constraints(modality="cli"))
    assert order(route)[0] is CLI
    assert route.reasons[-1] == "cli was asked for, and ranks first anyway"


def test_auto_forces_nothing() -> None:
    assert choose(UPDATE, WORLD, ALL, Constraints(modality="auto")) == choose(UPDATE, WORLD, ALL)


def test_a_forced_hand_that_cannot_is_no_silent_change_of_hands() -> None:
    some = hands(Hand(SDK), Hand(CLI, 0.0, "aws is not installed"))
    with pytest.raises(Unsupported) as refused:
        choose(PROVISION, WORLD, some, Constraints(modality="cli"))
    assert str(refused.value) == "cli is left out: aws is not installed; what can: sdk"
    with pytest.raises(Unsupported, match="there is no iac hand for this cloud; what can: sdk"):
        choose(PROVISION, WORLD, some, Constraints(modality="iac"))


def test_service_health_is_for_the_browser_only() -> None:
    health = Intent(goal=Goal.MONITOR, summary="health", question=ServiceHealth())
    assert order(choose(health, WORLD, ALL)) == [BROWSER]
    with pytest.raises(Unsupported, match="web portal only"):
        choose(health, WORLD, hands(Hand(SDK)))


def test_every_rank_has_a_reason_and_a_fit_between_0_and_1() -> None:
    for intent in (PROVISION, UPDATE, MONITOR):
        for ranked in choose(intent, WORLD, ALL).ranked:
            assert 0 < ranked.fit <= 1
            assert "the paper found success rate" in ranked.why


def test_what_is_hard_weighs_on_hands_that_need_many_steps() -> None:
    web = prior(Goal.PROVISION, BROWSER)
    assert web.expected(0) == pytest.approx(0.33 * (1 - 46 / 100))
    assert web.expected(100) == pytest.approx(0.33 * (1 - 92 / 100))
    cli = prior(Goal.PROVISION, CLI)
    assert web.expected(100) / web.expected(0) < cli.expected(100) / cli.expected(0)


def test_the_numbers_are_those_of_the_paper() -> None:
    if not TASKS.is_file():
        pytest.skip("the paper's tasks are not here")
    paper: dict[str, Any] = json.loads(TASKS.read_text())["table_1"]
    checked = 0
    for column, goal in enumerate((Goal.PROVISION, Goal.UPDATE, Goal.MONITOR)):
        for hand in ModalityName:
            found = prior(goal, hand)
            assert found.success_rate == paper["success_rate"][hand][column]
            assert found.steps == paper["steps"][hand][column]
            checked += 2
    assert checked == 24


def test_the_router_is_pure() -> None:
    """It reads its own table and nothing else: no cloud, no process, no network."""
    allowed = {"__future__", "collections", "dataclasses", "functools", "json", "pathlib", "typing"}
    (room,) = router.__path__
    for file in Path(room).glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                assert (node.module or "").split(".")[0] in allowed | {"cloudops", "modalities"}
            elif isinstance(node, ast.Import):
                assert {alias.name for alias in node.names} <= allowed
