"""interpret: from words to what is meant; what stays open is asked, or ends the run."""

from __future__ import annotations

from dataclasses import replace

from cloudops.engine.contract import Asker, Interpreter
from cloudops.errors import NotUnderstood
from cloudops.request import Context, Intent, OpenQuestion, Request

MOST_QUESTIONS = 3


def interpret(
    request: Request, context: Context, interpreter: Interpreter, asker: Asker
) -> tuple[Request, Intent]:
    """The intent, and the request as it reads with the answers put in.

    Raises NotUnderstood where the words mean nothing here, or a question stays open.
    """
    for _ in range(MOST_QUESTIONS + 1):
        try:
            intent = interpreter.interpret(request, context)
            questions = intent.open_questions
        except NotUnderstood as stop:
            if not stop.questions:
                raise
            questions = stop.questions
        if not questions:
            return request, intent
        request = replace(request, text=answered(questions[0], questions, asker))
    raise open_ended(questions)


def answered(question: OpenQuestion, questions: tuple[OpenQuestion, ...], asker: Asker) -> str:
    """The request with the answer in its place. Raises NotUnderstood where there is none."""
    if not asker.present or not question.rephrase:
        raise open_ended(questions)
    answer = asker.ask(question)
    if not answer:
        raise open_ended(questions)
    return question.rephrase.replace("{answer}", answer)


def open_ended(questions: tuple[OpenQuestion, ...]) -> NotUnderstood:
    first = questions[0]
    return NotUnderstood(
        first.text,
        questions=questions,
        remedy=first.hint or "say it in the request, or answer on a terminal",
    )
