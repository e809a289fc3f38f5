"""References of steps, when several steps become one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from modalities.action import Output, SdkCall, resolve
from modalities.step import Expect, Probe, Reversal, Step

Names = Mapping[tuple[str, str], tuple[str, str]]
"""``(step, output)`` to where it is found now."""


def rewritten(step: Step, names: Names) -> Step:
    """The step, with references to what is elsewhere now. Its action is an SdkCall."""
    undo = step.undo
    if isinstance(undo, tuple):
        undo = tuple(_reversal(each, names) for each in undo)
    return replace(
        step,
        action=_call(step.action, names),
        expects=tuple(_expect(each, names) for each in step.expects),
        probe=_probe(step.probe, names),
        undo=undo,
    )


def renamed(value: Any, names: Names) -> Any:
    """A JSON value with its references renamed."""

    def other(output: Output) -> Any:
        step, name = names.get((output.step, output.name), (output.step, output.name))
        return Output(step, name).as_json()

    return resolve(value, other, {"$token": True})


def _call(action: Any, names: Names) -> Any:
    if isinstance(action, SdkCall):
        return replace(action, parameters=renamed(action.parameters, names))
    return action


def _reversal(reversal: Reversal, names: Names) -> Reversal:
    expects = tuple(_expect(each, names) for each in reversal.expects)
    probe = _probe(reversal.probe, names)
    return replace(reversal, action=_call(reversal.action, names), expects=expects, probe=probe)


def _probe(probe: Probe | None, names: Names) -> Probe | None:
    return probe and Probe(probe.kind, renamed(probe.where, names))


def _expect(expect: Expect, names: Names) -> Expect:
    return replace(expect, id=renamed(expect.id, names), value=renamed(expect.value, names))
