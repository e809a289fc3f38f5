"""Judges of M1, M2 and M3: what was answered, beside what the cloud has; nothing changed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sandbox.gym.case import Case, Judgement
from sandbox.gym.expected import mentioned
from sandbox.gym.inventory import name_of
from sandbox.gym.sources import Item

STATES = ("running", "stopped")
ONLY = {
    "stopped": re.compile(r"\b(?:any|which|what|list|show)\b[^?.]*\bstopped\b", re.I),
    "running": re.compile(r"\b(?:any|which|what|list|show)\b[^?.]*\brunning\b", re.I),
}
"""A question for machines of one state is answered by those."""

ADDRESS = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?!\d|\.\d|/)")


def status(case: Case) -> Judgement:
    """M1: running or stopped, for each machine asked about, and for none the wrong one."""
    vms = {name_of(vm): vm["State"]["Name"] for vm in case.after.of("instance").values()}
    return answered(case, states_told(case, vms))


def public_address(case: Case) -> Judgement:
    """M2: the address as the cloud has it, and no other public one."""
    vms = {name_of(vm): vm.get("PublicIpAddress") for vm in case.after.of("instance").values()}
    interfaces = case.after.of("interface").values()
    private = {str(interface.get("PrivateIpAddress")) for interface in interfaces}
    return answered(case, addresses_told(case, {str(ip) for ip in vms.values() if ip}, private))


def disks(case: Case) -> Judgement:
    """M3: every attached disk with its size and type."""
    attached = [v for v in case.after.of("volume").values() if v.get("Attachments")]
    return answered(case, disks_told(case, [_disk(volume) for volume in attached]))


@dataclass(frozen=True, slots=True)
class Disk:
    """``called``: any of these tells in a line that it speaks of this disk. ``type`` as the
    vendor has it."""

    id: str
    called: tuple[str, ...]
    gib: int
    type: str


def _disk(volume: Item) -> Disk:
    device = str(volume["Attachments"][0]["Device"])
    called = (volume["VolumeId"], device, *filter(None, [name_of(volume)]))
    return Disk(volume["VolumeId"], called, volume["Size"], volume["VolumeType"])


def answered(case: Case, missed: Iterable[str]) -> Judgement:
    """A question was answered, and nothing changed."""
    found = list(missed)
    if case.told.exit_code:
        found = [f"no answer (exit {case.told.exit_code}): {case.told.trouble}"]
    return Judgement(missed=tuple(found), unwanted=tuple(str(d) for d in case.differences))


def _asked_for(prompt: str, state: str) -> bool:
    both = all(word in prompt.lower() for word in STATES)
    only = [word for word in STATES if ONLY[word].search(prompt)]
    return both or not only or state in only


def states_told(case: Case, vms: dict[str, str]) -> Iterator[str]:
    """What is wrong with the answer; ``vms`` are all machines with their states."""
    asked = mentioned(case.prompt, tuple(sorted(vms)))
    if asked == tuple(sorted(vms)):
        asked = tuple(n for n in asked if _asked_for(case.prompt, vms[n]))
    for name, state in ((n, vms[n]) for n in asked):
        lines = [line for line in _units(case) if _has(line, name)]
        said = {word for line in lines for word in STATES if _has(line, word)}
        if not said:
            yield f"it was not said whether {name} is running or stopped"
        elif state not in said or (len(said) > 1 and not _apart(lines, name, state, vms)):
            yield f"{name} is {state}; it was said to be {' and '.join(sorted(said))}"


def _apart(lines: list[str], name: str, state: str, vms: dict[str, str]) -> bool:
    """A line may speak of several machines: no line that names this one alone is wrong."""
    alone = [line for line in lines if not any(_has(line, n) for n in vms if n != name)]
    return all(_has(line, state) for line in alone if any(_has(line, word) for word in STATES))


def _units(case: Case) -> Iterator[str]:
    """Lines, and their parts between commas and "and", which may speak of one machine each."""
    for line in case.told.lines:
        yield line
        yield from (part for part in re.split(r",|\band\b|\bbut\b", line) if part != line)


def _has(line: str, word: str) -> bool:
    return bool(re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", line, re.I))


def addresses_told(case: Case, true: set[str], private: set[str]) -> Iterator[str]:
    """What is wrong with the answer: all of ``true`` are named, and none but ``private`` beside."""
    text = " ".join(case.told.lines)
    said = set(ADDRESS.findall(text))
    if not true <= said:
        yield f"{', '.join(sorted(true - said))} was not named"
    if wrong := said - true - private:
        yield f"{', '.join(sorted(wrong))} was named, which is nobody's here"


def disks_told(case: Case, attached: list[Disk]) -> Iterator[str]:
    """A line for each, with its size and type beside something that tells which it is."""
    lines = list(case.told.lines)
    for disk in attached:
        mine = [line for line in lines if any(word in line for word in disk.called)]
        size = re.compile(rf"(?<![\w-]){disk.gib}\s*(?:GiB|GB|\||$)", re.I)
        if not mine:
            yield f"disk {disk.id} ({disk.called[1]}) was not named"
        elif not any(size.search(f"{line} |") and _has(line, disk.type) for line in mine):
            yield f"{disk.id} has {disk.gib} GiB {disk.type}: not so told"
