"""What is counted in the agent's document."""

from __future__ import annotations

from typing import Any

from cloudops.gym.play import counted, sent, used


def _document(*evidence: dict[str, Any], steps: int = 2) -> dict[str, Any]:
    receipts = [{"outcome": "done", "evidence": each} for each in evidence]
    return {"usage": {"steps": steps}, "receipts": receipts}


def test_a_program_is_one_step_and_its_calls_are_actions() -> None:
    document = _document({"attempts": 1}, {"attempts": 3}, {})
    assert counted(document) == 2
    assert sent(document) == 1 + 3 + 1


def test_each_batch_of_a_browser_is_a_step() -> None:
    browser = {"decisions": 0, "batches": 3, "actions": 14}
    assert counted(_document(browser)) == 4
    assert counted(_document(browser, browser)) == 7
    assert sent(_document(browser, browser)) == 28


def test_what_did_nothing_was_not_sent() -> None:
    document = _document({"attempts": 1})
    document["receipts"].append({"outcome": "no_op", "evidence": {}})
    assert sent(document) == 1


def test_a_run_without_a_plan() -> None:
    assert (counted({}), sent({}), used({})) == (0, 0, "")
    assert used({"route": {"ranked": [{"modality": "browser"}, {"modality": "sdk"}]}}) == "browser"


def test_the_hands_that_acted() -> None:
    steps = [{"action": {"hand": hand}} for hand in ("cli", "sdk", "cli")]
    route = {"ranked": [{"modality": "cli"}]}
    assert used({"plan": {"steps": steps}, "route": route}) == "cli+sdk"
