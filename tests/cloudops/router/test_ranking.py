from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloudops import router
from cloudops.request import Constraints, Goal, Intent
from cloudops.router.known import NOTHING
from cloudops.router.ranking import choose
from cloudops.router.shipped import Measured
from fakes.routing import (
    ALL,
    ATTACH,
    BROWSER,
    CLI,
    DELETE,
    HEALTH,
    IAC,
    LIST,
    OWNED,
    PROVISION,
    RESTART,
    SDK,
    TO_SPOT,
    WORLD,
    Hand,
    Reporting,
    Worded,
    fits,
    hands,
    known,
    order,
    tally,
    task,
    vm,
)
from modalities.change import Create, Delete, Power, SetPower, SetTags
from modalities.cli import fit as cli_fit
from modalities.contract import Modality, Support, ToolMissing, Unsupported
from modalities.plan import ModalityName, Route
from modalities.resource import Provider
from modalities.sdk import fit as sdk_fit
from modalities.wanted import Vm

TASKS = (PROVISION, ATTACH, TO_SPOT, DELETE, RESTART, LIST)
BOTH = hands(Hand(SDK), Hand(CLI))
REAL = hands(Worded(SDK, sdk_fit.SDK.of), Worded(CLI, cli_fit.CLI.of))


def ranked(intent: Intent, *, record: tuple[object, ...] = (), **wish: object) -> Route:
    return choose(intent, WORLD, ALL, Constraints(**wish), known=known(*record))  # type: ignore[arg-type]


class TestByThePaper:
    def test_the_cli_makes_better_than_the_sdk(self) -> None:
        """Success 1.0 against 0.67, though it is slower."""
        assert order(choose(PROVISION, WORLD, BOTH, known=NOTHING)) == [CLI, SDK]

    def test_the_sdk_changes_in_the_fewest_steps(self) -> None:
        assert order(ranked(ATTACH))[:2] == [SDK, CLI]

    def test_iac_is_last_where_something_is_looked_at(self) -> None:
        assert order(ranked(LIST))[-1] is IAC

    def test_who_asks_waits_at_the_prompt_so_the_fastest_looks_first(self) -> None:
        """The paper has the browser first for monitoring; it takes seconds to open."""
        assert order(ranked(LIST))[0] is SDK

    def test_service_health_is_for_the_browser_only(self) -> None:
        route = choose(HEALTH, WORLD, ALL, known=NOTHING)
        assert order(route) == [BROWSER]
        assert route.reasons[-1] == (
            "sdk, cli and iac are left out: service health is shown by the web portal only"
        )
        with pytest.raises(Unsupported, match="web portal only"):
            choose(HEALTH, WORLD, hands(Hand(SDK)))

    def test_where_an_api_tells_it_the_sdk_does(self) -> None:
        azure = Provider.AZURE
        route = choose(
            HEALTH,
            replace(WORLD, provider=azure),
            hands(Reporting(SDK, provider=azure), Hand(IAC, provider=azure)),
            known=NOTHING,
        )
        assert order(route) == [SDK]
        assert route.reasons[-1] == (
            "iac is left out: service health is told by the API and the portal"
        )


class TestByTheRecord:
    @pytest.mark.parametrize(("words", "runs"), [(REAL, 1), (BOTH, 5)], ids=["their own", "equal"])
    def test_few_runs_here_overturn_the_paper(self, words: Sequence[Modality], runs: int) -> None:
        """As soon as the SDK has shown that it can, its speed counts; sooner where the hands'
        own words speak for it as well."""

        def first(runs: int) -> ModalityName:
            record = known(tally(SDK, runs, runs, seconds=1.1), tally(CLI, runs, runs, seconds=9.0))
            return order(choose(PROVISION, WORLD, words, known=record if runs else NOTHING))[0]

        assert [first(n) for n in range(runs + 2)] == [CLI] * runs + [SDK] * 2

    def test_what_the_gym_measured_overturns_it_too(self) -> None:
        def measured(hand: ModalityName, seconds: float) -> Measured:
            return Measured(
                provider=Provider.AWS,
                hand=hand,
                goal=Goal.PROVISION,
                trials=24,
                successes=24,
                steps=2.0,
                seconds=seconds,
                date="2026-11-27",
                how="cloudops gym run --cloud aws",
            )

        gym = (measured(SDK, 1.2), measured(CLI, 9.0))
        route = choose(PROVISION, WORLD, REAL, known=known(shipped=gym))
        assert order(route) == [SDK, CLI]
        assert route.ranked[0].why.startswith("gym 24 of 24, 1.2 s; ")

    def test_a_failure_here_weighs_at_once(self) -> None:
        assert order(ranked(PROVISION, record=(tally(CLI, 1, 0),)))[0] is not CLI

    def test_a_failure_is_outlived(self) -> None:
        """Of the window of the latest trials, which the store counts."""
        assert (
            fits(ranked(PROVISION, record=(tally(CLI, 20, 20),)))[CLI]
            > (fits(ranked(PROVISION, record=(tally(CLI, 20, 19),)))[CLI])
        )

    def test_the_same_kind_of_change_tells_more_than_another(self) -> None:
        alike = tally(SDK, 3, 0, changes=("attach",))
        akin = tally(SDK, 3, 0, changes=("set_tags",))
        assert (
            fits(ranked(ATTACH, record=(alike,)))[SDK] < (fits(ranked(ATTACH, record=(akin,)))[SDK])
        )
        assert fits(ranked(ATTACH, record=(akin,)))[SDK] < fits(ranked(ATTACH))[SDK]

    def test_measured_seconds_take_the_place_of_estimated_ones(self) -> None:
        slow = tally(SDK, 1, 1, seconds=600.0)
        quick = tally(SDK, 1, 1, seconds=0.5)
        assert fits(ranked(PROVISION, record=(slow,)))[SDK] < (
            fits(ranked(PROVISION, record=(quick,)))[SDK] / 5
        )


class TestByTheHandsOwnWord:
    def test_it_weighs(self) -> None:
        half = hands(Hand(CLI, fit=0.3), Hand(SDK))
        assert order(choose(PROVISION, WORLD, half, known=NOTHING)) == [SDK, CLI]

    def test_a_hand_that_cannot_is_left_out_with_its_reason(self) -> None:
        route = choose(PROVISION, WORLD, hands(Hand(SDK), Hand(CLI, 0.0, "aws is not installed")))
        assert order(route) == [SDK]
        assert "cli is left out: aws is not installed" in route.reasons

    def test_the_hands_are_asked_about_the_changes(self) -> None:
        hand = Hand(SDK)
        choose(ATTACH, WORLD, hands(hand))
        assert hand.asked == [ATTACH.changes]

    def test_no_hand_can(self) -> None:
        neither = hands(Hand(SDK, 0.0, "no VPN gateways"), Hand(CLI, 0.0, "aws is not installed"))
        with pytest.raises(Unsupported, match="no VPN gateways; cli is left out: aws is not inst"):
            choose(PROVISION, WORLD, neither)
        with pytest.raises(Unsupported, match="no hand"):
            choose(PROVISION, WORLD, ())


class TestTogether:
    """One plan may have steps of several hands, where no one hand can do all of it."""

    BOTH_CHANGES = task(
        Goal.UPDATE,
        SetTags(what=vm("web-1"), add=(("a", "b"),)),
        SetPower(what=vm("web-2"), power=Power.STOP),
    )

    def test_each_can_do_a_part(self) -> None:
        route = choose(
            self.BOTH_CHANGES,
            WORLD,
            hands(Hand(SDK, unable=("set_tags",)), Hand(CLI, unable=("set_power",))),
            known=NOTHING,
        )
        assert set(order(route)) == {SDK, CLI}
        assert "can do 1 of the 2 changes" in route.ranked[0].why
        assert "no one hand can do all of it: each change is done by one that can" in route.reasons

    def test_one_that_can_do_all_is_alone(self) -> None:
        some = hands(Hand(SDK, unable=("set_tags",)), Hand(CLI))
        assert order(choose(self.BOTH_CHANGES, WORLD, some)) == [CLI]

    def test_a_change_that_nobody_can_do(self) -> None:
        some = hands(Hand(SDK, unable=("set_tags",)), Hand(CLI, unable=("set_tags",)))
        with pytest.raises(Unsupported, match="sdk and cli are left out: no set_tags"):
            choose(self.BOTH_CHANGES, WORLD, some)


class TestOwned:
    """What Terraform looks after is changed through Terraform."""

    def test_iac_comes_first_whatever_its_score(self) -> None:
        free = choose(ATTACH, WORLD, ALL, known=NOTHING)
        route = choose(ATTACH, WORLD, ALL, known=known(owned=OWNED))
        assert order(free)[0] is not IAC
        assert order(route)[0] is IAC
        assert route.ranked[0].fit < route.ranked[1].fit
        assert "Terraform owns web-1: aws_instance.web_1" in route.reasons
        assert route.ranked[0].why.startswith("Terraform owns web-1; ")
        assert all(r.why.startswith("Terraform's code must follow; ") for r in route.ranked[1:])

    def test_owned_and_unowned_at_once_says_so(self) -> None:
        two = task(Goal.DELETE, Delete(what=vm("web-1", "web-2"), explicit="delete both"))
        route = choose(two, WORLD, ALL, known=known(owned=OWNED))
        assert order(route)[0] is IAC
        assert "Terraform owns 1 of the 2 it changes: aws_instance.web_1" in route.reasons
        assert "import 0.80" in route.reasons[1]

    def test_several(self) -> None:
        two = task(Goal.DELETE, Delete(what=vm("web-1", "web-2"), explicit="delete both"))
        owned = {"i-1": "aws_instance.web_1", "i-2": "aws_instance.web_2", "i-9": "aws_instance.x"}
        route = choose(two, WORLD, ALL, known=known(owned=owned))
        assert "Terraform owns all 2 it changes: aws_instance.web_1 and 1 more" in route.reasons

    def test_what_is_only_made_or_looked_at_is_nobodys(self) -> None:
        for intent in (PROVISION, LIST):
            route = choose(intent, WORLD, ALL, known=known(owned=OWNED))
            assert route == choose(intent, WORLD, ALL, known=NOTHING)

    def test_a_restart_leaves_nothing_for_code_to_say(self) -> None:
        route = choose(RESTART, WORLD, ALL, known=known(owned=OWNED))
        assert not any("Terraform" in reason for reason in route.reasons)

    def test_it_changes_what_it_owns_though_another_must_do_the_rest(self) -> None:
        some = hands(Hand(SDK), Hand(IAC, unable=("set_power",)))
        tagged = SetTags(what=vm("web-1"), add=(("a", "b"),))
        both = task(Goal.UPDATE, tagged, SetPower(what=vm("web-1", "web-2"), power=Power.RESTART))
        route = choose(both, WORLD, some, known=known(owned=OWNED))
        assert order(route) == [IAC, SDK]
        assert "1 of 2 changes" in route.ranked[0].why
        shared = "Terraform changes what it owns, another hand does the rest: no set_power"
        assert shared in route.reasons
        assert not any("left out" in reason for reason in route.reasons)
        with pytest.raises(Unsupported, match="iac is left out: no set_power; what can: sdk"):
            choose(both, WORLD, some, Constraints(modality="iac"), known=known(owned=OWNED))

    def test_it_takes_no_part_where_what_it_owns_is_what_it_cannot_do(self) -> None:
        some = hands(Hand(SDK), Hand(IAC, unable=("set_tags",)))
        both = task(
            Goal.UPDATE,
            SetTags(what=vm("web-1"), add=(("a", "b"),)),
            SetPower(what=vm("web-2"), power=Power.RESTART),
        )
        assert order(choose(both, WORLD, some, known=known(owned=OWNED))) == [SDK]

    def test_where_iac_cannot_the_code_follows(self) -> None:
        some = hands(Hand(SDK), Hand(IAC, 0.0, "no such thing in code"))
        route = choose(ATTACH, WORLD, some, known=known(owned=OWNED))
        assert order(route) == [SDK]
        said = "the Terraform code of aws_instance.web_1 will be edited to follow"
        assert route.reasons.count(said) == 1

    def test_what_it_does_not_own_it_would_import_first(self) -> None:
        assert (
            fits(ranked(ATTACH))[IAC]
            < fits(choose(ATTACH, WORLD, ALL, known=known(owned=OWNED)))[IAC]
        )


class TestInTime:
    def test_who_takes_longer_than_the_deadline_comes_last_and_says_so(self) -> None:
        slow = tally(CLI, 5, 5, seconds=40.0)
        route = ranked(PROVISION, record=(slow,), deadline=20.0)
        late = [r for r in route.ranked if r.why.startswith("over the deadline of 20 s; ")]
        assert {r.modality for r in late} == {CLI, IAC}
        assert route.ranked[-2:] == tuple(late)
        assert order(route)[0] is SDK

    def test_even_where_it_owns_what_is_changed(self) -> None:
        route = choose(ATTACH, WORLD, ALL, Constraints(deadline=30.0), known=known(owned=OWNED))
        assert order(route)[-1] is IAC

    def test_all_too_slow_is_no_refusal(self) -> None:
        assert len(ranked(PROVISION, deadline=0.001).ranked) == 4


class TestForced:
    def test_it_comes_first_and_says_what_it_gives_up(self) -> None:
        route = ranked(PROVISION, modality="browser")
        assert order(route) == [BROWSER, *(h for h in order(ranked(PROVISION)) if h != BROWSER)]
        assert route.reasons[-1] == (
            "browser was asked for: gives up cli, success 0.90 against 0.36, 5.5 s against 14 s"
        )

    def test_the_best_gives_up_nothing(self) -> None:
        route = ranked(PROVISION, modality="cli")
        assert order(route)[0] is CLI
        assert route.reasons[-1] == "cli was asked for, and ranks first anyway"

    def test_the_only_one_gives_up_nothing(self) -> None:
        route = choose(PROVISION, WORLD, hands(Hand(SDK)), Constraints(modality="sdk"))
        assert route.reasons[-1] == "sdk was asked for, and ranks first anyway"

    def test_auto_forces_nothing(self) -> None:
        assert ranked(ATTACH, modality="auto") == ranked(ATTACH)

    def test_what_terraform_owns_says_that_the_code_follows(self) -> None:
        route = choose(ATTACH, WORLD, ALL, Constraints(modality="cli"), known=known(owned=OWNED))
        assert order(route)[0] is CLI
        assert route.reasons[-2:] == (
            "cli was asked for: gives up iac, code that stays true",
            "the Terraform code of aws_instance.web_1 will be edited to follow",
        )

    def test_one_that_is_too_slow_gives_up_the_deadline(self) -> None:
        route = ranked(PROVISION, modality="iac", deadline=20.0)
        assert route.reasons[-1].startswith("iac was asked for: gives up cli, the deadline")

    def test_one_that_cannot_is_no_silent_change_of_hands(self) -> None:
        some = hands(Hand(SDK), Hand(CLI, 0.0, "aws is not installed"))
        with pytest.raises(Unsupported) as refused:
            choose(PROVISION, WORLD, some, Constraints(modality="cli"))
        assert str(refused.value) == "cli is left out: aws is not installed; what can: sdk"
        with pytest.raises(Unsupported, match="there is no iac hand for this cloud; what can: sdk"):
            choose(PROVISION, WORLD, some, Constraints(modality="iac"))


class TestDestructive:
    def test_a_replacement_is_one_change_to_iac_and_many_to_the_others(self) -> None:
        assert "care 0.90" in ranked(TO_SPOT, modality="sdk").reasons[1]
        assert "care" not in ranked(TO_SPOT, modality="iac").reasons[1]

    def test_a_click_that_misses_deletes_something_else(self) -> None:
        assert "care 0.80" in ranked(DELETE, modality="browser").reasons[1]
        assert "care" not in ranked(DELETE, modality="sdk").reasons[1]


successes = st.integers(1, 19)
hand_names = st.sampled_from(list(ModalityName))
intents = st.sampled_from(TASKS)


class TestAlways:
    @settings(deadline=None)
    @given(intents, hand_names, successes)
    def test_one_success_more_never_lowers_a_hand(
        self, intent: Intent, hand: ModalityName, done: int
    ) -> None:
        before = ranked(intent, record=(tally(hand, 20, done),))
        after = ranked(intent, record=(tally(hand, 20, done + 1),))
        assert fits(after)[hand] >= fits(before)[hand]
        assert order(after).index(hand) <= order(before).index(hand)

    @settings(deadline=None)
    @given(intents, hand_names, st.floats(0.1, 900), st.floats(0.1, 900))
    def test_who_is_faster_never_ranks_lower_for_it(
        self, intent: Intent, hand: ModalityName, one: float, other: float
    ) -> None:
        quick = ranked(intent, record=(tally(hand, 5, 5, seconds=min(one, other)),))
        slow = ranked(intent, record=(tally(hand, 5, 5, seconds=max(one, other)),))
        assert order(quick).index(hand) <= order(slow).index(hand)

    @settings(deadline=None)
    @given(intents, hand_names, successes, st.permutations(list(ModalityName)))
    def test_the_order_in_which_hands_come_does_not_matter(
        self, intent: Intent, hand: ModalityName, done: int, names: list[ModalityName]
    ) -> None:
        shuffled = hands(*(Hand(name) for name in names))
        record = known(tally(hand, 20, done))
        route = choose(intent, WORLD, shuffled, known=record)
        assert route.ranked == choose(intent, WORLD, ALL, known=record).ranked

    @settings(deadline=None)
    @given(intents, hand_names, hand_names, successes, st.floats(0.01, 100))
    def test_who_was_asked_for_is_first(
        self, intent: Intent, asked: ModalityName, hand: ModalityName, done: int, deadline: float
    ) -> None:
        record = known(tally(hand, 20, done), owned=OWNED)
        wish = Constraints(modality=asked, deadline=deadline)
        route = choose(intent, WORLD, ALL, wish, known=record)
        assert order(route)[0] is asked
        rest = [h for h in order(route) if h is not asked]
        free = choose(intent, WORLD, ALL, Constraints(deadline=deadline), known=record)
        assert rest == [h for h in order(free) if h is not asked]

    @settings(deadline=None)
    @given(intents, hand_names, st.integers(0, 20), st.floats(0, 10000))
    def test_a_score_is_between_0_and_1(
        self, intent: Intent, hand: ModalityName, done: int, seconds: float
    ) -> None:
        one = tally(hand, 20, done, seconds=seconds, steps=500.0)
        assert all(0 <= fit <= 1 for fit in fits(ranked(intent, record=(one,))).values())

    def test_equals_rank_by_name(self) -> None:
        """Every hand tried and found perfect, alike in all: no accident decides."""
        for names in permutations((SDK, CLI)):
            route = choose(RESTART, WORLD, hands(*(Hand(n) for n in names)), known=NOTHING)
            assert order(route) == [SDK, CLI]

    def test_what_makes_many_takes_longer(self) -> None:
        many = task(Goal.PROVISION, Create(wanted=tuple(Vm(name=f"v{n}") for n in range(9))))
        assert fits(ranked(many))[CLI] < fits(ranked(PROVISION))[CLI]


def test_the_router_is_pure() -> None:
    """It reads its own tables and nothing else: no cloud, no process, no network, no clock."""
    allowed = {
        "__future__",
        "collections",
        "dataclasses",
        "functools",
        "itertools",
        "json",
        "math",
        "pathlib",
        "typing",
    }
    (room,) = router.__path__
    for file in Path(room).glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                assert (node.module or "").split(".")[0] in allowed | {"cloudops", "modalities"}
                assert not (node.module or "").startswith("cloudops.state.sql")
            elif isinstance(node, ast.Import):
                assert {alias.name for alias in node.names} <= allowed


def test_a_hand_that_is_asked_for_and_has_no_tool_is_told_from_one_that_cannot() -> None:
    class Bare(Hand):
        def supports(self, changes: object) -> Support:
            return Support(0.0, "there is no tool: get one", lacking=True)

    with pytest.raises(ToolMissing, match="get one; what can: sdk"):
        choose(ATTACH, WORLD, hands(Hand(SDK), Bare(CLI)), Constraints(modality="cli"))
