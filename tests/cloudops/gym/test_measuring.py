"""What the gym showed, as the router reads it: each hand by kind of task."""

from __future__ import annotations

from cloudops.gym.measuring import measured
from cloudops.gym.result import Result, Status
from cloudops.request import Goal
from cloudops.router.shipped import load, text_of
from modalities.plan import ModalityName
from modalities.resource import Provider


def result(task: str, category: str, hand: str, status: Status, **more: object) -> Result:
    return Result(
        key=f"{task}-{hand}-{status}-{len(more)}",
        task=task,
        category=category,
        number=1,
        prompt="x",
        hand=hand,
        attempt=1,
        status=status,
        at="2026-11-27T12:00:00+00:00",
        **more,  # type: ignore[arg-type]
    )


RESULTS = (
    result("P1", "provisioning", "sdk", Status.PASSED, steps=2, seconds=2.0),
    result("P2", "provisioning", "sdk", Status.PASSED, steps=4, seconds=4.0),
    result("P3", "provisioning", "sdk", Status.FAILED, steps=9, seconds=99.0),
    result("P1", "provisioning", "cli", Status.BROKEN),
    result("P1", "provisioning", "auto", Status.PASSED, steps=1),
    result("M5", "monitoring", "sdk", Status.REFUSED),
    result("M5", "monitoring", "browser", Status.PASSED, steps=3, seconds=9.0),
)


def test_successes_and_the_means_of_those() -> None:
    found = {(m.hand, m.goal): m for m in measured(RESULTS, Provider.AWS, "cloudops gym run")}
    assert set(found) == {
        (ModalityName.SDK, Goal.PROVISION),
        (ModalityName.BROWSER, Goal.MONITOR),
    }
    sdk = found[ModalityName.SDK, Goal.PROVISION]
    assert (sdk.trials, sdk.successes, sdk.steps, sdk.seconds) == (3, 2, 3.0, 3.0)
    assert sdk.date == "2026-11-27"


def test_the_router_reads_it(tmp_path: object) -> None:
    from pathlib import Path

    file = Path(str(tmp_path)) / "measured.json"
    found = measured(RESULTS, Provider.AWS, "cloudops gym run")
    file.write_text(text_of(found))
    assert set(load(file)) == set(found)
