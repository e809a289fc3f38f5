"""What stays open: a question to the person, and how the answer goes into the request."""

from __future__ import annotations

from cloudops.request import OpenQuestion

ANSWER = "{answer}"


class Ask(Exception):
    """The request leaves something open that has no safe default."""

    def __init__(self, question: OpenQuestion) -> None:
        super().__init__(question.text)
        self.question = question


class Unclear(Exception):
    """The request cannot be understood; the text says why, ``words`` what stood in the way."""

    def __init__(self, why: str, *words: str, remedy: str = "") -> None:
        super().__init__(why)
        self.words = words
        self.remedy = remedy


def ask(
    text: str,
    *,
    request: str,
    at: int | None = None,
    put: str = ANSWER,
    options: tuple[str, ...] = (),
    hint: str = "",
    until: int | None = None,
) -> Ask:
    """A question; ``put`` with its answer replaces ``request[at:until]``, or goes to the end.

    An empty ``put``: the request must be said anew. So must one that holds ``{answer}`` itself.
    """
    if at is None:
        at = len(request.rstrip(" .!?\n"))
    rephrase = "" if ANSWER in request or not put else request[:at] + put + request[until or at :]
    return Ask(OpenQuestion(text=text, options=options, hint=hint, rephrase=rephrase))
