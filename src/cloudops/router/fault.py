"""Whose fault a failure was: the hand's, or would the cloud have said so to any hand."""

from __future__ import annotations

from typing import assert_never

from modalities.plan import ModalityName
from modalities.receipt import Failure, Trouble

HANDS_OWN_CONFLICTS = frozenset(
    {"NotSo", "NotApproved", "PlanMoved", "AlreadyManaged", "ProviderInconsistent"}
)
"""Conflicts of a hand with itself, by our codes: an effect that did not show, a console or a
Terraform that would do something else than was approved, code that says a thing twice. All
others are the cloud's, or somebody is at work there, whom no other hand may pass by."""


def hand_may_differ(failure: Failure, hand: ModalityName | None = None) -> bool:
    """Whether another hand may succeed where ``hand`` failed with this.

    Wrong parameters, names and orders are the hand's own, as are tools that hang, are missing
    or do not reach their end. What the account may not do, has not, or has already in another
    state, it says to every hand. The web console has a sign-in of its own.
    """
    match failure.trouble:
        case Trouble.INVALID | Trouble.NOT_FOUND | Trouble.NOT_EMULATED | Trouble.LIMIT:
            return True
        case Trouble.UNAVAILABLE | Trouble.TIMEOUT:
            return True
        case Trouble.AUTH:
            return hand is ModalityName.BROWSER
        case Trouble.CONFLICT:
            return failure.code in HANDS_OWN_CONFLICTS
        case Trouble.PERMISSION | Trouble.QUOTA | Trouble.CAPACITY:
            return False
        case Trouble.THROTTLED | Trouble.DEPENDENCY:
            return False
        case _:
            assert_never(failure.trouble)


def tells_of_hand(failure: Failure, hand: ModalityName, *, another_did: bool) -> bool:
    """Whether the failure is held against ``hand``: no answer is only where ``another_did`` it,
    since else nobody knows whether it was the tool or the cloud."""
    if failure.trouble in (Trouble.UNAVAILABLE, Trouble.TIMEOUT, Trouble.NOT_EMULATED):
        return another_did
    return hand_may_differ(failure, hand)
