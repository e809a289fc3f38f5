"""An edition taken back out of code that others have edited since.

Three texts of a file: as the edition left it, as it was before, as it is now. What differs between
the first two is the edition's, and is put back; all else stays as it is now: block by block, and
within a block argument by argument, tag by tag, item by item. What both changed is nobody's to
decide.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TypeAlias

from modalities.aws.terraform import edits, syntax
from modalities.aws.terraform.syntax import Block
from modalities.aws.terraform.values import Ref
from modalities.contract import Moved

Key: TypeAlias = tuple[str, tuple[str, ...], int]
"""A block by its type and labels, and the how manieth of these it is in its file."""


def merged(
    made: str | None, was: str | None, now: str | None, let_go: Collection[str] = ()
) -> str | None:
    """The file without what ``made`` has other than ``was``; None: there is none. ``let_go`` are
    addresses of what was only taken over: the block of one stays where others have edited it.
    Raises Moved."""
    if now == made:
        return was
    if now == was or made == was:
        return now
    text = now or ""
    sides = [_by_key(side or "") for side in (made, was, now)]
    for key in dict.fromkeys((*sides[0], *sides[1])):
        made_so, was_so, now_so = (side.get(key) for side in sides)
        kept = was_so is None and ".".join(key[1]) in let_go
        if not kept or now_so in (None, made_so):
            text = _with_block(text, key, made_so, was_so, now_so)
    return text if text.strip() else None


def _by_key(text: str) -> dict[Key, str]:
    return {key: block.span.of(text) for key, block in _blocks(text).items()}


def _blocks(text: str) -> dict[Key, Block]:
    found: dict[Key, Block] = {}
    for block in syntax.blocks(text):
        number = sum(1 for type, labels, _ in found if (type, labels) == (block.type, block.labels))
        found[block.type, block.labels, number] = block
    return found


def _with_block(text: str, key: Key, made: str | None, was: str | None, now: str | None) -> str:
    if made == was or now == was:
        return text
    if was is None:  # what the edition made goes, whatever others have made of it
        return text if now is None else edits.remove(text, _blocks(text)[key])
    if now == made:
        return _put(text, key, was)
    if made is None or now is None:
        raise _both(" ".join((key[0], *key[1])))
    return _with_arguments(text, key, made, was)


def _put(text: str, key: Key, block: str) -> str:
    there = _blocks(text).get(key)
    if there is None:
        return edits.append(text, f"{block}\n")
    return edits.splice(text, there.span, block)


def _with_arguments(text: str, key: Key, made: str, was: str) -> str:
    """``made`` and ``was`` are the block's own text."""
    address = _blocks(text)[key].address
    if not address:
        raise _both(" ".join((key[0], *key[1])))
    before = [(syntax.blocks(side)[0], side) for side in (made, was)]
    for name in dict.fromkeys(a.name for block, _ in before for a in block.arguments):
        sides = (*before, (_blocks(text)[key], text))
        said = tuple(_said(block, side, name) for block, side in sides)
        entries = tuple(_entries(block, side, name) for block, side in sides)
        for path, value in _differences((name,), address, said, entries):
            text = _with(text, address, path, value)
    return _with_nested(text, key, made, was)


def _differences(
    path: tuple[str, ...],
    address: str,
    sides: tuple[str | None, ...],
    entries: tuple[Mapping[str, str] | None, ...],
) -> list[tuple[tuple[str, ...], str | None]]:
    """What is to be said, by path; None: nothing. ``sides`` are an expression as the edition left
    it, as it was, and as it is now. Raises Moved."""
    made, was, now = sides
    if made == was or now == was:
        return []
    if now == made:
        return [(path, was)]
    maps = [each for each in entries if each is not None]
    if len(maps) == len(entries):
        return [
            each
            for key in dict.fromkeys((*maps[0], *maps[1]))
            for each in _differences(
                (*path, key),
                address,
                (maps[0].get(key), maps[1].get(key), maps[2].get(key)),
                (None,),
            )
        ]
    lists = [[] if side is None else syntax.elements(side) for side in sides]
    if now is None or any(each is None for each in lists):
        raise _both(f"{address}: {'.'.join(path)}")
    return [(path, _listed(*(each or [] for each in lists)))]


def _listed(made: Sequence[str], was: Sequence[str], now: Sequence[str]) -> str:
    kept = [item for item in now if item in was or item not in made]
    return f"[{', '.join([*kept, *(i for i in was if i not in made and i not in now)])}]"


def _with(text: str, address: str, path: tuple[str, ...], value: str | None) -> str:
    try:
        if value is None:
            return edits.drop(text, address, path)
        return edits.put(text, address, path, Ref(value))
    except edits.Uneditable as error:
        raise Moved(f"{address}: {'.'.join(path)} has been changed since: {error}") from error


def _said(block: Block, text: str, name: str) -> str | None:
    argument = block.argument(name)
    return argument.value.of(text) if argument else None


def _entries(block: Block, text: str, name: str) -> dict[str, str] | None:
    """Of an object; empty where there is no such argument, None where it is something else."""
    argument = block.argument(name)
    if argument is None:
        return {}
    if argument.entries is None:
        return None
    return {entry.key: entry.value.of(text) for entry in argument.entries}


def _with_nested(text: str, key: Key, made: str, was: str) -> str:
    before = [(syntax.blocks(side)[0], side) for side in (made, was)]
    for type in dict.fromkeys(inner.type for block, _ in before for inner in block.blocks):
        sides = [
            [inner.span.of(side) for inner in block.nested(type)]
            for block, side in (*before, (_blocks(text)[key], text))
        ]
        if sides[0] == sides[1] or sides[2] == sides[1]:
            continue
        if sides[2] != sides[0] or len(sides[1]) not in (0, len(sides[0])):
            raise _both(f"{before[0][0].address}: {type}")
        for number in reversed(range(len(sides[2]))):
            span = _blocks(text)[key].nested(type)[number].span
            text = edits.splice(text, span, sides[1][number]) if sides[1] else edits.cut(text, span)
    return text


def _both(what: str) -> Moved:
    return Moved(f"{what} has been changed in the code since, and differently")
