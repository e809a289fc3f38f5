"""The tries of a run: each hand that had a go at it, how long it took and what ended it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cloudops.errors import Stop
from modalities.contract import Unsupported
from modalities.plan import ModalityName
from modalities.receipt import CloudError, Failure, Trouble

if TYPE_CHECKING:
    from cloudops.engine.passage import Passage


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """``failure`` is what ended it, None where nothing failed (it may have been denied).
    ``undone``: something took effect and was taken back; ``left``: something stands.
    ``steps`` as the paper counts; ``seconds`` by the clock on the wall."""

    hand: ModalityName
    steps: int
    seconds: float
    failure: Failure | None = None
    undone: bool = False
    left: bool = False


class Attempts:
    """What the hands of one run tried, in order."""

    def __init__(self) -> None:
        self.made: list[Attempt] = []

    @contextmanager
    def by(self, hand: ModalityName, passage: Passage) -> Iterator[None]:
        """Around all that ``hand`` does, until it came through or its error goes on up."""
        begun, steps, progress = time.monotonic(), passage.report.usage.steps, passage.progress
        failure: Failure | None = None
        try:
            yield
        except Exception as error:
            failure = failure_of(error)
            raise
        finally:
            executed = passage.progress if passage.progress is not progress else None
            self.made.append(
                Attempt(
                    hand=hand,
                    steps=passage.report.usage.steps - steps,
                    seconds=time.monotonic() - begun,
                    failure=failure,
                    undone=bool(executed and executed.undone),
                    left=bool(executed and (executed.left or executed.took_effect)),
                )
            )


def failure_of(error: Exception) -> Failure | None:
    """What failed, as far as the error tells; None for a no that is no failure."""
    match error:
        case CloudError():
            return Failure(error.trouble, error.code, error.message, error.remedy)
        case Unsupported():
            return Failure(Trouble.INVALID, "Unsupported", str(error))
        case Stop():
            failure = error.payload.get("failure")
            return failure if isinstance(failure, Failure) else None
        case _:
            return None
