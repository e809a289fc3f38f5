"""cloudops memory: what is remembered: plans that came through, answers, readings by models."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cloudops.commands import readings
from cloudops.commands.opening import configured, read, stored
from cloudops.commands.options import Common, command
from cloudops.commands.voice import Voice
from cloudops.errors import Misused

if TYPE_CHECKING:
    from cloudops.planner.by_model.remembered import Kept
    from cloudops.state.contract import Store
    from cloudops.state.workflow import Preference, Workflow

app = typer.Typer(
    no_args_is_help=True,
    help="Workflows that came through, what models read, and answers that are offered again.",
)
Id = Annotated[
    str, typer.Argument(metavar="ID", help="A workflow or a reading, or the beginning of its id.")
]
Ids = Annotated[
    list[str] | None, typer.Argument(metavar="[ID]...", help="Workflows; none means all.")
]


@command(app, "list", examples=("cloudops memory list", "cloudops memory list -o json"))
def list_(common: Common) -> None:
    """List workflows, what models read of requests, and the answers given in this directory."""
    from cloudops.planner.by_model import remembered
    from modalities.codec import encode

    config = configured(common)
    voice = Voice(config)
    with read(config) as store:
        found = [(w, _record(store, w)) for w in store.workflows()]
        answers = store.preferences(str(config.directory))
        kept = remembered.readings(store)
    data = {
        "workflows": [_entry(w, r) for w, r in found],
        "readings": [readings.entry(each) for each in kept],
        "answers": encode(answers),
    }
    if found or not voice.human or not (kept or answers):
        voice.table(
            data,
            ("workflow", "hand", "what it does", "record"),
            ((w.id, w.hand, f"{w.title} on {w.provider}", r) for w, r in found),
            "nothing is remembered yet: a change that comes through is",
        )
    readings.listed(voice, kept)
    if voice.human and answers:
        voice.table({}, ("question", "answered", "on"), map(_answer, answers), "")


@command(app, "show", examples=("cloudops memory show wf-4e60",))
def show(id: Id, common: Common) -> None:
    """Show one workflow: parameters, what must be there, steps, what is read back, evidence; or
    a reading: of which words, by which model, what may be other in them."""
    from cloudops.memory import wording
    from modalities.codec import encode

    config = configured(common)
    voice = Voice(config)
    with read(config) as store:
        if store.workflow(id) is None and (kept := readings.named(store, id)) is not None:
            readings.shown(voice, kept)
            return
        workflow = _workflow(store, id)
        record, uses = _record(store, workflow), store.uses(workflow.id)
    parts = {
        "given": wording.given(workflow),
        "needs": wording.preconditions(workflow),
        "does": (wording.text_of(workflow, step["why"]) for step in workflow.steps),
        "reads back": wording.postconditions(workflow),
        "verified under": (f"{k} {v}" for k, v in sorted(workflow.versions.items())),
        "used in": (f"run {u.run}: {u.ending}, {u.at:%Y-%m-%d %H:%M}" for u in uses),
    }
    voice.say(
        {"workflow": encode(workflow), "record": record, "uses": encode(uses)},
        f"{workflow.id}  {workflow.title}  by {workflow.hand} on {workflow.provider}",
        f"  {record}",
        *_lines(parts),
        *((f"  only bears witness: {workflow.why_not}",) if workflow.why_not else ()),
    )


@command(
    app,
    "forget",
    examples=(
        "cloudops memory forget wf-4e60",
        "cloudops memory forget 1128-063403-d9559a",
        'cloudops memory forget --answer "Which port?"',
        "cloudops memory forget --all",
    ),
)
def forget(
    common: Common,
    ids: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ID]...", help="Workflows and readings to forget."),
    ] = None,
    answer: Annotated[
        list[str] | None,
        typer.Option("--answer", metavar="QUESTION", help="A question, as `memory list` has it."),
    ] = None,
    everything: Annotated[
        bool,
        typer.Option(
            "--all", help="All workflows and readings, and all answers of this directory."
        ),
    ] = False,
) -> None:
    """Forget workflows with their record, readings, or answers; no cloud is touched."""
    from cloudops.planner.by_model import remembered

    if not (ids or answer or everything):
        raise Misused(
            "forget what?", remedy="name workflows or readings, --answer QUESTION or --all"
        )
    config = configured(common)
    voice, project = Voice(config), str(config.directory)
    with stored(config) as store:
        workflows, kept = _chosen(store, ids or ())
        questions = [_question(store, project, text) for text in answer or ()]
        if everything:
            workflows = [w.id for w in store.workflows()]
            kept = remembered.readings(store)
            questions = [p.question for p in store.preferences(project)]
        gone = [id for id in workflows if store.drop(id)]
        unread = readings.forgotten(store, kept)
        silent = [text for text in questions if store.unprefer(project, text)]
    said = f"forgotten: {len(gone)} workflows, {len(kept)} readings, {len(silent)} answers"
    data = {"workflows": gone, "readings": unread, "answers": silent}
    voice.say({"forgotten": data}, said)


@command(
    app,
    "export",
    examples=("cloudops memory export ours.json", "cloudops memory export one.json wf-4e60"),
)
def export(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to.")],
    common: Common,
    ids: Ids = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite what is there.")] = False,
) -> None:
    """Write workflows into a file for others: no account, no secret, no answers, no record."""
    from cloudops.memory import exchange

    config = configured(common)
    voice = Voice(config)
    with read(config) as store:
        chosen = [_workflow(store, id) for id in ids] if ids else list(store.workflows())
    if not chosen:
        raise Misused("nothing is remembered yet", remedy="see `cloudops memory list`")
    done = exchange.export(chosen, file, force=force)
    for id, why in done.left_out:
        voice.aside(f"cloudops: workflow {id} stays here: {why}")
    data = {"file": str(file), "workflows": done.workflows, "left_out": dict(done.left_out)}
    voice.say(data, f"{len(done.workflows)} workflows are in {file}")


@command(app, "import", examples=("cloudops memory import ours.json",))
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `memory export` wrote.")],
    common: Common,
) -> None:
    """Take workflows over from a file. None is trusted before it came through here.

    What is known here already stays as it is.
    """
    from cloudops.memory import exchange

    config = configured(common)
    voice = Voice(config)
    found = exchange.load(file)
    with stored(config) as store:
        known = {w.id for w in store.workflows() if w.trusted}
        taken = [w for w in found if w.id not in known]
        for workflow in taken:
            store.keep(workflow)
    kept = [w.id for w in found if w.id in known]
    voice.say(
        {"imported": [w.id for w in taken], "known": kept},
        f"imported: {len(taken)} workflows, not trusted until they came through here",
        *((f"known here already, and left as they are: {', '.join(kept)}",) if kept else ()),
    )


def _chosen(store: Store, ids: Sequence[str]) -> tuple[list[str], Sequence[Kept]]:
    """Workflows, and readings. Raises Misused where there is no such thing."""
    workflows: list[str] = []
    kept: list[Kept] = []
    for id in ids:
        found = None if store.workflow(id) else readings.named(store, id)
        if found is None:
            workflows.append(_workflow(store, id).id)
        else:
            kept.append(found)
    return workflows, kept


def _workflow(store: Store, id: str) -> Workflow:
    """Raises Misused where there is none."""
    workflow = store.workflow(id)
    if workflow is None:
        raise Misused(
            f"there is no workflow or reading {id}", remedy="`cloudops memory list` lists them"
        )
    return workflow


def _question(store: Store, project: str, text: str) -> str:
    """Raises Misused where it was never answered here."""
    if store.preference(project, text) is None:
        raise Misused(
            f"no answer to {text!r} is kept in {project}",
            remedy="`cloudops memory list` lists them, in the directory they were given in",
        )
    return text


def _record(store: Store, workflow: Workflow) -> str:
    from cloudops.memory.standing import standing

    words = standing(workflow, store.uses(workflow.id)).words
    return words if workflow.trusted else f"from {workflow.origin}, not trusted yet; {words}"


def _entry(workflow: Workflow, record: str) -> dict[str, Any]:
    return {
        "id": workflow.id,
        "title": workflow.title,
        "goal": workflow.goal,
        "hand": workflow.hand,
        "provider": workflow.provider,
        "trusted": workflow.trusted,
        "origin": workflow.origin,
        "learnt_at": workflow.learnt_at.isoformat(),
        "record": record,
        "drafts": not workflow.why_not,
    }


def _answer(preference: Preference) -> Sequence[str]:
    return (preference.question, preference.answer, f"{preference.at:%Y-%m-%d}")


def _lines(parts: dict[str, Iterator[str]]) -> Iterator[str]:
    for title, lines in parts.items():
        for number, line in enumerate(lines):
            yield f"  {title if number == 0 else '':15}{line}"
