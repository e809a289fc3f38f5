from __future__ import annotations

import ast
from collections.abc import Iterable
from pathlib import Path

import pytest

import policies
from fakes.specimens import call, delete_vm, ref, resource, step, subject, world
from modalities.resource import Kind
from modalities.step import Effect
from policies.finding import Finding, Severity
from policies.judge import evaluate
from policies.policy import Policy
from policies.registry import POLICIES, named
from policies.settings import PolicySettings
from policies.subject import Subject

RUN = step("run", Effect.CREATE, call("RunInstances"), ref(Kind.VM, "x"))


def policy(*severities: Severity, id: str = "p", fixed: bool = False) -> Policy:
    def says(asked: Subject) -> Iterable[Finding]:
        return [Finding(id, s, f"{s} about {asked.plan.id}") for s in severities]

    return Policy(id=id, title="t", severity=Severity.DENY, why="w", evaluate=says, fixed=fixed)


def crashing(id: str = "broken") -> Policy:
    def fails(asked: Subject) -> Iterable[Finding]:
        yield Finding(id, Severity.INFO, "so far so good")
        raise KeyError("boom")

    return Policy(id=id, title="t", severity=Severity.DENY, why="w", evaluate=fails)


def test_the_verdict_is_bound_to_the_digest_and_lists_what_was_evaluated() -> None:
    asked = subject(RUN)
    verdict = evaluate(asked, POLICIES)
    assert verdict.allowed
    assert verdict.digest == asked.plan.digest
    assert verdict.evaluated == tuple(p.id for p in POLICIES)


def test_findings_come_gravest_first() -> None:
    verdict = evaluate(subject(RUN), [policy(Severity.INFO, Severity.DENY), policy(Severity.WARN)])
    assert [f.severity for f in verdict.findings] == [Severity.DENY, Severity.WARN, Severity.INFO]
    assert not verdict.allowed


def test_a_policy_that_crashes_is_broken_and_never_a_yes() -> None:
    verdict = evaluate(subject(RUN), [policy(), crashing(), policy(Severity.WARN, id="q")])
    assert verdict.broken == ("broken",)
    assert verdict.evaluated == ("p", "q")
    assert not verdict.allowed
    assert [f.reason for f in verdict.findings if f.policy == "broken"] == [
        "could not be evaluated: KeyError: 'boom'"
    ]


def test_no_policies_is_no_yes() -> None:
    assert not evaluate(subject(RUN), ()).allowed


@pytest.mark.parametrize("chosen", Severity)
def test_settings_choose_the_severity_of_ordinary_findings(chosen: Severity) -> None:
    asked = subject(RUN, severities={"p": chosen})
    (finding,) = evaluate(asked, [policy(Severity.DENY)]).findings
    assert finding.severity is chosen


def test_settings_never_make_a_lighter_finding_graver() -> None:
    asked = subject(RUN, severities={"p": Severity.DENY})
    (finding,) = evaluate(asked, [policy(Severity.WARN)]).findings
    assert finding.severity is Severity.WARN


def test_a_fixed_policy_stays_as_grave_as_it_is() -> None:
    asked = subject(RUN, severities={"p": Severity.INFO})
    assert not evaluate(asked, [policy(Severity.DENY, fixed=True)]).allowed
    holds = world(resource(Kind.VM, "web-1"))
    softened = subject(
        delete_vm("web-1"), holds=holds, severities={"irreversible-delete": Severity.INFO}
    )
    assert not evaluate(softened, POLICIES).allowed


def test_every_policy_has_a_name_of_its_own_and_a_reason() -> None:
    assert len({p.id for p in POLICIES}) == len(POLICIES) == 7
    assert all(p.title and p.why for p in POLICIES)
    assert all(named(p.id) is p for p in POLICIES)
    assert named("nothing") is None


def test_a_request_tightens_the_ceiling_and_never_loosens_it() -> None:
    settings = PolicySettings(monthly_ceiling=100.0)
    assert settings.tightened(50.0).monthly_ceiling == 50.0
    assert settings.tightened(500.0).monthly_ceiling == 100.0
    assert settings.tightened(None).monthly_ceiling == 100.0
    assert PolicySettings().tightened(None).monthly_ceiling is None


PURE = frozenset(
    {"__future__", "collections", "collections.abc", "dataclasses", "enum", "ipaddress", "re"}
) | {"typing"}
IMPURE_NAMES = frozenset(
    {"open", "exec", "eval", "compile", "__import__", "input", "print", "globals", "breakpoint"}
)
ROOM = Path(policies.__file__).parent


@pytest.mark.parametrize("file", sorted(ROOM.rglob("*.py")), ids=lambda file: file.name)
def test_the_room_is_pure(file: Path) -> None:
    """No network, no files, no processes, no clock: by what each file imports and names."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        modules: list[str] = []
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            modules = [node.module or ""]
        elif isinstance(node, ast.Name):
            assert node.id not in IMPURE_NAMES, f"line {node.lineno}"
        elif isinstance(node, (ast.Global, ast.Nonlocal)):
            pytest.fail(f"line {node.lineno} keeps state")
        for module in modules:
            own = module.split(".")[0] in ("policies", "modalities")
            assert own or module in PURE, module
            assert not module.startswith("modalities.prices"), "prices are given, not looked up"


def test_the_same_question_has_the_same_answer() -> None:
    asked = subject(delete_vm("a"), delete_vm("b"), required_tags=("owner",))
    assert evaluate(asked, POLICIES) == evaluate(asked, POLICIES)
