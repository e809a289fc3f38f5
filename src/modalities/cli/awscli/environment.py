"""The environment of ``aws``, built from nothing: who asks, where to, and no more.

What the command would read from a home directory besides credentials (aliases that run
programs, models of its own, plugins) is out of its reach: its home is an empty one.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
from collections.abc import Mapping
from pathlib import Path

from modalities.aws.connection import Connection

DEAD = "http://127.0.0.1:9"
"""A proxy that nobody is: what would leave a sandbox ends there."""

LOOPBACK = "127.0.0.1,localhost,::1"

PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
NETWORK = (*PROXIES, *(name.lower() for name in PROXIES), "AWS_CA_BUNDLE", "SSL_CERT_FILE")

CHAIN = (
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_PROFILE",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_EC2_METADATA_DISABLED",
    "AWS_EC2_METADATA_SERVICE_ENDPOINT",
)
"""Where the vendor's own chain looks for credentials when no profile is named."""

CACHES = (".aws/sso/cache", ".aws/login/cache", ".aws/cli/cache")
"""What signing in left behind, and the command finds under its home alone."""

CONFIG = "[default]\ns3 =\n    addressing_style = path\n"
"""An emulated cloud has one host name, without a part for the bucket."""


class Home:
    """An empty home directory, gone with this object. ``path`` is also where commands run."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="cloudops-aws-"))
        self._end = weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)
        (self.path / "config").write_text(CONFIG, encoding="ascii")
        for cache in CACHES:
            there, link = Path.home() / cache, self.path / cache
            if there.is_dir():
                link.parent.mkdir(parents=True, exist_ok=True)
                link.symlink_to(there)

    def bare(self) -> dict[str, str]:
        """What any program needs, and what keeps ``aws`` from talking to a person."""
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self.path),
            "LANG": "C.UTF-8",
            "LC_ALL": "C.UTF-8",
            "PYTHONIOENCODING": "utf-8",
            "AWS_PAGER": "",
            "AWS_CLI_AUTO_PROMPT": "off",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        }

    def environment(self, connection: Connection, attempts: int) -> dict[str, str]:
        """For commands to ``connection``, which send each request ``attempts`` times at most.

        The older retry mode tells by its words which refusals it would have repeated.
        """
        settings = {
            **self.bare(),
            "AWS_REGION": connection.region,
            "AWS_DEFAULT_REGION": connection.region,
            "AWS_MAX_ATTEMPTS": str(attempts),
            "AWS_RETRY_MODE": "legacy",
            "AWS_SDK_UA_APP_ID": "cloudops",
        }
        if connection.endpoint_url:
            settings["AWS_ENDPOINT_URL"] = connection.endpoint_url
        if connection.keys:
            settings["AWS_CONFIG_FILE"] = str(self.path / "config")
        else:
            settings |= _credentials(connection.profile)
        return {**settings, **_network(connection.sandbox), **dict(connection.keys)}


def _credentials(profile: str | None) -> dict[str, str]:
    """The vendor's own files; those of a named profile and of nobody else."""
    found = {
        "AWS_CONFIG_FILE": _file("AWS_CONFIG_FILE", "config"),
        "AWS_SHARED_CREDENTIALS_FILE": _file("AWS_SHARED_CREDENTIALS_FILE", "credentials"),
    }
    if profile is not None:
        return {**found, "AWS_PROFILE": profile}
    return {**found, "AWS_EC2_METADATA_DISABLED": "false", **_of_ours(CHAIN)}


def _network(sandbox: bool) -> Mapping[str, str]:
    if not sandbox:
        return _of_ours(NETWORK)
    dead = dict.fromkeys(PROXIES[:3], DEAD) | {"NO_PROXY": LOOPBACK}
    return dead | {name.lower(): value for name, value in dead.items()}


def _of_ours(names: tuple[str, ...]) -> dict[str, str]:
    return {name: os.environ[name] for name in names if os.environ.get(name)}


def _file(variable: str, name: str) -> str:
    return os.environ.get(variable) or str(Path.home() / ".aws" / name)
