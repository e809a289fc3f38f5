"""A learned workflow: how one thing is done in a console, as data.

It holds labels, roles and parameters; never a ref of a page, never a value. It is replayed as it
stands, without any decision.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from modalities.browser.driver.verbs import VERBS
from modalities.browser.filling import names_in
from modalities.codec import Malformed, decode, encode
from modalities.resource import Kind
from modalities.step import Effect

OWN = "what-this-step-makes"
"""Stands for the id of what a step itself makes, which nobody knows before."""

KNOWN = frozenset({"region", "resource", "item", "number", "made"})
"""Parameters that every workflow has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation:
    """A request that changes something: its ``fields`` by name, filled from parameters.

    ``volatile`` fields have a value of the page's own making, such as a token. ``optional``
    ones need not be there. A list is compared without regard to its order where the name is in
    ``unordered``; where ``rules.*`` is, the fields that begin so are the columns of one list.
    """

    path: str
    method: str = "POST"
    fields: Mapping[str, Any] = field(default_factory=dict)
    volatile: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    unordered: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """How the API shows what was made: of ``kind``, with these attributes."""

    kind: Kind
    where: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """An output beside the id of what was made. ``of`` is the output of one of ``calls``
    (``CreateListener.id``) in whose place it stands; ``take`` a JMESPath into the resource."""

    of: str
    kind: Kind
    where: Mapping[str, Any] = field(default_factory=dict)
    take: str = "id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Workflow:
    """``calls`` are the vendor's operations that it comes to (``ec2:CreateVolume``), the one that
    names the step first. Of several, ``joins`` say which belong together: pairs of JMESPaths
    that lead to the same, into the calls by operation. ``parameters`` map each name to where
    it is found in the calls; ``when`` must be true of them. ``meaning`` is what the console
    will ask of the cloud: where it is not what was wanted, the workflow is not the right one.

    ``steps`` are verbs of the driver; ``effect`` beside one says what it does (``read`` where
    nothing is said). ``reads`` are requests that look like changes and are none.
    ``evident`` False: nothing in the cloud shows that it was done, only the page says so.
    ``apart``: each of several things that it makes is taken back by itself.
    """

    name: str
    effect: Effect
    calls: tuple[str, ...]
    joins: tuple[tuple[str, str], ...] = ()
    when: str = ""
    about: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    preconditions: tuple[str, ...] = ()
    steps: tuple[Mapping[str, Any], ...]
    reads: tuple[str, ...] = ()
    mutations: tuple[Mutation, ...]
    meaning: tuple[Mapping[str, Any], ...] = ()
    postconditions: tuple[str, ...] = ()
    found: Found | None = None
    outputs: Mapping[str, Output] = field(default_factory=dict)
    evident: bool = True
    apart: bool = False
    healed: tuple[Mapping[str, str], ...] = ()

    @property
    def digest(self) -> str:
        text = json.dumps(encode(self), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def parsed(text: str, name: str) -> Workflow:
    """The workflow that a file holds. Raises Malformed, naming the file and the fault."""
    try:
        data = json.loads(text)
        if not isinstance(data, dict):
            raise Malformed("is no object")
        found = decode(Workflow, data)
        _check(found)
    except (ValueError, Malformed) as error:
        raise Malformed(f"workflow {name}: {error}") from None
    return found


def _check(workflow: Workflow) -> None:
    """Raises Malformed for what could never be replayed."""
    known = {*workflow.parameters, *KNOWN}
    used = {*names_in(workflow.steps), *names_in(encode(workflow.mutations))}
    used |= {*names_in(workflow.meaning), *names_in(workflow.preconditions)}
    if used - known:
        raise Malformed(f"no parameter is called {', '.join(sorted(used - known))}")
    for step in _verbs(workflow.steps):
        if step.get("verb") not in (*VERBS, "open"):
            raise Malformed(f"{step.get('verb')!r} is no verb")
    if not workflow.mutations and workflow.effect is not Effect.READ:
        raise Malformed("it changes something, and says no request that does")


def _verbs(steps: Any) -> list[Mapping[str, Any]]:
    """Those of all branches."""
    found: list[Mapping[str, Any]] = []
    for step in steps:
        if isinstance(step, Mapping) and ("do" in step or "then" in step):
            found += _verbs(step.get("do") or step.get("then"))
        elif isinstance(step, Mapping):
            found.append(step)
    return found
