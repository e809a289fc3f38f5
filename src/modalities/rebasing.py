"""A way back in a hand's own words, laid on what is there now by the vendor's calls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from modalities.action import Action, SdkCall
from modalities.contract import Meant, Rebase
from modalities.step import Step


class Laying(Protocol):
    def rebased(self, done: Sequence[SdkCall], back: SdkCall) -> SdkCall:
        """``back``, which takes back what ``done`` did, as it keeps what others have changed since.
        Raises Moved, CloudError."""
        ...


def by_calls(laying: Laying, meant: Meant, said: Callable[[SdkCall], Action]) -> Rebase:
    """``said`` tells a call as an action of the hand's."""

    def rebase(done: Step, back: Step) -> Step:
        made, ways = _calls(meant((done,))), _calls(meant((back,)))
        if len(ways) != 1:
            return back
        now = laying.rebased(made, ways[0])
        return back if now == ways[0] else replace(back, action=said(now))

    return rebase


def _calls(steps: Sequence[Step]) -> tuple[SdkCall, ...]:
    return tuple(step.action for step in steps if isinstance(step.action, SdkCall))


def itself(call: SdkCall) -> Action:
    """Of a hand whose actions are calls."""
    return call
