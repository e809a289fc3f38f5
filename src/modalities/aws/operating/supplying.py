"""What makes a thing that an operation takes for granted and that is not there.

Only where the vendor's model leaves no choice: one operation makes such a thing, and it takes
nothing but the name that was said. Whatever wants more (a role: who may take it; a function: its
code) is for a person. That the cloud itself takes it so shows in the try (a table wants a key, and
no model says so).
"""

from __future__ import annotations

from collections.abc import Iterator

from botocore.model import OperationModel, ServiceModel

from modalities.action import SdkCall
from modalities.aws.deprecated import deprecated
from modalities.aws.effects import effect_of, reveals_secret
from modalities.aws.loader import service_model
from modalities.aws.model import problems
from modalities.aws.operating.names import flat, noun_of, one_of, same_thing, told_apart, verb_of
from modalities.contract import Lacking
from modalities.step import Effect

GROWS = (Effect.CREATE, Effect.UPDATE)
"""Effects of what may take something for granted that can be made first: what deletes is glad
where it is not there, and a question has no thing to make."""


def lacking(call: SdkCall, noun: str, name: str) -> Lacking:
    """That ``call`` finds no ``noun`` (``topic``, ``log group``) called ``name``, with the call
    that makes it, where there is exactly one way to."""
    makers = list(_makers(service_model(call.service), flat(noun), name))
    may = effect_of(call.service, call.operation) in GROWS and len(makers) == 1
    return Lacking(f"{call.service} {noun}", name, maker=makers[0] if may else None)


def _makers(model: ServiceModel, noun: str, name: str) -> Iterator[SdkCall]:
    for operation in model.operation_names:
        if verb_of(operation) != "Create" or one_of(noun_of(operation)) != one_of(noun):
            continue
        parameter = _only_a_name(model.operation_model(operation), noun)
        made = SdkCall(model.service_name, operation, {parameter: name})
        plain = not reveals_secret(made.service, operation) and not deprecated(made)
        if parameter and plain and not problems(made, ""):
            yield made


def _only_a_name(operation: OperationModel, noun: str) -> str:
    """The one parameter that is required, if it says what the thing is called; else empty."""
    shape = operation.input_shape
    required = (
        [n for n in shape.required_members if n not in operation.idempotent_members]
        if (shape)
        else []
    )
    if shape is None or len(required) != 1:
        return ""
    stem, how = told_apart(required[0])
    its = how in ("name", "") and (stem in ("", noun) or same_thing(noun, stem))
    return required[0] if its and shape.members[required[0]].type_name == "string" else ""
