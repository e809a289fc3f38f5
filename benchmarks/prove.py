"""What proving a plan costs, beside judging it by the policies.

    python benchmarks/prove.py [--steps 10,100,1000] [--rounds 15]

The plan is a real draft of the AWS hand: machines in one new network behind a load balancer, and
disks for them, again and again with other names, for a target that holds as many machines as the
plan has steps. Medians in milliseconds of CPU, which a busy machine does not lengthen; `ratio` is
proving to judging, the baseline; `dearest` is the check that took longest. Sums that bound one
another are timed apart: they alone need Z3, whose import is told too.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from cloudops.planner.cost import cost_of, standing_cost
from cloudops.prover.contract import Limits
from cloudops.prover.prove import RULES, Proof, premise_of, prove
from cloudops.prover.sums import Bound, Choice, Sum, decide
from fakes.drafts import REGION, drafted
from fakes.grounds import OPEN, ground, machine
from fakes.proofs import plan_of
from modalities.change import Create
from modalities.codec import decode, encode
from modalities.plan import Plan
from modalities.prices import table
from modalities.resource import World
from modalities.step import Step
from modalities.target import Realm
from modalities.wanted import Disk, LoadBalancer, Network, Vm, Wanted
from policies.judge import evaluate
from policies.registry import POLICIES
from policies.settings import PolicySettings
from policies.subject import Subject

PRICES = table.load()


def holding(machines: int) -> World:
    """A target that holds so many machines, each with a disk and an interface."""
    more = (machine(f"i-1{n:07x}", f"there-{n}", OPEN, public=True) for n in range(machines))
    return ground(*(resource for three in more for resource in three))


def made(steps: int, world: World) -> Plan:
    """A plan of at least so many steps, out of drafts of the same in networks of their own."""
    names = tuple(f"app-{n}" for n in range(4))
    wanted: tuple[Wanted, ...] = (
        Network(name="lab", cidr="10.100.0.0/16"),
        *(Vm(name=name, network="lab") for name in names),
        *(Disk(name=f"{name}-data", gib=32, attach_to=name) for name in names),
        LoadBalancer(name="front", port=80, target_port=8080, targets=names[:2]),
    )
    draft = json.dumps(encode(drafted(ground(), Create(wanted=wanted)).steps))
    drawn: list[Step] = []
    number = 0
    while len(drawn) < steps:
        drawn += [decode(Step, step) for step in json.loads(renamed(draft, number))]
        number += 1
    return plan_of(drawn, world, cost=cost_of(drawn, world, PRICES, REGION))


def renamed(draft: str, number: int) -> str:
    """The draft with names and ranges of its own."""
    for name in ("app", "lab", "front"):
        draft = re.sub(rf"\b{name}\b", f"{name}{number}", draft)
    return draft.replace("10.100.", f"10.{100 + number}.")


def median(rounds: int, work: Callable[[], object]) -> float:
    """Milliseconds of CPU."""
    times = []
    for _ in range(rounds):
        begun = time.process_time()
        work()
        times.append((time.process_time() - begun) * 1000)
    return statistics.median(times)


def measured(steps: int, rounds: int) -> None:
    world = holding(steps)
    plan = made(steps, world)
    settings = PolicySettings(monthly_ceiling=1e6, quotas={"vm": 100_000})
    standing = standing_cost(world, PRICES, REGION)
    subject = Subject(
        plan=plan,
        world=world,
        settings=settings,
        explicit=(),
        realm=Realm.PRODUCTION,
        standing=standing,
    )
    calls: list[tuple[Step, ...]] = [(step,) for step in plan.steps]

    def proving() -> Proof:
        limits = Limits(monthly=1e6, standing=0.0)
        return prove(
            premise_of(
                plan,
                calls,
                world,
                problems=(),
                settings=settings,
                limits=limits,
                quotas=settings.quotas,
            )
        )

    proof = proving()
    assert not proof.broken
    assert not proof.findings, proof.findings[:2]
    judging = median(rounds, lambda: evaluate(subject, POLICIES))
    took = median(rounds, proving)
    held = len(world.resources)
    line = f"{len(plan.steps):>6} {held:>9} {judging:>9.2f} {took:>9.2f} {took / judging:>7.2f}"
    premise = premise_of(plan, calls, world, problems=(), settings=settings)
    dearest = max(RULES, key=lambda rule: median(3, lambda: rule.check(premise)))
    print(f"{line}  {dearest.id}")


def solving(steps: int, rounds: int) -> None:
    """So many counts left open, each with a price, under a quota and a ceiling that only
    together hold."""
    open_ones = [Choice(f"n{n}", 1, 5) for n in range(steps)]
    cost = Bound(Sum(0.0, tuple((10.0 + n % 3, c) for n, c in enumerate(open_ones))), 30.0 * steps)
    quota = Bound(Sum(0.0, tuple((1.0, c) for c in open_ones)), 2.0 * steps)
    decision = decide(cost, (quota,))
    print(f"{steps:>6} {median(rounds, lambda: decide(cost, (quota,))):>9.2f}  {decision.outcome}")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", default="10,100,1000")
    parser.add_argument("--rounds", type=int, default=15)
    arguments = parser.parse_args()
    sizes = [int(size) for size in arguments.steps.split(",")]
    print(" steps resources  judge ms  prove ms   ratio  dearest")
    for size in sizes:
        measured(size, arguments.rounds)
    try:
        begun = time.perf_counter()
        import z3  # noqa: F401
    except ImportError:
        print("z3 is not here: pip install 'cloudops-agent[prove]'")
        return
    print(f"\nz3 imported in {(time.perf_counter() - begun) * 1000:.0f} ms")
    print("  open   Z3 ms  outcome")
    for size in sizes:
        solving(size, arguments.rounds)


if __name__ == "__main__":
    main()
