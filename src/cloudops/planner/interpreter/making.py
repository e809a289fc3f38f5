"""Making things: creating, wanting, adding, giving, putting, balancing."""

from __future__ import annotations

from cloudops.planner.interpreter import adjusting, guarding, labelling, sizing
from cloudops.planner.interpreter.asking import Unclear, ask
from cloudops.planner.interpreter.attaching import ATTACHABLE, attach
from cloudops.planner.interpreter.clause import Clause
from cloudops.planner.interpreter.frame import Frame, tags_in
from cloudops.planner.interpreter.things import Ports, Thing
from modalities.change import Power
from modalities.resource import Kind

NOT_TO_EXISTING = (
    "adding VMs to a load balancer that is there is not something that can be done here"
)


def create(frame: Frame, clause: Clause) -> None:
    """ "create three VMs in one network behind a load balancer"."""
    if clause.says("diagnostics") and not any(t.is_new and t.kind for t in clause.solid):
        adjusting.update(frame, clause)
    elif not clause.things:
        raise Unclear(f"it is not clear what to {clause.verb_text}", clause.verb_text)
    elif _for_existing(clause):
        attach(frame, clause)
    else:
        frame.draft.add(clause)
        frame.creates()
        if clause.traffic and not frame.draft.of(Kind.LOAD_BALANCER):
            raise Unclear("it is not clear what traffic has to do with it", "traffic")


def _for_existing(clause: Clause) -> bool:
    """ "a 20 GB volume for web-1": a disk made for a VM that is there."""
    if len(clause.solid) != 2:
        return False
    what, to = clause.solid
    there = to.kind in (None, Kind.VM) and not to.indefinite and to.prep in ("for", "to", "in")
    return what.kind is Kind.DISK and there


def without_verb(frame: Frame, clause: Clause) -> None:
    """A noun phrase alone asks for what it names, if that is new; or says what comes is about."""
    solid = clause.solid
    if not solid:
        _go_on(frame, clause)
    elif _is_topic(clause):
        frame.discourse.mention(solid[0])
        frame.topic = solid[0]
    elif frame.draft.things and all(t.pronoun for t in solid):
        _go_on(frame, clause)
    elif any(t.is_new and t.kind for t in solid) and _asks_for(clause):
        create(frame, clause)
    elif clause.says("diagnostics") or clause.says("spot") is not None:
        adjusting.update(frame, clause)
    else:
        raise what_to_do(frame, clause)


def _asks_for(clause: Clause) -> bool:
    first = clause.solid[0]
    asked = any(t.indefinite for t in clause.solid)
    return asked or bool(first.says or first.names) or clause.traffic


def _is_topic(clause: Clause) -> bool:
    only = clause.solid[0]
    pointed_at = bool(only.names) or only.definite
    return len(clause.things) == 1 and pointed_at and (clause.topic or only.kind is None)


def what_to_do(frame: Frame, clause: Clause) -> Exception:
    """The question that a name without a verb gets."""
    return ask(
        f"What should be done with “{frame.said(clause.solid[0])}”?",
        request=frame.request,
        at=clause.start,
        put="{answer} ",
        options=("create", "show", "start", "stop", "delete"),
        hint="say it with a verb, for example: show web-1",
    )


def _go_on(frame: Frame, clause: Clause) -> None:
    """Attributes on their own go on about what was just asked for."""
    draft = frame.draft
    if draft.things:
        draft.add(clause)
    elif frame.parts and not clause.solid:
        disk = frame.parts[-1]  # "attach a disk to web-1; call it data-2"
        disk.head = True
        draft.things.append(disk)
        draft.add(clause)
        draft.things.remove(disk)
    elif clause.says("spot") is not None or clause.says("diagnostics"):
        adjusting.update(frame, clause)
    else:
        said = frame.said(clause)
        raise Unclear(f"it is not clear what “{said}” belongs to", said)


def want(frame: Frame, clause: Clause) -> None:
    """ "I need three VMs"; "web-1 needs an extra disk"."""
    first = clause.solid[0] if clause.solid else None
    becomes = any(t.prep == "as" and t.kind for t in clause.solid)
    if first is not None and first.kind is Kind.DISK and _is_subject(frame, clause):
        raise Unclear(
            f"“{frame.said(first)}” is a disk, and can only be given another size",
            remedy="say the size, for example: resize the disk data-1 to 200 GB",
        )
    if first is not None and _is_there(first) and not becomes:
        give(frame, clause)
    elif first is not None or clause.says("tier") is not None:
        create(frame, clause)
    elif clause.says("diagnostics"):
        adjusting.update(frame, clause)
    else:
        raise Unclear(f"it is not clear what to {clause.verb_text}", clause.verb_text)


def _is_subject(frame: Frame, clause: Clause) -> bool:
    """Whether something stands before the verb: "the disk data-1 needs more"."""
    return not frame.request.startswith(clause.verb_text.split()[0], clause.start)


def _is_there(thing: Thing) -> bool:
    """Whether a VM is spoken of as being there already."""
    if thing.pronoun or thing.ordinal is not None:
        return not thing.is_new
    pointed_at = bool(thing.names) or thing.definite
    return thing.kind in (None, Kind.VM) and not thing.indefinite and pointed_at


def give(frame: Frame, clause: Clause) -> None:
    """ "give web-1 a public IP", "web-1 should have 4 vCPUs"."""
    if any(t.kind in ATTACHABLE for t in clause.solid):
        attach(frame, clause)
    else:
        adjusting.update(frame, clause)


def make(frame: Frame, clause: Clause) -> None:
    """ "make web-1 a spot VM"; "make three VMs"."""
    first = clause.solid[0] if clause.solid else None
    if first is not None and first.kind is Kind.DISK and first.names and not first.indefinite:
        raise ask(
            f"Should the disk {first.names[0]} be created, or resized?",
            request=frame.request,
            at=clause.start,
            until=clause.start + len(clause.verb_text),
            options=("create", "resize"),
            hint="say create or resize",
        )
    if first is not None and _is_there(first):
        adjusting.update(frame, clause)
    else:
        create(frame, clause)


def start(frame: Frame, clause: Clause) -> None:
    """ "start web-1"; "start 3 VMs" may mean new ones, and is asked about."""
    new = [t for t in clause.solid if t.indefinite]
    if any("new" in t.determiners for t in new):
        create(frame, clause)
    elif new:
        raise _start_or_create(frame, clause)
    else:
        adjusting.power(frame, clause, Power.START)


def bring_up(frame: Frame, clause: Clause) -> None:
    """ "bring up three servers" makes them; "bring up web-1" may be starting it."""
    if any(t.indefinite for t in clause.solid):
        create(frame, clause)
    else:
        raise _start_or_create(frame, clause)


def _start_or_create(frame: Frame, clause: Clause) -> Exception:
    return ask(
        "Should something new be created, or something that is there be started?",
        request=frame.request,
        at=clause.start,
        until=clause.start + len(clause.verb_text),
        options=("start", "create"),
        hint="say create for new ones, or name the VMs to start",
    )


def add(frame: Frame, clause: Clause) -> None:
    """ "add another disk to web-1", "add a VM to the network lab-net", "add tag env=prod to"."""
    first = clause.solid[0] if clause.solid else None
    to_balancer = any(t.kind is Kind.LOAD_BALANCER and t.prep == "to" for t in clause.solid)
    if first is None or (first.prep and not first.kind):
        _add_attribute(frame, clause)
    elif to_balancer and not frame.draft.of(Kind.LOAD_BALANCER):
        raise Unclear(NOT_TO_EXISTING)
    elif first.kind in ATTACHABLE and (len(clause.solid) > 1 or first.kind is Kind.DISK):
        attach(frame, clause)
    elif first.kind is not None and (first.indefinite or first.kind is not Kind.VM):
        create(frame, clause)
    else:
        _add_attribute(frame, clause)


def _add_attribute(frame: Frame, clause: Clause) -> None:
    if tags_in(clause):
        labelling.tag(frame, clause)
    elif clause.says("gib") is not None and not clause.says("vcpus"):
        raise sizing.disk_or_memory(frame, clause)
    elif clause.says("ports") or clause.says("services"):
        guarding.open_ports(frame, clause)
    elif clause.says("diagnostics") or clause.says("spot"):
        adjusting.update(frame, clause)
    else:
        said = frame.said(clause)
        raise Unclear(f"it is not clear what to do by “{said}”", said)


def put(frame: Frame, clause: Clause) -> None:
    """ "put web-1 behind a load balancer", "put a 10 GB disk on web-1", "put it on spot"."""
    first = clause.solid[0] if clause.solid else None
    if any(t.kind is Kind.LOAD_BALANCER for t in clause.solid):
        _balance_existing(frame, clause)
    elif first is None:
        adjusting.update(frame, clause)
    elif first.kind in ATTACHABLE:
        attach(frame, clause)
    elif first.indefinite:
        create(frame, clause)
    elif frame.draft.things and first.definite:
        frame.draft.add(clause)
    else:
        adjusting.update(frame, clause)


def _balance_existing(frame: Frame, clause: Clause) -> None:
    """ "put web-1 and web-2 behind a load balancer": VMs named without a count are there."""
    balancer = next(t for t in clause.solid if t.kind is Kind.LOAD_BALANCER)
    if balancer.definite and not frame.draft.of(Kind.LOAD_BALANCER):
        raise Unclear(
            NOT_TO_EXISTING,
            remedy="ask for a new load balancer: put web-1 and web-2 behind a load balancer",
        )
    frame.creates()
    frame.draft.add(clause, existing=True)
    for thing in clause.solid:
        if thing.kind is Kind.VM and not thing.is_new:
            frame.names(thing)


def balance(frame: Frame, clause: Clause) -> None:
    """ "spread HTTP traffic over them", "forwarding 8080 to 8080", "listening on 443"."""
    spreads = clause.verb_text.casefold().startswith(("load", "balanc", "distribut", "spread"))
    explicit = clause.traffic or spreads or any(
        t.kind is Kind.LOAD_BALANCER and t.indefinite for t in clause.solid
    )  # fmt: skip
    if not (explicit or frame.draft.of(Kind.LOAD_BALANCER)):
        raise Unclear(f"nothing is there to {clause.verb_text}", clause.verb_text)
    balancer = frame.draft.balancer()
    frame.creates()
    frame.draft.chain = [balancer]
    for thing in clause.things:
        if thing.is_bare:
            _say_of_balancer(frame, balancer, thing, clause.verb_text.casefold())
        elif thing.kind is not Kind.LOAD_BALANCER and not (
            thing.pronoun and thing.prep == "behind"
        ):
            _balance_one(frame, balancer, thing)
    if not balancer.targets:
        balancer.targets.extend(frame.draft.of(Kind.VM))


def _balance_one(frame: Frame, balancer: Thing, thing: Thing) -> None:
    """A thing that traffic goes to."""
    if thing.kind not in (None, Kind.VM):
        raise Unclear("only VMs can be behind a load balancer here", thing.noun)
    if thing.is_new and not thing.pronoun:
        thing.prep = "for"
        frame.draft.add(Clause(start=thing.start, things=[thing]))
        return
    frame.discourse.resolve(thing, Kind.VM)
    thing.kind = Kind.VM
    frame.discourse.mention(thing)
    new = [t for t in thing.stands_for or [thing] if t not in balancer.targets]
    balancer.targets.extend(new)


def _say_of_balancer(frame: Frame, balancer: Thing, bare: Thing, verb: str) -> None:
    """Ports said with the verb are the listener's: "8080 to 80" is a pair here.

    "forwards to port 80" says where to, where the port to listen on was said before.
    """
    said = bare.says.pop("ports", ())
    onward = bare.prep == "to" and verb.startswith(("forward", "rout", "send"))
    if said and onward and said[0].form == "one":
        balancer.says["target_port"] = said[0].first
    elif said:
        balancer.says["ports"] = [
            Ports("pair", p.first, p.last, p.protocol) if p.form == "to" else p for p in said
        ]
    if not bare.empty:
        frame.draft.say(bare)


def name(frame: Frame, clause: Clause) -> None:
    """ "call the load balancer front"."""
    for thing in clause.solid:
        same = frame.draft.of(thing.kind) if thing.kind else []
        if len(same) != 1 or not thing.names or same[0].names:
            raise Unclear("what is there already cannot be renamed here", clause.verb_text)
        same[0].names = thing.names
