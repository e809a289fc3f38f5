"""What a request for a deployment asks for.

https://learn.microsoft.com/rest/api/resources/deployments/create-or-update
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.azure import lenient
from sandbox.azure.contract import Call
from sandbox.azure.ids import segments
from sandbox.azure.refusal import Refused, bad_request
from sandbox.azure.templates.place import Level, Place, place_of
from sandbox.azure.templates.secrets import secure_texts
from sandbox.azure.templates.source import Source
from sandbox.azure.templates.values import Json

INCREMENTAL, COMPLETE = "Incremental", "Complete"
MODES = {mode.lower(): mode for mode in (INCREMENTAL, COMPLETE)}
ROOT = ("properties", "template")


@dataclass(frozen=True, slots=True)
class Asked:
    """One deployment that is wanted. ``source`` is the text that the template came in."""

    place: Place
    name: str
    mode: str
    template: Json = field(repr=False)
    parameters: Mapping[str, Any] = field(repr=False)
    source: Source = field(default_factory=Source, repr=False)
    location: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    link: Mapping[str, Any] | None = None
    only_ids: bool = False
    """What-if tells which resources change, and not how."""
    above: tuple[str, ...] = field(default=(), repr=False)
    """Secure values of the deployments that this one is in."""

    @property
    def hidden(self) -> tuple[str, ...]:
        """Secure values: they must come out nowhere."""
        return (*secure_texts(self.template, self.parameters), *self.above)

    @property
    def id(self) -> str:
        return f"{self.place.id}/providers/Microsoft.Resources/deployments/{self.name}"


def place_in(url: str) -> Place:
    """The scope that a deployment's URL begins with."""
    parts = segments(url)
    where = [part.lower() for part in parts].index("deployments")
    if where and parts[where - 1].lower() == "microsoft.resources":
        where -= 2  # ".../providers/Microsoft.Resources"
    return place_of("/" + "/".join(parts[:where]))


def asked(call: Call) -> Asked:
    """Raises Refused."""
    body = _body(call)
    properties = body.get("properties")
    if not isinstance(properties, Mapping):
        raise _invalid("Required property 'properties' not found in JSON.")
    place = place_in(call.url)
    location = str(body.get("location") or "")
    if place.level is not Level.GROUP and not location:
        name = call.path["deploymentName"]
        raise bad_request(
            "LocationRequired", f"The 'location' property must be specified for '{name}'."
        )
    settings = properties.get("whatIfSettings") or {}
    mode = _mode(properties)
    if mode == COMPLETE and place.level is not Level.GROUP:
        raise bad_request(
            "InvalidDeployment", "Mode Complete is for deployments to a resource group alone."
        )
    return Asked(
        place=place,
        name=call.path["deploymentName"],
        mode=mode,
        template=_template(properties),
        parameters=_parameters(properties),
        source=Source(call.sent.decode("utf-8-sig", "replace"), ROOT),
        location=location,
        tags=body.get("tags") or {},
        link=properties.get("templateLink"),
        only_ids=str(settings.get("resultFormat", "")).lower() == "resourceidonly",
    )


def _body(call: Call) -> Mapping[str, Any]:
    body = lenient.loads(call.sent) if call.sent.strip() else {}
    if not isinstance(body, Mapping):
        raise _invalid("An object is expected.")
    return body


def _mode(properties: Mapping[str, Any]) -> str:
    if "mode" not in properties:
        raise _invalid("Required property 'mode' not found in JSON. Path 'properties'.")
    mode = MODES.get(str(properties["mode"]).lower())
    if mode is None:
        raise _invalid(f"Error converting value '{properties['mode']}'. Path 'properties.mode'.")
    return mode


def _template(properties: Mapping[str, Any]) -> Json:
    link = properties.get("templateLink")
    if isinstance(link, Mapping):
        raise no_content(str(link.get("uri") or link.get("id") or ""))
    if "template" not in properties:
        raise bad_request(
            "InvalidDeployment", "The deployment has neither a template nor a link to one."
        )
    return properties["template"]


def no_content(where: str) -> Refused:
    """Linked content is not fetched: the sandbox reaches no other machine."""
    return bad_request(
        "InvalidContentLink",
        f"Unable to download deployment content from '{where}'. The sandbox reaches no other "
        "machine. Please see https://aka.ms/arm-deploy for usage details.",
    )


def _parameters(properties: Mapping[str, Any]) -> Mapping[str, Any]:
    """A whole parameters file is taken for its ``parameters``, as clients send both."""
    if isinstance(link := properties.get("parametersLink"), Mapping):
        raise no_content(str(link.get("uri", "")))
    given = properties.get("parameters") or {}
    if not isinstance(given, Mapping):
        raise _invalid("Error converting 'properties.parameters' to an object.")
    return given


def _invalid(why: str) -> Refused:
    return bad_request(
        "InvalidRequestContent",
        f"The request content was invalid and could not be deserialized: '{why}'.",
    )
