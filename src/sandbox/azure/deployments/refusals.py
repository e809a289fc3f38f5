"""Faults of templates and failures of deployments, as the resource manager answers them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from sandbox.azure.refusal import Refused
from sandbox.azure.templates.faults import INVALID, TemplateFault, written
from sandbox.azure.templates.secrets import cleaned
from sandbox.azure.templates.source import Source

PLACE = re.compile(r"at line '\d+' and column '\d+'")


class BadTemplate(Refused):
    """400, with the place in the template that is at fault."""

    def __init__(self, fault: TemplateFault, source: Source, hidden: Sequence[str] = ()) -> None:
        details = [
            Refused(400, one["code"], cleaned(one["message"], hidden), target=one.get("target", ""))
            for one in fault.details
        ]
        message = cleaned(fault.message, hidden)
        super().__init__(400, fault.code, message, details=tuple(details))
        line, column = source.position(fault.path)
        path = written((*source.root, *fault.path)) if fault.path else ""
        self._info = {"lineNumber": line, "linePosition": column, "path": path}

    @property
    def error(self) -> dict[str, Any]:
        told = super().error
        if self.code == INVALID:
            told["additionalInfo"] = [{"type": "TemplateViolation", "info": self._info}]
        return told


def unprocessable(id_: str, message: str, where: str) -> Refused:
    """An expression that could be evaluated only while deploying, and could not."""
    return Refused(
        400,
        INVALID,
        f"Unable to process template language expressions for resource '{id_}' {where}. "
        f"'{message}'",
    )


def deployment_failed(failures: Sequence[tuple[str, Refused]]) -> Refused:
    """``failures`` are ids of resources, and why each failed."""
    details = tuple(
        Refused(one.status, one.code, one.message, target=id_, details=one.details)
        for id_, one in failures
    )
    return Refused(
        409,
        "DeploymentFailed",
        "At least one resource deployment operation failed. Please list deployment operations for "
        "details. Please see https://aka.ms/arm-deployment-operations for usage details.",
        details=details,
    )


def nested_failed(why: Refused) -> Refused:
    """What the deployment around it says of a nested one that failed."""
    return Refused(
        409,
        "ResourceDeploymentFailure",
        "The resource write operation failed to complete successfully, because it reached "
        "terminal provisioning state 'Failed'.",
        details=(why,),
    )


def not_valid(name: str, details: Sequence[Refused]) -> Refused:
    """What is known beforehand to be refused by the resources' own services, or by policy."""
    if all(one.code == "RequestDisallowedByPolicy" for one in details):
        message = (
            "The template deployment failed because of policy violation. "
            "Please see details for more information."
        )
    else:
        message = (
            f"The template deployment '{name}' is not valid according to the validation "
            "procedure. See inner errors for details."
        )
    return Refused(400, "InvalidTemplateDeployment", message, details=tuple(details))
