"""A cloud built up from what another's API answered."""

from __future__ import annotations

from fakes.azure import NETWORK, Azure, emulated
from sandbox.azure import snapshot
from sandbox.azure.cloud import Settings
from sandbox.azure.names import SUBSCRIPTION

NET = f"{NETWORK}/virtualNetworks/net-1"


def test_what_is_furnished_has_the_etags_that_were_read() -> None:
    """So that a precondition of a plan holds in its rehearsal as it does on the target."""
    azure = emulated(Settings())
    body = {
        "location": "eastus",
        "properties": {
            "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]},
            "subnets": [{"name": "a", "properties": {"addressPrefix": "10.0.0.0/24"}}],
        },
    }
    azure.done("PUT", NET, body)
    shown = azure.done("GET", NET)
    copy = Azure(snapshot.furnished(azure.cloud, [shown], [SUBSCRIPTION]))
    again = copy.done("GET", NET)
    assert again["etag"] == shown["etag"]
    (subnet,), (before,) = again["properties"]["subnets"], shown["properties"]["subnets"]
    assert subnet["etag"] == before["etag"]
    copy.done("PUT", NET, {**body, "tags": {"a": "b"}})
    assert copy.done("GET", NET)["etag"] != shown["etag"]
