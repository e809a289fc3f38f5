"""Boot diagnostics: whether they are on, and where the serial log and the screenshot are."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from sandbox.azure.contract import Action, Call, Cloud, Done
from sandbox.azure.documents import at
from sandbox.azure.entry import Entry
from sandbox.azure.refusal import conflict
from sandbox.azure.requests import Answer, Request

BLOBS = "/sandbox/boot-diagnostics"
"""Below it, without a token as a signed address is read: ``?id=...&what=log|screenshot``."""


def is_on(machine: Entry) -> bool:
    return bool(at(machine.properties, "diagnosticsProfile.bootDiagnostics.enabled"))


def uris(machine: Entry) -> dict[str, Any]:
    """As the instance view tells them: with managed storage only retrieving gives addresses."""
    store = at(machine.properties, "diagnosticsProfile.bootDiagnostics.storageUri")
    if not store:
        return {}
    where = f"{str(store).rstrip('/')}/bootdiagnostics-{machine.name}"
    return {
        "consoleScreenshotBlobUri": f"{where}/{machine.name}.screenshot.bmp",
        "serialConsoleLogBlobUri": f"{where}/{machine.name}.serialconsole.log",
    }


def retrieve(call: Call) -> Done:
    machine = call.resource
    if not is_on(machine):
        raise conflict(
            "OperationNotAllowed",
            f"Boot diagnostics is not enabled on VM '{machine.name}'. Enable it and try again.",
        )
    where = f"{call.base}{BLOBS}?id={quote(machine.id.text, safe='')}"
    return Done(
        {
            "consoleScreenshotBlobUri": f"{where}&what=screenshot",
            "serialConsoleLogBlobUri": f"{where}&what=log",
        }
    )


def answer(cloud: Cloud, request: Request) -> Answer | None:
    """What stands at an address that was retrieved; None where the path is none of those."""
    if request.method != "GET" or request.path != BLOBS:
        return None
    if request.query.get("what") == "screenshot":
        return Answer(404, {"error": {"code": "BlobNotFound", "message": "there is no screen"}})
    text = log(cloud, request.query.get("id", ""))
    if text is None:
        return Answer(404, {"error": {"code": "BlobNotFound", "message": "there is no log"}})
    return Answer(200, text.encode())


def log(cloud: Cloud, id: str) -> str | None:
    """What the serial console of the machine would hold; None where nobody may see it."""
    machine = cloud.get(id)
    if machine is None or not is_on(machine):
        return None
    name = at(machine.properties, "osProfile.computerName", machine.name)
    since = machine.inner["since"]
    lines = [f"[    0.000000] sandbox: no real machine stands behind {name}"]
    if machine.inner["power"] == "running":
        lines += [
            f"[    0.512034] systemd[1]: Hostname set to <{name}>.",
            f"[    4.804871] cloud-init[612]: finished at {since}",
            "",
            f"{name} login: ",
        ]
    return "\n".join(lines)


ACTIONS = (Action("retrieveBootDiagnosticsData", retrieve),)
