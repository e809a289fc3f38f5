"""A whole target, list by list: what may not be seen hides nothing else (modalities.survey)."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from modalities.aws.asking import AT_ONCE, PAGE, Items, Wire
from modalities.aws.describe.found import named
from modalities.aws.inventory import KINDS, SIDE_BY_SIDE, SOURCES, described
from modalities.receipt import CloudError, Failure, Trouble
from modalities.resource import Kind, Provider, World
from modalities.survey import Passed, Survey, Told, Unread
from modalities.target import Identity, Target


def survey(
    target: Target,
    identity: Identity,
    told: Told,
    kinds: Sequence[Kind] = (),
    page: int = PAGE,
    turn: threading.Semaphore | None = None,
) -> Survey:
    """All kinds of ``target``, or these, as far as they may be seen; list by list.

    Raises CloudError where nothing can be read, or our credentials are no good.
    """
    wanted = tuple(dict.fromkeys(kinds)) or tuple(Kind)
    needed = {name for kind in wanted for name in KINDS[kind][0]}
    answers = _as_far_as_seen(
        target,
        [name for name in SOURCES if name in needed],
        told,
        page,
        turn or threading.Semaphore(AT_ONCE),
    )
    errors = {name: got for name, got in answers.items() if isinstance(got, CloudError)}
    for error in errors.values():
        if len(errors) == len(answers) or error.trouble is Trouble.AUTH:
            raise error
    lists = {name: got for name, got in answers.items() if not isinstance(got, CloudError)}
    read = tuple(kind for kind in wanted if lists.keys() >= set(KINDS[kind][0]))
    found = (f for kind in read for f in described(kind, lists))
    world = World(Provider.AWS, identity.scope, named(found, identity.scope))
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
    target: Target, names: Sequence[str], told: Told, page: int, turn: threading.Semaphore
) -> dict[str, Items | CloudError]:
    ended = threading.Event()

    def listed(name: str) -> Items | CloudError:
        items = 0

        def seen(more: int) -> None:
            nonlocal items
            if ended.is_set():
                raise CloudError(Trouble.TIMEOUT, "Interrupted", "nobody waits for it any more")
            items += more
            told(Passed(name, items, False, len(names)))

        try:
            ask = Wire(target, patient=True, page=page, turn=turn, seen=seen)
            result: Items | CloudError = SOURCES[name][1](ask)
        except CloudError as error:
            result = error
        told(Passed(name, items, True, len(names)))
        return result

    if not names:
        return {}
    Wire(target, patient=True).prepare({SOURCES[name][0] for name in names})
    with ThreadPoolExecutor(min(SIDE_BY_SIDE, len(names)), "survey") as pool:
        try:
            return dict(zip(names, pool.map(listed, names), strict=True))
        except BaseException:
            ended.set()
            raise
