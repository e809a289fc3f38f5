"""How well a hand fits what is wanted: what each hand says of each kind of change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from modalities.change import (
    Attach,
    Change,
    Create,
    Delete,
    Detach,
    Operate,
    Power,
    Resize,
    SetDiagnostics,
    SetPort,
    SetPower,
    SetPriority,
    SetTags,
)
from modalities.contract import Support

NO_OPERATION = Support(0.0, "only the SDK takes just any operation")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """A hand's fit for each kind of change. ``most`` resources in one change are still few;
    ``many`` is said of more, with their number before it. ``relate`` is for what is attached
    and detached, ``read`` for a question. Nothing is asked of the network.
    """

    read: Support
    most: int
    create: Support
    many: Support
    relate: Support
    delete: Support
    power: Support
    restart: Support
    resize: Support
    tags: Support
    port: Support
    priority: Support
    diagnostics: Support
    operate: Support = NO_OPERATION

    def of(self, changes: Sequence[Change]) -> Support:
        """The fit of the change that fits least."""
        return min((self._of(each) for each in changes), key=lambda s: s.fit, default=self.read)

    def _of(self, change: Change) -> Support:
        match change:
            case Create() if len(change.wanted) > self.most:
                return Support(self.many.fit, f"{len(change.wanted)} {self.many.why}")
            case Create():
                return self.create
            case Attach() | Detach():
                return self.relate
            case Delete():
                return self.delete
            case SetPower(power=Power.RESTART):
                return self.restart
            case SetPower():
                return self.power
            case Resize():
                return self.resize
            case SetTags():
                return self.tags
            case SetPort():
                return self.port
            case SetPriority():
                return self.priority
            case SetDiagnostics():
                return self.diagnostics
            case Operate():
                return self.operate
            case _:
                assert_never(change)
