"""A step's ways back, as steps of their own, so that they pass the same gates."""

from __future__ import annotations

from dataclasses import replace

from cloudops.engine.doubts import LAST_WORD
from cloudops.engine.expectations import Outputs
from modalities.action import TOKEN, bind
from modalities.step import Irreversible, Reversal, Step


def ways_back(step: Step) -> tuple[Step, ...]:
    """In the order in which they are done; none of what cannot be undone."""
    if isinstance(step.undo, Irreversible):
        return ()
    return tuple(_way(step, number, back) for number, back in enumerate(step.undo))


def _way(step: Step, number: int, back: Reversal) -> Step:
    return Step(
        id=f"undo-{step.id}" + (f"-{number + 1}" if number else ""),
        effect=back.effect,
        action=back.action,
        why=back.why,
        changes=step.changes,
        uses=step.uses,
        expects=back.expects,
        probe=back.probe,
        undo=LAST_WORD,
        target=step.target,
    )


def as_done(step: Step, output: Outputs) -> Step | None:
    """The step as it was sent; None where that is not known whole."""
    try:
        return replace(step, action=bind(step.action, output, TOKEN))
    except LookupError:
        return None


def as_it_was(_: Step, back: Step) -> Step:
    """The Rebase of what writes nothing whole."""
    return back
