"""The plan as people see it, whole."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rich.console import Console

from cloudops.views.diff import fates, summary
from cloudops.views.plan import show, undoable
from fakes.paper import Paper, shown
from fakes.plans import LOST, call, plan, ref, step
from fakes.reports import allowed, creation, denied, upheaval
from modalities.plan import Cost, CostLine, Plan
from modalities.resource import Kind
from modalities.step import Effect
from policies.finding import Property, Standing


def test_a_plan_that_creates() -> None:
    made = creation()
    assert shown(show, made, allowed(made)) == [
        "plan       Create a VM named web-1",
        f"           {made.digest[:19]}, valid until 2026-11-22 00:00 UTC",
        "on         AWS account 123456789012, eu-west-1 (target t)",
        "as         arn:aws:iam::1:user/u",
        "route      complexity 12.5: 3 resources 8.2, 2 connections 3.3",
        "           1. sdk 0.90  typed calls for every change",
        "           2. cli 0.75  one command a step",
        "           sdk 0.90 = success 0.91 x speed 0.99",
        "",
        "+ network lab                                                     [heuristic]",
        "  cidr 10.0.0.0/16",
        "+ VM web-1                                                        [heuristic]",
        "  size t3.small, public ip no, network <id of create-network-lab>",
        "",
        "2 to create, 0 to change, 0 to replace, 0 to destroy",
        "risk       low: it creates resources",
        "cost       +15.82 USD a month (prices of 2026-11-21)",
        "           +15.18 USD  VM web-1, t3.small",
        "            +0.64 USD  disk of web-1, 8 GiB gp3",
        "rehearsed  2 of 2 steps, emulated aws: heuristic, no proof",
        "undo       all of it can be undone",
        "",
        "taken for granted: image: Amazon Linux 2023",
        "",
        "info: no public address was asked for",
        "",
        "verdict: allowed by 2 policies",
    ]


def test_what_is_destroyed_comes_first_and_unknown_is_not_zero() -> None:
    made = upheaval()
    assert shown(show, made, denied(made))[5:] == [
        "-/+ VM web-1: replace-vm-web-1                            [no preview]",
        "    spot: no -> yes",
        "    ! web-1 is ended and made again; connections are lost",
        "    cannot be undone: the data on it is lost",
        "  - disk scratch: delete-disk-scratch                     [no preview]",
        "    gib 100, state available",
        "    cannot be undone: the data on it is lost",
        "  ~ VM web-2: stop-web-2                                  [no preview]",
        "    state: running -> stopped",
        "    ! web-2 is off",
        "    undo: start web-2 again",
        "  + disk data                                             [exact]",
        "    gib 64, type gp3",
        "",
        "1 to create, 1 to change, 1 to replace, 1 to destroy",
        "risk       high: it deletes or replaces resources, or does what nothing shows or judges",
        "cost       change unknown; the part that is known: -15.18 USD a month "
        "(prices of 2026-11-21)",
        "           unknown, at most +15.18 USD  VM web-1 on spot",
        "                            -15.18 USD  VM web-1, ends",
        "rehearsed  no",
        "           not rehearsed: the sandbox is down",
        "undo       2 of 4 steps cannot be undone",
        "",
        "danger: web-1 is destroyed and made again (replace-vm-web-1)",
        "",
        "verdict: denied (2 policies asked)",
        "  deny: blast-radius: 2 resources are deleted or replaced, 1 is allowed at once",
        "    to do: ask for fewer at a time",
        "  warn: required-tags: no tag owner on VM web-1 (step create-vm-web-1)",
    ]


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_any_terminal_can_show_it(encoding: str) -> None:
    made = replace(creation(), request="caf\u00e9 \u2603")
    first = shown(show, made, encoding=encoding)[0]
    assert (
        first
        == "plan       "
        + {
            "ascii": "caf\\xe9 \\u2603",
            "latin-1": "caf\u00e9 \\u2603",
            "utf-8": "caf\u00e9 \u2603",
        }[encoding]
    )


def test_no_color_is_honoured(monkeypatch: pytest.MonkeyPatch) -> None:
    paper = Paper()
    monkeypatch.setenv("NO_COLOR", "1")
    show(upheaval(), Console(file=paper, width=100, force_terminal=True))
    text = "\n".join(paper.lines())
    assert "\x1b[3" not in text, "no foreground colour"
    assert "-/+" in text, "the sign says it without colour"


def test_what_goes_is_red_where_there_is_colour() -> None:
    paper = Paper()
    show(
        upheaval(),
        Console(
            file=paper, width=100, force_terminal=True, color_system="standard", no_color=False
        ),
    )
    assert "\x1b[1;31mdisk " in "\n".join(paper.lines())


def test_names_are_data() -> None:
    hostile = "x\x1b[2J[red]y[/red]\u202e"
    made = plan(
        step(
            "s",
            Effect.UPDATE,
            call("M"),
            ref(Kind.VM, hostile),
            before={hostile: hostile},
            after={hostile: "[link=http://evil]z[/link]"},
            disrupts=hostile,
        )
    )
    text = "\n".join(shown(show, replace(made, request=hostile, defaults=(hostile,))))
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert text.count("x\ufffd[red]y[/red]\ufffd") == 6
    assert "[link=http://evil]z[/link]" in text


def test_a_plan_without_cost_says_unknown() -> None:
    lines = shown(show, replace(creation(), cost=None))
    assert "cost       unknown" in lines
    nothing = Cost("USD", None, (CostLine("a disk", None),), "2026-11-21")
    lines = shown(show, replace(creation(), cost=nothing))
    assert "cost       change unknown (prices of 2026-11-21)" in lines


def _effects(*effects: Effect) -> Plan:
    return plan(*(step(f"s{n}", e, call("X"), ref(Kind.VM, "v")) for n, e in enumerate(effects)))


@pytest.mark.parametrize(
    ("effects", "fate"),
    [
        ((Effect.CREATE, Effect.UPDATE), Effect.CREATE),
        ((Effect.UPDATE,), Effect.UPDATE),
        ((Effect.DELETE, Effect.CREATE), Effect.REPLACE),
        ((Effect.UPDATE, Effect.DELETE), Effect.DELETE),
        ((Effect.REPLACE, Effect.UPDATE), Effect.REPLACE),
        ((Effect.READ,), Effect.READ),
    ],
)
def test_what_becomes_of_a_resource(effects: tuple[Effect, ...], fate: Effect) -> None:
    assert fates(_effects(*effects)) == {ref(Kind.VM, "v"): fate}


def test_an_attachment_changes_both_sides_and_each_once() -> None:
    attached = plan(
        step(
            "attach",
            Effect.UPDATE,
            call("AttachVolume"),
            ref(Kind.DISK, "data"),
            ref(Kind.DISK, "vol-1"),
            ref(Kind.VM, "web-1"),
            ref(Kind.VM, "i-1"),
        )
    )
    assert summary(attached) == "0 to create, 2 to change, 0 to replace, 0 to destroy"


def test_how_much_can_be_undone() -> None:
    assert undoable(creation()) == "all of it can be undone"
    assert undoable(_effects(Effect.READ)) == "nothing to undo"


def test_setting_up_what_the_plan_makes_is_part_of_making_it() -> None:
    group, table = ref(Kind.SECURITY_GROUP, "web"), ref(Kind.ROUTE_TABLE, "main")
    made = plan(
        step("open-80", Effect.UPDATE, call("A"), group, after={"rules": []}),
        step("make-group", Effect.CREATE, call("C"), group),
        step("route", Effect.UPDATE, call("R"), table, undo=LOST),
        basis={table.key: "absent"},
    )
    assert summary(made) == "1 to create, 0 to change, 0 to replace, 0 to destroy"
    assert shown(show, made)[5:10] == [
        "~ security group web: open-80              [no preview]",
        "+ security group web: make-group           [no preview]",
        "~ route table main: route                  [no preview]",
        "  cannot be undone: the data on it is lost",
        "",
    ]


def test_what_is_proved_and_what_is_not() -> None:
    made = creation()
    properties = (
        Property("order", "title", Standing.PROVED, "2 steps"),
        Property("claims", "title", Standing.PROVED, "2 names"),
        Property("effects", "title", Standing.REHEARSED, "2 steps in a copy"),
        Property("quotas", "title", Standing.NEITHER, "no quota is known"),
        Property("addresses", "title", Standing.VIOLATED, "a and b overlap"),
    )
    assert shown(show, made, replace(allowed(made), properties=properties))[-5:] == [
        "",
        "violated: addresses (a and b overlap)",
        "proved: order, claims",
        "only rehearsed: effects (2 steps in a copy)",
        "neither: quotas (no quota is known)",
    ]
    assert shown(show, made, properties=properties)[-5:] == [
        "order      proved: 2 steps",
        "claims     proved: 2 names",
        "effects    only rehearsed: 2 steps in a copy",
        "quotas     neither: no quota is known",
        "addresses  violated: a and b overlap",
    ]
