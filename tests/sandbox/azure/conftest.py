"""One Azure sandbox for the tests of one process, empty at the start of each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox.azure.daemon import AzureSandbox


@pytest.fixture(scope="session")
def azure_running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AzureSandbox]:
    pytest.importorskip("trustme", reason="the Azure sandbox needs the extra `azure`")
    sandbox = AzureSandbox(tmp_path_factory.mktemp("azure") / "azure")
    sandbox.up()
    yield sandbox
    sandbox.down()


@pytest.fixture
def azure_sandbox(azure_running: AzureSandbox) -> AzureSandbox:
    azure_running.up()
    azure_running.reset()
    azure_running.ask("DELETE", "faults")
    return azure_running
