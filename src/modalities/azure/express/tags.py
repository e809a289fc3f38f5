"""Tags put on and taken off, by the one call that Azure has for whatever has tags."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from modalities.action import SdkCall
from modalities.azure import ids
from modalities.azure.express.board import Board, Document
from modalities.change import SetTags
from modalities.contract import Unsupported
from modalities.resource import Kind, Resource
from modalities.step import Effect, Expect, Reversal, Step

MOST = 50
LONGEST_KEY, LONGEST_VALUE = 512, 256
FORBIDDEN = re.compile(r"[<>%&\\?/]")
"""learn.microsoft.com/azure/azure-resource-manager/management/tag-resources, "Limitations"."""

SETTLED_WITHIN = 60.0


@dataclass(frozen=True, slots=True)
class Retagged:
    """Looks, and sees tags as a draft will have put them: who writes a resource whole later in
    the draft writes those."""

    look: Callable[[str], Document]
    tags: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def __call__(self, id: str) -> Document:
        found, own = self.look(id), self.tags.get(ids.key(id))
        return found if own is None else {**found, "tags": dict(own)}


def set_tags(board: Board, change: SetTags) -> None:
    """Raises Unresolved, and Unsupported for what can be no tag and what has none."""
    for key, value in change.add:
        _check(key, value)
    for resource in board.select(change.what):
        if resource.kind is Kind.SUBNET:
            raise Unsupported(
                f"a subnet has no tags on Azure: tag the network of {ids.name_of(resource.id)}"
            )
        spelled = {key.casefold(): key for key in resource.tags}
        add = {spelled.get(k.casefold(), k): v for k, v in change.add}
        add = {k: v for k, v in add.items() if resource.tags.get(k) != v}
        remove = [spelled[k.casefold()] for k in change.remove if k.casefold() in spelled]
        if not add and not remove:
            board.note(f"the tags of {resource.ref} are so already")
        if add:
            _put(board, resource, add)
        if remove:
            _take(board, board.get(resource.kind, resource.id) or resource, remove)


def _check(key: str, value: str) -> None:
    if not key or FORBIDDEN.search(key) or len(key) > LONGEST_KEY:
        raise Unsupported(
            f"{key!r} is no name for a tag on Azure: 1 to {LONGEST_KEY} characters, and none of "
            r"< > % & \ ? /"
        )
    if len(value) > LONGEST_VALUE:
        raise Unsupported(f"the value of tag {key} is longer than {LONGEST_VALUE} characters")


def _put(board: Board, resource: Resource, tags: Mapping[str, str]) -> None:
    before = {k: resource.tags[k] for k in tags if k in resource.tags}
    fresh = [k for k in tags if k not in before]
    if len(resource.tags) + len(fresh) > MOST:
        raise Unsupported(f"{resource.ref} would have more than {MOST} tags, which Azure refuses")
    undo = [_back(resource, "Merge", before)] if before else []
    undo += [_back(resource, "Delete", {k: tags[k] for k in fresh})] if fresh else []
    board.add(
        Step(
            id=board.name_step("tag", resource.kind, resource.name),
            effect=Effect.UPDATE,
            action=call(resource.id, "Merge", tags),
            why=f"tag {resource.ref} with {', '.join(f'{k}={v}' for k, v in tags.items())}",
            changes=board.refs(resource),
            expects=_expects(resource, tags),
            undo=tuple(undo),
            before={"tags": {**before}},
            after={"tags": {**tags}},
        )
    )
    _retag(board, resource, {**resource.tags, **tags})


def _take(board: Board, resource: Resource, keys: list[str]) -> None:
    before = {k: resource.tags[k] for k in keys}
    board.add(
        Step(
            id=board.name_step("untag", resource.kind, resource.name),
            effect=Effect.UPDATE,
            action=call(resource.id, "Delete", before),
            why=f"take {', '.join(keys)} off {resource.ref}",
            changes=board.refs(resource),
            expects=_expects(resource, dict.fromkeys(keys)),
            undo=(_back(resource, "Merge", before),),
            before={"tags": {**before}},
            after={"tags": {**dict.fromkeys(keys)}},
        )
    )
    _retag(board, resource, {k: v for k, v in resource.tags.items() if k not in before})


def _retag(board: Board, resource: Resource, tags: Mapping[str, str]) -> None:
    """The resource has these tags from here on, and so have bodies that write it whole."""
    now = replace(board.get(resource.kind, resource.id) or resource, tags=dict(tags))
    same = (now.kind, now.id)
    board.world = board.world.with_resources(
        now if (r.kind, r.id) == same else r for r in board.world
    )
    if not isinstance(board.look, Retagged):
        board.look = Retagged(board.look)
    board.look.tags[ids.key(resource.id)] = dict(tags)
    if len(board.changed_by(resource)) > 1:  # an earlier step may have written it, too
        board.written(resource, {**board.document(resource), "tags": dict(tags)})


def call(id: str, operation: str, tags: Mapping[str, str]) -> SdkCall:
    """``Merge`` puts tags beside those that are there, ``Delete`` takes those of these names
    off, ``Replace`` leaves these alone."""
    body = {"operation": operation, "properties": {"tags": dict(tags)}}
    parameters = {"scope": id.strip("/"), "body": body}
    return SdkCall("resource", "tags.begin_update_at_scope", parameters)


def _back(resource: Resource, operation: str, tags: Mapping[str, str]) -> Reversal:
    then: Mapping[str, str | None] = tags if operation == "Merge" else dict.fromkeys(tags)
    return Reversal(
        call(resource.id, operation, tags),
        Effect.UPDATE,
        f"put the tags of {resource.ref} back",
        _expects(resource, then, SETTLED_WITHIN),
    )


def _expects(
    resource: Resource, tags: Mapping[str, str | None], within: float = 0.0
) -> tuple[Expect, ...]:
    return tuple(
        Expect(resource.kind, resource.id, "is", f"tag:{key}", value, within)
        for key, value in tags.items()
    )
