"""What can be known of a template's resources before the first is made.

https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-invalid-template-deployment
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.azure.contract import Change
from sandbox.azure.deployments.refusals import not_valid
from sandbox.azure.documents import stripped
from sandbox.azure.refusal import Refused, not_emulated
from sandbox.azure.templates.resources import Resource
from sandbox.azure.templates.template import Template

if TYPE_CHECKING:
    from sandbox.azure.cloud import EmulatedCloud


def check(cloud: EmulatedCloud, name: str, template: Template) -> None:
    """Types that are not imitated, and rules (policies) that would refuse. Raises Refused."""
    found = [_refusal(cloud, one) for one in template.resources if one.deployed]
    refused = [one for one in found if one is not None]
    if refused:
        raise not_valid(name, refused)


def _refusal(cloud: EmulatedCloud, one: Resource) -> Refused | None:
    if one.is_deployment:
        return None
    type_ = cloud.registry.get(one.type)
    if type_ is None:
        raise not_emulated(f"resources of type {one.type}")
    id_ = cloud.id_of(one.id)
    body = stripped(one.preview(masked=False))
    change = Change(cloud, id_, body, cloud.get(id_), "PUT", body)
    try:
        for rule in cloud.registry.rules:
            rule(change, type_)
    except Refused as refused:
        return refused
    return None
