"""Azure's console in a real browser, as the product starts it. All hazards are on."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.azure.daemon import AzureSandbox
from sandbox.console.azure.cloud import Cloud
from sandbox.console.azure.visit import at
from sandbox.console.daemon import Console, ConsoleStatus, down
from sandbox.console.settings import Settings

playwright = pytest.importorskip(
    "playwright.sync_api", reason="playwright is missing: the console is not tried in a browser"
)

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM = next((path for name in NAMES if (path := shutil.which(name))), None)

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium on PATH: the console is not tried in a browser"
)


@pytest.fixture
def console(azure: AzureSandbox, arm: Cloud, tmp_path: Path) -> Iterator[ConsoleStatus]:
    settings = Settings(provisioning=0.1, polling=0.3)
    yield Console(tmp_path / "console", azure.target(), settings).up()
    down(tmp_path / "console")


@pytest.fixture
def page() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(
            executable_path=CHROMIUM,
            args=["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic"],
        )
        page = browser.new_page()
        page.set_default_timeout(30_000)
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        yield page
        browser.close()
        assert faults == []


def test_a_machine_from_its_wizard_to_its_end(
    page: Any, console: ConsoleStatus, arm: Cloud, group: str
) -> None:
    status = page.get_by_role("region", name="Status messages")
    page.goto(f"{console.url}#create/Microsoft.VirtualMachine")
    page.get_by_label("Username").fill(console.user)
    page.get_by_label("Password").fill(console.password)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Review + create").click()
    page.get_by_role("tab", name="Networking (1)").click()
    page.get_by_role("tabpanel", name="Networking").get_by_text("Create new").first.click()
    accept = page.locator('[data-callout-of="subnet"]').get_by_role("button", name="OK")
    accept.click()  # greyed: nothing happens
    page.get_by_label("Virtual network name").fill("net")
    accept.click()
    page.get_by_role("tab", name="Basics (1)").click()
    page.get_by_label("Virtual machine name").fill("web")
    size = page.get_by_role("combobox", name="Size")
    size.fill("")
    size.press_sequentially("B2s")
    page.get_by_role("option", name="Standard_B2s ", exact=False).first.click()
    page.get_by_role("tab", name="Review + create").click()
    page.get_by_role("button", name="Create", exact=True).click()
    status.get_by_text("Create virtual machine: Succeeded").wait_for()
    machine = f"{group}/providers/Microsoft.Compute/virtualMachines/web"
    assert at(arm.get(machine), "properties.hardwareProfile.vmSize").startswith("Standard_B2s")

    inside = page.frame_locator('iframe[name="BrowseResource.ReactView"]')
    inside.get_by_role("menuitem", name="Refresh").click()
    stop = inside.get_by_role("menuitem", name="Stop")
    assert stop.is_disabled()
    inside.get_by_role("row").filter(has_text="web").get_by_role("checkbox").check()
    stop.click()
    inside.get_by_role("dialog").get_by_role("button", name="Yes").click()
    status.get_by_text("Stop virtual machine: Succeeded").wait_for()
    inside.get_by_role("menuitem", name="Refresh").click()
    inside.get_by_text("Stopped (deallocated)").wait_for()
    inside.get_by_role("link", name="web", exact=True).click()
    page.get_by_role("heading", name="web", exact=True).wait_for()
    page.get_by_role("menuitem", name="Delete").click()
    page.get_by_label("Enter “web” to confirm deletion").fill("web")
    page.get_by_role("dialog").get_by_role("button", name="Delete", exact=True).click()
    status.get_by_text("Delete virtual machine: Succeeded").wait_for()
    assert machine not in {each["id"] for each in arm.all("/resources")}
