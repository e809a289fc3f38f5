"""What the interpreter promises besides the specimens: bad input, places, notes, speed."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from cloudops.engine.contract import Interpreter
from cloudops.errors import NotUnderstood
from cloudops.planner.interpreter.grammar import BuiltInInterpreter
from cloudops.request import Context, Goal, Intent, Request, ServiceHealth
from modalities.change import Create, Resize, SetDiagnostics
from modalities.resource import Kind, Provider, ResourceRef
from modalities.wanted import Vm

INTERPRETER: Interpreter = BuiltInInterpreter()


def interpret(text: str, cloud: Provider | None = None, context: Context | None = None) -> Intent:
    request = Request(text=text, target="sandbox", actor="tester", cloud=cloud)
    return INTERPRETER.interpret(request, context or Context())


def refused(text: str, cloud: Provider | None = None) -> NotUnderstood:
    with pytest.raises(NotUnderstood) as caught:
        interpret(text, cloud)
    return caught.value


def first_vm(intent: Intent) -> Vm:
    (change,) = intent.changes
    assert isinstance(change, Create)
    return next(wanted for wanted in change.wanted if isinstance(wanted, Vm))


@pytest.mark.parametrize("text", ["", "   ", "\n\t\n", "\ufeff"])
def test_empty_text_gets_examples(text: str) -> None:
    stop = refused(text)
    assert stop.summary == "the request is empty"
    assert "Create three VMs in one network behind a load balancer" in stop.nearest


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("create a VM\x00", "character 12 is the control character U+0000"),
        ("\x7fELF\x01\x01", "character 1 is the control character U+007F"),
        ("delete web\u202e1-", "character 11 is the control character U+202E"),
        ("stop \udcff\udcfe", "character 6 is not valid UTF-8"),
        ("create a VM named a\u200bb", "character 20 is the control character U+200B"),
    ],
)
def test_text_that_cannot_be_seen_is_refused(text: str, detail: str) -> None:
    stop = refused(text)
    assert (stop.summary, stop.detail) == ("the request is not plain text", detail)


@pytest.mark.parametrize("sign", ["a ", "web-1 and ", "named ", "(", "\x00", "create a VM ", "ü"])
def test_long_text_is_refused_at_once(sign: str) -> None:
    text = (sign * 100_000)[:100_000]
    began = time.process_time()
    stop = refused(text)
    assert time.process_time() - began < 0.05
    assert stop.summary == "the request is too long: 100,000 characters, at most 4,000 are read"


@pytest.mark.parametrize(
    "sign",
    ["the ", "a trio of ", "web-1, ", "named ", "a=", "port 80 to ", "((", "t3.small or ", "1 ",
     "create a VM ", "asdfgh ", "in a network with a VM ", "what depends on ", "'", "-1.."],
)  # fmt: skip
def test_nonsense_within_the_limit_takes_no_time(sign: str) -> None:
    began = time.process_time()
    refused((sign * 4_000)[:4_000])
    assert time.process_time() - began < 2  # a blow-up would take minutes


def test_typographic_signs_are_read_as_plain_ones() -> None:
    plain = interpret("create a VM named 'web-1' - with the tag owner=me")
    typeset = interpret("create\u00a0a VM named ‘web‑1’ — with the tag owner=me…")
    assert plain.changes == typeset.changes


def test_names_keep_their_case_and_words_do_not_matter() -> None:
    assert first_vm(interpret("CREATE A VM NAMED Web-One")).name == "Web-One"


@pytest.mark.parametrize("name", ["web;ls", "a&b", "$HOME", "../up", "a" * 65, "ünï", "-x", "a*"])
def test_names_that_no_cloud_takes_are_asked_about(name: str) -> None:
    stop = refused(f'create a VM named "{name}"')
    assert f"“{name}” cannot be a name" in stop.summary
    assert stop.questions


def test_a_slip_in_a_command_word_is_put_right_and_said() -> None:
    intent = interpret("lauch a virtaul machine named lauch")
    assert first_vm(intent).name == "lauch"
    assert intent.defaults == ("“lauch” read as “launch”", "“virtaul” read as “virtual”")


@pytest.mark.parametrize("text", ["delte web-1", "dettach data-1", "sotp web-1", "remvoe web-1"])
def test_a_slip_in_a_verb_that_takes_away_is_not_put_right(text: str) -> None:
    assert text.split()[0] in refused(text).summary


def test_a_native_size_goes_by_the_cloud_of_the_request() -> None:
    text = "run a machine, m5.large on AWS or Standard_D2s_v3 on Azure, called worker-b"
    text = text.replace("run a", "launch a")
    assert first_vm(interpret(text)).size == "m5.large"
    assert interpret(text).cloud is Provider.AWS
    assert first_vm(interpret(text, Provider.AZURE)).size == "Standard_D2s_v3"
    assert interpret(text, Provider.AZURE).cloud is Provider.AZURE


@pytest.mark.parametrize(
    ("text", "cloud", "region", "said"),
    [
        ("create a VM in Frankfurt", None, "eu-central-1", None),
        ("create a VM in Frankfurt", Provider.AZURE, "germanywestcentral", None),
        ("create a VM in Frankfurt on Azure", None, "germanywestcentral", Provider.AZURE),
        ("create a VM in West Europe", None, "westeurope", Provider.AZURE),
        ("create a VM in the eu-west-1 region", None, "eu-west-1", Provider.AWS),
        ("list VMs in us-east-2", None, "us-east-2", Provider.AWS),
        ("create a VM with 2 disks of 10 GB in zone eu-west-3b", None, "eu-west-3", Provider.AWS),
        ("any outages in Ireland?", None, "eu-west-1", None),
    ],
)
def test_places(text: str, cloud: Provider | None, region: str, said: Provider | None) -> None:
    intent = interpret(text, cloud)
    assert (intent.region, intent.cloud) == (region, said)


def test_service_health_is_asked_of_the_region() -> None:
    assert interpret("any outages in Ireland?").question == ServiceHealth(region="eu-west-1")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a VM on AWS, a VM on Azure and a disk on AWS", "what is for AWS and what for Azure"),
        ("create a VM in eu-west-1 and a disk in us-east-1", "one region at a time"),
        ("create a VM in Amsterdam on AWS", "AWS has no region there"),
        ("create a VM in eu-west-1 on Azure", "eu-west-1 is not a region of Azure"),
    ],
)
def test_places_that_cannot_be(text: str, why: str) -> None:
    assert why in refused(text).summary


def test_wishes_are_kept_and_shown() -> None:
    intent = interpret("make web-1 spot without losing its disks and with no downtime")
    assert intent.defaults == ("asked to keep its disks", "asked for without downtime")
    assert intent.summary.endswith("(asked to keep its disks; asked for without downtime)")


def test_deleting_makes_it_a_deletion_whatever_else_is_asked() -> None:
    assert interpret("create a VM named a-1 and delete web-1").goal is Goal.DELETE


def test_what_is_made_comes_where_it_was_asked_for() -> None:
    changes = interpret("stop web-1, create a VM named a-1, then start web-2").changes
    assert [change.change for change in changes] == ["set_power", "create", "set_power"]


def test_the_reason_for_a_refusal_is_told() -> None:
    stop = refused("stop web-1 every night unless it is kubernetes")
    assert stop.summary == "not understood: “every night”, “unless”, “is”, “kubernetes”"
    assert stop.detail == (
        "“every night” is a schedule or a time; “unless” is a condition; "
        "“kubernetes” is beyond what can be done here"
    )
    assert stop.nearest[0] == "Stop web-1"


@pytest.mark.parametrize(
    "text", ["Apply the Terraform code", "run my terraform", "deploy the code in ./live"]
)
def test_what_another_command_is_for_names_it(text: str) -> None:
    assert refused(text).nearest[0] == "cloudops code apply"


def test_the_wording_of_diagnostics_is_kept() -> None:
    (change,) = interpret("turn on detailed monitoring for web-1").changes
    assert isinstance(change, SetDiagnostics)
    assert change.wording == "monitoring"


def test_names_of_the_session_are_names() -> None:
    ref = ResourceRef(Provider.AWS, "1/eu-west-1", Kind.VM, "bastion")
    (change,) = interpret("resize bastion to t3.large", context=Context(recent=(ref,))).changes
    assert isinstance(change, Resize)
    assert change.what.names == ("bastion",)
    assert refused("resize bastion to t3.large").questions


def test_answers_to_questions_become_part_of_the_request() -> None:
    (question,) = refused("resize web-1; stop web-2").questions
    assert question.rephrase == "resize web-1 to {answer}; stop web-2"


def test_summaries_say_it_back() -> None:
    said = {
        "create 3 VMs named web-1, web-2, web-3 behind a load balancer called front": (
            "Create 3 VMs (web-1, web-2, web-3) in a new network web-net and public load balancer"
            " front listening on HTTP 80 in front of web-1, web-2, web-3"
        ),
        "attach a 64 GB gp3 disk to web-1": "Attach a new 64 GB gp3 disk to VM web-1",
        "detach data-1 from web-1": "Detach disk data-1 from VM web-1",
        "delete all disks tagged temp=yes": "Delete every disk with tag temp=yes",
        "resize web-1 to 4 vCPUs and 16 GB": "Resize VM web-1 to 4 vCPU and 16 GiB of memory",
        "open ssh on web-1 from 10.0.0.0/8": "Open port 22/tcp on VM web-1 to 10.0.0.0/8",
        "close port 22 on web-1": "Close port 22/tcp on VM web-1",
        "tag web-1 env=prod": "Tag resource web-1 with env=prod",
        "untag env from web-1": "Remove tag env from resource web-1",
        "make web-1 standard": "Run VM web-1 on standard capacity",
        "disable monitoring on web-1": "Disable monitoring on VM web-1",
        "create a bucket named b-1 and a key pair named k-1": "Create key pair k-1 and bucket b-1",
        "which VMs are stopped?": "Show the status of every VM that is stopped",
        "what breaks if network lab-net goes away?": "Show what breaks if network lab-net goes",
    }
    assert {text: interpret(text).summary for text in said} == said


def test_one_request_is_quick() -> None:
    text = "put 3 web servers named web-1, web-2, web-3 in one network behind a load balancer"
    interpret(text)  # makes the vocabulary
    began = time.process_time()
    for _ in range(20):
        interpret(text)
    assert (time.process_time() - began) / 20 < 0.02


def test_the_grammar_brings_no_heavy_imports() -> None:
    heavy = ("boto3", "pydantic", "rich", "typer", "sqlalchemy", "jinja2", "openai")
    code = (
        "import sys; import cloudops.planner.interpreter.grammar;"
        f"print([m for m in {heavy!r} if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
