"""Which operation a request means, where that is certain; it is where all of its words are
accounted for, and no other operation has an account as good."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cloudops.knowledge.contract import Candidate, Operation
from cloudops.knowledge.features import heard
from cloudops.knowledge.filling import CLAUSES, plain
from cloudops.knowledge.words import stem, stems
from cloudops.planner.by_knowledge import verbs
from cloudops.planner.by_knowledge.account import SMALL, Account, account_of, names_all

Reads = Callable[[Operation], bool]
"""Whether an operation certainly only reads."""

LIGHT = frozenset(
    {
        *map(stem, ("policy", "configuration", "settings", "attributes", "attribute")),
        *map(stem, ("properties", "status", "options", "information", "details")),
    }
)
"""Words of an operation's name that people leave out."""

HOMES = {
    "queue": "sqs", "topic": "sns", "table": "dynamodb", "function": "lambda", "user": "iam",
    "role": "iam", "alarm": "cloudwatch", "secret": "secretsmanager", "parameter": "ssm",
    "stream": "kinesis", "stack": "cloudformation", "bucket": "s3", "hosted zone": "route53",
    "state machine": "stepfunctions", "log group": "logs", "log stream": "logs",
}  # fmt: skip
"""What people mean where they name no service, of things that several services have. It is
said that it was taken so."""

TIGHT = frozenset(
    {
        *("if", "unless", "except", "but", "without", "not", "no", "don't", "never", "only"),
        *("until", "after", "before", "once", "when", "where", "than", "then", "while", "or"),
        *("instead", "which", "whose", "older", "newer", "whenever"),
    }
)
"""Words with which a sentence says more than an operation can."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The operation with what is said of it; ``taken`` is what was taken for granted."""

    account: Account
    taken: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rival:
    account: Account
    same_verb: bool
    nouns: int
    unsaid: int
    service_said: bool

    @property
    def operation(self) -> Operation:
        return self.account.operation

    @property
    def order(self) -> tuple[int, bool, int, int, int, bool]:
        """The greatest is the best: what leaves no word over comes first."""
        over, needed = len(self.account.over), len(self.account.missing)
        return (-over, self.service_said, self.nouns, -self.unsaid, -needed, self.same_verb)


def chosen(
    text: str, candidates: Sequence[Candidate], reads: Reads, sure: float
) -> Choice | tuple[Rival, ...]:
    """The one that is certain; else those that may be meant, as far as their words are heard.
    ``sure`` is the confidence from which on the index itself is believed."""
    head = CLAUSES.split(text.strip())[0]
    if TIGHT & {word.strip(".,;:?!").casefold() for word in head.split()}:
        return ()
    asked = _verb(head)
    rivals = [
        rival
        for number, candidate in enumerate(candidates)
        if (rival := _rival(text, head, asked, candidate, number, reads, sure)) is not None
    ]
    rivals.sort(key=lambda rival: rival.order, reverse=True)
    if not rivals:
        return ()
    best = [rival for rival in rivals if rival.order == rivals[0].order]
    if _may_be_no_name(best[0], head, asked, candidates):
        return ()
    if len(best) == 1:
        return (best[0],) if _elsewhere(best[0], head) else _believed(best[0], ())
    at_home = [rival for rival in best if _home(rival.operation) == rival.operation.service]
    if len(at_home) == 1:
        service = at_home[0].operation.service
        return _believed(at_home[0], (f"service: {service}, since none is named",))
    return tuple(best)


def _may_be_no_name(rival: Rival, head: str, asked: str, candidates: Sequence[Candidate]) -> bool:
    """Whether what was taken for a name is a noun of another operation: solution stacks are no
    solution that is called stacks."""
    others = (c.operation for c in candidates if c.operation.name != rival.operation.name)
    return bool(rival.account.bare) and any(
        verbs.alike(asked, verbs.verb_of(other.name)) and names_all(other, head)
        for other in others
        if other.name
    )


def _elsewhere(rival: Rival, head: str) -> bool:
    """Whether it is of a service that nobody named, and speaks of what people mean another by."""
    if rival.service_said:
        return False
    said = f" {' '.join(word.strip('.,;:?!').casefold() for word in head.split())} "
    homes = {home for thing, home in HOMES.items() if f" {thing} " in said or f" {thing}s " in said}
    return bool(homes) and rival.operation.service not in homes


def _believed(rival: Rival, taken: tuple[str, ...]) -> Choice | tuple[Rival, ...]:
    return (rival,) if rival.account.over else Choice(rival.account, taken)


def _rival(
    text: str,
    head: str,
    asked: str,
    candidate: Candidate,
    number: int,
    reads: Reads,
    sure: float,
) -> Rival | None:
    """None where its words are others than the request's."""
    operation = candidate.operation
    if not operation.name or not operation.service:
        return None
    verb = verbs.verb_of(operation.name)
    if not verbs.alike(asked, verb) or verbs.reads(asked) is not reads(operation):
        return None
    said = {*stems(head), *(stem(word) for word in plain(head))}
    names = tuple(stem(word) for word in plain(operation.name)[1:])
    joined = set(stems(" ".join(plain(operation.name)[1:])))
    unsaid = [w for w in names if w not in said and w not in LIGHT]
    by_index = number == 0 and candidate.confidence >= sure
    if unsaid and not joined <= said and not by_index:
        return None
    more = frozenset(stems(" ".join((operation.about, *operation.examples)))) if by_index else None
    account = account_of(operation, text, more or frozenset())
    service_said = _named(operation, said, names)
    return Rival(
        account,
        same_verb=asked == verb,
        nouns=len((set(names) & said) - {stem(word) for word in SMALL}),
        unsaid=sum(name not in said for name in names) if not joined <= said else 0,
        service_said=service_said,
    )


def _named(operation: Operation, said: set[str], names: Sequence[str]) -> bool:
    """Whether the service is named, by its short name or its title, and not only by words that
    its things have, too."""
    if stem(operation.service) in said:
        return True
    for name in (operation.service, operation.title):
        words = {w for w in stems(name) if w not in ("aw", "amazon", "servic")}
        if words - set(names) and words <= said:
            return True
    return False


def _verb(head: str) -> str:
    """The stem of the request's verb: the first word that is one."""
    for word in head.split()[:6]:
        plainly = stem(word.strip(".,;:?!\"'").casefold())
        if verbs.known(plainly):
            return plainly
    if head.casefold().startswith(("what", "which", "how many")):
        return "list"
    return heard(head).verb


def _home(operation: Operation) -> str:
    words = " ".join(plain(operation.name)[1:])
    return HOMES.get(words, HOMES.get(words.removesuffix("s"), ""))
