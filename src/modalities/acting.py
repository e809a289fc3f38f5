"""The side of a hand that changes a cloud. Only the execution gateway imports this."""

from __future__ import annotations

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
    when it was ``made``. What was not sent by then must not be sent any more.

    ``attempts`` is filled with what was sent again, in words. ``secrets_dir`` is where a
    secret that a cloud gives away only once (a private key) is kept; None: nowhere.
    """

    token: str
    deadline: float
    attempts: list[str] = field(default_factory=list)
    secrets_dir: Path | None = None
    made: float = field(default_factory=awake.now, compare=False)

    @property
    def ends(self) -> float:
        """The moment of :func:`modalities.awake.now` at which the time is over. That clock goes on
        while a process is stopped, or the whole machine."""
        return self.made + self.deadline

    @property
    def left(self) -> float:
        """Seconds until then, by now."""
        return self.ends - awake.now()


@runtime_checkable
class Acting(Protocol):
    def apply(self, step: Step, target: Target, call: Call) -> Receipt:
        """Send the bound action. Never raises for what a cloud says: that is the receipt.

        Raises PermissionError where the target is not writable and the step is no READ.
        """
        ...
