"""Events of the activity log, as the real one writes them: what they say, and what not."""

from __future__ import annotations

from typing import Any

import pytest

from modalities.azure.deeds import deed_of, resource_in, shown
from modalities.trail import MADE, REMOVED

VM = "/subscriptions/S/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/web"


def event(name: str, id: str = VM, **more: Any) -> dict[str, Any]:
    return {
        "operationName": {"value": name, "localizedValue": name},
        "status": {"value": "Succeeded", "localizedValue": "Succeeded"},
        "subStatus": {"value": "", "localizedValue": ""},
        "eventTimestamp": "2026-11-28T06:11:18.3829951Z",
        "eventDataId": "e-1",
        "caller": "ann@example.com",
        "resourceId": id,
        "httpRequest": {"clientIpAddress": "192.0.2.7"},
        **more,
    }


@pytest.mark.parametrize(
    ("name", "id", "more", "concerns"),
    [
        ("Microsoft.Compute/virtualMachines/write", VM, {}, ()),
        (
            "Microsoft.Compute/virtualMachines/write",
            VM,
            {"subStatus": {"value": "Created"}},
            (MADE,),
        ),
        ("Microsoft.Compute/virtualMachines/delete", VM, {}, (REMOVED,)),
        (
            "Microsoft.Compute/virtualMachines/powerOff/action",
            VM,
            {},
            ("state", "deallocated", "public_ip"),
        ),
        ("Microsoft.Compute/virtualMachines/extensions/delete", f"{VM}/extensions/x", {}, ()),
        (
            "Microsoft.Resources/tags/write",
            f"{VM}/providers/Microsoft.Resources/tags/default",
            {},
            ("tag:*",),
        ),
    ],
)
def test_what_an_event_may_have_changed(
    name: str, id: str, more: dict[str, Any], concerns: tuple[str, ...]
) -> None:
    deed = deed_of(event(name, id, **more))
    assert deed is not None
    assert deed.concerns == concerns
    assert (deed.actor, deed.origin) == ("ann@example.com", "192.0.2.7")
    assert resource_in(event(name, id)).startswith(VM.casefold())


@pytest.mark.parametrize(
    "told",
    [
        {},
        event("Microsoft.Compute/virtualMachines/read"),
        event("Microsoft.Storage/storageAccounts/listKeys/action"),
        event("x/write", status={"value": "Failed"}),
        event("x/write", eventTimestamp="yesterday"),
        event("x/write", operationName=None),
    ],
)
def test_what_is_no_deed(told: dict[str, Any]) -> None:
    assert deed_of(told) is None


def test_texts_are_data() -> None:
    assert shown("a\nb\x1b[2J") == "a b [2J"
    assert "hunter2" not in shown("password=hunter2 and more")
    assert len(shown("x" * 5000)) <= 120
    assert shown(None) == ""
