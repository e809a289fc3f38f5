"""Two states for one cloud, and two clouds with one account's number in one state."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from journey.conftest import Product, Witness, moto

LAB2 = """
[targets.lab2]
provider = "aws"
realm = "production"
region = "us-east-1"
timeout = 100
endpoint_url = "{}"
"""


def unhurried(product: Product) -> Path:
    """Its configuration file, which ends with the target: a busy machine may take its time."""
    config = product.home / "cloudops.toml"
    if "timeout" not in config.read_text():
        config.write_text(config.read_text() + "timeout = 100\n")
    return config


def network(cloud: Witness, name: str, run: str) -> None:
    """As a run makes one."""
    tags = [{"Key": "Name", "Value": name}, {"Key": "cloudops:run", "Value": run}]
    marked: Any = [{"ResourceType": "vpc", "Tags": tags}]
    cloud.ec2.create_vpc(CidrBlock="10.7.0.0/16", TagSpecifications=marked)


def test_two_states_for_one_cloud(product: Product) -> None:
    unhurried(product)
    network(Witness(product.endpoint), "shared", "1128-000000-abcdef")
    read = product("state", "refresh", "-t", "lab")
    assert read.code == 0, read.err
    assert "1128-000000-abcdef" in read.report["elsewhere"]
    assert "do not see each other's locks" in read.err
    assert "postgresql://" in read.err
    (check,) = [c for c in product("doctor").report["checks"] if c["name"] == "one state"]
    assert "1128-000000-abcdef" in check["what"]


def test_two_clouds_with_one_account(product: Product) -> None:
    network(Witness(product.endpoint), "only-here", "")
    with moto() as second:
        config = unhurried(product)
        config.write_text(config.read_text() + LAB2.format(second))
        reads = [product("state", "refresh", "-t", target) for target in ("lab", "lab2")]
        assert [read.code for read in reads] == [0, 0], [read.report["error"] for read in reads]
        scopes = {read.report["scope"] for read in reads}
        assert len(scopes) == 2, "one account, two clouds"
        assert all(scope.startswith("123456789012@localhost:") for scope in scopes)
    kept = product("state", "list", "--kind", "network").report["resources"]
    assert "only-here" in {r["ref"]["name"] for r in kept}, "the other one took nothing away"
