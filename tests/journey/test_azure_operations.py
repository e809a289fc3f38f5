"""Azure's own operations by a user's own commands, seen by plain GETs of the resource manager."""

from __future__ import annotations

from pathlib import Path

import pytest

from journey.conftest import Product
from kill.arm import Arm
from sandbox import control
from sandbox.azure.daemon import AzureSandbox, home_of
from sandbox.azure.names import SUBSCRIPTION

pytest.importorskip("azure.mgmt.compute", reason="Azure's SDK is not installed")

GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/cloudops"
SETS = f"{GROUP}/providers/Microsoft.Compute/availabilitySets"
LOCKS = f"{GROUP}/providers/Microsoft.Authorization/locks"
LAB = ("--target", "azure-sandbox")


def test_made_changed_listed_taken_back_and_what_guards_is_not_ended(tmp_path: Path) -> None:
    product = Product(tmp_path, "http://127.0.0.1:1")
    assert product("sandbox", "up", "--cloud", "azure").code == 0
    try:
        azure = AzureSandbox(home_of(Path(product.environment["CLOUDOPS_STATE_DIR"]) / "sandbox"))
        port = int(azure.endpoint().rpartition(":")[2].strip("/"))
        arm = Arm(port, azure.home / control.AUTHORITY)

        made = product("run", "create an availability set named web", "--yes", *LAB)
        assert made.code == 0, made.err
        (web,) = arm.rows(SETS, "2024-07-01")
        assert (web["name"], web["sku"]["name"]) == ("web", "Aligned")

        go = ("--yes", "--max-risk", "medium")
        tagged = product("run", "tag availability set web with team=shop", *go, *LAB)
        assert tagged.code == 0, tagged.err
        (web,) = arm.rows(SETS, "2024-07-01")
        assert web["tags"] == {"team": "shop"}
        assert product("undo", tagged.report["run"], *go, *LAB).code == 0
        (web,) = arm.rows(SETS, "2024-07-01")
        assert not web.get("tags")

        listed = product("run", "list availability sets", *LAB)
        assert [r["name"] for r in listed.report["answer"]["data"]["answer"]["value"]] == ["web"]

        lock = "create a lock named keep with level CanNotDelete"
        assert product("run", lock, *go, *LAB).code == 0
        ended = product("run", "delete lock keep", "--yes", "--max-risk", "high", *LAB)
        assert ended.code == 4  # a policy's no: it guards
        assert [row["name"] for row in arm.rows(LOCKS, "2020-05-01")] == ["keep"]
    finally:
        product("sandbox", "down")
