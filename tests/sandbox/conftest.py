"""A sandbox cloud for the tests of one process, empty at the start of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from modalities.target import Target
from sandbox.daemon import Sandbox

Clients = Callable[..., Any]


def client(target: Target, service: str, account: str | None = None) -> Any:
    """A plain boto3 client, as anybody's: no retries, so that an error is seen as it is."""
    e = target.environment
    return boto3.client(  # type: ignore[call-overload]
        service,
        endpoint_url=e["AWS_ENDPOINT_URL"],
        region_name=target.region,
        aws_access_key_id=account or e["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=e["AWS_SECRET_ACCESS_KEY"],
        config=Config(retries={"total_max_attempts": 1}, max_pool_connections=32),
    )


@pytest.fixture
def client_of() -> Clients:
    """``client_of(target, "ec2")``."""
    return client


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    sandbox = Sandbox(tmp_path_factory.mktemp("state") / "sandbox")
    sandbox.up()
    yield sandbox
    sandbox.down()


@pytest.fixture
def sandbox(running: Sandbox) -> Sandbox:
    running.up()
    running.reset()
    return running


@pytest.fixture
def connect(sandbox: Sandbox) -> Clients:
    """``connect("ec2")``: a client of the sandbox cloud."""

    def make(service: str, account: str | None = None, region: str = "us-east-1") -> Any:
        return client(sandbox.target(region=region), service, account)

    return make


@pytest.fixture
def ec2(connect: Clients) -> Any:
    return connect("ec2")


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """The home of a sandbox of this test's own, ended when the test is."""
    place = tmp_path / "sandbox"
    yield place
    Sandbox(place).down()


LINUX = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"


@pytest.fixture
def image(connect: Clients) -> str:
    return str(connect("ssm").get_parameter(Name=LINUX)["Parameter"]["Value"])
