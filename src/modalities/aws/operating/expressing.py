"""An operation of AWS's own as a step: what it changes, how that is seen, how it is taken back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from botocore.exceptions import DataNotFoundError

from modalities.action import OUTPUT, Output, SdkCall, outputs_in, payload
from modalities.aws.deprecated import deprecated
from modalities.aws.effects import reveals_secret
from modalities.aws.model import problems
from modalities.aws.operating.binding import made_by, named_in
from modalities.aws.operating.deriving import Case, Reads, compared
from modalities.aws.operating.members import expression, find
from modalities.aws.operating.names import (
    HUMP,
    flat,
    noun_of,
    one_of,
    told_apart,
    verb_of,
    words,
)
from modalities.aws.operating.reversing import ended, put_back
from modalities.aws.operating.supplying import lacking
from modalities.aws.refs import touched
from modalities.change import Operate
from modalities.contract import Draft, Unresolved, Unsupported
from modalities.look import CALLED, Look
from modalities.plan import Advisory
from modalities.resource import Kind, Resource, ResourceRef, World
from modalities.step import Effect, Expect, Irreversible, Step, Undo

See = Callable[[Look], Resource | None]
"""Looks at the target. Raises CloudError."""

NAMED_ARN = re.compile(r"arn:(?:[^:]*:){4}[\w-]+:([^:]+)(?::\*)?$")
"""An ARN in which all behind the type is the name, which may have slashes: that of a log group."""
NO_WORD = re.compile(r"[^A-Za-z0-9.]+")
LONGEST_NAME = 80
GATE = 60.0
"""Seconds for which what a later call stands on is waited for."""
ENDING = ("Delete", "Terminate", "Remove", "Release", "Deregister", "Destroy")
"""After these the thing is gone; a queue that is purged is there."""
BRINGING = ("Put", "Create")
"""These make the thing where it is not there yet."""
NOT_READ_BACK = "nothing in AWS's model tells how to read it back: whether it worked is not seen"


def expressed(
    change: Operate, world: World, see: See, taken: frozenset[str] = frozenset()
) -> Draft:
    """The steps of an operation; none where what it would bring about is so already. ``taken``
    are ids of steps that there are. Raises Unsupported, Unresolved, CloudError."""
    made: list[_Made] = []
    for call in change.calls:
        if not isinstance(call, SdkCall):
            raise Unsupported(f"{call} is a command of the CLI's own, which no hand does yet")
        made.append(_expressed(call, world, see, made, taken))
    return Draft(
        _referred_to(made),
        tuple(a for each in made for a in each.advisories),
        tuple(text for each in made for text in each.defaults),
        tuple(each.seen for each in made if each.seen is not None),
    )


def _referred_to(made: Sequence[_Made]) -> tuple[Step, ...]:
    """The steps, each with the outputs that it or another refers to; what a later one stands on
    is awaited."""
    steps = [each.step for each in made if each.step is not None]
    named = sorted({output for step in steps for output in outputs_in(_spots(step))}, key=str)
    paths = {each.case.step: each.case.paths for each in made}
    waited = {id for step in steps for id in step.needs}
    return tuple(
        replace(
            step,
            outputs={o.name: paths[step.id][o.name] for o in named if o.step == step.id},
            expects=_hurried(step.expects) if step.id in waited else step.expects,
        )
        for step in steps
    )


def _spots(step: Step) -> list[Any]:
    """All in which a reference may stand."""
    undo = step.undo if isinstance(step.undo, tuple) else ()
    expects = (*step.expects, *(e for reversal in undo for e in reversal.expects))
    actions = (step.action, *(reversal.action for reversal in undo))
    return [*map(payload, actions), *([e.id, e.value] for e in expects)]


def _hurried(expects: tuple[Expect, ...]) -> tuple[Expect, ...]:
    return tuple(replace(expect, within=GATE) for expect in expects)


@dataclass(frozen=True, slots=True)
class _Made:
    """What one call came to; ``step`` None where it is so already."""

    case: Case
    step: Step | None = None
    seen: Resource | None = None
    advisories: tuple[Advisory, ...] = ()
    defaults: tuple[str, ...] = ()


def _expressed(
    call: SdkCall,
    world: World,
    see: See,
    before: Sequence[_Made],
    taken: frozenset[str],
) -> _Made:
    call, referred = _referred(call, before)
    alike = _alike(call, before, world)
    needs = tuple(dict.fromkeys((*referred, *alike, *_stands_on(call, before))))
    step = _step_id(call, taken | {m.case.step for m in before})
    faults = problems(call, step)
    if faults:
        first = faults[0]
        raise Unsupported(" ".join(filter(None, (first.path, first.message, first.suggestion))))
    for word in deprecated(call):
        raise Unsupported(word)
    try:
        case = Case(call, step)
    except DataNotFoundError as error:
        raise Unsupported(f"AWS has no service {call.service}") from error
    if reveals_secret(call.service, call.operation):
        raise Unsupported(f"{call} answers with a secret, which is kept nowhere here")
    found = _Found(case, world, see, needs)
    match case.effect:
        case Effect.READ:
            return _read(found)
        case Effect.CREATE:
            return _created(found)
        case Effect.DELETE:
            return _deleted(found)
        case _:
            return _updated(found)


def _stands_on(call: SdkCall, before: Sequence[_Made]) -> list[str]:
    """The steps before that make what this call names."""
    names = frozenset(named_in(call.parameters))
    made = [each for each in before if each.step is not None]
    return [each.case.step for each in made if names & made_by(each.case.call)]


class _Found:
    """A case with what it is about: ``name`` of the thing, and how that is looked at."""

    def __init__(self, case: Case, world: World, see: See, needs: tuple[str, ...]) -> None:
        self.case = case
        self.world = world
        self.needs = needs
        self._see = see
        self.name = name_of(case.call)
        readers = list(case.readers())
        self.reads = _best(case, readers)
        self.itself = _best_itself(readers)

    def look(self, reads: Reads, shows: Mapping[str, str]) -> Look:
        call = SdkCall(self.case.call.service, reads.operation, reads.bound)
        return Look(name=self.name, call=call, at=reads.at, where=reads.where, shows=shows)

    def seen(self, look: Look) -> Resource | None:
        return self._see(look)

    def step(self, **said: Any) -> Step:
        """With all that it touches claimed, and the outputs that anything refers to."""
        case, call = self.case, self.case.call
        return Step(
            id=case.step,
            effect=case.effect,
            action=call,
            why=self.why,
            changes=tuple(dict.fromkeys((_own(call, self.world), *touched(call, self.world)))),
            needs=self.needs,
            **said,
        )

    @property
    def why(self) -> str:
        call = self.case.call
        return f"{words(call.operation)} {_told(call)} ({call.service})".replace("  ", " ")


def _read(found: _Found) -> _Made:
    return _Made(found.case, replace(found.step(), changes=(), uses=()))


def _created(found: _Found) -> _Made:
    case, reads = found.case, found.itself
    if reads is None:
        return _unseen(found, ended(case, ()))
    wanted = _outputs_shown(case, reads)
    look = found.look(reads, wanted)
    new = any(outputs_in(look.as_json()))
    there = None if new else found.seen(look)
    if there is not None:
        raise Unresolved(f"{found.name} is there already: ask for what is to change of it")
    absent = (Expect(Kind.OTHER, look.as_json(), "absent"),)
    step = found.step(
        expects=(Expect(Kind.OTHER, look.as_json()),),
        undo=ended(case, absent),
        after=_values(case),
    )
    return _Made(case, step, advisories=tuple(_advised(step)))


def _deleted(found: _Found) -> _Made:
    case, reads = found.case, found.itself
    lost = Irreversible(f"what {found.name} was and held is lost")
    if reads is None or verb_of(case.call.operation) not in ENDING:
        return _unseen(found, lost)
    look = found.look(reads, {})
    if any(outputs_in(look.as_json())):
        return _unseen(found, lost)
    there = found.seen(look)
    if there is None:
        return _Made(case, defaults=(f"{found.name} is not there",))
    step = found.step(
        expects=(Expect(Kind.OTHER, look.as_json(), "absent"),),
        undo=lost,
        before={"is": "there"},
    )
    advised = Advisory("danger", f"{found.name} goes for good: {lost.why}", step.id)
    return _Made(case, step, there, (advised,))


def _updated(found: _Found) -> _Made:
    case, reads = found.case, found.reads
    if reads is None:
        return _unseen(found, put_back(case, {}, None, ()))
    shows = compared(case, reads)
    look = found.look(reads, shows)
    values = {leaf.name: leaf.value for leaf in case.leaves() if leaf.name in shows}
    if not shows:
        return _replaced(found, look)
    if any(outputs_in(look.as_json())):
        before, there = dict.fromkeys(values), None
    else:
        there = found.seen(look)
        before = {name: there.attributes.get(name) if there else None for name in values}
    if there is None and before and not _may_make(found):
        raise _absent(found)
    whole = not _hidden(case, reads, shows)
    if there is not None and before == values:
        if not whole:
            return _unseen(found, put_back(case, {}, True, ()), there)
        return _Made(case, defaults=(f"{found.name} is so already: {_said(values)}",))
    expects = _are(look, values)
    known = before if whole or there is None else {}
    undo = put_back(case, known, there is not None, _are(look, before))
    step = found.step(expects=expects, undo=undo, before=before, after=values)
    return _Made(case, step, there, tuple(_advised(step)))


def _absent(found: _Found) -> Unresolved:
    noun, value = about(found.case.call)
    name = value if isinstance(value, str) else ""
    lack = lacking(found.case.call, noun, name) if name else None
    return Unresolved(f"there is no {found.name}", (), lack)


def _may_make(found: _Found) -> bool:
    """Whether the thing that is read may come by the call: not where it is only about another
    thing (a retention policy makes no log group)."""
    own = found.reads is not None and found.reads.own > 0
    return bool(found.needs) or (own and verb_of(found.case.call.operation) in BRINGING)


def _hidden(case: Case, reads: Reads, shows: Mapping[str, str]) -> bool:
    """Whether it sets something that nothing shows: then what was there before is not known."""
    told = {flat(name) for name in (*reads.bound, *reads.where)}
    return any(leaf.name not in shows and flat(leaf.path[-1]) not in told for leaf in case.leaves())


def _replaced(found: _Found, look: Look) -> _Made:
    """The thing shows nothing of what is set, but whether it is there."""
    case = found.case
    if found.itself is None or any(outputs_in(look.as_json())):
        return _unseen(found, put_back(case, {}, None, ()))
    look = found.look(found.itself, {})
    there = found.seen(look)
    if there is not None:
        return _unseen(found, put_back(case, {}, True, ()), there)
    if not _may_make(found):
        raise _absent(found)
    absent = (Expect(Kind.OTHER, look.as_json(), "absent"),)
    step = found.step(
        expects=(Expect(Kind.OTHER, look.as_json()),),
        undo=put_back(case, {}, False, absent),
        after=_values(case),
    )
    return _Made(case, step, None, tuple(_advised(step)))


def _unseen(found: _Found, undo: Undo, there: Resource | None = None) -> _Made:
    """A step that nothing reads back, and that therefore is never done without a person."""
    undo = _without_expects(undo)
    step = found.step(undo=undo, after=_values(found.case))
    advised = Advisory("danger", f"{found.why}: {NOT_READ_BACK}", step.id)
    return _Made(found.case, step, there, (advised, *_advised(step)))


def _without_expects(undo: Undo) -> Undo:
    if isinstance(undo, Irreversible):
        return undo
    return tuple(replace(reversal, expects=()) for reversal in undo)


def _advised(step: Step) -> Iterator[Advisory]:
    if isinstance(step.undo, Irreversible):
        yield Advisory("warning", f"{step.why} cannot be taken back: {step.undo.why}", step.id)


def _are(look: Look, values: Mapping[str, Any]) -> tuple[Expect, ...]:
    return tuple(
        Expect(Kind.OTHER, look.as_json(), "is", name, value) for name, value in values.items()
    )


def _best(case: Case, readers: Sequence[Reads]) -> Reads | None:
    """What shows most of the values that the operation sets; of equals the nearest."""
    told = [(len(compared(case, each)), each) for each in readers]
    return max(
        (pair for pair in told if pair[0] or pair[1].own),
        key=lambda pair: (pair[0], pair[1].own, pair[1].close, -pair[1].cost),
        default=(0, None),
    )[1]


def _best_itself(readers: Sequence[Reads]) -> Reads | None:
    """What tells best whether the thing that the operation is named for is there."""
    own = [each for each in readers if each.own >= 2 and "tags" not in noun_of(each.operation)]
    return min(own, key=lambda r: (_by_answer(r), _by_ending(r), -r.own, r.cost), default=None)


def _by_answer(reads: Reads) -> bool:
    """Whether it needs what only the answer tells: a lost answer can then not be looked for."""
    return any(outputs_in([reads.bound, reads.where]))


def _by_ending(reads: Reads) -> bool:
    return any(isinstance(value, Mapping) and CALLED in value for value in reads.where.values())


def _outputs_shown(case: Case, reads: Reads) -> dict[str, str]:
    """Those of the answer's ids that the thing shows as well, by which a lost answer is had."""
    found = {}
    for name in case.paths:
        if "" in reads.where:  # the thing is its own address
            found[name] = "@"
            continue
        there = find(reads.thing, flat(name))
        if there is not None:
            found[name] = expression(there[0])
    return found


def _values(case: Case) -> dict[str, Any]:
    """What a person reads of the request: what is short and plain."""
    return {leaf.name: leaf.value for leaf in case.leaves() if Output.parse(leaf.value) is None}


def _said(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in values.items())


def _referred(call: SdkCall, before: Sequence[_Made]) -> tuple[SdkCall, tuple[str, ...]]:
    """With ``1.QueueUrl`` leading to the step of the first call. Raises Unsupported."""
    needs: list[str] = []

    def told(value: Any) -> Any:
        output = Output.parse(value)
        if output is not None:
            return _leading(output, before, needs)
        if isinstance(value, Mapping):
            return {name: told(item) for name, item in value.items()}
        return [told(item) for item in value] if isinstance(value, (list, tuple)) else value

    return replace(call, parameters=told(call.parameters)), tuple(dict.fromkeys(needs))


def _alike(call: SdkCall, before: Sequence[_Made], world: World) -> list[str]:
    """The steps before that change something of what this call touches: it comes after them."""
    own = {_own(call, world), *touched(call, world)}
    steps = [each.step for each in before if each.step is not None]
    return [step.id for step in steps if own.intersection(step.changes)]


def _own(call: SdkCall, world: World) -> ResourceRef:
    return ResourceRef(world.provider, world.scope, Kind.OTHER, name_of(call))


def _leading(output: Output, before: Sequence[_Made], needs: list[str]) -> dict[str, str]:
    number = int(output.step) if output.step.isdecimal() else 0
    if not 1 <= number <= len(before):
        raise Unsupported(f"{OUTPUT} {output.step}.{output.name}: there is no such call before it")
    case = before[number - 1].case
    found = find(case.operation.output_shape, flat(output.name))
    if found is None:
        raise Unsupported(f"the answer to {case.call} has no {output.name}")
    needs.append(case.step)
    return case.output(found[0])


def name_of(call: SdkCall) -> str:
    """What the operation is about, in the same words whichever operation it is: ``sqs queue
    orders`` when it is made by its name, and when it goes by its address."""
    noun, value = about(call)
    return " ".join(filter(None, (call.service, noun, short(value)[:LONGEST_NAME])))


def short(value: Any) -> str:
    """Of an ARN or address the name at its end."""
    said = str(value) if isinstance(value, (str, int)) else ""
    if named := NAMED_ARN.match(said):
        return named[1]
    return re.split(r"[:/]", said)[-1] if re.match(r"(arn:|https?://)", said) else said


def _told(call: SdkCall) -> str:
    return name_of(call).removeprefix(call.service).strip()


def about(call: SdkCall) -> tuple[str, Any]:
    """The thing's kind in words, and what the request calls it."""
    noun = noun_of(call.operation)
    given = [(name, *told_apart(name), _alone(v)) for name, v in call.parameters.items()]
    for ends in (("name",), ("id", "identifier"), ("arn",), ("url",), ("",)):
        for name, stem, how, value in given:
            plain = (how or flat(name) in ("bucket",)) and isinstance(value, (str, int))
            if how in ends and plain and stem in ("", one_of(noun)):
                return words(one_of_words(call.operation)), value
    for name, stem, how, value in given:
        if (how and stem) or flat(name) == "bucket":
            end = len(how) if flat(name).endswith(how) else 0
            return words(name[: len(name) - end] or name), value
    return words(one_of_words(call.operation)), ""


def _alone(value: Any) -> Any:
    """Of a list with one thing in it, that."""
    return value[0] if isinstance(value, (list, tuple)) and len(value) == 1 else value


def one_of_words(operation: str) -> str:
    """``Queue`` of CreateQueue and ListQueues."""
    parts = HUMP.split(operation)[1:]
    return "".join((*parts[:-1], one_of(parts[-1]))) if parts else operation


def _step_id(call: SdkCall, taken: frozenset[str] | set[str]) -> str:
    wish = NO_WORD.sub("-", f"{words(call.operation)} {short(about(call)[1])}").strip("-")
    wish = (wish or "operate")[:60].strip("-")
    id, number = wish, 2
    while id in taken:
        id, number = f"{wish}-{number}", number + 1
    return id
