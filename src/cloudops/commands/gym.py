"""cloudops gym: the paper's tasks, each prompt by each hand, judged on the cloud's own state."""

from __future__ import annotations

import os
import re
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cloudops.commands import gym_commands
from cloudops.commands.opening import configured, explained
from cloudops.commands.options import Common, command
from cloudops.commands.voice import Voice
from cloudops.errors import Interrupted, Misused
from modalities.resource import Provider

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloudops.config import Config
    from cloudops.gym.episode import Episode
    from cloudops.gym.ledger import Ledger
    from sandbox.gym.tasks import Task

app = typer.Typer(
    no_args_is_help=True, help="How well does it do the paper's tasks? Everything in the sandbox."
)

TASKS = "CLOUDOPS_GYM_TASKS"
ORDERED = re.compile(r"([PUM]\d)(?::(\d+))?", re.I)

Out = Annotated[
    str | None,
    typer.Option("--out", metavar="DIR", help="Where results are kept.", show_default=False),
]


@command(
    app,
    "run",
    examples=(
        "cloudops gym run --cloud aws",
        "cloudops gym run --hand sdk --hand cli --prompts 2 --jobs 2",
        "cloudops gym run --task U3 --task P1:4 --hand auto --repeat 3",
        "cloudops gym run --resume",
        "cloudops gym run --suite commands --tasks commands.jsonl.gz --every 10",
    ),
)
def run(
    common: Common,
    suite: Annotated[
        str,
        typer.Option(
            "--suite",
            metavar="paper|commands",
            help="The paper's tasks; or a file of descriptions with the command each means.",
        ),
    ] = "paper",
    shown: Annotated[
        str,
        typer.Option(
            "--shown",
            metavar="none|others|all",
            help="commands: the vendors' examples to know; others: all but the one asked.",
        ),
    ] = "others",
    every: Annotated[int, typer.Option("--every", min=1, help="commands: only each Nth.")] = 1,
    cloud: Annotated[
        str | None, typer.Option("--cloud", metavar="aws|azure", help="Which [aws].")
    ] = None,
    tasks: Annotated[
        str | None,
        typer.Option("--tasks", metavar="FILE", help=f"Other tasks than ours (also: {TASKS})."),
    ] = None,
    task: Annotated[
        list[str] | None,
        typer.Option("--task", metavar="ID[:N]", help="Only this task, or its prompt N. Repeat."),
    ] = None,
    hand: Annotated[
        list[str] | None,
        typer.Option("--hand", metavar="HAND", help="sdk, cli, iac, browser, auto [all]. Repeat."),
    ] = None,
    prompts: Annotated[
        int | None, typer.Option("--prompts", min=1, help="The first so many of each task [all].")
    ] = None,
    repeat: Annotated[
        int | None, typer.Option("--repeat", min=1, help="Attempts at each prompt [1].")
    ] = None,
    jobs: Annotated[int, typer.Option("--jobs", min=1, help="Episodes side by side.")] = 2,
    out: Out = None,
    resume: Annotated[
        bool,
        typer.Option(
            "--resume", help="Go on where a run ended, the newest where no --out is said."
        ),
    ] = False,
) -> int:
    """Play every task: each prompt, by each hand, from a fresh cloud.

    A reader that is not the agent looks at the cloud before and after: was the goal reached,
    and did nothing else change? Each result is kept as soon as it is there.
    """
    from cloudops.gym.ledger import Ledger

    config = configured(common)
    if suite == "commands":
        place = _place(config, out, resume=resume)
        return gym_commands.run(config, place, tasks, shown, every, resume=resume)
    if suite != "paper":
        raise Misused(f"there is no suite {suite!r}", remedy="--suite paper or commands")
    if cloud not in (None, *Provider):
        raise Misused(f"there is no cloud {cloud!r}", remedy="--cloud aws or azure")
    ledger = Ledger(_place(config, out, resume=resume))
    said = {
        "cloud": cloud,
        "tasks": str(Path(tasks).expanduser().absolute()) if tasks else None,
        "task": task or None,
        "hands": _hands(hand) if hand else None,
        "prompts": prompts,
        "repeat": repeat,
    }
    with ledger.held():
        order = _order(ledger, resume=resume, said=said)
        chosen = _chosen(order)
        ledger.put_order(order)
        _play(Voice(config), ledger, Provider(order["cloud"]), chosen, jobs)
        return _told(config, ledger)


@command(app, "report", examples=("cloudops gym report", "cloudops gym report --out DIR -o json"))
def report(
    common: Common,
    out: Out = None,
    router: Annotated[
        Path | None,
        typer.Option(
            "--router", metavar="FILE", help="Write what each hand showed as the router reads it."
        ),
    ] = None,
) -> None:
    """Show the paper's Table 1 beside ours; write it as JSON, Markdown and a picture."""
    from cloudops.gym.ledger import Ledger

    config = configured(common)
    ledger = Ledger(_place(config, out, resume=True))
    if ledger.order().get("suite") == "commands":
        gym_commands.report(config, ledger.place)
        return
    if not ledger.results():
        raise Misused(f"{ledger.place} holds no results", remedy="first: cloudops gym run")
    if router is not None:
        _for_router(ledger, router)
    _told(config, ledger)


def _for_router(ledger: Ledger, file: Path) -> None:
    """Raises Misused where it cannot be written."""
    from cloudops.gym.measuring import measured
    from cloudops.router.shipped import load, text_of

    cloud = Provider(ledger.order().get("cloud", Provider.AWS))
    found = measured(ledger.results(), cloud, f"cloudops gym run --cloud {cloud}")
    try:
        others = [entry for entry in load(file) if entry.provider is not cloud]
        file.write_text(text_of([*others, *found]), encoding="utf-8")
    except OSError as error:
        raise Misused(f"{file} cannot be written", detail=str(error)) from None


def _place(config: Config, out: str | None, *, resume: bool) -> Path:
    """The folder that is named, the newest, or a new one. Raises Misused."""
    if out is not None:
        return Path(out).expanduser()
    home: Path = config.state_dir / "gym"
    if not resume:
        return home / datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
    found = sorted(path for path in home.glob("*-*/") if (path / "order.json").is_file())
    if not found:
        raise Misused("the gym has not been run yet", remedy="cloudops gym run")
    return found[-1]


def _order(ledger: Ledger, *, resume: bool, said: Mapping[str, Any]) -> dict[str, Any]:
    """What to play: what was said now, else as the run that is resumed had it."""
    before = ledger.order()
    if before and not resume:
        raise Misused(
            f"{ledger.place} holds results already",
            remedy="--resume goes on with them; another --out begins anew",
        )
    named = os.environ.get(TASKS)
    usual = {
        "cloud": str(Provider.AWS),
        "tasks": str(Path(named).expanduser().absolute()) if named else "",
        "task": [],
        "hands": _hands([]),
        "prompts": None,
        "repeat": 1,
    }
    return usual | dict(before) | {key: part for key, part in said.items() if part is not None}


def _chosen(order: Mapping[str, Any]) -> list[Episode]:
    """Raises Misused where nothing fits."""
    from cloudops.gym.episode import episodes

    found = episodes(
        _tasks(order["tasks"]),
        order["hands"],
        prompts=order["prompts"],
        only=_only(order["task"]),
        repeat=order["repeat"],
    )
    chosen = list(found)
    if not chosen:
        raise Misused("there is no such episode", remedy="see cloudops gym run --help")
    return chosen


def _hands(named: list[str]) -> list[str]:
    from cloudops.gym.episode import HANDS

    for name in named:
        if name not in HANDS:
            raise Misused(f"there is no hand {name!r}", remedy=f"there are: {', '.join(HANDS)}")
    return [name for name in HANDS if name in named] or list(HANDS)


def _tasks(file: str) -> tuple[Task, ...]:
    from sandbox.gym.tasks import SHIPPED, NotTasks, load

    try:
        return load(Path(file) if file else SHIPPED)
    except NotTasks as error:
        raise Misused(str(error), remedy="see docs/gym.md for what a file of tasks is") from None


def _only(named: list[str]) -> list[tuple[str, int | None]]:
    found = []
    for name in named:
        parts = ORDERED.fullmatch(name)
        if parts is None:
            raise Misused(f"--task {name}: no task", remedy="as U3, or U3:2 for its second prompt")
        found.append((parts[1].upper(), int(parts[2]) if parts[2] else None))
    return found


def _play(voice: Voice, ledger: Ledger, cloud: Provider, chosen: list[Episode], jobs: int) -> None:
    from cloudops.gym.runner import Runner
    from cloudops.views.gym_progress import Progress

    done = ledger.done()
    left = [episode for episode in chosen if episode.key not in done]
    progress = Progress(voice.aside, total=len(chosen), done=len(chosen) - len(left))
    if not left:
        return
    voice.aside(f"{len(left)} episodes, {jobs} side by side; results in {ledger.place}")
    try:
        with explained():
            Runner(ledger, cloud, jobs, progress.hear).run(left)
    except KeyboardInterrupt:
        raise Interrupted(
            "interrupted",
            detail=f"{progress.done} of {progress.total} episodes are over and kept",
            remedy=f"cloudops gym run --resume --out {ledger.place}",
        ) from None


def _told(config: Config, ledger: Ledger) -> int:
    """The report on stdout and in files, of all that the folder holds; 1 where the gym itself
    failed at some episode."""
    from cloudops.views import gym, gym_document, gym_files

    voice, results = Voice(config), ledger.results()
    tasks = str(ledger.order().get("tasks") or "")
    files = gym_files.write(results, tasks, ledger.place)
    if voice.human:
        gym.show(results, tasks, voice.console)
        voice.say({}, *(f"written: {file}" for file in files))
    else:
        names = [str(file) for file in files]
        voice.say({**gym_document.document(results, tasks), "files": names})
    return int(any(result.status == "broken" for result in results))
