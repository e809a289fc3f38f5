"""How well an SDK fits a change: it sends exactly the calls that are needed, in one process,
and keeps no description of the whole."""

from __future__ import annotations

from dataclasses import replace

from modalities.contract import Support
from modalities.fit import Fit

POWER = Support(1.0, "one call for each state change")

SDK = Fit(
    read=Support(1.0, "reads are single calls of the SDK"),
    most=20,
    create=Support(0.9, "creates side by side, each id at hand for the next call"),
    many=Support(0.6, "resources: no description of the whole is kept"),
    relate=Support(1.0, "one call on a running machine, awaited to the end"),
    delete=Support(0.8, "deletes in the order of dependencies, which it reads itself"),
    power=POWER,
    restart=POWER,
    resize=Support(0.9, "stops, changes and starts the machine in place; it keeps its id"),
    tags=Support(1.0, "one call, whoever made the resource"),
    port=Support(1.0, "one rule added or taken away, the others untouched"),
    priority=Support(0.7, "AWS cannot convert in place: replaced in many single calls"),
    diagnostics=Support(0.9, "one call on a running machine"),
    operate=Support(1.0, "any operation of the vendor's is one call"),
)

AZURE = replace(
    SDK,
    priority=Support(0.7, "Azure cannot convert in place: replaced in many single calls"),
)
