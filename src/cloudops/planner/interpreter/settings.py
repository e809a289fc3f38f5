"""Settings written ``key=value``: the value read as the setting's kind, or refused."""

from __future__ import annotations

from typing import Any

from cloudops.planner.interpreter import shapes
from cloudops.planner.interpreter.lexicon import lexicon
from cloudops.planner.interpreter.things import Ports
from cloudops.planner.interpreter.vocabulary.tags import Tag

_ON = {"true": True, "yes": True, "on": True, "1": True, "enabled": True}
_OFF = {"false": False, "no": False, "off": False, "0": False, "disabled": False}


def said(setting: str, value: str) -> dict[str, Any] | None:
    """What ``setting=value`` says of a thing; None where the value does not fit."""
    if setting == "names":
        return {"named": tuple(value.split(",")), "back": ""}
    if setting in ("size", "cidr", "image", "disk_type"):
        return _by_shape(setting, value)
    if setting in ("network", "subnet"):
        return {f"{setting}_name": value}
    if setting in ("zone", "key_pair", "prefix", "region"):
        return {setting: value}
    if setting == "protocol":
        return {"protocol": value.lower()} if value.lower() in ("tcp", "http", "https") else None
    if setting in ("switch", "diagnostics"):
        switch = (_ON | _OFF).get(value.lower())
        return None if switch is None else {"switch": switch}
    return _number(setting, value)


def _by_shape(setting: str, value: str) -> dict[str, Any] | None:
    shape = shapes.meanings(value)
    _, means = lexicon().match((value.lower(),))
    if setting == "size" and Tag.SIZE in shape:
        provider, size = shape[Tag.SIZE]
        return {"size": {provider: [size]}}
    if setting == "cidr" and Tag.CIDR in shape:
        return {"cidr": [value]}
    if setting == "size" and Tag.QUANTITY in shape:
        return dict([shape[Tag.QUANTITY]])
    says = {**means, **shape}.get(Tag.ADJECTIVE)
    wanted = "quality" if setting == "size" else setting
    return dict(says) if says and wanted in says else None


def _number(setting: str, value: str) -> dict[str, Any] | None:
    if setting in ("gib", "memory"):
        quantity = shapes.meanings(value).get(Tag.QUANTITY, ("gib", None))
        number = float(value) if value.isdigit() else quantity[1]
        attribute = "memory_gib" if setting == "memory" else "gib"
        return None if number is None or quantity[0] != "gib" else {attribute: number}
    if not value.isdigit():
        return None
    if setting == "port":
        return {"ports": [Ports("one", int(value), int(value))]}
    return {setting: int(value)}
