"""What is counted in the agent's document."""

from __future__ import annotations

from typing import Any

from cloudops.gym.play import sent, used


def _document(*evidence: dict[str, Any], steps: int = 2) -> dict[str, Any]:
    receipts = [{"outcome": "done", "evidence": each} for each in evidence]
    return {"usage": {"steps": steps}, "receipts": receipts}


def test_calls_are_actions_and_those_repeated_count_again() -> None:
    document = _document({"attempts": 1}, {"attempts": 3}, {})
    assert sent(document) == 1 + 3 + 1


def test_the_actions_of_a_browser() -> None:
    browser = {"decisions": 0, "batches": 3, "actions": 14}
    assert sent(_document(browser, browser)) == 28


def test_what_did_nothing_was_not_sent() -> None:
    document = _document({"attempts": 1})
    document["receipts"].append({"outcome": "no_op", "evidence": {}})
    assert sent(document) == 1


def test_a_run_without_a_plan() -> None:
    assert (sent({}), used({})) == (0, "")
    assert used({"route": {"ranked": [{"modality": "browser"}, {"modality": "sdk"}]}}) == "browser"


def test_the_hands_that_acted() -> None:
    steps = [{"action": {"hand": hand}} for hand in ("cli", "sdk", "cli")]
    route = {"ranked": [{"modality": "cli"}]}
    assert used({"plan": {"steps": steps}, "route": route}) == "cli+sdk"
