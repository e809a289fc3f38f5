"""String functions.

https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-string
"""

from __future__ import annotations

import base64
import binascii
import re
from urllib.parse import quote, unquote, urljoin

from sandbox.azure.lenient import loads
from sandbox.azure.templates.faults import ExpressionFault
from sandbox.azure.templates.functions.entry import Function, array, integer, text, wrong_type
from sandbox.azure.templates.scope import Scope
from sandbox.azure.templates.values import Json, as_text

DATA_URI = re.compile(r"data:(?P<kind>[^,;]*)(?P<options>(?:;[^,;]*)*),(?P<data>.*)", re.DOTALL)


def to_base64(value: Json) -> Json:
    return base64.b64encode(text("base64", value).encode()).decode()


def from_base64(value: Json) -> Json:
    return _decoded("base64ToString", text("base64ToString", value))


def json_from_base64(value: Json) -> Json:
    try:
        return loads(_decoded("base64ToJson", text("base64ToJson", value)).encode())
    except ValueError:
        raise _not_valid("base64ToJson", value) from None


def _decoded(name: str, value: str) -> str:
    try:
        return base64.b64decode(value, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise _not_valid(name, value) from None


def _not_valid(name: str, value: Json) -> ExpressionFault:
    return ExpressionFault(
        f"The template language function '{name}' parameter is not valid. "
        f"The provided value '{value}' cannot be decoded."
    )


def data_uri(value: Json) -> Json:
    return f"data:text/plain;charset=utf8;base64,{to_base64(text('dataUri', value))}"


def from_data_uri(value: Json) -> Json:
    found = DATA_URI.fullmatch(text("dataUriToString", value))
    if found is None:
        raise _not_valid("dataUriToString", value)
    if found["options"].endswith(";base64"):
        return _decoded("dataUriToString", unquote(found["data"]))
    return unquote(found["data"])


def ends_with(value: Json, end: Json) -> Json:
    return text("endsWith", value).lower().endswith(text("endsWith", end).lower())


def starts_with(value: Json, start: Json) -> Json:
    return text("startsWith", value).lower().startswith(text("startsWith", start).lower())


def join(values: Json, delimiter: Json) -> Json:
    return text("join", delimiter).join(as_text(value) for value in array("join", values))


def new_guid(scope: Scope) -> Json:
    """In default values of parameters only, for it differs from call to call."""
    if not scope.in_default:
        raise only_in_defaults("newGuid")
    return scope.setting.new_guid()


def only_in_defaults(name: str) -> ExpressionFault:
    return ExpressionFault(
        f"The template function '{name}' is not expected at this location. "
        "Please see https://aka.ms/arm-functions for usage details."
    )


def pad_left(value: Json, width: Json, filler: Json = " ") -> Json:
    if isinstance(value, (bool, list, dict)) or value is None:
        raise wrong_type("padLeft", "String or Integer", value)
    character = text("padLeft", filler)
    if len(character) != 1:
        raise ExpressionFault("The template language function 'padLeft' expects one character.")
    return as_text(value).rjust(integer("padLeft", width), character)


def replace(value: Json, old: Json, new: Json) -> Json:
    sought = text("replace", old)
    if not sought:
        raise ExpressionFault(
            "The template language function 'replace' expects its second parameter not to be empty."
        )
    return text("replace", value).replace(sought, text("replace", new))


def split(value: Json, delimiter: Json) -> Json:
    """By one delimiter, or by any of several."""
    given = delimiter if isinstance(delimiter, list) else [delimiter]
    marks = [text("split", one) for one in given]
    pattern = "|".join(re.escape(mark) for mark in marks if mark)
    whole = text("split", value)
    return re.split(pattern, whole) if pattern else [whole]


def substring(value: Json, start: Json = 0, length: Json = None) -> Json:
    """Fails where the part is not within the string."""
    whole, begin = text("substring", value), integer("substring", start)
    many = len(whole) - begin if length is None else integer("substring", length)
    if begin < 0 or many < 0 or begin + many > len(whole):
        raise ExpressionFault(
            "Unable to evaluate template language function 'substring'. The index and length "
            "parameters must refer to a location within the string. The index parameter: "
            f"'{begin}', the length parameter: '{many}', the length of the string parameter: "
            f"'{len(whole)}'."
        )
    return whole[begin : begin + many]


def lower(value: Json) -> Json:
    return text("toLower", value).lower()


def upper(value: Json) -> Json:
    return text("toUpper", value).upper()


def trim(value: Json) -> Json:
    return text("trim", value).strip()


def uri(base: Json, relative: Json) -> Json:
    return urljoin(text("uri", base), text("uri", relative))


def uri_component(value: Json) -> Json:
    return quote(text("uriComponent", value), safe="-_.~")


def uri_component_to_string(value: Json) -> Json:
    return unquote(text("uriComponentToString", value))


FUNCTIONS = {
    "base64": Function(to_base64, 1, 1),
    "base64tojson": Function(json_from_base64, 1, 1),
    "base64tostring": Function(from_base64, 1, 1),
    "datauri": Function(data_uri, 1, 1),
    "datauritostring": Function(from_data_uri, 1, 1),
    "endswith": Function(ends_with, 2, 2),
    "join": Function(join, 2, 2),
    "newguid": Function(new_guid, 0, 0, scoped=True),
    "padleft": Function(pad_left, 2, 3),
    "replace": Function(replace, 3, 3),
    "split": Function(split, 2, 2),
    "startswith": Function(starts_with, 2, 2),
    "string": Function(as_text, 1, 1),
    "substring": Function(substring, 1, 3),
    "tolower": Function(lower, 1, 1),
    "toupper": Function(upper, 1, 1),
    "trim": Function(trim, 1, 1),
    "uri": Function(uri, 2, 2),
    "uricomponent": Function(uri_component, 1, 1),
    "uricomponenttostring": Function(uri_component_to_string, 1, 1),
}
