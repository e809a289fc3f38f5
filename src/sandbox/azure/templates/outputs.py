"""Outputs of a deployment.

https://learn.microsoft.com/azure/azure-resource-manager/templates/outputs
https://learn.microsoft.com/azure/azure-resource-manager/templates/copy-outputs
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sandbox.azure.templates.evaluator import resolve, said, truth
from sandbox.azure.templates.expanding import COPY, expand, turns
from sandbox.azure.templates.faults import (
    ExpressionFault,
    NeedsRuntime,
    Path,
    TemplateFault,
    refused,
)
from sandbox.azure.templates.scope import Runtime, Scope
from sandbox.azure.templates.secrets import SECURE_TYPES, holds_secret
from sandbox.azure.templates.source import Source
from sandbox.azure.templates.types import EXPECTED, TYPE_NAMES, fits, resolved_type
from sandbox.azure.templates.values import Json, type_name

FAILED = "DeploymentOutputEvaluationFailed"
DEFAULT_LOOP = ""


@dataclass(frozen=True, slots=True)
class Outputs:
    declared: Mapping[str, Any]
    definitions: Mapping[str, Any]
    scope: Scope
    source: Source

    def check(self) -> None:
        """What can be known before anything is deployed. Raises TemplateFault."""
        for name in self.declared:
            path: Path = ("outputs", name)
            try:
                self._one(name, self.scope)
            except NeedsRuntime:
                continue
            except ExpressionFault as fault:
                raise refused(
                    f"The template output '{name}' {self.source.at(path)} is not valid: "
                    f"{fault.message}.",
                    fault.path or path,
                ) from None

    def told(self, runtime: Runtime) -> dict[str, dict[str, Json]]:
        """``{name: {type, value}}``. Raises TemplateFault, with a detail for each that failed."""
        scope = replace(self.scope, runtime=runtime)
        told: dict[str, dict[str, Json]] = {}
        failed: dict[str, str] = {}
        for name in self.declared:
            try:
                one = self._one(name, scope)
            except ExpressionFault as fault:
                failed[name] = f"The template output '{name}' is not valid: {fault.message}."
            else:
                if one is not None:
                    told[name] = one
        if failed:
            raise _failed(failed)
        return told

    def shown(self, told: Mapping[str, Mapping[str, Json]]) -> dict[str, dict[str, Json]]:
        """The same without the values of what must not be shown: outputs of a secure type, and
        those that read a secure parameter."""
        return {
            name: {"type": one["type"]} if self._secret(name) else dict(one)
            for name, one in told.items()
        }

    def _secret(self, name: str) -> bool:
        declared = self.declared[name]
        secure = self._type(name) in SECURE_TYPES
        return secure or holds_secret([declared.get("value"), declared.get(COPY)], self.scope)

    def _type(self, name: str) -> str:
        declared = resolved_type(self.declared[name], self.definitions)
        return str(declared.get("type", "")).lower()

    def _one(self, name: str, scope: Scope) -> dict[str, Json] | None:
        """None where its condition says that there is none."""
        declared, path = self.declared[name], ("outputs", name)
        condition = resolve(declared.get("condition", True), scope, (*path, "condition"))
        if not truth(condition, "condition"):
            return None
        type_ = self._type(name)
        value = self._value(declared, scope, path)
        if type_ not in EXPECTED:
            raise ExpressionFault(f"The type '{declared.get('type', '')}' is not supported", path)
        nullable = resolved_type(declared, self.definitions).get("nullable") is True
        if not fits(type_, value) and not (value is None and nullable):
            raise ExpressionFault(
                f"Template output JToken type is not valid. Expected '{EXPECTED[type_]}'. Actual "
                f"'{type_name(value)}'. Please see https://aka.ms/arm-syntax-outputs for usage "
                "details",
                path,
            )
        return {"type": TYPE_NAMES[type_], "value": value}

    def _value(self, declared: Mapping[str, Any], scope: Scope, path: Path) -> Json:
        loop = declared.get(COPY)
        if isinstance(loop, Mapping):
            inner = (*path, COPY)
            return turns(loop, DEFAULT_LOOP, scope, inner, said, default=True)
        return expand(declared.get("value"), scope, (*path, "value"))


def _failed(failed: Mapping[str, str]) -> TemplateFault:
    return TemplateFault(
        f"Unable to evaluate template outputs: '{','.join(failed)}'. Please see error details and "
        "deployment operations. Please see https://aka.ms/arm-common-errors for usage details.",
        code=FAILED,
        details=[
            {"code": FAILED, "target": name, "message": message} for name, message in failed.items()
        ],
    )
