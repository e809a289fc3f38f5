"""A command's words back to the call they mean, by the vendor's own model.

Nothing is taken from how a word looks: service, operation and every option are looked up, and
what is not known is refused, abbreviations too (``aws`` version 1 completes them).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from botocore.exceptions import DataNotFoundError
from botocore.model import Shape

from modalities.action import SdkCall
from modalities.aws.awscli import files, simplified
from modalities.aws.awscli.decoding import decoded, members, parsed
from modalities.aws.awscli.options import (
    COMMANDS,
    GLOBALS,
    SERVICES,
    Option,
    command_of,
    options,
    streams,
    subcommands,
)
from modalities.aws.awscli.refusal import Refused
from modalities.aws.awscli.words import SHELL
from modalities.aws.loader import known_services
from modalities.aws.model import nearest

NUMBER = re.compile(r"-\d+|-\d*\.\d+")
HARMLESS = {"output": ("json",), "color": ("off", "auto"), "no-cli-pager": (), "no-color": ()}
"""Global options that change nothing for us, with the values they may have."""

REASONS = {
    "cli-auto-prompt": "nobody is there to answer",
    "cli-input-yaml": "is not understood here; write the options themselves",
    "debug": "would print credentials",
    "endpoint-url": "the target says where to",
    "generate-cli-skeleton": "does nothing to the cloud",
    "no-paginate": "would show a part as if it were all",
    "no-sign-request": "the target says who asks",
    "no-verify-ssl": "would talk to whoever answers",
    "profile": "the target says who asks",
    "query": "the whole answer is needed",
    "region": "the target says where to",
    "version": "does nothing to the cloud",
}

OTHERS = {
    "configure": "would change this machine's settings",
    "ddb": "is a set of tools, not AWS's API; use dynamodb",
    "help": "does nothing to the cloud",
    "history": "reads what others did on this machine",
    "login": "would sign in",
    "s3": "is a set of copying tools, not AWS's API; use s3api",
    "wait": "waiting is done by the step's own postconditions",
}


def parse(argv: Sequence[Any], workdir: Path | None = None) -> SdkCall:
    """The call that a command means; references and the token stay where they stand.

    ``file://`` values are read, from ``workdir`` alone. Whether the parameters are such as AWS
    takes is for ``modalities.aws.model.problems`` to say. Raises Refused.
    """
    if len(argv) < 3 or argv[0] != "aws":
        raise Refused("argv", "a command begins with aws, a service and what to do")
    service = _service(argv[1])
    operation = _operation(service, argv[2])
    reader = _Reader(service, operation, workdir)
    return SdkCall(service, operation, reader.read(argv[3:]))


def _service(word: Any) -> str:
    name = _name(word, "service")
    if name in OTHERS:
        raise Refused("service", f"aws {name} {OTHERS[name]}")
    service = SERVICES.get(name, name)
    known = {command_of(each) for each in known_services()} - set(COMMANDS)
    if name not in known:
        close = nearest(name, known)
        raise Refused("service", f"aws has no command {name[:80]!r}", _meant(close))
    return service


def _operation(service: str, word: Any) -> str:
    name = _name(word, "operation")
    try:
        known = subcommands(service)
    except DataNotFoundError:
        raise Refused("service", f"AWS has no service {service!r}") from None
    if name not in known:
        why = f"is no operation of {service}: {OTHERS[name]}" if name in OTHERS else ""
        message = why or f"{service} has no operation {name[:80]!r}"
        raise Refused("operation", message, _meant(nearest(name, known)))
    if streams(service, known[name]):
        raise Refused("operation", f"{name} moves files of this machine", "use another hand")
    return known[name]


def _name(word: Any, what: str) -> str:
    if not isinstance(word, str) or not re.fullmatch(r"[a-z0-9-]+", word) or word[0] == "-":
        raise Refused(what, f"{str(word)[:80]!r} is no {what}", "options stand behind them")
    return word


def _meant(close: str, dashes: str = "") -> str:
    return f"did you mean {dashes}{close}?" if close else ""


@dataclass(slots=True)
class _Reader:
    service: str
    operation: str
    workdir: Path | None
    _known: Mapping[str, Option] = field(init=False)
    _input: Mapping[str, Any] = field(default_factory=dict)
    _parameters: dict[str, Any] = field(default_factory=dict)
    _simple: dict[str, str | bool] = field(default_factory=dict)
    _seen: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._known = options(self.service, self.operation)

    def read(self, words: Sequence[Any]) -> dict[str, Any]:
        rest = list(words)
        while rest:
            name, values = _next(rest)
            if name in self._seen:
                raise Refused(f"--{name}", "stands twice")
            self._seen.add(name)
            self._take(name, values)
        parameters = {**self._input, **self._parameters}
        try:
            simplified.put(self.operation, parameters, self._simple)
        except simplified.Mistake as mistake:
            raise Refused(f"--{mistake.option}", mistake.why) from None
        return parameters

    def _take(self, name: str, values: list[Any]) -> None:
        option = self._known.get(name)
        path = f"--{name}"
        if name in HARMLESS:
            self._harmless(name, values)
        elif name == "cli-input-json":
            self._input = members(_only(values, path), path)
        elif name in GLOBALS:
            raise Refused(path, REASONS.get(name, "is not for a plan to say"))
        elif name in simplified.values(self.service, self.operation):
            self._simple[name] = self._text(_only(values, path), path)
        elif (flag := name.removeprefix("no-")) in simplified.flags(self.service, self.operation):
            _none(values, path)
            self._simple[flag] = name == flag
        elif option is None:
            raise Refused(path, "is no option of this command", self._suggest(name))
        else:
            self._put(option, self._value(option, values, path), path)

    def _put(self, option: Option, value: Any, path: str) -> None:
        if option.form == "flag" and option.member in self._parameters:
            raise Refused(path, "stands beside its opposite")
        self._parameters[option.member] = value

    def _suggest(self, name: str) -> str:
        longer = [each for each in self._known if each.startswith(name)]
        close = longer[0] if len(longer) == 1 else nearest(name, self._known)
        return _meant(close, "--")

    def _harmless(self, name: str, values: list[Any]) -> None:
        allowed = HARMLESS[name]
        if allowed and values not in [[value] for value in allowed]:
            raise Refused(f"--{name}", f"must be {allowed[0]}: what is said is read")
        if not allowed:
            _none(values, f"--{name}")

    def _value(self, option: Option, values: list[Any], path: str) -> Any:
        if option.form == "flag":
            _none(values, path)
            return option.says
        if option.form == "many":
            return self._list(option.shape, values, path)
        word = _only(values, path)
        if not isinstance(word, str):
            return word
        return decoded(option.shape, files.value(word, path, self.workdir), path)

    def _list(self, shape: Shape, values: list[Any], path: str) -> Any:
        stray = [word for word in values if isinstance(word, str) and word in SHELL]
        if stray:
            raise Refused(path, f"{stray[0]!r} is for a shell, and there is none")
        if len(values) == 1:
            word = values[0]
            if isinstance(word, list):
                return word
            text = self._text(word, path) if isinstance(word, str) else ""
            if text.lstrip().startswith("["):
                return parsed(text, path)
            values = [text] if isinstance(word, str) else values
        member: Shape = getattr(shape, "member", shape)
        return [decoded(member, w, path) if isinstance(w, str) else w for w in values]

    def _text(self, word: Any, path: str) -> str:
        if not isinstance(word, str):
            raise Refused(path, "must be text")
        return files.value(word, path, self.workdir)


def _next(rest: list[Any]) -> tuple[str, list[Any]]:
    """The first option and its words, taken off ``rest``."""
    first = rest.pop(0)
    if not isinstance(first, str) or not first.startswith("--") or first == "--":
        shell = isinstance(first, str) and first in SHELL
        why = "is for a shell, and there is none" if shell else "belongs to no option"
        raise Refused("argv", f"{str(first)[:80]!r} {why}")
    name, equals, inline = first[2:].partition("=")
    if equals:
        return name, [inline]
    values = []
    while rest and not _is_option(rest[0]):
        values.append(rest.pop(0))
    return name, values


def _is_option(word: Any) -> bool:
    return isinstance(word, str) and word.startswith("-") and not NUMBER.fullmatch(word)


def _only(values: list[Any], path: str) -> Any:
    if len(values) != 1:
        raise Refused(path, f"takes one value, not {len(values)}", "quote it where it has spaces")
    return values[0]


def _none(values: list[Any], path: str) -> None:
    if values:
        raise Refused(path, f"takes no value, and {str(values[0])[:80]!r} stands behind it")
