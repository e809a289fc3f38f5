"""execute: the plan's steps, side by side where they do not need each other; no model here."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from graphlib import TopologicalSorter
from typing import Any

from tenacity import (
    Retrying,
    retry_if_result,
    stop_after_delay,
    stop_any,
    stop_when_event_set,
    wait_exponential_jitter,
)

from cloudops.engine.consequences import SHOWS_AT
from cloudops.engine.doubts import (
    LOOK_AGAIN,
    Ambiguous,
    adopted,
    evidence,
    in_part,
    open_question,
    repeatable,
    undetermined,
)
from cloudops.engine.expectations import holds, said
from cloudops.engine.gateway import Gateway, Refused
from cloudops.engine.journal import Journal
from cloudops.engine.left_to_others import LeftToOthers
from cloudops.engine.leftovers import kinds_of, leftovers, unsure
from cloudops.engine.progress import Progress, predecessors
from cloudops.engine.reading import Reader
from cloudops.engine.recall import Recalled
from cloudops.engine.time_left import Ending
from cloudops.engine.ways_back import as_done, ways_back
from cloudops.engine.worlds import united
from modalities.action import TOKEN, IacChange, Output, bind
from modalities.contract import Moved, Unsupported
from modalities.plan import Plan
from modalities.receipt import CloudError, Failure, Outcome, Receipt, Trouble
from modalities.resource import Kind, World
from modalities.step import Effect, Expect, Irreversible, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Seconds. ``dependency``: how long a delete that is refused because something still
    hangs on the resource is tried again (a refusal has no effect). ``doubt``: how long a
    lost effect is looked for before it counts as not happened. ``read_back``: how long
    postconditions may take to show. ``gate`` caps how long a step's own are awaited.
    ``polls`` caps the pause between two looks."""

    dependency: float = 180.0
    doubt: float = 5.0
    read_back: float = 60.0
    gate: float = float("inf")
    polls: float = 5.0


COMES_WITH: Mapping[Kind, tuple[Kind, ...]] = {
    Kind.VM: (Kind.DISK, Kind.NIC),
    Kind.NETWORK: (Kind.ROUTE_TABLE, Kind.SECURITY_GROUP),
    Kind.LOAD_BALANCER: (Kind.NIC,),
    Kind.IMAGE: (Kind.SNAPSHOT,),
}
"""What a cloud makes along with a resource: it is ours as well, and nobody else's doing."""

COMES_WITH_CODE = (Kind.NIC, Kind.SECURITY_GROUP)
"""The same for what only code has a name for: the interface of a NAT gateway, the group of a
cluster."""

SHOWS_IN: Mapping[Kind, tuple[Kind, ...]] = {
    Kind.VM: (Kind.PUBLIC_IP, Kind.TARGET_GROUP),
    Kind.LOAD_BALANCER: (Kind.LISTENER, Kind.TARGET_GROUP),
    Kind.SUBNET: (Kind.ROUTE_TABLE,),
    Kind.GATEWAY: (Kind.ROUTE_TABLE,),
}
"""Where the end of a resource shows."""


def own_kinds(steps: Sequence[Step]) -> frozenset[Kind]:
    """The kinds of what steps change or make, and of what comes with it. Code that is brought
    about as it stands has no name for what it makes; its postconditions tell."""
    changed = {ref.kind for step in steps for ref in step.changes}
    changed |= {e.kind for step in steps for e in step.expects if _made_by(step, e)}
    along = COMES_WITH_CODE if any(map(_makes_or_ends_by_code, steps)) else ()
    return frozenset(changed.union(along, *(COMES_WITH.get(kind, ()) for kind in changed)))


def _makes_or_ends_by_code(step: Step) -> bool:
    action = step.action
    return isinstance(action, IacChange) and any(
        {"create", "delete"}.intersection(entry["actions"]) for entry in action.changes
    )


def _made_by(step: Step, expect: Expect) -> bool:
    output = Output.parse(expect.id)
    return output is not None and output.step == step.id


def concerned_kinds(steps: Sequence[Step]) -> frozenset[Kind]:
    """The same, and of what shows that something ended or changed."""
    ending = (s for s in steps if s.effect in (Effect.DELETE, Effect.REPLACE))
    ended = {ref.kind for step in ending for ref in step.changes}
    clouds = {ref.provider for step in steps for ref in (*step.changes, *step.uses)}
    own = own_kinds(steps)
    also = (SHOWS_AT[cloud].get(kind, ()) for cloud in clouds for kind in own)
    return own.union(*also, *(SHOWS_IN.get(kind, ()) for kind in ended))


NO_ANSWER = (Trouble.TIMEOUT, Trouble.UNAVAILABLE, Trouble.THROTTLED)
"""What says nothing of what the cloud thinks of a request."""

REHEARSAL = Patience(dependency=1.0, doubt=0.2, read_back=1.0, gate=5.0, polls=0.2)


class Executor:
    """Runs the steps of one plan through one gateway.

    ``doubtful`` are steps that may have been done by an earlier attempt of the same run;
    they are looked for before they are sent. ``stop`` ends the run after the steps under way.
    ``others`` tells what is left to others where the run takes itself back; None: to nobody.
    """

    def __init__(
        self,
        plan: Plan,
        gateway: Gateway,
        reader: Reader,
        journal: Journal,
        *,
        progress: Progress | None = None,
        doubtful: frozenset[str] = frozenset(),
        tolerated: frozenset[Trouble] = frozenset(),
        patience: Patience | None = None,
        stop: Ending | None = None,
        others: LeftToOthers | None = None,
        workers: int = 8,
        stage: str = "execute",
    ) -> None:
        self.progress = progress or Progress()
        self._plan = plan
        self._steps = {step.id: step for step in plan.steps}
        self._gateway = gateway
        self._reader = reader
        self._journal = journal
        self._recalled = frozenset(self.progress.receipts)
        self._doubtful = doubtful
        begun = self._recalled | doubtful
        self._waited_for = frozenset(n for s in plan.steps if s.id not in begun for n in s.needs)
        self._tolerated = tolerated
        self._patience = patience or Patience()
        self._stop = stop or Ending()
        self._others = others
        self._halt = threading.Event()
        self._workers = workers
        self._stage = stage

    # forward

    def run(self) -> Progress:
        """Every step that is not done yet, until all are or one fails.

        Raises KeyboardInterrupt (steps under way have ended), FenceLost, StoreError.
        """
        graph = {step.id: set(step.needs) for step in self._plan.steps}
        sorter = TopologicalSorter(graph)
        sorter.prepare()
        running: dict[Future[None], str] = {}
        with ThreadPoolExecutor(self._workers, thread_name_prefix="step") as pool:
            try:
                while sorter.is_active():
                    for id in sorter.get_ready():
                        step = self._steps[id]
                        if self._over(id) and not self._ungated(step):
                            sorter.done(id)
                        elif not self._stopping:
                            todo = self._await_gates if self._over(id) else self._do
                            running[pool.submit(todo, step)] = id
                    if not running:
                        if self._stopping:
                            break
                        continue
                    ended, _ = wait(running, return_when=FIRST_COMPLETED)
                    for future in ended:
                        sorter.done(running.pop(future))
                        future.result()
            except BaseException as error:
                self._halt.set()
                self._stop.set()
                if isinstance(error, KeyboardInterrupt) and running:
                    text = f"waiting for what is under way: {', '.join(sorted(running.values()))}"
                    self._journal.note(self._stage, "notice", text=text)
                raise
        return self.progress

    @property
    def _stopping(self) -> bool:
        return self._halt.is_set() or self._stop.is_set()

    def _over(self, id: str) -> bool:
        if any(need in self.progress.skipped for need in self._steps[id].needs):
            self.progress.skipped.add(id)
        receipt = self.progress.receipts.get(id)
        done = receipt is not None and receipt.outcome in (Outcome.DONE, Outcome.NO_OP)
        return done or id in self.progress.skipped

    def _ungated(self, step: Step) -> bool:
        """Whether an earlier attempt did the step and may have died before it had settled,
        and something still to be begun stands on it."""
        return step.id in self._recalled and step.id in self._waited_for

    def _do(self, step: Step) -> None:
        try:
            receipt = self._taken_up(step) or self._sent(step)
        except Refused as refusal:
            return self._fail(step, Failure(Trouble.INVALID, "Refused", str(refusal)))
        except LookupError as missing:
            text = f"a value it needs was not in an earlier step's answer: {missing}"
            return self._fail(step, Failure(Trouble.INVALID, "NoValue", text))
        if receipt.outcome is Outcome.FAILED and receipt.error is not None:
            if self._tolerates(step, receipt.error.trouble):
                self.progress.skipped.add(step.id)
                return None
            self.progress.receipts[step.id] = receipt
            return self._fail(step, receipt.error)
        self.progress.receipts[step.id] = receipt
        if receipt.outcome is Outcome.UNKNOWN:
            error = receipt.error or Failure(Trouble.TIMEOUT, "Unknown", "no answer")
            return self._fail(step, error)
        return self._await_gates(step)

    def _tolerates(self, step: Step, trouble: Trouble) -> bool:
        """In a copy: what no kind names is in none that was furnished from a world, so that
        nothing found there proves nothing."""
        others = any(ref.kind is Kind.OTHER for ref in step.changes)
        unheld = bool(self._tolerated) and others and trouble is Trouble.NOT_FOUND
        return unheld or trouble in self._tolerated

    def _fail(self, step: Step, failure: Failure) -> None:
        self.progress.failures.append((step.id, failure))
        self._halt.set()

    def _taken_up(self, step: Step) -> Receipt | None:
        """What is known of a step that an earlier attempt may have done; None where it certainly
        has not. Raises CloudError where the cloud cannot be asked: nothing is sent then."""
        if step.id not in self._doubtful or (undetermined(step) and repeatable(step)):
            return None
        if undetermined(step):
            return open_question(step, "its answer was lost, and nothing shows whether it was done")
        try:
            return self._adopted(step)
        except Ambiguous as several:
            return open_question(step, str(several))

    def _sent(self, step: Step) -> Receipt:
        """Send; where the answer was lost, look; where it did not happen, send once more."""
        for last in (False, True):
            receipt = self._patiently(
                step.effect,
                lambda: self._gateway.send(step, self._known, self._stop.left()),
            )
            if receipt.outcome is not Outcome.UNKNOWN or receipt.partial:
                return receipt
            try:
                happened = self._adopted(step, receipt)
            except (CloudError, Ambiguous):
                return receipt
            if happened is not None:
                return happened
            if last or undetermined(step) or self._stop.is_set():
                return receipt
        raise AssertionError("unreachable")

    def _patiently(self, effect: Effect, send: Callable[[], Receipt]) -> Receipt:
        """Repeat a delete that is refused because something still hangs on the resource."""
        if effect is not Effect.DELETE:
            return send()
        retrying = Retrying(
            retry=retry_if_result(_still_in_use),
            stop=stop_any(
                stop_after_delay(self._patience.dependency), stop_when_event_set(self._stop)
            ),
            wait=wait_exponential_jitter(multiplier=0.2, max=self._patience.polls),
            sleep=self._pause,
            retry_error_callback=lambda state: state.outcome.result() if state.outcome else None,
        )
        receipt: Receipt = retrying(send)
        return receipt

    def _output(self, wanted: Output) -> Any:
        return self.progress.output(wanted)

    def _known(self, wanted: Output) -> Any:
        """Raises LookupError also where it did not show: nothing is sent with nothing in it."""
        value = self._output(wanted)
        if value is None:
            raise LookupError(wanted)
        return value

    def _pause(self, seconds: float) -> None:
        """Raises FenceLost: what we wait for may have been changed by who has the claims now."""
        self._stop.wait(seconds)
        self._gateway.require_hold()

    # doubt

    def _adopted(self, step: Step, said: Receipt | None = None) -> Receipt | None:
        """The receipt of an effect that is there already, or None where it is not. Where a part
        is, and the rest was refused, as ``said``, that stays. Raises CloudError where the last
        look failed, Ambiguous."""
        started = datetime.now(UTC)
        outputs = self._looked_for(step)
        if outputs is None:
            return None
        if said is not None and None in outputs.values() and _refused(said):
            receipt = replace(said, outputs=outputs)
        else:
            receipt = adopted(step, outputs, started)
        self._journal.mark(self._stage, "receipt", receipt=receipt, fence=self._gateway.fence)
        return receipt

    def _looked_for(self, step: Step) -> Mapping[str, Any] | None:
        """Its outputs as soon as its effect shows; None where it does not. Raises as above."""
        if undetermined(step):
            return None
        give_up = time.monotonic() + self._patience.doubt
        while True:
            over = time.monotonic() >= give_up or self._stop.is_set()
            try:
                outputs = self._evidence(step)
            except CloudError:
                outputs = None
                if over:
                    raise
            if outputs is not None or over:
                return outputs
            self._pause(min(self._patience.polls, LOOK_AGAIN))

    def _evidence(self, step: Step) -> Mapping[str, Any] | None:
        return evidence(step, self._plan.existing, self._reader, self._output)

    def _shows(self, step: Step) -> tuple[Mapping[str, Any] | None, str]:
        """Its outputs where its effect is there; else why nobody can say, where that is so."""
        if undetermined(step):
            return None, "not known whether it took effect"
        try:
            return self._evidence(step), ""
        except (CloudError, Ambiguous) as error:
            return None, f"not known whether it took effect: {error}"

    # postconditions

    def _await_gates(self, step: Step) -> None:
        for expect in step.expects:
            if expect.within > 0 and not self._awaited(expect, step.target):
                text = f"{said(expect, self._output)}: not so after {expect.within:.0f} s"
                return self._fail(step, Failure(Trouble.TIMEOUT, "NotSettled", text))
        return self._complete(step)

    def _complete(self, step: Step) -> None:
        """Add the outputs that the step's effect did not show yet when it was found."""
        receipt = self.progress.receipts[step.id]
        if step.probe is None or None not in map(receipt.outputs.get, step.outputs):
            return
        shown, _ = self._shows(step)
        known = {name: value for name, value in receipt.outputs.items() if value is not None}
        whole = replace(receipt, outputs={**(shown or {}), **known})
        if whole != receipt:
            self.progress.receipts[step.id] = whole
            self._journal.mark(self._stage, "receipt", receipt=whole, fence=self._gateway.fence)

    def _awaited(self, expect: Expect, target: str) -> bool:
        reader = self._reader.at(target)
        give_up = time.monotonic() + min(expect.within, self._patience.gate)
        pause = 0.02
        while not self._stop.is_set():
            try:
                if holds(expect, reader.of(expect, self._output), self._output):
                    return True
            except CloudError as error:
                self._journal.note(self._stage, "notice", text=f"reading again: {error.message}")
            if time.monotonic() + pause > give_up:
                return False
            self._pause(pause)
            pause = min(pause * 1.6, self._patience.polls)
        return False

    def read_back(self) -> tuple[tuple[str, ...], World]:
        """Postconditions of done steps that do not hold, in words (empty is good), and what
        the cloud held of all that the plan touches when they were looked at."""
        expects = [
            (self._steps[id].target, expect)
            for id, receipt in self.progress.receipts.items()
            if receipt.outcome in (Outcome.DONE, Outcome.NO_OP)
            for expect in self._steps[id].expects
            if expect.within <= 0
        ]
        kinds = {target: self._touched(target, expects) for target in self._targets}
        give_up = time.monotonic() + self._patience.read_back
        pause = 0.05
        while True:
            worlds = {t: self._reader.at(t).look(kinds[t]) for t in self._targets}
            whole = {t: self._with_others(t, world, expects) for t, world in worlds.items()}
            missed = [e for t, e in expects if not holds(e, whole[t], self._output)]
            if not missed or time.monotonic() + pause > give_up or self._stop.is_set():
                unmet = tuple(said(expect, self._output) for expect in missed)
                return unmet, united(tuple(worlds.values()))
            self._pause(pause)
            pause = min(pause * 1.6, self._patience.polls)

    def _with_others(
        self, target: str, world: World, expects: Sequence[tuple[str, Expect]]
    ) -> World:
        """With what no kind names, as far as a postcondition is about it."""
        own = [expect for at, expect in expects if at == target]
        others = self._reader.at(target).see(own, self._output)
        return world.with_resources((*world, *others)) if others else world

    @property
    def _targets(self) -> tuple[str, ...]:
        """Those that steps are for, the plan's own first."""
        return tuple(sorted({step.target for step in self._plan.steps})) or ("",)

    def _touched(self, target: str, expects: Sequence[tuple[str, Expect]]) -> tuple[Kind, ...]:
        steps = [step for step in self._plan.steps if step.target == target]
        return tuple(
            sorted(concerned_kinds(steps).union(e.kind for t, e in expects if t == target))
        )

    # backward

    def undo(self) -> Progress:
        """Take back what took effect, newest first; what cannot be is listed in ``left``, as is
        what others have changed since.

        Raises KeyboardInterrupt where the run is to end; what was taken back by then is known.
        """
        self._look_for_the_doubtful()
        staying = self.progress.staying(self._plan.steps)
        held, before = self._left_to_others(), predecessors(self._plan.steps)
        for id in self.progress.took_effect:
            if self._steps[id].effect is Effect.READ:
                continue
            if id in staying and not isinstance(self._steps[id].undo, Irreversible):
                self.progress.left.append(f"{id}: stays, as it belongs to what cannot be undone")
            elif id in held:
                self._leave(id, held[id])
            elif on := next((h for h in held if id in before[h] and self._ends(id)), None):
                self._leave(id, f"stays, as {on} does, which stands on it")
            elif moved := self._undo_step(self._steps[id]):
                held[id] = moved
        for id, _ in self.progress.failures:
            if id in self._steps:
                self._undo_late(self._steps[id])
        self._tell_leftovers()
        return self.progress

    def _left_to_others(self) -> dict[str, str]:
        """Where it cannot be seen, each way back still says whether it can be gone."""
        if self._others is not None:
            with suppress(CloudError):
                held, going = self._others.found(self.progress)
                for text in going:
                    self._journal.note(self._stage, "notice", text=text)
                return held
        return {}

    def _tell_leftovers(self) -> None:
        standing = self.progress.took_effect  # those are told one by one
        lost = unsure(self._plan, Recalled(self.progress, set(self._doubtful)))
        steps = tuple(step for step in lost if step.id not in standing)
        for target in self._targets if steps else ():
            own = [step for step in steps if step.target == target]
            try:
                world = self._reader.at(target).look(kinds_of(own))
            except CloudError as error:
                text = f"what was made when an answer was lost is not known: {error.message}"
                self.progress.left.append(text)
            else:
                self.progress.left += leftovers(own, self._plan.existing, world)

    def _look_for_the_doubtful(self) -> None:
        """Steps of an earlier attempt whose answer was lost and that this one did not come to:
        what took effect of them is to be undone, too."""
        for step in self._plan.steps:
            if step.id not in self._doubtful or step.id in self.progress.receipts:
                continue
            if step.effect is Effect.READ:
                continue
            try:
                receipt = self._adopted(step)
            except (CloudError, Ambiguous) as error:
                receipt = open_question(step, str(error))
            receipt = receipt or in_part(step)
            if receipt is None and undetermined(step):
                receipt = open_question(step, "its answer was lost, and nothing shows it")
            if receipt is not None:
                self.progress.receipts[step.id] = receipt

    def _undo_late(self, step: Step) -> None:
        """An effect that showed only after its step was given up."""
        receipt = self.progress.receipts.get(step.id)
        if receipt is None or receipt.error is None or step.id in self.progress.undone:
            return
        if receipt.error.trouble is not Trouble.TIMEOUT or step.probe is None:
            return
        outputs, _ = self._shows(step)
        if outputs is not None:
            self.progress.receipts[step.id] = replace(
                receipt, outcome=Outcome.DONE, outputs=outputs
            )
            self._undo_step(step)

    def _undo_step(self, step: Step) -> str:
        """Why it is left so, where others have changed it (as ``left`` says, too); else empty."""
        if self._stop.is_set():
            raise KeyboardInterrupt
        receipt = self.progress.receipts[step.id]
        if receipt.outcome is Outcome.UNKNOWN and not receipt.partial:
            outputs, why = self._shows(step)
            if outputs is None:
                # else it was looked for and is not there: nothing to take back
                self.progress.left += [f"{step.id}: {why}"] if why else []
                return ""
            self.progress.receipts[step.id] = replace(receipt, outputs=outputs)
        if isinstance(step.undo, Irreversible):
            self.progress.left.append(f"{step.id}: cannot be undone: {step.undo.why}")
            return ""
        ways = ways_back(step)
        try:
            for back in ways:
                done = back.id in self.progress.reversals
                if not done and not self._reverse(step, back, last=back is ways[-1]):
                    break
        except Moved as moved:
            why = f"stays, as others have changed it: {moved}"
            self._leave(step.id, why)
            return why
        return ""

    def _leave(self, id: str, why: str) -> None:
        """To others, and for good: a run that is resumed does not go on with it either."""
        self.progress.left.append(f"{id}: {why}")
        self._journal.mark(self._stage, "left", step=id, why=why)

    def _ends(self, id: str) -> bool:
        return any(back.effect is Effect.DELETE for back in ways_back(self._steps[id]))

    def _reverse(self, step: Step, reversal: Step, *, last: bool) -> bool:
        """Raises Moved."""

        def send() -> Receipt:
            left = self._stop.left()
            return self._gateway.take_back(step, reversal, self._output, left, last=last)

        try:
            reversal = self._on_what_is_there(step, reversal)
            receipt = self._patiently(Effect.DELETE, send)
            if self._never_arrived(receipt, reversal):
                receipt = self._patiently(Effect.DELETE, send)
        except (Refused, Unsupported, CloudError, LookupError) as refusal:
            self.progress.left.append(f"{step.id}: undo was refused: {refusal}")
            return False
        if self._is_undone(reversal, receipt) and not receipt.partial:
            self.progress.reversals.add(reversal.id)
            if last:
                self.progress.undone[step.id] = receipt
            return True
        reason = receipt.error.message if receipt.error else "it does not show"
        self.progress.left.append(f"{step.id}: undo failed: {reason}")
        return False

    def _on_what_is_there(self, step: Step, reversal: Step) -> Step:
        done = as_done(step, self._output)
        if done is None or self._others is None:
            return reversal
        back = replace(reversal, action=bind(reversal.action, self._output, TOKEN))
        return self._others.rebase(done, back)

    def _is_undone(self, reversal: Step, receipt: Receipt) -> bool:
        """A refusal or a lost answer says little: it may have been undone before. What the cloud
        shows decides, where the reversal says what that would be."""
        if reversal.expects:
            return self._shown(reversal, wait=receipt.outcome)
        if receipt.outcome in (Outcome.DONE, Outcome.NO_OP):
            return True
        with suppress(CloudError, Ambiguous):
            return reversal.probe is not None and self._looked_for(reversal) is not None
        return False

    def _never_arrived(self, receipt: Receipt, reversal: Step) -> bool:
        """Whether a reversal's answer was lost and nothing shows that it was done."""
        lost = receipt.outcome is Outcome.UNKNOWN and not receipt.partial
        if not lost or undetermined(reversal):
            return False
        try:
            shown = self._looked_for(reversal) is not None
        except (CloudError, Ambiguous):
            return False
        return not shown and not self._stop.is_set()

    def _shown(self, reversal: Step, *, wait: Outcome) -> bool:
        """Whether the reversal's postconditions hold; given time unless it was refused."""
        patience = 0.0 if wait is Outcome.FAILED else self._patience.read_back
        return all(
            self._awaited(
                replace(e, within=max(e.within, patience) if patience else 0.01), reversal.target
            )
            for e in reversal.expects
        )


def _refused(receipt: Receipt) -> bool:
    """Whether a cloud said no, to a part of it at least."""
    return receipt.error is not None and receipt.error.trouble not in NO_ANSWER


def _still_in_use(receipt: Receipt) -> bool:
    return (
        receipt.outcome is Outcome.FAILED
        and receipt.error is not None
        and receipt.error.trouble is Trouble.DEPENDENCY
    )
