"""One hand after the other: where one fails and nothing of it stands, the next in rank is tried."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from cloudops.engine.attempts import failure_of
from cloudops.engine.passage import Passage
from cloudops.errors import ExecutionFailed
from cloudops.router.fault import hand_may_differ
from modalities.contract import Unsupported
from modalities.plan import ModalityName, Route
from modalities.receipt import CloudError

Result = TypeVar("Result")


def in_turn(
    route: Route, passage: Passage, *, forced: bool, attempt: Callable[[Route], Result]
) -> Result:
    """``attempt`` with each hand in rank until one comes through. One that was asked for by
    name is the only one. Raises what the last of them did."""
    for number in range(len(route.ranked)):
        led = replace(route, ranked=(*route.ranked[number:], *route.ranked[:number]))
        rest = () if forced else route.ranked[number + 1 :]
        hand = led.ranked[0].modality
        try:
            with passage.attempts.by(hand, passage):
                return attempt(led)
        except (Unsupported, CloudError, ExecutionFailed) as error:
            if not rest or not _another_may(error, hand, passage):
                raise
            tried = f"{hand} could not: {_said(error)}"
            passage.journal.note(
                "choose_route", "notice", text=f"{tried}; trying {rest[0].modality}"
            )
            route = replace(route, reasons=(*route.reasons, tried))
    raise Unsupported("there is no hand for this cloud")


def _another_may(error: Exception, hand: ModalityName, passage: Passage) -> bool:
    """Whether the failure was the hand's own, and nothing of it is left in the cloud."""
    if passage.progress.took_effect or passage.progress.left:
        return False
    failure = failure_of(error)
    return failure is not None and hand_may_differ(failure, hand)


def _said(error: Exception) -> str:
    if isinstance(error, ExecutionFailed):
        return error.detail or error.summary
    return str(error)
