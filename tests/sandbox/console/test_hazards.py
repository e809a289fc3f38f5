"""Each hazard of real portals, on and off."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import pytest

from fakes.visitor import Visitor
from sandbox.console.hazards import Hazards

Visit = Callable[..., Visitor]


def test_all_are_on_unless_said_otherwise() -> None:
    assert all(asdict(Hazards()).values())
    assert not any(asdict(Hazards.none()).values())


def test_hash_routes(visitor: Visit) -> None:
    there = visitor(hash_routes=True)
    assert there.client.get("/ec2/home").text.count("data-view-root") == 0
    assert 'href="/ec2/home?region=us-east-1#Volumes:"' in there.client.get("/ec2/home").text
    plain = visitor()
    assert "EC2 Dashboard" in plain.client.get("/ec2/home").text
    page = plain.client.get("/ec2/home/Volumes?region=us-east-1")
    assert "You currently have no volumes" in page.text
    assert 'href="/ec2/home/Volumes?region=us-east-1"' in page.text


def test_list_in_frame(visitor: Visit) -> None:
    framed = visitor(list_in_frame=True)
    assert framed.client.get("/ec2/home/Instances").text.count("<iframe") == 1
    assert "You do not have any instances" in framed.client.get("/ec2/frame/Instances").text
    assert "Instances" in str(framed.client.get("/ec2/home").text)
    plain = visitor()
    assert "<iframe" not in plain.client.get("/ec2/home/Instances").text


def test_command_bar(visitor: Visit) -> None:
    def menu(who: Visitor) -> dict[str, str]:
        page = who.see("ec2", "Volumes")
        return next(b for b in page.all("button", aria_haspopup="true"))

    assert "disabled" in menu(visitor(command_bar=True))
    assert "disabled" not in menu(visitor())


def test_late_validation(visitor: Visit) -> None:
    late = visitor(late_validation=True)
    wizard = late.see("ec2", "LaunchInstances")
    assert not [a for _, a in wizard.elements if "required" in a]
    answer = late.post("/action/RunInstances/check", [*wizard.fields, ("region", "")])
    assert "Basics (2)" in answer.text
    assert "Networking (1)" in answer.text
    early = visitor().see("ec2", "LaunchInstances")
    assert "required" in early.all("input", name="name")[0]


def test_a_review_shows_all_and_offers_to_create(visitor: Visit, ec2: Any) -> None:
    who = visitor(late_validation=True)
    form = who.see("ec2", "CreateVolume")
    zone = form.options("zone")[0]
    fields = [pair for pair in form.fields if pair[0] not in ("zone", "name")]
    answer = who.post("/action/CreateVolume/check", [*fields, ("zone", zone), ("name", "d<b>")])
    assert "d&lt;b&gt;" in answer.text
    assert "data-submit" in answer.text
    assert ec2.describe_volumes()["Volumes"] == []


def test_callout(visitor: Visit) -> None:
    def callout(who: Visitor) -> dict[str, str]:
        page = who.see("ec2", "LaunchInstances")
        return next(a for _, a in page.elements if "data-callout" in a)

    assert "role" not in callout(visitor(callout=True))
    assert callout(visitor())["role"] == "dialog"


def test_greyed_buttons(visitor: Visit, ec2: Any) -> None:
    id = ec2.create_volume(AvailabilityZone="us-east-1a", Size=1)["VolumeId"]

    def button(who: Visitor) -> dict[str, str]:
        return next(a for _, a in who.ask("DeleteVolume", id).elements if "data-submit" in a)

    greyed = button(visitor(greyed_buttons=True, typed_deletes=True))
    assert "data-greyed" in greyed
    assert "disabled" not in greyed
    assert "disabled" in button(visitor(typed_deletes=True))


def test_keyed_autocomplete(visitor: Visit) -> None:
    keyed = visitor(keyed_autocomplete=True)
    wizard = keyed.see("ec2", "LaunchInstances")
    assert wizard.all("input", role="combobox")[0].get("name") is None
    assert wizard.all("input", name="type")[0]["type"] == "hidden"
    found = keyed.client.get("/options/instance-types", params={"q": "t3.m"}).json()["options"]
    assert {"value": "t3.micro", "text": "t3.micro"}.items() <= found[1].items()
    assert found[1]["note"] == "2 vCPU   1 GiB Memory"
    plain = visitor().see("ec2", "LaunchInstances")
    assert plain.all("input", name="type")[0]["type"] == "text"


def test_styled_checkboxes(visitor: Visit) -> None:
    def box(who: Visitor) -> str:
        page = who.see("ec2", "LaunchInstances")
        return page.all("input", name="detailed")[0].get("class", "")

    assert "check-native" in box(visitor(styled_checkboxes=True))
    assert box(visitor()) == ""


def test_unlabelled_fields(visitor: Visit) -> None:
    def labelled(who: Visitor) -> bool:
        page = who.see("ec2", "LaunchInstances")
        field = page.all("select", name="subnet")[0]["id"]
        return bool([a for a in page.all("label") if a.get("for") == field])

    assert not labelled(visitor(unlabelled_fields=True))
    assert labelled(visitor())


def test_anonymous_rows(visitor: Visit) -> None:
    def name(who: Visitor) -> str | None:
        page = who.see("vpcconsole", "subnets")
        return next(a for _, a in page.elements if "data-select" in a).get("aria-label")

    assert name(visitor(anonymous_rows=True)) is None
    assert str(name(visitor())).startswith("Select subnet-")


def test_typed_deletes(visitor: Visit, ec2: Any) -> None:
    ec2.create_key_pair(KeyName="ops")
    who = visitor(typed_deletes=True)
    form = who.ask("DeleteKeyPair", "ops")
    assert ("confirm", "") in form.fields
    for word in ("", "OPS", "delete"):
        answer = who.act("DeleteKeyPair", form, "ops", confirm=word)
        assert answer.status_code == 422
        assert "To confirm, enter ops" in answer.text
    assert who.act("DeleteKeyPair", form, "ops", confirm="ops").status_code == 200
    assert ec2.describe_key_pairs()["KeyPairs"] == []
    ec2.create_key_pair(KeyName="ops")
    plain = visitor()
    assert ("confirm", "") not in plain.ask("DeleteKeyPair", "ops").fields
    assert plain.post("/action/DeleteKeyPair", [("id", "ops")]).status_code == 200


def settled(who: Visitor) -> Any:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        told = who.client.get("/notifications", params={"since": "0"}).json()
        if told["operations"] and not told["running"]:
            return told
        time.sleep(0.01)
    raise AssertionError("it did not end")


def test_asynchronous(visitor: Visit, ec2: Any) -> None:
    who = visitor(asynchronous=True, provisioning=0.2)
    answer = who.act("AllocateAddress", who.see("ec2", "AllocateAddress"))
    begun = answer.json()["operation"]
    assert begun["progress"] == "In progress"
    assert ec2.describe_addresses()["Addresses"] == []
    (ended,) = settled(who)["operations"]
    assert (ended["id"], ended["progress"]) == (begun["id"], "Succeeded")
    assert len(ec2.describe_addresses()["Addresses"]) == 1
    log = who.see("activity", "ActivityLog")
    assert "Elastic IP address allocated successfully" in log.html
    at_once = visitor()
    answer = at_once.act("AllocateAddress", at_once.see("ec2", "AllocateAddress"))
    assert answer.json()["operation"]["progress"] == "Succeeded"


def test_a_failure_comes_later_too(visitor: Visit) -> None:
    who = visitor(asynchronous=True, provisioning=0.01)
    assert who.post("/action/StopInstances", [("id", "i-1")]).status_code == 422
    form = who.see("vpcconsole", "CreateSubnet")
    vpc = form.options("vpc")[0]
    assert who.act("CreateSubnet", form, vpc=vpc, cidr="10.99.0.0/24").status_code == 200
    told = settled(who)["operations"][-1]
    assert told["progress"] == "Failed"
    assert told["detail"].startswith("InvalidSubnet.Range")


@pytest.mark.parametrize(
    ("hazard", "key", "on"), [("vanishing_toasts", "toast", 5.0), ("polling", "polling", 2.0)]
)
def test_what_the_scripts_are_told(visitor: Visit, hazard: str, key: str, on: float) -> None:
    for value, expected in ((True, on), (False, 0)):
        who = visitor(**{hazard: value})
        config = _config(who)
        assert config[key] == expected


def _config(who: Visitor) -> dict[str, Any]:
    from fakes.visitor import Page

    return Page(who.client.get("/ec2/home").text).config


def test_survey(visitor: Visit) -> None:
    def asked(who: Visitor) -> list[bool]:
        found = []
        for _ in range(4):
            who.see("ec2", "KeyPairs")
            found.append(who.client.get("/notifications").json()["survey"])
        return found

    assert asked(visitor(survey=True, survey_at=3)).count(True) == 1
    assert not any(asked(visitor(survey_at=3)))


def test_paging_and_filters(visitor: Visit, ec2: Any) -> None:
    for n in range(12):
        ec2.create_key_pair(KeyName=f"key-{n:02}")
    who = visitor(paging=True)
    first = who.see("ec2", "KeyPairs")
    assert first.rows == [f"key-{n:02}" for n in range(10)]
    assert "(12)" in first.html
    assert who.see("ec2", "KeyPairs", page="2").rows == ["key-10", "key-11"]
    assert who.see("ec2", "KeyPairs", find="KEY-11").rows[-1:] == ["key-11"]
    down = who.see("ec2", "KeyPairs", sort="0", desc="1", page="99")
    assert down.rows == ["key-01", "key-00"]
    assert len(visitor().see("ec2", "KeyPairs").rows) == 12


def test_a_column_has_a_filter(visitor: Visit, ec2: Any) -> None:
    ec2.create_volume(AvailabilityZone="us-east-1a", Size=1)
    who = visitor()
    assert len(who.see("ec2", "Volumes", only="Available").rows) == 1
    assert who.see("ec2", "Volumes", only="In-use").rows != []  # no such choice: no filter


def test_stale_lists(visitor: Visit, ec2: Any) -> None:
    who = visitor(stale_lists=True)
    fresh = visitor()
    assert who.see("ec2", "KeyPairs").rows == fresh.see("ec2", "KeyPairs").rows == []
    ec2.create_key_pair(KeyName="ops")
    assert who.see("ec2", "KeyPairs").rows == []
    assert fresh.see("ec2", "KeyPairs").rows == ["ops"]
    assert who.see("ec2", "KeyPairs", refresh="1").rows == ["ops"]
    ec2.delete_key_pair(KeyName="ops")
    assert who.see("ec2", "KeyPairs").rows == ["ops"]
    who.clock.now += 61
    assert who.see("ec2", "KeyPairs").rows == []


def test_denials(visitor: Visit, ec2: Any) -> None:
    who = visitor(denials=True, denied=("ec2:CreateKeyPair",))
    answer = who.act("CreateKeyPair", who.see("ec2", "CreateKeyPair"), name="ops")
    assert answer.status_code == 422
    assert "is not authorized to perform: ec2:CreateKeyPair" in answer.text
    assert ec2.describe_key_pairs()["KeyPairs"] == []
    plain = visitor(denied=("ec2:CreateKeyPair",))
    plain.act("CreateKeyPair", plain.see("ec2", "CreateKeyPair"), name="ops")
    assert len(ec2.describe_key_pairs()["KeyPairs"]) == 1


def test_a_page_that_may_not_be_read(visitor: Visit) -> None:
    who = visitor(denials=True, denied=("elasticloadbalancing:DescribeLoadBalancers",))
    answer = who.client.get("/ec2/view/LoadBalancers")
    assert answer.status_code == 502
    assert "UnauthorizedOperation" in answer.text
    assert "Access denied" in visitor(denials=True).see("console", "Home").html


def test_quotas(visitor: Visit, ec2: Any) -> None:
    who = visitor(quotas=True)
    for _ in range(5):
        ec2.allocate_address()
    answer = who.act("AllocateAddress", who.see("ec2", "AllocateAddress"))
    assert "AddressLimitExceeded" in answer.text
    wizard = who.see("ec2", "LaunchInstances")
    subnet = wizard.options("subnet")[0]
    answer = who.act(
        "RunInstances", wizard, name="big", type="m5.24xlarge", subnet=subnet, key="none"
    )
    assert "VcpuLimitExceeded" in answer.text
    assert ec2.describe_instances()["Reservations"] == []
    plain = visitor()
    answer = plain.act("AllocateAddress", plain.see("ec2", "AllocateAddress"))
    assert answer.status_code == 200
