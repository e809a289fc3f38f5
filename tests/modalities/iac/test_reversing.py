from __future__ import annotations

from typing import Any

from modalities.action import SdkCall
from modalities.contract import Draft
from modalities.iac.reversing import _expects
from modalities.resource import Kind
from modalities.step import Effect, Expect, Reversal, Step

CALL = SdkCall("ec2", "ReleaseAddress", {"AllocationId": "eipalloc-1"})


def step(id: str, *expects: Expect) -> Step:
    return Step(
        id=id,
        why=id,
        effect=Effect.CREATE,
        action=CALL,
        changes=(),
        undo=(Reversal(CALL, Effect.DELETE, "back", expects),),
    )


def shown(*steps: Step) -> list[tuple[str, Any, str]]:
    found = _expects(Draft(steps), "apply", {})
    return [(e.test, e.id, e.attribute or "") for e in found]


def test_what_is_gone_in_the_end_shows_nothing_else() -> None:
    make = step("make", Expect(Kind.PUBLIC_IP, "eipalloc-1", "absent"))
    attach = step("attach", Expect(Kind.PUBLIC_IP, "eipalloc-1", "is", "attached_to", None))
    assert shown(make, attach) == [("absent", "eipalloc-1", "")]
    assert shown(attach) == [("is", "eipalloc-1", "attached_to")]
