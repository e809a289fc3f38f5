"""What of a request's objects Terraform looks after: that is changed through its code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from cloudops.request import Intent
from cloudops.router.concerned import changed
from modalities.change import Change, Power, SetPower
from modalities.resource import Resource, World


@dataclass(frozen=True, slots=True)
class Owning:
    """``ours`` by address; ``others`` exist, are changed as well, and are in no code.
    ``changes`` are those that concern ours."""

    ours: Mapping[str, Resource]
    others: tuple[Resource, ...]
    changes: tuple[Change, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.ours)

    @property
    def what(self) -> str:
        """``web-1`` or ``2 of the 5 it changes``."""
        count, total = len(self.ours), len(self.ours) + len(self.others)
        if self.others:
            return f"{count} of the {total} it changes"
        return next(iter(self.ours.values())).name if count == 1 else f"all {count} it changes"

    @property
    def where(self) -> str:
        """``aws_instance.web_1`` or ``aws_instance.web_1 and 1 more``."""
        first, more = min(self.ours), len(self.ours) - 1
        return f"{first} and {more} more" if more else first


def owning(intent: Intent, world: World, owned: Mapping[str, str]) -> Owning:
    lasting = replace(intent, changes=tuple(c for c in intent.changes if _lasts(c)))
    objects = changed(lasting, world) if lasting.changes else ()
    ours = {owned[r.id]: r for r in objects if r.id in owned}
    others = tuple(r for r in objects if r.id not in owned)
    concerned = (c for c in lasting.changes if ours and _concerns(c, intent, world, owned))
    return Owning(ours, others, tuple(concerned))


def _concerns(change: Change, intent: Intent, world: World, owned: Mapping[str, str]) -> bool:
    alone = replace(intent, changes=(change,))
    return any(r.id in owned for r in changed(alone, world))


def _lasts(change: Change) -> bool:
    """A restart leaves nothing behind that code could say."""
    return not (isinstance(change, SetPower) and change.power is Power.RESTART)
