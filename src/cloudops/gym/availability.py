"""Is a hand there at all? Asked once before its episodes, with a plan that is never carried out."""

from __future__ import annotations

import shutil

from cloudops.errors import CannotEvaluate, Misused
from cloudops.gym.agent import Agent
from cloudops.gym.ground import Ground
from cloudops.gym.ledger import Ledger
from cloudops.gym.play import settle
from sandbox.gym.told import Told

ABSENT = (Misused.exit_code, CannotEvaluate.exit_code)
"""There is no such hand, or its tool is missing. Any other end is for its episodes to show."""

PROBE = "Create a VM named probe"


def missing(hand: str, ground: Ground, agent: Agent, ledger: Ledger) -> str:
    """Why the hand cannot be had, in the agent's words; empty where it can."""
    if hand == "auto":
        return ""
    folder = ledger.folder(f"probe-{hand}")
    shutil.rmtree(folder, ignore_errors=True)
    ground.prepare("P1")
    settle(folder, ground)
    spoken = agent.ask(PROBE, hand, folder, (*ground.target, "--dry-run"))
    if spoken.exit_code not in ABSENT:
        shutil.rmtree(folder, ignore_errors=True)
        return ""
    trouble = Told(spoken.document, spoken.exit_code).trouble
    return trouble or f"a plan for one VM ended with exit {spoken.exit_code}"
