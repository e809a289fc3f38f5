"""Plain calls to an emulated EC2, for tests that bring something about there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from modalities.acting import Call
from modalities.action import SdkCall
from modalities.aws.sending import send
from modalities.target import Target

LONG = 300.0
"""Seconds: the first call loads all of the emulator, on a machine that may be busy."""


def patient(target: Target) -> Target:
    return replace(target, timeout=LONG)


def called(target: Target, operation: str, parameters: Mapping[str, Any] | None = None) -> Any:
    """The answer's body; fails the test where there is none."""
    answer = send(target, SdkCall("ec2", operation, parameters or {}), Call("", LONG))
    assert answer.error is None, answer.error
    return answer.body
