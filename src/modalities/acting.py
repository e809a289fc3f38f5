"""The side of a hand that changes a cloud. Only the execution gateway imports this."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, runtime_checkable

from modalities import awake
from modalities.receipt import Receipt
from modalities.step import Step
from modalities.target import Target


@dataclass(frozen=True, slots=True)
class Call:
    """What goes with one action: the idempotency token and the time left, in seconds from
    when it was ``made``. What writes must not be sent any more once all are over, nor once
    ``writes`` of them are, unless the lease ``lasts`` longer, as is known by then: a moment of
    :func:`modalities.awake.now`.

    ``attempts`` is filled with what was sent again, in words. ``secrets_dir`` is where a
    secret that a cloud gives away only once (a private key) is kept; None: nowhere.
    """

    token: str
    deadline: float
    attempts: list[str] = field(default_factory=list)
    secrets_dir: Path | None = None
    writes: float = math.inf
    lasts: Callable[[], float] = field(default=lambda: -math.inf, compare=False)
    made: float = field(default_factory=awake.now, compare=False)

    @property
    def ends(self) -> float:
        """The moment of :func:`modalities.awake.now` from which on nothing is written, by what
        is known now: it moves on as the lease does. That clock goes on while a process is
        stopped, or the whole machine."""
        return min(self.made + self.deadline, max(self.made + self.writes, self.lasts()))

    @property
    def covered(self) -> float:
        """Seconds until then, by now; they may become more. Negative when it is over."""
        return self.ends - awake.now()

    @property
    def left(self) -> float:
        """Seconds until all of the time is over, by now."""
        return self.made + self.deadline - awake.now()


@runtime_checkable
class Acting(Protocol):
    def apply(self, step: Step, target: Target, call: Call) -> Receipt:
        """Send the bound action. Never raises for what a cloud says: that is the receipt.

        Raises PermissionError where the target is not writable and the step is no READ.
        """
        ...
