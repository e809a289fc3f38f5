"""The owner's own code brought about as it stands, or all that it looks after destroyed."""

from __future__ import annotations

from dataclasses import replace

from cloudops.engine.course import Course
from cloudops.engine.hands import Hands
from cloudops.engine.parts import Parts
from cloudops.engine.passage import Passage
from cloudops.engine.report import Report
from cloudops.errors import Denied
from cloudops.request import APPLY_CODE, DESTROY_CODE, Goal, Intent
from modalities.action import IacChange
from modalities.contract import Builder, Draft, Keeper, Unsupported
from modalities.plan import ModalityName, Ranked, Route

ROUTE = Route(0.0, ("the code says how",), (Ranked(ModalityName.IAC, 1.0, "its own tool"),))


def brought_about(parts: Parts, passage: Passage, *, destroy: bool, whole: bool) -> Report:
    """Through the same gates as any plan. Raises Unsupported where no hand keeps code, Denied
    where nothing may be changed, CloudError."""
    request = passage.report.request
    if request.constraints.read_only:
        raise Denied("this changes things and --read-only is set", remedy="leave it out")
    lead = next((hand for hand in parts.hands if hand.name is ModalityName.IAC), None)
    if lead is None or not isinstance(lead, Builder):
        raise Unsupported("no hand here brings about code")
    target = lead.placed(parts.target) if isinstance(lead, Keeper) else parts.target
    course = Course(parts, passage, Hands(parts.hands, lead), target)
    with passage.stage("choose_route"):
        world = course.look()
        draft = lead.brought_about(world, course.target, destroy=destroy)
    text = f"{DESTROY_CODE} {_names(draft)}" if destroy else APPLY_CODE
    passage.know(request=replace(request, text=text))
    goal = Goal.DELETE if destroy else Goal.UPDATE
    intent = Intent(goal=goal, summary=text)
    passage.know(intent=intent)
    return course.proposed(intent, draft, world, ROUTE, (text,) if destroy else (), whole=whole)


def _names(draft: Draft) -> str:
    """All that goes, as the cloud and as the code name it."""
    refs = [ref.name for step in draft.steps for ref in step.changes]
    actions = [step.action for step in draft.steps]
    addresses = [a for action in actions if isinstance(action, IacChange) for a in action.addresses]
    return " ".join(dict.fromkeys((*refs, *addresses)))
