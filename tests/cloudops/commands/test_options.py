"""Options may stand before the verb and after it; after it goes first."""

from __future__ import annotations

from fakes.terminal import Terminal


def values(terminal: Terminal, *words: str) -> dict[str, object]:
    settings = terminal(*words).document["settings"]
    return {name: value["value"] for name, value in settings.items()}


def test_before_and_after_the_verb(terminal: Terminal) -> None:
    before = values(terminal, "-o", "json", "--max-risk", "high", "-y", "config", "show")
    after = values(terminal, "config", "show", "-o", "json", "--max-risk", "high", "--yes")
    assert before == after
    assert before["max_risk"] == "high"
    assert before["yes"] is True


def test_after_the_verb_goes_first(terminal: Terminal) -> None:
    words = ("--budget", "5", "--output", "ndjson", "config", "show", "-o", "json")
    assert values(terminal, *words, "--budget", "$7")["budget"] == 7.0
    assert values(terminal, *words)["budget"] == 5.0


def test_every_value_says_where_it_is_from(terminal: Terminal) -> None:
    (terminal.folder / "cloudops.toml").write_text(
        "[targets.a]\nprovider='aws'\nregion='eu-west-1'\n"
    )
    document = terminal("config", "show", "-o", "json", "--timeout", "2m").document
    assert document["settings"]["timeout"] == {"value": 120.0, "origin": "--timeout"}
    assert document["settings"]["state_dir"]["origin"] == "CLOUDOPS_STATE_DIR"
    assert document["targets"]["a"]["realm"] == "production"
    assert document["files"] == [str(terminal.folder / "cloudops.toml")]
    people = terminal("config", "show").out
    assert "CLOUDOPS_STATE_DIR" in people
    assert "production" in people


def test_a_project_that_asks_for_more_is_told_aside(terminal: Terminal) -> None:
    (terminal.folder / "cloudops.toml").write_text("yes = true\n")
    machine = terminal("config", "show", "-o", "json")
    assert machine.document["settings"]["yes"]["value"] is False
    assert "cloudops.toml:1: yes = True is not taken" in machine.err


def test_help_teaches(terminal: Terminal) -> None:
    verbs = ["run", "plan", "show", "apply", "resume", "undo", "runs", "doctor"]
    groups = {"state": "drift", "locks": "break", "policy": "check", "sandbox": "env"}
    overview = terminal("--help").out
    for verb in (*verbs, *groups):
        assert f"\n  {verb}" in overview
    for words in (*([verb] for verb in verbs), *([g, v] for g, v in groups.items())):
        told = terminal(*words, "-h")
        assert told.code == 0
        assert f"  cloudops {' '.join(words)}" in told.out.partition("Examples:")[2]


def test_what_a_verb_does_not_take_is_refused_before_it_too(terminal: Terminal) -> None:
    for words in (("--dry-run", "apply", "x.json"), ("--yes", "state", "list")):
        told = terminal(*words)
        assert told.code == 64
        assert f"does not take {words[0]}" in told.err
    assert "No such option: --dry-run" in terminal("apply", "x.json", "--dry-run").err
