"""Programs that hands need: the first that will do, and why others were passed over."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakes.executables import executable
from modalities.receipt import CloudError, Trouble
from modalities.tools import Program, Tool, Unfit, answer, bare, numbers, on_path, said, too_old

DRILL = Program("drill", "CLOUDOPS_DRILL", "NoDrill", "buy one")


def of_size(path: Path) -> Tool:
    if path.name == "small":
        raise too_old("1.0", "2.0")
    return Tool(path, "2.0")


def test_the_first_that_will_do_and_why_others_do_not() -> None:
    places = (Path("/a/small"), Path("/b/large"), Path("/c/huge"))
    found = DRILL.search(places, of_size)
    assert found.required() == Tool(Path("/b/large"), "2.0")
    assert found.passed == ((Path("/a/small"), "is version 1.0, and 2.0 is needed"),)


@pytest.mark.parametrize(
    ("places", "message"),
    [
        ((), "there is no drill"),
        ((Path("/a/small"),), "no drill can be used: /a/small is version 1.0, and 2.0 is needed"),
    ],
)
def test_where_none_will_do(places: tuple[Path, ...], message: str) -> None:
    with pytest.raises(CloudError) as caught:
        DRILL.search(places, of_size).required()
    error = caught.value
    assert (error.trouble, error.code, error.message) == (
        Trouble.UNAVAILABLE,
        "NoDrill",
        message,
    )
    assert (error.remedy, error.sent) == ("buy one", False)


def test_candidates_can_be_run_and_stand_somewhere_sure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = executable(tmp_path / "a" / "drill", "pass")
    (tmp_path / "b" / "drill").mkdir(parents=True)
    (tmp_path / "plain").write_text("no program")
    monkeypatch.chdir(tmp_path / "a")
    standing = (Path("drill"), good, tmp_path / "b" / "drill", tmp_path / "plain", good)
    assert DRILL.candidates(standing) == (good,)
    monkeypatch.setenv("CLOUDOPS_DRILL", "/opt/drill")
    assert DRILL.candidates(standing) == (Path("/opt/drill"),)


def test_the_first_name_wins_wherever_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/a:/b")
    assert [str(path) for path in on_path("x", "y")] == ["/a/x", "/b/x", "/a/y", "/b/y"]


def test_what_a_program_says_without_anything_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET", "of somebody")
    body = "print(sorted(set(os.environ) & {'SECRET', 'HOME'})); print('oh', file=sys.stderr)"
    path = executable(tmp_path / "drill", body)
    finished = answer([str(path)], bare(tmp_path), tmp_path, 20.0)
    assert said(finished).split() == ["['HOME']", "oh"]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("print('oh'); sys.exit(3)", "does not work: exit status 3: oh"),
        ("time.sleep(60)", "does not work: still running"),
        (None, "does not start: .*No such file"),
    ],
)
def test_a_program_that_does_not_end_well(tmp_path: Path, body: str | None, why: str) -> None:
    path = tmp_path / "drill"
    if body is not None:
        executable(path, body)
    with pytest.raises(Unfit, match=why):
        answer([str(path)], bare(tmp_path), tmp_path, 1.0)


@pytest.mark.parametrize(
    ("version", "parts"),
    [("1.11.4", (1, 11, 4)), ("1.9.0-beta2", (1, 9, 0)), ("120", (120,)), ("", ()), ("x", ())],
)
def test_versions_as_numbers(version: str, parts: tuple[int, ...]) -> None:
    assert numbers(version) == parts
