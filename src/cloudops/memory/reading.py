"""From the steps of a plan to symbols: every value of that one time, where it stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cloudops.memory.choosing import chosen_in
from cloudops.memory.structure import Value
from cloudops.memory.symbols import TEXT, Reader, Symbol, choice, is_symbol, parameter
from modalities.action import OUTPUT, Output
from modalities.resource import Kind
from modalities.step import Effect

VARIES = frozenset(
    {
        *("name", "names", "attach_to", "network", "subnet", "key_pair", "security_groups"),
        *("targets", "cidr", "gib", "disk_gib", "tag", "source", "public_key"),
        *("first_port", "last_port", "port", "target_port"),
    }
)
"""Attributes whose value goes into a step as it is. From all others (a size, an image, so many
vCPUs) something else is derived as well, so a workflow is for the one value it was learnt with."""
LEAST = 10
"""Numbers below are everywhere (1 machine, 8 GiB by default): no symbol would be certain."""
WORD = re.compile(r"[A-Za-z0-9]+")
"""A name that could as well be a word of the tool's own (``instance``, ``tcp``)."""
NAMING = re.compile(
    r"(name|value|id|identifier|bucket|key|to|groups?|network|subnet|vm|targets?|=)$", re.I
)
"""Where in an action such a name is a name: keys and flags that end so."""
COUNTING = re.compile(r"(size|gib|gb|port|ports|value)$", re.I)
"""Where a number is one of the intent's."""
AS_IT_IS = frozenset(
    {
        *("effect", "test", "kind", "provider", "hand", "operation", "service", "fidelity"),
        *("within", "attribute"),
    }
)
"""Parts of a step that hold no value."""


NAMES = frozenset({"name", "names", "attach_to", "network", "subnet", "key_pair", "targets"})
PLAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
"""Names that stand in the id of a step as they are."""
LANGUAGE = frozenset(
    {
        *(word for kind in Kind for word in kind.value.split("_")),
        *(effect.value for effect in Effect),
        *("id", "name", "key", "keys", "value", "tag", "tags", "size", "state", "rule", "port"),
        *("volume", "instance", "address", "interface", "listener", "targets", "default", "root"),
        *("make", "start", "stop", "open", "close", "attach", "detach", "remove", "let", "set"),
        *("gp2", "gp3", "io1", "io2", "st1", "sc1", "ssd", "hdd", "standard", "premium", "gib"),
        *("a", "an", "the", "in", "on", "off", "of", "to", "from", "for", "with", "as", "is", "it"),
        *(
            "and",
            "again",
            "run",
            "new",
            "own",
            "back",
            "tcp",
            "udp",
            "icmp",
            "all",
            "true",
            "false",
        ),
    }
)
"""Words that our own steps are written in: a thing that is called so cannot be told from them."""


def varies(value: Value) -> bool:
    """Whether a symbol can stand for the value at all."""
    if isinstance(value.value, str):
        plain = value.field not in NAMES or bool(PLAIN.fullmatch(value.value))
        certain = value.value.casefold() not in LANGUAGE and not value.value.isdecimal()
        said = value.value != "" and plain and certain
    else:
        said = isinstance(value.value, int | float) and value.value >= LEAST
    return value.field in VARIES and said


class Steps:
    """Reads steps. ``literals`` are texts with their symbols, ``values`` those of the intent."""

    def __init__(
        self, literals: Sequence[tuple[str, Symbol]], values: Sequence[Value], region: str
    ) -> None:
        texts = [
            (v.value, parameter(n))
            for n, v in enumerate(values)
            if isinstance(v.value, str) and varies(v)
        ]
        self._numbers = {
            v.value: parameter(n)
            for n, v in enumerate(values)
            if not isinstance(v.value, str) and varies(v)
        }
        counts = [(str(number), symbol) for number, symbol in self._numbers.items()]
        self._counts = frozenset(text for text, _ in counts)
        self._reader = Reader(
            (*texts, *literals, *counts),
            region=region,
            numbers=self._counts - {t for t, _ in texts},
        )
        self._words = frozenset(text for text, _ in texts if WORD.fullmatch(text))

    def read(self, data: Any, key: str = "", *, action: bool = False) -> Any:
        """``data`` with symbols; ``key`` is what it stands under, ``action`` that it is part of
        what a tool is given."""
        if isinstance(data, Mapping):
            if (output := Output.parse(data)) is not None:
                return {OUTPUT: joined([self._reader.read(output.step), f".{output.name}"])}
            return {
                k: v if k in AS_IT_IS else self._part(v, k, action=action) for k, v in data.items()
            }
        if isinstance(data, (list, tuple)):
            return self._list(data, key, action=action)
        if isinstance(data, str):
            return self._reader.read(data, self._allowed(key, data, action=action))
        if isinstance(data, bool) or data is None or not COUNTING.search(key):
            return data
        return self._numbers.get(data, data)

    def _part(self, data: Any, key: str, *, action: bool) -> Any:
        if key == "outputs" and not action:  # a path into an answer, or a text in quotes
            return {k: self.read(v, key) if v.startswith("'") else v for k, v in data.items()}
        return self.read(data, key, action=action or key == "action")

    def _list(self, data: Sequence[Any], key: str, *, action: bool) -> list[Any]:
        """The words of a command stand under the flag before them."""
        read, under = [], key
        for each in data:
            read.append(self.read(each, under, action=action))
            if action and isinstance(each, str):
                under = each if each.startswith("--") else key if key != "argv" else under
        return read

    def _allowed(self, key: str, text: str, *, action: bool) -> Callable[[str], bool]:
        def allowed(literal: str) -> bool:
            if not action:
                return True
            if literal in self._counts:
                return literal == text and bool(COUNTING.search(key))
            if literal not in self._words:
                return True
            word = re.escape(literal)
            if re.search(rf"(?:name|value|key)s?=[\"']?{word}", text, re.I):
                return True
            part = re.search(rf"(?:^|-){word}(?:-|$)", text)  # web, and web-a made of it
            return bool(part) and bool(NAMING.search(key))

        return allowed


class Choices:
    """Puts symbols in the place of what was chosen; ``values`` are those, in order."""

    def __init__(self) -> None:
        self.values: list[str] = []

    def read(self, data: Any) -> Any:
        if is_symbol(data):
            return data
        if isinstance(data, Mapping):
            if TEXT in data:
                return joined([self.read(part) for part in data[TEXT]])
            return {k: v if k in AS_IT_IS else self.read(v) for k, v in data.items()}
        if isinstance(data, (list, tuple)):
            return [self.read(each) for each in data]
        return self._text(data) if isinstance(data, str) else data

    def _text(self, text: str) -> Any:
        found = list(dict.fromkeys(chosen_in(text)))
        self.values += [value for value in found if value not in self.values]
        literals = [(value, choice(self.values.index(value))) for value in found]
        return Reader(literals).read(text) if found else text


def joined(parts: Sequence[Any]) -> Any:
    """One text; plain where no symbol is in it."""
    flat: list[Any] = []
    for part in parts:
        flat += part[TEXT] if isinstance(part, Mapping) and TEXT in part else [part]
    return {TEXT: flat} if any(map(is_symbol, flat)) else "".join(flat)
