"""What takes a write back, laid on what is there now.

ARM's PUT writes a resource whole. A body of the past would take away what others have changed of
it since: an interface that another run put behind a load balancer, a rule that was narrowed. So a
way back is merged with what is there: of each member, whether the step changed it, and whether
anybody did since. What both changed is nobody's to decide.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from modalities.action import SdkCall
from modalities.azure import ids, model
from modalities.azure.express.bodies import as_sent
from modalities.contract import Moved
from modalities.receipt import CloudError, Trouble
from modalities.resource import Kind
from modalities.target import account_of

MISSING: Any = object()
"""What a document does not have."""


class Rebasing:
    """For the reversals of one run, in the order in which they will be done: each stands on what
    those before it leave. ``look`` reads what is at an id; raises CloudError, LookupError."""

    def __init__(self, scope: str, look: Callable[[str], Mapping[str, Any]]) -> None:
        self._scope = scope
        self._look = look
        self._bodies: dict[str, Any] = {}
        self._stood: dict[str, Any] = {}
        """What was there before the step that was taken back last, as it had planned it."""

    def rebased(self, done: Sequence[SdkCall], back: SdkCall) -> SdkCall:
        """``back``, which takes ``done`` back. Raises Moved where others have changed the same,
        CloudError."""
        id, was = self._written(back)
        if id is None:
            return back
        now, left = self._now(id), self._stood.get(ids.key(id)) or self._left_by(done, id, was)
        self._stood[ids.key(id)] = was
        if now is MISSING or left is None:
            self._bodies[ids.key(id)] = was
            return back
        merged = merge(left, was, now, at=(ids.name_of(id),))
        self._bodies[ids.key(id)] = merged
        if _same(merged, was):
            return back
        return SdkCall(back.service, back.operation, {**back.parameters, "body": merged})

    def _left_by(self, done: Sequence[SdkCall], id: str, was: Any) -> Any:
        """What calls left at ``id``; where one deleted something, nothing refers to that. None:
        nobody knows."""
        for call in done:
            written, body = self._written(call)
            if written is not None and ids.same(written, id):
                return body
        for call in done:
            gone = self._path(call, "DELETE")
            if gone is not None:
                return MISSING if ids.same(gone, id) else _without(was, gone)
        return None

    def _written(self, call: SdkCall) -> tuple[str | None, Any]:
        body = call.parameters.get("body")
        return (self._path(call, "PUT"), body) if isinstance(body, Mapping) else (None, None)

    def _path(self, call: SdkCall, method: str) -> str | None:
        operation = model.operation_of(call)
        if operation is None or operation.method != method:
            return None
        said = {name: str(value) for name, value in call.parameters.items() if name != "body"}
        path = ids.canonical(model.path_of(operation, said, account_of(self._scope)), self._scope)
        return path if ids.parse(path) is not None else None

    def _now(self, id: str) -> Any:
        known = self._bodies.get(ids.key(id))
        if known is not None:
            return known
        try:
            return as_sent(ids.kind_of(id) or Kind.OTHER, self._look(id))
        except LookupError:
            return MISSING
        except CloudError as error:
            if error.trouble is Trouble.NOT_FOUND:
                return MISSING
            raise


def merge(done: Any, was: Any, now: Any, *, at: tuple[str, ...] = ()) -> Any:
    """What is there when only what ``done`` made of ``was`` is taken back from ``now``. Raises
    Moved."""
    done, was, now = (MISSING if side is None else side for side in (done, was, now))
    if _same(done, was) or (done is MISSING and _holds(now, was)):
        return now
    if _same(now, was):
        return was
    if _holds(now, done) and (was is MISSING or not _parts(done, was, now)):
        return was
    if _is_named(now):  # to have no list is to have none in it
        done, was = ([] if side is MISSING else side for side in (done, was))
    if all(isinstance(each, Mapping) for each in (done, was, now)):
        return dict(_members(done, was, now, at=at))
    if all(_is_named(each) for each in (done, was, now)):
        sides = [{_name(item): item for item in each} for each in (done, was, now)]
        own = sides[0].keys() - sides[1].keys()  # whatever has become of them
        left = ({name: side[name] for name in side if name not in own} for side in sides)
        return [item for _, item in _members(*left, at=at)]
    raise Moved(f"{'.'.join(at)} has been changed since, and differently")


def _members(
    done: Mapping[str, Any], was: Mapping[str, Any], now: Mapping[str, Any], *, at: tuple[str, ...]
) -> Iterator[tuple[str, Any]]:
    for name in dict.fromkeys((*now, *was)):
        each = (side.get(name, MISSING) for side in (done, was, now))
        found = merge(*each, at=(*at, name))
        if found is not MISSING:
            yield name, found


def _parts(*sides: Any) -> bool:
    """Whether they are made of parts that can be told apart."""
    return all(isinstance(each, Mapping) or _is_named(each) for each in sides)


def _is_named(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str) and all(map(_name, value))


def _name(item: Any) -> str:
    """What an item of a list is known by; empty where by nothing."""
    if isinstance(item, Mapping):
        return str(item.get("name") or item.get("id") or "").casefold()
    return item.casefold() if isinstance(item, str) else ""


def _same(one: Any, other: Any) -> bool:
    return _holds(one, other) and _holds(other, one)


def _holds(whole: Any, part: Any) -> bool:
    """Whether ``whole`` says all that ``part`` does; Azure adds its defaults to what it is told,
    and writes ids and its own words in letters of its choice."""
    if isinstance(part, Mapping) and isinstance(whole, Mapping):
        return all(name in whole and _holds(whole[name], part[name]) for name in part)
    if isinstance(part, list | tuple) and isinstance(whole, list | tuple):
        if len(part) != len(whole):
            return False
        if _is_named(part) and _is_named(whole):
            there = {_name(item): item for item in whole}
            return all(_name(p) in there and _holds(there[_name(p)], p) for p in part)
        return all(map(_holds, whole, part))
    if isinstance(part, str) and isinstance(whole, str):
        return part.casefold() == whole.casefold()
    return bool(whole is part or whole == part)


def _without(value: Any, gone: str) -> Any:
    """The document without items that refer to ``gone``, or to a part of it."""
    if isinstance(value, Mapping):
        return {name: _without(each, gone) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_without(each, gone) for each in value if not _refers(each, gone)]
    return value


def _refers(item: Any, gone: str) -> bool:
    id = str(item.get("id") or "").casefold() if isinstance(item, Mapping) else ""
    return id == gone.casefold() or id.startswith(f"{gone.casefold()}/")
