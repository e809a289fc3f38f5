"""Errors typed: real texts, codes that mislead, and what a user is told to do."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest
from botocore import exceptions as said
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

from modalities.aws.codes import THROTTLES, trouble_of
from modalities.aws.errors import as_cloud_error, unsettled
from modalities.aws.loader import LOADER
from modalities.aws.unanswered import LONGEST
from modalities.receipt import CloudError, Trouble

DATA = Path(__file__).parents[4] / "shared" / "data" / "errors"

needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="no collection of real error texts here")


def refusal(
    code: str, message: str = "no", status: int = 400, operation: str = "RunInstances"
) -> ClientError:
    answer: Any = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return ClientError(answer, operation)


def trouble(code: str, message: str = "no", status: int = 400, operation: str = "X") -> Trouble:
    return as_cloud_error(refusal(code, message, status, operation)).trouble


@pytest.mark.parametrize(
    ("code", "status", "operation", "expected"),
    [
        ("RequestLimitExceeded", 503, "RunInstances", Trouble.THROTTLED),
        ("Throttling", 400, "DescribeInstances", Trouble.THROTTLED),
        ("SlowDown", 503, "PutObject", Trouble.THROTTLED),
        ("Whatever", 429, "RunInstances", Trouble.THROTTLED),
        ("ExpiredToken", 400, "RunInstances", Trouble.AUTH),
        ("ExpiredTokenException", 400, "RunInstances", Trouble.AUTH),
        ("InvalidClientTokenId", 403, "GetCallerIdentity", Trouble.AUTH),
        ("AuthFailure", 401, "DescribeVpcs", Trouble.AUTH),
        ("SignatureDoesNotMatch", 403, "ListBuckets", Trouble.AUTH),
        ("UnauthorizedOperation", 403, "RunInstances", Trouble.PERMISSION),
        ("AccessDenied", 403, "CreateLoadBalancer", Trouble.PERMISSION),
        ("AccessDeniedException", 400, "GetParameter", Trouble.PERMISSION),
        ("OptInRequired", 403, "DescribeVpcs", Trouble.PERMISSION),
        ("InvalidInstanceID.NotFound", 400, "StartInstances", Trouble.NOT_FOUND),
        ("NoSuchBucket", 404, "DeleteBucket", Trouble.NOT_FOUND),
        ("TargetGroupNotFound", 400, "DeleteTargetGroup", Trouble.NOT_FOUND),
        ("InvalidAMIID.Unavailable", 400, "RunInstances", Trouble.NOT_FOUND),
        ("DependencyViolation", 400, "DeleteSubnet", Trouble.DEPENDENCY),
        ("DependencyViolation", 400, "DetachInternetGateway", Trouble.DEPENDENCY),
        ("VolumeInUse", 400, "DeleteVolume", Trouble.DEPENDENCY),
        ("VolumeInUse", 400, "AttachVolume", Trouble.CONFLICT),
        ("ResourceInUse", 400, "DeleteTargetGroup", Trouble.DEPENDENCY),
        ("InvalidIPAddress.InUse", 400, "ReleaseAddress", Trouble.DEPENDENCY),
        ("InvalidIPAddress.InUse", 400, "RunInstances", Trouble.CONFLICT),
        ("BucketNotEmpty", 409, "DeleteBucket", Trouble.DEPENDENCY),
        ("InvalidKeyPair.Duplicate", 400, "CreateKeyPair", Trouble.CONFLICT),
        ("BucketAlreadyOwnedByYou", 409, "CreateBucket", Trouble.CONFLICT),
        ("IncorrectInstanceState", 400, "StartInstances", Trouble.CONFLICT),
        ("OperationNotPermitted", 400, "TerminateInstances", Trouble.CONFLICT),
        ("InstanceLimitExceeded", 400, "RunInstances", Trouble.QUOTA),
        ("VcpuLimitExceeded", 400, "RunInstances", Trouble.QUOTA),
        ("RulesPerSecurityGroupLimitExceeded", 400, "AuthorizeX", Trouble.QUOTA),
        ("TooManyLoadBalancers", 400, "CreateLoadBalancer", Trouble.QUOTA),
        ("InsufficientInstanceCapacity", 500, "RunInstances", Trouble.CAPACITY),
        ("InsufficientFreeAddressesInSubnet", 400, "RunInstances", Trouble.CAPACITY),
        ("InternalError", 500, "RunInstances", Trouble.UNAVAILABLE),
        ("Unavailable", 503, "RunInstances", Trouble.UNAVAILABLE),
        ("502", 502, "RunInstances", Trouble.UNAVAILABLE),
        ("InvalidParameterValue", 400, "RunInstances", Trouble.INVALID),
        ("Unsupported", 400, "RunInstances", Trouble.INVALID),
        ("InvalidSecurityGroupID.Malformed", 400, "RunInstances", Trouble.INVALID),
        ("NotEmulated", 501, "RunInstances", Trouble.NOT_EMULATED),
    ],
)
def test_codes(code: str, status: int, operation: str, expected: Trouble) -> None:
    assert trouble(code, "no", status, operation) is expected


def test_throttling_that_says_invalid_parameter() -> None:
    assert trouble("InvalidParameterValueException", "Rate exceeded") is Trouble.THROTTLED


def test_an_auth_failure_that_is_about_an_image() -> None:
    text = "Not authorized for images: [ami-12345678]"
    assert trouble("AuthFailure", text, 401) is Trouble.PERMISSION


def test_a_permission_that_is_not_seen_yet() -> None:
    text = "The role defined for the function cannot be assumed by Lambda."
    error = as_cloud_error(refusal("InvalidParameterValueException", text))
    assert error.trouble is Trouble.CONFLICT
    assert "try again" in error.remedy


class TestWhatToDo:
    def test_a_missing_permission_is_named_by_the_call(self) -> None:
        message = "You are not authorized. Encoded authorization failure message: QXdPNa" + "x" * 99
        error = as_cloud_error(refusal("UnauthorizedOperation", message, 403), service="ec2")
        assert "ec2:RunInstances" in error.message
        assert "ec2:RunInstances" in error.remedy
        assert "QXdPNa" not in error.message

    def test_or_by_what_aws_says(self) -> None:
        message = "User: arn:aws:iam::1:user/u is not authorized to perform: iam:PassRole on x"
        error = as_cloud_error(refusal("AccessDenied", message, 403), service="ec2")
        assert "iam:PassRole" in error.remedy

    def test_with_the_prefix_that_policies_use(self) -> None:
        error = as_cloud_error(
            refusal("AccessDenied", status=403, operation="CreateListener"), service="elbv2"
        )
        assert "elasticloadbalancing:CreateListener" in error.remedy

    def test_expired_credentials_say_how_to_sign_in(self) -> None:
        error = as_cloud_error(refusal("ExpiredToken"), profile="staging")
        assert "aws sso login --profile staging" in error.remedy

    def test_a_clock_that_is_wrong(self) -> None:
        assert "clock" in as_cloud_error(refusal("RequestExpired")).remedy
        assert "clock" in as_cloud_error(refusal("RequestTimeTooSkewed", status=403)).remedy

    def test_termination_protection(self) -> None:
        text = "may not be terminated. Modify its 'disableApiTermination' instance attribute"
        error = as_cloud_error(refusal("OperationNotPermitted", text))
        assert "termination protection" in error.remedy

    @pytest.mark.parametrize("code", ["VcpuLimitExceeded", "InsufficientInstanceCapacity"])
    def test_quota_and_capacity_have_a_way_out(self, code: str) -> None:
        assert as_cloud_error(refusal(code)).remedy

    def test_texts_are_one_bounded_line_without_control_characters(self) -> None:
        error = as_cloud_error(refusal("X", "a\x1b[31m\r\nb\t" + "y" * 9999))
        assert error.message.startswith("a [31m b y")
        assert len(error.message) <= LONGEST
        assert error.message.isprintable()


UNSENT: list[tuple[said.BotoCoreError, Trouble]] = [
    (said.NoCredentialsError(), Trouble.AUTH),
    (said.PartialCredentialsError(provider="env", cred_var="k"), Trouble.AUTH),
    (said.CredentialRetrievalError(provider="p", error_msg="e"), Trouble.AUTH),
    (said.TokenRetrievalError(provider="sso", error_msg="e"), Trouble.AUTH),
    (said.UnauthorizedSSOTokenError(), Trouble.AUTH),
    (said.SSOTokenLoadError(error_msg="e"), Trouble.AUTH),
    (said.LoginRefreshRequired(), Trouble.AUTH),
    (said.ProfileNotFound(profile="p"), Trouble.AUTH),
    (said.ConfigParseError(path="p"), Trouble.AUTH),
    (said.NoRegionError(), Trouble.INVALID),
    (said.InvalidRegionError(region_name="a b"), Trouble.INVALID),
    (said.UnknownServiceError(service_name="e", known_service_names="f"), Trouble.INVALID),
    (said.ParamValidationError(report="r"), Trouble.INVALID),
    (said.EndpointConnectionError(endpoint_url="http://h", error="refused"), Trouble.UNAVAILABLE),
    (said.ConnectTimeoutError(endpoint_url="http://h", error="e"), Trouble.TIMEOUT),
    (said.SSLError(endpoint_url="https://h", error=OSError("e")), Trouble.UNAVAILABLE),
    (said.ProxyConnectionError(proxy_url="http://p"), Trouble.UNAVAILABLE),
]

SENT: list[tuple[Exception, Trouble]] = [
    (said.ReadTimeoutError(endpoint_url="http://h", error="e"), Trouble.TIMEOUT),
    (said.ConnectionClosedError(endpoint_url="http://h", error="e"), Trouble.UNAVAILABLE),
    (said.ResponseStreamingError(error="e"), Trouble.UNAVAILABLE),
    (said.HTTPClientError(error="e"), Trouble.UNAVAILABLE),
    (ResponseParserError("no XML"), Trouble.UNAVAILABLE),
    (refusal("InternalError", status=500), Trouble.UNAVAILABLE),
]


@pytest.mark.parametrize(("exc", "expected"), UNSENT, ids=lambda x: type(x).__name__)
def test_what_was_certainly_not_sent(exc: Exception, expected: Trouble) -> None:
    error = as_cloud_error(exc, profile="p")
    assert (error.trouble, error.sent) == (expected, False)
    assert not unsettled(error)
    assert error.remedy or expected is Trouble.INVALID


@pytest.mark.parametrize(("exc", "expected"), SENT, ids=lambda x: type(x).__name__)
def test_what_may_have_taken_effect(exc: Exception, expected: Trouble) -> None:
    error = as_cloud_error(exc)
    assert error.trouble is expected
    assert unsettled(error)
    assert error.remedy


def test_a_clear_refusal_had_no_effect() -> None:
    for code, status in [("InvalidParameterValue", 400), ("InsufficientInstanceCapacity", 500)]:
        assert not unsettled(as_cloud_error(refusal(code, status=status)))


def test_an_unknown_host_is_told_from_one_that_refuses() -> None:
    gone = said.EndpointConnectionError(endpoint_url="http://h", error="Failed to resolve 'h'")
    assert "not known" in as_cloud_error(gone).message


def test_a_cloud_error_stays_what_it_is() -> None:
    error = CloudError(Trouble.LIMIT, "c", "m")
    assert as_cloud_error(error) is error


def test_a_fault_of_ours_is_none_of_the_clouds() -> None:
    with pytest.raises(TypeError):
        as_cloud_error(KeyError("x"))


def test_every_botocore_error_is_typed() -> None:
    """Whatever botocore may raise gets a trouble and a text, with any arguments."""
    kinds = [
        kind
        for kind in vars(said).values()
        if isinstance(kind, type) and issubclass(kind, said.BotoCoreError)
    ]
    assert len(kinds) > 80
    for kind in kinds:
        fields = set(re.findall(r"{(\w+)}", kind.fmt))
        more = {"last_response"} if kind is said.WaiterError else set()
        error = as_cloud_error(kind(**dict.fromkeys(fields | more, "x")))
        assert error.message


def test_the_vendors_own_throttles_are_known() -> None:
    """Those of botocore's retry table."""
    table = LOADER.load_data("_retry")
    codes = {
        rule["applies_when"]["response"]["service_error_code"]
        for rule in table["definitions"].values()
        if "service_error_code" in rule["applies_when"].get("response", {})
    }
    throttles = {code for code in codes if re.search("Thrott|Rate|Limit|TooMany|SlowDown", code)}
    assert throttles
    assert throttles <= THROTTLES


LABELS = {
    "retryable": {Trouble.THROTTLED},
    "eventual_consistency": {Trouble.CONFLICT},
    "quota": {Trouble.QUOTA},
    "capacity": {Trouble.CAPACITY},
    "auth": {Trouble.AUTH, Trouble.PERMISSION},
    "dependency": {Trouble.DEPENDENCY, Trouble.NOT_FOUND},
    "conflict": {Trouble.CONFLICT},
    "invalid-parameter": {Trouble.INVALID, Trouble.CONFLICT},
}
OF_TERRAFORM = re.compile("^tf_|network|state_lock|provider_inconsistent|wait_timeout|^no_cred")


CODE = re.compile(
    r"'Code': '([\w.]+)'|\((?:\S+::)?([A-Z]\w+)\)"
    r"|(?<![:\w])([A-Z][a-z]+[A-Z]?\w*(?:\.\w+)*): (?!\d|[A-Z]\w+,)(?!Error)"
    r"|error=(\w+):|(Unsupported) -"
)
"""Where the tools of these threads put AWS's code."""


def real_texts() -> list[Any]:
    path = DATA / "errors.jsonl.gz"
    if not path.is_file():
        return []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [
        pytest.param(
            row["text"],
            row["fine"] if row["fine"] in LABELS else row["label"],
            id=row["id"],
        )
        for row in rows
        if row["cloud"] == "aws" and not OF_TERRAFORM.search(row["fine"])
    ]


@needs_data
@pytest.mark.parametrize(("text", "label"), real_texts())
def test_real_texts(text: str, label: str) -> None:
    found = re.findall(r"(?:api error |ID: \S+, )([\w.]+):", text)
    found += [next(filter(None, groups)) for groups in CODE.findall(text)]
    code = next((c for c in found if c not in ("Error", "Reason")), "Unknown")
    operation = "DeleteVpc" if "delete" in text.lower() else "RunInstances"
    assert trouble_of(code, text, 400, operation) in LABELS[label]


@needs_data
def test_no_modelled_throttle_is_missed() -> None:
    missed = []
    with gzip.open(DATA / "botocore_exceptions.jsonl.gz", "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            found = trouble_of(row["code"], row.get("doc") or "", row["http"] or 400, "X")
            if row["throttling"] and found is not Trouble.THROTTLED:
                missed.append((row["service"], row["code"], found))
    assert missed == []
