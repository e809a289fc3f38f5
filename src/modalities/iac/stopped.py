"""A machine that Terraform's provider stopped on the way to a change, and did not start again as
it was ended or refused: it stays stopped, since whether a machine runs is nothing that Terraform
looks after. What ran before is started by us.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from tenacity import Retrying, retry_if_result, stop_after_delay, wait_fixed

from modalities.acting import Call
from modalities.action import SdkCall
from modalities.aws import session
from modalities.aws.inventory import read
from modalities.aws.sending import send
from modalities.resource import Kind
from modalities.target import Target

MACHINE = "aws_instance"
LOOK_AGAIN = 1.0


def running(
    target: Target, changes: Sequence[Mapping[str, Any]], known: Mapping[str, str]
) -> dict[str, str]:
    """The machines that are to be changed and run now: ids by address. ``known`` are those in
    Terraform's state. Raises CloudError."""
    concerned = {
        str(change["address"]): str(change.get("importing") or known.get(change["address"], ""))
        for change in changes
        if change["type"] == MACHINE and "update" in change["actions"]
    }
    states = _states(target) if concerned else {}
    return {address: id for address, id in concerned.items() if states.get(id) == "running"}


def started(
    target: Target, ran: Mapping[str, str], concerned: Collection[str], ends: float
) -> Iterator[str]:
    """Start those that ``ran`` and stand still now, a line each, of the ``concerned`` addresses;
    nothing any more from the moment of time.monotonic() on that ``ends`` is. Raises CloudError."""
    ids = {address: id for address, id in ran.items() if address in concerned}
    if not ids or not target.writable:
        return
    states = _settled(target, ids.values(), ends)
    for address, id in ids.items():
        if states.get(id) != "stopped":
            continue
        call = SdkCall("ec2", "StartInstances", {"InstanceIds": [id]})
        error = send(target, call, Call("", ends - time.monotonic())).error
        if error is not None:
            raise error
        yield f"{address} ({id}) had been stopped on the way, and was started"


def _settled(target: Target, ids: Collection[str], ends: float) -> Mapping[str, str]:
    """States by id, when none of them is only stopping any more, or the time is over."""
    retrying = Retrying(
        retry=retry_if_result(lambda states: any(states.get(id) == "stopping" for id in ids)),
        stop=stop_after_delay(max(0.0, ends - time.monotonic())),
        wait=wait_fixed(LOOK_AGAIN),
        retry_error_callback=lambda last: last.outcome.result() if last.outcome else {},
    )
    states: Mapping[str, str] = retrying(_states, target)
    return states


def _states(target: Target) -> Mapping[str, str]:
    world = read(target, session.identify(target), (Kind.VM,))
    return {vm.id: str(vm.attributes.get("state", "")) for vm in world.of(Kind.VM)}
