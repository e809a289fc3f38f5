"""What is known beside the task itself: handed in, so that choosing stays pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cloudops.router.shipped import Measured, shipped
from cloudops.state.trial import Tally

WINDOW = 20
"""How many of the latest trials of a hand at one kind of change count: what was true of an
older version of a tool, or before a fault was mended, is forgotten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """``record``: this store's own trials at this goal, cloud and realm (``Store.trials``).
    ``owned``: the ids that Terraform looks after, with the address of each (``Keeper.kept``).
    ``shipped``: what the gym measured."""

    record: tuple[Tally, ...] = ()
    owned: Mapping[str, str] = field(default_factory=dict)
    shipped: tuple[Measured, ...] = field(default_factory=shipped)


NOTHING = Known(shipped=())
