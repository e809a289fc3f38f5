"""What ``aws`` says when it fails, in the words of both versions."""

from __future__ import annotations

import pytest

from modalities.action import SdkCall
from modalities.aws.awscli.failures import failure
from modalities.aws.errors import unsettled
from modalities.receipt import CloudError, Trouble

CALL = SdkCall("ec2", "CreateVpc", {"CidrBlock": "10.0.0.0/16"})


def said(text: str, status: int = 255) -> CloudError:
    return failure(status, text.encode(), CALL, "staging")


def refusal(code: str, message: str = "no", more: str = "") -> str:
    return f"\nAn error occurred ({code}) when calling the CreateVpc operation{more}: {message}\n"


class TestRefusals:
    """AWS answered: nothing took effect, but where its own servers failed."""

    @pytest.mark.parametrize("status", [255, 254])
    @pytest.mark.parametrize(
        ("code", "trouble"),
        [
            ("RequestLimitExceeded", Trouble.THROTTLED),
            ("Throttling", Trouble.THROTTLED),
            ("ExpiredToken", Trouble.AUTH),
            ("InvalidClientTokenId", Trouble.AUTH),
            ("UnauthorizedOperation", Trouble.PERMISSION),
            ("AccessDenied", Trouble.PERMISSION),
            ("InvalidVpcID.NotFound", Trouble.NOT_FOUND),
            ("VpcLimitExceeded", Trouble.QUOTA),
            ("InsufficientInstanceCapacity", Trouble.CAPACITY),
            ("DependencyViolation", Trouble.DEPENDENCY),
            ("InvalidVpc.Range", Trouble.INVALID),
            ("IncorrectState", Trouble.CONFLICT),
            ("InternalError", Trouble.UNAVAILABLE),
            ("503", Trouble.UNAVAILABLE),
            ("NotEmulated", Trouble.NOT_EMULATED),
        ],
    )
    def test_are_typed_by_their_code(self, code: str, trouble: Trouble, status: int) -> None:
        error = said(refusal(code), status)
        assert (error.trouble, error.code) == (trouble, code)
        assert unsettled(error) == (trouble is Trouble.UNAVAILABLE)

    def test_keep_the_message_of_several_lines(self) -> None:
        assert "a" in said(refusal("InvalidParameterValue", "a\nb: c (d)")).message
        assert "c (d)" in said(refusal("InvalidParameterValue", "a\nb: c (d)")).message

    def test_name_a_missing_permission_and_how_to_sign_in(self) -> None:
        assert "ec2:CreateVpc" in said(refusal("UnauthorizedOperation")).remedy
        assert "--profile staging" in said(refusal("ExpiredToken")).remedy

    def test_one_that_would_be_repeated_is_the_servers_failure(self) -> None:
        """Its status is not shown; that it would be sent again is, in the older retry mode."""
        error = said(refusal("Oops", more=" (reached max retries: 0)"))
        assert (error.trouble, unsettled(error)) == (Trouble.UNAVAILABLE, True)
        throttled = said(refusal("Throttling", more=" (reached max retries: 0)"))
        assert throttled.trouble is Trouble.THROTTLED

    def test_behind_a_warning_and_in_the_newest_wording(self) -> None:
        warned = "urllib3/connection.py: Warning: old\n" + refusal("InvalidVpc.Range")
        assert said(warned).code == "InvalidVpc.Range"
        assert said("aws: [ERROR]: " + refusal("InvalidVpc.Range").strip(), 254).code == (
            "InvalidVpc.Range"
        )

    def test_of_another_operation_came_on_the_way_to_credentials(self) -> None:
        error = said("An error occurred (AccessDenied) when calling the AssumeRole operation: no")
        assert (error.trouble, error.code, error.sent) == (Trouble.AUTH, "AccessDenied", False)


class TestNoAnswer:
    @pytest.mark.parametrize(
        ("text", "trouble", "sent"),
        [
            ('Could not connect to the endpoint URL: "http://127.0.0.1:1/"', "unavailable", False),
            ('Connect timeout on endpoint URL: "http://127.0.0.1:1/"', "timeout", False),
            ('Read timeout on endpoint URL: "http://127.0.0.1:1/"', "timeout", True),
            (
                "Connection was closed before we received a valid response from endpoint "
                'URL: "http://127.0.0.1:1/".',
                "unavailable",
                True,
            ),
            ('Failed to connect to proxy URL: "http://127.0.0.1:9"', "unavailable", False),
            ("SSL validation failed for https://x.example/ self signed", "unavailable", False),
            (
                'Unable to locate credentials. You can configure credentials by running "aws '
                'configure".',
                "auth",
                False,
            ),
            ("The config profile (staging) could not be found", "auth", False),
            ("Error when retrieving credentials from sso: expired", "auth", False),
            (
                "The SSO session associated with this profile has expired or is otherwise "
                "invalid. To refresh this SSO session run aws sso login with the corresponding "
                "profile.",
                "auth",
                False,
            ),
            ("Partial credentials found in env, missing: AWS_SECRET", "auth", False),
            ("You must specify a region. You can also configure your region by", "invalid", False),
            ("Parameter validation failed:\nUnknown parameter in input: x", "invalid", False),
            ("Unable to parse response (x), invalid XML received", "unavailable", True),
        ],
    )
    def test_is_the_librarys_own_error(self, text: str, trouble: str, sent: bool) -> None:
        error = said(f"\n{text}\n")
        assert (error.trouble, error.sent) == (Trouble(trouble), sent), error.message

    @pytest.mark.parametrize(
        ("status", "text"),
        [
            (2, "aws: error: argument operation: Invalid choice, valid choices are:"),
            (252, "aws: error: the following arguments are required: --vpc-id"),
            (255, "usage: aws [options]\n\nUnknown options: --frobnicate"),
            (255, "Error parsing parameter '--tags': Expected: '=', received: 'EOF'"),
        ],
    )
    def test_to_what_aws_itself_does_not_know_and_did_not_send(
        self, status: int, text: str
    ) -> None:
        error = said(text, status)
        assert (error.trouble, error.code, error.sent) == (Trouble.INVALID, "Usage", False)

    @pytest.mark.parametrize("status", [126, 127])
    def test_because_a_shim_found_nothing_to_run(self, status: int) -> None:
        error = said("pyenv: aws: command not found", status)
        assert (error.code, error.sent) == ("NoAwsCommand", False)

    @pytest.mark.parametrize(
        ("status", "text"),
        [
            (-9, ""),
            (1, "Traceback (most recent call last):\n  File x\nMemoryError"),
            (255, ""),
            (255, "\n'NoneType' object has no attribute 'x'\n"),
            (137, "Killed"),
        ],
    )
    def test_that_tells_whether_it_was_sent(self, status: int, text: str) -> None:
        error = said(text, status)
        assert unsettled(error)
        assert error.remedy

    def test_is_one_line_of_bounded_length(self) -> None:
        error = failure(1, b"\xff\x00\x1b[31m" + b"x\n" * 10000, CALL, None)
        assert error.message.isprintable()
        assert len(error.message) < 500
