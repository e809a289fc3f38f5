"""What others had something in stays, and goes with the next undo when they are gone."""

from __future__ import annotations

from journey.conftest import Product, Witness

GO = ("--target", "lab", "--yes", "--max-risk", "high", "--modality", "sdk")
BACK = ("--target", "lab", "--yes", "--max-risk", "high")


def test_what_an_undo_left_is_taken_by_the_next(product: Product, witness: Witness) -> None:
    words = "create a network named lab-net 10.9.0.0/16 with a subnet named lab-sub"
    made = product("run", words, *GO)
    assert made.code == 0, made.out + made.err
    run = made.report["run"]
    (id,) = networks(witness)
    other = witness.ec2.create_subnet(VpcId=id, CidrBlock="10.9.9.0/24")["Subnet"]["SubnetId"]

    first = product("undo", run, *BACK)
    assert first.code == 7, first.out + first.err
    (left,) = first.report["left"]
    assert "network/lab-net stays: others have" in left
    assert f"`cloudops undo {run}`" in first.report["error"]["remedy"]
    assert subnets(witness, id) == {other}

    again = product("undo", run, *BACK)
    assert again.code == 7, again.out + again.err
    assert subnets(witness, id) == {other}

    witness.ec2.delete_subnet(SubnetId=other)
    second = product("undo", run, *BACK)
    assert second.code == 0, second.out + second.err
    assert networks(witness) == []

    third = product("undo", run, *BACK)
    assert third.code == 64
    assert "is undone: there is nothing to undo" in third.report["error"]["summary"]


def networks(witness: Witness) -> list[str]:
    found = witness.ec2.describe_vpcs(Filters=[{"Name": "tag:Name", "Values": ["lab-net"]}])
    return [network["VpcId"] for network in found["Vpcs"]]


def subnets(witness: Witness, network: str) -> set[str]:
    found = witness.ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [network]}])
    return {subnet["SubnetId"] for subnet in found["Subnets"]}
