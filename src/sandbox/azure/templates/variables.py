"""Variables, evaluated when first asked for.

https://learn.microsoft.com/azure/azure-resource-manager/templates/variables
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sandbox.azure.templates.evaluator import said
from sandbox.azure.templates.expanding import COPY, expand, is_loops, turns
from sandbox.azure.templates.faults import ExpressionFault, NeedsRuntime, refused
from sandbox.azure.templates.functions.account import not_here
from sandbox.azure.templates.scope import Scope, absent
from sandbox.azure.templates.secrets import holds_secret
from sandbox.azure.templates.values import Json, key_of


@dataclass(slots=True)
class Variables:
    declared: Mapping[str, Any]
    scope: Scope
    _known: dict[str, Json] = field(default_factory=dict)
    _asked: list[str] = field(default_factory=list)
    _loops: dict[str, tuple[int, Mapping[str, Any]]] = field(default_factory=dict)
    _secret: dict[str, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        given = self.declared.get(COPY)
        if isinstance(given, list) and is_loops(given):
            self._loops = {str(loop["name"]): (at, loop) for at, loop in enumerate(given)}

    def value(self, name: str) -> Json:
        key = self._key(name)
        if key in self._asked:
            raise ExpressionFault(
                f"The template variable '{name}' is not valid: it depends on itself."
            )
        if key not in self._known:
            self._asked.append(key)
            try:
                self._known[key] = self._worked_out(key)
            finally:
                self._asked.remove(key)
        return self._known[key]

    def secret(self, name: str) -> bool:
        """Whether it is made from a secure parameter."""
        key = self._key(name)
        if key not in self._secret:
            self._secret[key] = False  # a circle ends here
            held = self._loops[key][1] if key in self._loops else self.declared[key]
            self._secret[key] = holds_secret(held, replace(self.scope, variables=self))
        return self._secret[key]

    def check(self) -> None:
        """All of them. Raises TemplateFault, naming the variable."""
        for name in (*self._names(), *self._loops):
            try:
                self.value(name)
            except NeedsRuntime:
                raise self._fault(name, not_here("reference")) from None
            except ExpressionFault as fault:
                raise self._fault(name, fault) from None

    def _fault(self, name: str, fault: ExpressionFault) -> Exception:
        return refused(
            f"The template variable '{name}' is not valid: {fault.message}",
            fault.path or ("variables", name),
        )

    def _names(self) -> tuple[str, ...]:
        return tuple(name for name in self.declared if name != COPY or not self._loops)

    def _key(self, name: str) -> str:
        key = key_of(self._loops, name)
        if key is None:
            key = key_of(self.declared, name)
        if key is None or (key == COPY and self._loops):
            raise absent("variable", name)
        return key

    def _worked_out(self, key: str) -> Json:
        inside = replace(self.scope, variables=self)
        if key in self._loops:
            at, loop = self._loops[key]
            return turns(loop, key, inside, ("variables", COPY, at), said, default=False)
        return expand(self.declared[key], inside, ("variables", key))
