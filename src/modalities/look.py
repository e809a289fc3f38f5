"""How a thing that no kind names is looked at: one reading call, and where in its answer it is.

Kinds are read whole, list by list. Of the thousands of other things that a cloud has, each is
looked at for itself, by a call that is derived from the vendor's model (modalities/aws/operating).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from modalities.action import SdkCall

CALLED = "$called"
"""``{"$called": "alerts"}`` stands for an ARN or address that ends with that name."""

WHOLE = "*"
"""In ``shows``: all that the thing says of itself, each member by its name, with those in
structures joined by points; without what nobody can set and moves by itself. Its tags are then
those of the cloud."""

TYPE = "resource_type"
"""The attribute that says what a thing is where it is kept: ``sqs:queue``."""

LOOKS = "looks"
"""The attribute that has the looks by which a thing was read, where it is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """``name`` is the thing's own: ``sqs queue orders``. ``call`` only reads. ``at`` is a
    JMESPath into each page of its answer; empty: the whole. Where ``where`` says something, ``at``
    leads to a list, and the thing is the item whose members are so (member ``""``: the item
    itself). It is there where that comes to anything, and gone where it does not, or the cloud
    says that there is no such thing. ``shows`` are its attributes that matter: a JMESPath into
    the thing by name; or :data:`WHOLE`. ``type`` says what it is, as :data:`TYPE` does.

    References to outputs may stand in the call and in ``where``.
    """

    name: str
    call: SdkCall
    at: str = ""
    where: Mapping[str, Any] = field(default_factory=dict)
    shows: Mapping[str, str] = field(default_factory=dict)
    type: str = ""

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
            **({"type": self.type} if self.type else {}),
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
            type=value.get("type", ""),
        )

    @property
    def whole(self) -> Look:
        """The same, at all that the thing says of itself."""
        return replace(self, shows={WHOLE: "@"})

    @property
    def sight(self) -> str:
        """Where it looks: equal for looks that differ in what they show, or in a name."""
        said = self.as_json()
        return id_of({part: said[part] for part in SIGHT})

    @property
    def id(self) -> str:
        """What the thing's id is in a world: the look at it."""
        return id_of(self.as_json())


SIGHT = ("service", "operation", "parameters", "at", "where")


def id_of(id: Any) -> str:
    """An id as a world has it: text, or a look."""
    return json.dumps(id, sort_keys=True) if isinstance(id, Mapping) else str(id)
