"""What Azure says no with: a status, a code and a message in its own envelope."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.azure.ids import ResourceId


class Refused(Exception):
    """A request that is answered with an error; all that it did is taken back.

    ``status`` is the HTTP status, ``code`` and ``message`` are the service's own words,
    ``target`` names the part of the request, ``details`` are refusals of parts.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        target: str = "",
        details: tuple[Refused, ...] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.target = target
        self.details = details
        self.headers = dict(headers or {})

    @property
    def error(self) -> dict[str, Any]:
        """What is inside the envelope ``{"error": ...}``."""
        told: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.target:
            told["target"] = self.target
        if self.details:
            told["details"] = [detail.error for detail in self.details]
        return told


class FailedLater(Exception):
    """Raised by an effect: the request is accepted, its operation ends as failed, and the
    resource stays, with provisioning state Failed (as machines without capacity do)."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.refusal = Refused(409, code, message)


def bad_request(code: str, message: str, target: str = "") -> Refused:
    return Refused(400, code, message, target=target)


def conflict(code: str, message: str, target: str = "") -> Refused:
    return Refused(409, code, message, target=target)


def resource_not_found(id: ResourceId) -> Refused:
    where = f" under resource group '{id.group}'" if id.group else ""
    return Refused(
        404,
        "ResourceNotFound",
        f"The Resource '{id.type}/{'/'.join(id.names)}'{where} was not found. "
        "For more details please go to https://aka.ms/ARMResourceNotFoundFix",
    )


def parent_not_found(parent: ResourceId, child: str) -> Refused:
    return Refused(
        404,
        "ParentResourceNotFound",
        f"Failed to perform 'write' on resource(s) of type '{child}', because the parent "
        f"resource '{parent.text}' could not be found.",
    )


def group_not_found(name: str) -> Refused:
    return Refused(404, "ResourceGroupNotFound", f"Resource group '{name}' could not be found.")


def subscription_not_found(subscription: str) -> Refused:
    return Refused(
        404, "SubscriptionNotFound", f"The subscription '{subscription}' could not be found."
    )


def not_emulated(what: str) -> Refused:
    """The sandbox's own no. 501 would be tried again by clients; 400 is not."""
    return Refused(400, "NotEmulated", f"the sandbox cannot imitate {what}; nothing was done")
