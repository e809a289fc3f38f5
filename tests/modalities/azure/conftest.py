"""The Azure sandbox of one process, and a target on it that holds one of every kind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from typing import Any
from uuid import uuid4

import pytest

from fakes.furnished import furnish
from modalities.azure import session
from modalities.azure.ids import group_id
from modalities.azure.inventory import read
from modalities.resource import World
from modalities.target import Target
from sandbox.azure.daemon import AzureSandbox

GROUPS = count(1)


@pytest.fixture(scope="session")
def azure_running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AzureSandbox]:
    pytest.importorskip("trustme", reason="the Azure sandbox needs the extra `azure`")
    pytest.importorskip("azure.identity", reason="the SDK hand needs the extra `azure`")
    sandbox = AzureSandbox(tmp_path_factory.mktemp("azure") / "azure")
    sandbox.up()
    yield sandbox
    sandbox.down()


@pytest.fixture
def empty(azure_running: AzureSandbox) -> Target:
    """A target whose resource group does not exist yet."""
    group = f"Group-{next(GROUPS)}-{uuid4().hex[:6]}"
    return replace(azure_running.target("lab"), resource_group=group, writable=True)


@pytest.fixture(scope="session")
def furnished(azure_running: AzureSandbox) -> Target:
    target = replace(azure_running.target("lab"), resource_group="Furnished", writable=True)
    furnish(lambda id, body: put(target, id, body), group_id(session.identify(target).scope))
    return target


@pytest.fixture
def world(furnished: Target) -> World:
    return read(furnished, session.identify(furnished))


def put(target: Target, id: str, body: dict[str, Any]) -> Any:
    """As anybody would, past the hand."""
    from azure.core.rest import HttpRequest

    way = session.way(target)
    url = f"{way.cloud.resource_manager}{id}?api-version=2024-07-01"
    response = way.pipeline.send_request(HttpRequest("PUT", url, json=body))
    assert response.status_code < 300, response.text()
    return response.json()
