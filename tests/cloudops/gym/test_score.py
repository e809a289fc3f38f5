from __future__ import annotations

from cloudops.gym.result import Status
from cloudops.gym.score import by_category, by_task
from fakes.results import failed, result


def test_beside_the_paper() -> None:
    """sdk provisioning has 67% and 4.5 steps there, iac 100% and 2."""
    good = [result("P1", n) for n in range(1, 17)]
    bad = [failed("P1", n, "iac") for n in range(1, 17)]
    sdk, iac = by_category([*good, *bad])
    assert (sdk.hand, sdk.standing, sdk.steps_standing) == ("sdk", "ahead", "fewer")
    assert (iac.hand, iac.standing, iac.steps_standing) == ("iac", "behind", "")
    assert iac.steps is None


def test_what_chance_may_have_made() -> None:
    (few,) = by_category([result("P1", 1), result("P1", 2)])
    assert few.standing == "above"
    (below,) = by_category([result("P1", 1), failed("P1", 2)])
    assert below.standing == "below"
    (level,) = by_category([*(result("M1", n) for n in range(1, 5)), failed("M1", 5)])
    assert level.standing == "level"
    assert [s.standing for s in by_category([result(hand="auto")])] == [""]


def test_means_are_of_the_successes() -> None:
    (one,) = by_category([result(steps=2), result(number=2, steps=4), failed(number=3, steps=90)])
    assert (one.steps, one.actions, one.seconds, one.rehearsal_seconds) == (3, 5, 4, 1.5)
    assert (one.failed, one.refused, one.broken) == (1, 0, 0)


def test_what_says_nothing_about_the_agent_does_not_count() -> None:
    broken = result(number=2, status=Status.BROKEN)
    (one,) = by_category([result(), broken])
    assert one.rate is not None
    assert (one.rate.trials, one.broken) == (1, 1)
    absent = result(hand="cli", status=Status.UNAVAILABLE, reasons=("there is no cli hand",))
    (none,) = by_category([absent])
    assert (none.rate, none.unavailable, none.standing) == (None, "there is no cli hand", "")


def test_repeated_attempts() -> None:
    tries = [result("P1", n, attempt=a) for n in (1, 2) for a in (1, 2)]
    tries[3] = failed("P1", 2, attempt=2)
    (one,) = by_category(tries)
    assert one.rate is not None
    assert (one.attempts, one.hat, one.rate.value) == (2, 0.5, 0.75)
    (single,) = by_category([result()])
    assert single.hat is None


def test_planners_are_told_apart() -> None:
    scores = by_category([result(), result(number=2, planner="model")])
    assert [(s.planner, s.rate and s.rate.trials) for s in scores] == [
        ("built-in", 1),
        ("model", 1),
    ]


def test_tasks_in_their_order() -> None:
    results = [result(task, hand=hand) for hand in ("auto", "sdk") for task in ("M1", "U3", "P2")]
    assert [(s.group, s.hand) for s in by_task(results)] == [
        *(("P2", "sdk"), ("P2", "auto")),
        *(("U3", "sdk"), ("U3", "auto")),
        *(("M1", "sdk"), ("M1", "auto")),
    ]
