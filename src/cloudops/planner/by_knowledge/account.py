"""An account of every word of a request, given an operation: what it says of which parameter, what
it only names, and what nothing can be made of.

Nothing may be left over: a word that is not understood may change what is wanted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from cloudops.knowledge.contract import Operation, Parameter, Type
from cloudops.knowledge.filling import CLAUSES, TOKEN, fill, name_at_front, plain
from cloudops.knowledge.values import bare, problems, value_of
from cloudops.knowledge.vocabulary import EMPTY
from cloudops.knowledge.words import stem, stems
from cloudops.planner.by_knowledge import verbs

SMALL = EMPTY | {
    *("please", "aws", "amazon", "account", "current", "all", "available", "now", "just"),
    *(
        "details",
        "information",
        "about",
        "specific",
        "specified",
        "list",
        "every",
        "everything",
        "each",
        "region",
    ),
    *("value", "values", "name", "names", "set", "up", "having", "whose", "have", "has"),
}
"""Words that say nothing by themselves; what they would change is asked elsewhere."""

GENERAL = frozenset(map(stem, ("service", "services", "manager", "management", "system")))
"""Words of services' titles that may be things of their own."""

NAMED = frozenset({"named", "called", "name", "titled"})
LINKS = frozenset({"is", "=", ":", "as", "of", "to", "be", "at", "the", "a", "an", "with", "for"})
ENDINGS = ("name", "names", "id", "ids", "arn", "arns", "url", "urls", "identifier", "identifiers")
NUMBER = re.compile(r"-?\d[\d,]*(\.\d+)?")
PAIR = re.compile(r"([\w.:/-]+)=(.+)")


@dataclass(slots=True)
class Account:
    """``given`` are the parameters; ``over`` the words that nothing was made of."""

    operation: Operation
    given: dict[str, Any] = field(default_factory=dict)
    over: list[str] = field(default_factory=list)
    bare: list[str] = field(default_factory=list)
    """Words that were taken for names because of where they stand, and look like any others."""

    @property
    def missing(self) -> tuple[Parameter, ...]:
        parameters = self.operation.parameters
        return tuple(p for p in parameters if p.required and p.name not in self.given)

    def wrong(self) -> Iterator[str]:
        for parameter in self.operation.parameters:
            if parameter.name in self.given:
                yield from problems(self.given[parameter.name], parameter, parameter.name)


def account_of(operation: Operation, text: str, more: frozenset[str] = frozenset()) -> Account:
    """``more`` are stems of further words that are no surprise in speaking of the operation."""
    head, *clauses = CLAUSES.split(text.strip())
    account = Account(operation)
    if clauses:
        filled = fill(operation, "; ".join(["x", *clauses]))
        for name, value in filled.parameters.items():
            if _cut_short(value):
                account.over.append(str(value))
            else:
                account.given[name] = value
        account.over += filled.unread
    _Head(account, head, more).read()
    return account


def names_all(operation: Operation, head: str) -> bool:
    """Whether every word of a sentence only names the operation, and none is a value."""
    probe = _Head(Account(operation), head, frozenset())
    return all(probe._is_known(place, set()) for place in range(len(probe.tokens)))


def _cut_short(value: Any) -> bool:
    """Whether the name of another parameter was taken for a part of the value: ``name web`` of
    the group that is meant by a group name."""
    first, _, rest = value.partition(" ") if isinstance(value, str) else ("", "", "")
    return bool(rest) and first.casefold() in ENDINGS


class _Head:
    """The sentence before any clauses."""

    def __init__(self, account: Account, head: str, more: frozenset[str]) -> None:
        self.account = account
        self.operation = account.operation
        self.tokens: list[str] = TOKEN.findall(head)
        self.plain = [token.strip("\"'`.,;:?!").casefold() for token in self.tokens]
        self.known = _vocabulary(self.operation) | more
        self.done = [False] * len(self.tokens)

    def read(self) -> None:
        self._parameters()
        self._named()
        self._pairs()
        self._after_nouns()
        self._numbers()
        told = {stem(word) for p in self._said() for word in plain(p.name)}
        for place, token in enumerate(self.tokens):
            if not self.done[place] and not self._is_known(place, told):
                self.account.over.append(token.rstrip(".,;:?!"))

    # what is said of parameters

    def _parameters(self) -> None:
        """A parameter's name and its value after it."""
        place = 0
        while place < len(self.tokens):
            found = name_at_front(self.tokens[place:], self.operation.parameters)
            used = self._valued(place, *found) if found else 0
            place += used or 1

    def _valued(self, place: int, parameter: Parameter, used: int) -> int:
        """How many words that took; 0 where no value follows."""
        if (
            parameter.name in self.account.given
            or parameter.members
            or (len(plain(parameter.name)) == 1 and self._is_noun(self.plain[place]))
        ):
            return 0
        at = place + used
        while at < len(self.tokens) and self.plain[at] in LINKS | NAMED:
            at += 1
        if at >= len(self.tokens) or not self._may_be(at, parameter):
            return 0
        self._put(parameter, at)
        for number in range(place, at):
            self.done[number] = True
        return at + 1 - place

    def _named(self) -> None:
        for place, word in enumerate(self.plain[:-1]):
            at = place + 1
            if word in NAMED and not self.done[place] and not self.done[at]:
                parameter = self._naming(self.plain[:place])
                if parameter is not None:
                    self._put(parameter, at)
                    self.done[place] = True

    def _pairs(self) -> None:
        """``team=a`` as a tag, where something takes tags."""
        tags = next(
            (
                p
                for p in self.operation.parameters
                if p.name.casefold() in ("tags", "taglist", "tagset")
            ),
            None,
        )
        for place, token in enumerate(self.tokens):
            found = PAIR.fullmatch(token.rstrip(".,;"))
            if found is None or self.done[place] or tags is None:
                continue
            _tag(self.account.given, tags, found[1], bare(found[2]))
            self.done[place] = True
            if place and self.plain[place - 1] in ("tag", "tags", "tagged"):
                self.done[place - 1] = True

    def _after_nouns(self) -> None:
        """A name right after what it is the name of: ``log group /app``."""
        for place in range(1, len(self.tokens)):
            if self.done[place] or self._is_known(place, set()):
                continue
            parameter = self._naming(self.plain[:place])
            bare_word = self.tokens[place].isalpha() and self.tokens[place].islower()
            if bare_word and stem(self.plain[place]) in self._words_of_names():
                continue  # a version is no template's name
            if parameter is not None and self._is_noun(self.plain[place - 1]):
                self._put(parameter, place)
                if bare_word:
                    self.account.bare.append(self.plain[place])

    def _numbers(self) -> None:
        """A number by its unit (14 days), or as the only one that is wanted."""
        for place, token in enumerate(self.tokens):
            if self.done[place] or not NUMBER.fullmatch(token.rstrip(".,;")):
                continue
            free = [
                p
                for p in self.operation.parameters
                if p.type in (Type.WHOLE, Type.NUMBER) and p.name not in self.account.given
            ]
            unit = stem(self.plain[place + 1]) if place + 1 < len(self.tokens) else ""
            fits = [p for p in free if unit and unit in map(stem, plain(p.name))]
            fits = fits or [p for p in free if p.required and not self._is_unit(place + 1)]
            if len(fits) == 1:
                self._put(fits[0], place)

    # which

    def _naming(self, before: Sequence[str]) -> Parameter | None:
        """The parameter by which the thing that was spoken of last is told."""
        said = [stem(word) for word in before if word not in LINKS | NAMED]
        free = [
            p
            for p in self.operation.parameters
            if p.name not in self.account.given and p.type is Type.TEXT and not p.choices
        ]
        best: tuple[int, bool, int, Parameter] | None = None
        for parameter in free:
            match = _tells(parameter, self.operation, said)
            if match:
                ending = plain(parameter.name)[-1]
                rank = -ENDINGS.index(ending) if ending in ENDINGS else -len(ENDINGS)
                key = (match, parameter.required, rank, parameter)
                if best is None or key[:3] > best[:3]:
                    best = key
        return best[3] if best and (best[1] or best[0] > 1) else None

    def _is_noun(self, word: str) -> bool:
        parts = [w for p in self.operation.parameters for w in plain(p.name)[:-1]]
        whole = [plain(p.name)[0] for p in self.operation.parameters if len(plain(p.name)) == 1]
        return stem(word) in {*_nouns(self.operation), *map(stem, parts), *map(stem, whole)}

    def _words_of_names(self) -> set[str]:
        return {stem(word) for p in self.operation.parameters for word in plain(p.name)}

    def _is_unit(self, place: int) -> bool:
        units = ("second", "minute", "hour", "day", "week", "month", "year", "gb", "mb", "kb")
        return place < len(self.plain) and self.plain[place].rstrip("s") in (*units, "gib", "mib")

    def _may_be(self, place: int, parameter: Parameter) -> bool:
        """Whether the word there is a value of the parameter, as far as its looks tell."""
        word = bare(self.tokens[place].rstrip(".,;"))
        if self.done[place] or not word:
            return False
        if parameter.type in (Type.WHOLE, Type.NUMBER):
            return NUMBER.fullmatch(word) is not None
        if parameter.choices:
            return value_of(word, parameter) in parameter.choices
        if parameter.type not in (Type.TEXT, Type.BYTES):
            return word[0] in "{["
        return self.tokens[place][0] in "'\"`" or not self._is_known(place, set())

    def _put(self, parameter: Parameter, place: int) -> None:
        text = self.tokens[place].rstrip(".,;?!")
        self.account.given[parameter.name] = value_of(text, parameter)
        self.done[place] = True

    def _said(self) -> list[Parameter]:
        return [p for p in self.operation.parameters if p.name in self.account.given]

    def _is_known(self, place: int, told: set[str]) -> bool:
        word = self.plain[place]
        parts = re.split(r"[-/_]", word) if re.fullmatch(r"[a-z]+([-/_][a-z]+)*", word) else [word]
        return all(
            not part
            or part in SMALL
            or stem(part) in self.known
            or stem(part) in told
            or (bool(stems(part)) and set(stems(part)) <= self.known)
            for part in parts
        )


def _tag(given: dict[str, Any], tags: Parameter, key: str, value: str) -> None:
    if tags.type is Type.MAP:
        given.setdefault(tags.name, {})[key] = value
    elif tags.item is not None and len(tags.item.members) == 2:
        names = {m.name.casefold().removeprefix("tag"): m.name for m in tags.item.members}
        if names.keys() == {"key", "value"}:
            pair = {names["key"]: key, names["value"]: value}
            given.setdefault(tags.name, []).append(pair)


def _tells(parameter: Parameter, operation: Operation, said: Sequence[str]) -> int:
    """How well the last words before a name are what the parameter tells: 3 by its own name
    (log group: logGroupName), 2 by the operation's noun (topic: the Name of CreateTopic), 1
    where nothing else is said."""
    words = [stem(word) for word in plain(parameter.name)]
    ending = plain(parameter.name)[-1]
    if ending in ENDINGS and len(words) > 1:
        own = words[:-1]
        if said[-len(own) :] == own or (own[-1:] == list(said[-1:]) and set(own) <= set(said)):
            return 3
        return 0
    if len(words) == 1 and said[-1:] == words:
        return 3
    nouns = _nouns(operation)
    if (
        ending in ("name", "id", "identifier")
        and len(words) == 1
        and said[-1:]
        and said[-1] in nouns
    ):
        return 2
    return 0


def _nouns(operation: Operation) -> tuple[str, ...]:
    """Stems of what the operation is done to."""
    words = plain(operation.name or operation.command.rpartition(" ")[2])
    return tuple(dict.fromkeys((*(stem(w) for w in words[1:]), *stems(" ".join(words[1:])))))


def _vocabulary(operation: Operation) -> frozenset[str]:
    """Stems of words that only name the operation."""
    words = plain(operation.name or operation.command.rpartition(" ")[2])
    verb = stem(words[0]) if words else ""
    same = {each for each in verbs.GROUP if verbs.alike(each, verb)}
    service = set(stems(f"{operation.service} {operation.title}")) - GENERAL
    return frozenset({verb, *same, *_nouns(operation), *service, stem(operation.service)})
