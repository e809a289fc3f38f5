"""Where an action goes, and who allowed it to change anything there."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from ipaddress import ip_address
from urllib.parse import urlsplit

from modalities.resource import Provider

VENDORS = (
    *(".amazonaws.com", ".amazonaws.com.cn", ".api.aws"),
    *(".azure.com", ".azure.us", ".azure.cn"),
)
"""Where a cloud's own addresses end, private ones of a network included."""
PORTS = {"http": 80, "https": 443}


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
    ``place`` tells its accounts from those of other clouds (Identity); None: by its endpoint.
    ``resource_group`` is the one that the target is on Azure, whether it exists yet or not.
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
    place: str | None = ""
    resource_group: str | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """Who we are at the target, as the cloud itself says (AWS: sts:GetCallerIdentity).

    ``account`` is the account's number on AWS, the subscription's id on Azure. ``place`` is
    where a cloud is that is not the vendor's own: two emulators may have one account's number,
    and are two accounts all the same. ``resource_group`` is empty on AWS.
    """

    provider: Provider
    account: str
    region: str
    principal: str
    profile: str | None = None
    endpoint_url: str | None = None
    place: str = ""
    resource_group: str = ""

    @property
    def scope(self) -> str:
        account = f"{self.account}@{self.place}" if self.place else self.account
        inner = self.resource_group if self.provider is Provider.AZURE else self.region
        return f"{account}/{inner}"


def account_of(scope: str) -> str:
    """The account's number (AWS), the subscription's id (Azure) in a scope, without its place."""
    return scope.partition("/")[0].partition("@")[0]


def place_in(scope: str) -> str:
    """Where the cloud of a scope is; empty for the vendor's own."""
    return scope.partition("/")[0].partition("@")[2]


def place_at(endpoint: str | None, target: Target) -> str:
    """The place of what answers at ``endpoint`` when ``target`` is asked."""
    return place_of(endpoint) if target.place is None else target.place


def place_of(endpoint: str | None) -> str:
    """``host:port`` of an address that is not a vendor's own, however it is spelt; this machine
    is ``localhost``. Empty for a vendor's own, and where there is none."""
    parts = urlsplit(endpoint or "")
    host = (parts.hostname or "").rstrip(".")
    if not host or f".{host}".endswith(VENDORS):
        return ""
    with suppress(ValueError):
        address = ip_address(host)
        here = address.is_loopback or address.is_unspecified
        host = "localhost" if here else f"[{host}]" if address.version == 6 else host
    return f"{host}:{parts.port or PORTS.get(parts.scheme, 0)}"


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
