"""How well commands fit a change: the same calls as by a library, each in a process of its own
that takes half a second to start, and each readable by whoever reviews the plan."""

from __future__ import annotations

from dataclasses import replace

from modalities.contract import Support
from modalities.fit import Fit

POWER = Support(0.9, "one command for each state change")

CLI = Fit(
    read=Support(0.8, "each list is a command of its own, half a second to start"),
    most=10,
    create=Support(0.7, "a command for each resource, readable and repeatable by hand"),
    many=Support(0.4, "resources: a process for each call"),
    relate=Support(0.9, "one command on a running machine"),
    delete=Support(0.7, "a command for each resource, in the order of dependencies"),
    power=POWER,
    restart=POWER,
    resize=Support(0.7, "stop, change and start: three commands and the waits between"),
    tags=Support(0.9, "one command, whoever made the resource"),
    port=Support(0.9, "one rule added or taken away by one command"),
    priority=Support(0.5, "AWS cannot convert in place: replaced in many commands"),
    diagnostics=Support(0.8, "one command on a running machine"),
)

AZURE = replace(
    CLI,
    read=Support(0.5, "reads are those of the SDK"),
    priority=Support(0.5, "Azure cannot convert in place: replaced in many commands"),
)
