"""cloudops policy: what is checked before anything is done."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cloudops.commands.opening import configured, read
from cloudops.commands.options import Common, command
from cloudops.commands.voice import Voice
from cloudops.errors import CannotEvaluate, Denied

app = typer.Typer(no_args_is_help=True, help="The policies every plan must pass.")


@command(app, "list", examples=("cloudops policy list", "cloudops policy list --target staging"))
def list_(common: Common) -> None:
    """Every policy with its severity and its settings for a target."""
    from policies.registry import POLICIES

    config = configured(common)
    voice = Voice(config)
    settings = config.policies_for(config.target(config["target"]))
    rows = [(p.id, settings.severities.get(p.id, p.severity), p.title, p.why) for p in POLICIES]
    from modalities.codec import encode

    keys = ("id", "severity", "title", "why")
    voice.table(
        {
            "policies": [dict(zip(keys, row, strict=True)) for row in rows],
            "settings": encode(settings),
        },
        ("policy", "severity", "what it holds"),
        (row[:3] for row in rows),
        "there are no policies",
    )


@command(
    app,
    "check",
    examples=("cloudops plan 'Delete VM web-1' --out p.json", "cloudops policy check p.json"),
)
def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A saved plan.")], common: Common
) -> int:
    """Judge a saved plan offline, beside what the state knows of its target.

    Exit 4 where a policy denies it. `apply` judges again, beside what is there then.
    """
    from cloudops import planfile
    from cloudops.planner.cost import standing_cost
    from modalities.codec import encode
    from modalities.prices import table as prices
    from modalities.resource import Resource, World
    from policies.judge import evaluate
    from policies.registry import POLICIES
    from policies.subject import Subject

    plan = planfile.load(file)
    config = configured(common)
    target = config.target(common.target or plan.target)
    known: tuple[Resource, ...] = ()
    if config.keeps_state():
        with read(config) as store:
            known = store.resources(plan.identity.scope)
    world = World(plan.identity.provider, plan.identity.scope, known)
    verdict = evaluate(
        Subject(
            plan=plan,
            world=world,
            settings=config.policies_for(target),
            explicit=(plan.request,),
            realm=target.realm,
            standing=standing_cost(
                world, prices.load(config.state_dir / "prices.json"), plan.identity.region
            ),
        ),
        POLICIES,
    )
    voice = Voice(config)
    voice.table(
        {"verdict": encode(verdict), "allowed": verdict.allowed},
        ("policy", "severity", "reason", "what to do"),
        ((f.policy, f.severity, f.reason, f.remedy) for f in verdict.findings),
        f"all {len(verdict.evaluated)} policies allow it",
    )
    if verdict.broken:
        return CannotEvaluate.exit_code
    return 0 if verdict.allowed else Denied.exit_code
