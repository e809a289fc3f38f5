"""How well a description of the whole fits a change: it shows exactly what will happen and
keeps what was made together, and each run costs seconds of looking at all it keeps."""

from __future__ import annotations

from modalities.contract import Support
from modalities.fit import Fit

IAC = Fit(
    read=Support(0.3, "a read by data sources takes a whole plan, some 5 s"),
    most=2,
    create=Support(0.8, "as code, with an exact plan beforehand"),
    many=Support(0.95, "resources as code that shows all of them beforehand"),
    relate=Support(0.6, "a relation is a resource in code; the provider waits 20 s"),
    delete=Support(0.7, "taken out of the code, destroyed in the order of dependencies"),
    power=Support(0.3, "a state of its own beside the machine in code"),
    restart=Support(0.0, "a restart is no state that code could describe"),
    resize=Support(0.7, "one attribute; the provider stops, changes and starts in place"),
    tags=Support(0.7, "one attribute in code"),
    port=Support(0.8, "one rule in code, beside the others"),
    priority=Support(0.8, "a replacement, planned and done as one change"),
    diagnostics=Support(0.7, "one attribute in code"),
)

NO_STATE = "is nothing that a template says: it says what there is, not what is done"

TEMPLATES = Fit(
    read=Support(0.2, "a template reads nothing"),
    most=2,
    create=Support(0.8, "as a template, with Azure's what-if beforehand"),
    many=Support(0.95, "resources as one template that shows all of them beforehand"),
    relate=Support(0.5, "the machine is written whole, with one more part"),
    delete=Support(0.0, "a template in mode Incremental deletes nothing; the SDK hand can"),
    power=Support(0.0, f"a machine's power {NO_STATE}"),
    restart=Support(0.0, f"a restart {NO_STATE}"),
    resize=Support(0.0, f"to stop, change and start a machine {NO_STATE}"),
    tags=Support(0.6, "tags are a resource of their own in a template"),
    port=Support(0.6, "a rule is a resource of its own in a template"),
    priority=Support(0.0, f"to make a machine anew from its disks {NO_STATE}"),
    diagnostics=Support(0.6, "the machine is written whole, one attribute otherwise"),
)
"""Of ARM templates, deployed in mode Incremental."""
