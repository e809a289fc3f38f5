"""Resources that the state knows: by whatever name they are called, and as rows for people."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cloudops.state.contract import Provenance, Reach, Reached, Tie
    from modalities.resource import Resource
    from modalities.survey import Unread

RESOURCE = ("resource", "id", "state")
WRITTEN = ("attribute", "value", "written by")
TIED = ("", "resource", "link")


LONG = ("arn:", "/subscriptions/")
"""How ids begin that are a whole path."""


def short(id: str) -> str:
    """The end of an ARN or of Azure's path, which nothing else of its kind has; any other id is
    short enough."""
    return id.rpartition("/")[2] if id.startswith(LONG) else id


def row(resource: Resource) -> tuple[str, str, str]:
    id = short(resource.id)
    name = resource.name.rpartition("/")[2].casefold()
    # of what no kind names, the id is an ARN that ends as the name does
    said = name == id.casefold() or resource.kind.value == "other"
    return (str(resource.ref), "" if said else id, str(resource.attributes.get("state", "")))


def written(provenance: Provenance) -> tuple[str, str, str]:
    when = f"{provenance.at:%Y-%m-%d %H:%M}"
    whose = f"run {provenance.run}" if provenance.run else when
    return (provenance.attribute, worded(provenance.value), f"{provenance.modality}, {whose}")


def unread(parts: Sequence[Unread]) -> Iterator[str]:
    """What a look could not see, why, and what to do; for people."""
    for part in parts:
        kinds = ", ".join(kind.words for kind in part.kinds)
        yield f"cloudops: not read: {kinds}\n  {part.why.message}" + (
            f"\n  {part.why.remedy}" if part.why.remedy else ""
        )
    if parts:
        yield "  what is known of them stays as it was; all else was read"


def scopes(resources: Iterable[Resource]) -> dict[str, list[Resource]]:
    """Resources by the account and region they lie in."""
    found: dict[str, list[Resource]] = {}
    for resource in resources:
        found.setdefault(resource.ref.scope, []).append(resource)
    return found


def counted(resources: Iterable[Resource]) -> str:
    """How many of each kind, the most first: ``240 VMs, 20 subnets, 1 network, 2 sqs:queue``."""
    counts = Counter(map(_counted_as, resources))
    return ", ".join(
        f"{count} {words}{'s' if count != 1 and ':' not in words else ''}"
        for words, count in counts.most_common()
    )


def _counted_as(resource: Resource) -> str:
    """Its kind as people write it; of what has none, its type."""
    from modalities.look import TYPE

    return str(resource.attributes.get(TYPE) or resource.kind.words)


def direct(reach: Reach) -> Iterator[tuple[Reached, Tie]]:
    """What is one link away, by each link."""
    yield from ((one, tie) for one in reach.found if one.depth == 1 for tie in one.ties)


def tied(one: Reached, tie: Tie) -> tuple[str, str]:
    return str(one.resource.ref), tie.role.replace("_", " ")


def because(one: Reached) -> str:
    """The links by which something is so near, as people read them."""
    return ", ".join(f"{tie.role.replace('_', ' ')} {tie.ref}" for tie in one.ties)


def reached(one: Reached) -> dict[str, Any]:
    """For -o json: ``links`` are those by which it is so near, with what is at their other end."""
    resource = one.resource
    return {
        "key": resource.ref.key,
        "kind": resource.kind.value,
        "name": resource.name,
        "id": resource.id,
        "depth": one.depth,
        "links": [{"role": tie.role, "key": tie.ref.key} for tie in one.ties],
    }


def worded(value: Any) -> str:
    """A value for people: ids as :func:`short` has them, lists of texts without brackets."""
    told = _shortened(value)
    if isinstance(told, str):
        return told
    if isinstance(told, list) and told and all(isinstance(item, str) for item in told):
        return ", ".join(told)
    return json.dumps(told, ensure_ascii=False)


def _shortened(value: Any) -> Any:
    match value:
        case str():
            return short(value)
        case list():
            return [_shortened(item) for item in value]
        case dict():
            return {key: _shortened(item) for key, item in value.items()}
        case _:
            return value
