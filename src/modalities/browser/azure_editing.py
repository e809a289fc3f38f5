"""Dialogs of Azure's portal that show a whole list and send it back: which rows change, and what
is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from modalities.action import SdkCall
from modalities.azure import ids, model
from modalities.browser.azure_interfaces import INTERFACE, moved
from modalities.browser.tag_rows import tag_rows
from modalities.browser.vendor import Known
from modalities.step import Step

TAGS = "tags.begin_update_at_scope"
RULES = ("security_rules.begin_create_or_update", "security_rules.begin_delete")


def edited(known: Mapping[str, Any], step: Step) -> Known:
    """The resource with all that such a dialog needs for the step's call: ``subject`` is the id of
    what the call itself is about, ``group`` that of the resource group, ``new_tags`` are those of
    what is made, ``moved`` what is all that a call changes which writes an interface whole."""
    call = step.action
    if not isinstance(call, SdkCall):
        return dict(known)
    body = call.parameters.get("body") or {}
    found: Known = {**known, **_places(known, call), "new_tags": _rows(body.get("tags") or {})}
    if call.operation == TAGS:
        found["tagging"] = _tagging(known, call)
    if call.operation == INTERFACE:
        found["moved"] = moved(step)
    return found


def done(known: Mapping[str, Any], call: SdkCall) -> Known:
    """The resource as it is after the call: its tags in the dialog's order, its rules; or gone."""
    if call.operation == TAGS:
        return {**known, "tags": _rows(_tagging(known, call)["all"])}
    if call.operation in RULES:
        return _with_rule(known, call)
    operation = model.operation_of(call)
    deleted = operation is not None and operation.method == "DELETE"
    gone = deleted and _places(known, call).get("subject") == known.get("id")
    return {**known, "there": False} if gone else dict(known)


def _with_rule(known: Mapping[str, Any], call: SdkCall) -> Known:
    """By name alone: no dialog wants more of a rule."""
    name, told = call.parameters["securityRuleName"], dict(known.get("attributes") or {})
    rules = [each for each in told.get("rules") or () if each.get("name") != name]
    rules += [{"name": name}] if "body" in call.parameters else []
    return {**known, "attributes": {**told, "rules": rules}}


def _places(known: Mapping[str, Any], call: SdkCall) -> Known:
    own, operation = ids.parse(str(known.get("id", ""))), model.operation_of(call)
    if own is None or operation is None:
        return {}
    group = f"/subscriptions/{own.subscription}/resourceGroups/{own.group}"
    given = {name: call.parameters.get(name) for name in model.placeholders(operation)}
    if any(not isinstance(value, str) for value in given.values()):
        return {"group": group}
    subject = model.subject(operation, given, own.subscription)
    return {"group": group, "subject": str(ids.parse(subject) or subject)}


def _tagging(known: Mapping[str, Any], call: SdkCall) -> dict[str, Any]:
    """``all`` are the tags as they are then, by name."""
    given = call.parameters["body"]["properties"]["tags"]
    merges = call.parameters["body"]["operation"] == "Merge"
    found = tag_rows(known.get("tags", ()), given if merges else {}, () if merges else [*given])
    return {**found, "all": dict(zip(found["keys"], found["values"], strict=True))}


def _rows(tags: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"Key": key, "Value": value} for key, value in sorted(tags.items())]
