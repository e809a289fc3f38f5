"""The IaC hand against bare `terraform` for the same module.

    python benchmarks/iac.py [--runs 3] [--vms 1]

On a sandbox of its own it times, in turn: the hand (an exact plan before the question, the step's
own checks, that plan applied, outputs read); and a script that does with the very files the hand
wrote what a careful person does: `init`, `plan -out`, `show -json`, `apply` of the saved plan.
Each works on an account that holds nothing else. The provider waits 10 s for each machine, whoever
asks; `--vms 0` makes networks only, which shows the rest. The aim is a ratio of 1.1.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import replace
from itertools import count
from pathlib import Path

from modalities.acting import Call
from modalities.action import IacChange
from modalities.change import Create
from modalities.iac.aws import AwsIac
from modalities.receipt import Outcome
from modalities.step import Step
from modalities.target import Target
from modalities.wanted import Network, Subnet, Vm
from sandbox.daemon import Sandbox

ACCOUNTS = count(300000000001)


def target_of(sandbox: Sandbox) -> Target:
    """An account that nobody has used."""
    account = str(next(ACCOUNTS))
    target = sandbox.target()
    environment = {**target.environment, "AWS_ACCESS_KEY_ID": account}
    return replace(target, name=f"account-{account}", environment=environment, writable=True)


def wanted(vms: int) -> Create:
    """A network with two subnets, and machines in the first."""
    nets = (
        Network(name="lab", cidr="10.7.0.0/16"),
        Subnet(name="lab-a", network="lab", cidr="10.7.1.0/24"),
        Subnet(name="lab-b", network="lab", cidr="10.7.2.0/24"),
    )
    machines = (Vm(name=f"web-{n + 1}", network="lab", subnet="lab-a") for n in range(vms))
    return Create(wanted=(*nets, *machines))


def by_hand(hand: AwsIac, target: Target, vms: int) -> tuple[float, Step]:
    """Seconds from what is wanted to what is made; what was done."""
    world = hand.read(target)  # who asks has looked before, for every hand
    begun = time.perf_counter()
    (step,) = hand.express([wanted(vms)], world, target, "benchmark").steps
    receipt = hand.apply(step, target, Call("benchmark", hand.takes(step)))
    seconds = time.perf_counter() - begun
    if receipt.outcome is not Outcome.DONE:
        sys.exit(f"the hand: {receipt.error}")
    return seconds, step


def bare(
    terraform: str, files: Mapping[str, str | None], config: Path, target: Target, place: Path
) -> tuple[float, float]:
    """Seconds for `init`, and for all else."""
    for name, text in files.items():
        (place / name).write_text(text or "")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(place),
        "TF_CLI_CONFIG_FILE": str(config),
        "TF_IN_AUTOMATION": "1",
        **target.environment,
    }
    times = []
    for words in (
        ("init", "-input=false"),
        ("plan", "-input=false", "-out=plan"),
        ("show", "-json", "plan"),
        ("apply", "-input=false", "plan"),
    ):
        begun = time.perf_counter()
        done = subprocess.run(
            [terraform, *words], cwd=place, env=environment, capture_output=True, check=False
        )
        times.append(time.perf_counter() - begun)
        if done.returncode:
            sys.exit(f"terraform {words[0]}: {done.stderr.decode()}")
    return times[0], sum(times[1:])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--vms", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cloudops-benchmark-") as directory:
        root = Path(directory)
        sandbox = Sandbox(root / "sandbox")
        sandbox.up()
        try:
            compare(root, sandbox, asked.runs, asked.vms)
        finally:
            sandbox.down()


def compare(root: Path, sandbox: Sandbox, runs: int, vms: int) -> None:
    home = root / "iac"
    hand = AwsIac(home)
    ours, inits, rest = [], [], []
    for run in range(runs):
        seconds, step = by_hand(hand, target_of(sandbox), vms)
        ours.append(seconds)
        place = root / f"bare-{run}"
        place.mkdir()
        files = step.action.files if isinstance(step.action, IacChange) else {}
        terraform = str(hand.tool.path)
        config = home / ".shared" / "cli.tfrc"
        init, others = bare(terraform, files, config, target_of(sandbox), place)
        inits.append(init)
        rest.append(others)
        print(f"run {run + 1}: hand {seconds:.1f} s, bare {init:.1f} + {others:.1f} s", flush=True)
    hand_time, init_time, rest_time = map(statistics.median, (ours, inits, rest))
    print(f"median: hand {hand_time:.1f} s; bare {init_time + rest_time:.1f} s with `init`")
    print(f"ratio to bare terraform:              {hand_time / (init_time + rest_time):.2f}x")
    print(f"ratio where `init` was done before:   {hand_time / rest_time:.2f}x")


if __name__ == "__main__":
    main()
