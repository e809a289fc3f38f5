"""The CLI hand against the same aws commands in a shell script.

    python benchmarks/cli.py [--runs 3]

For "Create three VMs in one network behind a load balancer" on a sandbox of its own it times, in
turn: what the CLI hand takes from the first command to the last read back, locks and journal
included; and a shell script of the very commands of its plan, one after another as people write
them, with the wait for running machines. The aim is a ratio of 1.1 at most.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from modalities.cli.awscli.tool import search

REQUEST = "Create three VMs in one network behind a load balancer"
CLOUDOPS = [sys.executable, "-m", "cloudops"]


def cloudops(state: Path, *words: str) -> dict[str, Any]:
    done = subprocess.run(
        [*CLOUDOPS, *words, "--state-dir", str(state), "-o", "json"],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        sys.exit(f"{words}: exit {done.returncode}\n{done.stderr}\n{done.stdout}")
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def script(steps: list[dict[str, Any]]) -> str:
    """The plan's commands as shell: each id goes into a variable that later commands use."""
    lines = ["set -eu"]
    for step in _in_order(steps):
        command = " ".join(_word(word) for word in step["action"]["argv"])
        outputs = step["outputs"]
        if not outputs:
            lines.append(f"{command} > /dev/null")
        for number, (name, path) in enumerate(outputs.items()):
            if number:  # asking twice would do it twice: the first answer holds only one id
                break
            query = f"--query {shlex.quote(path)} --output text"
            lines.append(f"{_variable(step['id'], name)}=$({command} {query})")
        if step["action"]["argv"][2] == "run-instances":
            id = _variable(step["id"], "id")
            lines.append(f'aws ec2 wait instance-running --instance-ids "${id}"')
    return "\n".join(lines) + "\n"


def _in_order(steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    from graphlib import TopologicalSorter

    by_id = {step["id"]: step for step in steps}
    order = TopologicalSorter({id: step["needs"] for id, step in by_id.items()}).static_order()
    return [by_id[id] for id in order]


def _variable(step: str, name: str) -> str:
    return f"{step}_{name}".replace("-", "_")


def _word(word: Any) -> str:
    """A word with its references as variables, in quotes that let the shell put them in."""
    if isinstance(word, dict) and "$token" in word:
        return f'"bench-$$-{time.monotonic_ns()}"'
    said = _variables(word)
    text = said if isinstance(said, str) else json.dumps(said)
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("`", "\\`")
    return shlex.quote(text) if isinstance(word, str) else f'"{escaped}"'


def _variables(value: Any) -> Any:
    if isinstance(value, dict):
        if "$output" in value:
            step, _, name = value["$output"].rpartition(".")
            return f"${{{_variable(step, name)}}}"
        return {k: _variables(v) for k, v in value.items()}
    return [_variables(v) for v in value] if isinstance(value, list) else value


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    runs = parser.parse_args().runs
    tool = search().required()
    hand: list[float] = []
    shell: list[float] = []
    commands: set[tuple[int, int]] = set()
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder) / "state"
        cloudops(state, "sandbox", "up")
        told = cloudops(state, "sandbox", "env")
        path = f"{tool.path.parent}:{os.environ['PATH']}"
        environment = {"PATH": path, "HOME": folder, **told["environment"]}
        try:
            for _ in range(runs):
                report = cloudops(state, "run", REQUEST, "--yes", "--modality", "cli")
                hand.append(report["usage"]["seconds_executing"])
                steps = report["plan"]["steps"]
                cloudops(state, "sandbox", "reset")
                text = script(steps)
                begun = time.perf_counter()
                if subprocess.run(["/bin/sh", "-c", text], env=environment, check=False).returncode:
                    sys.exit("the script failed")
                shell.append(time.perf_counter() - begun)
                commands.add((len(steps), text.count("aws ")))
                cloudops(state, "sandbox", "reset")
        finally:
            cloudops(state, "sandbox", "down")
    ours, theirs = statistics.median(hand), statistics.median(shell)
    print(f"aws {tool.version}, {runs} runs, medians")
    for writes, in_script in sorted(commands):
        print(f"commands that change something: {writes}; commands in the script: {in_script}")
    print(f"CLI hand, first command to last read back   {ours:6.2f} s")
    print(f"the same commands in a shell script         {theirs:6.2f} s")
    print(f"ratio                                       {ours / theirs:6.2f}   (aim 1.1)")


if __name__ == "__main__":
    main()
