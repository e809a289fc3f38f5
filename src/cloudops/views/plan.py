"""A plan for people: what it does, where and as whom, what it costs, and what to beware of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from cloudops.engine.confirm import risk_of, why
from cloudops.engine.doubts import LAST_WORD
from cloudops.engine.progress import predecessors
from cloudops.views.diff import diff, summary
from cloudops.views.plain import plain, safe, tolerant
from modalities.plan import Advisory, Cost, CostLine, Plan, Route
from modalities.step import Effect, Irreversible, Step
from modalities.target import Identity
from policies.finding import Property, Severity, Standing, Verdict

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

SEVERITIES = {"danger": 0, "warning": 1, "info": 2}
STYLES = {"danger": "bold red", "warning": "yellow", "info": "dim"}
VERDICTS = {Severity.DENY: "bold red", Severity.WARN: "yellow", Severity.INFO: "dim"}
MOST_LINES = 15
"""Cost lines shown one by one; the plan file has them all."""


STANDINGS = {
    Standing.VIOLATED: ("violated", "bold red"),
    Standing.PROVED: ("proved", "green"),
    Standing.REHEARSED: ("only rehearsed", ""),
    Standing.NEITHER: ("neither", "yellow"),
}


def show(
    plan: Plan,
    console: Console,
    verdict: Verdict | None = None,
    properties: Sequence[Property] = (),
) -> None:
    """The whole plan; with the verdict where the policies have spoken, and with what is proved
    of it, property by property, where somebody asked for that alone."""
    tolerant(console)
    for part in (*parts(plan, verdict), *_section(list(property_lines(properties)))):
        console.print(part, highlight=False, markup=False, emoji=False)


def parts(plan: Plan, verdict: Verdict | None = None) -> Iterator[RenderableType]:
    """In the order in which a person needs them: the diff last before the sums."""
    yield _fields(_identity(plan))
    for cloud, route in _routes(plan):
        yield _fields(_route(route, cloud))
    yield ""
    yield diff(plan)
    yield ""
    yield safe(summary(plan), "bold")
    risk = risk_of(plan)
    yield _fields(
        [
            ("risk", f"{risk}: {why(risk)}", ""),
            *_cost(plan.cost),
            *_evidence(plan),
            ("undo", undoable(plan), ""),
        ]
    )
    yield from _section(
        [(f"taken for granted: {text}", "dim") for text in plan.defaults],
        [(_advice(a), STYLES.get(a.severity, "")) for a in _advisories(plan)],
    )
    if verdict is not None:
        yield from _section(list(verdict_lines(verdict)), list(proof_lines(verdict.properties)))


def _fields(rows: list[tuple[str, str, str]]) -> RenderableType:
    """Label, text and style of each row."""
    from rich.table import Table

    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True, min_width=9)
    grid.add_column(overflow="fold")
    for label, text, style in rows:
        grid.add_row(safe(label, "dim"), safe(text, style))
    return grid


def _section(*groups: list[tuple[str, str]]) -> Iterator[RenderableType]:
    for group in groups:
        if group:
            yield ""
        for text, style in group:
            yield safe(text, style)


def _identity(plan: Plan) -> list[tuple[str, str, str]]:
    rows = [
        ("plan", f"{plan.request}", "bold"),
        ("", f"{plan.digest[:19]}, valid until {plan.expires_at:%Y-%m-%d %H:%M} UTC", "dim"),
        *_who(plan.identity, plan.target),
    ]
    for also in plan.also:
        rows += _who(also.identity, also.target)
    if plan.undoes:
        rows.append(("undoes", f"run {plan.undoes}", ""))
    return rows


def _who(who: Identity, target: str) -> list[tuple[str, str, str]]:
    account = f"account {who.account}, {who.region}"
    if who.resource_group:
        account = f"subscription {who.account}, resource group {who.resource_group}, {who.region}"
    rows = [
        ("on", f"{who.provider.words} {account} (target {target})", ""),
        ("as", who.principal + (f", profile {who.profile}" if who.profile else ""), ""),
    ]
    return [*rows, ("endpoint", who.endpoint_url, "")] if who.endpoint_url else rows


def _routes(plan: Plan) -> Iterator[tuple[str, Route]]:
    """Each with its cloud where there are two."""
    if plan.route is not None:
        yield f"{plan.identity.provider.words}: " if plan.also else "", plan.route
    for also in plan.also:
        if also.route is not None:
            yield f"{also.identity.provider.words}: ", also.route


def _route(route: Route, cloud: str = "") -> list[tuple[str, str, str]]:
    """The complexity with its shares, the hands in rank, then what else there is to say."""
    shares, *others = route.reasons or ("",)
    rows = [("route", f"{cloud}complexity {route.score:g}" + (f": {shares}" if shares else ""), "")]
    for place, ranked in enumerate(route.ranked):
        style = "" if place == 0 else "dim"
        rows.append(("", f"{place + 1}. {ranked.modality} {ranked.fit:.2f}  {ranked.why}", style))
    return rows + [("", reason, "dim") for reason in others]


def money(amount: float | None, currency: str) -> str:
    """``+45.26 USD``; unknown is never shown as zero."""
    return "unknown" if amount is None else f"{amount:+,.2f} {currency}"


def _cost(cost: Cost | None) -> list[tuple[str, str, str]]:
    if cost is None:
        return [("cost", "unknown", "yellow")]
    total = f"{money(cost.change, cost.currency)} a month"
    if cost.change is None:
        known = any(line.monthly is not None for line in cost.lines)
        part = f"; the part that is known: {money(cost.known, cost.currency)}" if known else ""
        total = f"change unknown{part} a month" if known else "change unknown"
    rows = [("cost", f"{total} (prices of {cost.prices_of})", "bold")]
    shown = cost.lines[:MOST_LINES]
    amounts = [_amount(line, cost.currency) for line in shown]
    width = max(map(len, amounts), default=0)
    for line, amount in zip(shown, amounts, strict=True):
        rows.append(("", f"{amount:>{width}}  {line.what}", "dim"))
    if len(cost.lines) > MOST_LINES:
        rows.append(("", f"and {len(cost.lines) - MOST_LINES} more", "dim"))
    return rows


def _amount(line: CostLine, currency: str) -> str:
    if line.monthly is None and line.at_most is not None:
        return f"unknown, at most {money(line.at_most, currency)}"
    return money(line.monthly, currency)


def _evidence(plan: Plan) -> list[tuple[str, str, str]]:
    evidence = plan.evidence
    if evidence is None or not evidence.rehearsed:
        rows = [("rehearsed", "no", "yellow")]
    else:
        count = f"{len(evidence.rehearsed)} of {len(plan.steps)} steps"
        rows = [("rehearsed", f"{count}, {evidence.sandbox}: {evidence.fidelity}, no proof", "")]
    return rows + [("", note, "dim") for note in (evidence.notes if evidence else ())]


def reversible(plan: Plan) -> bool:
    """Whether a run of it leaves anything for `undo` to do."""
    before = predecessors(plan.steps)
    final = {step.id for step in plan.steps if isinstance(step.undo, Irreversible)}
    staying = final.union(*(before[id] for id in final))
    return not plan.undoes and any(
        step.effect is not Effect.READ and step.id not in staying for step in plan.steps
    )


def undoable(plan: Plan) -> str:
    """How much of the plan can be taken back, in a line."""
    if plan.undoes:
        return LAST_WORD.why
    changing = [step for step in plan.steps if step.effect is not Effect.READ]
    stuck = [step for step in changing if isinstance(step.undo, Irreversible) or _stays(step)]
    if not changing:
        return "nothing to undo"
    if not stuck:
        return "all of it can be undone"
    if len(stuck) == len(changing):
        return "none of it can be undone"
    return f"{len(stuck)} of {len(changing)} steps cannot be undone"


def _stays(step: Step) -> bool:
    """Whether what it makes has no way back, without a word why."""
    return step.effect is Effect.CREATE and step.undo == ()


def _advisories(plan: Plan) -> list[Advisory]:
    """Danger first; what the diff says of its step is not said again."""
    told = {(step.id, step.disrupts) for step in plan.steps}
    new = [a for a in plan.advisories if (a.step, a.text) not in told]
    return sorted(new, key=lambda a: SEVERITIES.get(a.severity, len(SEVERITIES)))


def _advice(advisory: Advisory) -> str:
    where = f" ({advisory.step})" if advisory.step else ""
    return f"{advisory.severity}: {advisory.text}{where}"


def verdict_lines(verdict: Verdict) -> Iterator[tuple[str, str]]:
    """The verdict and its findings with their remedies, each a line and its style."""
    count = len(verdict.evaluated)
    policies = f"{count} {'policy' if count == 1 else 'policies'}"
    if verdict.allowed:
        yield f"verdict: allowed by {policies}", "green"
    else:
        yield f"verdict: denied ({policies} asked)", "bold red"
    for name in verdict.broken:
        yield f"  broken: policy {name} could not be evaluated, which counts as a denial", "red"
    for finding in sorted(verdict.findings, key=lambda f: list(VERDICTS).index(f.severity)):
        where = f" (step {finding.step})" if finding.step else ""
        yield (
            f"  {finding.severity}: {finding.policy}: {finding.reason}{where}",
            VERDICTS[finding.severity],
        )
        if finding.remedy:
            yield f"    to do: {plain(finding.remedy)}", "dim"


def proof_lines(properties: Sequence[Property]) -> Iterator[tuple[str, str]]:
    """What was proved, only rehearsed, and neither: a line each with its style. Of what was not
    proved the reason is told."""
    for standing, (label, style) in STANDINGS.items():
        mine = [p for p in properties if p.standing is standing]
        brief = standing is Standing.PROVED
        told = [p.id if brief else f"{p.id} ({plain(p.says)})" for p in mine]
        if told:
            yield f"{label}: {', '.join(told)}", style


def property_lines(properties: Sequence[Property]) -> Iterator[tuple[str, str]]:
    """Every property with how far it is known to hold and why: a line each with its style."""
    width = max((len(p.id) for p in properties), default=0)
    for each in properties:
        label, style = STANDINGS[each.standing]
        yield f"{each.id:<{width}}  {label}: {plain(each.says)}", style
