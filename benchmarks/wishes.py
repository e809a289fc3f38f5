"""What people ask in words that the grammar does not know, and how each outcome is judged.

The first twelve are the paper's tasks (section 2.3), but for service health, which a browser alone
can tell; two more delete and do two things at once. ``plain`` says the same in words that the
grammar knows: its reading is the right one, and what the gym's judges look for in the cloud.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cloudops.errors import NotUnderstood
from cloudops.planner.interpreter.grammar import BuiltInInterpreter
from cloudops.request import Context, Request
from modalities.codec import encode
from sandbox.gym.difference import compare
from sandbox.gym.given import GIVEN
from sandbox.gym.inventory import Inventory
from sandbox.gym.judging import judge
from sandbox.gym.reader import Reader
from sandbox.gym.told import Told

Check = Callable[[Inventory, Inventory], list[str]]


@dataclass(frozen=True, slots=True)
class Wish:
    """``task`` is the gym's, whose cloud it starts from; ``check`` stands in for its judge.
    ``risk`` is what doing it takes: what --max-risk must cover."""

    task: str
    odd: str
    plain: str
    risk: str = "low"
    check: Check | None = None

    def reading(self) -> dict[str, Any]:
        """The right one. Raises ValueError where the grammar knows the odd words, too."""
        grammar = BuiltInInterpreter()
        try:
            grammar.interpret(_request(self.odd), Context())
        except NotUnderstood:
            found = grammar.interpret(_request(self.plain), Context())
            return {"changes": encode(found.changes), "question": encode(found.question)}
        raise ValueError(f"the grammar understands: {self.odd}")

    def given(self, reader: Reader) -> None:
        GIVEN[self.task](reader)

    def missed(self, before: Inventory, after: Inventory, told: Told, reader: Reader) -> list[str]:
        """Why it is no success; empty where all is as it was asked, and nothing else."""
        if self.check is None:
            return list(judge(self.task, self.plain, before, after, told, reader).reasons)
        if told.exit_code:
            return [f"exit {told.exit_code}: {told.trouble}"]
        return self.check(before, after)


def _request(text: str) -> Request:
    return Request(text=text, target="t", actor="a")


def _gone(before: Inventory, after: Inventory) -> list[str]:
    """web-2 with its own disk and interface, and nothing else."""
    parts = ("instance", "volume", "interface")
    wrong = [str(d) for d in compare(before, after) if d.what != "removed" or d.kind not in parts]
    left = [] if not after.named("instance", "web-2") else ["web-2 is there"]
    return [*wrong, *left, *([] if after.named("instance", "web-1") else ["web-1 is gone"])]


def _slept_and_tagged(before: Inventory, after: Inventory) -> list[str]:
    """web-1 stopped and tagged, and nothing else."""
    allowed = {"State", "StateReason", "StateTransitionReason", "Tags", "PublicDnsName",
               "PublicIpAddress", "NetworkInterfaces"}  # fmt: skip
    (vm,) = after.named("instance", "web-1") or [{}]
    tags = {t["Key"]: t["Value"] for t in vm.get("Tags", ())}
    wrong = [
        str(d)
        for d in compare(before, after)
        if ((d.kind, d.name, d.what) != ("instance", "web-1", "changed") and d.kind != "interface")
        or not set(d.members) <= allowed | {"Association"}
    ]
    if vm.get("State", {}).get("Name") not in ("stopped", "stopping"):
        wrong.append("web-1 runs")
    return wrong if tags.get("team") == "red" else [*wrong, "web-1 is not tagged team=red"]


WISHES = (
    Wish(
        "P1",
        "kindly conjure yonder box up, moniker gate-1, with 4 brains",
        "Create a VM named gate-1 with 4 vCPUs",
    ),
    Wish("P1", "prithee let a lone machine arise, hight probe-7", "Create a VM named probe-7"),
    Wish(
        "P2",
        "I crave new machines grid-1, grid-2 and grid-3, all abiding in one network, bench-net",
        "Create a network named bench-net with three VMs in it named grid-1, grid-2 and grid-3",
    ),
    Wish(
        "P3",
        "conjure machines shop-1, shop-2 and shop-3, and a balancer before them, hight entry",
        "Create a load balancer named entry with three VMs named shop-1, shop-2, shop-3 behind it",
    ),
    Wish(
        "U1",
        "web-1 hungers: feed it one more disk of 48 GB",
        "Attach a 48 GB disk to web-1",
        "medium",
    ),
    Wish(
        "U2",
        "let web-1 be watched over at boot: diagnostics, aye",
        "Enable boot diagnostics on web-1",
        "medium",
    ),
    Wish(
        "U3",
        "prithee bestow spot capacity upon web-1, forsooth",
        "Make web-1 a spot VM",
        "high",
    ),
    Wish("M1", "doth web-2 yet breathe, or slumbers it?", "In which state is web-2?"),
    Wish("M2", "whither must one dial to hail web-1, pray?", "What is the public IP of web-1?"),
    Wish(
        "M3",
        "what platters hang on web-1, pray, and how fat?",
        "Which disks are attached to web-1?",
    ),
    Wish(
        "M4",
        "limn me how all things hang together yonder",
        "Show the dependency graph of all resources",
    ),
    Wish("M1", "which boxes, methinks, be asleep?", "Which VMs are stopped?"),
    Wish("M1", "wipe web-2 off the face of this earth", "delete VM web-2", "high", _gone),
    Wish(
        "U1",
        "pray let web-1 slumber and be shut, and hang the label team=red on it, verily",
        "stop VM web-1 and tag VM web-1 with team=red",
        "medium",
        _slept_and_tagged,
    ),
)
