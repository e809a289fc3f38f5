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
    probe = step.probe
    if probe is not None:
        probe = Probe(probe.kind, renamed(probe.where, names))
    return replace(
        step,
        action=_call(step.action, names),
        expects=tuple(_expect(each, names) for each in step.expects),
        probe=probe,
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
    return replace(reversal, action=_call(reversal.action, names), expects=expects)


def _expect(expect: Expect, names: Names) -> Expect:
    return replace(expect, id=renamed(expect.id, names), value=renamed(expect.value, names))
