from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import pytest

from modalities.resource import Provider
from modalities.target import Realm
from sandbox import process, record
from sandbox.daemon import ACCOUNT, UNSET, Sandbox
from sandbox.emulator import SandboxError

Clients = Callable[..., Any]


def ended(pid: int, within: float = 10) -> bool:
    """A zombie has ended, too: not every container's first process reaps it soon."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.01)
    return False


def test_importing_it_is_light() -> None:
    heavy = {"moto", "boto3", "botocore", "flask", "werkzeug", "waitress", "pydantic"}
    code = f"import sys, sandbox.daemon, sandbox.copies; print(sorted({heavy} & set(sys.modules)))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_up_status_down(home: Path) -> None:
    sandbox = Sandbox(home)
    assert sandbox.status() is None
    assert sandbox.down() is False
    status, started = sandbox.up()
    assert started
    assert status.endpoint == f"http://127.0.0.1:{status.port}"
    assert status.resources == 0
    assert status.log.exists()
    assert sandbox.up() == (status, False)
    assert sandbox.status() == status
    assert sandbox.down() is True
    assert ended(status.pid)
    assert sandbox.status() is None
    with pytest.raises(SandboxError, match="not running") as refused:
        sandbox.target()
    assert "cloudops sandbox up" in refused.value.remedy


def test_a_dead_daemon_is_replaced_on_its_port(home: Path) -> None:
    sandbox = Sandbox(home)
    first, _ = sandbox.up()
    assert first.lost is None
    os.kill(first.pid, signal.SIGKILL)
    assert ended(first.pid)
    assert sandbox.status() is None
    second, started = sandbox.up()
    assert started
    assert (second.pid, second.port) != (first.pid, 0)
    assert second.port == first.port


def test_that_a_daemon_died_is_said_as_long_as_its_successor_lives(home: Path) -> None:
    sandbox = Sandbox(home)
    first, _ = sandbox.up()
    os.kill(first.pid, signal.SIGKILL)
    assert ended(first.pid)
    before = sandbox.lost()
    assert before is not None
    assert (before.pid, before.since) == (first.pid, first.since)
    second, _ = sandbox.up()
    assert second.lost is not None
    assert second.lost.pid == first.pid
    assert "all that was in it is gone" in str(second.lost)
    assert sandbox.lost() is None
    assert sandbox.status() == second
    assert sandbox.up() == (second, False)
    sandbox.reset()
    after = sandbox.status()
    assert after is not None
    assert after.lost is None
    sandbox.down()
    assert sandbox.up()[0].lost is None


def test_a_pid_that_is_somebody_elses_now_is_left_alone(home: Path) -> None:
    home.mkdir(parents=True)
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as stranger:
        record.write(home, record.Record(stranger.pid, 1.0, 1, "2026-01-01T00:00:00+00:00"))
        sandbox = Sandbox(home)
        assert sandbox.status() is None
        assert sandbox.down() is False
        assert stranger.poll() is None
        stranger.communicate(b"\n")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": 1}', '{"pid": "x"}'])
def test_a_record_that_is_none_counts_as_none(home: Path, text: str) -> None:
    home.mkdir(parents=True)
    (home / record.RECORD).write_text(text)
    assert Sandbox(home).status() is None


def test_two_starts_at_once_get_one_daemon(home: Path) -> None:
    code = (
        "import sys, pathlib; from sandbox.daemon import Sandbox;"
        "status, new = Sandbox(pathlib.Path(sys.argv[1])).up(); print(status.pid, new)"
    )

    def start() -> str:
        command = [sys.executable, "-c", code, str(home)]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    with ThreadPoolExecutor(3) as pool:
        answers = [answer.split() for answer in pool.map(lambda _: start(), range(3))]
    assert len({pid for pid, _ in answers}) == 1
    assert sorted(new for _, new in answers) == ["False", "False", "True"]


def test_a_taken_port_is_named(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SandboxError, match=f"port {port} is taken") as refused:
            Sandbox(home).up(port)
    assert "--port" in refused.value.remedy
    status, _ = Sandbox(home).up(port)
    assert status.port == port
    with pytest.raises(SandboxError, match=f"already running on port {port}"):
        Sandbox(home).up(port + 1)


@pytest.mark.parametrize("port", [-1, 65536])
def test_a_port_that_is_none(home: Path, port: int) -> None:
    with pytest.raises(SandboxError, match="not a port"):
        Sandbox(home).up(port)


def test_a_daemon_that_cannot_start_shows_its_log(home: Path) -> None:
    (home / record.TOKEN).mkdir(parents=True)  # where the token should go
    with pytest.raises(SandboxError, match=r"did not start:[\s\S]*token") as refused:
        Sandbox(home).up()
    assert process.LOG in refused.value.remedy


def test_a_state_directory_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SandboxError, match="cannot be used") as refused:
        Sandbox(tmp_path / "file" / "sandbox").up()
    assert "--state-dir" in refused.value.remedy


def test_a_daemon_whose_directory_is_gone_ends_itself(home: Path) -> None:
    status, _ = Sandbox(home).up()
    record.remove(home)
    assert ended(status.pid)


def test_reset_forgets_everything(sandbox: Sandbox, client_of: Clients) -> None:
    target = sandbox.target()
    client_of(target, "s3").create_bucket(Bucket="things")
    client_of(target, "ec2").create_vpc(CidrBlock="10.0.0.0/16")
    client_of(target, "ec2", "111122223333").create_key_pair(KeyName="ops")
    status = sandbox.status()
    assert status is not None
    assert status.resources == 3
    sandbox.reset()
    status = sandbox.status()
    assert status is not None
    assert status.resources == 0
    assert client_of(target, "s3").list_buckets()["Buckets"] == []
    assert len(client_of(target, "ec2").describe_vpcs()["Vpcs"]) == 1
    client_of(target, "s3").create_bucket(Bucket="things")


def test_reset_of_a_sandbox_that_does_not_run_is_done_already(tmp_path: Path) -> None:
    Sandbox(tmp_path / "sandbox").reset()


def test_the_target_names_the_sandbox_account(sandbox: Sandbox, client_of: Clients) -> None:
    target = sandbox.target(name="play", region="eu-west-1")
    assert (target.name, target.provider, target.realm) == ("play", Provider.AWS, Realm.SANDBOX)
    assert target.writable is False
    assert client_of(target, "sts").get_caller_identity()["Account"] == ACCOUNT


def test_its_environment_is_all_a_tool_needs(sandbox: Sandbox) -> None:
    """A tool that knows nothing but its environment, which would lead it astray otherwise."""
    astray = dict.fromkeys(UNSET, "/nowhere") | {"PATH": os.defpath}
    clean = {k: v for k, v in astray.items() if k not in UNSET} | sandbox.environment("eu-west-1")
    code = (
        "import boto3; print(boto3.client('sts').get_caller_identity()['Account'],"
        "boto3.client('ec2').describe_availability_zones()['AvailabilityZones'][0]['RegionName'])"
    )
    out = subprocess.run([sys.executable, "-c", code], env=clean, capture_output=True, text=True)
    assert out.stdout.split() == [ACCOUNT, "eu-west-1"], out.stderr


def test_its_environment_leads_nowhere_else(sandbox: Sandbox) -> None:
    environment = sandbox.environment()
    del environment["AWS_ENDPOINT_URL"]
    code = (
        "import boto3, botocore.config as c;"
        "boto3.client('sts', config=c.Config(retries={'total_max_attempts': 1}))"
        ".get_caller_identity()"
    )
    out = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True
    )
    assert "ProxyConnectionError" in out.stderr


def test_its_files_are_its_owners_alone(sandbox: Sandbox) -> None:
    assert stat.S_IMODE((sandbox.home / record.TOKEN).stat().st_mode) == 0o600
    assert stat.S_IMODE(sandbox.home.stat().st_mode) & 0o077 == 0


def test_the_daemon_listens_on_loopback_only(sandbox: Sandbox) -> None:
    status = sandbox.status()
    assert status is not None
    listening = [
        c for c in psutil.Process(status.pid).net_connections("inet") if c.status == "LISTEN"
    ]
    assert [c.laddr.ip for c in listening] == ["127.0.0.1"]


def test_the_daemon_knows_nothing_of_who_started_it(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a-real-one")
    monkeypatch.setenv("OPENAI_API_KEY", "another")
    status, _ = Sandbox(home).up()
    known = psutil.Process(status.pid).environ()
    assert "OPENAI_API_KEY" not in known
    assert "a-real-one" not in json.dumps(known)
    assert known["HTTPS_PROXY"] == "http://127.0.0.1:9"
