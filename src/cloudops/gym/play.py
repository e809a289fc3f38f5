"""One episode from a fresh cloud to its result."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cloudops.gym.agent import Agent, Spoken
from cloudops.gym.episode import Episode
from cloudops.gym.ground import Ground
from cloudops.gym.result import LIMIT, Result, Status
from cloudops.version import VERSION
from sandbox.gym.case import Judgement
from sandbox.gym.told import Told

STATE = "state"


def play(episode: Episode, ground: Ground, agent: Agent, folder: Path) -> Result:
    """The cloud made ready, looked at, handed to the agent, looked at again, judged.

    ``folder`` keeps what the agent said; its state as well where it did not pass. A fault of
    the gym's own is a result too. Raises KeyboardInterrupt where the gym is stopped.
    """
    shutil.rmtree(folder, ignore_errors=True)
    try:
        result = _played(episode, ground, agent, folder)
    except Exception as fault:  # noqa: BLE001 - one episode's fault must not end the others
        return _broken(episode, f"the gym could not play it: {type(fault).__name__}: {fault}")
    if result.passed:
        shutil.rmtree(folder / STATE, ignore_errors=True)
    return result


def settle(folder: Path, ground: Ground) -> None:
    """The agent's state directory, with the prepared cloud as its own sandbox."""
    (folder / STATE).mkdir(parents=True, exist_ok=True)
    (folder / STATE / "sandbox").symlink_to(ground.home, target_is_directory=True)


def _played(episode: Episode, ground: Ground, agent: Agent, folder: Path) -> Result:
    ground.prepare(episode.task)
    before = ground.look()
    settle(folder, ground)
    spoken = agent.ask(episode.prompt, episode.hand, folder, ground.target)
    after = ground.look()
    told = Told(spoken.document, spoken.exit_code)
    judgement = ground.judge(episode.task, episode.prompt, before, after, told)
    return _result(episode, spoken, told, judgement)


def _result(episode: Episode, spoken: Spoken, told: Told, judgement: Judgement) -> Result:
    usage = spoken.document.get("usage") or {}
    steps = int(usage.get("steps", 0))
    reasons = [*judgement.reasons]
    if steps > LIMIT:
        reasons.append(f"{steps} steps, more than {LIMIT}")
    if spoken.timed_out:
        reasons.append(f"no end within {spoken.seconds:.0f} s")
    if not spoken.document:
        reasons.append(f"no document on stdout (exit {spoken.exit_code})")
    return Result(
        **_named(episode),
        status=_status(told, judgement, reasons),
        reasons=tuple(reasons),
        unwanted=judgement.unwanted,
        left_over=judgement.left_over,
        unwarned=judgement.unwarned,
        steps=steps,
        actions=sent(spoken.document),
        cloud_calls=usage.get("cloud_calls", 0),
        seconds=spoken.seconds,
        rehearsal_seconds=usage.get("seconds_before_question", 0.0),
        exit_code=spoken.exit_code,
        outcome=str(spoken.document.get("outcome") or ""),
        used=used(spoken.document),
        planner="model" if usage.get("model_calls") else "built-in",
    )


def _status(told: Told, judgement: Judgement, reasons: list[str]) -> Status:
    if not reasons:
        return Status.PASSED
    untouched = not (judgement.unwanted or judgement.left_over)
    return Status.REFUSED if told.refused and untouched else Status.FAILED


def sent(document: Mapping[str, Any]) -> int:
    """Actions one by one: calls, commands, clicks; repetitions count."""
    receipts = document.get("receipts") or ()
    return sum(
        int(_evidence(r).get("actions") or _evidence(r).get("attempts") or 1)
        for r in receipts
        if r.get("outcome") != "no_op"
    )


def used(document: Mapping[str, Any]) -> str:
    """The hands that acted, or were first in rank where nothing had to be done."""
    steps = (document.get("plan") or {}).get("steps") or ()
    hands = [str((step.get("action") or {}).get("hand") or "") for step in steps]
    ranked = (document.get("route") or {}).get("ranked") or ()
    first = [str(entry["modality"]) for entry in ranked][:1]
    return "+".join(dict.fromkeys(hand for hand in hands or first if hand))


def _evidence(receipt: Mapping[str, Any]) -> Mapping[str, Any]:
    return receipt.get("evidence") or {}


def _broken(episode: Episode, reason: str) -> Result:
    return Result(**_named(episode), status=Status.BROKEN, reasons=(reason,))


def unavailable(episode: Episode, why: str) -> Result:
    return Result(**_named(episode), status=Status.UNAVAILABLE, reasons=(why,))


def _named(episode: Episode) -> dict[str, Any]:
    return {
        "key": episode.key,
        "task": episode.task,
        "category": episode.category,
        "number": episode.number,
        "prompt": episode.prompt,
        "hand": episode.hand,
        "attempt": episode.attempt,
        "version": VERSION,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
