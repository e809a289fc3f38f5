"""A try that no rule mends, put before a model with the error and the operation's schema.

Its answer is in our own types and is not believed: only what the request leaves open may be
different, from a short list of what is harmless to choose; and it must say the same twice.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, fields
from ipaddress import ip_network
from typing import Any

from cloudops.llm.contract import Heard, Message, NoAnswer, Oracle, Role, Speaker, unheard
from cloudops.planner.ailing import Ailment, Mended
from cloudops.planner.by_model.operations import Known, command_of, told
from modalities.change import Change, Create, Worded
from modalities.codec import encode
from modalities.resource import Kind, Provider
from modalities.wanted import Network, Subnet, Wanted

MOST_TRIES = 4
TWICE = 2
MOST_NEW = 2
"""Things that may be made beside what was asked for, since it needs them."""

WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
OPEN = {
    Kind.VM: ("size", "zone", "disk_type", "network", "subnet"),
    Kind.DISK: ("type", "zone"),
    Kind.NETWORK: ("cidr",),
    Kind.SUBNET: ("cidr", "zone", "network"),
    Kind.LOAD_BALANCER: ("network",),
}
"""What a model may choose where the request says nothing of it. Never who may reach a thing,
what it may do, how many there are, or what is there already."""

PLACES = ("network", "subnet")
"""They may name only what is made with it: what is there already is the person's to name."""

INSTRUCTIONS = """\
A plan that was tried in a sandbox failed. You get the request, what it was read to mean \
("changes"), the error, and what is known of the operation that failed. Answer with the changes \
as they should be tried next, and in "told" with one short line on what is different.
- Keep everything that is there as it stands. Set only what is null: size, zone, disk_type, type, \
cidr; network or subnet of something new, to something that the same changes make.
- You may add a network or a subnet to what is created where the error says that one is missing.
- Where that does not help, leave "changes" empty and say in "hopeless" what a person must decide.\
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """``hopeless`` says why there is nothing to try."""

    changes: tuple[Worded, ...] = ()
    told: str = ""
    hopeless: str = ""


class Overreach(Exception):
    """The answer changes what the request does not leave open; the text names it."""


class ModelRepairer:
    """Asks the expert of the hand that failed. ``known`` is the knowledge at hand."""

    def __init__(
        self, oracle: Oracle, provider: Provider, known: Known, heard: Heard = unheard
    ) -> None:
        self._oracle = oracle
        self._provider = provider
        self._known = known
        self._heard = heard

    def repaired(self, text: str, changes: tuple[Change, ...], ailment: Ailment) -> Mended | str:
        """As :class:`cloudops.planner.ailing.Repairer`."""
        role = Role(f"expert.{ailment.hand}")
        messages = self._messages(text, changes, ailment)
        seen: Counter[object] = Counter()
        why = ""
        for _ in range(MOST_TRIES):
            came = self._oracle.ask(role, messages, Repair, self._heard)
            if isinstance(came, NoAnswer):
                return f"no model helped: {came}"
            try:
                held(changes, came.value.changes)
            except Overreach as error:
                why = f"model {came.model} would change what the request does not leave open"
                messages = (*messages[:5], Message(Speaker.USER, f"Not left open: {error}"))
                continue
            seen[came.value.changes] += 1
            if seen[came.value.changes] == TWICE:
                return _outcome(came.value, changes, came.model)
            why = f"model {came.model} said it in another way each time"
        return why

    def _messages(
        self, text: str, changes: tuple[Change, ...], ailment: Ailment
    ) -> tuple[Message, ...]:
        failure = ailment.failure
        error = f"{failure.trouble} {failure.code}: {failure.message}"
        operation = self._known(command_of(ailment.action, self._provider))
        schema = told(operation) if operation else "nothing is known of it"
        read = json.dumps(encode(changes), ensure_ascii=False)
        return (
            Message(Speaker.SYSTEM, INSTRUCTIONS),
            Message(Speaker.DATA, schema, "the operation that failed"),
            Message(Speaker.DATA, error, f"the error that {ailment.hand} met"),
            Message(Speaker.DATA, read, "the changes that were tried"),
            Message(Speaker.USER, text),
        )


def _outcome(answer: Repair, before: tuple[Change, ...], model: str) -> Mended | str:
    if not answer.changes or answer.changes == before:
        said = _line(answer.hopeless) or "nothing that could be tried"
        return f"model {model} says: {said}"
    different = ", ".join(_differences(before, answer.changes))
    return Mended(answer.changes, f"{different} (by model {model})")


def held(before: tuple[Change, ...], after: tuple[Change, ...]) -> None:
    """Raises Overreach where anything is different that is not open."""
    if not after:
        return
    if len(before) != len(after):
        raise Overreach("how many changes there are")
    for was, now in zip(before, after, strict=True):
        if isinstance(was, Create) and isinstance(now, Create):
            _held_new(was.wanted, now.wanted)
        elif was != now:
            raise Overreach(str(was.change).replace("_", " "))


def _held_new(before: tuple[Wanted, ...], after: tuple[Wanted, ...]) -> None:
    extra = after[len(before) :]
    if len(after) < len(before) or len(extra) > MOST_NEW:
        raise Overreach("how many things are made")
    made = {wanted.name for wanted in after if wanted.name}
    for was, now in zip(before, after, strict=False):
        if type(was) is not type(now):
            raise Overreach(f"{was.kind.words} {was.name}")
        _held_one(was, now, made)
    for wanted in extra:
        if not isinstance(wanted, Network | Subnet):
            raise Overreach(f"{wanted.kind.words} {wanted.name} beside it")
        _held_one(type(wanted)(name=wanted.name), wanted, made)


def _held_one(was: Any, now: Any, made: set[str]) -> None:
    for each in fields(was):
        old, new = getattr(was, each.name), getattr(now, each.name)
        if old == new:
            continue
        fits = _cidr if each.name == "cidr" else _word
        is_place = each.name in PLACES
        if (
            old is not None
            or (each.name == "size" and _says_needs(was))
            or each.name not in OPEN.get(was.kind, ())
            or not (new in made if is_place else fits(new))
        ):
            raise Overreach(f"{each.name.replace('_', ' ')} of {was.kind.words} {was.name}")


def _says_needs(was: Any) -> bool:
    """Whether the request says how much a machine must have: a size is the rules' to find."""
    return was.vcpus is not None or was.memory_gib is not None


def _word(value: object) -> bool:
    return isinstance(value, str) and WORD.fullmatch(value) is not None


def _cidr(value: object) -> bool:
    try:
        return ip_network(str(value)).is_private
    except ValueError:
        return False


def _differences(before: tuple[Change, ...], after: tuple[Change, ...]) -> Iterator[str]:
    """In our words, whatever the model calls it."""
    for was, now in zip(before, after, strict=True):
        if not isinstance(was, Create) or not isinstance(now, Create):
            continue
        for old, new in zip(was.wanted, now.wanted, strict=False):
            for each in fields(old):
                if getattr(old, each.name) != (value := getattr(new, each.name)):
                    what = each.name.replace("_", " ")
                    yield f"{what} {value} for {new.kind.words} {new.name}"
        for more in now.wanted[len(was.wanted) :]:
            yield f"{more.kind.words} {more.name} beside it"


def _line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:200]
