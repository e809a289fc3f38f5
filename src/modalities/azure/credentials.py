"""Who we are to Azure: a service principal that the target names, or the vendor's own chain."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

from modalities.azure.clouds import Cloud
from modalities.azure.connection import Connection, beyond, is_loopback

WHO = ("upn", "unique_name", "email", "appid", "azp", "oid", "sub")
"""Claims of a token that say who has it, the most readable first."""


def credential(connection: Connection, cloud: Cloud, transport: Any) -> Any:
    """Something that gives tokens. Raises CloudError where a sandbox would sign in elsewhere."""
    from azure.identity import ClientSecretCredential, DefaultAzureCredential

    if connection.sandbox and not is_loopback(cloud.login):
        raise beyond(cloud.login)
    keys = dict(connection.keys)
    if keys:
        return ClientSecretCredential(
            keys["tenant"],
            keys["client"],
            keys["secret"],
            authority=cloud.login,
            disable_instance_discovery=not _is_microsofts(cloud),
            transport=transport,
            retry_total=1,
        )
    return DefaultAzureCredential(authority=cloud.login)


def principal(token: str) -> str:
    """Who a token says that we are; what cannot be read says nothing. Its signature is not
    checked: the cloud does that, and nothing is decided by it here."""
    claims = _claims(token)
    return next((str(claims[name]) for name in WHO if claims.get(name)), "unknown")


def _claims(token: str) -> Mapping[str, Any]:
    parts = token.split(".")
    if len(parts) != 3:
        return {}
    try:
        padded = parts[1] + "=" * (-len(parts[1]) % 4)
        found = json.loads(base64.urlsafe_b64decode(padded))
    except (binascii.Error, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _is_microsofts(cloud: Cloud) -> bool:
    """Others are not known to Microsoft, and asking it about them would tell it of them."""
    return cloud.login.startswith("https://login.microsoftonline.")
