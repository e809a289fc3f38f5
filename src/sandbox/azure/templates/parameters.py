"""Parameters: what was given, defaults, and the checks of both.

https://learn.microsoft.com/azure/azure-resource-manager/templates/parameters
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sandbox.azure.templates.constraints import check
from sandbox.azure.templates.evaluator import resolve
from sandbox.azure.templates.faults import (
    PARAMETER_HELP,
    ExpressionFault,
    TemplateFault,
    refused,
)
from sandbox.azure.templates.scope import Scope, absent
from sandbox.azure.templates.secrets import SECURE_TYPES, holds_secret
from sandbox.azure.templates.source import Source
from sandbox.azure.templates.types import TYPE_NAMES, resolved_type
from sandbox.azure.templates.values import Json, key_of


@dataclass(slots=True)
class Parameters:
    """``declared`` is the template's section, ``given`` the request's (``{name: {"value"}}``).

    Defaults are evaluated when first asked for, for they may refer to each other.
    """

    declared: Mapping[str, Any]
    given: Mapping[str, Any]
    definitions: Mapping[str, Any]
    scope: Scope
    source: Source = field(default_factory=Source)
    _known: dict[str, Json] = field(default_factory=dict)
    _asked: list[str] = field(default_factory=list)

    def value(self, name: str) -> Json:
        key = key_of(self.declared, name)
        if key is None:
            raise absent("parameter", name)
        if key in self._asked:
            raise ExpressionFault(
                f"The template parameter '{name}' is not valid: its default depends on itself."
            )
        if key not in self._known:
            self._asked.append(key)
            try:
                self._known[key] = self._worked_out(key)
            finally:
                self._asked.remove(key)
        return self._known[key]

    def secret(self, name: str) -> bool:
        key = key_of(self.declared, name)
        return key is not None and self.type(key).get("type", "").lower() in SECURE_TYPES

    def type(self, key: str) -> Mapping[str, Any]:
        return resolved_type(self.declared[key], self.definitions)

    def check(self) -> None:
        """Raises TemplateFault where a value is missing, unknown or not allowed."""
        self._no_others()
        for key in self.declared:
            try:
                check(key, self.value(key), self._demands(key), self.definitions, self.source)
            except ExpressionFault as fault:
                path = ("parameters", key)
                raise refused(
                    f"The template parameter '{key}' {self.source.at(path)} is not valid: "
                    f"{fault.message}",
                    fault.path or path,
                ) from None

    def _demands(self, key: str) -> Mapping[str, Any]:
        """The declaration; an allowed value may be an expression."""
        type_ = self.type(key)
        if "allowedValues" not in type_:
            return type_
        path = ("parameters", key, "allowedValues")
        return {**type_, "allowedValues": resolve(type_["allowedValues"], self.scope, path)}

    def shown(self) -> dict[str, dict[str, Json]]:
        """As a deployment tells them: types by ARM's own names, secure values left out."""
        told: dict[str, dict[str, Json]] = {}
        for key in self.declared:
            type_ = str(self.type(key).get("type", "")).lower()
            told[key] = {"type": TYPE_NAMES.get(type_, type_)}
            if type_ not in SECURE_TYPES and not self._from_secret(key):
                told[key]["value"] = self.value(key)
        return told

    def _from_secret(self, key: str) -> bool:
        if self._handed(key) is not None:
            return False
        return holds_secret(
            self.declared[key].get("defaultValue"), replace(self.scope, parameters=self)
        )

    def _worked_out(self, key: str) -> Json:
        handed = self._handed(key)
        if handed is not None:
            return handed
        declared = self.declared[key]
        if "defaultValue" not in declared:
            if self.type(key).get("nullable") is True:
                return None
            path = ("parameters", key)
            raise refused(
                f"The value for the template parameter '{key}' {self.source.at(path)} is not "
                f"provided. {PARAMETER_HELP}",
                path,
            )
        inside = replace(self.scope, parameters=self, variables=None, in_default=True)
        return resolve(declared["defaultValue"], inside, ("parameters", key, "defaultValue"))

    def _handed(self, key: str) -> Json:
        """What the request gives; None where it gives nothing, or null."""
        given_key = key_of(self.given, key)
        given = self.given[given_key] if given_key else None
        if isinstance(given, Mapping) and "reference" in given and "value" not in given:
            raise _no_vault(given["reference"])
        return given.get("value") if isinstance(given, Mapping) else None

    def _no_others(self) -> None:
        others = [name for name in self.given if key_of(self.declared, name) is None]
        if others:
            raise refused(
                f"The template parameters '{', '.join(others)}' in the parameters file are not "
                "valid; they are not present in the original template and can therefore not be "
                "provided at deployment time. The only supported parameters for this template are "
                f"'{', '.join(self.declared)}'. Please see "
                "https://aka.ms/arm-pass-parameter-values for usage details."
            )


def _no_vault(reference: Any) -> TemplateFault:
    """No key vault is in the sandbox: the answer is that of a cloud without the one named."""
    vault = reference.get("keyVault", {}) if isinstance(reference, Mapping) else {}
    id_ = vault.get("id", "") if isinstance(vault, Mapping) else ""
    return TemplateFault(
        f"The specified KeyVault '{id_}' could not be found. "
        "Please see https://aka.ms/arm-keyvault for usage details.",
        code="KeyVaultParameterReferenceNotFound",
    )
