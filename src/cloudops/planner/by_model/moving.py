"""What a planning model answers with, turn by turn: something to look up, or what to do."""

from __future__ import annotations

from dataclasses import dataclass

from cloudops.planner.by_model.reading import Doubt
from modalities.action import SdkCall


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """``find`` are words to look for among operations, ``show`` commands whose parameters are
    wanted (``aws sqs create-queue``), ``names`` asks for what is known to be there, ``hangs`` are
    names of which it is asked what needs them and what they need. ``tried`` are calls that are to
    be tried in a copy. Else ``calls`` is the whole plan, in order; or there are ``doubts``; or it
    is ``declined``, and why. What it would cost, risk or be allowed to is asked of no model."""

    find: tuple[str, ...] = ()
    show: tuple[str, ...] = ()
    names: bool = False
    hangs: tuple[str, ...] = ()
    tried: tuple[SdkCall, ...] = ()
    calls: tuple[SdkCall, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    declined: str = ""

    @property
    def looks(self) -> bool:
        return not self.calls and bool(self.find or self.show or self.names or self.hangs)

    @property
    def tries(self) -> bool:
        return not self.calls and bool(self.tried)


INSTRUCTIONS = """\
You find the operations of a cloud's API that do what one request asks. You do nothing yourself, \
and you do not decide whether it may be done. Each turn you either look something up (find: words \
that say what an operation does; show: a command from what was found, to see its parameters; \
names: what is known to be there; hangs: names of things there, to see what needs them), or try \
calls in a copy where nothing is real ("tried", written like "calls"), or answer with "calls": \
service and operation by the names \
shown, and parameters, in the order in which they are to be sent. Look before you answer. Try \
what has more than one call; where something failed in the copy, mend it before you answer.
- Take every value from the request as it stands there. Leave out what it does not say, unless it \
is required and one of a list. What takes an ARN or an address takes the name that was said.
- A later call refers to the answer to an earlier one with {"$output": "1.QueueUrl"}: the member \
QueueUrl of the answer to the first.
- Only what is asked for; no call to look first, none to check afterwards.
- Where a required value is missing, put a question into "doubts". Where no operation does it, say \
so in "declined".\
"""
