"""A plan without changes: Terraform's state file and ours, for the same number of resources.

    python benchmarks/terraform_plan.py [--sizes 1000,10000] [--directory DIR]

Terraform: `terraform plan` of so many terraform_data resources that are all in its state file as
they are in the code. They are built into Terraform, so no provider and no cloud is asked: what is
measured is reading the state, going over every resource, and finding nothing. Ours: the same
number of resources with the same four attributes, read from the store and compared with what a
look found (the cloud asked by neither); in a file of SQLite's, from opening it on. Both are one
process from nothing, Python's start included. The state is written by this script, in the form of
Terraform 1.11 (version 4).
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from modalities.resource import Resource

SIZE = {"state": "running", "size": "m5.small", "image": "ami-1", "zone": "us-east-1a"}
CODE = """
resource "terraform_data" "vm" {{
  count = {count}
  input = {{
    state = "running"
    size  = "m5.small"
    image = "ami-1"
    zone  = "us-east-1a"
  }}
}}
"""
OURS = """
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from modalities.resource import Resource
from cloudops.engine.drift import drift
from cloudops.state.sql import open_store
sys.path.insert(0, sys.argv[2])
from terraform_plan import machines
from modalities.resource import Provider, World
fresh = World(Provider.AWS, "1/us-east-1", tuple(machines(int(sys.argv[3]))))
store = open_store(Path(sys.argv[1]))
known = fresh.with_resources(store.resources("1/us-east-1"))
assert len(known.resources) == len(fresh.resources)
assert not drift(known, fresh)
"""


def machines(count: int) -> list[Resource]:
    from modalities.resource import Kind, Provider, Resource, ResourceRef

    return [
        Resource(ResourceRef(Provider.AWS, "1/us-east-1", Kind.VM, f"vm-{n}"), f"i-{n}", SIZE)
        for n in range(count)
    ]


class Spent(NamedTuple):
    """Seconds: by the clock, and of processors, which tells more on a machine that is busy."""

    wall: float
    cpu: float

    def __str__(self) -> str:
        return f"{self.wall:7.2f} s ({self.cpu:.2f} of CPU)"


def state_of(count: int) -> str:
    kept = {"type": ["object", dict.fromkeys(SIZE, "string")], "value": SIZE}
    instances = [
        {
            "index_key": n,
            "schema_version": 0,
            "attributes": {"id": f"i-{n}", "input": kept, "output": kept, "triggers_replace": None},
        }
        for n in range(count)
    ]
    provider = 'provider["terraform.io/builtin/terraform"]'
    kind = {"mode": "managed", "type": "terraform_data", "name": "vm", "provider": provider}
    return json.dumps(
        {
            "version": 4,
            "terraform_version": "1.11.0",
            "serial": 1,
            "lineage": "9b1cb0b5-8d4f-4b0e-9d0e-000000000000",
            "outputs": {},
            "resources": [{**kind, "instances": instances}],
        }
    )


def timed(work: Callable[[], object]) -> Spent:
    begun, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    work()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Spent(time.perf_counter() - begun, cpu)


def terraform(program: str, folder: Path, count: int) -> Spent:
    (folder / "main.tf").write_text(CODE.format(count=count))
    (folder / "terraform.tfstate").write_text(state_of(count))
    run = {"cwd": folder, "check": True, "capture_output": True, "text": True}
    subprocess.run([program, "init", "-no-color"], **run)  # type: ignore[call-overload]

    def plan() -> None:
        argv = [program, "plan", "-no-color", "-input=false", "-lock=false"]
        done = subprocess.run(argv, **run)  # type: ignore[call-overload]
        assert "No changes" in done.stdout, done.stdout[-500:]

    return timed(plan)


def ours(folder: Path, count: int) -> Spent:
    from cloudops.state.sql import open_store

    path = folder / "state.db"
    with closing(open_store(path)) as store:
        store.record(machines(count), run=None, modality="outside", whole="1/us-east-1")
    here = str(Path(__file__).parent)
    argv = [sys.executable, "-c", OURS, str(path), here, str(count)]
    return timed(lambda: subprocess.run(argv, check=True))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="1000,10000")
    parser.add_argument("--directory", type=Path, default=None)
    given = parser.parse_args()
    program = shutil.which("terraform")
    if program is None:
        sys.exit("this needs terraform on PATH")
    for count in map(int, given.sizes.split(",")):
        with tempfile.TemporaryDirectory(dir=given.directory) as place:
            folder = Path(place)
            theirs, mine = terraform(program, folder, count), ours(folder, count)
            sizes = [(folder / n).stat().st_size / 1e6 for n in ("terraform.tfstate", "state.db")]
        print(
            f"{count:9,} resources   terraform plan {theirs}   ours {mine}   "
            f"ratio {theirs.wall / mine.wall:.1f} ({theirs.cpu / mine.cpu:.1f})   "
            f"on disk {sizes[0]:.1f} MB and {sizes[1]:.1f} MB",
            flush=True,
        )


if __name__ == "__main__":
    main()
