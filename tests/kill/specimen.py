"""What is asked for while the process is being killed: words, as data."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

FILES = {"aws": "specimens.json", "azure": "azure.json"}

ANEW = "anew"
"""The ending of an undo that was killed and is asked for once more, not resumed."""


@dataclass(frozen=True, slots=True)
class Specimen:
    """``given`` are requests that were fulfilled before. ``way`` is the command that is killed:
    ``run``, or ``undo`` of a run that was done. ``refused`` is a call that the cloud does not
    allow, so that the run fails and takes itself back. ``final``: some of it cannot be undone.
    ``indexed``: it asks for an operation of the vendor's own, for which the index must be built."""

    name: str
    words: str
    given: tuple[str, ...] = ()
    way: Literal["run", "undo"] = "run"
    refused: str = ""
    final: bool = False
    indexed: bool = False

    @property
    def goes_back(self) -> bool:
        """Whether the goal of the killed command is the start."""
        return self.way == "undo" or bool(self.refused)

    @property
    def instead(self) -> tuple[str, ...]:
        """The endings beside `resume`."""
        if self.way == "undo":
            return (ANEW,)
        return () if self.goes_back else ("undo",)


def specimens(cloud: str = "aws") -> dict[str, Specimen]:
    found = json.loads(Path(__file__).with_name(FILES[cloud]).read_text())
    made = [Specimen(**{**each, "given": tuple(each.get("given", ()))}) for each in found]
    return {each.name: each for each in made}
