"""Policies listed with their settings, and a saved plan judged offline."""

from __future__ import annotations

from dataclasses import replace

from cloudops import planfile
from fakes.saved_plan import IDENTITY, plan
from fakes.terminal import Terminal
from modalities.codec import sealed


def test_list_shows_severities_and_settings(terminal: Terminal) -> None:
    (terminal.folder / "cloudops.toml").write_text("[policies]\nmax_deletes = 2\n")
    document = terminal("policy", "list", "-o", "json").document
    assert document["settings"]["max_deletes"] == 2
    by_id = {policy["id"]: policy for policy in document["policies"]}
    assert by_id["irreversible-delete"]["severity"] == "deny"
    assert all(policy["why"] for policy in by_id.values())
    assert "blast-radius" in terminal("policy", "list").out


def test_a_plan_that_is_allowed(terminal: Terminal) -> None:
    path = terminal.folder / "plan.json"
    planfile.save(plan(), path)
    told = terminal("policy", "check", str(path), "-o", "json")
    assert told.code == 0
    assert told.document["allowed"] is True
    assert not terminal.state.exists()


def test_a_plan_that_is_denied(terminal: Terminal) -> None:
    (terminal.folder / "cloudops.toml").write_text(
        '[policies]\nallowed_regions = ["eu-west-1"]\n[targets.eu]\nprovider = "aws"\n'
        'region = "eu-west-1"\n'
    )
    path = terminal.folder / "plan.json"
    planfile.save(sealed(replace(plan(target="eu"), identity=IDENTITY)), path)
    told = terminal("policy", "check", str(path))
    assert told.code == 4
    assert "allowed-regions" in told.out
