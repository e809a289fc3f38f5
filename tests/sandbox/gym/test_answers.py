"""The judges of questions: right answers pass in many words, wrong and partial ones do not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

SceneOf = Callable[[str], Any]


def said(text: str, rows: Sequence[Sequence[str]] = ()) -> dict[str, Any]:
    return {"answer": {"text": text, "table": {"columns": [], "rows": rows} if rows else None}}


def test_status(scene: SceneOf) -> None:
    here = scene("M1")
    right = {
        "Is web-1 up?": said("web-1 is running."),
        "Tell me of web-1 and web-2": said("web-1 is running and web-2 is stopped."),
        "What about all VMs?": said("2 VMs.", [["web-1", "running"], ["web-2", "stopped"]]),
        "Are any VMs stopped?": said("One VM is stopped: web-2."),
        "Is web-2 running or stopped?": said("web-2 is stopped."),
    }
    for prompt, answer in right.items():
        assert here.judged(prompt, answer, after=here.before).passed, prompt
    wrong = {
        "Is web-1 up?": said("web-1 is stopped."),
        "Is web-2 running?": said("web-1 is running."),
        "What about all VMs?": said("web-1 is running."),
        "Tell me of web-1 and web-2": said("web-1 is stopped and web-2 is running."),
        "Are any VMs stopped?": said("No."),
    }
    for prompt, answer in wrong.items():
        assert not here.judged(prompt, answer, after=here.before).passed, prompt


def test_an_answer_that_changed_something(scene: SceneOf) -> None:
    here = scene("M1")
    here.ec2.start_instances(InstanceIds=[here.id("web-2")])
    judgement = here.judged("Is web-2 up?", said("web-2 is running."))
    assert not judgement.missed
    assert judgement.unwanted


def test_public_address(scene: SceneOf) -> None:
    here = scene("M2")
    (vm,) = here.now().named("instance", "web-1")
    address, private = vm["PublicIpAddress"], vm["PrivateIpAddress"]
    prompt = "What is web-1's public IP?"
    assert here.judged(
        prompt, said(f"It is {address} (inside {private})."), after=here.before
    ).passed
    assert not here.judged(prompt, said(f"It is {private}."), after=here.before).passed
    assert not here.judged(prompt, said("It has none."), after=here.before).passed
    assert not here.judged(
        prompt, said(f"It is {address} or 203.0.113.9."), after=here.before
    ).passed
    assert not here.judged(prompt, said(f"It is {address}1."), after=here.before).passed


def test_disks(scene: SceneOf) -> None:
    here = scene("M3")
    attached = here.now().of("volume").items()
    rows = [[id, str(v["Size"]), v["VolumeType"]] for id, v in attached]
    prompt = "Which disks does web-1 have?"
    assert here.judged(prompt, said("Three.", rows)).passed
    (reason,) = here.judged(prompt, said("Two.", rows[:2])).missed
    assert "was not named" in reason
    rows[0][1] = "9"
    (reason,) = here.judged(prompt, said("Three.", rows)).missed
    assert "not so told" in reason
    parts = (
        f"{v['Attachments'][0]['Device']} {v['Size']} GiB {v['VolumeType']}" for _, v in attached
    )
    assert here.judged(prompt, said("; ".join(parts))).passed


def test_no_answer(scene: SceneOf) -> None:
    document = {"error": {"summary": "no hand can", "detail": ""}}
    assert scene("M5").judged("So?", document, 64).reasons == ("exit 64: no hand can",)


def test_health(scene: SceneOf) -> None:
    here = scene("M5")
    whole = (
        "EC2 in us-east-1: Elevated instance impairments (Open, Service disruption). "
        "Planned: maintenance of ELB."
    )
    assert here.judged("Any incidents?", said(whole), after=here.before).passed
    for lacking in ("EC2", "us-east-1", "ELB"):
        assert not here.judged(
            "Any incidents?", said(whole.replace(lacking, "?")), after=here.before
        ).passed
    closed = whole.replace("Open, Service disruption", "Closed")
    assert not here.judged("Any incidents?", said(closed), after=here.before).passed
