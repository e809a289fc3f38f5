"""Deleting; and "remove", which deletes, detaches, untags or closes."""

from __future__ import annotations

from cloudops.planner.interpreter import adjusting, guarding, labelling
from cloudops.planner.interpreter.asking import Unclear, ask
from cloudops.planner.interpreter.attaching import ATTACHABLE, detach
from cloudops.planner.interpreter.clause import Clause
from cloudops.planner.interpreter.frame import Frame
from cloudops.planner.interpreter.things import Thing
from modalities.change import Delete
from modalities.resource import Kind

DELETABLE = frozenset(
    {Kind.VM, Kind.NETWORK, Kind.SUBNET, Kind.SECURITY_GROUP, Kind.DISK, Kind.PUBLIC_IP, Kind.NIC,
     Kind.LOAD_BALANCER, Kind.KEY_PAIR, Kind.BUCKET, Kind.RESOURCE_GROUP}
)  # fmt: skip


def delete(frame: Frame, clause: Clause) -> None:
    """ "delete web-1", "tear down the load balancer front", "delete all VMs tagged env=dev"."""
    if _takes_off_tags(clause):
        labelling.untag(frame, clause)
        return
    frame.select_by_tag(clause)
    for thing in clause.solid:
        if thing.prep or thing.possessive:
            raise _unrelated(frame, thing)
    things = frame.targets(clause, None)
    for thing in things:
        if thing.kind is not None and thing.kind not in DELETABLE:
            raise Unclear(f"a {thing.noun} cannot be deleted here", thing.noun)
        if thing.any_kind and not thing.tags:
            raise frame.everything(thing)
        if any(t in frame.draft.things for t in thing.stands_for or [thing]):
            raise Unclear("the same thing is to be made and deleted", clause.verb_text)
    words = frame.said(clause)
    frame.plan_each(things, lambda t: Delete(what=frame.selection(t, t.kind), explicit=words))


def _takes_off_tags(clause: Clause) -> bool:
    """ "delete the tag env from web-1"."""
    first = clause.solid[0] if clause.solid else None
    tags = any(t.tag_keys or t.tags for t in clause.things if t.is_bare)
    return tags and (first is None or first.prep == "from")


def _unrelated(frame: Frame, thing: Thing) -> Unclear:
    said = frame.said(thing)
    return Unclear(
        f"it is not clear how “{thing.prep} {said}” is meant here".replace("“ ", "“"),
        said,
        remedy="choose by name, by tag, or all of a kind",
    )


def remove(frame: Frame, clause: Clause) -> None:
    """ "remove" takes off a tag, closes a port, detaches from a VM, or deletes."""
    first = clause.solid[0] if clause.solid else None
    part = first is not None and first.kind is Kind.PUBLIC_IP and not first.names
    source = next((t for t in clause.solid if t.prep == "from" or (part and t.prep)), None)
    if _takes_off_tags(clause):
        labelling.untag(frame, clause)
    elif clause.says("ports") or clause.says("services"):
        guarding.close_ports(frame, clause)
    elif clause.says("spot"):
        adjusting.prioritise(frame, clause, False)
    elif clause.says("diagnostics"):
        adjusting.disable(frame, clause)
    elif source is None or first is None or first is source:
        delete(frame, clause)
    elif first.kind in ATTACHABLE and not first.says.get("os"):
        frame.note(f"the {first.noun} is detached, not deleted")
        detach(frame, clause)
    else:
        raise _unrelated(frame, source)


def take_down(frame: Frame, clause: Clause) -> None:
    """Some mean stopping by it, some deleting."""
    raise ask(
        f"Does “{clause.verb_text}” mean to stop or to delete?",
        request=frame.request,
        at=clause.start,
        until=clause.start + len(clause.verb_text),
        options=("stop", "delete"),
        hint="say stop or delete",
    )
