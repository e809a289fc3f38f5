"""Changing what is there: power, size, tags, ports, priority, diagnostics."""

from __future__ import annotations

from functools import partial
from typing import Any

from cloudops.planner.interpreter.asking import Unclear, ask
from cloudops.planner.interpreter.attaching import attach
from cloudops.planner.interpreter.clause import Clause
from cloudops.planner.interpreter.frame import Frame, is_predicate, tags_in
from cloudops.planner.interpreter.quantities import QUALITIES, chosen_size, whole_gib
from cloudops.planner.interpreter.shapes import kind_of_id
from cloudops.planner.interpreter.things import Thing
from modalities.change import (
    Change,
    Power,
    Resize,
    SetDiagnostics,
    SetPort,
    SetPower,
    SetPriority,
    SetTags,
)
from modalities.resource import Kind

SIZES = frozenset({"size", "quality", "vcpus", "memory_gib", "gib", "asks_size", "asks_memory"})
PORTS = frozenset({"ports", "services", "source", "protocol", "opens", "switch", "public"})


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
        tag(frame, clause)
    elif "diagnostics" in says:
        diagnose(frame, clause, _switched(frame, clause))
    elif "spot" in says:
        prioritise(frame, clause, says["spot"])
    elif says.keys() & SIZES:
        resize(frame, clause)
    elif "ports" in says or says.get("services"):
        ports(frame, clause, opened=says.get("switch", True))
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
        ports(frame, clause, opened=on)
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
        close_ports(frame, clause)
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


# size


def resize(frame: Frame, clause: Clause) -> None:
    """A VM to a size or to needs, a disk to so many GB."""
    if any(t.prep == "by" for t in clause.things):
        raise Unclear("say the new size, not by how much it changes", "by")
    if any(t.kind is Kind.DISK and t.determiners & {"new", "more"} for t in clause.solid):
        attach(frame, clause)  # "extend web-1 with a new 64 GB volume"
        return
    solid = [t for t in clause.solid if not is_predicate(t, clause)]
    if solid and solid[0].pronoun and not clause.says("vcpus") and clause.says("gib"):
        frame.discourse.resolve(solid[0], None)
    disks = [t for t in solid if t.kind is Kind.DISK]
    if disks:  # "disk data-1 of web-1": the disk is what is resized
        clause.things = [t for t in clause.things if t in disks or t.is_bare]
    says = frame.features(clause, SIZES)
    things = frame.targets(clause, Kind.DISK if disks else Kind.VM, *SIZES)
    if disks:
        _resize_disks(frame, clause, things, says)
    else:
        _resize_vms(frame, clause, things, says)


def _resize_vms(frame: Frame, clause: Clause, things: list[Thing], says: dict[str, Any]) -> None:
    if "gib" in says and says.keys() & {"vcpus", "asks_memory"}:
        says.setdefault("memory_gib", says.pop("gib"))
    if "gib" in says:
        raise disk_or_memory(frame, clause)
    if not says.keys() - {"asks_size", "asks_memory"}:
        raise ask(
            "To what size?",
            request=frame.request,
            at=clause.end,
            put=" to {answer}",
            options=("small", "medium", "large"),
            hint="for example: resize web-1 to t3.large, or to 4 vCPUs and 16 GB of memory",
        )
    frame.plan_each(things, lambda vm: _resized(frame, vm, says))


def _resized(frame: Frame, thing: Thing, says: dict[str, Any]) -> Change:
    vcpus, memory = says.get("vcpus"), says.get("memory_gib")
    size = chosen_size(says.get("size"), frame.builder.provider)
    if says.get("quality") and not (vcpus or memory or size):
        vcpus, memory = QUALITIES[says["quality"]]
        frame.note(f"{says['quality']}: {vcpus} vCPU, {memory:g} GiB of memory")
    return Resize(
        what=frame.selection(thing, Kind.VM),
        size=size,
        vcpus=None if vcpus is None else int(vcpus),
        memory_gib=memory,
    )


def _resize_disks(frame: Frame, clause: Clause, things: list[Thing], says: dict[str, Any]) -> None:
    if says.keys() - {"gib", "asks_size"}:
        raise Unclear("a disk's size is said in GB")
    if "gib" not in says:
        raise ask(
            "To what size, in GB?",
            request=frame.request,
            at=clause.end,
            put=" to {answer}",
            hint="for example: resize disk data-1 to 100 GB",
        )
    gib = whole_gib(says["gib"])
    frame.plan_each(things, lambda disk: Resize(what=frame.selection(disk, Kind.DISK), gib=gib))


def disk_or_memory(frame: Frame, clause: Clause) -> Exception:
    """The question that "add 50 GB to web-1" gets."""
    amount = next(t for t in clause.things if "gib" in t.says)
    added = clause.verb in ("add", "give", "have", "want")
    return ask(
        "Is that a further disk, more room on a disk it has, or memory?",
        request=frame.request,
        at=amount.end,
        put=" {answer}",
        options=("data disk",) if added else ("of memory",),
        hint="for example: attach a 50 GB disk to web-1, or resize disk data-1 to 100 GB",
    )


# tags


def tag(frame: Frame, clause: Clause) -> None:
    """ "tag web-1 with env=prod", "tag everything project=demo" of what is to be made."""
    keys = [(key, thing) for thing in clause.things for key in thing.tag_keys]
    if keys:
        key, thing = keys[0]
        raise ask(
            f"What value should the tag “{key}” have?",
            request=frame.request,
            at=thing.end,
            put="={answer}",
            hint="write tags as key=value",
        )
    if frame.draft.things and any(t.pronoun == "everything" for t in clause.things):
        frame.draft.tags_on_all.extend(tags_in(clause))
        return
    frame.select_by_tag(clause)
    tags = tuple(tags_in(clause))
    if not tags:
        raise _which_tag(frame, clause, "write tags as key=value")
    for key, value in tags:
        check_tag(key, value)
    there = frame.apart_from_drafted(
        frame.targets(clause, None, "tags"), lambda made: made.tags.extend(tags)
    )
    frame.plan_each(there, lambda t: SetTags(what=frame.selection(t, t.kind), add=tags))


def untag(frame: Frame, clause: Clause) -> None:
    """ "remove the tag env from web-1"."""
    bare = [t for t in clause.things if t.is_bare]
    keys = [k for t in bare for k in (*t.tag_keys, *(key for key, _ in t.tags))]
    solid = clause.solid
    if not keys and len(solid) > 1 and not solid[0].kind and solid[0].names:
        keys.extend(solid[0].names)  # "untag cost-center from web-1"
        clause.things.remove(solid[0])
    for thing in bare:
        thing.tags, thing.tag_keys = [], []
        thing.says.pop("tagged", None)
    clause.things = [t for t in clause.things if not t.empty]
    if not keys:
        raise _which_tag(frame, clause, "name the tag's key")
    frame.plan_each(
        frame.targets(clause, None),
        lambda t: SetTags(what=frame.selection(t, t.kind), remove=tuple(keys)),
    )


def _which_tag(frame: Frame, clause: Clause, hint: str) -> Exception:
    at = clause.end
    return ask("Which tag?", request=frame.request, at=at, put=" {answer}", hint=hint)


def check_tag(key: str, value: str) -> None:
    """Raises Unclear for a tag that clouds do not take."""
    for text in (key, value):
        odd = any(not (sign.isalnum() or sign in "+-=._:/@ ") for sign in text)
        if odd or not text.strip() or len(text) > 128:
            raise Unclear(
                f"“{text}” cannot be a tag: letters, digits, spaces and + - = . _ : / @", text
            )


# ports


def open_ports(frame: Frame, clause: Clause) -> None:
    ports(frame, clause, opened=True)


def close_ports(frame: Frame, clause: Clause) -> None:
    ports(frame, clause, opened=False)


def ports(frame: Frame, clause: Clause, *, opened: bool) -> None:
    """ "open port 443 on web-1", "close ssh"."""
    says: dict[str, Any] = {"ports": []}
    for thing in (t for t in clause.things if t.is_bare):
        says["ports"].extend(thing.says.get("ports", ()))
        says.update({k: x for k, x in thing.says.items() if k in PORTS - {"ports"}})
    if not says["ports"] and not says.get("services"):
        raise ask(
            "Which port?",
            request=frame.request,
            at=clause.start + len(clause.verb_text),
            put=" port {answer} on",
            hint="for example: open port 443 on web-1",
        )
    if any(p.form == "pair" for p in says["ports"]):
        raise Unclear("two ports were given: a range is written 8000-8100")
    _place_draft(frame, clause)
    clause.traffic = False  # "allow HTTP traffic": the ports say it all
    kind = _guarded_kind(frame, clause)
    things = frame.targets(clause, kind, *PORTS)
    if opened:
        things = frame.apart_from_drafted(things, lambda made: _open_on_new(made, says))
    for thing in things:
        frame.plan(partial(_port_changes, frame, thing, kind, says, opened=opened))


def _place_draft(frame: Frame, clause: Clause) -> None:
    """ "a security group that allows ssh in network lab-net": where the group goes."""
    where = [
        t
        for t in clause.things
        if (t.kind in (Kind.NETWORK, Kind.SUBNET) and t.prep) or "named" in t.says
    ]
    if where and frame.draft.things:
        frame.draft.add(Clause(start=clause.start, things=where))
        clause.things = [t for t in clause.things if t not in where]


def _open_on_new(made: Thing, says: dict[str, Any]) -> None:
    made.says.setdefault("ports", []).extend(says["ports"])
    made.says.update({k: x for k, x in says.items() if k in ("source", "services")})


def _port_changes(
    frame: Frame, thing: Thing, kind: Kind, says: dict[str, Any], *, opened: bool
) -> list[Change]:
    rules = frame.builder.rules(says, told=opened)
    what = frame.selection(thing, kind)
    return [SetPort(what=what, rule=rule, open=opened) for rule in rules]


def _guarded_kind(frame: Frame, clause: Clause) -> Kind:
    """Whether a port is opened on a security group or on a VM."""
    if any(t.kind is Kind.SECURITY_GROUP for t in clause.solid):
        return Kind.SECURITY_GROUP
    if not clause.solid:
        last = frame.discourse.last(Kind.SECURITY_GROUP, Kind.VM)
        return last.kind if last is not None and last.kind else Kind.VM
    names = [name for t in clause.solid for name in t.names]
    guard = bool(names) and kind_of_id(names[0]) is Kind.SECURITY_GROUP
    return Kind.SECURITY_GROUP if guard else Kind.VM


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
