"""What may not be taken back, since something else cannot be."""

from __future__ import annotations

from dataclasses import replace

from cloudops.engine.doubts import undetermined
from cloudops.engine.progress import Progress
from cloudops.engine.ways_back import ways_back
from fakes.cloud import receipt
from fakes.plans import call, ref, step
from modalities.receipt import Outcome
from modalities.resource import Kind
from modalities.step import Effect, Irreversible, Probe, Reversal, Step

OLD, NEW = ref(Kind.VM, "old"), ref(Kind.VM, "new")
BACK = (Reversal(call("TerminateInstances", InstanceIds=["i"]), Effect.DELETE, "back"),)
MAKE = step("make", Effect.CREATE, call("RunInstances"), NEW, undo=BACK)
END = step(
    "end",
    Effect.DELETE,
    call("TerminateInstances"),
    OLD,
    needs=("make",),
    undo=Irreversible("it is gone"),
)


def staying(*steps: Step) -> set[str]:
    progress = Progress({each.id: receipt(each, Outcome.DONE) for each in steps})
    return set(progress.staying(steps))


def test_what_something_final_stands_on_stays() -> None:
    assert staying(MAKE, END) == {"make", "end"}
    assert staying(MAKE) == set()


def test_so_does_what_is_done_afterwards_to_what_stays() -> None:
    mark = step("mark", Effect.UPDATE, call("X"), NEW, needs=("end",), undo=BACK)
    assert staying(MAKE, END, mark) == {"make", "end", "mark"}


def test_and_not_what_has_to_do_with_neither() -> None:
    alone = step("alone", Effect.UPDATE, call("X"), NEW, undo=BACK)
    other = step("other", Effect.UPDATE, call("X"), ref(Kind.VM, "b"), needs=("end",), undo=BACK)
    assert staying(MAKE, END, alone, other) == {"make", "end"}


def test_a_reversal_whose_answer_was_lost_is_looked_for_by_what_finds_it() -> None:
    again = Reversal(call("CreateSubnet"), Effect.CREATE, "again")
    known = Reversal(again.action, again.effect, again.why, (), Probe(Kind.SUBNET, {"cidr": "x"}))
    assert [undetermined(b) for b in ways_back(replace(END, undo=(again, known)))] == [True, False]
