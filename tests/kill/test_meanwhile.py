"""What others did between a death and a `resume` that fails stays when that takes the run back."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import boto3
import pytest

from kill.bench import Bench
from kill.ground import Ground
from kill.moment import parsed
from kill.specimen import Specimen
from kill.trial import stopped

LAB = ("--target", "lab")
BALANCER = "put web-1 behind a load balancer named edge listening on port 9090"
REFUSED = "ec2:StopInstances"

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="limits of another process are set as Linux does it"
)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with Bench(tmp_path_factory.mktemp("kill"), "sdk") as made:
        yield made


def machine(bench: Bench, port: int) -> dict[str, object]:
    """Its groups, and its tag env, as AWS has them."""
    session = boto3.session.Session("test", "test", region_name="us-east-1")
    ec2 = session.client("ec2", endpoint_url=f"http://127.0.0.1:{port}")
    (it,) = (i for r in ec2.describe_instances()["Reservations"] for i in r["Instances"])
    tags = {tag["Key"]: tag["Value"] for tag in it["Tags"]}
    return {"groups": {g["GroupName"] for g in it["SecurityGroups"]}, "env": tags.get("env")}


@pytest.mark.parametrize(
    ("words", "moment", "others", "exit", "now"),
    [
        (
            "open port 8080 on web-1 and resize web-1 to t3.large",
            "cloud/ec2:ModifyInstanceAttribute#1/after",
            BALANCER,
            1,
            {"groups": {"default", "edge-targets"}, "env": "dev"},
        ),
        (
            "tag web-1 with env=prod and resize web-1 to t3.large",
            "cloud/ec2:StopInstances#1/before",
            "tag web-1 with env=stage",
            7,
            {"groups": {"default"}, "env": "stage"},
        ),
    ],
    ids=["a list", "a value"],
)
def test_it_is_neither_written_over_nor_set_back(
    bench: Bench, words: str, moment: str, others: str, exit: int, now: dict[str, object]
) -> None:
    bench.fresh_state()
    with bench.cloud.fork() as port:
        bench.line.begin(port)
        for given in ("create a VM named web-1", "tag web-1 with env=dev"):
            assert bench.told("run", given, *LAB).status == 0
        specimen = Specimen("meanwhile", words, refused=REFUSED)
        argv = ["run", words, *LAB]
        there = bench.cloud.look(port)
        ground = Ground(specimen, port, bench.state, argv, there, there, [], {}, {}, 0.0)
        _, reached = stopped(bench, ground, parsed(moment), port)
        assert reached
        run, _ = bench.runs()[-1]
        bench.line.begin(port)
        assert bench.told("run", others, *LAB).status == 0
        bench.line.begin(port, refused=REFUSED)
        ended = bench.told("resume", run, *LAB)
        assert ended.status == exit, ended.error
        assert machine(bench, port) == now
        if exit == 7:
            (left,) = ended.document["left"]
            assert left.endswith("vm/web-1: tag:env is stage now, that run had left prod")
        bench.starter.sweep()
