"""The gym's report in every form; names and prompts in it are data."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

from cloudops.gym.result import Status
from cloudops.views import gym, gym_document, gym_files, gym_markdown, gym_picture
from cloudops.views.gym_progress import Progress
from fakes.paper import Paper, console
from fakes.results import failed, result

EVIL = 'web-1\x1b[2J"><script>alert(1)</script>|`rm`'
RESULTS = (
    *(result("P1", n) for n in range(1, 9)),
    failed("U3", 1, unwarned=("web-1 is destroyed and made again",), prompt=EVIL),
    result("M5", 1, "cli", status=Status.UNAVAILABLE, reasons=("there is no cli hand",)),
    result("M1", 1, "auto", used="sdk"),
)


def test_the_report_for_people() -> None:
    paper = Paper()
    gym.show(RESULTS, "/a b/t.json", console(paper, width=130))
    text = "\n".join(paper.lines())
    assert "paper 67%, 4.5 steps" in text
    assert "ours  100% [68, 100], 2.0 steps" in text
    assert "ahead, fewer steps" in text
    assert "- not available: cli (there is no cli hand)" in text
    assert "9 passed, 1 did not" in text
    assert "cloudops gym run --tasks '/a b/t.json' --task U3:1 --hand sdk" in text
    assert "\x1b" not in text


def test_markdown() -> None:
    text = gym_markdown.markdown(RESULTS, "")
    assert text.startswith("# Success rate and mean steps beside the paper's\n")
    assert "| provisioning | sdk | built-in | 67%, 4.5 steps |" in text
    assert "`cloudops gym run --task U3:1 --hand sdk`" in text
    assert "<script>" not in text.replace("\\<script\\>", "")
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert len({line.replace("\\|", "").count("|") for line in rows}) == 1


def test_the_document() -> None:
    document = json.loads(json.dumps(gym_document.document(RESULTS, "")))
    first = document["categories"][0]
    assert (first["group"], first["hand"], first["standing"]) == ("provisioning", "sdk", "ahead")
    assert first["rate"]["trials"] == 8
    assert first["paper"] == {"rate": 0.67, "steps": 4.5}
    assert [f["key"] for f in document["failures"]] == ["U3-1-sdk-1"]
    assert len(document["episodes"]) == len(RESULTS)


def test_the_picture_is_well_formed_and_the_same_each_time() -> None:
    drawn = gym_picture.svg(RESULTS)
    root = ElementTree.fromstring(drawn)  # noqa: S314 - our own
    text = " ".join(root.itertext())
    assert "100% (67%)" in text
    assert "not available" in text
    assert drawn == gym_picture.svg(RESULTS)


def test_the_page_loads_nothing_and_runs_nothing() -> None:
    found: list[str] = []

    class Tags(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.append(tag)
            found.extend(name for name, _ in attrs if name in ("src", "href", "onload"))

    Tags().feed(gym_picture.html(RESULTS, ""))
    assert not {"script", "src", "href", "onload", "img", "link"} & set(found)
    assert found.count("svg") == 1


def test_files_are_written_whole(tmp_path: Path) -> None:
    files = gym_files.write(RESULTS, "", tmp_path)
    assert [f.name for f in files] == ["report.json", "report.md", "report.svg", "report.html"]
    assert {f.name for f in tmp_path.iterdir()} == {f.name for f in files}


def test_progress() -> None:
    lines: list[str] = []
    progress = Progress(lines.append, total=3, done=1)
    progress.hear(result())
    progress.hear(failed(number=2, reasons=("x" * 200,)))
    assert lines[0] == "[2/3] P1-1-sdk-1 passed: 2 steps, 4.0 s"
    assert lines[1].startswith("[3/3] P1-2-sdk-1 failed: 2 steps, 4.0 s; xxx")
    assert len(lines[1]) < 140
