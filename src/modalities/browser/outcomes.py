"""What the console itself says of a change under way. Only a hint: the cloud decides."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from modalities.browser.addresses import Addresses, Log
from modalities.browser.approving import Approved
from modalities.browser.driver.contract import Stuck
from modalities.browser.vendor import Vendor
from modalities.browser.visits import Visit
from modalities.receipt import CloudError, Failure, Trouble

CODED = re.compile(r"^(?P<code>[A-Z][A-Za-z.]{3,60}): (?P<text>.+)", re.DOTALL)

UNTOLD = "the console does not say what came of it"


@dataclass(frozen=True, slots=True)
class Hint:
    """``ended``: the console is done with it. ``failed``: it says that it went wrong."""

    ended: bool = False
    failed: bool = False
    text: str = ""


def look_up(visit: Visit, addresses: Addresses, region: str, titles: tuple[str, ...]) -> Hint:
    """The newest line of the console's own log that is about one of ``titles``."""
    log = addresses.log
    if log is None:
        return Hint()
    urls = addresses.opened({"view": log.view}, region)["urls"]
    visit.guard(Approved(visit.access.url, ()))
    visit.web.begin()
    batch = [
        {"verb": "goto", "url": urls[visit.form or 0]},
        {"verb": "read_table", "name": log.table},
    ]
    try:
        report = visit.do(batch)
    except (Stuck, CloudError):
        return Hint()
    rows = report.tables[0].rows if report.tables else ()
    about = [row for row in rows if any(row.get(log.title) == t for t in titles)]
    return _hint(about[0], log) if about else Hint()


def _hint(row: Mapping[str, Any], log: Log) -> Hint:
    state = str(row.get(log.state, ""))
    text = str(row.get(log.detail, ""))
    return Hint(state in (log.succeeded, log.failed), state == log.failed, text)


def failure(text: str, vendor: Vendor) -> Failure:
    """What the console said, as an error by class: it repeats what the cloud told it."""
    found = CODED.search(text)
    if found is None:
        return Failure(Trouble.UNAVAILABLE, "NotConfirmed", text or UNTOLD)
    trouble = vendor.trouble_of(found["code"], found["text"])
    return Failure(trouble, found["code"], found["text"])
