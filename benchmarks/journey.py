"""From request to receipts, against plain boto3 doing the same calls.

    python benchmarks/journey.py [--runs 5]

For "Create three VMs in one network behind a load balancer" on a sandbox of its own it times,
in turn: the whole command; a plain boto3 script that does the same calls one after another; and
one that does them as concurrently as their dependencies allow (the limit). The calls are those of
the plan the product made, with the wait for running machines. The product also reads every
postcondition back; the figures "and reads" are scripts that do that too, one describe a kind.
Clients are warm when a clock starts, as they are in the product when it begins to execute.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import boto3
import jmespath

REQUEST = "Create three VMs in one network behind a load balancer"
READS = {
    "ec2": (
        "describe_vpcs",
        "describe_subnets",
        "describe_internet_gateways",
        "describe_route_tables",
        "describe_security_groups",
        "describe_instances",
    ),
    "elbv2": ("describe_load_balancers", "describe_target_groups"),
}
CLOUDOPS = [sys.executable, "-m", "cloudops"]


def cloudops(state: Path, *words: str) -> tuple[dict[str, Any], float]:
    begun = time.perf_counter()
    done = subprocess.run(
        [*CLOUDOPS, *words, "--state-dir", str(state), "-o", "json"],
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.perf_counter() - begun
    if done.returncode not in (0, 3):
        sys.exit(f"{words}: exit {done.returncode}\n{done.stderr}\n{done.stdout}")
    return json.loads(done.stdout), seconds


class Script:
    """Replays a plan's calls with boto3, as somebody would write them by hand."""

    def __init__(self, steps: list[dict[str, Any]], environment: dict[str, str]) -> None:
        session = boto3.session.Session(
            environment["AWS_ACCESS_KEY_ID"],
            environment["AWS_SECRET_ACCESS_KEY"],
            region_name=environment["AWS_REGION"],
        )
        endpoint = environment["AWS_ENDPOINT_URL"]
        self.steps = {step["id"]: step for step in steps}
        services = {step["action"]["service"] for step in steps}
        self.clients = {s: session.client(s, endpoint_url=endpoint) for s in services}
        self.read_back()
        self.outputs: dict[str, Any] = {}

    def bound(self, value: Any) -> Any:
        if isinstance(value, dict):
            if "$output" in value:
                return self.outputs[value["$output"]]
            if "$token" in value:
                return f"bench-{time.monotonic_ns()}"
            return {k: self.bound(v) for k, v in value.items()}
        return [self.bound(v) for v in value] if isinstance(value, list) else value

    def do(self, id: str) -> None:
        step = self.steps[id]
        action = step["action"]
        client = self.clients[action["service"]]
        name = client.meta.method_to_api_mapping
        method = next(m for m, operation in name.items() if operation == action["operation"])
        answer = getattr(client, method)(**self.bound(action["parameters"]))
        for output, path in step["outputs"].items():
            self.outputs[f"{id}.{output}"] = jmespath.search(path, answer)
        if action["operation"] == "RunInstances":
            client.get_waiter("instance_running").wait(InstanceIds=[self.outputs[f"{id}.id"]])

    def one_after_another(self) -> None:
        order = TopologicalSorter({i: s["needs"] for i, s in self.steps.items()}).static_order()
        for id in order:
            self.do(id)

    def read_back(self) -> None:
        for client, calls in READS.items():
            for call in calls:
                getattr(self.clients[client], call)()

    def read_back_concurrently(self) -> None:
        calls = [(client, call) for client, calls in READS.items() for call in calls]
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda each: getattr(self.clients[each[0]], each[1])(), calls))

    def concurrently(self) -> None:
        sorter = TopologicalSorter({i: s["needs"] for i, s in self.steps.items()})
        sorter.prepare()
        running: dict[Future[None], str] = {}
        with ThreadPoolExecutor(8) as pool:
            while sorter.is_active():
                for id in sorter.get_ready():
                    running[pool.submit(self.do, id)] = id
                ended, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in ended:
                    future.result()
                    sorter.done(running.pop(future))


def timed(script: Script, how: str) -> float:
    begun = time.perf_counter()
    getattr(script, how)()
    return time.perf_counter() - begun


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    figures: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder) / "state"
        os.environ["CLOUDOPS_STATE_DIR"] = str(state)
        cloudops(state, "sandbox", "up")
        environment = cloudops(state, "sandbox", "env")[0]
        environment = environment.get("environment", environment)
        try:
            for _ in range(runs):
                report, seconds = cloudops(state, "run", REQUEST, "--yes", "--modality", "sdk")
                usage = report["usage"]
                row = {
                    "command, start to end": seconds,
                    "before the question": usage["seconds_before_question"],
                    "execution": usage["seconds_executing"],
                }
                cloudops(state, "sandbox", "reset")
                for how in ("one_after_another", "concurrently"):
                    script = Script(report["plan"]["steps"], environment)
                    name = f"boto3 {how.replace('_', ' ')}"
                    row[name] = timed(script, how)
                    back = "read_back" if how == "one_after_another" else "read_back_concurrently"
                    row[f"{name}, and reads"] = row[name] + timed(script, back)
                    cloudops(state, "sandbox", "reset")
                for name, value in row.items():
                    figures.setdefault(name, []).append(value)
        finally:
            cloudops(state, "sandbox", "down")
    medians = {name: statistics.median(values) for name, values in figures.items()}
    for name, value in medians.items():
        spread = f"{min(figures[name]):.3f} to {max(figures[name]):.3f}"
        print(f"{name:38} {value:8.3f} s   ({spread})")
    for name in medians:
        if name.startswith("boto3"):
            print(f"execution / {name:36} {medians['execution'] / medians[name]:6.2f}")


if __name__ == "__main__":
    main()
