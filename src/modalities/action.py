"""Actions: what a hand does to a cloud, as data that can be checked, shown and replayed."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

OUTPUT = "$output"


@dataclass(frozen=True, slots=True)
class Output:
    """A value that is known only when step ``step`` has been done.

    Inside an action's parameters it is written ``{"$output": "step.name"}``, so that
    parameters stay plain JSON.
    """

    step: str
    name: str = "id"

    def as_json(self) -> dict[str, str]:
        return {OUTPUT: f"{self.step}.{self.name}"}

    @staticmethod
    def parse(value: object) -> Output | None:
        """The reference that ``value`` is, or None where it is a plain value."""
        if isinstance(value, dict) and set(value) == {OUTPUT} and isinstance(value[OUTPUT], str):
            step, _, name = value[OUTPUT].rpartition(".")
            return Output(step, name)
        return None


TOKEN = {"$token": True}
"""Stands where an API takes an idempotency token; the gateway puts the step's own there."""


@dataclass(frozen=True, slots=True)
class SdkCall:
    """One call of a vendor's SDK: ``service`` and ``operation`` as the vendor's model has them.

    ``parameters`` is JSON in which :data:`OUTPUT` references and :data:`TOKEN` may stand.
    """

    service: str
    operation: str
    parameters: Mapping[str, Any]
    hand: Literal["sdk"] = "sdk"

    def __str__(self) -> str:
        return f"{self.service}:{self.operation}"


@dataclass(frozen=True, slots=True)
class CliCommand:
    """One command of a vendor's CLI, as argv: never given to a shell.

    A word is text; or a reference or :data:`TOKEN`, which stand for text; or an object or a
    list in which they stand, which is written as JSON as soon as they are known.
    """

    argv: tuple[Any, ...]
    hand: Literal["cli"] = "cli"

    def __str__(self) -> str:
        return " ".join(_word(word) for word in self.argv[:3])

    @property
    def line(self) -> str:
        """As a person would type it; what is not known yet stands as ``<step.id>``."""
        words = resolve(self.argv, lambda o: f"<{o.step}.{o.name}>", "<token>")
        return shlex.join(_word(word) for word in words)


@dataclass(frozen=True, slots=True)
class IacChange:
    """An edition of a module (Terraform) or a template (ARM), and what the tool's own plan says
    will come of it.

    ``files`` maps each file that is written to its new text (None: removed); ``addresses``
    may change by it. ``changes`` is the tool's plan, an entry an address: ``address``,
    ``type``, ``actions`` (create, update, delete, read, in the tool's order), ``before`` and
    ``after`` as far as known and no secret, ``importing`` (an id) where it is taken over.
    What is applied is that or nothing. ``basis`` is a digest of the files it was made from.
    ``module`` is the directory of a person's that holds them; empty: what is kept for the target.
    """

    files: Mapping[str, str | None]
    addresses: tuple[str, ...]
    changes: tuple[Mapping[str, Any], ...] = ()
    basis: str = ""
    module: str = ""
    hand: Literal["iac"] = "iac"

    def __str__(self) -> str:
        count = len(self.addresses)
        if any(name.endswith((".json", ".bicep")) and ".tf." not in name for name in self.files):
            return f"template:{count} resource{'' if count == 1 else 's'}"
        return f"terraform:{count} addresses"

    @property
    def unedited(self) -> bool:
        """Whether it is somebody's own code as it stands: nothing is written, or all that is sent
        is theirs (an ARM template; its entries then say in ``body`` what the cloud's own preview
        makes of each resource)."""
        return bool(self.module) and (not self.files or any("body" in e for e in self.changes))


@dataclass(frozen=True, slots=True)
class BrowserScript:
    """A batch of console actions, each a verb with its labels and values.

    ``meaning`` says in the vendor's own calls what the console will ask of the cloud.
    ``mutations`` are the only requests that the network gate lets out, each once: ``method``,
    ``path`` and ``fields`` by name.
    """

    actions: tuple[Mapping[str, Any], ...]
    meaning: tuple[SdkCall, ...] = ()
    mutations: tuple[Mapping[str, Any], ...] = ()
    hand: Literal["browser"] = "browser"

    def __str__(self) -> str:
        return f"browser:{len(self.actions)} actions"


Action: TypeAlias = SdkCall | CliCommand | IacChange | BrowserScript


def outputs_in(value: object) -> Iterator[Output]:
    """Every reference to another step's output inside a JSON value."""
    output = Output.parse(value)
    if output is not None:
        yield output
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from outputs_in(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from outputs_in(item)


def payload(action: Action) -> Any:
    """The part of an action in which references may stand."""
    match action:
        case SdkCall():
            return action.parameters
        case CliCommand():
            return action.argv
        case IacChange():
            return action.files
        case BrowserScript():
            meaning = tuple(call.parameters for call in action.meaning)
            return (action.actions, meaning, action.mutations)


def resolve(value: Any, outputs: Callable[[Output], Any], token: Any) -> Any:
    """``value`` with references and token put in. ``outputs`` raises where one is not known."""
    output = Output.parse(value)
    if output is not None:
        return outputs(output)
    if value == TOKEN:
        return token
    if isinstance(value, Mapping):
        return {k: resolve(v, outputs, token) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [resolve(v, outputs, token) for v in value]
    return value


def bind(action: Action, outputs: Callable[[Output], Any], token: Any) -> Action:
    """The action as it is sent: no reference left in it."""
    filled = resolve(payload(action), outputs, token)
    match action:
        case SdkCall():
            return replace(action, parameters=filled)
        case CliCommand():
            return replace(action, argv=tuple(_word(word) for word in filled))
        case IacChange():
            return replace(action, files=filled)
        case BrowserScript():
            actions, meaning, mutations = filled
            calls = zip(action.meaning, meaning, strict=True)
            return replace(
                action,
                actions=tuple(actions),
                meaning=tuple(replace(call, parameters=given) for call, given in calls),
                mutations=tuple(mutations),
            )


def substituted(action: Action, outputs: Callable[[Output], Any]) -> Action:
    """The action with other references, or values, in the place of its references: there may be
    some left."""
    if isinstance(action, CliCommand):  # a reference in a command stays an object, and no text
        return replace(action, argv=tuple(resolve(action.argv, outputs, TOKEN)))
    return bind(action, outputs, TOKEN)


def _word(value: Any) -> str:
    """A bound word as the command gets it."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
