"""A private configuration of the real `az`: the sandbox as its one cloud, signed in already."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5

from sandbox.azure.names import CLIENT, CLOUD, SECRET, SUBSCRIPTION, TENANT
from sandbox.guard import assert_loopback


def write(place: Path, endpoint: str, subscriptions: tuple[tuple[str, str], ...] = ()) -> Path:
    """The directory for AZURE_CONFIG_DIR: written anew where it is of another address, else left
    alone with the tokens that `az` keeps in it. ``subscriptions`` are (id, name)."""
    assert_loopback(endpoint)
    mark = place / "endpoint"
    if mark.exists() and mark.read_text() == endpoint:
        return place
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True, mode=0o700)
    known = subscriptions or ((SUBSCRIPTION, "sandbox"),)
    _private(place / "clouds.config", _cloud(endpoint, known[0][0]))
    _private(place / "config", CONFIG)
    _private(place / "azureProfile.json", _profile(known))
    entry = {"client_id": CLIENT, "tenant": TENANT, "client_secret": SECRET}
    _private(place / "service_principal_entries.json", json.dumps([entry]))
    (place / "home").mkdir()  # for --generate-ssh-keys, which writes to HOME
    _private(mark, endpoint)
    return place


CONFIG = f"""[cloud]
name = {CLOUD}

[core]
instance_discovery = false
encrypt_token_cache = false
collect_telemetry = no
first_run = no
login_experience_v2 = off
survey_message = no

[auto-upgrade]
enable = no

[extension]
use_dynamic_install = no
"""


def _cloud(endpoint: str, subscription: str) -> str:
    host = urlsplit(endpoint).netloc
    return "\n".join(
        (
            f"[{CLOUD}]",
            f"subscription = {subscription}",
            f"endpoint_resource_manager = {endpoint}/",
            f"endpoint_management = {endpoint}/",
            f"endpoint_active_directory = {endpoint}",
            f"endpoint_active_directory_resource_id = {endpoint}/",
            f"endpoint_active_directory_graph_resource_id = {endpoint}/",
            f"endpoint_microsoft_graph_resource_id = {endpoint}/",
            f"endpoint_vm_image_alias_doc = {endpoint}/aliases.json",
            f"endpoint_gallery = {endpoint}/",
            f"endpoint_batch_resource_id = {endpoint}/",
            f"endpoint_sql_management = {endpoint}/",
            "suffix_storage_endpoint = storage.sandbox.invalid",
            "suffix_keyvault_dns = .vault.sandbox.invalid",
            f"; {host}",
            "",
        )
    )


def _profile(subscriptions: tuple[tuple[str, str], ...]) -> str:
    rows = [
        {
            "id": id,
            "name": name,
            "state": "Enabled",
            "user": {"name": CLIENT, "type": "servicePrincipal"},
            "isDefault": n == 0,
            "tenantId": TENANT,
            "environmentName": CLOUD,
            "homeTenantId": TENANT,
            "managedByTenants": [],
        }
        for n, (id, name) in enumerate(subscriptions)
    ]
    installation = str(uuid5(NAMESPACE_URL, "urn:cloudops-sandbox"))
    return json.dumps({"installationId": installation, "subscriptions": rows})


def _private(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
