"""Answers from which it is certain that the wanted state was there already."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from modalities.action import SdkCall
from modalities.azure import model
from modalities.azure.codes import GONE
from modalities.receipt import CloudError, Outcome

NOTHING_THERE = 204
"""ARM's answer to DELETE of what does not exist."""


THROTTLED = "HTTP 429"
"""Why something is sent again that had no effect (modalities/azure/pipeline.py)."""


def found_so(evidence: Mapping[str, Any]) -> Outcome:
    """Of what is found as the call wants it: others made it so, or an attempt of ours whose answer
    was lost (ARM's DELETE is sent again), which is to be taken back like any other."""
    lost = [why for why in evidence.get("retries", ()) if THROTTLED not in why]
    return Outcome.DONE if lost else Outcome.NO_OP


def changed_nothing(call: SdkCall, evidence: Mapping[str, Any]) -> bool:
    """Whether a call that went well had nothing to do."""
    return _deletes(call) and evidence.get("http_status") == NOTHING_THERE


def already_so(call: SdkCall, error: CloudError) -> bool:
    """Whether a refusal says that what the call wants is so."""
    return _deletes(call) and GONE.search(error.code) is not None


def _deletes(call: SdkCall) -> bool:
    operation = model.operation_of(call)
    return operation is not None and operation.method == "DELETE"
