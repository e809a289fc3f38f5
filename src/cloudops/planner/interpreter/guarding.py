"""Opening and closing ports."""

from __future__ import annotations

from functools import partial
from typing import Any

from cloudops.planner.interpreter.asking import Unclear, ask
from cloudops.planner.interpreter.clause import Clause
from cloudops.planner.interpreter.frame import Frame
from cloudops.planner.interpreter.shapes import kind_of_id
from cloudops.planner.interpreter.things import Thing
from modalities.change import Change, SetPort
from modalities.resource import Kind

PORTS = frozenset({"ports", "services", "source", "protocol", "opens", "switch", "public"})


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
