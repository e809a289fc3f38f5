"""What a person wants changed, in cloud-neutral words: the input of a hand's ``express``."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, TypeAlias

from modalities.action import CliCommand, SdkCall
from modalities.resource import Kind, Provider
from modalities.wanted import Disk, Rule, Tags, Wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which resources are meant: by name, by tag, or every one of a kind.

    ``kind`` None means any kind the names fit. ``names`` may hold provider ids.
    """

    kind: Kind | None = None
    names: tuple[str, ...] = ()
    tags: Tags = ()
    every: bool = False

    def __str__(self) -> str:
        what = self.kind.words if self.kind else "resource"
        if self.names:
            return f"{what} {', '.join(self.names)}"
        if self.tags:
            return f"every {what} with tag " + ", ".join(f"{k}={v}" for k, v in self.tags)
        return f"every {what}"


class Power(StrEnum):
    START = "start"
    STOP = "stop"
    RESTART = "restart"


@dataclass(frozen=True, slots=True, kw_only=True)
class Create:
    """Make these; disks and addresses that name a VM are attached to it."""

    wanted: tuple[Wanted, ...]
    change: Literal["create"] = "create"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attach:
    """Attach an existing disk or public IP, or a wanted new disk, to one VM."""

    what: Selection | Disk
    to: Selection
    change: Literal["attach"] = "attach"


@dataclass(frozen=True, slots=True, kw_only=True)
class Detach:
    what: Selection
    source: Selection | None = None
    change: Literal["detach"] = "detach"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delete:
    """Delete these. ``explicit`` holds the words that asked for it, as they stood."""

    what: Selection
    explicit: str = ""
    change: Literal["delete"] = "delete"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPower:
    what: Selection
    power: Power
    change: Literal["set_power"] = "set_power"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resize:
    """A VM to another size (``size`` native, or needs), or a disk to ``gib``."""

    what: Selection
    size: str | None = None
    vcpus: int | None = None
    memory_gib: float | None = None
    gib: int | None = None
    change: Literal["resize"] = "resize"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetTags:
    """``add`` overwrites tags of the same key; ``remove`` holds keys."""

    what: Selection
    add: Tags = ()
    remove: tuple[str, ...] = ()
    change: Literal["set_tags"] = "set_tags"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPort:
    """Open or close ports towards VMs or security groups."""

    what: Selection
    rule: Rule
    open: bool
    change: Literal["set_port"] = "set_port"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPriority:
    """Run VMs on spot capacity, or back on standard (on-demand)."""

    what: Selection
    spot: bool
    change: Literal["set_priority"] = "set_priority"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetDiagnostics:
    """Boot diagnostics or monitoring on or off; ``wording`` is what the person called it."""

    what: Selection
    enabled: bool = True
    wording: str = "monitoring"
    change: Literal["set_diagnostics"] = "set_diagnostics"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operate:
    """Operations of a vendor's own, by their own names, for what no other change has words for.

    ``calls`` are done in order. ``{"$output": "1.QueueUrl"}`` in a later one stands for the
    member QueueUrl of the answer to the first, wherever in that answer it is. ``words`` say it
    to people (``create queue orders``); ``explicit`` are the person's own, as they stood. Effect
    and risk are told from the calls, never from either.
    """

    provider: Provider
    calls: tuple[SdkCall | CliCommand, ...]
    words: str
    explicit: str = ""
    change: Literal["operate"] = "operate"


Worded: TypeAlias = (
    Create
    | Attach
    | Detach
    | Delete
    | SetPower
    | Resize
    | SetTags
    | SetPort
    | SetPriority
    | SetDiagnostics
)
"""What has words of its own, the same on every cloud."""

Change: TypeAlias = Worded | Operate
