"""Changing what is there: power, priority, diagnostics, and verbs that may mean any change."""

from __future__ import annotations

from typing import Any

from cloudops.planner.interpreter import guarding, labelling, sizing
from cloudops.planner.interpreter.asking import Unclear, ask
from cloudops.planner.interpreter.clause import Clause
from cloudops.planner.interpreter.frame import Frame, tags_in
from modalities.change import (
    Power,
    SetDiagnostics,
    SetPower,
    SetPriority,
)
from modalities.resource import Kind


def update(frame: Frame, clause: Clause) -> None:
    """A change whose kind is told by what is said: size, spot, tags, diagnostics, ports."""
    frame.select_by_tag(clause)
    if not clause.solid and frame.draft.things and clause.things:
        frame.draft.add(clause)  # "use t3.small": goes on about what is to be made
        return
    if clause.solid and _about_draft(frame, clause):
        return
    says = frame.features(clause)
    if tags_in(clause):
        labelling.tag(frame, clause)
    elif "diagnostics" in says:
        diagnose(frame, clause, _switched(frame, clause))
    elif "spot" in says:
        prioritise(frame, clause, says["spot"])
    elif says.keys() & sizing.SIZES:
        sizing.resize(frame, clause)
    elif "ports" in says or says.get("services"):
        guarding.ports(frame, clause, opened=says.get("switch", True))
    elif "state" in says or "switch" in says:
        _power_by_state(frame, clause, says)
    else:
        raise Unclear(
            f"it is not clear what “{frame.said(clause)}” should change", clause.verb_text
        )


def _about_draft(frame: Frame, clause: Clause) -> bool:
    """ "they run ubuntu": goes on about what is to be made."""
    first = clause.solid[0]
    if not first.definite or first.names or not frame.draft.things:
        return False
    frame.discourse.resolve(first, first.kind)
    if not frame.is_drafted(first):
        return False
    frame.draft.add(clause)
    return True


_MEANING_ON = frozenset({"create", "want", "add", "give", "have", ""})
"""Verbs that need no "on": "add monitoring to web-1"."""


def _switched(frame: Frame, clause: Clause) -> bool:
    switch = clause.says("switch")
    if switch is None and clause.verb not in _MEANING_ON:
        raise ask(
            "Should it be on or off?",
            request=frame.request,
            at=clause.end,
            put=" {answer}",
            options=("on", "off"),
            hint="for example: enable boot diagnostics for web-1",
        )
    return switch is not False


# power


def power(frame: Frame, clause: Clause, state: Power) -> None:
    frame.plan_each(
        frame.targets(clause, Kind.VM),
        lambda vm: SetPower(what=frame.selection(vm, Kind.VM), power=state),
    )


def stop(frame: Frame, clause: Clause) -> None:
    power(frame, clause, Power.STOP)


def restart(frame: Frame, clause: Clause) -> None:
    power(frame, clause, Power.RESTART)


def _power_by_state(frame: Frame, clause: Clause, says: dict[str, Any]) -> None:
    """ "web-1 should be running", "set web-1 off"."""
    running = says.get("state") == "running" or says.get("switch") is True
    clause.things = [
        t for t in clause.things if not (t.is_bare and t.says.keys() & {"state", "switch"})
    ]
    power(frame, clause, Power.START if running else Power.STOP)


def enable(frame: Frame, clause: Clause) -> None:
    _turned(frame, clause, True)


def disable(frame: Frame, clause: Clause) -> None:
    _turned(frame, clause, False)


def _turned(frame: Frame, clause: Clause, on: bool) -> None:
    """ "enable boot diagnostics", "turn off web-1": what is turned is told by what is said."""
    if clause.says("diagnostics"):
        diagnose(frame, clause, on)
    elif clause.says("spot"):
        prioritise(frame, clause, on)
    elif clause.says("ports") or clause.says("services"):
        guarding.ports(frame, clause, opened=on)
    elif any("versioning" in t.says or t.kind is Kind.BUCKET for t in clause.things):
        raise Unclear("versioning of a bucket that is there cannot be changed here")
    elif clause.verb in ("turn on", "turn off"):
        power(frame, clause, Power.START if on else Power.STOP)
    else:
        raise Unclear(f"it is not clear what to {clause.verb_text}", clause.verb_text)


def turn(frame: Frame, clause: Clause) -> None:
    """ "turn web-1 off", "switch diagnostics on", "turn web-1 into spot"."""
    switch = clause.says("switch")
    if clause.says("ports") and clause.verb_text.casefold() == "shut":
        guarding.close_ports(frame, clause)
        return
    if switch is None and clause.verb_text.casefold() in ("shut", "power"):
        raise Unclear(f"it is not clear how to {clause.verb_text} it", clause.verb_text)
    if switch is None:
        update(frame, clause)
    elif clause.says("diagnostics"):
        diagnose(frame, clause, switch)
    else:
        clause.things = [t for t in clause.things if "switch" not in t.says]
        power(frame, clause, Power.START if switch else Power.STOP)


# priority and diagnostics


def prioritise(frame: Frame, clause: Clause, spot: bool) -> None:
    """ "change web-1 from standard to spot"."""
    there = frame.apart_from_drafted(
        frame.targets(clause, Kind.VM, "spot", "switch"), lambda made: made.says.update(spot=spot)
    )
    frame.plan_each(there, lambda vm: SetPriority(what=frame.selection(vm, Kind.VM), spot=spot))


def diagnose(frame: Frame, clause: Clause, enabled: bool) -> None:
    """ "enable boot diagnostics for web-1"; the wording is kept."""
    wording = clause.says("diagnostics")
    if frame.purpose is not None and wording == "diagnostics":
        wording = frame.purpose.says("diagnostics")
    there = frame.apart_from_drafted(
        frame.targets(clause, Kind.VM, "diagnostics", "switch"),
        lambda made: made.says.update(diagnostics=wording),
    )
    frame.plan_each(
        there,
        lambda vm: SetDiagnostics(
            what=frame.selection(vm, Kind.VM), enabled=enabled, wording=wording
        ),
    )
    frame.purpose = None


def show(frame: Frame, clause: Clause) -> None:
    """ "I want to see boot logs of web-1, switch diagnostics on": why, and of what."""
    if not clause.says("diagnostics"):
        raise Unclear(
            "changes and questions are asked for one after the other, not in one request",
            clause.verb_text,
        )
    frame.purpose = clause
    for thing in clause.solid:
        frame.discourse.resolve(thing, Kind.VM)
        frame.discourse.mention(thing)
        frame.topic = thing
