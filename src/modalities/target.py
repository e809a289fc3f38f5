"""Where an action goes, and who allowed it to change anything there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from modalities.resource import Provider


class Realm(StrEnum):
    SANDBOX = "sandbox"
    PRODUCTION = "production"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A cloud account to work on. Never holds a secret.

    ``profile`` names credentials of the vendor's own chain; ``environment`` is what the
    emulated cloud needs instead (its keys are no secrets). ``writable`` is False until
    :func:`opened` has seen an approval. ``timeout`` is the limit of one call, in seconds.
    ``copy_of`` names the target that this one is a disposable copy of. ``console_url`` is
    where its web console is, ``console_session`` a file with the cookies of somebody who
    signed in there. ``terraform_dir`` is Terraform code of the owner's that describes it.
    """

    name: str
    provider: Provider
    realm: Realm
    region: str
    profile: str | None = None
    endpoint_url: str | None = None
    allowed_regions: tuple[str, ...] = ()
    required_tags: tuple[str, ...] = ()
    monthly_budget: float | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    timeout: float = 30.0
    writable: bool = False
    copy_of: str | None = None
    console_url: str | None = None
    console_session: str | None = None
    terraform_dir: str | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """Who we are at the target, as the cloud itself says (AWS: sts:GetCallerIdentity)."""

    provider: Provider
    account: str
    region: str
    principal: str
    profile: str | None = None
    endpoint_url: str | None = None

    @property
    def scope(self) -> str:
        return f"{self.account}/{self.region}"


@dataclass(frozen=True, slots=True)
class Approval:
    """Leave to execute one plan: bound to its digest and identity, for a time.

    Made by ``cloudops.engine.confirm`` alone.
    """

    digest: str
    identity: Identity
    actor: str
    means: str
    """How it was given: ``asked`` (a person answered) or the flags that covered it."""
    expires_at: datetime


def opened(target: Target, approval: Approval, digest: str, now: datetime) -> Target:
    """The target, writable.

    Raises PermissionError where the approval is for another plan or has run out.
    """
    if approval.digest != digest:
        raise PermissionError("the approval is for another plan")
    if now >= approval.expires_at:
        raise PermissionError("the approval has run out")
    return replace(target, writable=True)
