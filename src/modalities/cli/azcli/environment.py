"""The environment and the configuration of ``az``, built from nothing: who asks, where to.

A service principal is written as ``az login`` would leave it, into a directory that nobody else
can read and that goes with this object; no secret is ever a word of a command. Whoever signed in
by ``az login`` lends their tokens by links; their settings (a default group, aliases,
extensions) stay out of reach.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import threading
import weakref
from dataclasses import replace
from itertools import count
from pathlib import Path

from modalities import tools
from modalities.azure import clouds, connection, session
from modalities.azure.clouds import Cloud
from modalities.azure.connection import Connection
from modalities.cli.azcli.tool import QUIET
from modalities.target import Realm, Target

LENT = ("azureProfile.json", "clouds.config", "msal_token_cache.json", "msal_token_cache.bin")
LENT_TOO = (
    "service_principal_entries.json",
    "service_principal_entries.bin",
    "msal_http_cache.bin",
)

DEAD = "http://127.0.0.1:9"
"""A proxy that nobody is: what would leave a sandbox ends there."""

LOOPBACK = "127.0.0.1,localhost,::1"
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")

OWN = "Target"
"""What a cloud of no name of Microsoft's is called in the configuration."""


class Home:
    """Directories of one hand; ``path`` is also where commands run."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="cloudops-az-"))
        self._end = weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)
        self._made: dict[Connection, Path] = {}
        self._lock = threading.Lock()
        self._names = count(1)

    def environment(self, target: Target) -> dict[str, str]:
        """For commands to ``target``. Raises CloudError."""
        made = replace(Connection.to(target), timeout=0.0)
        cloud = session.way(target).cloud
        with self._lock:
            if made not in self._made:
                self._made[made] = self._configured(made, cloud)
        own = cloud.name not in clouds.KNOWN
        return {
            **tools.bare(self.path),
            **QUIET,
            "AZURE_CONFIG_DIR": str(self._made[made]),
            "AZURE_EXTENSION_DIR": str(self.path / "no-extensions"),
            **({"AZURE_CORE_INSTANCE_DISCOVERY": "false"} if own else {}),
            **({"REQUESTS_CA_BUNDLE": made.authority} if made.authority else {}),
            **_network(target),
        }

    def _configured(self, made: Connection, cloud: Cloud) -> Path:
        place = self.path / f"az-{next(self._names)}"
        place.mkdir(mode=0o700)
        name = cloud.name if cloud.name in clouds.KNOWN else OWN
        if made.keys:
            _signed_in(place, made, cloud, name)
        else:
            _lent(place)
            name = cloud.name
        private(place / "config", CONFIG.format(cloud=name))
        return place

    def file(self, text: str) -> Path:
        """A new file that only we can read."""
        place = self.path / f"body-{next(self._names)}.json"
        private(place, text)
        return place


CONFIG = """[cloud]
name = {cloud}

[core]
encrypt_token_cache = false
collect_telemetry = no

[extension]
use_dynamic_install = no
"""


def _lent(place: Path) -> None:
    theirs = connection.configuration(os.environ)
    for name in (*LENT, *LENT_TOO):
        if (theirs / name).is_file():
            (place / name).symlink_to((theirs / name).resolve())


def _signed_in(place: Path, made: Connection, cloud: Cloud, name: str) -> None:
    keys = dict(made.keys)
    entry = {"client_id": keys["client"], "tenant": keys["tenant"], "client_secret": keys["secret"]}
    private(place / "service_principal_entries.json", json.dumps([entry]))
    known = {
        "id": made.subscription,
        "name": made.subscription,
        "state": "Enabled",
        "user": {"name": keys["client"], "type": "servicePrincipal"},
        "isDefault": True,
        "tenantId": keys["tenant"],
        "environmentName": name,
        "homeTenantId": keys["tenant"],
        "managedByTenants": [],
    }
    private(place / "azureProfile.json", json.dumps({"subscriptions": [known]}))
    if name == OWN:
        private(place / "clouds.config", _cloud(cloud, made.subscription))


def _cloud(cloud: Cloud, subscription: str) -> str:
    manager, audience = f"{cloud.resource_manager}/", cloud.audience
    return "\n".join(
        (
            f"[{OWN}]",
            f"subscription = {subscription}",
            f"endpoint_resource_manager = {manager}",
            f"endpoint_management = {manager}",
            f"endpoint_active_directory = {cloud.login}",
            f"endpoint_active_directory_resource_id = {audience}",
            f"endpoint_active_directory_graph_resource_id = {audience}",
            f"endpoint_microsoft_graph_resource_id = {audience}",
            "",
        )
    )


def _network(target: Target) -> dict[str, str]:
    if target.realm is Realm.SANDBOX:
        told = {"HTTP_PROXY": DEAD, "HTTPS_PROXY": DEAD, "NO_PROXY": LOOPBACK}
    else:
        names = (*PROXIES, *(name.lower() for name in PROXIES))
        return {name: os.environ[name] for name in names if name in os.environ}
    return {**told, **{name.lower(): value for name, value in told.items()}}


def private(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
