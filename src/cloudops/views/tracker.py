"""How far a run is, gathered from its events; and each event in words."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cloudops.views.plain import plain

DOING = {
    "interpret": "understanding",
    "choose_route": "choosing a route",
    "compose": "planning",
    "verify": "checking every step",
    "explore": "rehearsing in a copy",
    "judge": "asking the policies",
    "confirm": "confirming",
    "execute": "executing",
    "settle": "reading back",
    "look": "reading what is there",
}
"""What each stage does, in the words of a progress line."""

TAKEN_BACK = {"failed": "undo failed", "unknown": "whether undone is not known"}
"""What came of taking a step back, where it is not done."""


@dataclass(frozen=True, slots=True)
class Running:
    """A step under way; ``since`` by the tracker's clock."""

    step: str
    why: str
    since: float


@dataclass(slots=True)
class Tracker:
    """What is under way now. Events come from several threads, looks from another."""

    clock: Callable[[], float] = time.monotonic
    stage: str = ""
    since: float = 0.0
    total: int = 0
    done: int = 0
    running: dict[str, Running] = field(default_factory=dict)
    waiting_for: str = ""
    undoing: bool = False
    seen: int = 0
    asking: bool = False
    slowed: int = 0
    lock: threading.RLock = field(default_factory=threading.RLock)

    def event(self, stage: str, what: str, body: Mapping[str, Any]) -> tuple[str, ...]:
        """Take an event in; what people should read of it, a line each."""
        with self.lock:
            self._move(stage, what, body)
            return tuple(plain(line) for line in self._lines(stage, what, body))

    def _move(self, stage: str, what: str, body: Mapping[str, Any]) -> None:
        match what:
            case "started":
                self.stage, self.since, self.undoing = stage, self.clock(), False
                self.running.clear()
                self.seen = self.slowed = 0
                self.asking = False
                if stage in ("explore", "execute", "look"):
                    self.done = 0
            case "planned":
                self.total = len(body.get("steps", ()))
            case "intended" | "undoing":
                self.undoing = what == "undoing"
                step = str(body.get("step", ""))
                self.running[step] = Running(step, str(body.get("why", "")), self.clock())
            case "receipt" | "undone":
                self.running.pop(str(receipt_of(body).get("step", "")), None)
                self.done += what == "receipt"
            case "reading":
                self.total, self.done = int(body["parts"]), int(body["parts_over"])
                self.seen = int(body["seen"])
            case "asking":
                self.asking, self.seen = True, 0
                self.total, self.done = int(body["resources"]), int(body["resources_done"])
            case "slowed":
                self.slowed += 1
            case "locked":
                self.waiting_for = ""
            case "ended":
                self.running.clear()
                self.stage, self.total, self.done, self.waiting_for = "", 0, 0, ""

    def _lines(self, stage: str, what: str, body: Mapping[str, Any]) -> Iterator[str]:
        match what:
            case "understood":
                yield f"understood: {body.get('summary', '')}"
                for default in body.get("defaults", ()):
                    yield f"  taken for granted: {default}"
            case "ranked":
                yield _route(body)
            case "planned":
                yield f"planned: {_count(self.total, 'step')}"
            case "rehearsing":
                yield f"rehearsing: {_count(int(body.get('steps', 0)), 'step')} in a copy"
            case "finished" if stage == "explore":
                yield f"rehearsed in {float(body.get('seconds', 0)):.1f} s"
            case "verdict":
                found = len(body.get("findings", ()))
                yield f"policies: {_count(found, 'finding') if found else 'no findings'}"
            case "approved":
                yield f"approved: {body.get('means', '')}"
            case "waiting_for_lock":
                yield from self._waiting(body)
            case "receipt" if stage != "explore":
                yield self._receipt(receipt_of(body))
            case "undoing":
                yield f"undoing: {body.get('undoes') or body.get('step', '')}"
            case "left":
                yield f"left: {body.get('step', '')} {body.get('why', '')}"
            case "undone":
                receipt = receipt_of(body)
                word = TAKEN_BACK.get(str(receipt.get("outcome")), "undone")
                yield f"{word}: {body.get('undoes') or receipt.get('step', '')}{_trouble(receipt)}"
            case "read_back":
                failed = body.get("failed", ())
                yield f"read back: {'; '.join(failed) if failed else 'all is as it should be'}"
            case "slowed" if self.slowed == 1:
                yield f"asked again, and slower from here on: {body.get('text', '')}"
            case "notice":
                yield str(body.get("text", ""))

    def _waiting(self, body: Mapping[str, Any]) -> Iterator[str]:
        """Said once as long as the same ones hold it."""
        holders = ", ".join(str(holder) for holder in body.get("holders", ()))
        if holders != self.waiting_for:
            self.waiting_for = holders
            yield f"waiting for a lock held by {holders}"

    def _receipt(self, receipt: Mapping[str, Any]) -> str:
        of = f"{self.done}/{self.total}" if self.total else f"{self.done}"
        took = seconds(receipt)
        time_ = f" ({took:.2f} s)" if took is not None else ""
        outcome, step = receipt.get("outcome", ""), receipt.get("step", "")
        return f"[{of}] {outcome}: {step}{time_}{_trouble(receipt)}"


def receipt_of(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """The receipt of an event, which may be the body itself."""
    receipt = body.get("receipt", body)
    return receipt if isinstance(receipt, Mapping) else {}


def seconds(receipt: Mapping[str, Any]) -> float | None:
    try:
        begun = datetime.fromisoformat(str(receipt["started_at"]))
        return (datetime.fromisoformat(str(receipt["finished_at"])) - begun).total_seconds()
    except (KeyError, ValueError):
        return None


def _trouble(receipt: Mapping[str, Any]) -> str:
    error = receipt.get("error")
    return f": {error.get('code')}: {error.get('message')}" if isinstance(error, Mapping) else ""


def _route(body: Mapping[str, Any]) -> str:
    ranked = [str(entry.get("modality", "")) for entry in body.get("ranked", ())]
    order = f": {', then '.join(ranked)}" if ranked else ""
    return f"route{order} (complexity {float(body.get('score', 0)):g})"


def _count(count: int, word: str) -> str:
    return f"{count} {word}" + ("" if count == 1 else "s")
