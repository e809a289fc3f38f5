"""The things that a sentence speaks of, and their names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from cloudops.knowledge.filling import TOKEN
from cloudops.knowledge.vocabulary import EMPTY
from cloudops.knowledge.words import stem
from cloudops.planner.by_knowledge import verbs
from cloudops.planner.by_knowledge.account import LINKS, SMALL
from cloudops.planner.by_knowledge.arm.things import RESOURCE_GROUP, Thing

NAMING = frozenset({"named", "called", "titled"})
NO_NAMES = (
    EMPTY | SMALL | LINKS | NAMING
    | {"and", "using", "under", "within", "across", "inside", "onto", "tag", "tags", "tagged"}
    | {"resource", "resources", "item", "items", "instance", "instances", "object", "objects"}
    | {"key", "keys", "usage", "usages", "sku", "skus", "quota", "quotas", "size", "sizes"}
    | {"metric", "metrics", "status", "state", "id", "ids", "type", "types", "version", "versions"}
    | {"rule", "rules", "string", "strings", "secret", "secrets", "health", "settings", "count"}
)  # fmt: skip
"""Words that stand after a thing and are not its name."""

LONGEST = 6
"""Words of a noun."""

Speaks = Callable[[Thing], frozenset[str]]
"""Stems of the words by which people speak of what a thing is like."""


@dataclass(slots=True)
class Mention:
    """``things`` are those that are called so; ``name`` is empty where none was said."""

    place: int
    end: int
    things: tuple[Thing, ...]
    name: str = ""

    @property
    def is_group(self) -> bool:
        return self.things[0].type == RESOURCE_GROUP


@dataclass(frozen=True, slots=True)
class Heard:
    """A sentence: its things in order, and what else it says. ``verb`` is a stem."""

    verb: str
    mentions: tuple[Mention, ...]
    rest: str


def heard(head: str, phrases: Mapping[tuple[str, ...], tuple[Thing, ...]], speaks: Speaks) -> Heard:
    tokens = TOKEN.findall(head)
    plain = [token.strip("\"'`.,;:?!").casefold() for token in tokens]
    done = [False] * len(tokens)
    found = _without_members(_mentions(tokens, plain, phrases), plain, speaks)
    for mention in found:
        for place in range(mention.place, mention.end):
            done[place] = True
    heads = {phrase[-1] for phrase in phrases}  # what a thing may be: no name by itself

    def speaks_or_is(thing: Thing) -> frozenset[str]:
        return speaks(thing) | heads

    for mention in found:
        _name_after(mention, tokens, plain, done, speaks_or_is)
    _names_elsewhere(found, tokens, plain, done)
    rest = " ".join(token for token, used in zip(tokens, done, strict=True) if not used)
    return Heard(_verb(plain, found), tuple(found), rest)


def _mentions(
    tokens: Sequence[str],
    plain: Sequence[str],
    phrases: Mapping[tuple[str, ...], tuple[Thing, ...]],
) -> list[Mention]:
    """The longest noun at each place. What is quoted, or has signs in it, is a name."""
    stems = [
        stem(p) if t.strip(".,;:?!").isalpha() else "" for t, p in zip(tokens, plain, strict=True)
    ]
    found, place = [], 0
    while place < len(tokens):
        for length in range(min(LONGEST, len(tokens) - place), 0, -1):
            things = phrases.get(tuple(stems[place : place + length]))
            if things and not _is_name(plain, place):
                found.append(Mention(place, place + length, things))
                place += length
                break
        else:
            place += 1
    return found


def _without_members(
    found: Sequence[Mention], plain: Sequence[str], speaks: Speaks
) -> list[Mention]:
    """Without single words by which one speaks of what another is like: its TLS version."""

    def is_member(mention: Mention) -> bool:
        if mention.end - mention.place > 1:
            return False
        word, after = stem(plain[mention.place]), plain[mention.end : mention.end + 1]
        named = bool(after) and after[0] not in NO_NAMES - NAMING
        owners = {noun for thing in mention.things for noun, _ in thing.owners}
        for thing in (t for m in found if m is not mention for t in m.things):
            said = speaks(thing)
            goes_on = bool(after) and stem(after[0]) in said
            own = named or bool(owners & set(thing.nouns))
            if word in said and (goes_on or not own):
                return True
        return False

    return [mention for mention in found if not is_member(mention)]


def _is_name(plain: Sequence[str], place: int) -> bool:
    return place > 0 and plain[place - 1] in NAMING


def _name_after(
    mention: Mention, tokens: Sequence[str], plain: Sequence[str], done: list[bool], speaks: Speaks
) -> None:
    at = mention.end
    said = at < len(tokens) and plain[at] in NAMING
    at += said
    if at >= len(tokens) or done[at] or not plain[at]:
        return
    quoted = tokens[at][0] in "'\"`"
    if not (said or quoted) and _is_word(plain[at], mention, speaks):
        return
    mention.name = tokens[at].strip("\"'`").rstrip(".,;:?!").strip("\"'`")
    for place in range(mention.end, at + 1):
        done[place] = True


def _is_word(word: str, mention: Mention, speaks: Speaks) -> bool:
    """Whether it says something of the thing, and is no name."""
    if word in NO_NAMES or "=" in word:
        return True
    return any(stem(word) in thing.about | speaks(thing) for thing in mention.things)


def _names_elsewhere(
    found: Sequence[Mention], tokens: Sequence[str], plain: Sequence[str], done: list[bool]
) -> None:
    """``with sku X named Y``: of the last thing before it that has none yet."""
    for place, word in enumerate(plain[:-1]):
        if done[place] or word not in NAMING or done[place + 1]:
            continue
        before = [m for m in found if m.end <= place and not m.name and not m.is_group]
        if before:
            before[-1].name = tokens[place + 1].strip("\"'`").rstrip(".,;:?!").strip("\"'`")
            done[place] = done[place + 1] = True


def _verb(plain: Sequence[str], found: Sequence[Mention]) -> str:
    """The first word that is one, before anything is named."""
    first = found[0].place if found else len(plain)
    for word in plain[: max(first, 1)]:
        if verbs.known(stem(word)):
            return stem(word)
    asks = plain and plain[0] in ("what", "which", "how")
    return "list" if asks else ""
