"""The Azure sandbox from the command line, looked at with a client of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("trustme", reason="the Azure sandbox needs the extra `azure`")
pytest.importorskip("azure.identity", reason="azure-identity is not installed")

LOOK = """
import os
from azure.identity import DefaultAzureCredential
from azure.mgmt.resource.resources import ResourceManagementClient
endpoint = os.environ["AZURE_RESOURCE_MANAGER_URL"]
client = ResourceManagementClient(
    DefaultAzureCredential(), os.environ["AZURE_SUBSCRIPTION_ID"],
    base_url=endpoint, credential_scopes=[endpoint + "/.default"],
)
client.resource_groups.create_or_update("rg", {"location": "eastus"})
print([group.name for group in client.resource_groups.list()])
"""


def cloudops(state: Path, *words: str, fails: bool = False) -> Any:
    done = subprocess.run(
        [sys.executable, "-m", "cloudops", "sandbox", *words, "-o", "json"],
        capture_output=True,
        text=True,
        env={**os.environ, "CLOUDOPS_STATE_DIR": str(state)},
    )
    assert (done.returncode != 0) is fails, done.stderr
    return done.stdout + done.stderr if fails else json.loads(done.stdout)


@pytest.fixture
def state(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    cloudops(tmp_path, "down")


def test_its_life(state: Path) -> None:
    first = cloudops(state, "up", "--cloud", "azure")
    assert first["started"] is True
    assert first["status"]["endpoint"].startswith("https://localhost:")
    assert cloudops(state, "up", "--cloud", "azure")["started"] is False
    given = cloudops(state, "env", "--cloud", "azure")
    assert not set(given["environment"]) & set(given["unset"])
    kept = {k: v for k, v in os.environ.items() if k not in given["unset"]}
    look = subprocess.run(
        [sys.executable, "-c", LOOK],
        env={**kept, **given["environment"]},
        capture_output=True,
        text=True,
    )
    assert look.stdout.strip() == "['rg']", look.stderr
    assert cloudops(state, "reset", "--cloud", "azure")["reset"] is True
    told = cloudops(state, "status")
    assert told["status"] is None  # that of AWS does not run
    assert told["azure"]["pid"] == first["status"]["pid"]
    assert cloudops(state, "down")["ended"] is True
    assert "azure" not in cloudops(state, "status")


def test_a_cloud_that_there_is_not(state: Path) -> None:
    assert "there are: aws, azure" in cloudops(state, "up", "--cloud", "gcp", fails=True)
