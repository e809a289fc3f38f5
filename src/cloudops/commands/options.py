"""Options that many commands take, as dataclasses that a command names as parameters.

Every one defaults to None: not said here. What was said before the verb
(``cloudops -o json runs``) fills the gap, then the configuration does.
"""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, is_dataclass
from typing import Annotated, Any, get_type_hints

import typer
import typer.core

from cloudops.commands.ending import silence
from cloudops.errors import Interrupted, Misused


def _text(flag: str, metavar: str, about: str, *more: str) -> Any:
    return typer.Option(flag, *more, metavar=metavar, help=about, show_default=False)


def _flag(flag: str, about: str, *more: str) -> Any:
    return typer.Option(flag, *more, help=about, show_default=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Common:
    """Where to work and how to speak."""

    target: Annotated[
        str | None,
        _text(
            "--target", "NAME", "The cloud to work on; A,B for one plan on both [sandbox].", "-t"
        ),
    ] = None
    output: Annotated[
        str | None, _text("--output", "human|json|ndjson", "What stdout holds.", "-o")
    ] = None
    no_color: Annotated[bool | None, _flag("--no-color", "No colours (also: NO_COLOR).")] = None
    no_input: Annotated[
        bool | None, _flag("--no-input", "Never ask: an open question ends the run.")
    ] = None
    read_only: Annotated[
        bool | None, _flag("--read-only", "Refuse whatever changes anything in a cloud.")
    ] = None
    state_dir: Annotated[
        str | None, _text("--state-dir", "DIR", "Where runs and the sandbox are kept.")
    ] = None
    config: Annotated[
        str | None, _text("--config", "FILE", "This configuration in place of the usual files.")
    ] = None
    debug: Annotated[bool | None, _flag("--debug", "Show the traceback of a fault.")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gates:
    """How far a run may go, and how long it may take."""

    yes: Annotated[
        bool | None, _flag("--yes", "Go on without asking, as far as --max-risk.", "-y")
    ] = None
    max_risk: Annotated[
        str | None,
        _text(
            "--max-risk",
            "low|medium|high",
            "What --yes covers: creating [low, the default], changing [medium], "
            "replacing and deleting [high].",
        ),
    ] = None
    lock_timeout: Annotated[
        str | None, _text("--lock-timeout", "TIME", "Wait so long for a lock: 30s, 5m [0].")
    ] = None
    timeout: Annotated[
        str | None, _text("--timeout", "TIME", "Stop after so long: 90s, 10m, 1h.")
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """How far a run goes at all."""

    dry_run: Annotated[bool | None, _flag("--dry-run", "Stop before the question.")] = None
    detailed_exitcode: Annotated[
        bool | None, _flag("--detailed-exitcode", "Exit 2 where a plan would change something.")
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a request may do and use."""

    cloud: Annotated[str | None, _text("--cloud", "aws|azure", "The cloud that is meant.")] = None
    modality: Annotated[
        str | None,
        _text("--modality", "auto|sdk|cli|iac|browser", "The hand to use [default: auto]."),
    ] = None
    headed: Annotated[
        bool | None, _flag("--headed", "Show the browser while the browser hand drives it.")
    ] = None
    budget: Annotated[
        str | None, _text("--budget", "USD", "What the target may cost a month after the change.")
    ] = None


class Spelt(typer.core.TyperCommand):
    """A command with options whose value may be left out (:data:`LEFT_OUT`)."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        return super().parse_args(ctx, list(completed(args)))


LEFT_OUT: Mapping[str, str] = {"--hold": ""}
"""What an option says where its value is left out."""


def completed(arguments: Sequence[str]) -> Iterator[str]:
    """With the value of each option that has none: the next word is no value where it is an
    option or a sentence."""
    for place, word in enumerate(arguments):
        if word == "--":
            yield from arguments[place:]
            return
        after = arguments[place + 1] if place + 1 < len(arguments) else "-"
        if word in LEFT_OUT and (after.startswith("-") or " " in after.strip()):
            yield f"{word}={LEFT_OUT[word]}"
        else:
            yield word


def command(
    app: typer.Typer, name: str, *, examples: Sequence[str] = ()
) -> Callable[[Callable[..., int | None]], Callable[..., None]]:
    """Register a function as a command: parameters that are dataclasses of options are spread
    into their fields, and what it returns is the exit code."""

    def register(function: Callable[..., int | None]) -> Callable[..., None]:
        # \b keeps the lines as they are
        epilog = "\n".join(("\b", "Examples:", *(f"  {line}" for line in examples)))
        registered: Callable[..., None] = app.command(
            name, cls=Spelt, epilog=epilog if examples else None
        )(spread(function))
        return registered

    return register


def spread(function: Callable[..., int | None]) -> Callable[..., None]:
    hints = get_type_hints(function, include_extras=True)
    groups = {name: hint for name, hint in hints.items() if _is_group(hint)}
    own = inspect.signature(function).parameters.values()
    parameters = [parameter for parameter in own if parameter.name not in groups]
    signature = [_parameter(p.name, hints[p.name], p.default) for p in parameters]
    if "context" not in hints:
        signature.insert(0, _parameter("context", typer.Context, inspect.Parameter.empty))
    for group in groups.values():
        types = get_type_hints(group, include_extras=True)
        signature += [_parameter(f.name, types[f.name], f.default) for f in fields(group)]

    @functools.wraps(function)
    def spread_out(context: typer.Context, **given: Any) -> None:
        said = context.obj if isinstance(context.obj, dict) else {}
        _refuse_others(said, groups.values(), context)
        for name, group in groups.items():
            here = {f.name: given.pop(f.name) for f in fields(group)}
            given[name] = group(**{k: said.get(k) if v is None else v for k, v in here.items()})
        if "context" in hints:
            given["context"] = context
        if code := _ended(functools.partial(function, **given)):
            raise typer.Exit(code)

    spread_out.__signature__ = inspect.Signature(signature)  # type: ignore[attr-defined]
    spread_out.__annotations__ = {p.name: p.annotation for p in signature}
    return spread_out


def _refuse_others(said: Mapping[str, Any], groups: Iterable[Any], context: typer.Context) -> None:
    """What was said before the verb must mean something to it: nothing is left out in silence."""
    known = {f.name for group in groups for f in fields(group)}
    for name, value in said.items():
        if value is not None and name not in known:
            flag = f"--{name.replace('_', '-')}"
            raise Misused(
                f"{context.command_path} does not take {flag}",
                remedy=f"leave it out; see {context.command_path} --help",
            )


def _ended(function: Callable[[], int | None]) -> int | None:
    """The exit code. An interrupt is a Stop; that nobody reads on is no error."""
    try:
        code = function()
        sys.stdout.flush()
    except KeyboardInterrupt:
        raise Interrupted("interrupted") from None
    except BrokenPipeError:
        silence()
        return 0
    return code


def flags(*groups: Any) -> Mapping[str, Any]:
    """What was said on the command line, by the names of the settings."""
    return {name: value for group in groups for name, value in asdict(group).items()}


def _is_group(hint: Any) -> bool:
    return isinstance(hint, type) and is_dataclass(hint)


def _parameter(name: str, annotation: Any, default: Any) -> inspect.Parameter:
    return inspect.Parameter(
        name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation
    )
