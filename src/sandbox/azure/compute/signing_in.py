"""A machine's osProfile: its name, its first user, and how that user gets in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sandbox.azure.contract import Change
from sandbox.azure.documents import Document, at
from sandbox.azure.refusal import Refused, bad_request, conflict

_TAKEN = (
    "1 123 a actuser adm admin admin1 admin2 administrator aspnet backup console david guest john "
    "owner root server sql support support_388945a0 sys test test1 test2 test3 user user1 user2 "
    "user3 user4 user5 video"
)
TAKEN = frozenset(_TAKEN.split())
"""User names that Azure does not take (the FAQ of virtual machines)."""
SECRETS = (
    "properties.osProfile.adminPassword",
    "properties.osProfile.customData",
    "properties.userData",
)
NAME = re.compile(r"^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$")
SETTLED = ("computerName", "adminUsername", "linuxConfiguration.ssh.publicKeys")


def complete(change: Change, system: str) -> dict[str, Any]:
    """The profile of a new machine. Raises Refused."""
    profile = change.properties.get("osProfile")
    if not isinstance(profile, Mapping):
        raise _missing("osProfile")
    if not profile.get("adminUsername"):
        raise _missing("osProfile.adminUsername")
    _check_name(str(profile.get("computerName") or change.id.name), system)
    if str(profile["adminUsername"]).casefold() in TAKEN:
        raise bad_request(
            "InvalidParameter",
            "The Admin Username specified is not allowed. For more information about disallowed "
            "usernames, see https://aka.ms/vmosprofile",
            "adminUsername",
        )
    told: dict[str, Any] = {
        "computerName": change.id.name,
        "secrets": [],
        "allowExtensionOperations": True,
        "requireGuestProvisionSignal": True,
        **profile,
    }
    return {**told, **(_linux(profile) if system == "Linux" else _windows(profile))}


def check_same(change: Change, before: Document) -> None:
    """What was settled when the machine was made. Raises Refused."""
    sent = at(change.sent, "properties.osProfile")
    if not isinstance(sent, Mapping):
        return
    for path in SETTLED:
        wanted = at(sent, path)
        if wanted is not None and wanted != at(before, f"osProfile.{path}"):
            raise conflict(
                "PropertyChangeNotAllowed", f"Changing property 'osProfile.{path}' is not allowed."
            )
    if "adminPassword" in sent:
        kept = change.before.secrets.get(SECRETS[0]) if change.before else None
        if sent["adminPassword"] != kept:
            raise conflict(
                "PropertyChangeNotAllowed",
                "Changing property 'osProfile.adminPassword' is not allowed.",
            )


def _linux(profile: Document) -> dict[str, Any]:
    keys = at(profile, "linuxConfiguration.ssh.publicKeys") or []
    password = profile.get("adminPassword")
    closed = bool(at(profile, "linuxConfiguration.disablePasswordAuthentication", not password))
    if not keys and (closed or not password):
        raise bad_request(
            "InvalidParameter",
            "Authentication using either SSH or by user name and password must be enabled in Linux "
            "profile.",
            "linuxConfiguration",
        )
    for key in keys:
        _check_key(key, str(profile["adminUsername"]))
    if password and not closed:
        _check_password(str(password))
    patching = {"patchMode": "ImageDefault", "assessmentMode": "ImageDefault"}
    configured = {
        "provisionVMAgent": True,
        "patchSettings": patching,
        **(profile.get("linuxConfiguration") or {}),
        "disablePasswordAuthentication": closed,
    }
    return {"linuxConfiguration": configured}


def _windows(profile: Document) -> dict[str, Any]:
    if not profile.get("adminPassword"):
        raise _missing("adminPassword")
    _check_password(str(profile["adminPassword"]))
    configured = {
        "provisionVMAgent": True,
        "enableAutomaticUpdates": True,
        "patchSettings": {"patchMode": "AutomaticByOS", "assessmentMode": "ImageDefault"},
        **(profile.get("windowsConfiguration") or {}),
    }
    return {"windowsConfiguration": configured}


def _check_key(key: Any, user: str) -> None:
    data = str(key.get("keyData", "")) if isinstance(key, Mapping) else ""
    if not data.startswith(("ssh-rsa ", "ssh-ed25519 ", "ecdsa-")):
        raise bad_request(
            "InvalidParameter",
            "The value of parameter linuxConfiguration.ssh.publicKeys.keyData is invalid.",
            "linuxConfiguration.ssh.publicKeys.keyData",
        )
    home = f"/home/{user}/.ssh/authorized_keys"
    if key.get("path", home) != home:
        raise bad_request(
            "InvalidParameter",
            "Destination path for SSH public keys is currently limited to its default value "
            f"{home}  due to a known issue in Linux provisioning agent.",
            "linuxConfiguration.ssh.publicKeys.path",
        )


def _check_name(name: str, system: str) -> None:
    most = 64 if system == "Linux" else 15
    if len(name) > most or not NAME.match(name) or (system == "Windows" and name.isdecimal()):
        raise bad_request(
            "InvalidParameter",
            f"{system} computer name cannot be more than {most} characters long, be entirely "
            "numeric, or contain the following characters: ` ~ ! @ # $ % ^ & * ( ) = + _ [ ] {{ }} "
            "\\ | ; : ' \" , < > / ?.",
            "computerName",
        )


def _check_password(password: str) -> None:
    if not 6 <= len(password) <= 123:
        raise _weak("must be between 6 and 123 characters long.")
    kinds = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[\W_]")
    found = sum(bool(re.search(kind, password)) for kind in kinds)
    if found < 3:
        raise _weak(
            "must have 3 of the following: one lower case character, one upper case character, one "
            "number, or one special character that is not '\\' or '-'."
        )


def _weak(why: str) -> Refused:
    return bad_request("InvalidParameter", f"The supplied password {why}", "adminPassword")


def _missing(name: str) -> Refused:
    return bad_request("InvalidParameter", f"Required parameter '{name}' is missing (null).", name)
