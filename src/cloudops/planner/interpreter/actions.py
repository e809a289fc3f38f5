"""What each class of verb does: the table from vocabulary/verbs.py to the code behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cloudops.planner.interpreter import (
    adjusting,
    attaching,
    deleting,
    guarding,
    labelling,
    making,
    sizing,
)
from cloudops.planner.interpreter.asking import Unclear
from cloudops.planner.interpreter.clause import Clause
from cloudops.planner.interpreter.frame import Frame

ACTIONS: Mapping[str, Callable[[Frame, Clause], None]] = {
    "": making.without_verb,
    "create": making.create,
    "make": making.make,
    "want": making.want,
    "have": making.give,
    "give": making.give,
    "add": making.add,
    "put": making.put,
    "balance": making.balance,
    "name": making.name,
    "start": making.start,
    "bring up": making.bring_up,
    "attach": attaching.attach,
    "detach": attaching.detach,
    "delete": deleting.delete,
    "remove": deleting.remove,
    "take down": deleting.take_down,
    "stop": adjusting.stop,
    "restart": adjusting.restart,
    "turn on": adjusting.enable,
    "turn off": adjusting.disable,
    "enable": adjusting.enable,
    "disable": adjusting.disable,
    "turn": adjusting.turn,
    "resize": sizing.resize,
    "update": adjusting.update,
    "ensure": adjusting.update,
    "move": adjusting.update,
    "tag": labelling.tag,
    "untag": labelling.untag,
    "open": guarding.open_ports,
    "close": guarding.close_ports,
    "show": adjusting.show,
}


def act(frame: Frame, clause: Clause) -> None:
    """Understand one clause. Raises Ask or Unclear."""
    ACTIONS[clause.verb](frame, clause)


def finish(frame: Frame) -> None:
    """Raises Ask or Unclear for what was begun and led nowhere."""
    if frame.purpose is not None:
        raise Unclear("boot logs cannot be shown here; boot diagnostics can be enabled")
    if frame.topic is not None and not frame.topic_taken_up:
        clause = Clause(start=frame.topic.start, things=[frame.topic])
        raise making.what_to_do(frame, clause)
