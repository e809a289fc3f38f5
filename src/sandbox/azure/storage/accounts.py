"""Storage accounts: made, shown, their keys.

https://learn.microsoft.com/rest/api/storagerp/storage-accounts
"""

from __future__ import annotations

import base64
import re
import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sandbox.azure.contract import Action, Call, Change, Done, ResourceType, Route
from sandbox.azure.documents import Document, Json, at, merged
from sandbox.azure.refusal import Refused, bad_request, conflict
from sandbox.azure.showing import stamp

NAME = "Microsoft.Storage/storageAccounts"
DOMAIN = "core.sandbox.invalid"
"""Of the endpoints that an account tells: nobody must send anything to the real ones."""

VALID = re.compile(r"[a-z0-9]{3,24}")
SKUS = {
    name.casefold(): name
    for name in (
        "Standard_LRS",
        "Standard_GRS",
        "Standard_RAGRS",
        "Standard_ZRS",
        "Standard_GZRS",
        "Standard_RAGZRS",
        "Premium_LRS",
        "Premium_ZRS",
    )
}
KINDS = {
    kind.casefold(): kind
    for kind in ("Storage", "StorageV2", "BlobStorage", "FileStorage", "BlockBlobStorage")
}
SERVICES = ("blob", "file", "queue", "table", "dfs", "web")
KEYS = ("key1", "key2")
DEFAULTS: dict[str, Any] = {
    "supportsHttpsTrafficOnly": True,
    "minimumTlsVersion": "TLS1_0",
    "allowBlobPublicAccess": False,
    "networkAcls": {
        "bypass": "AzureServices",
        "virtualNetworkRules": [],
        "ipRules": [],
        "defaultAction": "Allow",
    },
    "encryption": {
        "services": {
            "file": {"keyType": "Account", "enabled": True},
            "blob": {"keyType": "Account", "enabled": True},
        },
        "keySource": "Microsoft.Storage",
    },
}


def check(change: Change) -> None:
    name = change.id.name
    if VALID.fullmatch(name) is None:
        raise bad_request("AccountNameInvalid", _bad_name(name))
    if change.before is None and _taken(change, name):
        raise conflict(
            "StorageAccountAlreadyTaken", f"The storage account named {name} is already taken."
        )
    before = change.before
    if (
        before is not None
        and before.document.get("kind") == "StorageV2"
        and _kind(change) != ("StorageV2")
    ):
        raise conflict("KindChangeNotAllowed", f"The kind of {name} cannot be changed back.")


def _bad_name(name: str) -> str:
    return (
        f"{name} is not a valid storage account name. Storage account name must be between 3 and "
        "24 characters in length and use numbers and lower-case letters only."
    )


def _taken(change: Change, name: str) -> bool:
    """Names are everybody's: an account of any group has the name alone."""
    return any(other.name == name for other in change.cloud.find(NAME))


def _sku(change: Change) -> str:
    """Older clients have it among the properties. Raises Refused where there is none."""
    given = at(change.body, "sku.name") or change.properties.get("accountType")
    known = SKUS.get(str(given or "").casefold())
    if known is None:
        raise bad_request(
            "InvalidValuesForRequestParameters",
            "Values for request parameters are invalid: sku.name.",
            "sku.name",
        )
    return known


def _kind(change: Change) -> str:
    given = change.body.get("kind") or "Storage"
    known = KINDS.get(str(given).casefold())
    if known is None:
        raise bad_request(
            "InvalidValuesForRequestParameters",
            "Values for request parameters are invalid: kind.",
            "kind",
        )
    return known


def complete(change: Change) -> Document:
    sku, kind, name = _sku(change), _kind(change), change.id.name
    made = change.before.properties.get("creationTime") if change.before else None
    told: dict[str, Any] = {
        **merged(DEFAULTS, change.properties),
        "primaryEndpoints": {one: f"https://{name}.{one}.{DOMAIN}/" for one in SERVICES},
        "primaryLocation": change.location,
        "statusOfPrimary": "available",
        "creationTime": made or stamp(change.cloud.now()),
    }
    told.pop("accountType", None)
    if kind in ("StorageV2", "BlobStorage"):
        told.setdefault("accessTier", "Hot")
    tier = sku.partition("_")[0]
    return {**change.body, "sku": {"name": sku, "tier": tier}, "kind": kind, "properties": told}


def inner(change: Change) -> Mapping[str, Json]:
    """Keys are made once."""
    return change.before.inner if change.before else {name: _key() for name in KEYS}


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(64)).decode()


def list_keys(call: Call) -> Done:
    return Done(_keys(call.resource.inner, stamp(call.resource.created)))


def _keys(kept: Mapping[str, Json], made: str) -> dict[str, Any]:
    keys = [
        {"keyName": name, "value": kept[name], "permissions": "FULL", "creationTime": made}
        for name in KEYS
    ]
    return {"keys": keys}


def regenerate_key(call: Call) -> Done:
    name = str(call.body.get("keyName", ""))
    if name not in KEYS:
        raise bad_request("InvalidKeyName", f"There is no key '{name}'.", "keyName")
    kept = {**call.resource.inner, name: _key()}
    call.cloud.keep(replace(call.resource, inner=kept))
    return Done(_keys(kept, stamp(call.cloud.now())))


def check_name(call: Call) -> Done:
    name = str(call.body.get("name", ""))
    if VALID.fullmatch(name) is None:
        return _unavailable("AccountNameInvalid", _bad_name(name))
    if any(other.name == name for other in call.cloud.find(NAME)):
        return _unavailable("AlreadyExists", f"The storage account named {name} is already taken.")
    return Done({"nameAvailable": True})


def _unavailable(reason: str, message: str) -> Done:
    return Done({"nameAvailable": False, "reason": reason, "message": message})


def no_data(call: Call) -> Done:
    """Signed addresses would lead to data, and there is none."""
    raise Refused(
        400, "NotEmulated", f"the sandbox keeps no data in {call.resource.name}; nothing was done"
    )


ACCOUNT = ResourceType(
    name=NAME,
    check=check,
    complete=complete,
    inner=inner,
    actions=(
        Action("listKeys", list_keys),
        Action("regenerateKey", regenerate_key),
        Action("ListAccountSas", no_data),
        Action("ListServiceSas", no_data),
    ),
    seconds={"PUT": 18},
)

ROUTES = (
    Route(
        "POST",
        "/subscriptions/{subscriptionId}/providers/Microsoft.Storage/checkNameAvailability",
        check_name,
    ),
)
