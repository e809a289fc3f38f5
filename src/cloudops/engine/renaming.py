"""A draft under other step ids: two clouds may each have a ``create-vm-web-1``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from modalities.action import TOKEN, Output, resolve, substituted
from modalities.contract import Draft
from modalities.step import Expect, Irreversible, Probe, Reversal, Step, Undo

Renamed = Callable[[Output], Any]


def renamed(draft: Draft, prefix: str, target: str) -> Draft:
    """Its steps for ``target``, each id with the prefix, and all that refers to them with it."""
    ids = {step.id: prefix + step.id for step in draft.steps}

    def output(named: Output) -> Any:
        return replace(named, step=ids.get(named.step, named.step)).as_json()

    return replace(
        draft,
        steps=tuple(_step(step, ids, output, target) for step in draft.steps),
        advisories=tuple(
            replace(a, step=ids.get(a.step, a.step)) if a.step else a for a in draft.advisories
        ),
    )


def _step(step: Step, ids: Mapping[str, str], output: Renamed, target: str) -> Step:
    return replace(
        step,
        id=ids[step.id],
        target=target,
        action=substituted(step.action, output),
        needs=tuple(ids.get(need, need) for need in step.needs),
        expects=tuple(_expect(each, output) for each in step.expects),
        probe=_probe(step.probe, output),
        undo=_undo(step.undo, output),
    )


def _expect(expect: Expect, output: Renamed) -> Expect:
    return replace(
        expect, id=resolve(expect.id, output, TOKEN), value=resolve(expect.value, output, TOKEN)
    )


def _undo(undo: Undo, output: Renamed) -> Undo:
    if isinstance(undo, Irreversible):
        return undo
    return tuple(_reversal(each, output) for each in undo)


def _reversal(reversal: Reversal, output: Renamed) -> Reversal:
    expects = tuple(_expect(each, output) for each in reversal.expects)
    return replace(
        reversal,
        action=substituted(reversal.action, output),
        expects=expects,
        probe=_probe(reversal.probe, output),
    )


def _probe(probe: Probe | None, output: Renamed) -> Probe | None:
    return probe and replace(probe, where=resolve(probe.where, output, TOKEN))
