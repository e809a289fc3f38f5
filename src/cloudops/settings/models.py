"""The ``[models]`` tables: which model plays which role, where it is, and what it may cost.

What stands in ``[models]`` itself holds for every role that does not say otherwise; so does
``[models.expert]`` for the experts of single modalities. But a key does not follow to another
endpoint. A role that no table names has no model.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from cloudops.settings import parse
from cloudops.settings.secret_shapes import looks_like_one
from cloudops.settings.source import SECRET, Source
from cloudops.settings.targets import loopback

EXPERTS = ("sdk", "cli", "iac", "browser")
ROLES = ("interpreter", "planner", "pilot", "expert")
IDENTITY = "azure-identity"
KEY = re.compile(r"env:[A-Za-z_][A-Za-z0-9_]*|keyring:[^\s/]+/\S+|azure-identity")
REMEDY = (
    "name where the key is: env:VARIABLE, keyring:SERVICE/NAME, or azure-identity. "
    "If it was a key, others may have read it: make a new one"
)


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """One role's model.

    ``key`` says where its key is, never what it is: ``env:NAME``, ``keyring:SERVICE/NAME``,
    ``azure-identity``; None for an endpoint that asks for none. Prices are USD for a million
    tokens; None: not known. ``context`` and ``max_output`` are tokens, ``timeout`` the seconds
    for one question with all its tries.
    """

    base_url: str
    model: str
    api: str = "openai"
    api_version: str | None = None
    key: str | None = None
    price_in: float | None = None
    price_out: float | None = None
    context: int = 128_000
    max_output: int = 8_000
    timeout: float = 120.0
    requests_per_minute: int = 60


@dataclass(frozen=True, slots=True)
class Budget:
    """What all models of one run may use together; ``cost`` is in USD. None: no limit."""

    calls: int | None = 200
    tokens: int | None = 2_000_000
    cost: float | None = None


@dataclass(frozen=True, slots=True)
class Models:
    """``roles`` by name: ``planner``, ``expert``, ``expert.sdk``."""

    roles: Mapping[str, ModelSettings] = field(default_factory=dict)
    budget: Budget = Budget()

    def role(self, name: str) -> ModelSettings | None:
        """The model of a role; an expert without its own has that of all experts."""
        return self.roles.get(name) or self.roles.get(name.partition(".")[0])


def _positive(value: object) -> int:
    if (number := parse.whole(value)) == 0:
        raise ValueError("it must be one or more")
    return number


def _lasting(value: object) -> float:
    if (seconds := parse.seconds(value)) == 0:
        raise ValueError("it must be more than nothing")
    return seconds


def _key(value: object) -> str:
    written = parse.text(value)
    if not KEY.fullmatch(written):  # what it was is not repeated: it may be a key
        raise ValueError("it does not say where the key is")
    return written


def _address(value: object) -> str:
    address = parse.url(value)
    if "?" in address or "#" in address:
        raise ValueError("it has a query, where keys do not belong; api_version has its own name")
    return address


KEYS: Mapping[str, parse.Parse] = {
    "base_url": _address,
    "model": parse.text,
    "api": parse.one_of("openai", "azure"),
    "api_version": parse.text,
    "key": _key,
    "price_in": parse.number,
    "price_out": parse.number,
    "context": _positive,
    "max_output": _positive,
    "timeout": _lasting,
    "requests_per_minute": _positive,
}
LIMITS = ("max_output", "timeout", "requests_per_minute")
"""All that a project's file may say of a model, and only to lower it."""
AT_ENDPOINT = ("key", "api", "api_version", "price_in", "price_out")
OF_MODEL = ("price_in", "price_out")
BUDGET: Mapping[str, parse.Parse] = {
    "calls": parse.whole,
    "tokens": parse.whole,
    "cost": parse.dollars,
}


def merged(before: Models, source: Source) -> Models:
    """``before`` with what a file sets; lower limits only where it is a project's.

    Raises Misused.
    """
    table = _table(source.data.get("models", {}), "models", source)
    _check(table, "models", (*KEYS, *ROLES, "budget"), source)
    given = _roles(table, source)
    budget = _budget(before.budget, table.get("budget", {}), source)
    if not source.trusted:
        return Models(_tightened(before, table, given, source), budget)
    roles = {name: _model(name, values, source) for name, values in given.items()}
    return Models({**before.roles, **roles}, budget)


def _roles(table: Mapping[str, Any], source: Source) -> dict[str, dict[str, Any]]:
    """What each role is given, with what it takes from the tables around it."""
    shared = _values(table, "models", source)
    found: dict[str, dict[str, Any]] = {}
    for role in ROLES:
        if role not in table:
            continue
        name = f"models.{role}"
        own = _table(table[role], name, source)
        experts = EXPERTS if role == "expert" else ()
        _check(own, name, (*KEYS, *experts), source)
        found[role] = _within(shared, _values(own, name, source))
        for hand in experts:
            if hand in own:
                inner = _table(own[hand], f"{name}.{hand}", source)
                _check(inner, f"{name}.{hand}", KEYS, source)
                values = _values(inner, f"{name}.{hand}", source)
                found[f"{role}.{hand}"] = _within(found[role], values)
    return found


def _within(outer: Mapping[str, Any], inner: Mapping[str, Any]) -> dict[str, Any]:
    """``inner`` with what ``outer`` says. A key is for the endpoint it was named with, a price
    for the model: neither follows to another."""
    own = [*(AT_ENDPOINT if "base_url" in inner else ()), *(OF_MODEL if "model" in inner else ())]
    return {**{k: v for k, v in outer.items() if k not in own}, **inner}


def _model(name: str, values: Mapping[str, Any], source: Source) -> ModelSettings:
    table = f"models.{name}"
    for key, example in (("base_url", '"https://api.openai.com/v1"'), ("model", '"gpt-5"')):
        if key not in values:
            raise source.wrong(key, table, "it is missing", f"add {key} = {example}")
    model = ModelSettings(**values)
    if model.api == "azure" and model.api_version is None:
        raise source.wrong(
            "api_version", table, "Azure wants one", 'add api_version = "2024-10-21"'
        )
    if model.api == "azure" and model.key is None:
        raise source.wrong("key", table, "Azure wants one", REMEDY)
    if model.api != "azure" and model.key == IDENTITY:
        raise source.wrong("key", table, "azure-identity goes with api = 'azure'", REMEDY)
    if model.key and model.base_url.startswith("http:") and not loopback(model.base_url):
        raise source.wrong(
            "base_url", table, "the key would cross the network in the clear", "use https"
        )
    if model.max_output >= model.context:
        raise source.wrong("max_output", table, f"it leaves nothing of {model.context} of context")
    return model


def _tightened(
    before: Models, table: Mapping[str, Any], given: Mapping[str, Any], source: Source
) -> dict[str, ModelSettings]:
    """A checkout chooses no endpoint: what is asked, and the key, would go where it says."""
    roles = dict(before.roles)
    everywhere = _values(table, "models", source)
    for role, model in before.roles.items():
        values = given.get(role) or given.get(role.partition(".")[0]) or everywhere
        lower = {k: min(getattr(model, k), values[k]) for k in LIMITS if k in values}
        roles[role] = replace(model, **lower)
    return roles


def _budget(before: Budget, raw: object, source: Source) -> Budget:
    table = _table(raw, "models.budget", source)
    _check(table, "models.budget", BUDGET, source)
    given = _parsed(table, BUDGET, "models.budget", source)
    if source.trusted:
        return replace(before, **given)
    limits = ((f.name, getattr(before, f.name)) for f in fields(Budget) if f.name in given)
    lower = {k: given[k] if was is None else min(was, given[k]) for k, was in limits}
    return replace(before, **lower)


def _values(table: Mapping[str, Any], name: str, source: Source) -> dict[str, Any]:
    if not source.trusted:
        for key in table:
            if key in KEYS and key not in LIMITS:
                raise source.wrong(
                    key,
                    name,
                    "a project's file may not choose where requests and keys go",
                    "set it in your own file; a project's may lower " + ", ".join(LIMITS),
                )
    return _parsed(table, KEYS, name, source)


def _parsed(
    table: Mapping[str, Any], keys: Mapping[str, parse.Parse], name: str, source: Source
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key in (key for key in keys if key in table):
        try:
            found[key] = keys[key](table[key])
        except ValueError as error:
            remedy = REMEDY if key == "key" else ""
            raise source.wrong(key, name, str(error), remedy) from None
    return found


def _table(raw: object, name: str, source: Source) -> Mapping[str, Any]:
    if isinstance(raw, dict):
        return raw
    key, _, table = name[::-1].partition(".")
    raise source.wrong(key[::-1], table[::-1], "it is not a table", f"write [{name}]")


def _check(table: Mapping[str, Any], name: str, known: Any, source: Source) -> None:
    """Secrets first, by name and by looks, so that no later message repeats one."""
    for key, value in table.items():
        named = key not in known and SECRET.search(key.lower())
        if named or (isinstance(value, str) and looks_like_one(value)):
            raise source.wrong(
                key, name, "a key does not belong in this file, where others may read it", REMEDY
            )
    source.check_keys(table, known, name)
