"""How fast the Azure sandbox is: CPU of reads, a list of many resources, copies.

    .venv/bin/python benchmarks/azure.py [RESOURCES]

In this process, without TLS and HTTP: what the emulator itself costs. Then one daemon, with
both, by one keep-alive connection.
"""

from __future__ import annotations

import http.client
import json
import ssl
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from sandbox.azure import front, snapshot
from sandbox.azure.cloud import EmulatedCloud
from sandbox.azure.daemon import AzureSandbox
from sandbox.azure.names import SUBSCRIPTION
from sandbox.azure.registry import standard
from sandbox.azure.requests import Request

HERE = f"/subscriptions/{SUBSCRIPTION}"
GROUP = f"{HERE}/resourceGroups/rg"
NETWORK = f"{GROUP}/providers/Microsoft.Network"


def main(count: int) -> None:
    cloud = EmulatedCloud(standard())
    filled = timed(lambda: fill(cloud, count), 1)
    print(f"filled with {count} interfaces and their network   {filled * 1000:9.1f} ms CPU")
    for name, method, url, times in (
        ("GET one interface", "GET", f"{NETWORK}/networkInterfaces/nic-7", 2000),
        ("GET a network of many", "GET", f"{NETWORK}/virtualNetworks/net", 20),
        ("list of interfaces, one page of 1000", "GET", f"{NETWORK}/networkInterfaces", 3),
        ("list of all resources, one page", "GET", f"{HERE}/resources", 3),
        ("PUT an interface as it is", "PUT", f"{NETWORK}/networkInterfaces/nic-7", 100),
    ):
        body = interface(7) if method == "PUT" else b""
        spent = timed(partial(ask, cloud, method, url, body), times)
        print(f"{name:50} {spent * 1000:9.3f} ms CPU")
    saved = snapshot.saved(cloud)
    once: dict[str, Callable[[], object]] = {
        "list of all interfaces, every page": lambda: every(cloud),
        "a copy of it all": cloud.copy,
        "restored from its JSON": lambda: snapshot.restored(cloud, saved),
    }
    for name, work in once.items():
        print(f"{name:50} {timed(work, 1) * 1000:9.1f} ms CPU")
    served(saved)


def fill(cloud: EmulatedCloud, count: int) -> None:
    ask(cloud, "PUT", GROUP, json.dumps({"location": "eastus"}).encode())
    subnets = [
        {"name": f"s{n}", "properties": {"addressPrefix": f"10.{n}.0.0/24"}}
        for n in range(count // 200 + 1)
    ]
    space = {"addressSpace": {"addressPrefixes": ["10.0.0.0/8"]}, "subnets": subnets}
    network = {"location": "eastus", "properties": space}
    ask(cloud, "PUT", f"{NETWORK}/virtualNetworks/net", json.dumps(network).encode())
    for n in range(count):
        ask(cloud, "PUT", f"{NETWORK}/networkInterfaces/nic-{n}", interface(n))


def interface(n: int) -> bytes:
    subnet = {"subnet": {"id": f"{NETWORK}/virtualNetworks/net/subnets/s{n // 200}"}}
    parts = {"ipConfigurations": [{"name": "first", "properties": subnet}]}
    return json.dumps({"location": "eastus", "properties": parts}).encode()


def ask(cloud: EmulatedCloud, method: str, url: str, body: bytes = b"") -> bytes:
    """The answer's bytes: making them is part of its cost."""
    path, _, more = url.partition("?")
    query = {"api-version": "2024-07-01"}
    query |= dict(pair.split("=") for pair in more.split("&")) if more else {}
    answer = front.answer(cloud, Request(method, path, query, body=body, principal="me"))
    assert answer.status < 400, answer.body
    return json.dumps(answer.body).encode()


def every(cloud: EmulatedCloud) -> None:
    url = f"{NETWORK}/networkInterfaces"
    while url:
        page = json.loads(ask(cloud, "GET", url))
        skip = page.get("nextLink", "").partition("skiptoken=")[2]
        url = f"{NETWORK}/networkInterfaces?$skiptoken={skip}" if skip else ""


def timed(work: Callable[[], object], times: int) -> float:
    begun = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - begun) / times


def served(saved: dict[str, object]) -> None:
    """The same by TLS, and what the daemon itself takes."""
    import psutil

    with tempfile.TemporaryDirectory() as directory:
        sandbox = AzureSandbox(Path(directory) / "azure")
        begun = time.perf_counter()
        status, _ = sandbox.up()
        print(f"{'start, until it serves':50} {(time.perf_counter() - begun) * 1000:9.1f} ms")
        try:
            sandbox.ask("PUT", "state", saved)
            daemon = psutil.Process(status.pid)
            trusting = ssl.create_default_context(cafile=str(sandbox.home / "ca.pem"))
            connection = http.client.HTTPSConnection("localhost", status.port, context=trusting)
            for name, path, times in (
                ("GET one interface", f"{NETWORK}/networkInterfaces/nic-7", 1000),
                ("list, one page of 1000", f"{NETWORK}/networkInterfaces", 3),
            ):
                before, begun = sum(daemon.cpu_times()[:2]), time.perf_counter()
                for _ in range(times):
                    headers = {"Authorization": "Bearer x"}
                    connection.request("GET", f"{path}?api-version=1", headers=headers)
                    connection.getresponse().read()
                wall = (time.perf_counter() - begun) / times * 1000
                spent = (sum(daemon.cpu_times()[:2]) - before) / times * 1000
                print(f"served: {name:42} {spent:9.3f} ms CPU {wall:9.3f} ms")
            begun = time.perf_counter()
            copy = sandbox.ask("POST", "copies", {})
            print(f"{'served: a copy':50} {(time.perf_counter() - begun) * 1000:9.1f} ms")
            sandbox.ask("DELETE", f"copies/{copy['id']}")
            print(f"memory of the daemon {daemon.memory_info().rss / 1e6:38.0f} MB")
        finally:
            sandbox.down()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
