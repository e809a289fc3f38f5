"""cloudops policy: what is checked before anything is done."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cloudops.commands.opening import configured, read
from cloudops.commands.options import Common, command
from cloudops.commands.voice import Voice
from cloudops.errors import CannotEvaluate, Denied

if TYPE_CHECKING:
    from cloudops.config import Config
    from modalities.plan import Plan
    from policies.finding import Verdict

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
    from modalities.codec import encode

    plan = planfile.load(file)
    config = configured(common)
    verdict = _of_both(plan, config) if plan.also else _verdict(plan, config, common.target)
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


def _of_both(plan: Plan, config: Config) -> Verdict:
    """Each target's part by its own rules."""
    from cloudops.engine.judging import joined
    from cloudops.engine.site import parts_of

    return joined(plan.digest, [_verdict(part, config) for part in parts_of(plan)])


def _verdict(plan: Plan, config: Config, name: str | None = None) -> Verdict:
    """By the rules of the target of that name, by default the plan's own."""
    from cloudops.planner.cost import standing_cost
    from modalities.prices import table as prices
    from modalities.resource import Resource, World
    from policies.judge import evaluate
    from policies.registry import POLICIES
    from policies.subject import Subject

    target = config.target(name or plan.target)
    known: tuple[Resource, ...] = ()
    if config.keeps_state():
        with read(config) as store:
            known = store.resources(plan.identity.scope)
    world = World(plan.identity.provider, plan.identity.scope, known)
    return evaluate(
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
