"""What takes a write back, laid on what is there now.

Most calls of AWS name what they change. A few write a whole list: the security groups of a machine
(EC2 API, ModifyInstanceAttribute), the tags of a bucket (S3 API, PutBucketTagging). To write the
list of the past would take out what others have put into it since.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from modalities.action import SdkCall
from modalities.aws.asking import Asker
from modalities.aws.describe.sources import bucket_tagging
from modalities.receipt import CloudError, Trouble

TAGGING = ("PutBucketTagging", "DeleteBucketTagging")


class Rebasing:
    """For the reversals of one run, in the order in which they will be done: each stands on what
    those before it leave."""

    def __init__(self, ask: Asker) -> None:
        self._ask = ask
        self._known: dict[str, Mapping[str, Any]] = {}

    def rebased(self, done: Sequence[SdkCall], back: SdkCall) -> SdkCall:
        """``back``, which takes ``done`` back. Raises CloudError."""
        thing, was = _list(back)
        left = next((entries for other, entries in map(_list, done) if other == thing), None)
        if thing is None or left is None:
            return back
        now = self._known[thing] if thing in self._known else self._now(back)
        if now is None:
            return back
        changed = {k for k in {**left, **was} if left.get(k) != was.get(k)}
        kept = {k: value for k, value in now.items() if k not in changed}
        merged = {**kept, **{k: was[k] for k in was if k in changed}}
        self._known[thing] = merged
        return back if merged == was else _written(back, merged)

    def _now(self, call: SdkCall) -> Mapping[str, Any] | None:
        """The list as it is; None where what has it is gone."""
        try:
            if call.operation in TAGGING:
                return _by_key(bucket_tagging(self._ask, str(call.parameters["Bucket"])))
            machine = str(call.parameters["InstanceId"])
            found = self._ask.one("ec2", "DescribeInstances", InstanceIds=[machine])
        except CloudError as error:
            if error.trouble is Trouble.NOT_FOUND:
                return None
            raise
        groups = [
            group
            for reservation in found.get("Reservations") or ()
            for instance in reservation.get("Instances") or ()
            for group in instance.get("SecurityGroups") or ()
        ]
        return {str(group["GroupId"]): True for group in groups}


def _list(call: SdkCall) -> tuple[str | None, Mapping[str, Any]]:
    """What has the list that a call writes, and the list; None of any other call."""
    said = call.parameters
    if call.operation == "ModifyInstanceAttribute" and "Groups" in said:
        return f"groups of {said['InstanceId']}", dict.fromkeys(map(str, said["Groups"]), True)
    if call.operation in TAGGING:
        return f"tags of {said['Bucket']}", _by_key(said.get("Tagging") or {})
    return None, {}


def _by_key(tagging: Mapping[str, Any]) -> dict[str, str]:
    return {str(tag["Key"]): str(tag["Value"]) for tag in tagging.get("TagSet") or ()}


def _written(call: SdkCall, entries: Mapping[str, Any]) -> SdkCall:
    if call.operation not in TAGGING:
        return SdkCall(call.service, call.operation, {**call.parameters, "Groups": list(entries)})
    bucket = {"Bucket": call.parameters["Bucket"]}
    if not entries:
        return SdkCall(call.service, "DeleteBucketTagging", bucket)
    pairs = [{"Key": key, "Value": value} for key, value in entries.items()]
    return SdkCall(call.service, "PutBucketTagging", {**bucket, "Tagging": {"TagSet": pairs}})
