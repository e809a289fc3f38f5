"""What a target comes to for a vendor's client, and what it may not come to."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from modalities.aws.traffic import beyond, is_loopback
from modalities.receipt import CloudError, Trouble
from modalities.target import Realm, Target

KEYS = {
    "AWS_ACCESS_KEY_ID": "aws_access_key_id",
    "AWS_SECRET_ACCESS_KEY": "aws_secret_access_key",
    "AWS_SESSION_TOKEN": "aws_session_token",
}
"""What is taken from a target's environment, and what botocore calls it."""

SANDBOX_KEYS = {"AWS_ACCESS_KEY_ID": "sandbox", "AWS_SECRET_ACCESS_KEY": "sandbox"}

LEAST = 0.2
"""Seconds that any call is given."""


@dataclass(frozen=True, slots=True)
class Connection:
    """What tells one target's clients from another's. ``keys`` are an emulated cloud's."""

    sandbox: bool
    region: str
    profile: str | None
    endpoint_url: str | None
    keys: tuple[tuple[str, str], ...] = field(repr=False)
    timeout: float

    @staticmethod
    def to(target: Target) -> Connection:
        """Raises CloudError where the target cannot be talked to."""
        sandbox = target.realm is Realm.SANDBOX
        given = {k: v for k, v in target.environment.items() if k.startswith("AWS_")}
        endpoint = target.endpoint_url or given.get("AWS_ENDPOINT_URL")
        if sandbox and "AWS_ACCESS_KEY_ID" not in given:
            given |= SANDBOX_KEYS
        if endpoint is not None or sandbox:
            _check_endpoint(endpoint or "", sandbox)
        if not target.region:
            raise CloudError(
                Trouble.INVALID,
                "NoRegion",
                f"target {target.name} has no region",
                sent=False,
                remedy="set `region` for it, for example eu-west-1",
            )
        keys = tuple(sorted((k, v) for k, v in given.items() if k in KEYS))
        profile = None if sandbox else target.profile
        timeout = max(target.timeout, LEAST)
        return Connection(sandbox, target.region, profile, endpoint, keys, timeout)


def _check_endpoint(url: str, sandbox: bool) -> None:
    if sandbox and not is_loopback(url):
        raise beyond(url or "AWS itself")
    if not _is_address(url):
        raise CloudError(
            Trouble.INVALID,
            "BadEndpoint",
            f"endpoint_url {url!r} is not an address",
            sent=False,
            remedy="write it like http://127.0.0.1:5000",
        )


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a bracket that is not closed, a port above 65535
        return False
