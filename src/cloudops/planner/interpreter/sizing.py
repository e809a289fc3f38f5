"""Resizing VMs and disks."""

from __future__ import annotations

from typing import Any

from cloudops.planner.interpreter.asking import Unclear, ask
from cloudops.planner.interpreter.attaching import attach
from cloudops.planner.interpreter.clause import Clause
from cloudops.planner.interpreter.frame import Frame, is_predicate
from cloudops.planner.interpreter.quantities import QUALITIES, chosen_size, whole_gib
from cloudops.planner.interpreter.things import Thing
from modalities.change import Change, Resize
from modalities.resource import Kind

SIZES = frozenset({"size", "quality", "vcpus", "memory_gib", "gib", "asks_size", "asks_memory"})


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
