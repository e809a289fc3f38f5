"""What an expression can see: parameters, variables, loops, where and when it is deployed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import uuid4

from sandbox.azure.templates.faults import ExpressionFault, NeedsRuntime
from sandbox.azure.templates.place import Place
from sandbox.azure.templates.values import Json, key_of


class Runtime(Protocol):
    """The cloud as a running deployment sees it: implemented by the deployment engine."""

    def reference(self, id_: str, api_version: str | None) -> Mapping[str, Any]:
        """The whole resource. Raises ExpressionFault, TemplateFault where there is none."""
        ...

    def listed(self, id_: str, function: str, api_version: str, body: Json) -> Json:
        """What POST ``{id}/{function}`` answers. Raises ExpressionFault, TemplateFault."""
        ...


@dataclass(frozen=True, slots=True)
class Setting:
    """What a deployment knows of itself and of the account; objects as the functions give them.

    https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-scope
    """

    place: Place
    deployment: Mapping[str, Any] = field(default_factory=dict)
    subscription: Mapping[str, Any] = field(default_factory=dict)
    resource_group: Mapping[str, Any] = field(default_factory=dict)
    management_group: Mapping[str, Any] = field(default_factory=dict)
    tenant: Mapping[str, Any] = field(default_factory=dict)
    environment: Mapping[str, Any] = field(default_factory=dict)
    deployer: Mapping[str, Any] = field(default_factory=dict)
    zones: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Logical zones by region in lower case; regions without an entry have none."""
    providers: Mapping[str, Any] = field(default_factory=dict)
    """``{namespace: {"resourceTypes": [...]}}``, for the deprecated providers()."""
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    new_guid: Callable[[], str] = field(default=lambda: str(uuid4()))


@dataclass(frozen=True, slots=True)
class Loop:
    """A copy loop that an expression stands in."""

    name: str
    index: int


@dataclass(frozen=True, slots=True)
class Declared:
    """A resource as reference() finds it by its symbolic name, plain name or id."""

    key: str
    id: str
    name: str
    api_version: str
    deployed: bool = True
    loop: str = ""
    own_name: str = ""


class Values(Protocol):
    """Parameters or variables by name, evaluated when first asked for."""

    def value(self, name: str) -> Json:
        """Raises ExpressionFault where there is none of that name."""
        ...

    def secret(self, name: str) -> bool:
        """Whether the value must not be shown."""
        ...


@dataclass(frozen=True, slots=True)
class UserFunction:
    """https://learn.microsoft.com/azure/azure-resource-manager/templates/user-defined-functions"""

    parameters: tuple[str, ...]
    output: Json


@dataclass(frozen=True, slots=True)
class Scope:
    setting: Setting
    parameters: Values | None = None
    variables: Values | None = None
    functions: Mapping[str, UserFunction] = field(default_factory=dict)
    """By ``namespace.name`` in lower case."""
    loops: tuple[Loop, ...] = ()
    default_loop: str | None = None
    """The loop that copyIndex() without a name means; None: there is none."""
    lambdas: Mapping[str, Json] = field(default_factory=dict)
    declared: tuple[Declared, ...] = ()
    runtime: Runtime | None = None
    in_default: bool = False
    """Within a parameter's default value, where newGuid() and utcNow() are allowed."""
    symbolic: bool = False
    fields: Callable[[str], Json] | None = None
    """In a policy rule: what field() gives."""
    items: Mapping[str, Json] = field(default_factory=dict)
    """In a policy rule: what counts are at, by name."""

    def looping(self, loop: Loop, *, default: bool) -> Scope:
        """Inside one turn of a loop; ``default`` where copyIndex() without a name means it."""
        loops = (*self.loops, loop)
        return replace(self, loops=loops, default_loop=loop.name if default else self.default_loop)

    def binding(self, values: Mapping[str, Json]) -> Scope:
        """Inside a lambda whose variables have these values."""
        return replace(self, lambdas={**self.lambdas, **values})

    def running(self) -> Runtime:
        """Raises NeedsRuntime where nothing is deployed yet."""
        if self.runtime is None:
            raise NeedsRuntime("The value is known only when the deployment runs.")
        return self.runtime


@dataclass(frozen=True, slots=True)
class Given:
    """Values that are known already."""

    kind: str
    values: Mapping[str, Json]
    secrets: frozenset[str] = frozenset()

    def value(self, name: str) -> Json:
        key = key_of(self.values, name)
        if key is None:
            raise absent(self.kind, name)
        return self.values[key]

    def secret(self, name: str) -> bool:
        return name.lower() in self.secrets


def absent(kind: str, name: str) -> ExpressionFault:
    """``kind`` is parameter or variable."""
    return ExpressionFault(
        f"The template {kind} '{name}' is not found. "
        f"Please see https://aka.ms/arm-syntax-{kind}s for usage details."
    )
