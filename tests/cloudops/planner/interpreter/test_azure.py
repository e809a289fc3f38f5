"""Azure's words, on a target that is on Azure; and requests that are for two clouds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from cloudops.errors import NotUnderstood
from cloudops.planner.interpreter.grammar import BuiltInInterpreter
from cloudops.planner.interpreter.sharing import told_apart
from cloudops.request import Context, Intent, Request
from modalities.change import Create
from modalities.resource import Provider
from modalities.wanted import Vm

INTERPRETER = BuiltInInterpreter()
AWS, AZURE = Provider.AWS, Provider.AZURE


def request(text: str, cloud: Provider | None = AZURE) -> Request:
    return Request(text=text, target="lab", actor="tester", cloud=cloud)


def understood(text: str, cloud: Provider | None = AZURE) -> Intent:
    return INTERPRETER.interpret(request(text, cloud), Context())


def refused(text: str) -> NotUnderstood:
    with pytest.raises(NotUnderstood) as caught:
        understood(text)
    return caught.value


def published() -> Iterator[str]:
    """The prompts of the project's task file, where it is beside the project."""
    tasks = Path(__file__).resolve().parents[4].parent / "shared" / "gym" / "paper_tasks.json"
    if tasks.exists():
        for task in json.loads(tasks.read_text("utf-8"))["tasks"]:
            yield from task["prompts"]


def test_the_published_prompts_are_for_azure_too() -> None:
    prompts = list(published())
    if not prompts:
        pytest.skip("paper_tasks.json is not beside the project")
    for prompt in prompts:
        assert understood(prompt).cloud in (None, AZURE), prompt


@pytest.mark.parametrize(
    ("text", "cloud"),
    [
        ("create a t3.micro named web-1", AWS),
        ("create a 64 GB gp3 disk named d-1", AWS),
        ("create a VM named web-1 with image ami-0abc12345", AWS),
        ("create a VM named web-1 in eu-west-1", AWS),
        ("create a 64 GB Premium_LRS disk named d-1", AZURE),
        ("create a VM named web-1, size D4s_v5", AZURE),
        ("create a storage account named logs", AZURE),
        ("create a VPC named lab", None),
        ("create an elastic IP named ip-1", None),
        ("create a VM named b2s", None),
        ("create a VM named web-1", None),
    ],
)
def test_what_one_cloud_alone_has_says_which(text: str, cloud: Provider | None) -> None:
    """The journey refuses a request for another cloud than its target's; the rest is for both."""
    assert understood(text, None).cloud is cloud


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("create an availability set named as-1", "an availability set is not made here"),
        ("put web-1 in an availability set", "an availability set is not made here"),
        ("create a scale set with 3 instances", "a scale set is not made here"),
        ("create a resource group named lab", "a target on Azure is one resource group"),
        ("create a VM web-1 in resource group lab", "a target on Azure is one resource group"),
        ("update disk d-1 in resource group other to 256 GB", "a target on Azure is one resource"),
        ("stop web-1 in resource group other", "a target on Azure is one resource group"),
        ("what is the public ip of web-1 in resource group other", "a target on Azure is one"),
        ("what is the status of web-1 in resource group other?", "a target on Azure is one"),
        ("list all resources in my resource group", "a target on Azure is one resource group"),
        ("delete everything in the resource group lab", "a target on Azure is one resource group"),
    ],
)
def test_what_is_refused_says_why(text: str, why: str) -> None:
    assert why in refused(text).detail


def test_a_resource_group_is_never_taken_without_its_name() -> None:
    (question,) = refused("delete the resource group").questions
    assert question.text.startswith("Which resource group")


TWO = {
    "create one VM on AWS and one on Azure, same name": ("vm-1", None, "vm-1", None),
    "I need one VM on AWS and one on Azure, same name": ("vm-1", None, "vm-1", None),
    "one VM on AWS and one on Azure, both named web-1": ("web-1", None, "web-1", None),
    "one VM named web-1 on AWS and one on Azure, same name": ("web-1", None, "web-1", None),
    "create a VM named web-1 on both AWS and Azure": ("web-1", None, "web-1", None),
    "launch a VM on azure and on aws called api-1": ("api-1", None, "api-1", None),
    "create a VM named a-1 on AWS and a VM named b-1 on Azure": ("a-1", None, "b-1", None),
    "create a t3.small VM named web-1 on AWS and a Standard_B2s VM on Azure with the same name": (
        *("web-1", "t3.small"),
        *("web-1", "Standard_B2s"),
    ),
}


@pytest.mark.parametrize(("text", "expected"), TWO.items(), ids=TWO)
def test_two_clouds_in_one_request(text: str, expected: tuple[str | None, ...]) -> None:
    found = INTERPRETER.shares(request(text, None), Context())
    made = {
        intent.cloud: (vm.name, vm.size)
        for intent in found
        for change in intent.changes
        if isinstance(change, Create)
        for vm in change.wanted
        if isinstance(vm, Vm)
    }
    assert made == {AWS: expected[:2], AZURE: expected[2:]}


@pytest.mark.parametrize("text", TWO)
def test_what_is_for_two_is_one_intent_with_a_share_for_each(text: str) -> None:
    intent = INTERPRETER.interpret(request(text, None), Context(cloud=AWS))
    assert [share.cloud for share in intent.shares] in ([AWS, AZURE], [AZURE, AWS])
    assert intent.changes == tuple(c for share in intent.shares for c in share.changes)
    assert "on AWS: Create VM" in intent.summary
    assert "on Azure: Create VM" in intent.summary
    assert intent.cloud is None


def test_a_question_about_both_is_asked_of_each() -> None:
    intent = INTERPRETER.interpret(request("list my VMs on AWS and Azure", None), Context())
    assert intent.question is not None
    assert [share.question for share in intent.shares] == [intent.question, intent.question]


def test_what_is_not_said_of_each_is_asked_for() -> None:
    why = refused("create a VM on AWS and not one on Azure and one on AWS")
    assert why.exit_code == 10
    assert "one VM on AWS and one on Azure" in why.remedy


def test_what_a_share_leaves_open_names_its_cloud() -> None:
    why = refused("resize VM web-1 on AWS and Azure")
    assert [q.text.partition(":")[0] for q in why.questions] == ["on AWS"]
    assert [q.rephrase for q in why.questions] == [""]


@pytest.mark.parametrize(
    "text",
    [
        "create a VM named web-1 on AWS",
        "launch an instance, t3.medium on AWS or Standard_B2s on Azure, named worker-a",
        "create a VM on AWS and one on AWS",
        "create a VM on AWS and one on Azure and one on AWS",
        "what is the status of web-1?",
    ],
)
def test_what_is_not_for_two_is_not_told_apart(text: str) -> None:
    assert told_apart(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "don't create a VM on AWS and one on Azure",
        "create a VM on AWS and not one on Azure",
        "create a VM on AWS and a kubernetes cluster on Azure",
        "create a VM on AWS and a t3.small VM on Azure",
    ],
)
def test_what_one_of_both_does_not_understand_is_not_done_at_all(text: str) -> None:
    with pytest.raises(NotUnderstood):
        INTERPRETER.shares(request(text, None), Context())


@pytest.mark.parametrize(("cloud", "size"), [(AWS, "t3.medium"), (AZURE, "Standard_B2s")])
def test_of_a_size_for_each_cloud_the_targets_own_is_meant(cloud: Provider, size: str) -> None:
    text = "launch an instance, t3.medium on AWS or Standard_B2s on Azure, named worker-a"
    intent = INTERPRETER.interpret(request(text, None), Context(cloud=cloud))
    wanted = (w for c in intent.changes if isinstance(c, Create) for w in c.wanted)
    (made,) = (w for w in wanted if isinstance(w, Vm))
    assert (intent.cloud, made.size) == (cloud, size)
