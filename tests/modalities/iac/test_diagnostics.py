"""What Terraform says, as troubles. The texts are those of Terraform 1.11 and its provider."""

from __future__ import annotations

import json

import pytest

from modalities.iac.diagnostics import failure, held
from modalities.receipt import Trouble


def said(summary: str, detail: str = "", **more: object) -> str:
    told = {"severity": "error", "summary": summary, "detail": detail, **more}
    return json.dumps({"type": "diagnostic", "diagnostic": told}) + "\n"


def answered(code: str, status: int = 400) -> str:
    return (
        "creating EC2 Instance: operation error EC2: RunInstances, https response error "
        f"StatusCode: {status}, RequestID: 1-2, api error {code}: told so"
    )


GONE_ON = (
    "listing things: operation error Foo: ListThings, exceeded maximum number of attempts, 2, "
    "https response error StatusCode: 500, RequestID: , deserialization failed"
)

LOCKED = """ConditionalCheckFailed
Lock Info:
  ID:        7f3c
  Path:      terraform.tfstate
  Operation: OperationTypeApply
  Who:       ann@desk
  Version:   1.11.4
  Created:   2026-01-02 03:04:05.678901234 +0000 UTC
"""


@pytest.mark.parametrize(
    ("summary", "trouble"),
    [
        (answered("RequestLimitExceeded", 503), Trouble.THROTTLED),
        (answered("AuthFailure", 401), Trouble.AUTH),
        (answered("UnauthorizedOperation", 403), Trouble.PERMISSION),
        (answered("InvalidAMIID.NotFound"), Trouble.NOT_FOUND),
        (answered("VpcLimitExceeded"), Trouble.QUOTA),
        (answered("InsufficientInstanceCapacity", 500), Trouble.CAPACITY),
        (answered("InvalidParameterValue"), Trouble.INVALID),
        (answered("InvalidGroup.Duplicate"), Trouble.CONFLICT),
        (answered("InternalError", 500), Trouble.UNAVAILABLE),
        (
            "deleting EC2 VPC (vpc-1): operation error EC2: DeleteVpc, https response error "
            "StatusCode: 400, RequestID: 1, api error DependencyViolation: in use",
            Trouble.DEPENDENCY,
        ),
        (
            "reading SQS Queue (q): operation error SQS: GetQueueAttributes, https response error "
            "StatusCode: 400, RequestID: 1-a, QueueDoesNotExist: no such queue",
            Trouble.NOT_FOUND,
        ),
        ("No valid credential sources found", Trouble.AUTH),
        ("Error acquiring the state lock", Trouble.CONFLICT),
        ("Saved plan is stale", Trouble.CONFLICT),
        ("Failed to query available provider packages", Trouble.INVALID),
        (GONE_ON, Trouble.UNAVAILABLE),
    ],
)
def test_what_it_says_has_a_class(summary: str, trouble: Trouble) -> None:
    assert failure(said(summary), "", sandbox=False).trouble is trouble


@pytest.mark.parametrize(
    "text",
    [
        GONE_ON,
        answered("NotImplemented", 501),
        answered("NotEmulated", 400),
        answered("InvalidAction"),
        answered("UnknownOperationException"),
        answered("ValidationException: the archive action has not been implemented"),
        answered("UnknownError", 404),
        "reading SQS Queue (q): operation error SQS: GetQueueAttributes, https response error "
        "StatusCode: 400, RequestID: 1-a, InvalidAttributeName: Unknown Attribute RedrivePolicy.",
        "reading Thing: operation error Foo: GetThing, https response error StatusCode: 405, "
        "RequestID: , deserialization failed, invalid character '<' looking for a value",
        "waiting for Thing: timeout while waiting for state to become 'available'",
    ],
)
def test_a_gap_of_the_emulator_is_no_fault_of_the_plan(text: str) -> None:
    error = failure(said("creating Thing", text), "", sandbox=True)
    assert error.trouble is Trouble.NOT_EMULATED
    assert "real target" in error.remedy


@pytest.mark.parametrize(
    "text",
    [
        answered("InvalidParameterValue"),
        answered("NoSuchEntity: The role cannot be found.", 404),
        "reading S3 Bucket (b): operation error S3: HeadBucket, https response error StatusCode: "
        "404, RequestID: 1, HostID: 2, api error NotFound: Not Found",
        "Unsupported argument: An argument named x is not expected here.",
    ],
)
def test_an_answer_is_no_gap(text: str) -> None:
    error = failure(said("creating Thing", text), "", sandbox=True)
    assert error.trouble is not Trouble.NOT_EMULATED


def test_a_real_cloud_has_no_gaps() -> None:
    assert failure(said(answered("InvalidAction")), "", sandbox=False).trouble is Trouble.INVALID


def test_where_there_is_another_reason_the_gap_is_told_last() -> None:
    both = said("one", GONE_ON) + said(answered("InvalidSubnetID.NotFound"))
    assert failure(both, "", sandbox=True).trouble is Trouble.NOT_FOUND


def test_where_in_the_code_it_is() -> None:
    place = {"filename": "main.tf", "start": {"line": 7}}
    error = failure(said("Unsupported argument", "No such thing.", range=place), "", sandbox=True)
    assert error.trouble is Trouble.INVALID
    assert error.message == "main.tf:7: Unsupported argument: No such thing."
    assert error.remedy == "look at main.tf:7"


def test_text_in_a_frame_with_colours() -> None:
    framed = "\x1b[31m╷\n│ Error: Backend initialization required, please run init\n│ \n│ Why.\n╵\n"
    error = failure("", framed, sandbox=False)
    assert error.code == "BackendMoved"
    assert error.message == "Backend initialization required, please run init: Why."


@pytest.mark.parametrize("garbage", ["", "{", "[1]\n{}\nnull", '{"type": "diagnostic"}'])
def test_garbage_is_no_answer(garbage: str) -> None:
    error = failure(garbage, "", sandbox=False)
    assert error.code == "NotAnAnswer"
    assert error.remedy


def test_who_holds_the_lock() -> None:
    lock = held(said("Error acquiring the state lock", LOCKED), "")
    assert lock is not None
    assert (lock.id, lock.who, lock.operation) == ("7f3c", "ann@desk", "OperationTypeApply")
    assert lock.created.startswith("2026-01-02 03:04:05")
    assert held(said("Something else", LOCKED), "") is None


BROKEN = """
Error: Terraform encountered problems during initialisation, including problems
with the configuration, described below.

The Terraform configuration must be valid before initialization.


Error: Invalid character

  on main.tf line 1:
   1: ```hcl

The "`" character is not valid.
"""

NO_MODULE = """
Error: Unreadable module directory

Unable to evaluate directory symlink: lstat modules: no such file or directory

Error: Unreadable module directory

The directory  could not be read for module "vpc" at main.tf:7.
"""


@pytest.mark.parametrize(
    ("text", "place", "why"),
    [(BROKEN, "main.tf:1", "Invalid character"), (NO_MODULE, "main.tf:7", "could not be read")],
)
def test_the_place_in_the_code_is_named(text: str, place: str, why: str) -> None:
    error = failure("", text, sandbox=True)
    assert error.trouble is Trouble.INVALID
    assert error.message.startswith(f"{place}: ")
    assert why in error.message
    assert "```" not in error.message
    assert place in error.remedy


@pytest.mark.parametrize(
    ("summary", "detail", "code", "remedy"),
    [
        ("No value for required variable", "", "NoValue", "terraform.tfvars"),
        (
            "Failed to query available provider packages",
            "the previously-selected version 3.34.0 is no longer available",
            "UnknownProvider",
            "terraform init -upgrade",
        ),
    ],
)
def test_what_a_program_of_others_lacks_has_a_remedy(
    summary: str, detail: str, code: str, remedy: str
) -> None:
    told = {"severity": "error", "summary": summary, "detail": detail}
    error = failure(json.dumps({"type": "diagnostic", "diagnostic": told}), "", sandbox=False)
    assert (error.trouble, error.code) == (Trouble.INVALID, code)
    assert remedy in error.remedy


def test_an_image_that_the_sandbox_lacks_is_a_gap_of_it() -> None:
    told = {
        "severity": "error",
        "summary": "Your query returned no results. Please change your search criteria.",
        "address": "module.web.data.aws_ami.suse",
        "range": {"filename": "main.tf", "start": {"line": 18}},
    }
    searched = json.dumps({"type": "diagnostic", "diagnostic": told})
    assert failure(searched, "", sandbox=True).trouble is Trouble.NOT_EMULATED
    assert failure(searched, "", sandbox=False).trouble is Trouble.INVALID
    named = said(answered("InvalidAMIID.NotFound"))
    assert failure(named, "", sandbox=True).trouble is Trouble.NOT_EMULATED
