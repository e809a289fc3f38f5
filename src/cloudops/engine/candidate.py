"""How one hand fared with a request, where nothing is real."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from modalities.plan import Cost, ModalityName, Plan
from modalities.step import Fidelity


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """How one hand fared. ``steps`` as the paper counts them, ``seconds`` and ``calls`` (requests
    to the cloud, looks included) of doing it once in a copy; ``cost`` a month.

    ``along`` is what came along with what the plan names, ``leaves`` what is still there or
    different when it was taken back: nothing is best, None where that was not tried.
    ``mended`` are the changes made to the request after a failure, a line each.
    """

    hand: ModalityName
    outcome: Literal["worked", "failed", "cannot"]
    why: str = ""
    steps: int = 0
    actions: int = 0
    seconds: float = 0.0
    calls: int = 0
    cost: Cost | None = None
    fidelity: Fidelity = Fidelity.NONE
    along: tuple[str, ...] = ()
    leaves: tuple[str, ...] | None = None
    mended: tuple[str, ...] = ()
    plan: Plan | None = None

    @property
    def worked(self) -> bool:
        return self.outcome == "worked"
