"""Which Azure there is to talk to: the public one, a national one, or one that tells itself.

People choose by `az cloud set`; that choice is in files of `az`, which are read here, not run.
A cloud at an address of one's own says where to sign in at its metadata endpoint, as `az` and
Terraform have it: GET {URL}/metadata/endpoints?api-version=2022-09-01.
"""

from __future__ import annotations

from collections.abc import Mapping
from configparser import ConfigParser
from configparser import Error as Malformed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

METADATA = "/metadata/endpoints?api-version=2022-09-01"


@dataclass(frozen=True, slots=True)
class Cloud:
    """``audience`` is what a token is asked for, without ``/.default``."""

    name: str
    resource_manager: str
    login: str
    audience: str

    @property
    def scope(self) -> str:
        return f"{self.audience.rstrip('/')}/.default"


PUBLIC = "AzureCloud"

KNOWN = {
    cloud.name: cloud
    for cloud in (
        Cloud(
            PUBLIC,
            "https://management.azure.com",
            "https://login.microsoftonline.com",
            "https://management.azure.com",
        ),
        Cloud(
            "AzureUSGovernment",
            "https://management.usgovcloudapi.net",
            "https://login.microsoftonline.us",
            "https://management.usgovcloudapi.net",
        ),
        Cloud(
            "AzureChinaCloud",
            "https://management.chinacloudapi.cn",
            "https://login.chinacloudapi.cn",
            "https://management.chinacloudapi.cn",
        ),
    )
}
"""Microsoft's own, by the names that `az cloud list` has for them."""


def chosen(directory: Path, environment: Mapping[str, str]) -> Cloud | str:
    """The cloud that `az` is set to, or the address of its resource manager where `az` knows no
    more. ``directory`` is that of its configuration. What cannot be read says nothing."""
    settings = _read(directory / "config")
    name = environment.get("AZURE_CLOUD_NAME") or _value(settings, "cloud", "name") or PUBLIC
    if name in KNOWN:
        return KNOWN[name]
    registered = _read(directory / "clouds.config")
    manager = _value(registered, name, "endpoint_resource_manager").rstrip("/")
    login = _value(registered, name, "endpoint_active_directory").rstrip("/")
    audience = _value(registered, name, "endpoint_active_directory_resource_id")
    if manager and login:
        return Cloud(name, manager, login, audience or manager)
    return manager or KNOWN[PUBLIC]


def told(manager: str, metadata: Any) -> Cloud | None:
    """The cloud by what its metadata endpoint answered; None where that is no such answer."""
    told = metadata if isinstance(metadata, dict) else {}
    entry = told.get("authentication")
    if not isinstance(entry, dict) or not isinstance(entry.get("loginEndpoint"), str):
        return None
    audiences = [a for a in entry.get("audiences") or () if isinstance(a, str)]
    name = told.get("name")
    return Cloud(
        name if isinstance(name, str) else manager,
        manager.rstrip("/"),
        entry["loginEndpoint"].rstrip("/"),
        (audiences or [manager])[0],
    )


def _value(settings: ConfigParser, section: str, option: str) -> str:
    return settings.get(section, option, fallback="") or ""


def _read(file: Path) -> ConfigParser:
    found = ConfigParser(interpolation=None)
    try:
        found.read(file, encoding="utf-8")
    except (Malformed, OSError, UnicodeDecodeError):
        return ConfigParser()
    return found
