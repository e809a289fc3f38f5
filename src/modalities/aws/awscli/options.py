"""The names that ``aws`` gives to AWS's API: commands and options, derived from the vendor's
model as awscli derives them, with what it does differently by hand in tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, TypeAlias

from botocore import xform_name
from botocore.model import OperationModel, Shape, StructureShape
from botocore.utils import is_json_value_header

from modalities.aws.loader import service_model

Form: TypeAlias = Literal["one", "many", "flag"]

COMMANDS = {"s3": "s3api", "codedeploy": "deploy", "config": "configservice"}
"""Services whose command has another name (``s3`` is a set of copying tools)."""

SERVICES = {command: service for service, command in COMMANDS.items()}

RENAMED = {
    ("ec2", "create-image", "no-no-reboot"): "reboot",
    ("ec2", "*", "no-egress"): "ingress",
    ("ec2", "*", "no-disable-api-termination"): "enable-api-termination",
    ("eks", "create-cluster", "version"): "kubernetes-version",
    ("eks", "create-nodegroup", "version"): "kubernetes-version",
    ("eks", "update-cluster-version", "version"): "kubernetes-version",
    ("eks", "update-nodegroup-version", "version"): "kubernetes-version",
    ("sns", "subscribe", "endpoint"): "notification-endpoint",
    ("stepfunctions", "send-task-success", "output"): "task-output",
}
"""awscli/customizations/argrename.py, as far as our services go. An option that this table
lacks is not known to the command either, and ends as a usage error before anything is sent."""

SIMPLIFIED = {("ec2", "run-instances", "MinCount"), ("ec2", "run-instances", "MaxCount")}
"""Parameters that only a simplified option says (``--count``)."""

GLOBALS = frozenset(
    {
        "ca-bundle",
        "cli-auto-prompt",
        "cli-binary-format",
        "cli-connect-timeout",
        "cli-error-format",
        "cli-input-json",
        "cli-input-yaml",
        "cli-read-timeout",
        "color",
        "debug",
        "endpoint-url",
        "generate-cli-skeleton",
        "max-items",
        "no-cli-auto-prompt",
        "no-cli-pager",
        "no-paginate",
        "no-sign-request",
        "no-verify-ssl",
        "output",
        "page-size",
        "profile",
        "query",
        "region",
        "starting-token",
        "v2-debug",
        "version",
    }
)
"""Options of ``aws`` itself: a parameter of the same name cannot be said."""


@dataclass(frozen=True, slots=True)
class Option:
    """How one parameter is said: with one word, with many, or with none (``flag``).

    ``says`` is what a flag stands for. ``shape`` is the parameter's in the vendor's model.
    """

    name: str
    member: str
    shape: Shape
    form: Form
    says: Any = None


def command_of(service: str) -> str:
    return COMMANDS.get(service, service)


def subcommand_of(operation: str) -> str:
    return xform_name(operation, "-")


@cache
def subcommands(service: str) -> Mapping[str, str]:
    """Operation by subcommand. Raises botocore's UnknownServiceError."""
    return {subcommand_of(name): name for name in service_model(service).operation_names}


@cache
def options(service: str, operation: str) -> Mapping[str, Option]:
    """Every option of a command by its name, without dashes."""
    model = service_model(service).operation_model(operation)
    found = [option for option in _options(service, model) if option.name not in GLOBALS]
    return {option.name: option for option in found}


@cache
def by_member(service: str, operation: str) -> Mapping[str, tuple[Option, ...]]:
    """The options that say a parameter: one, or a pair of flags."""
    found: dict[str, tuple[Option, ...]] = {}
    for option in options(service, operation).values():
        found[option.member] = (*found.get(option.member, ()), option)
    return found


def streams(service: str, operation: str) -> bool:
    """Whether the command moves files: their names are no parameters of the API."""
    model = service_model(service).operation_model(operation)
    return bool(model.has_streaming_input or model.has_streaming_output)


def said_in_json(shape: Shape) -> bool:
    """Whether a value is JSON whatever it looks like."""
    document = isinstance(shape, StructureShape) and shape.is_document_type
    return document or bool(is_json_value_header(shape))


def _options(service: str, model: OperationModel) -> Iterator[Option]:
    command, subcommand = command_of(service), subcommand_of(model.name)
    members = model.input_shape.members if model.input_shape else {}
    for member, shape in members.items():
        if (command, subcommand, member) in SIMPLIFIED:
            continue
        name = xform_name(member, "-")
        for sign, says in (("", True), ("no-", False)):
            spelled = _renamed(command, subcommand, sign + name)
            if shape.type_name == "boolean":
                yield Option(spelled, member, shape, "flag", says)
            elif service == "ec2" and _wraps(shape, "boolean"):
                yield Option(spelled, member, shape, "flag", {"Value": says})
            elif not sign:
                yield Option(spelled, member, shape, _form(shape))


def _form(shape: Shape) -> Form:
    return "many" if shape.type_name == "list" else "one"


def _renamed(command: str, subcommand: str, name: str) -> str:
    for place in (subcommand, "*"):
        if (command, place, name) in RENAMED:
            return RENAMED[command, place, name]
    return name


def _wraps(shape: Shape, type_name: str) -> bool:
    """EC2's way to tell "not said" from "empty": an object with a ``Value`` alone."""
    if not isinstance(shape, StructureShape) or list(shape.members) != ["Value"]:
        return False
    return bool(shape.members["Value"].type_name == type_name)


def wraps_text(shape: Shape) -> bool:
    """Whether bare text stands for ``{"Value": text}``."""
    return _wraps(shape, "string")
