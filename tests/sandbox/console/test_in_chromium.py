"""The console in a real browser: what only its scripts do. All hazards are on."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.console.daemon import Console, ConsoleStatus, down
from sandbox.console.hazards import Hazards
from sandbox.console.settings import Settings
from sandbox.daemon import Sandbox

playwright = pytest.importorskip(
    "playwright.sync_api", reason="playwright is missing: the console is not tried in a browser"
)

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM = next((path for name in NAMES if (path := shutil.which(name))), None)

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium on PATH: the console is not tried in a browser"
)


Opener = Callable[[Settings], ConsoleStatus]


@pytest.fixture
def opener(sandbox: Sandbox, tmp_path: Path) -> Iterator[Opener]:
    yield lambda settings: Console(tmp_path / "console", sandbox.target(), settings).up()
    down(tmp_path / "console")


@pytest.fixture
def console(opener: Opener) -> ConsoleStatus:
    return opener(Settings(provisioning=0.1, polling=0.3))


@pytest.fixture
def page() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(
            executable_path=CHROMIUM,
            args=["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic"],
        )
        page = browser.new_page()
        page.set_default_timeout(10_000)
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        yield page
        browser.close()
        assert faults == []


def sign_in(page: Any, console: ConsoleStatus) -> None:
    page.get_by_label("IAM username").fill(console.user)
    page.get_by_label("Password").fill(console.password)
    page.get_by_role("button", name="Sign in").click()


def succeeded(page: Any, told: str) -> None:
    page.get_by_role("region", name="Status messages").get_by_text(told).wait_for()


def test_launch_and_terminate(page: Any, console: ConsoleStatus, ec2: Any) -> None:
    page.goto(f"{console.url}ec2/home?region=us-east-1#LaunchInstances:")
    sign_in(page, console)
    page.get_by_role("button", name="Review + create").click()
    page.get_by_role("tab", name="Networking (1)").click()
    page.locator('select[name="subnet"]').select_option(index=1)
    page.get_by_role("tab", name="Basics (2)").click()
    page.get_by_label("Name", exact=True).fill("web-1")
    kind = page.get_by_role("combobox", name="Instance type")
    kind.fill("m5.large")  # without a key press: does not count
    page.get_by_label("Name", exact=True).focus()
    playwright.expect(kind).to_have_value("")
    kind.press_sequentially("t3.sm")
    page.get_by_role("option", name="t3.small").click()
    page.get_by_role("button", name="Create new key pair").click()
    confirm = page.get_by_role("button", name="OK", exact=True)
    assert confirm.is_enabled()
    confirm.click()  # greyed: nothing happens
    page.locator('input[name="key.name"]').fill("ops")
    confirm.click()
    page.get_by_role("tab", name="Advanced details").click()
    page.get_by_text("Detailed CloudWatch monitoring").click()
    page.get_by_role("tab", name="Tags").click()
    page.get_by_role("button", name="Add new tag").click()
    page.get_by_label("Key", exact=True).fill("owner")
    page.get_by_label("Value - optional").fill("me")
    page.get_by_role("tab", name="Review + create").click()
    page.get_by_role("button", name="Launch instance").click()
    succeeded(page, "Launch instance: Succeeded")
    (made,) = ec2.describe_instances()["Reservations"][0]["Instances"]
    assert (made["InstanceType"], made["KeyName"]) == ("t3.small", "ops")
    assert made["Monitoring"]["State"] == "enabled"
    assert {"Key": "owner", "Value": "me"} in made["Tags"]

    frame = page.frame_locator("#compute-react-frame")
    frame.get_by_role("button", name="Refresh").click()
    state = frame.get_by_role("button", name="Instance state", exact=True)
    assert state.is_disabled()
    frame.get_by_role("row").filter(has_text="web-1").get_by_role("checkbox").check()
    state.click()
    frame.get_by_role("menuitem", name="Terminate (delete) instance").click()
    dialog = frame.get_by_role("dialog", name="Terminate (delete) instance")
    dialog.get_by_role("textbox").fill("web-1")
    dialog.get_by_role("button", name="Terminate (delete)").click()
    succeeded(page, "Terminate (delete) instance: Succeeded")
    (gone,) = ec2.describe_instances()["Reservations"][0]["Instances"]
    assert gone["State"]["Name"] == "terminated"
    page.get_by_role("button", name="Notifications").click()
    assert (
        page.get_by_role("region", name="Notifications list").get_by_role("listitem").count() == 2
    )


def test_deep_link_search_and_rules(page: Any, console: ConsoleStatus, ec2: Any) -> None:
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    id = ec2.create_security_group(GroupName="web", Description="d", VpcId=vpc)["GroupId"]
    page.goto(f"{console.url}ec2/home?region=us-east-1#SecurityGroup:groupId={id}")
    sign_in(page, console)
    page.get_by_role("heading", name=f"{id} - web").wait_for()
    page.get_by_role("button", name="Actions").click()
    page.get_by_role("menuitem", name="Edit inbound rules").click()
    dialog = page.get_by_role("dialog", name="Edit inbound rules")
    dialog.get_by_role("button", name="Add rule").click()
    dialog.get_by_label("Type").select_option("HTTPS")
    dialog.get_by_label("Source").fill("10.0.0.0/8")
    dialog.get_by_role("button", name="Save rules").click()
    succeeded(page, "Edit inbound rules: Succeeded")
    (rule,) = ec2.describe_security_groups(GroupIds=[id])["SecurityGroups"][0]["IpPermissions"]
    assert (rule["FromPort"], rule["IpRanges"][0]["CidrIp"]) == (443, "10.0.0.0/8")
    page.get_by_role("combobox", name="Search").press_sequentially("health")
    page.get_by_role("option", name="Scheduled changes").click()
    page.get_by_role("heading", name="Scheduled changes").wait_for()
    assert "/health/home?region=us-east-1#ScheduledChanges:" in page.url


def test_without_any_hazard(page: Any, opener: Opener, ec2: Any) -> None:
    page.goto(opener(Settings(hazards=Hazards.none())).url)
    page.get_by_role("link", name="Volumes").click()
    page.get_by_role("link", name="Create volume").click()
    page.get_by_role("button", name="Next").click()
    assert page.get_by_role("tabpanel", name="Volume settings").is_visible()  # a zone is missing
    page.get_by_label("Name", exact=True).fill("data-1")
    page.get_by_label("Availability Zone").select_option("us-east-1b")
    page.get_by_label("Encrypt this volume").check()
    page.get_by_role("button", name="Review + create").click()
    page.get_by_role("button", name="Create volume").click()
    page.get_by_role("checkbox", name="Select data-1").check()
    (volume,) = ec2.describe_volumes()["Volumes"]
    assert (volume["AvailabilityZone"], volume["Encrypted"]) == ("us-east-1b", True)
    page.get_by_role("button", name="Actions").click()
    page.get_by_role("menuitem", name="Delete volume").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    succeeded(page, "Delete volume: Succeeded")
    page.get_by_text("You currently have no volumes").wait_for()
    assert ec2.describe_volumes()["Volumes"] == []


def test_the_session_ends_in_the_middle(page: Any, console: ConsoleStatus) -> None:
    page.goto(f"{console.url}ec2/home?region=us-east-1#KeyPairs:")
    sign_in(page, console)
    page.get_by_role("heading", name="Key pairs").wait_for()
    page.context.clear_cookies()  # what the server forgot and what the browser lost look the same
    page.get_by_role("dialog", name="Your session has expired").wait_for()
    page.get_by_role("button", name="Sign in again").click()
    sign_in(page, console)
    page.get_by_role("heading", name="Key pairs").wait_for()
    assert page.url.endswith("#KeyPairs:")
