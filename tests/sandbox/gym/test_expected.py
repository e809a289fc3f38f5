"""What the gym reads out of a prompt, by itself."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.gym.expected import Expected, expected, mentioned


@pytest.mark.parametrize(
    ("prompt", "facts"),
    [
        ("Create a VM", {}),
        ("Make a VM called mail-1", {"names": ("mail-1",)}),
        ("a VM, name it m-1, tag it team=ops", {"names": ("m-1",), "tags": {"team": "ops"}}),
        ("vm name=mail-1 please", {"names": ("mail-1",)}),
        ("a machine with 2 vCPUs and 8 GiB of RAM", {"vcpus": 2, "memory_gib": 8.0}),
        ("VM named x7, t3a.large", {"names": ("x7",), "type": "t3a.large"}),
        ("a t3.small VM", {"type": "t3.small"}),
        ("a small VM", {"small": True}),
        ("a VM named x7 with a 48 GB boot disk", {"names": ("x7",), "boot_gib": 48}),
        ("a VM named x7, root volume of 48 GiB", {"names": ("x7",), "boot_gib": 48}),
        ("a Debian server named x7", {"names": ("x7",), "system": "debian"}),
        ("three VMs named a-1, a-2 and a-3", {"names": ("a-1", "a-2", "a-3")}),
        ("three VMs (red, green, blue)", {"names": ("red", "green", "blue")}),
        ("servers named n-1 to n-3", {"names": ("n-1", "n-2", "n-3")}),
        ("servers n-4..n-6", {"names": ("n-4", "n-5", "n-6")}),
        ("three VMs, prefix grid", {"prefix": "grid"}),
        ("three VMs in a network called inner", {"network": "inner"}),
        ("2 VMs in VPC named in, called x1, x2", {"network": "in", "names": ("x1", "x2")}),
        ("a network 10.9.0.0/16 with three VMs", {"cidr": "10.9.0.0/16"}),
        ("three VMs on one subnet", {"one_subnet": True}),
        ("three VMs, tag everything cost=low", {"tags": {"cost": "low"}, "tag_all": True}),
        ("three VMs behind a load balancer on port 8443", {"port": 8443}),
        ("a load balancer for three VMs, 9000 to 9001", {"port": 9000, "target_port": 9001}),
        ("a public load balancer named gate", {"balancer": "gate", "public_balancer": True}),
        ("attach a 40 GB disk to web-1", {"gib": 40}),
        ("a 40 GB SSD volume named logs-1 for web-1", {"gib": 40, "ssd": True, "disk": "logs-1"}),
        ("a VM named x7 with a public IP", {"names": ("x7",), "public": True}),
    ],
)
def test_what_a_prompt_states(prompt: str, facts: dict[str, Any]) -> None:
    assert expected(prompt) == Expected(**facts)


def test_who_is_spoken_of() -> None:
    names = ("web-1", "web-10", "web-2")
    assert mentioned("is web-1 up?", names) == ("web-1",)
    assert mentioned("web-10, web-2?", names) == ("web-10", "web-2")
    assert mentioned("are they all up?", names) == names
