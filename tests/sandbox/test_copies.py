from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import botocore.exceptions
import psutil
import pytest

from modalities.receipt import CloudError, Trouble
from modalities.resource import Provider, World
from modalities.target import Realm, Target
from sandbox import control
from sandbox.copies import SandboxCopies
from sandbox.daemon import ACCOUNT, Sandbox

Clients = Callable[..., Any]
EMPTY = World(Provider.AWS, f"{ACCOUNT}/us-east-1")


def instances(ec2: Any) -> list[Any]:
    return [i for r in ec2.describe_instances()["Reservations"] for i in r["Instances"]]


def test_a_copy_holds_what_the_sandbox_holds_and_goes_its_own_way(
    sandbox: Sandbox, client_of: Clients, ec2: Any, image: str
) -> None:
    vm = ec2.run_instances(ImageId=image, InstanceType="t3.micro", MinCount=1, MaxCount=1)
    id = vm["Instances"][0]["InstanceId"]
    client_of(sandbox.target(), "s3").create_bucket(Bucket="things")
    with SandboxCopies(sandbox).copy(sandbox.target(), EMPTY) as target:
        assert target.writable
        assert target.realm is Realm.SANDBOX
        assert target.endpoint_url != sandbox.endpoint()
        copied = client_of(target, "ec2")
        assert [i["InstanceId"] for i in instances(copied)] == [id]
        assert [b["Name"] for b in client_of(target, "s3").list_buckets()["Buckets"]] == ["things"]
        copied.terminate_instances(InstanceIds=[id])
        copied.create_vpc(CidrBlock="10.0.0.0/16")
        assert [i["State"]["Name"] for i in instances(copied)] == ["terminated"]
        assert [i["State"]["Name"] for i in instances(ec2)] == ["running"]
        assert len(ec2.describe_vpcs()["Vpcs"]) == 1
        ec2.create_key_pair(KeyName="later")
        assert copied.describe_key_pairs()["KeyPairs"] == []
    with pytest.raises(botocore.exceptions.EndpointConnectionError):
        copied.describe_vpcs()
    assert len(ec2.describe_vpcs()["Vpcs"]) == 1


def test_copies_are_apart_from_each_other(sandbox: Sandbox, client_of: Clients) -> None:
    copies = SandboxCopies(sandbox)
    with copies.copy(sandbox.target(), EMPTY) as a, copies.copy(sandbox.target(), EMPTY) as b:
        client_of(a, "ec2").create_key_pair(KeyName="a")
        assert client_of(b, "ec2").describe_key_pairs()["KeyPairs"] == []
        assert len(living(sandbox)) == 2
    assert living(sandbox) == []


def test_a_copy_of_a_copy(sandbox: Sandbox, client_of: Clients) -> None:
    """To the daemon it is a foreign endpoint: it is built up from the world."""
    copies = SandboxCopies(sandbox)
    with (
        copies.copy(sandbox.target(), EMPTY) as first,
        copies.copy(first, EMPTY) as second,
    ):
        assert client_of(second, "ec2").describe_vpcs()["Vpcs"] == []


@contextmanager
def writers(make: Callable[[], Any], how_many: int) -> Iterator[list[Exception]]:
    """Threads that create and delete key pairs until the context ends; what failed."""
    failed: list[Exception] = []
    stop = threading.Event()

    def write(name: str) -> None:
        ec2 = make()
        try:
            while not stop.is_set():
                ec2.create_volume(AvailabilityZone="us-east-1a", Size=1, VolumeType="gp3")
                ec2.import_key_pair(KeyName=name, PublicKeyMaterial=KEY)
                ec2.delete_key_pair(KeyName=name)
        except Exception as error:  # noqa: BLE001 - a thread's failure is the test's
            failed.append(error)

    threads = [threading.Thread(target=write, args=(f"w{n}",)) for n in range(how_many)]
    for thread in threads:
        thread.start()
    yield failed
    stop.set()
    for thread in threads:
        thread.join()


KEY = b"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA5p9rVZ3BvFpY1p7Pz8q0k1JrC8cTn3b7zV8mN9oQ2w test"


def test_copies_under_traffic_neither_hang_nor_break_it(
    sandbox: Sandbox, client_of: Clients
) -> None:
    copies = SandboxCopies(sandbox)
    with writers(lambda: client_of(sandbox.target(), "ec2"), 6) as failed:
        for _ in range(10):
            with copies.copy(sandbox.target(), EMPTY) as target:
                copied = client_of(target, "ec2")
                before = len(copied.describe_volumes()["Volumes"])
                copied.create_volume(AvailabilityZone="us-east-1a", Size=1)
                assert len(copied.describe_volumes()["Volumes"]) == before + 1
    assert failed == []


def test_a_copy_ends_with_its_context_however_that_ends(sandbox: Sandbox) -> None:
    def fail_inside() -> None:
        with SandboxCopies(sandbox).copy(sandbox.target(), EMPTY):
            seen.extend(living(sandbox))
            raise RuntimeError("inside")

    seen: list[dict[str, int]] = []
    with pytest.raises(RuntimeError, match="inside"):
        fail_inside()
    (copy,) = seen
    assert not psutil.pid_exists(copy["pid"])


def test_a_copy_ends_with_its_daemon(home: Path) -> None:
    sandbox = Sandbox(home)
    daemon, _ = sandbox.up()
    with SandboxCopies(sandbox).copy(sandbox.target(), EMPTY):
        (copy,) = living(sandbox)
        os.kill(daemon.pid, signal.SIGKILL)
        until = time.monotonic() + 5
        while _alive(copy["pid"]) and time.monotonic() < until:
            time.sleep(0.02)
        assert not _alive(copy["pid"])


def _alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_a_copy_starts_the_sandbox_where_it_does_not_run(home: Path, client_of: Clients) -> None:
    foreign = Target(
        name="prod", provider=Provider.AWS, realm=Realm.PRODUCTION, region="us-east-1", profile="p"
    )
    with SandboxCopies(Sandbox(home)).copy(foreign, EMPTY) as target:
        assert client_of(target, "sts").get_caller_identity()["Account"] == ACCOUNT
        assert target.profile is None


def test_another_provider_is_refused(sandbox: Sandbox) -> None:
    azure = Target(name="az", provider=Provider.AZURE, realm=Realm.PRODUCTION, region="westeurope")
    with (
        pytest.raises(CloudError) as refused,
        SandboxCopies(sandbox).copy(azure, World(Provider.AZURE, "s/g")),
    ):
        pass
    assert refused.value.trouble is Trouble.NOT_EMULATED
    assert not refused.value.sent


@pytest.mark.parametrize(
    ("scope", "why"),
    [
        ("nowhere", "not an account and a region"),
        ("12/us-east-1", "not an account and a region"),
        ("111122223333/", "not an account and a region"),
        ("111122223333/mars-north-1", "not a region of AWS"),
    ],
)
def test_a_scope_that_is_none_is_refused(sandbox: Sandbox, scope: str, why: str) -> None:
    foreign = Target(name="x", provider=Provider.AWS, realm=Realm.PRODUCTION, region="us-east-1")
    with (
        pytest.raises(CloudError, match=why),
        SandboxCopies(sandbox).copy(foreign, World(Provider.AWS, scope)),
    ):
        pass
    assert living(sandbox) == []


def living(sandbox: Sandbox) -> list[dict[str, int]]:
    status = sandbox.status()
    assert status is not None
    copies: list[dict[str, int]]
    copies = control.ask(sandbox.home, status.port, "GET", "status")["copies"]
    return copies
