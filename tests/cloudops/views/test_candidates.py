"""Candidates as a table and a picture."""

from __future__ import annotations

import io
from xml.etree import ElementTree

from rich.console import Console

from cloudops.engine.candidate import Candidate
from cloudops.views import candidates
from modalities.plan import ModalityName
from modalities.step import Fidelity

SDK = Candidate(
    hand=ModalityName.SDK,
    outcome="worked",
    steps=1,
    actions=3,
    seconds=1.25,
    calls=20,
    fidelity=Fidelity.HEURISTIC,
    along=("+ disk/vol-1",),
    leaves=(),
)
IAC = Candidate(
    hand=ModalityName.IAC,
    outcome="failed",
    why="apply: X: \x1b[31mno",
    seconds=60,
    leaves=("+ vm/a",),
)
BROWSER = Candidate(hand=ModalityName.BROWSER, outcome="cannot", why="no page for it")
ALL = (SDK, IAC, BROWSER)


def shown() -> str:
    out = io.StringIO()
    console = Console(file=out, width=120, color_system=None)
    for part in candidates.parts(ALL, None):
        console.print(part, highlight=False, markup=False)
    return out.getvalue()


def test_a_row_for_each_and_the_rest_in_words() -> None:
    text = shown()
    assert "worked" in text
    assert "1.2 s" in text
    assert "all" in text
    assert "1 left" in text
    assert "sdk: brings along + disk/vol-1" in text
    assert "browser: no page for it" in text
    assert "\x1b" not in text


def test_the_picture_is_xml_whatever_was_asked() -> None:
    text = candidates.picture(ALL, 'a <b> & "c"')
    ElementTree.fromstring(text)  # noqa: S314 - our own
    assert text == candidates.picture(ALL, 'a <b> & "c"')
    longest = max(bar.width for panel in candidates.panels(ALL) for bar in panel.bars)
    assert longest == candidates.BAR
