"""cloudops knowledge: what the installed tools say of their own operations."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cloudops.commands.opening import configured
from cloudops.commands.options import Common, command
from cloudops.commands.voice import Voice
from cloudops.errors import CannotEvaluate, Misused, NotUnderstood

if TYPE_CHECKING:
    from cloudops.config import Config
    from cloudops.knowledge.contract import Candidate, Operation, Parameter
    from cloudops.knowledge.knowledge import Knowledge, Proposal
    from modalities.resource import Provider

app = typer.Typer(
    no_args_is_help=True,
    help="Which operation does this, what does it need? From the installed tools, offline.",
)

EVERY = 50
"""Parts between two lines of progress."""

MOST_OPTIONAL = 20

Cloud = Annotated[
    str | None, typer.Option("--cloud", metavar="aws|azure", help="Which.", show_default=False)
]


@command(
    app,
    "search",
    examples=(
        'cloudops knowledge search "list the functions of an account"',
        'cloudops knowledge search "create a vault; name safe" --cloud azure',
    ),
)
def search(
    common: Common,
    words: Annotated[str, typer.Argument(metavar="TEXT", help="What should be done.")],
    cloud: Cloud = None,
    most: Annotated[int, typer.Option("--most", min=1, max=50, help="How many to show.")] = 5,
) -> None:
    """Find the operation that TEXT means, with what it says of its parameters. Sends nothing.

    Values may follow the sentence: "; parameter value; parameter value".
    """
    if not words.strip(" ;"):
        raise Misused("there are no words", remedy="say what should be done")
    config = configured(common)
    voice = Voice(config)
    with opened(config, voice) as knowledge:
        provider = _provider(config, cloud)
        head = words.partition(";")[0]
        found = knowledge.find(head, provider, most)
        if not found:
            raise NotUnderstood("no operation is like that", remedy="say it in other words")
        _told(voice, found, knowledge.propose(words, provider))


@command(app, "show", examples=('cloudops knowledge show "aws ec2 run-instances"',))
def show(
    common: Common,
    name: Annotated[str, typer.Argument(metavar="COMMAND", help="As it is typed.")],
) -> None:
    """Show what an operation does, needs and returns, by its command."""
    config = configured(common)
    voice = Voice(config)
    with opened(config, voice) as knowledge:
        operation = knowledge.operation(" ".join(name.split()))
        if operation is None:
            raise Misused(
                f"no command {name!r} is known",
                remedy=f"cloudops knowledge search {name!r} finds those that are like it",
            )
        voice.say(_document(operation), *_lines(operation))


@command(app, "build", examples=("cloudops knowledge build",))
def build(common: Common) -> None:
    """Build the index of what is installed, where it is not there yet; say what is in it."""
    config = configured(common)
    voice = Voice(config)
    with opened(config, voice) as knowledge:
        facts = knowledge.index.facts()
        counts = dict(knowledge.index.counts)
        sources = {name.removeprefix("version of "): value for name, value in facts.items()}
        lines = [f"{provider}: {count:,} operations" for provider, count in counts.items()]
        lines += [f"from {name} {value}" for name, value in sources.items()]
        voice.say({"operations": counts, "sources": sources}, *lines)


@contextmanager
def opened(config: Config, voice: Voice) -> Iterator[Knowledge]:
    """The index, built where it is not there yet. Raises CannotEvaluate."""
    from cloudops.app import knowledge_sources
    from cloudops.knowledge.knowledge import Knowledge

    def progress(done: int, total: int, part: str) -> None:
        if done % EVERY == 0 and done < total:
            voice.aside(f"reading what the tools say of themselves: {done} of {total} ({part})")

    sources = knowledge_sources()
    if not sources:
        raise CannotEvaluate("no tool is installed that says anything", remedy="install boto3")
    try:
        knowledge = Knowledge.open(config.state_dir / "knowledge", sources, progress)
    except (OSError, sqlite3.Error) as error:
        raise CannotEvaluate(
            "the index of knowledge cannot be used",
            detail=str(error),
            remedy=f"remove {config.state_dir / 'knowledge'}; it is built anew",
        ) from None
    with knowledge:
        yield knowledge


def _provider(config: Config, cloud: str | None) -> Provider:
    from modalities.resource import Provider

    name = cloud or config["cloud"]
    if name is None:
        return config.target(config["target"]).provider
    if name not in set(Provider):
        raise Misused(f"there is no cloud {name!r}", remedy="--cloud aws or azure")
    return Provider(name)


def _told(voice: Voice, found: tuple[Candidate, ...], outcome: Any) -> None:
    from cloudops.knowledge.knowledge import Proposal

    proposal = outcome if isinstance(outcome, Proposal) else None
    voice.table(
        {
            "candidates": [
                {"confidence": round(each.confidence, 3), **_document(each.operation)}
                for each in found
            ],
            "proposal": _proposal(proposal) if proposal else None,
        },
        ("command", "API", "confidence", "what it does"),
        ([_name(c), _api(c.operation), f"{c.confidence:.2f}", _lead(c.operation)] for c in found),
        "",
    )
    if voice.human:
        voice.say({}, *(_said(proposal) if proposal else ("Not sure: say more of what is meant.",)))


def _name(candidate: Candidate) -> str:
    return candidate.operation.command or candidate.operation.key


def _api(operation: Operation) -> str:
    return f"{operation.service}:{operation.name}" if operation.name else "-"


def _lead(operation: Operation) -> str:
    return operation.about.partition(". ")[0][:90]


def _proposal(proposal: Proposal) -> dict[str, Any]:
    filled = proposal.filled
    return {
        "operation": proposal.operation.key,
        "confidence": round(proposal.confidence, 3),
        "parameters": filled.parameters,
        "missing": [parameter.name for parameter in filled.missing],
        "problems": list(filled.problems),
        "unread": list(filled.unread),
    }


def _said(proposal: Proposal) -> list[str]:
    filled = proposal.filled
    lines = [f"Meant, most likely: {proposal.operation.key}"]
    lines += [f"  {name} = {value}" for name, value in filled.parameters.items()]
    lines += [f"  to be said: {p.name} ({p.type})  {p.about}" for p in filled.missing]
    lines += [f"  will not do: {problem}" for problem in filled.problems]
    lines += [f"  not understood: {text}" for text in filled.unread]
    return lines


def _document(operation: Operation) -> dict[str, Any]:
    return {
        "command": operation.command or None,
        "service": operation.service or None,
        "operation": operation.name or None,
        "about": operation.about,
        "parameters": [_parameter(parameter) for parameter in operation.parameters],
        "returns": list(operation.returns),
        "examples": list(operation.examples),
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "option": parameter.option or None,
        "type": str(parameter.type),
        "required": parameter.required,
        "choices": list(parameter.choices),
        "about": parameter.about,
    }


def _lines(operation: Operation) -> list[str]:
    required = [p for p in operation.parameters if p.required]
    optional = [p for p in operation.parameters if not p.required]
    lines = [operation.key, f"API: {_api(operation)}", "", operation.about, ""]
    lines += [f"needs  {_line(parameter)}" for parameter in required]
    lines += [f"takes  {_line(parameter)}" for parameter in optional[:MOST_OPTIONAL]]
    if len(optional) > MOST_OPTIONAL:
        lines.append(f"       and {len(optional) - MOST_OPTIONAL} more (all: -o json)")
    lines += [f"gives  {', '.join(operation.returns)}"] if operation.returns else []
    return lines + [f"shown  {sentence}" for sentence in operation.examples]


def _line(parameter: Parameter) -> str:
    choices = f" [{'|'.join(parameter.choices[:8])}]" if parameter.choices else ""
    name = parameter.option or parameter.name
    return f"{name} ({parameter.type}{choices})  {parameter.about[:100]}".rstrip()
