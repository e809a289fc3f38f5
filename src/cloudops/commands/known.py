"""Resources that the state knows: by whatever name they are called, and as rows for people."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from cloudops.errors import Misused

if TYPE_CHECKING:
    from cloudops.engine.drift import Drift
    from cloudops.state.contract import Provenance
    from modalities.resource import Resource
    from modalities.survey import Unread

RESOURCE = ("resource", "id", "state")
DRIFT = ("resource", "what", "change", "by")
WRITTEN = ("attribute", "value", "written by")


def called(name: str, known: Sequence[Resource]) -> list[Resource]:
    """What goes by ``name``: a name, an id, or either after its kind, as tables show them
    (``vm/web-1``), or a key, as locks have it. Raises Misused where nothing does."""
    wanted = name.strip().casefold()
    found = [r for r in known if wanted in map(str.casefold, _names(r))]
    if found:
        return found
    import difflib

    there = {spelt: spelt for r in known for spelt in (r.name, str(r.ref))}
    near = difflib.get_close_matches(name, there, 1)
    hint = f"did you mean {near[0]}?" if near else "`cloudops state refresh` reads the target"
    raise Misused(f"nothing is known of {name!r}", remedy=hint)


def _names(resource: Resource) -> tuple[str, ...]:
    ids = {resource.id, short(resource.id)}
    return (
        *(resource.name, str(resource.ref), resource.ref.key),
        *(spelt for id in ids for spelt in (id, f"{resource.kind}/{id}")),
    )


def short(id: str) -> str:
    """The end of an ARN, which nothing else of its kind has; any other id is short enough."""
    return id.rpartition("/")[2] if id.startswith("arn:") else id


def row(resource: Resource) -> tuple[str, str, str]:
    id = "" if resource.id == resource.name else short(resource.id)
    return (str(resource.ref), id, str(resource.attributes.get("state", "")))


def written(provenance: Provenance) -> tuple[str, str, str]:
    when = f"{provenance.at:%Y-%m-%d %H:%M}"
    whose = f"run {provenance.run}" if provenance.run else when
    return (provenance.attribute, worded(provenance.value), f"{provenance.modality}, {whose}")


def drifted(one: Drift) -> tuple[str, str, str, str]:
    change = f"{one.attribute}: {worded(one.before)} -> {worded(one.now)}" if one.attribute else ""
    return (str(one.ref), one.what, change, one.by)


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


def worded(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
