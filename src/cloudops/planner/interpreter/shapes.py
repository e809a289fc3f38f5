"""What a token means by its shape alone: numbers, sizes, addresses, names and their ranges."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from cloudops.planner.interpreter.places import AWS_REGION
from cloudops.planner.interpreter.vocabulary import attributes
from cloudops.planner.interpreter.vocabulary.tags import Tag
from modalities.resource import Kind, Provider

MOST = 200
"""Resources one request may name or count."""

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_MARKED_NAME = re.compile(r"(?=[^0-9_.-]*[0-9_.-])(?=[^A-Za-z]*[A-Za-z])[A-Za-z0-9][A-Za-z0-9._-]*")
_NUMBER = re.compile(r"\d{1,9}(?:\.\d{1,3})?")
_TIMES = re.compile(r"(?:(\d{1,4})x|x(\d{1,4}))", re.IGNORECASE)
_QUANTITY = re.compile(r"(\d{1,7}(?:\.\d{1,3})?)-?([A-Za-z]{1,10})")
_CIDR = re.compile(r"(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})/(\d{1,2})")
_ADDRESS = re.compile(r"(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})")
_AWS_SIZE = re.compile(
    r"[a-z][a-z0-9-]{1,12}\.(?:nano|micro|small|medium|large|xlarge|\d{1,3}xlarge|metal(?:-\w+)?)",
    re.IGNORECASE,
)
_AZURE_SIZE = re.compile(r"(?:Standard|Basic)_[A-Z]+\d\w*", re.IGNORECASE)
_AZURE_SHORT = re.compile(r"B\d{1,2}(?:l?s|ms)|[DEF]\d{1,2}[a-z]{0,4}_v\d")
"""As people shorten Azure's sizes: B2s, D4s_v5. In capitals only: in small letters they are
names."""
_TIME = re.compile(r"\d{1,2}(?::\d{2})?(?:am|pm)|\d{1,2}:\d{2}|\d{4}-\d{2}-\d{2}", re.IGNORECASE)
_IMAGE = re.compile(r"ami-[0-9a-f]{6,17}")
_ZONE = re.compile(rf"({AWS_REGION.pattern})([a-f])")
_PORT_PAIR = re.compile(r"(\d{1,5}):(\d{1,5})")
_PORT_RANGE = re.compile(r"(\d{1,5})(?:-|\.\.)(\d{1,5})")
_PORT_PROTOCOL = re.compile(r"(?:(\d{1,5})/(tcp|udp)|(tcp|udp)[/:](\d{1,5}))", re.IGNORECASE)
_PAIR = re.compile(r"([A-Za-z][\w.:/-]*)=(.+)", re.DOTALL)
_COLON_PAIR = re.compile(r"([A-Za-z][\w.-]*):([\w./@-]+)")
_DOTS = re.compile(r"([\w.-]*?\w)(?:\.{2,3}|…)(\w[\w.-]*)")
_BRACKETS = re.compile(r"([\w.-]+)[\[{](\d{1,4})(?:-|\.\.|:|,)(\d{1,4})[\]}]")
_TWICE = re.compile(r"(?P<stem>[A-Za-z][\w.-]*?)(?P<first>\d{1,4})-(?P=stem)(?P<last>\d{1,4})")
_COUNTED = re.compile(r"(.*?)(\d{1,4})")
_LETTERED = re.compile(r"(.*[-_.])([A-Za-z])")

ID_KINDS: Mapping[str, Kind] = {
    "i": Kind.VM,
    "vol": Kind.DISK,
    "vpc": Kind.NETWORK,
    "subnet": Kind.SUBNET,
    "sg": Kind.SECURITY_GROUP,
    "eni": Kind.NIC,
    "eipalloc": Kind.PUBLIC_IP,
    "snap": Kind.SNAPSHOT,
    "rtb": Kind.ROUTE_TABLE,
    "igw": Kind.GATEWAY,
    "key": Kind.KEY_PAIR,
}
_ID = re.compile(rf"({'|'.join(ID_KINDS)})-[0-9a-f]{{8,17}}")


def kind_of_id(name: str) -> Kind | None:
    """The kind that a provider's own id tells (``i-0abc...``), or None."""
    match = _ID.fullmatch(name)
    return ID_KINDS[match[1]] if match else None


def is_name(text: str) -> bool:
    """Whether ``text`` can only be a name: letters with a digit, dash, dot or underscore."""
    return bool(_MARKED_NAME.fullmatch(text))


def may_be_name(text: str) -> bool:
    """Whether a naming word may be followed by ``text``: not a sign or a dangling piece."""
    return any(sign.isalnum() for sign in text)


def meanings(text: str) -> Mapping[Tag, Any]:
    """What ``text`` is by its shape; empty for a plain word."""
    if len(text) > 160:
        return {}
    if _TIME.fullmatch(text):
        return {Tag.HAZARD: "a schedule or a time"}
    found = _numeric(text) or _native(text)
    if found:
        return found
    if match := _PAIR.fullmatch(text):
        return _pair(match[1], match[2])
    names = _names(text)
    if names:
        return {Tag.NAME: names}
    if match := _COLON_PAIR.fullmatch(text):
        return _pair(match[1], match[2])
    return {}


def _numeric(text: str) -> Mapping[Tag, Any]:
    if _NUMBER.fullmatch(text):
        return {Tag.NUMBER: float(text) if "." in text else int(text)}
    if match := _TIMES.fullmatch(text):
        return {Tag.NUMBER: int(match[1] or match[2])}
    if match := _CIDR.fullmatch(text):
        return {Tag.CIDR: text}
    if match := _ADDRESS.fullmatch(text):
        return {Tag.ADDRESS: text}
    if match := _PORT_PAIR.fullmatch(text):
        return {Tag.PORTS: ("pair", int(match[1]), int(match[2]), None)}
    if match := _PORT_RANGE.fullmatch(text):
        return {Tag.PORTS: ("range", int(match[1]), int(match[2]), None)}
    if match := _PORT_PROTOCOL.fullmatch(text):
        port, protocol = int(match[1] or match[4]), (match[2] or match[3]).lower()
        return {Tag.PORTS: ("one", port, port, protocol)}
    if match := _QUANTITY.fullmatch(text):
        return quantity(float(match[1]), match[2].lower())
    return {}


_UNITS = {
    phrase.strip(): (attribute, factor)
    for attribute, factor, phrases in attributes.UNITS.values()
    for phrase in phrases.split("|")
}


def quantity(number: float, unit: str) -> Mapping[Tag, Any]:
    """The quantity in its attribute's own unit, or nothing where the unit is not known."""
    if unit not in _UNITS:
        return {}
    attribute, factor = _UNITS[unit]
    return {Tag.QUANTITY: (attribute, number * factor)}


def _native(text: str) -> Mapping[Tag, Any]:
    """The vendors' own sizes, images, regions and zones."""
    low = text.lower()
    if _AWS_SIZE.fullmatch(text):
        return {Tag.SIZE: (Provider.AWS, low)}
    if _AZURE_SIZE.fullmatch(text):
        family, _, rest = text.partition("_")
        return {Tag.SIZE: (Provider.AZURE, f"{family.capitalize()}_{rest}")}
    if _AZURE_SHORT.fullmatch(text):
        return {Tag.SIZE: (Provider.AZURE, f"Standard_{text}")}
    if _IMAGE.fullmatch(text):
        return {Tag.ADJECTIVE: {"image": text}}
    if AWS_REGION.fullmatch(low):
        return {Tag.REGION: low}
    if match := _ZONE.fullmatch(low):
        return {Tag.ZONE: low, Tag.REGION: match[1]}
    return {}


def _pair(key: str, value: str) -> Mapping[Tag, Any]:
    return {Tag.TAGS: (key, value), **_setting(key, value)}


_SETTINGS = {
    phrase.strip(): setting
    for setting, phrases in attributes.SETTINGS.items()
    for phrase in phrases.split("|")
}


def _setting(key: str, value: str) -> dict[Tag, Any]:
    setting = _SETTINGS.get(key.lower())
    if setting is None and key.lower() in ("bootdiagnostics", "boot_diagnostics", "monitoring"):
        setting = "diagnostics"
    return {Tag.SETTING: (setting, value)} if setting else {}


def _names(text: str) -> tuple[str, ...]:
    """The names that ``text`` stands for: one, or a range of them."""
    if match := _BRACKETS.fullmatch(text):
        return span(f"{match[1]}{match[2]}", f"{match[1]}{match[3]}")
    if match := _DOTS.fullmatch(text):
        first, last = match[1], match[2]
        stem = _COUNTED.fullmatch(first)
        return span(first, stem[1] + last if stem and last.isdigit() else last)
    if match := _TWICE.fullmatch(text):
        return span(match["stem"] + match["first"], match["stem"] + match["last"])
    return (text,) if is_name(text) else ()


def span(first: str, last: str) -> tuple[str, ...]:
    """The names from ``app-1`` to ``app-3`` or ``web-a`` to ``web-c``; empty if not a range.

    A bare number or letter as ``last`` counts on from ``first``'s stem.
    """
    start, end = _COUNTED.fullmatch(first), _COUNTED.fullmatch(last)
    if start and end and start[1] and end[1] in (start[1], ""):
        numbers = range(int(start[2]), int(end[2]) + 1)
        width = len(start[2]) if start[2].startswith("0") and len(start[2]) > 1 else 0
        if 2 <= len(numbers) <= MOST:
            return tuple(f"{start[1]}{n:0{width}d}" for n in numbers)
        return ()
    begin, finish = _LETTERED.fullmatch(first), _LETTERED.fullmatch(last)
    if begin and finish and begin[1] == finish[1] and begin[2] < finish[2]:
        letters = range(ord(begin[2]), ord(finish[2]) + 1)
        if len(letters) <= 26:
            return tuple(begin[1] + chr(n) for n in letters)
    return ()
