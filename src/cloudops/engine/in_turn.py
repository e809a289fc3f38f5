"""One hand after the other: where one fails and nothing of it stands, the next in rank is tried."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from cloudops.engine.passage import Passage
from cloudops.errors import ExecutionFailed
from modalities.contract import Unsupported
from modalities.plan import Route
from modalities.receipt import CloudError, Failure, Trouble

Result = TypeVar("Result")

CLOUDS_OWN = frozenset(
    {Trouble.AUTH, Trouble.PERMISSION, Trouble.QUOTA, Trouble.CAPACITY, Trouble.CONFLICT}
)
"""What the cloud itself says no to: it would say so to any hand."""


def in_turn(
    route: Route, passage: Passage, *, forced: bool, attempt: Callable[[Route], Result]
) -> Result:
    """``attempt`` with each hand in rank until one comes through. One that was asked for by
    name is the only one. Raises what the last of them did."""
    for number in range(len(route.ranked)):
        led = replace(route, ranked=(*route.ranked[number:], *route.ranked[:number]))
        rest = () if forced else route.ranked[number + 1 :]
        try:
            return attempt(led)
        except (Unsupported, CloudError, ExecutionFailed) as error:
            if not rest or not _another_may(error, passage):
                raise
            tried = f"{led.ranked[0].modality} could not: {_said(error)}"
            passage.journal.note(
                "choose_route", "notice", text=f"{tried}; trying {rest[0].modality}"
            )
            route = replace(route, reasons=(*route.reasons, tried))
    raise Unsupported("there is no hand for this cloud")


def _another_may(error: Exception, passage: Passage) -> bool:
    """Whether the failure was the hand's own, and nothing of it is left in the cloud."""
    if passage.progress.took_effect or passage.progress.left:
        return False
    match error:
        case CloudError():
            return error.trouble not in CLOUDS_OWN
        case ExecutionFailed():
            failure = error.payload.get("failure")
            return isinstance(failure, Failure) and failure.trouble not in CLOUDS_OWN
        case _:
            return True


def _said(error: Exception) -> str:
    if isinstance(error, ExecutionFailed):
        return error.detail or error.summary
    return str(error)
