"""Conditions of policy rules, and the values in them, which are template expressions.

https://learn.microsoft.com/azure/governance/policy/concepts/definition-structure-policy-rule
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Any, TypeAlias

from sandbox.azure.documents import Document, every
from sandbox.azure.refusal import bad_request
from sandbox.azure.templates.evaluator import resolve
from sandbox.azure.templates.faults import ExpressionFault
from sandbox.azure.templates.scope import Scope
from sandbox.azure.templates.values import Json, as_text

Test: TypeAlias = Callable[[Json, Json], bool]

TAG = re.compile(r"tags(?:\['?([^'\]]+)'?\]|\.(.+))", re.IGNORECASE)
WILD = {"#": r"\d", "?": "[A-Za-z]", ".": "."}
"""What ``match`` means by them: a digit, a letter, anything."""


@dataclass(frozen=True, slots=True)
class Subject:
    """The resource that a rule looks at; ``scope`` evaluates the rule's expressions."""

    resource: Document
    scope: Scope

    def at(self, name: str, item: Json) -> Subject:
        """Where a count is at this item."""
        return replace(self, scope=replace(self.scope, items={**self.scope.items, name: item}))


def holds(condition: Any, subject: Subject) -> bool:
    """Whether a condition is true of a resource. Raises Refused where it is none."""
    parts = {key.lower(): value for key, value in condition.items()}
    if "allof" in parts:
        return all(holds(one, subject) for one in parts["allof"])
    if "anyof" in parts:
        return any(holds(one, subject) for one in parts["anyof"])
    if "not" in parts:
        return not holds(parts["not"], subject)
    name = next((key for key in parts if key in TESTS), None)
    if name is None:
        raise not_a_condition(condition)
    wanted = value_of(parts[name], subject)
    return all(TESTS[name](found, wanted) for found in _looked_at(parts, subject))


def value_of(written: Json, subject: Subject) -> Json:
    """A value of a rule with its expressions evaluated."""
    try:
        return resolve(written, subject.scope)
    except ExpressionFault as fault:
        raise bad_request(
            "PolicyRuleEvaluationFailed", f"The policy rule cannot be evaluated: {fault.message}"
        ) from None


def not_a_condition(condition: Mapping[str, Any]) -> Exception:
    return bad_request(
        "InvalidPolicyRule",
        f"The policy rule has a condition that is none: {sorted(condition)}.",
    )


def _looked_at(parts: Mapping[str, Any], subject: Subject) -> Iterator[Json]:
    """What is tested: one value, or with ``[*]`` each of an array, all of which must pass."""
    if "count" in parts:
        yield _counted(parts["count"], subject)
    elif "value" in parts:
        yield value_of(parts["value"], subject)
    elif "field" in parts:
        name = str(value_of(parts["field"], subject))
        yield from fields(name, subject) if "[*]" in name else (field(name, subject),)
    else:
        raise not_a_condition(parts)


def _counted(count: Mapping[str, Any], subject: Subject) -> int:
    """How many items of an array meet a condition."""
    where = count.get("where")
    if "field" in count:
        name = str(count["field"])
        items = list(fields(name, subject))
    else:
        name = str(count.get("name", ""))
        items = value_of(count.get("value"), subject) or []
    if where is None:
        return len(items)
    return sum(holds(_within(where, name), subject.at(name, item)) for item in items)


def _within(where: Any, name: str) -> Any:
    """A condition inside a count: the counted array's fields are those of the current item."""
    if isinstance(where, list):
        return [_within(one, name) for one in where]
    if not isinstance(where, Mapping):
        return where
    told = {key: _within(value, name) for key, value in where.items()}
    field_ = told.get("field")
    if isinstance(field_, str) and name and field_.lower().startswith(name.lower()):
        steps = [step for step in field_[len(name) :].split(".") if step]
        keys = "".join(f", '{step}'" for step in steps)
        here = f"current('{name}')"
        del told["field"]
        told["value"] = f"[tryGet({here}{keys})]" if steps else f"[{here}]"
    return told


def field(name: str, subject: Subject) -> Json:
    """The value of a field; with ``[*]`` the list of them; None where there is none."""
    if "[*]" in name:
        return list(fields(name, subject))
    return next(fields(name, subject), None)


def fields(name: str, subject: Subject) -> Iterator[Json]:
    """Properties by their own names, tags, and aliases (``Microsoft.X/type/a.b[*].c``)."""
    resource = subject.resource
    if found := TAG.fullmatch(name):
        tag = (found[1] or found[2]).lower()
        tags = resource.get("tags") or {}
        yield from (value for key, value in tags.items() if str(key).lower() == tag)
    elif "/" in name:
        yield from _aliased(name, resource)
    elif name.lower() == "fullname":
        yield resource.get("fullName", resource.get("name"))
    else:
        path = next((key for key in resource if key.lower() == name.lower()), name)
        yield from every(resource, path.replace("[*]", "[]"))


TOP = ("sku", "identity", "plan", "zones", "kind")
"""What aliases name that is not among the properties."""


def _aliased(name: str, resource: Document) -> Iterator[Json]:
    type_ = str(resource["type"])
    if not name.lower().startswith(f"{type_.lower()}/"):
        return
    path = name[len(type_) + 1 :].replace("[*]", "[]")
    top = path.partition(".")[0].removesuffix("[]") in TOP
    yield from every(resource, path if top else f"properties.{path}")


def _equal(found: Json, wanted: Json) -> bool:
    """Without regard to case; numbers and text of numbers are the same."""
    if found is None or wanted is None:
        return found is wanted
    return as_text(found).lower() == as_text(wanted).lower()


def _in(found: Json, wanted: Json) -> bool:
    return any(_equal(found, one) for one in wanted or ())


def _like(found: Json, wanted: Json) -> bool:
    pattern = as_text(wanted).lower().replace("[", "[[]").replace("?", "[?]")
    return found is not None and fnmatchcase(as_text(found).lower(), pattern)


def _match(found: Json, wanted: Json, flags: re.RegexFlag = re.NOFLAG) -> bool:
    pattern = "".join(WILD.get(mark, re.escape(mark)) for mark in as_text(wanted))
    return found is not None and re.fullmatch(pattern, as_text(found), flags) is not None


def _match_insensitively(found: Json, wanted: Json) -> bool:
    return _match(found, wanted, re.IGNORECASE)


def _contains(found: Json, wanted: Json) -> bool:
    if isinstance(found, list):
        return _in(wanted, found)
    return found is not None and as_text(wanted).lower() in as_text(found).lower()


def _contains_key(found: Json, wanted: Json) -> bool:
    return isinstance(found, Mapping) and as_text(wanted).lower() in {k.lower() for k in found}


def _exists(found: Json, wanted: Json) -> bool:
    return (found is not None) == (as_text(wanted).lower() == "true")


def _compared(found: Json, wanted: Json) -> int | None:
    """Below, at or above zero; None where the two do not compare."""
    if isinstance(found, str) and isinstance(wanted, str):
        one, other = found.lower(), wanted.lower()
        return (one > other) - (one < other)
    numbers = (int, float)
    if not isinstance(found, numbers) or not isinstance(wanted, numbers):
        return None
    return (found > wanted) - (found < wanted)


def _greater(found: Json, wanted: Json) -> bool:
    return (_compared(found, wanted) or 0) > 0


def _less(found: Json, wanted: Json) -> bool:
    return (_compared(found, wanted) or 0) < 0


def _at_least(found: Json, wanted: Json) -> bool:
    order = _compared(found, wanted)
    return order is not None and order >= 0


def _at_most(found: Json, wanted: Json) -> bool:
    order = _compared(found, wanted)
    return order is not None and order <= 0


def _not(test: Test) -> Test:
    return lambda found, wanted: not test(found, wanted)


TESTS: Mapping[str, Test] = {
    "contains": _contains,
    "containskey": _contains_key,
    "equals": _equal,
    "exists": _exists,
    "greater": _greater,
    "greaterorequals": _at_least,
    "in": _in,
    "less": _less,
    "lessorequals": _at_most,
    "like": _like,
    "match": _match,
    "matchinsensitively": _match_insensitively,
    "notcontains": _not(_contains),
    "notcontainskey": _not(_contains_key),
    "notequals": _not(_equal),
    "notin": _not(_in),
    "notlike": _not(_like),
    "notmatch": _not(_match),
    "notmatchinsensitively": _not(_match_insensitively),
}
