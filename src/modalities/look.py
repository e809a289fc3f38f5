"""How a thing that no kind names is looked at: one reading call, and where in its answer it is.

Kinds are read whole, list by list. Of the thousands of other things that a cloud has, each is
looked at for itself, by a call that is derived from the vendor's model (modalities/aws/operating).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from modalities.action import SdkCall

CALLED = "$called"
"""``{"$called": "alerts"}`` stands for an ARN or address that ends with that name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """``name`` is the thing's own: ``sqs queue orders``. ``call`` only reads. ``at`` is a
    JMESPath into each page of its answer; empty: the whole. Where ``where`` says something, ``at``
    leads to a list, and the thing is the item whose members are so (member ``""``: the item
    itself). It is there where that comes to anything, and gone where it does not, or the cloud
    says that there is no such thing. ``shows`` are its attributes that matter: a JMESPath into
    the thing by name.

    References to outputs may stand in the call and in ``where``.
    """

    name: str
    call: SdkCall
    at: str = ""
    where: Mapping[str, Any] = field(default_factory=dict)
    shows: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """As it stands where an Expect has an id."""
        return {
            "name": self.name,
            "service": self.call.service,
            "operation": self.call.operation,
            "parameters": dict(self.call.parameters),
            "at": self.at,
            "where": dict(self.where),
            "shows": dict(self.shows),
        }

    @staticmethod
    def parse(value: Mapping[str, Any]) -> Look:
        """Back again. Raises KeyError where ``value`` is none."""
        call = SdkCall(value["service"], value["operation"], value["parameters"])
        return Look(
            name=value["name"],
            call=call,
            at=value["at"],
            where=value["where"],
            shows=value["shows"],
        )

    @property
    def id(self) -> str:
        """What the thing's id is in a world: the look at it."""
        return id_of(self.as_json())


def id_of(id: Any) -> str:
    """An id as a world has it: text, or a look."""
    return json.dumps(id, sort_keys=True) if isinstance(id, Mapping) else str(id)
