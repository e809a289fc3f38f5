"""The whole product as a user has it: the command, against a cloud it did not start."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import pytest

KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
REGION = "us-east-1"


@contextmanager
def moto() -> Iterator[str]:
    """moto's own server, unmodified: somebody else's AWS."""
    code = (
        "import logging, sys; from moto.server import ThreadedMotoServer; "
        "logging.getLogger('werkzeug').setLevel(logging.ERROR); "
        "s = ThreadedMotoServer('127.0.0.1', 0, verbose=False); s.start(); "
        "print(s.get_host_and_port()[1], flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        port = server.stdout.readline().strip()
        yield f"http://127.0.0.1:{port}"
        server.kill()


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str]:
    with moto() as url:
        yield url


@dataclass
class Result:
    code: int
    out: str
    err: str

    @property
    def report(self) -> dict[str, Any]:
        return json.loads(self.out)  # type: ignore[no-any-return]


class Product:
    """The cloudops command with a state dir and a configuration of its own."""

    def __init__(self, home: Path, endpoint: str) -> None:
        self.home = home
        self.endpoint = endpoint
        config = home / "cloudops.toml"
        config.write_text(
            f'[targets.lab]\nprovider = "aws"\nrealm = "production"\nregion = "{REGION}"\n'
            f'endpoint_url = "{endpoint}"\n'
        )
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "CLOUDOPS_CONFIG": str(config),
            "CLOUDOPS_STATE_DIR": str(home / "state"),
            **KEYS,
        }

    def argv(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "cloudops", *words]

    def __call__(self, *words: str, json_out: bool = True) -> Result:
        more = ("-o", "json") if json_out else ()
        done = subprocess.run(
            self.argv(*words, *more),
            env=self.environment,
            cwd=self.home,
            capture_output=True,
            text=True,
            timeout=120,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        return Result(done.returncode, done.stdout, done.stderr)

    def killed_after(self, seconds: float, *words: str) -> bool:
        """Start the command and kill it -9 after ``seconds``; False where it had ended."""
        process = subprocess.Popen(
            self.argv(*words),
            env=self.environment,
            cwd=self.home,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(seconds)
        alive = process.poll() is None
        if alive:
            process.send_signal(signal.SIGKILL)
        process.wait()
        return alive


class Witness:
    """Plain boto3 on the same cloud: what is really there."""

    def __init__(self, endpoint: str) -> None:
        session = boto3.session.Session("test", "test", region_name=REGION)
        self.ec2 = session.client("ec2", endpoint_url=endpoint)
        self.elb = session.client("elbv2", endpoint_url=endpoint)

    def vms(self) -> dict[str, dict[str, Any]]:
        """Machines that are not terminated, by name."""
        pages: list[Any] = list(self.ec2.describe_instances()["Reservations"])
        instances = [i for r in pages for i in r["Instances"]]
        return {
            next((t["Value"] for t in i.get("Tags", []) if t["Key"] == "Name"), i["InstanceId"]): i
            for i in instances
            if i["State"]["Name"] != "terminated"
        }

    def count(self) -> dict[str, int]:
        """How many there are of everything a run may make."""
        ec2, elb = self.ec2, self.elb
        states = [
            i["State"]["Name"]
            for r in ec2.describe_instances()["Reservations"]
            for i in r["Instances"]
        ]
        return {
            "vms": len([s for s in states if s != "terminated"]),
            "networks": len(ec2.describe_vpcs()["Vpcs"]),
            "subnets": len(ec2.describe_subnets()["Subnets"]),
            "groups": len(ec2.describe_security_groups()["SecurityGroups"]),
            "gateways": len(ec2.describe_internet_gateways()["InternetGateways"]),
            "tables": len(ec2.describe_route_tables()["RouteTables"]),
            "volumes": len(ec2.describe_volumes()["Volumes"]),
            "addresses": len(ec2.describe_addresses()["Addresses"]),
            "images": len(ec2.describe_images(Owners=["self"])["Images"]),
            "snapshots": len(ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"]),
            "balancers": len(elb.describe_load_balancers()["LoadBalancers"]),
            "target groups": len(elb.describe_target_groups()["TargetGroups"]),
        }


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory, endpoint: str) -> Iterator[Product]:
    """One installation for all tests, as a user has it: its state and sandbox live on."""
    made = Product(tmp_path_factory.mktemp("home"), endpoint)
    yield made
    made("sandbox", "down")


@pytest.fixture
def witness(endpoint: str) -> Witness:
    """A fresh cloud and a look at it."""
    import urllib.request

    urllib.request.urlopen(urllib.request.Request(f"{endpoint}/moto-api/reset", method="POST"))
    return Witness(endpoint)


@pytest.fixture(scope="module")
def module_witness(endpoint: str) -> Witness:
    """A fresh cloud for all tests of a module."""
    import urllib.request

    urllib.request.urlopen(urllib.request.Request(f"{endpoint}/moto-api/reset", method="POST"))
    return Witness(endpoint)


@cache
def missing(hand: str) -> str:
    """What this machine lacks for a hand; empty where it is all there."""
    match hand:
        case "cli":
            from modalities.cli.awscli.tool import search

            return "" if search().tool else "no aws command"
        case "iac":
            from modalities.iac.tool import search as search_terraform

            return "" if search_terraform().tool else "no terraform"
        case "browser":
            from modalities.browser.driver.finding import search as search_browser

            return "" if search_browser().tool else "no chromium"
    return ""
