"""Faults on order: what a real cloud does now and then, done here when it is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase

from sandbox.azure.refusal import Refused


class FaultKind(StrEnum):
    THROTTLE = "throttle"
    """429 with Retry-After; nothing is done."""
    QUOTA = "quota"
    """409 QuotaExceeded; nothing is done."""
    CAPACITY = "capacity"
    """It is accepted, and its operation fails with AllocationFailed."""
    ERROR = "error"
    """Any status, code and message; nothing is done."""
    SLOW = "slow"
    """It takes ``seconds``: a long-running operation ends later, any other answers later."""
    LOST = "lost"
    """It is done, and the connection is cut before the answer."""


@dataclass(slots=True)
class Fault:
    """For the next ``times`` requests of ``operation`` (``Microsoft.Compute/*/write``: any
    casing, ``*`` for anything) on a resource whose id contains ``resource``. 0 times: always."""

    operation: str
    kind: FaultKind
    times: int = 1
    resource: str = ""
    seconds: float = 1.0
    status: int = 409
    code: str = ""
    message: str = ""

    def fits(self, operation: str, resource: str) -> bool:
        named = fnmatchcase(operation.casefold(), self.operation.casefold())
        return named and self.resource.casefold() in resource.casefold()

    def refusal(self) -> Refused | None:
        """What the request is answered with instead of being done."""
        match self.kind:
            case FaultKind.THROTTLE:
                wait = str(max(1, round(self.seconds)))
                message = f"Number of requests exceeded the limit. Please try again in {wait} s."
                return Refused(
                    429,
                    self.code or "TooManyRequests",
                    self.message or message,
                    headers={"Retry-After": wait},
                )
            case FaultKind.QUOTA:
                message = "Operation could not be completed as it results in exceeding quota."
                return Refused(409, self.code or "QuotaExceeded", self.message or message)
            case FaultKind.ERROR:
                return Refused(self.status, self.code or "Conflict", self.message or "On order.")
            case FaultKind.CAPACITY | FaultKind.SLOW | FaultKind.LOST:
                return None

    def failure(self) -> Refused:
        """How the operation ends where there is no capacity."""
        message = "Allocation failed. We do not have sufficient capacity in this region."
        return Refused(409, self.code or "AllocationFailed", self.message or message)


class Faults:
    def __init__(self) -> None:
        self.orders: list[Fault] = []

    def take(self, operation: str, resource: str) -> Fault | None:
        """The first order that fits, one time less of it."""
        for fault in self.orders:
            if fault.fits(operation, resource):
                if fault.times == 1:
                    self.orders.remove(fault)
                elif fault.times:
                    fault.times -= 1
                return fault
        return None
