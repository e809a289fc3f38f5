"""A resource group with one network interface, and a client that speaks JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sandbox.azure import front
from sandbox.azure.cloud import EmulatedCloud, Settings
from sandbox.azure.names import SUBSCRIPTION
from sandbox.azure.registry import standard
from sandbox.azure.requests import Answer, Request

GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg"
COMPUTE = f"{GROUP}/providers/Microsoft.Compute"
NETWORK = f"{GROUP}/providers/Microsoft.Network"
UBUNTU = {
    "publisher": "Canonical",
    "offer": "0001-com-ubuntu-server-jammy",
    "sku": "22_04-lts-gen2",
    "version": "latest",
}


@dataclass
class Azure:
    cloud: EmulatedCloud

    def ask(self, method: str, path: str, body: Any = None, **query: str) -> Answer:
        content = b"" if body is None else json.dumps(body).encode()
        asked = {"api-version": "2024-07-01", **{f"${k}": v for k, v in query.items()}}
        return front.answer(self.cloud, Request(method, path, asked, body=content, principal="me"))

    def done(self, method: str, path: str, body: Any = None, **query: str) -> Any:
        """The answer's body, where it is no error."""
        answer = self.ask(method, path, body, **query)
        assert answer.status < 400, answer.body
        return answer.body

    def refused(self, method: str, path: str, body: Any = None) -> tuple[int, str, str]:
        answer = self.ask(method, path, body)
        assert answer.status >= 400, answer.body
        return answer.status, answer.body["error"]["code"], answer.body["error"]["message"]

    def disks(self) -> dict[str, Any]:
        found = self.done("GET", f"{COMPUTE}/disks")["value"]
        return {disk["name"]: disk for disk in found}

    def power(self, name: str) -> str:
        view = self.done("GET", f"{COMPUTE}/virtualMachines/{name}/instanceView")
        return str(view["statuses"][-1]["code"])


def machine(nic: str = "nic-1", **properties: Any) -> dict[str, Any]:
    """What a client sends for one."""
    told: dict[str, Any] = {
        "hardwareProfile": {"vmSize": "Standard_B2s"},
        "storageProfile": {
            "imageReference": UBUNTU,
            "osDisk": {"createOption": "FromImage", "name": "system"},
        },
        "osProfile": {
            "computerName": "web-1",
            "adminUsername": "azureuser",
            "adminPassword": "correct-Horse-7",
        },
        "networkProfile": {"networkInterfaces": [{"id": f"{NETWORK}/networkInterfaces/{nic}"}]},
    }
    return {"location": "eastus", "properties": {**told, **properties}}


def disk(gib: int = 64, **more: Any) -> dict[str, Any]:
    creation = {"createOption": "Empty"}
    properties = {"creationData": creation, "diskSizeGB": gib, **more}
    return {"location": "eastus", "properties": properties}


def emulated(settings: Settings) -> Azure:
    azure = Azure(EmulatedCloud(standard(), settings))
    azure.done("PUT", GROUP, {"location": "eastus"})
    space = {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}}
    subnets = [{"name": "default", "properties": {"addressPrefix": "10.0.0.0/24"}}]
    azure.done(
        "PUT",
        f"{NETWORK}/virtualNetworks/net",
        {"location": "eastus", "properties": {**space, "subnets": subnets}},
    )
    for name in ("nic-1", "nic-2"):
        subnet = {"id": f"{NETWORK}/virtualNetworks/net/subnets/default"}
        config = {"name": "first", "properties": {"subnet": subnet}}
        azure.done(
            "PUT",
            f"{NETWORK}/networkInterfaces/{name}",
            {"location": "eastus", "properties": {"ipConfigurations": [config]}},
        )
    return azure
