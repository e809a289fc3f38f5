"""What a target comes to: clouds, subscriptions, credentials; and where a sandbox may not go."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from modalities.azure import clouds, session
from modalities.azure.accounts import meant, subscriptions
from modalities.azure.connection import Connection
from modalities.azure.credentials import principal
from modalities.receipt import CloudError, Trouble
from modalities.resource import Provider
from modalities.target import Realm, Target

ONE = "11111111-0000-4000-8000-000000000001"
TWO = "11111111-0000-4000-8000-000000000002"
PRODUCTION = Target(
    name="prod",
    provider=Provider.AZURE,
    realm=Realm.PRODUCTION,
    region="westeurope",
    resource_group="web",
)
SANDBOX = replace(
    PRODUCTION,
    realm=Realm.SANDBOX,
    endpoint_url="https://localhost:8443",
    environment={"AZURE_SUBSCRIPTION_ID": ONE},
)


@pytest.fixture
def az(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory of `az` with two subscriptions, and no other credentials in reach."""
    for name in ("AZURE_SUBSCRIPTION_ID", "ARM_SUBSCRIPTION_ID", "AZURE_CLOUD_NAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AZURE_CONFIG_DIR", str(tmp_path))
    entries = [
        {"id": ONE, "name": "Web shop", "tenantId": "t", "isDefault": False},
        {"id": TWO, "name": "Lab", "tenantId": "t", "isDefault": True},
    ]
    (tmp_path / "azureProfile.json").write_text(
        json.dumps({"subscriptions": entries}), encoding="utf-8-sig"
    )
    return tmp_path


def refused(target: Target) -> CloudError:
    with pytest.raises(CloudError) as caught:
        Connection.to(target)
    assert not caught.value.sent
    assert caught.value.remedy
    return caught.value


def test_the_default_subscription_and_the_public_cloud(az: Path) -> None:
    found = Connection.to(PRODUCTION)
    assert (found.subscription, found.endpoint) == (TWO, "https://management.azure.com")
    assert subscriptions(az / "nowhere") == ()
    assert meant(subscriptions(az), "nobody") is None


@pytest.mark.parametrize("said", [ONE, "web SHOP"])
@pytest.mark.usefixtures("az")
def test_a_subscription_by_id_or_name(said: str) -> None:
    assert Connection.to(replace(PRODUCTION, profile=said)).subscription == ONE


@pytest.mark.usefixtures("az")
def test_a_subscription_that_is_not_there() -> None:
    assert refused(replace(PRODUCTION, profile="shop")).trouble is Trouble.AUTH


def test_the_cloud_that_az_is_set_to(az: Path) -> None:
    (az / "config").write_text("[cloud]\nname = AzureUSGovernment\n")
    assert Connection.to(PRODUCTION).endpoint == "https://management.usgovcloudapi.net"
    (az / "config").write_text("[cloud]\nname = Own\n")
    (az / "clouds.config").write_text(
        "[Own]\nendpoint_resource_manager = https://arm.own.example/\n"
        "endpoint_active_directory = https://login.own.example\n"
        "endpoint_active_directory_resource_id = https://aud.own.example\n"
    )
    own = Connection.to(PRODUCTION).cloud
    assert own == clouds.Cloud(
        "Own", "https://arm.own.example", "https://login.own.example", "https://aud.own.example"
    )
    (az / "config").write_text("this is no config")
    assert Connection.to(PRODUCTION).endpoint == "https://management.azure.com"


@pytest.mark.parametrize(
    "url",
    [None, "https://management.azure.com", "https://localhost.evil.example", "http://[::1", ""],
)
def test_a_sandbox_is_on_this_machine(url: str | None) -> None:
    assert refused(replace(SANDBOX, endpoint_url=url)).code == "NotLoopback"


def test_tls_only_and_never_without_a_group() -> None:
    plain = replace(SANDBOX, endpoint_url="http://localhost:8443")
    assert refused(plain).code == "BadEndpoint"
    assert refused(replace(SANDBOX, resource_group=None)).code == "NoResourceGroup"
    assert refused(replace(SANDBOX, environment={})).code == "NoSubscription"


def test_a_sandbox_hears_nothing_of_our_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET"):
        monkeypatch.setenv(name, "real")
    assert Connection.to(SANDBOX).keys == ()
    assert dict(Connection.to(replace(PRODUCTION, profile=ONE)).keys) == {
        "tenant": "real",
        "client": "real",
        "secret": "real",
    }
    assert "real" not in repr(Connection.to(replace(PRODUCTION, profile=ONE)))


def test_a_cloud_tells_itself() -> None:
    told = {
        "name": "X",
        "authentication": {"loginEndpoint": "https://l/", "audiences": ["https://a"]},
    }
    found = clouds.told("https://m/", told)
    assert found == clouds.Cloud("X", "https://m", "https://l", "https://a")
    assert found is not None
    assert found.scope == "https://a/.default"


@pytest.mark.parametrize(
    "told", [None, [], {"authentication": {}}, {"authentication": {"loginEndpoint": 1}}]
)
def test_what_is_no_cloud(told: object) -> None:
    assert clouds.told("https://m", told) is None


@pytest.mark.parametrize("token", ["", "a.b.c", "opaque", "e30.W10.x"])
def test_a_token_that_says_nothing(token: str) -> None:
    assert principal(token) == "unknown"


def test_a_sandbox_that_would_sign_in_elsewhere_is_not_asked(furnished: Target) -> None:
    """What a cloud tells of itself is data: its place to sign in must be here, too."""
    from modalities.azure.credentials import credential

    connection = Connection.to(furnished)
    elsewhere = clouds.Cloud("X", connection.endpoint, "https://login.example", "https://a")
    with pytest.raises(CloudError, match="only talk to this machine"):
        credential(connection, elsewhere, None)


def test_who_we_are(furnished: Target) -> None:
    identity = session.identify(furnished)
    assert identity.account == furnished.environment["AZURE_SUBSCRIPTION_ID"]
    assert identity.scope == f"{identity.account}/Furnished"
    assert identity.principal != "unknown"
    assert identity.endpoint_url == furnished.endpoint_url
