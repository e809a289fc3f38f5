"""How well a web console fits a change: slow, a page at a time, and bound to what forms offer;
and the only one that shows what no API has."""

from __future__ import annotations

from modalities.contract import Support
from modalities.fit import Fit

POWER = Support(0.4, "one menu entry for each machine")

BROWSER = Fit(
    read=Support(0.5, "pages show it as a person sees it, and service health besides"),
    most=5,
    create=Support(0.3, "a wizard for each resource, by a learned workflow"),
    many=Support(0.1, "resources: a form for each"),
    relate=Support(0.4, "one dialog on a page of its own"),
    delete=Support(0.3, "a dialog for each, and its name typed"),
    power=POWER,
    restart=POWER,
    resize=Support(0.3, "stop, change and start by three dialogs"),
    tags=Support(0.3, "the whole list of tags is edited and sent back"),
    port=Support(0.3, "the whole list of rules is edited and sent back"),
    priority=Support(0.15, "made again from an image in many dialogs"),
    diagnostics=Support(0.4, "one dialog on a running machine"),
)
