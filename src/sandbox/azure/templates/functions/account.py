"""Deployment and scope functions: what a deployment knows of itself and of the account.

https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-deployment
https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-scope
"""

from __future__ import annotations

from sandbox.azure.templates.faults import FUNCTION_HELP, ExpressionFault
from sandbox.azure.templates.functions.entry import Function, text
from sandbox.azure.templates.place import Level
from sandbox.azure.templates.scope import Scope
from sandbox.azure.templates.values import Json


def parameters(scope: Scope, name: Json) -> Json:
    if scope.parameters is None:
        raise not_here("parameters")
    return scope.parameters.value(text("parameters", name))


def variables(scope: Scope, name: Json) -> Json:
    if scope.variables is None:
        raise not_here("variables")
    return scope.variables.value(text("variables", name))


def deployment(scope: Scope) -> Json:
    return dict(scope.setting.deployment)


def deployer(scope: Scope) -> Json:
    return dict(scope.setting.deployer)


def environment(scope: Scope) -> Json:
    return dict(scope.setting.environment)


def subscription(scope: Scope) -> Json:
    if not scope.setting.place.subscription:
        raise not_here("subscription")
    return dict(scope.setting.subscription)


def resource_group(scope: Scope) -> Json:
    if scope.setting.place.level is not Level.GROUP:
        raise not_here("resourceGroup")
    return dict(scope.setting.resource_group)


def management_group(scope: Scope) -> Json:
    if scope.setting.place.level is not Level.MANAGEMENT_GROUP:
        raise not_here("managementGroup")
    return dict(scope.setting.management_group)


def tenant(scope: Scope) -> Json:
    return dict(scope.setting.tenant)


def not_here(name: str) -> ExpressionFault:
    return ExpressionFault(
        f"The template function '{name}' is not expected at this location. {FUNCTION_HELP}"
    )


FUNCTIONS = {
    "deployer": Function(deployer, 0, 0, scoped=True),
    "deployment": Function(deployment, 0, 0, scoped=True),
    "environment": Function(environment, 0, 0, scoped=True),
    "managementgroup": Function(management_group, 0, 0, scoped=True),
    "parameters": Function(parameters, 1, 1, scoped=True),
    "resourcegroup": Function(resource_group, 0, 0, scoped=True),
    "subscription": Function(subscription, 0, 0, scoped=True),
    "tenant": Function(tenant, 0, 0, scoped=True),
    "variables": Function(variables, 1, 1, scoped=True),
}
