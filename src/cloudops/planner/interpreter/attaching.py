"""Attaching disks, addresses and network interfaces to VMs, and detaching them."""

from __future__ import annotations

from cloudops.planner.interpreter.asking import Unclear, ask
from cloudops.planner.interpreter.clause import Clause
from cloudops.planner.interpreter.frame import Frame
from cloudops.planner.interpreter.naming import check
from cloudops.planner.interpreter.quantities import DISK_GIB, whole_gib
from cloudops.planner.interpreter.shapes import kind_of_id
from cloudops.planner.interpreter.things import Thing
from modalities.change import Attach, Change, Create, Detach, Selection
from modalities.resource import Kind
from modalities.wanted import Disk, PublicIp

ATTACHABLE = frozenset({Kind.DISK, Kind.PUBLIC_IP, Kind.NIC})

_HEARD_OF_PARTS = frozenset(
    {"gib", "disk_type", "zone", "data", "plain", "named_by_word", "public", "os"}
)


def attach(frame: Frame, clause: Clause) -> None:
    """ "attach a 64 GB disk to web-1", "web-1 needs an extra disk", "give web-1 a public IP"."""
    frame.select_by_tag(clause)
    for thing in clause.things:
        if thing.is_bare and "gib" in thing.says and thing.determiners & {"a", "more", "new"}:
            thing.kind, thing.noun = Kind.DISK, "disk"  # "a 10 GB and a 20 GB disk"
    _give_size_to_disk(clause)
    frame.nothing_else(clause)
    holders = [t for t in clause.solid if t.kind in (None, Kind.VM)]
    parts = [t for t in clause.solid if t.kind in ATTACHABLE]
    for thing in clause.solid:
        if thing not in holders and thing not in parts:
            raise Unclear(f"a {thing.noun} cannot be attached here", thing.noun)
    if not parts and holders and holders[0].prep == "to":
        parts = [_spoken_of(frame)]  # "create a disk and attach to web-1"
    if not parts and holders and holders[0].kind is None:
        parts, holders = [_part(frame, holders[0])], holders[1:]
    if not parts:
        raise ask(
            "What should be attached?",
            request=frame.request,
            put="",
            hint="for example: attach a 64 GB disk to web-1",
        )
    vms = [_holder(frame, thing, parts[0]) for thing in holders] or [_implied_holder(frame, clause)]
    for part in parts:
        _check_said(frame, part)
        _attach_one(frame, part, vms)


def _give_size_to_disk(clause: Clause) -> None:
    """ "an extra data disk, 128 GB": a bare size is the disk's, and so are tags."""
    for place, bare in enumerate(clause.things):
        disks = [t for t in clause.things[:place] if t.kind is Kind.DISK]
        if not bare.is_bare or not disks:
            continue
        for attribute in bare.says.keys() & {"gib", "disk_type", "zone"}:
            disks[-1].says[attribute] = bare.says.pop(attribute)
        disks[-1].tags.extend(bare.tags)
        bare.tags = []
        bare.says.pop("tagged", None)
    clause.things = [t for t in clause.things if not t.empty]


def _check_said(frame: Frame, part: Thing) -> None:
    """Raises Unclear for what means nothing of a part: "a bigger disk"."""
    if part.says.keys() - _HEARD_OF_PARTS:
        said = frame.said(part)
        raise Unclear(f"it is not clear what is meant by “{said}”", said)


def _spoken_of(frame: Frame) -> Thing:
    """The disk or address that was just spoken of."""
    last = frame.discourse.last(*ATTACHABLE)
    if last is None:
        raise ask(
            "What should be attached?",
            request=frame.request,
            put="",
            hint="for example: attach a 64 GB disk to web-1",
        )
    pronoun = Thing(start=0, kind=last.kind, pronoun="one")
    frame.discourse.resolve(pronoun, last.kind)
    return pronoun


def _part(frame: Frame, thing: Thing) -> Thing:
    """A name or pronoun that stands where the disk belongs."""
    thing.kind = (kind_of_id(thing.names[0]) or Kind.DISK) if thing.names else None
    if thing.kind is None:
        last = frame.discourse.last(*ATTACHABLE)
        frame.discourse.resolve(thing, last.kind if last else Kind.DISK)
    if thing.kind not in ATTACHABLE:
        raise Unclear(f"a {thing.kind.words if thing.kind else 'thing'} cannot be attached here")
    return thing


def _holder(frame: Frame, thing: Thing, part: Thing) -> Thing:
    """The VM or VMs that a part goes to."""
    if thing.indefinite and not thing.names:
        raise frame.discourse.which(thing, Kind.VM)
    if "all" in thing.determiners and not (thing.names or thing.pronoun):
        raise Unclear(
            f"a {part.noun or 'disk'} is attached to VMs by name, one for each",
            remedy="name the VMs",
        )
    frame.discourse.resolve(thing, Kind.VM)
    thing.kind = Kind.VM
    if not (thing.names or thing.stands_for):
        raise frame.discourse.which(thing, Kind.VM)
    frame.discourse.mention(thing)
    return thing


def _implied_holder(frame: Frame, clause: Clause) -> Thing:
    frame.topic_taken_up = True
    found = frame.topic or frame.discourse.last(Kind.VM)
    if found is None:
        raise ask(
            "Which VM should it be attached to?",
            request=frame.request,
            at=clause.end,
            put=" to the VM named {answer}",
            options=tuple(ref.name for ref in frame.discourse.context.recent_of(Kind.VM)),
            hint="for example: attach a 64 GB disk to web-1",
        )
    return found


def _attach_one(frame: Frame, part: Thing, vms: list[Thing]) -> None:
    """A new disk or address is made and attached; what is there is only attached."""
    if part.definite and not part.names:
        frame.discourse.resolve(part, part.kind)
        if not part.stands_for and "all" not in part.determiners:
            raise frame.discourse.which(part, part.kind)
    drafted = [t for t in (part.stands_for or [part]) if t in frame.draft.things]
    to_new = any(vm.is_new for vm in vms)
    frame.discourse.mention(part)
    if drafted and (part.kind is not Kind.DISK or to_new):
        for thing in drafted:
            _hold(thing, vms)
    elif drafted:
        for thing in drafted:  # made for a VM that is there: that is attaching it
            frame.draft.things.remove(thing)
            thing.head = False
            _plan_new_disks(frame, thing, vms)
    elif not _is_new_part(part):
        frame.plan(lambda: _attach_existing(frame, part, vms))
    elif part.kind is Kind.PUBLIC_IP:
        frame.plan(lambda: Create(wanted=_new_addresses(frame, part, vms)))
    elif part.kind is not Kind.DISK:
        raise Unclear(f"a {part.noun} is made first, and then attached", part.noun)
    elif to_new:
        _hold(part, vms)
        frame.draft.things.append(part)
        frame.creates()
    else:
        _plan_new_disks(frame, part, vms)


def _hold(part: Thing, vms: list[Thing]) -> None:
    """The part hangs on VMs that are made by the same request."""
    part.holder = vms[0]
    if len(vms) > 1:
        part.holder = Thing(start=part.start, kind=Kind.VM, stands_for=vms)
    part.determiners.add("more")


def _is_new_part(part: Thing) -> bool:
    if part.stands_for or part.definite:
        return False
    return part.indefinite or not part.names or "gib" in part.says


def _plan_new_disks(frame: Frame, disk: Thing, vms: list[Thing]) -> None:
    frame.parts.append(disk)
    frame.plan(lambda: _new_disks(frame, disk, vms))


def _new_disks(frame: Frame, disk: Thing, vms: list[Thing]) -> list[Change]:
    if disk.vague or (disk.plural and disk.count is None and not disk.names):
        raise ask(
            f"How many of “{frame.said(disk)}”?",
            request=frame.request,
            put="",
            hint="say a number, for example: two 50 GB disks",
        )
    if "gib" not in disk.says:
        frame.note(f"disk size: {DISK_GIB} GB")
    check(disk.names, frame.request)
    count = max(disk.count or 1, len(disk.names))
    holders = [name for vm in vms for name in frame.names(vm)]
    if len(holders) > 1:
        frame.note("one disk for each VM")
    return [
        Attach(
            what=Disk(
                name=_disk_name(disk, n, holder, len(holders)),
                gib=whole_gib(disk.says.get("gib", DISK_GIB)),
                type=disk.says.get("disk_type"),
                zone=disk.says.get("zone"),
                tags=tuple(disk.tags),
            ),
            to=Selection(kind=Kind.VM, names=(holder,)),
        )
        for holder in holders
        for n in range(count)
    ]


def _disk_name(disk: Thing, n: int, holder: str, holders: int) -> str | None:
    """As given; told apart where one name is given for several. None: the hand's affair."""
    if not disk.names:
        return None
    name = disk.names[n] if n < len(disk.names) else f"{disk.names[0]}-{n + 1}"
    return name if holders == 1 else f"{name}-{holder}"


def _new_addresses(frame: Frame, address: Thing, vms: list[Thing]) -> tuple[PublicIp, ...]:
    check(address.names, frame.request)
    holders = [name for vm in vms for name in frame.names(vm)]
    name = address.names[0] if address.names and len(holders) == 1 else None
    return tuple(PublicIp(name=name, attach_to=vm, tags=tuple(address.tags)) for vm in holders)


def _attach_existing(frame: Frame, part: Thing, vms: list[Thing]) -> Change:
    holders = [name for vm in vms for name in frame.names(vm)]
    if len(holders) != 1:
        raise Unclear(f"a {(part.kind or Kind.DISK).words} can be attached to one VM only")
    what = frame.selection(part, part.kind)
    return Attach(what=what, to=Selection(kind=Kind.VM, names=(holders[0],)))


def detach(frame: Frame, clause: Clause) -> None:
    """ "detach disk data-1 from web-1"."""
    frame.select_by_tag(clause)
    frame.nothing_else(clause)
    source = next((t for t in clause.solid if t.prep in ("from", "for", "in")), None)
    what = [t for t in clause.solid if t is not source]
    if len(what) != 1:
        raise ask(
            "What should be detached?",
            request=frame.request,
            put="",
            hint="for example: detach disk data-1 from web-1",
        )
    if source is not None:
        _from(frame, source)
    part = _part(frame, what[0]) if what[0].kind is None else what[0]
    if part.kind not in ATTACHABLE:
        raise Unclear(f"a {part.noun} cannot be detached here", part.noun)
    if part.kind is Kind.PUBLIC_IP and source is not None and not part.names:
        part.determiners = {"all"}  # a VM's public address: there is one
    frame.discourse.resolve(part, part.kind)
    frame.discourse.mention(part)
    frame.plan(
        lambda: Detach(
            what=frame.selection(part, part.kind),
            source=None if source is None else frame.selection(source, Kind.VM),
        )
    )


def _from(frame: Frame, source: Thing) -> None:
    if source.kind not in (None, Kind.VM):
        raise Unclear(f"nothing can be detached from a {source.noun} here", source.noun)
    frame.discourse.resolve(source, Kind.VM)
    source.kind = Kind.VM
    frame.discourse.mention(source)
