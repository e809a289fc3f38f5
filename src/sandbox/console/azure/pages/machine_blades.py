"""A machine's interfaces, and its serial log."""

from __future__ import annotations

from collections.abc import Sequence

from modalities.receipt import CloudError
from sandbox.console.azure.cloud import Cloud, Raw
from sandbox.console.azure.fleet import configurations, machine
from sandbox.console.azure.kinds import GUARD, MACHINE
from sandbox.console.azure.pages.blades import SERVICE, asked, blade
from sandbox.console.azure.pages.creating_machines import DIAGNOSTICS
from sandbox.console.azure.pages.rules import table
from sandbox.console.azure.visit import NOTHING, Visit, at, link, same, short
from sandbox.console.form import Field, Form, Shape, Tab, Values
from sandbox.console.operations import Done
from sandbox.console.page import Action, Item, Page, Part, Row, Table, View


def networking(visit: Visit) -> Page:
    found = machine(visit.cloud, visit.asked("id"))
    ids = [str(at(nic, "properties.networkSecurityGroup.id", "")) for nic in found.nics]
    guards = [g for g in visit.cloud.all(GUARD.listing) if any(same(g["id"], id) for id in ids)]
    inner = Table(
        title="Network interfaces",
        noun="network interface",
        columns=(
            *("Name", "IP configuration", "Subnet", "Private IP address", "Public IP address"),
            "Network security group",
        ),
        rows=tuple(
            _row(visit, nic, config) for nic in found.nics for config in configurations(nic)
        ),
        empty="No network interfaces",
    )
    rules = tuple(table(guard, "Inbound") for guard in guards)
    return blade(
        visit,
        MACHINE,
        found.document,
        "networking",
        parts=(Part("Network interfaces", (), (inner, *rules)),),
    )


def _row(visit: Visit, nic: Raw, config: Raw) -> Row:
    subnet = str(at(config, "properties.subnet.id", ""))
    return Row(
        str(nic["id"]),
        str(nic["name"]),
        (
            link(visit, str(nic["id"])),
            str(config["name"]),
            "/".join(subnet.split("/")[-3::2]) or NOTHING,
            str(at(config, "properties.privateIPAddress", NOTHING)),
            link(visit, str(at(config, "properties.publicIPAddress.id", ""))),
            link(visit, str(at(nic, "properties.networkSecurityGroup.id", ""))),
        ),
    )


# -- boot diagnostics ----------------------------------------------------------------------


def diagnostics(visit: Visit) -> Page:
    document = asked(visit)
    on = bool(at(document, "properties.diagnosticsProfile.bootDiagnostics.enabled"))
    parts = (Part("Serial log", text=_log(visit.cloud, str(document["id"]))),) if on else ()
    return blade(
        visit,
        MACHINE,
        document,
        "bootDiagnostics",
        summary=(("Boot diagnostics", "Enabled" if on else "Not enabled"),),
        parts=parts,
        commands=(Item("Settings", "BootDiagnostics"),),
    )


def _log(cloud: Cloud, id: str) -> str:
    try:
        told = cloud.post(id, "retrieveBootDiagnosticsData")
        return cloud.text(str(told["serialConsoleLogBlobUri"])) or "The log is empty."
    except CloudError as error:
        return f"{error.code}: {error.message}"


def ask(visit: Visit, ids: Sequence[str]) -> Form:
    document = visit.cloud.get(ids[0])
    on = bool(at(document, "properties.diagnosticsProfile.bootDiagnostics.enabled"))
    status = Field(
        name="status",
        label="Status",
        shape=Shape.RADIO,
        options=DIAGNOSTICS,
        value="managed" if on else "off",
        required=True,
    )
    return Form(
        action="BootDiagnostics",
        title="Boot diagnostics",
        submit="Save",
        ids=tuple(ids),
        tabs=(Tab("", (status,)),),
    )


def set_diagnostics(cloud: Cloud, ids: Sequence[str], values: Values) -> Done:
    on = values.text("status") == "managed"
    wanted = {"bootDiagnostics": {"enabled": on}}
    cloud.patch(ids[0], {"properties": {"diagnosticsProfile": wanted}})
    return Done(f"Boot diagnostics of {short(ids[0])}: {'enabled' if on else 'disabled'}")


VIEWS = (
    View(MACHINE.view("networking"), SERVICE, networking, parent=MACHINE.list),
    View(MACHINE.view("bootDiagnostics"), SERVICE, diagnostics, parent=MACHINE.list),
)

ACTIONS = (Action("BootDiagnostics", "Update boot diagnostics", set_diagnostics, ask),)
