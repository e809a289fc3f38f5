"""Tags put on and taken off; each service has calls of its own for it."""

from __future__ import annotations

from collections.abc import Mapping

from modalities.action import SdkCall
from modalities.aws.express import buckets
from modalities.aws.express.board import Board
from modalities.aws.express.calls import ec2, elbv2, pairs
from modalities.change import SetTags
from modalities.contract import Unsupported
from modalities.resource import Kind, Resource
from modalities.step import Effect, Expect, Reversal, Step

BALANCING = (Kind.LOAD_BALANCER, Kind.LISTENER, Kind.TARGET_GROUP)
RESERVED = "aws:"


def set_tags(board: Board, change: SetTags) -> None:
    """Raises Unresolved, and Unsupported for keys that are AWS's own."""
    for key in (*(k for k, _ in change.add), *change.remove):
        if key.casefold().startswith(RESERVED):
            raise Unsupported(f"tags that begin with {RESERVED} are AWS's own")
    for resource in board.select(change.what):
        add = {k: v for k, v in change.add if resource.tags.get(k) != v}
        remove = [k for k in change.remove if k in resource.tags]
        if not add and not remove:
            board.note(f"the tags of {resource.ref} are so already")
        elif resource.kind is Kind.BUCKET:
            kept = {k: v for k, v in resource.tags.items() if k not in remove}
            buckets.set_tags(board, resource, {**kept, **add})
        else:
            if add:
                _put(board, resource, add)
            if remove:
                _take(board, resource, remove)


def _put(board: Board, resource: Resource, tags: Mapping[str, str]) -> None:
    before = {k: resource.tags[k] for k in tags if k in resource.tags}
    fresh = dict.fromkeys(k for k in tags if k not in before)
    back: list[tuple[SdkCall, Mapping[str, str | None]]] = []
    if before:
        back.append((_call(board, resource, True, before), dict(before)))
    if fresh:
        back.append((_call(board, resource, False, dict.fromkeys(fresh, "")), fresh))
    board.add(
        Step(
            id=board.name_step("tag", resource.kind, resource.name),
            effect=Effect.UPDATE,
            action=_call(board, resource, True, tags),
            why=f"tag {resource.ref} with {', '.join(f'{k}={v}' for k, v in tags.items())}",
            changes=board.refs(resource),
            needs=board.changed_by(resource),
            expects=_expects(board, resource, tags),
            undo=tuple(
                Reversal(
                    call,
                    Effect.UPDATE,
                    f"put the tags of {resource.ref} back",
                    _expects(board, resource, then, within=60),
                )
                for call, then in back
            ),
            before={"tags": {**before}},
            after={"tags": {**tags}},
        )
    )


def _take(board: Board, resource: Resource, keys: list[str]) -> None:
    before = {k: resource.tags[k] for k in keys}
    board.add(
        Step(
            id=board.name_step("untag", resource.kind, resource.name),
            effect=Effect.UPDATE,
            action=_call(board, resource, False, before),
            why=f"take {', '.join(keys)} off {resource.ref}",
            changes=board.refs(resource),
            needs=board.changed_by(resource),
            expects=_expects(board, resource, dict.fromkeys(keys)),
            undo=(
                Reversal(
                    _call(board, resource, True, before),
                    Effect.UPDATE,
                    f"put the tags of {resource.ref} back",
                    _expects(board, resource, before, within=60),
                ),
            ),
            before={"tags": {**before}},
            after={"tags": {**dict.fromkeys(keys)}},
        )
    )


def _call(board: Board, resource: Resource, put: bool, tags: Mapping[str, str]) -> SdkCall:
    me = board.value(resource.id)
    if resource.kind in BALANCING:
        if put:
            return elbv2("AddTags", ResourceArns=[me], Tags=pairs(tags))
        return elbv2("RemoveTags", ResourceArns=[me], TagKeys=[*tags])
    if put:
        return ec2("CreateTags", Resources=[me], Tags=pairs(tags))
    return ec2("DeleteTags", Resources=[me], Tags=[{"Key": key} for key in tags])


def _expects(
    board: Board, resource: Resource, tags: Mapping[str, str | None], within: float = 0.0
) -> tuple[Expect, ...]:
    me = board.value(resource.id)
    return tuple(
        Expect(resource.kind, me, "is", f"tag:{key}", value, within) for key, value in tags.items()
    )
