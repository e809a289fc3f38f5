"""answer: a question about what is there, answered from what was read. Pure."""

from __future__ import annotations

from typing import assert_never

from cloudops.engine.questions.addresses import addresses
from cloudops.engine.questions.disks import disks
from cloudops.engine.questions.graph import graph
from cloudops.engine.questions.inventory import details, listing
from cloudops.engine.questions.status import status
from cloudops.request import (
    Answer,
    AnswerOf,
    Details,
    DisksOf,
    Graph,
    Listing,
    PublicIpOf,
    Question,
    ServiceHealth,
    StatusOf,
)
from modalities.change import Selection
from modalities.contract import Unsupported
from modalities.resource import Kind, World

PORTAL_ONLY = (
    "this hand does not see service health: on AWS only the web console shows it "
    "(https://health.aws.amazon.com/health/status), on Azure an API has it, too"
)

OPERATION = "what a vendor's own operation answers is in no world: it is put by the hand that can"


def answer(question: Question, world: World) -> Answer:
    """A sentence, a table and the data behind them.

    "All of them" may be none: that is an answer. Raises Unresolved where a name or tag is
    not there, or means more than one thing, and Unsupported for what no API shows.
    """
    match question:
        case StatusOf():
            return status(question, world)
        case PublicIpOf():
            return addresses(question, world)
        case DisksOf():
            return disks(question, world)
        case Listing():
            return listing(question, world)
        case Details():
            return details(question, world)
        case Graph():
            return graph(question, world)
        case ServiceHealth():
            raise Unsupported(PORTAL_ONLY)
        case AnswerOf():
            raise Unsupported(OPERATION)
        case _:
            assert_never(question)


def kinds_for(question: Question) -> tuple[Kind, ...]:
    """What must be read to answer it; empty means whatever there is. Raises Unsupported, so that
    nothing is read for a question that has no answer here."""
    match question:
        case StatusOf(what=what):
            return (what.kind,) if what.kind else ()
        case Listing(what=what) if what.kind:
            return (what.kind,)
        case PublicIpOf(what=what):
            return _with(what, Kind.VM, Kind.PUBLIC_IP)
        case DisksOf(what=what):
            return _with(what, Kind.VM, Kind.DISK)
        case Listing() | Details() | Graph():
            return tuple(Kind)  # said one by one: what a hand does not show would be missing
        case ServiceHealth():
            raise Unsupported(PORTAL_ONLY)
        case AnswerOf():
            raise Unsupported(OPERATION)
        case _:
            assert_never(question)


def _with(what: Selection, *kinds: Kind) -> tuple[Kind, ...]:
    """Everything where any kind may be meant, else that kind and ``kinds``."""
    return tuple(dict.fromkeys((what.kind, *kinds))) if what.kind else ()
