"""What was asked, what it was understood to mean, and what was answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal, TypeAlias

from modalities.action import CliCommand, SdkCall
from modalities.change import Change, Selection
from modalities.resource import Kind, Provider, ResourceRef

APPLY_CODE = "apply the code"
DESTROY_CODE = "destroy what the code looks after:"
"""How the request of a run on somebody's own code reads. The second is followed by all that
goes, by name, so that the policies see what was asked for; nothing typed is understood so."""


class Goal(StrEnum):
    """The task kinds of the paper's Table 1; an update that deletes is told apart."""

    PROVISION = "provision"
    UPDATE = "update"
    DELETE = "delete"
    MONITOR = "monitor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraints:
    """``budget`` is a ceiling in USD a month for what the target will cost after the change;
    ``deadline`` is seconds for the whole run; ``modality`` forces one hand."""

    budget: float | None = None
    deadline: float | None = None
    modality: str | None = None
    read_only: bool = False

    @property
    def forced(self) -> bool:
        """Whether one hand was asked for by name."""
        return self.modality not in (None, "auto")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    text: str
    target: str
    actor: str
    cloud: Provider | None = None
    constraints: Constraints = Constraints()


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusOf:
    """Is it running? ``state`` asks only about resources in that state (``stopped``)."""

    what: Selection
    state: str | None = None
    question: Literal["status"] = "status"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicIpOf:
    what: Selection
    question: Literal["public_ip"] = "public_ip"


@dataclass(frozen=True, slots=True, kw_only=True)
class DisksOf:
    what: Selection
    question: Literal["disks"] = "disks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Every resource of the kinds (all where none), filtered by the selection's tags."""

    what: Selection
    question: Literal["list"] = "list"


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """All that is known of the selected resources."""

    what: Selection
    question: Literal["show"] = "show"


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """The dependency graph: all of it, or around ``focus``.

    ``direction``: ``needs`` (what the focus depends on), ``needed_by`` (what depends on it),
    ``both``. ``impact`` is True where the question is what breaks if the focus goes.
    """

    focus: Selection | None = None
    direction: Literal["needs", "needed_by", "both"] = "both"
    impact: bool = False
    question: Literal["graph"] = "graph"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceHealth:
    """Incidents and maintenance; only a web console shows them."""

    region: str | None = None
    service: str | None = None
    question: Literal["service_health"] = "service_health"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerOf:
    """The vendor's own answer to one operation, for what no other question has words for.
    ``words`` say it to people (``list tables``). That it only reads is told from the call, by the
    hand that puts it."""

    provider: Provider
    call: SdkCall | CliCommand
    words: str
    question: Literal["answer_of"] = "answer_of"


WordedQuestion: TypeAlias = (
    StatusOf | PublicIpOf | DisksOf | Listing | Details | Graph | ServiceHealth
)
"""What has words of its own, the same on every cloud."""

Question: TypeAlias = WordedQuestion | AnswerOf


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenQuestion:
    """Something the request leaves open. ``default`` is what would be taken if one may be;
    None where there is no safe one. ``hint`` shows how to say it in the request;
    ``rephrase`` is the whole request with ``{answer}`` where the answer belongs."""

    text: str
    options: tuple[str, ...] = ()
    default: str | None = None
    hint: str = ""
    rephrase: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """What a request was understood to mean: changes to make, or one question to answer.

    ``summary`` says it back in one line; ``defaults`` what was taken for granted.
    """

    goal: Goal
    summary: str
    changes: tuple[Change, ...] = ()
    question: Question | None = None
    open_questions: tuple[OpenQuestion, ...] = ()
    defaults: tuple[str, ...] = ()
    region: str | None = None
    cloud: Provider | None = None
    shares: tuple[Intent, ...] = ()
    """What each cloud is to do of a request that names two, each with its cloud; ``changes`` are
    then those of both. Empty of any other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """What came of one call that was tried in a copy. ``how`` is an outcome's word (``done``,
    ``failed``), or ``refused`` where it was not sent, ``left out`` where the copy cannot tell,
    ``not tried`` behind one that failed. ``answer`` are members of the answer, without secrets;
    ``error`` is the class of the trouble, its code and the cloud's own text."""

    call: SdkCall
    how: str
    answer: Mapping[str, Any] = field(default_factory=dict)
    error: str = ""

    @property
    def well(self) -> bool:
        return self.how in ("done", "no_op", "left out")


Tries: TypeAlias = Callable[[Sequence[SdkCall], Mapping[str, Sequence[str]]], tuple[Came, ...]]
"""Does calls in a copy of the target, where nothing is real, in order; a :class:`Came` for each.
The second are members of the answers that are wanted, by the call as text. Raises nothing but what
ends a run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What earlier lines of a session made or spoke of, latest last, in the order named.
    ``taken`` are names that something has already, which no unnamed thing is given. ``cloud`` is
    the target's: what is meant where the words leave it open, or name one for each cloud.
    ``tries`` lets who reads the request try calls before proposing them; None: nobody may."""

    recent: tuple[ResourceRef, ...] = ()
    taken: frozenset[tuple[Kind, str]] = frozenset()
    cloud: Provider | None = None
    tries: Tries | None = None

    def recent_of(self, kind: Kind) -> tuple[ResourceRef, ...]:
        return tuple(r for r in self.recent if r.kind is kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphData:
    """Nodes and edges for a picture. ``marked`` are ids of the nodes the question is about."""

    nodes: tuple[Mapping[str, Any], ...]
    edges: tuple[Mapping[str, Any], ...]
    focus: tuple[str, ...] = ()
    marked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A sentence, a table and the data behind them; ``files`` are pictures written to disk."""

    text: str
    table: Table | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    graph: GraphData | None = None
    files: tuple[str, ...] = ()
