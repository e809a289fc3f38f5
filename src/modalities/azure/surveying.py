"""A whole resource group, list by list: what may not be seen hides nothing else."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from modalities.azure.asking import AT_ONCE, Items, Wire
from modalities.azure.inventory import KINDS, SIDE_BY_SIDE, SOURCES, described, lists_for
from modalities.receipt import CloudError, Failure, Trouble
from modalities.resource import Kind, Provider, World
from modalities.survey import Passed, Survey, Told, Unread
from modalities.target import Identity, Target


def survey(target: Target, identity: Identity, told: Told, kinds: Sequence[Kind] = ()) -> Survey:
    """All kinds of ``target``, or these, as far as they may be seen; list by list.

    Raises CloudError where nothing can be read, or our credentials are no good.
    """
    wanted = tuple(dict.fromkeys(kinds)) or tuple(Kind)
    answers = _as_far_as_seen(target, lists_for(wanted), told)
    errors = {name: got for name, got in answers.items() if isinstance(got, CloudError)}
    for error in errors.values():
        if len(errors) == len(answers) or error.trouble is Trouble.AUTH:
            raise error
    lists = {name: got for name, got in answers.items() if not isinstance(got, CloudError)}
    read = tuple(kind for kind in wanted if lists.keys() >= set(KINDS[kind][0]))
    found = tuple(r for kind in read for r in described(kind, lists, identity.scope))
    world = World(Provider.AZURE, identity.scope, found)
    return Survey(world, read, tuple(_unread(wanted, errors)))


def _unread(wanted: Sequence[Kind], errors: Mapping[str, CloudError]) -> Iterator[Unread]:
    """Each kind once, by the first of its lists that was not had; those of one reason together."""
    by_list: dict[str, list[Kind]] = {}
    for kind in wanted:
        for name in [name for name in KINDS[kind][0] if name in errors][:1]:
            by_list.setdefault(name, []).append(kind)
    for name, kinds in by_list.items():
        e = errors[name]
        yield Unread(tuple(kinds), Failure(e.trouble, e.code, e.message, e.remedy))


def _as_far_as_seen(
    target: Target, names: Sequence[str], told: Told
) -> dict[str, Items | CloudError]:
    if not names:
        return {}
    ended, turn = threading.Event(), threading.Semaphore(AT_ONCE)

    def listed(name: str) -> Items | CloudError:
        items = 0

        def seen(more: int) -> None:
            nonlocal items
            if ended.is_set():
                raise CloudError(Trouble.TIMEOUT, "Interrupted", "nobody waits for it any more")
            items += more
            told(Passed(name, items, False, len(names)))

        try:
            ask = Wire(target, patient=True, turn=turn, seen=seen)
            result: Items | CloudError = SOURCES[name](ask)
        except CloudError as error:
            result = error
        told(Passed(name, items, True, len(names)))
        return result

    with ThreadPoolExecutor(min(SIDE_BY_SIDE, len(names)), "survey") as pool:
        try:
            return dict(zip(names, pool.map(listed, names), strict=True))
        except BaseException:
            ended.set()
            raise
