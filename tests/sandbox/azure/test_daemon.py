"""The daemon, by the clients that people use: the SDKs, and `az` where it is installed."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import ssl
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from modalities.receipt import CloudError
from modalities.resource import Provider, World
from modalities.target import Realm, Target
from sandbox.azure.copies import AzureCopies
from sandbox.azure.daemon import AzureSandbox
from sandbox.azure.names import CLIENT, CLOUD, SUBSCRIPTION, TENANT
from sandbox.copies import SandboxCopies
from sandbox.daemon import Sandbox

network = pytest.importorskip("azure.mgmt.network", reason="azure-mgmt-network is not installed")
SPACE = {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}}
SUBNETS = [{"name": "default", "properties": {"addressPrefix": "10.0.0.0/24"}}]


def clients(environment: dict[str, str]) -> tuple[Any, Any]:
    """Of resource groups and of networks; as anybody's, but that nothing is tried again."""
    from azure.identity import ClientSecretCredential
    from azure.mgmt.network import NetworkManagementClient
    from azure.mgmt.resource.resources import ResourceManagementClient

    endpoint, trusted = environment["AZURE_RESOURCE_MANAGER_URL"], environment["REQUESTS_CA_BUNDLE"]
    credential = ClientSecretCredential(
        TENANT,
        CLIENT,
        "anything",
        authority=endpoint,
        disable_instance_discovery=True,
        connection_verify=trusted,
    )
    more: dict[str, Any] = {
        "base_url": endpoint,
        "credential_scopes": [f"{endpoint}/.default"],
        "connection_verify": trusted,
        "retry_total": 0,
    }
    return (
        ResourceManagementClient(credential, SUBSCRIPTION, **more),
        NetworkManagementClient(credential, SUBSCRIPTION, **more),
    )


def test_importing_it_is_light() -> None:
    heavy = {"uvicorn", "starlette", "trustme", "azure.core", "azure.identity", "pydantic"}
    code = (
        "import sys, sandbox.azure.daemon, sandbox.azure.copies; "
        f"print(sorted({heavy} & set(sys.modules)))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_the_sdks_work_on_it_unmodified(azure_sandbox: AzureSandbox) -> None:
    from azure.core.exceptions import HttpResponseError, ResourceNotFoundError

    groups, net = clients(azure_sandbox.environment())
    groups.resource_groups.create_or_update("rg", {"location": "eastus"})
    body = {"location": "eastus", "properties": {**SPACE, "subnets": SUBNETS}}
    made = net.virtual_networks.begin_create_or_update("rg", "net", body).result()
    subnet = {"subnet": {"id": made.subnets[0].id}}
    nic = {
        "location": "eastus",
        "properties": {"ipConfigurations": [{"name": "a", "properties": subnet}]},
    }
    nic = net.network_interfaces.begin_create_or_update("rg", "nic", nic).result()
    assert nic.ip_configurations[0].private_ip_address == "10.0.0.4"
    with pytest.raises(HttpResponseError) as refused:
        net.virtual_networks.begin_delete("rg", "net").result()
    assert "InUseSubnetCannotBeDeleted" in str(refused.value.error)
    with pytest.raises(ResourceNotFoundError):
        net.virtual_networks.get("rg", "none")
    assert [one.name for one in groups.resources.list()] == ["net", "nic"]
    assert azure_sandbox.status().resources == 4  # type: ignore[union-attr]
    groups.resource_groups.begin_delete("rg").result()
    assert not groups.resource_groups.check_existence("rg")


def test_an_answer_that_is_lost_was_done(azure_sandbox: AzureSandbox) -> None:
    from azure.core.exceptions import ServiceResponseError

    groups, _ = clients(azure_sandbox.environment())
    order = {"operation": "Microsoft.Resources/resourceGroups/write", "kind": "lost"}
    azure_sandbox.ask("POST", "faults", [order])
    with pytest.raises(ServiceResponseError):
        groups.resource_groups.create_or_update("rg", {"location": "eastus"})
    assert groups.resource_groups.check_existence("rg")


def test_copies_go_their_own_way(azure_sandbox: AzureSandbox) -> None:
    groups, _ = clients(azure_sandbox.environment())
    groups.resource_groups.create_or_update("rg", {"location": "eastus"})
    nothing = World(Provider.AZURE, f"{SUBSCRIPTION}/rg")
    with AzureCopies(azure_sandbox).copy(azure_sandbox.target(), nothing) as copy:
        assert copy.writable
        assert copy.copy_of == "sandbox"
        theirs, _ = clients(dict(copy.environment))
        assert [group.name for group in theirs.resource_groups.list()] == ["rg"]
        theirs.resource_groups.begin_delete("rg").result()
        theirs.resource_groups.create_or_update("other", {"location": "eastus"})
        place = Path(copy.environment["AZURE_CONFIG_DIR"])
        assert place.is_dir()
    assert [group.name for group in groups.resource_groups.list()] == ["rg"]
    assert not place.exists()
    assert azure_sandbox.ask("GET", "status")["copies"] == []


def test_a_copy_of_another_cloud_is_made_of_its_documents(azure_sandbox: AzureSandbox) -> None:
    other = "99999999-0000-4000-8000-000000000001"
    group = f"/subscriptions/{other}/resourceGroups/Prod"
    net = f"{group}/providers/Microsoft.Network/virtualNetworks/net"
    nic = f"{group}/providers/Microsoft.Network/networkInterfaces/a"
    address = {"subnet": {"id": f"{net}/subnets/default"}, "privateIPAddress": "10.0.0.9"}
    documents = [
        {"id": nic, "location": "eastus", "properties": {
            "ipConfigurations": [{"name": "x", "properties": address}]}},
        {"id": net, "location": "eastus", "properties": {**SPACE, "subnets": SUBNETS}},
    ]  # fmt: skip
    target = Target(name="prod", provider=Provider.AZURE, realm=Realm.PRODUCTION, region="eastus")
    world = World(Provider.AZURE, f"{other}/Prod")
    with AzureCopies(azure_sandbox).copy(target, world, documents) as copy:
        from azure.mgmt.network import NetworkManagementClient

        _, client = clients(dict(copy.environment))
        theirs = NetworkManagementClient(
            client._config.credential,
            other,
            base_url=copy.endpoint_url,
            credential_scopes=[f"{copy.endpoint_url}/.default"],
            connection_verify=copy.environment["REQUESTS_CA_BUNDLE"],
        )
        (found,) = theirs.network_interfaces.list_all()
        assert (found.id, found.ip_configurations[0].private_ip_address) == (nic, "10.0.0.9")
    with (
        pytest.raises(CloudError, match="documents"),
        SandboxCopies(Sandbox(azure_sandbox.home.parent)).copy(target, world),
    ):
        pass


def test_its_state_is_saved_and_restored(azure_sandbox: AzureSandbox) -> None:
    groups, net = clients(azure_sandbox.environment())
    groups.resource_groups.create_or_update("rg", {"location": "eastus", "tags": {"a": "b"}})
    body = {"location": "eastus", "properties": {**SPACE, "subnets": SUBNETS}}
    net.virtual_networks.begin_create_or_update("rg", "net", body).result()
    before = net.virtual_networks.get("rg", "net").as_dict()
    saved = json.loads(json.dumps(azure_sandbox.ask("GET", "state")))
    azure_sandbox.reset()
    assert list(groups.resource_groups.list()) == []
    azure_sandbox.ask("PUT", "state", saved)
    assert net.virtual_networks.get("rg", "net").as_dict() == before


def test_nobody_else_gets_in(azure_sandbox: AzureSandbox) -> None:
    port = azure_sandbox.status().port  # type: ignore[union-attr]
    trusting = ssl.create_default_context(cafile=str(azure_sandbox.home / "ca.pem"))

    def ask(path: str, **headers: str) -> int:
        connection = http.client.HTTPSConnection("localhost", port, context=trusting)
        connection.request("GET", path, headers=headers)
        return connection.getresponse().status

    assert ask("/_cloudops/status") == 401
    assert ask("/_cloudops/status", Authorization="Bearer guess") == 401
    assert ask("/subscriptions?api-version=1") == 401
    assert ask("/subscriptions?api-version=1", Authorization="Bearer x") == 200
    assert ask("/metadata/endpoints?api-version=1", Host="evil.example") == 403
    assert ask("/metadata/endpoints?api-version=1", Origin="https://evil.example") == 403
    for name in ("token", "server.pem"):
        assert stat.S_IMODE((azure_sandbox.home / name).stat().st_mode) == 0o600


def test_its_environment_leads_nowhere_else(azure_sandbox: AzureSandbox) -> None:
    environment = azure_sandbox.environment()
    assert environment["HTTPS_PROXY"] == "http://127.0.0.1:9"
    place = Path(environment["AZURE_CONFIG_DIR"])
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert f"name = {CLOUD}" in (place / "config").read_text()
    hosts = [line for line in (place / "clouds.config").read_text().splitlines() if "https" in line]
    assert hosts
    assert all("https://localhost:" in line for line in hosts)


def az() -> str:
    beside = Path(__file__).parents[3] / ".tools" / "az" / "bin" / "az"
    return str(beside) if beside.exists() else shutil.which("az") or ""


@pytest.mark.skipif(not az(), reason="no az: make tools installs it")
def test_the_real_az_works_on_it(azure_sandbox: AzureSandbox) -> None:
    given = azure_sandbox.environment()
    home = str(Path(given["AZURE_CONFIG_DIR"]) / "home")
    environment = {**given, "HOME": home, "PATH": os.defpath}

    def run(*words: str) -> Any:
        command = [az(), *words, "-o", "json"]
        ended = subprocess.run(command, env=environment, capture_output=True, text=True)
        assert ended.returncode == 0, ended.stderr
        return json.loads(ended.stdout) if ended.stdout.strip() else None

    assert run("cloud", "show")["endpoints"]["resourceManager"].startswith("https://localhost:")
    run("group", "create", "-n", "rg", "-l", "eastus")
    made = run("network", "vnet", "create", "-g", "rg", "-n", "net", "--subnet-name", "default")
    assert made["newVNet"]["subnets"][0]["name"] == "default"
    run("group", "delete", "-n", "rg", "--yes")
