"""Calls of AWS's API made up from the vendor's own model, for properties that hold for all."""

from __future__ import annotations

from typing import Any

from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape
from hypothesis import strategies as st

from modalities.action import TOKEN, Output, SdkCall
from modalities.aws.awscli.options import streams
from modalities.aws.loader import service_model
from modalities.aws.model import WHOLE

AWKWARD = (
    "",
    " ",
    "-",
    "--",
    "--image-id",
    "-1",
    "a=b",
    "a=b,c=d",
    "[",
    "[1]",
    "{",
    '{"a": 1}',
    "]}",
    "'",
    '"',
    "\\",
    "a\nb",
    "file:///etc/passwd",
    "fileb://x",
    "http://169.254.169.254/",
    "https://example.org/?a=1",
    "$(reboot)",
    "`reboot`",
    "; reboot",
    "| cat",
    "> x",
    "&&",
    "*",
    "~",
    "$HOME",
    "%s",
    "ß",
    "日本",
    "🙂",
    "null",
    "true",
    "1",
)
"""Text that a shell, a parser or ``aws`` itself might take for something else."""

REFERENCES: tuple[Any, ...] = (Output("make-it", "id").as_json(), TOKEN)

TEXT = st.one_of(
    st.sampled_from(AWKWARD),
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12),
)

DEEPEST = 3


def calls(*services: str, references: bool = True) -> st.SearchStrategy[SdkCall]:
    """Any call of the services, with parameters of the right types, all required ones there."""
    return st.sampled_from(services).flatmap(lambda service: _of(service, references))


def _of(service: str, references: bool) -> st.SearchStrategy[SdkCall]:
    model = service_model(service)
    names = [name for name in model.operation_names if not streams(service, name)]

    def filled(operation: str) -> st.SearchStrategy[SdkCall]:
        shape = model.operation_model(operation).input_shape
        parameters = _values(shape, references, 0) if shape else st.just({})
        return parameters.map(lambda given: SdkCall(service, operation, given))

    return st.sampled_from(names).flatmap(filled)


def _values(shape: Shape, references: bool, depth: int) -> st.SearchStrategy[Any]:
    deeper = depth + 1
    match shape:
        case StructureShape() if shape.is_document_type:
            return st.dictionaries(TEXT, TEXT, max_size=2)
        case StructureShape():
            inner = {
                name: _values(member, references, deeper)
                for name, member in shape.members.items()
                if depth < DEEPEST or name in shape.required_members
            }
            required = {n: s for n, s in inner.items() if n in shape.required_members}
            some = {n: s for n, s in inner.items() if n not in required}
            return st.fixed_dictionaries(required, optional=some)
        case ListShape():
            most = 3 if depth < DEEPEST else 0
            return st.lists(_values(shape.member, references, deeper), max_size=most)
        case MapShape():
            return st.dictionaries(TEXT, _values(shape.value, references, deeper), max_size=2)
        case StringShape():
            return st.one_of(TEXT, st.sampled_from(REFERENCES)) if references else TEXT
        case _:
            return SCALARS.get(shape.type_name, TEXT)


SCALARS: dict[str, st.SearchStrategy[Any]] = {
    "boolean": st.booleans(),
    "float": st.floats(allow_nan=False, allow_infinity=False),
    "double": st.floats(allow_nan=False, allow_infinity=False),
    **{name: st.integers(-(2**31), 2**31) for name in WHOLE},
}
