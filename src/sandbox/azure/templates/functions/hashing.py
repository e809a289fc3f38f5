"""guid() and uniqueString(): names out of a hash, the same for the same arguments.

``guid`` is a version 5 UUID of the arguments joined by ``-``, in a namespace that Microsoft
documents (https://learn.microsoft.com/azure/azure-resource-manager/bicep/bicep-functions-string#guid).

The hash behind ``uniqueString`` is not documented. What is here is MurmurHash3 in two lanes
of 32 bits (Austin Appleby, public domain), written in base 32, which agrees with the example
that Microsoft publishes with its ``azapi`` provider. It is not known to match in every case.
"""

from __future__ import annotations

from uuid import UUID, uuid5

from sandbox.azure.templates.faults import ExpressionFault
from sandbox.azure.templates.functions.entry import Function
from sandbox.azure.templates.values import Json

NAMESPACE = UUID("11fb06fb-712d-4ddd-98c7-e71bbd588830")
ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
LENGTH = 13
FIRST, SECOND = 0x239B961B, 0xAB0E9789
WORD = 0xFFFFFFFF


def guid(*values: Json) -> Json:
    return str(uuid5(NAMESPACE, _joined("guid", values)))


def unique_string(*values: Json) -> Json:
    """13 characters of ``a-z2-7``."""
    value = hashed(_joined("uniqueString", values).encode())
    written = ""
    for _ in range(LENGTH):
        written += ALPHABET[value >> 59]
        value = value << 5 & (1 << 64) - 1
    return written


def _joined(name: str, values: tuple[Json, ...]) -> str:
    if not all(isinstance(value, str) for value in values):
        raise ExpressionFault(
            f"Unable to evaluate template language function '{name}': "
            "all function arguments must be string literals."
        )
    return "-".join(values)


def hashed(data: bytes) -> int:
    """64 bits. Words are little-endian; what is left over at the end fills up with zeros."""
    one = two = 0
    whole = len(data) // 8 * 8
    for at in range(0, whole, 8):
        one ^= _first_lane(data[at : at + 4])
        one = (_turned(one, 19) + two) * 5 + 0x561CCD1B & WORD
        two ^= _second_lane(data[at + 4 : at + 8])
        two = (_turned(two, 13) + one) * 5 + 0x0BCAA747 & WORD
    one ^= _first_lane(data[whole : whole + 4])
    two ^= _second_lane(data[whole + 4 :])
    one, two = one ^ len(data), two ^ len(data)
    one = one + two & WORD
    two = two + one & WORD
    one, two = _stirred(one), _stirred(two)
    one = one + two & WORD
    two = two + one & WORD
    return two << 32 | one


def _first_lane(data: bytes) -> int:
    return _turned(int.from_bytes(data, "little") * FIRST & WORD, 15) * SECOND & WORD


def _second_lane(data: bytes) -> int:
    return _turned(int.from_bytes(data, "little") * SECOND & WORD, 17) * FIRST & WORD


def _turned(value: int, by: int) -> int:
    return (value << by | value >> 32 - by) & WORD


def _stirred(value: int) -> int:
    value ^= value >> 16
    value = value * 0x85EBCA6B & WORD
    value ^= value >> 13
    value = value * 0xC2B2AE35 & WORD
    return value ^ value >> 16


FUNCTIONS = {
    "guid": Function(guid, 1, None),
    "uniquestring": Function(unique_string, 1, None),
}
