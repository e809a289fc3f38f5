"""What others did between a death and a `resume` that fails stays when that takes the run back."""

from __future__ import annotations

from pathlib import Path

import boto3
import pytest

from kill.bench import Bench
from kill.conftest import ON_LINUX
from kill.ground import Ground
from kill.moment import parsed
from kill.process import Ended
from kill.specimen import Specimen
from kill.trial import stopped

LAB = ("--target", "lab")
BY = (*LAB, "--modality", "sdk")
BALANCER = "put web-1 behind a load balancer named edge listening on port 9090"

GIVEN = (
    "create two VMs named web-1 and web-2",
    "tag web-1 with env=dev",
    "create a 20 GB disk named data-1",
)

pytestmark = ON_LINUX


def machine(bench: Bench, port: int) -> dict[str, object]:
    """Its groups, its tag env and how many disks it has, as AWS has them."""
    session = boto3.session.Session("test", "test", region_name="us-east-1")
    ec2 = session.client("ec2", endpoint_url=f"http://127.0.0.1:{port}")
    there = [i for r in ec2.describe_instances()["Reservations"] for i in r["Instances"]]
    tags = {i["InstanceId"]: {tag["Key"]: tag["Value"] for tag in i["Tags"]} for i in there}
    (it,) = (i for i in there if tags[i["InstanceId"]]["Name"] == "web-1")
    return {
        "groups": {group["GroupName"] for group in it["SecurityGroups"]},
        "env": tags[it["InstanceId"]].get("env"),
        "disks": len(it["BlockDeviceMappings"]),
    }


def resumed(bench: Bench, port: int, words: str, moment: str, others: str, refused: str) -> Ended:
    """The end of a `resume` of a run that died at ``moment``, after ``others`` had had their say;
    it comes upon what the cloud does not allow by then."""
    argv, there = ["run", words, *BY], bench.cloud.look(port)
    specimen = Specimen("meanwhile", words)
    ground = Ground(specimen, port, bench.state, argv, there, there, [], {}, {}, 0.0)
    _, reached = stopped(bench, ground, parsed(moment), port)
    assert reached
    run, _ = bench.runs()[-1]
    bench.line.begin(port)
    assert bench.told("run", others, *BY).status == 0
    bench.line.begin(port, refused=refused)
    return bench.told("resume", run, *LAB)


@pytest.mark.parametrize(
    ("words", "moment", "others", "exit", "now"),
    [
        (
            "open port 8080 on web-1 and resize web-1 to t3.large",
            "cloud/ec2:ModifyInstanceAttribute#1/after",
            BALANCER,
            1,
            {"groups": {"default", "edge-targets"}, "env": "dev", "disks": 1},
        ),
        (
            "tag web-1 with env=prod and resize web-1 to t3.large",
            "cloud/ec2:StopInstances#1/before",
            "tag web-1 with env=stage",
            7,
            {"groups": {"default"}, "env": "stage", "disks": 1},
        ),
        (
            "attach disk data-1 to web-1 and resize web-1 to t3.large",
            "cloud/ec2:StopInstances#1/before",
            "detach disk data-1 from web-1 and attach it to web-2",
            7,
            {"groups": {"default"}, "env": "dev", "disks": 1},
        ),
    ],
    ids=["a list", "a value", "a disk"],
)
def test_it_is_neither_written_over_nor_set_back(
    bench: Bench, words: str, moment: str, others: str, exit: int, now: dict[str, object]
) -> None:
    bench.fresh_state()
    with bench.cloud.fork() as port:
        bench.line.begin(port)
        for given in GIVEN:
            assert bench.told("run", given, *BY).status == 0
        ended = resumed(bench, port, words, moment, others, "ec2:StopInstances")
        assert ended.status == exit, ended.error
        assert machine(bench, port) == now
        if exit == 7:
            (left,) = ended.document["left"]
            assert "stays, as others have changed it: " in left
        bench.starter.sweep()


def test_it_is_said_where_rules_of_others_go_with_their_group(bench: Bench) -> None:
    bench.fresh_state()
    with bench.cloud.fork() as port:
        bench.line.begin(port)
        assert bench.told("run", GIVEN[0], *BY).status == 0
        words = "open port 8080 on web-1 and resize web-1 to t3.large"
        moment, others = "cloud/ec2:ModifyInstanceAttribute#1/after", "open port 9191 on web-1"
        ended = resumed(bench, port, words, moment, others, "ec2:StopInstances")
        assert ended.status == 1, ended.error
        assert "security_group/web-1-access goes with rules that others have put" in ended.err
        bench.starter.sweep()


def test_what_others_have_something_in_stays_with_all_that_it_stands_on(tmp_path: Path) -> None:
    """Azure deletes a network with its subnets, a resource group with all that is in it."""
    pytest.importorskip("trustme", reason="the Azure sandbox needs the extra `azure`")
    with Bench(tmp_path, "sdk", cloud="azure") as bench, bench.cloud.fork() as port:
        bench.fresh_state()
        bench.line.begin(port)
        ended = resumed(
            bench,
            port,
            "Create two VMs in one network behind a load balancer",
            "cloud/arm:PUT networkInterfaces#1/after",
            "create a subnet named theirs 10.0.200.0/24 in network network-1",
            "arm:PUT virtualMachines",
        )
        assert ended.status == 7, ended.error
        network, group = ended.document["left"]
        assert network.startswith("create-network-network-1: network/network-1 stays: others have")
        assert group.startswith("create-resource-group-lab: ")
        there = bench.cloud.look(port)
        assert there.counts() == {"resource group": 1, "virtualNetworks": 1}
        assert "theirs" in there.texts()
