"""What Azure says, as typed troubles."""

from __future__ import annotations

import pytest

from modalities.azure.codes import trouble_of
from modalities.azure.errors import LONGEST, refusal, unsettled
from modalities.receipt import Trouble


@pytest.mark.parametrize(
    ("code", "text", "status", "trouble"),
    [
        ("SkuNotAvailable", "", 409, Trouble.CAPACITY),
        ("AllocationFailed", "", 200, Trouble.CAPACITY),
        ("QuotaExceeded", "", 409, Trouble.QUOTA),
        (
            "OperationNotAllowed",
            "exceeding approved Total Regional Cores quota",
            409,
            Trouble.QUOTA,
        ),
        ("OperationNotAllowed", "Disk d is attached to VM x.", 409, Trouble.DEPENDENCY),
        ("OperationNotAllowed", "not now", 409, Trouble.CONFLICT),
        ("InUseSubnetCannotBeDeleted", "", 400, Trouble.DEPENDENCY),
        ("TooManyRequests", "", 429, Trouble.THROTTLED),
        ("AuthorizationFailed", "", 403, Trouble.PERMISSION),
        ("InvalidAuthenticationToken", "", 401, Trouble.AUTH),
        ("ResourceNotFound", "", 404, Trouble.NOT_FOUND),
        ("PreconditionFailed", "", 412, Trouble.CONFLICT),
        ("PropertyChangeNotAllowed", "", 409, Trouble.INVALID),
        ("InternalServerError", "", 500, Trouble.UNAVAILABLE),
        ("NotEmulated", "", 400, Trouble.NOT_EMULATED),
        ("NeverHeardOf", "", 400, Trouble.INVALID),
    ],
)
def test_troubles(code: str, text: str, status: int, trouble: Trouble) -> None:
    assert trouble_of(code, text, status) is trouble


def test_a_refusal_says_what_permission_is_missing_and_what_to_do() -> None:
    text = "The client 'x' does not have authorization to perform action 'Microsoft.X/y/write'"
    error = refusal(403, {"error": {"code": "AuthorizationFailed", "message": text}})
    assert error.message.startswith("no permission for Microsoft.X/y/write")
    assert "Microsoft.X/y/write" in error.remedy


def test_what_was_changed_since_is_asked_for_anew() -> None:
    error = refusal(412, {"error": {"code": "PreconditionFailed", "message": "not met"}})
    assert "changed since" in error.remedy


def test_of_a_deployment_that_failed_what_failed_in_it_counts() -> None:
    inner = {"code": "SkuNotAvailable", "message": "no such size"}
    told = {"code": "DeploymentFailed", "message": "at least one failed", "details": [inner]}
    error = refusal(200, {"status": "Failed", "error": told})
    assert (error.code, error.trouble) == ("SkuNotAvailable", Trouble.CAPACITY)


@pytest.mark.parametrize("body", [None, [], "text", {}, {"error": "x"}, {"error": {"code": None}}])
def test_bodies_that_are_no_error_of_azures(body: object) -> None:
    error = refusal(502, body)
    assert error.trouble is Trouble.UNAVAILABLE
    assert error.message
    assert unsettled(error)


def test_texts_are_cut_and_printable() -> None:
    error = refusal(400, {"error": {"code": "X", "message": "\x1b[31m" + "a\n" * 900}})
    assert len(error.message) <= LONGEST
    assert error.message.isprintable()
