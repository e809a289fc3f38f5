"""A question: the hand that shows it best looks, and the answer is made from what it saw."""

from __future__ import annotations

from cloudops.engine.answer import PORTAL_ONLY, answer, kinds_for
from cloudops.engine.choose_route import choose_route
from cloudops.engine.course import Course
from cloudops.engine.in_turn import in_turn
from cloudops.engine.questions.health import health
from cloudops.engine.questions.operation import answer_of
from cloudops.engine.report import Report
from cloudops.request import Answer, AnswerOf, Constraints, Intent, Question, ServiceHealth
from modalities.contract import HealthReporter, Unsupported
from modalities.plan import Route
from modalities.resource import World


def answered(course: Course, intent: Intent, question: Question, wish: Constraints) -> Report:
    """Look and answer; nothing is changed. Raises Unsupported, Unresolved, CloudError."""
    return course.told(found(course, intent, question, wish))


def found(course: Course, intent: Intent, question: Question, wish: Constraints) -> Answer:
    """The answer of the hand that shows it best. Raises Unsupported, Unresolved, CloudError."""
    parts, passage = course.parts, course.passage
    with passage.stage("choose_route"):
        unseen = World(course.target.provider, "")
        route = choose_route(intent, unseen, parts, wish, passage.journal)

    def attempt(led: Route) -> Answer:
        course.led_by(parts.led_by(led))
        passage.know(route=led)
        return _seen(course, question)

    return in_turn(route, passage, forced=wish.forced, attempt=attempt)


def _seen(course: Course, question: Question) -> Answer:
    if isinstance(question, AnswerOf):
        return answer_of(question, course)
    if not isinstance(question, ServiceHealth):
        return answer(question, course.observe(kinds_for(question)))
    if not isinstance(course.hand, HealthReporter):
        raise Unsupported(PORTAL_ONLY)
    region = question.region or course.target.region
    return health(question, course.hand.health(course.target, region))
