"""What Azure says beforehand of a deployment, as entries of an IacChange.

https://learn.microsoft.com/azure/azure-resource-manager/templates/deploy-what-if
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from modalities.azure import ids
from modalities.azure.express.bodies import HEAD, as_sent
from modalities.azure.secrets import without_secrets
from modalities.azure.templates.parts import TAGS, TAGS_TAIL
from modalities.azure.templates.writing import Described, address_of
from modalities.receipt import CloudError, Trouble

ACTIONS = {"Create": "create", "Modify": "update", "Deploy": "update", "Delete": "delete"}
"""``Deploy``: it exists, and Azure does not say what would become of it."""

UNTOUCHED = ("Ignore", "NoChange", "NoEffect")

DULL = frozenset({"provisioningState", "etag"})


def anew(described: Sequence[Described]) -> tuple[dict[str, Any], ...]:
    """The entries where nothing of it is there: all is made."""
    return tuple(_made(one) for one in described)


def entries(
    answer: Mapping[str, Any], described: Sequence[Described], scope: str
) -> tuple[dict[str, Any], ...]:
    """What would change, in the template's own order; what stays as it is has no entry.

    Raises CloudError where Azure says that it would not go well, or that something would change
    that the template does not describe.
    """
    properties = answer.get("properties") or {}
    _require_well(properties)
    known = {ids.key(one.id): one for one in described}
    order = {key: number for number, key in enumerate(known)}
    found = dict(_changes(properties.get("changes") or (), known, scope))
    return tuple(found[key] for key in sorted(found, key=lambda key: order[key]))


def _require_well(properties: Mapping[str, Any]) -> None:
    for told in properties.get("diagnostics") or ():
        if str(told.get("level")) == "Error":
            raise CloudError(
                Trouble.INVALID,
                str(told.get("code") or "WhatIfFailed"),
                f"{address_of(str(told.get('target')))}: {told.get('message')}",
                sent=False,
            )


def _changes(
    changes: Sequence[Mapping[str, Any]], known: Mapping[str, Described], scope: str
) -> Iterator[tuple[str, dict[str, Any]]]:
    for change in changes:
        kind = str(change.get("changeType"))
        if kind in UNTOUCHED:
            continue
        id = _canonical(str(change.get("resourceId")), scope)
        one = known.get(ids.key(id))
        if one is None or kind not in ("Create", "Modify", "Deploy"):
            what = {"Delete": "be deleted", "Unsupported": "change nobody knows how"}
            raise CloudError(
                Trouble.CONFLICT,
                "PlanMoved",
                f"{address_of(id)} would {what.get(kind, 'change, too')}: Azure's what-if",
                sent=False,
            )
        yield ids.key(id), _made(one) if kind == "Create" else _changed(one, change)


def of_others(answer: Mapping[str, Any], scope: str) -> tuple[dict[str, Any], ...]:
    """What would change by a template that is not ours, by Azure's word alone: each entry has the
    resource as it would be in ``body``, as it is sent.

    Raises CloudError where it would not go well, and for what is outside of the target's group,
    would be deleted, or of which Azure does not say what it would become.
    """
    properties = answer.get("properties") or {}
    _require_well(properties)
    return tuple(_others(properties.get("changes") or (), scope))


def _others(changes: Sequence[Mapping[str, Any]], scope: str) -> Iterator[dict[str, Any]]:
    for change in changes:
        kind = str(change.get("changeType"))
        if kind in UNTOUCHED:
            continue
        id, after = _canonical(str(change.get("resourceId")), scope), change.get("after")
        if not id.casefold().startswith(f"{ids.group_id(scope)}/".casefold()):
            raise _not_foreseen(id, "it is not in the target's resource group")
        if kind not in ("Create", "Modify") or not isinstance(after, Mapping):
            raise _not_foreseen(id, f"{kind}, and what it would be then is not said")
        body = without_secrets(_sent(id, after))
        one = Described(id, str(after.get("apiVersion") or ""), body)
        yield {**(_made(one) if kind == "Create" else _changed(one, change)), "body": body}


def _not_foreseen(id: str, why: str) -> CloudError:
    return CloudError(
        Trouble.INVALID, "NotForeseen", f"Azure's what-if of {address_of(id)}: {why}", sent=False
    )


def _sent(id: str, after: Mapping[str, Any]) -> dict[str, Any]:
    kind = ids.kind_of(id)
    body = as_sent(kind, after) if kind else dict(after)
    return {name: value for name, value in body.items() if name not in (*HEAD, "apiVersion")}


def _canonical(id: str, scope: str) -> str:
    owner, tail = id, ""
    if id.casefold().endswith(TAGS_TAIL.casefold()):
        owner, tail = id[: -len(TAGS_TAIL)], TAGS_TAIL
    return ids.canonical(owner, scope) + tail


def type_of(id: str) -> str:
    parsed = ids.parse(id)
    if id.endswith(TAGS_TAIL) or parsed is None:
        return TAGS
    return parsed.type


def _made(one: Described) -> dict[str, Any]:
    """What the template says of it."""
    entry = {"address": one.address, "type": type_of(one.id), "actions": ["create"]}
    return {**entry, "after": without_secrets(one.body)}


def _changed(one: Described, change: Mapping[str, Any]) -> dict[str, Any]:
    """What differs, by its path."""
    rows = list(_rows(change.get("delta") or (), ""))
    before = {path: row.get("before") for path, row in rows}
    after = {path: row.get("after") for path, row in rows}
    entry = {"address": one.address, "type": type_of(one.id), "actions": ["update"]}
    return {**entry, "before": without_secrets(before), "after": without_secrets(after)}


def _rows(
    delta: Sequence[Mapping[str, Any]], above: str
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for row in delta:
        path = f"{above}.{row['path']}" if above else str(row["path"])
        if row.get("children"):
            yield from _rows(row["children"], path)
        elif path.rpartition(".")[2] not in DULL and row.get("propertyChangeType") != "NoEffect":
            yield path, row
