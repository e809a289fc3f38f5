"""What calls make or end that no price here speaks of: a line that says so, never nothing.

Code of other people makes a great many things. Those that cost by use alone, or nothing, are
listed; of all else it is said that the price is not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from modalities.action import SdkCall
from modalities.plan import CostLine
from modalities.step import Effect, Step
from policies.azure_calls import AzureCall, Verb, azure_call

FREE_SERVICES = frozenset(
    {
        "apigateway", "apigatewayv2", "cognito-idp", "events", "iam", "lambda", "logs",
        "resourcegroups", "s3", "sns", "sqs", "ssm", "stepfunctions", "sts",
    }
)  # fmt: skip
"""What costs by use alone: see the pricing page of each service."""

FREE = re.compile(
    r"Vpc|Subnet|Route|RouteTable(Association)?|MainRouteTableAssociation|InternetGateway"
    r"|EgressOnlyInternetGateway|SecurityGroup(Rule)?|NetworkAcl(Rule|Association)?|KeyPair"
    r"|DhcpOptions|VpcDhcpOptions\w*|NetworkInterface\w*|Launch(Template|Configuration)"
    r"|PlacementGroup|Ec2(ManagedPrefixList\w*|Tag)|ManagedPrefixList|FlowLog|CustomerGateway"
    r"|VpcPeeringConnection\w*|Default\w+|Tags?|VpcEndpoint(RouteTableAssociation|Policy)"
    r"|TargetGroup\w*|Listener\w*|Rule|Policy|Schedule|LifecycleHook|Group(Attachment|Tag)"
    r"|SubnetGroup|ParameterGroup|OptionGroup|Alias|Grant"
)
"""Nouns of operations, of services that do charge for others. EC2, Elastic Load Balancing,
Auto Scaling, RDS, ElastiCache and KMS."""

VERB = re.compile(r"^[A-Z][a-z]+")


def unpriced(step: Step, *, entered: bool) -> Iterator[CostLine]:
    """The line for a call that makes or ends what has no price here. ``entered``: the bill
    knows it."""
    action = step.action
    if not isinstance(action, SdkCall) or entered:
        return
    azure = azure_call(step)
    if azure is not None:
        yield from _on_azure(step, azure)
        return
    noun = VERB.sub("", action.operation)
    if action.service in FREE_SERVICES or FREE.fullmatch(noun) or _by_use(action):
        return
    name = step.changes[0].name if step.changes else step.id
    what = f"{name}: {action.service} {noun}"
    if step.effect is Effect.CREATE:
        yield CostLine(what, None)
    elif step.effect is Effect.DELETE:
        yield CostLine(f"{what}, ends", None, at_most=0.0)


def _on_azure(step: Step, call: AzureCall) -> Iterator[CostLine]:
    """What is written or deployed may cost anything; what ends ends."""
    name = step.changes[0].name if step.changes else call.path.rpartition("/")[2] or step.id
    what = f"{name}: {call.service} {call.group or call.method}"
    if call.verb is Verb.REMOVE:
        yield CostLine(f"{what}, ends", None, at_most=0.0)
    elif call.verb in (Verb.PUT, Verb.UNKNOWN) and step.effect is not Effect.DELETE:
        yield CostLine(what, None)


def _by_use(call: SdkCall) -> bool:
    """A table that is paid by the request."""
    mode = call.parameters.get("billing_mode") or call.parameters.get("BillingMode")
    return call.service == "dynamodb" and mode == "PAY_PER_REQUEST"
