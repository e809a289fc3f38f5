"""Storage accounts: names, SKUs, keys."""

from __future__ import annotations

from typing import Any

from fakes.arm import GROUP, HERE, Arm

ACCOUNTS = f"{GROUP}/providers/Microsoft.Storage/storageAccounts"
BODY: dict[str, Any] = {
    "location": "eastus",
    "sku": {"name": "standard_lrs"},
    "kind": "StorageV2",
    "properties": {},
}


def test_made_and_shown() -> None:
    arm = Arm()
    arm.done("PUT", f"{ACCOUNTS}/store1", BODY)
    told = arm.done("GET", f"{ACCOUNTS}/store1")
    assert told["sku"] == {"name": "Standard_LRS", "tier": "Standard"}
    assert told["properties"]["accessTier"] == "Hot"
    assert told["properties"]["primaryEndpoints"]["blob"].startswith("https://store1.blob.")
    assert "key1" not in str(told)
    arm.done("PATCH", f"{ACCOUNTS}/store1", {"properties": {"accessTier": "Cool"}})
    assert arm.done("GET", f"{ACCOUNTS}/store1")["properties"]["accessTier"] == "Cool"
    assert [one["name"] for one in arm.done("GET", ACCOUNTS)["value"]] == ["store1"]
    arm.done("DELETE", f"{ACCOUNTS}/store1")
    assert arm.refused("GET", f"{ACCOUNTS}/store1") == (404, "ResourceNotFound")


def test_as_older_templates_have_it() -> None:
    old = {"location": "eastus", "properties": {"accountType": "Standard_GRS"}}
    told = Arm().done("PUT", f"{ACCOUNTS}/store1", old) or {}
    assert not told or told["sku"]["name"] == "Standard_GRS"


def test_names_are_everybodys() -> None:
    arm = Arm()
    arm.done("PUT", f"{ACCOUNTS}/store1", BODY)
    arm.done("PUT", f"{HERE}/resourceGroups/other", {"location": "eastus"})
    other = f"{HERE}/resourceGroups/other/providers/Microsoft.Storage/storageAccounts"
    assert arm.refused("PUT", f"{other}/store1", BODY) == (409, "StorageAccountAlreadyTaken")
    assert arm.refused("PUT", f"{ACCOUNTS}/Not-A-Name", BODY) == (400, "AccountNameInvalid")
    check = f"{HERE}/providers/Microsoft.Storage/checkNameAvailability"
    answers = [arm.done("POST", check, {"name": name}) for name in ("store1", "store2", "A")]
    assert [one.get("reason") for one in answers] == ["AlreadyExists", None, "AccountNameInvalid"]


def test_a_sku_that_is_none() -> None:
    arm = Arm()
    nothing = {**BODY, "sku": {"name": "Huge"}}
    assert arm.refused("PUT", f"{ACCOUNTS}/store1", nothing)[1] == (
        "InvalidValuesForRequestParameters"
    )


def test_keys_stay_until_they_are_made_anew() -> None:
    arm = Arm()
    arm.done("PUT", f"{ACCOUNTS}/store1", BODY)
    url = f"{ACCOUNTS}/store1"
    first = {one["keyName"]: one["value"] for one in arm.done("POST", f"{url}/listKeys")["keys"]}
    arm.done("PUT", url, BODY)
    arm.done("POST", f"{url}/regenerateKey", {"keyName": "key1"})
    then = {one["keyName"]: one["value"] for one in arm.done("POST", f"{url}/listKeys")["keys"]}
    assert then["key2"] == first["key2"]
    assert then["key1"] != first["key1"]
    assert arm.refused("POST", f"{url}/regenerateKey", {"keyName": "key9"})[0] == 400


def test_a_second_write_leaves_the_time_of_creation() -> None:
    arm = Arm()
    first = arm.done("PUT", f"{ACCOUNTS}/store1", BODY)
    then = arm.done("PUT", f"{ACCOUNTS}/store1", BODY)
    assert then["properties"]["creationTime"] == first["properties"]["creationTime"]
