"""A way back in a hand's own words, laid on what is there now by the vendor's calls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from modalities.action import Action, SdkCall
from modalities.contract import Rebase
from modalities.step import Step


class Laying(Protocol):
    def rebased(self, done: SdkCall, back: SdkCall) -> SdkCall:
        """``back``, which takes ``done`` back, as it keeps what others have changed since. Raises
        Moved, CloudError."""
        ...


def by_calls(
    laying: Laying,
    meant: Callable[[Action], SdkCall | None],
    said: Callable[[SdkCall], Action],
) -> Rebase:
    """``meant`` tells the call that an action is, None of any other; ``said`` the action for it."""

    def rebase(done: Step, back: Step) -> Step:
        made, was = meant(done.action), meant(back.action)
        if made is None or was is None:
            return back
        now = laying.rebased(made, was)
        return back if now == was else replace(back, action=said(now))

    return rebase


def as_call(action: Action) -> SdkCall | None:
    """Of the hands whose actions are calls."""
    return action if isinstance(action, SdkCall) else None


def itself(call: SdkCall) -> Action:
    return call
