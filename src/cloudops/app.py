"""The composition root: the only file that names concrete classes."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, assert_never

from cloudops.beside import Beside, checked
from cloudops.config import Config
from cloudops.engine.contract import Asker, Interpreter, Observer
from cloudops.engine.drift import OUTSIDE, of_code
from cloudops.engine.execute import Patience
from cloudops.engine.journey import NO_CONTEXT, Journey
from cloudops.engine.outside import Outside, outside
from cloudops.engine.parts import Parts
from cloudops.engine.plan_hold import let_go
from cloudops.engine.preferring import Preferring
from cloudops.engine.refresh import Refreshed, refresh
from cloudops.engine.report import Options, Report
from cloudops.errors import Misused
from cloudops.llm.contract import Event, Heard, Oracle, Phase, Role, Usage, unheard
from cloudops.memory.memory import Memory
from cloudops.memory.versions import Versions
from cloudops.planner.by_knowledge.interpreter import KnowledgeInterpreter
from cloudops.planner.interpreter.grammar import BuiltInInterpreter
from cloudops.request import Context, GraphData, Request
from cloudops.settings.targets import loopback
from cloudops.state.contract import Filter, Store
from cloudops.state.sql import open_store
from modalities.action import CliCommand, SdkCall
from modalities.browser.access import Access
from modalities.browser.aws import AwsBrowser
from modalities.browser.driver import finding
from modalities.browser.hand import ConsoleHand
from modalities.cli.aws import AwsCli
from modalities.cli.awscli import tool as awscli
from modalities.cli.azcli import tool as azcli
from modalities.contract import Exported, Exporter, Keeper, Modality, Unsupported
from modalities.iac import provider
from modalities.iac import tool as terraform
from modalities.iac.aws import AwsIac
from modalities.plan import ModalityName, Plan
from modalities.prices import table
from modalities.receipt import CloudError, Trouble
from modalities.resource import Provider, Resource
from modalities.sdk.aws import AwsSdk
from modalities.step import Effect
from modalities.target import Identity, Realm, Target
from modalities.tools import Search, Tool
from sandbox.azure.daemon import AzureSandbox, home_of
from sandbox.azure.names import GROUP
from sandbox.console.daemon import Console
from sandbox.copies import SandboxCopies, console_of
from sandbox.daemon import Sandbox
from sandbox.emulator import SandboxError

if TYPE_CHECKING:
    from cloudops.knowledge.contract import Operation, Source
    from cloudops.knowledge.knowledge import Knowledge
    from cloudops.planner.ailing import Repairer
    from cloudops.planner.by_knowledge.arm.tables import Tables
    from modalities.browser.lawful import PilotOf
    from modalities.prices.table import Prices

MOST_NAMES = 200
"""Of what is there, that a model is told."""

MOST_TIED = 40
"""Of what hangs on one thing, that a model is told."""

QUICK = Patience(dependency=20.0, doubt=1.0, read_back=10.0, polls=0.25)
"""The sandbox answers in milliseconds and is never eventually consistent."""


@dataclass(frozen=True, slots=True)
class Learned:
    """A workflow that was recorded; ``file`` is None where there is no place to keep it."""

    name: str
    parameters: tuple[str, ...]
    file: Path | None


@dataclass(frozen=True, slots=True)
class Programs:
    """What the hands work with on this machine. ``mirror`` is the directory that Terraform's
    providers come from, ``mirror_override`` the variable that names it; None where there is
    no such directory, or no Terraform."""

    aws: Search[Tool]
    az: Search[Tool]
    terraform: Search[Tool]
    browser: Search[Tool]
    mirror: Path | None
    mirror_override: str = provider.OVERRIDE


class App:
    """Everything put together for one target. Use as a context manager: it closes the store."""

    def __init__(
        self, config: Config, parts: Parts, sandbox: Sandbox, browsers: Sequence[ConsoleHand]
    ) -> None:
        self.config = config
        self.sandbox = sandbox
        self.store = parts.store
        self.target = parts.target
        self._parts = parts
        self._browsers = browsers
        self._journey = Journey(parts)

    @staticmethod
    def open(config: Config, *, target: str, asker: Asker, observer: Observer) -> App:
        """Raises Misused for an unknown target, StoreError, SandboxError."""
        store = open_store(config.store)
        sandbox = Sandbox(config.state_dir / "sandbox")
        chosen, more = checked(config, target)
        chosen = _running(config, sandbox, chosen, observer)

        def paint(graph: GraphData, run: str) -> tuple[Path, ...]:
            from cloudops.views import picture

            return picture.write(graph, config.state_dir / "pictures" / run, "dependencies")

        prices = table.load(config.state_dir / "prices.json")
        oracle, heard, spent = _oracle(config, observer)
        pilot_of = _pilot_of(config, oracle, heard)
        browser = _browser(config, chosen, sandbox, prices, pilot_of)
        hands = _hands(config, chosen, prices, browser)
        browsers = [browser]

        def opened(other: Target) -> tuple[Target, tuple[Modality, ...]]:
            browsers.append(_browser(config, other, sandbox, prices))
            running = _running(config, sandbox, other, observer)
            return running, _hands(config, running, prices, browsers[-1])

        interpreter = _interpreter(config, chosen, store, oracle, heard)
        parts = Parts(
            store=store,
            target=chosen,
            hands=hands,
            others=Beside(config, config.target(chosen.name), more, opened),
            interpreter=interpreter,
            spent=spent,
            repairer=_repairer(config, chosen, oracle, heard),
            copies=SandboxCopies(sandbox),
            asker=Preferring(asker, store, str(config.directory)),
            observer=observer,
            prices=prices,
            settings=config.policies_for(chosen),
            memory=Memory(store, Versions(chosen.provider, config.policies_for(chosen), _program)),
            paint=paint,
            patience=QUICK if chosen.realm is Realm.SANDBOX else Patience(),
            secrets_dir=config.state_dir / "keys",
        )
        return App(config, parts, sandbox, browsers)

    def run(self, request: Request, options: Options, context: Context = NO_CONTEXT) -> Report:
        return self._journey.run(request, options, context)

    def plan(self, request: Request, options: Options, context: Context = NO_CONTEXT) -> Report:
        return self._journey.plan(request, options, context)

    def explore(self, request: Request, options: Options, *, jobs: int, broken: bool) -> Report:
        return self._journey.explore(request, options, jobs=jobs, broken=broken)

    def pictured(self, report: Report) -> tuple[Path, ...]:
        """The picture of a run's candidates, written where pictures are kept."""
        from cloudops.views import candidates

        if not report.candidates:
            return ()
        place = self.config.state_dir / "pictures" / report.run / "candidates.svg"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(candidates.picture(report.candidates, report.request.text), "utf-8")
        return (place,)

    def apply(self, plan: Plan, options: Options) -> Report:
        return self._journey.apply(plan, options)

    def let_go(self, plan: Plan) -> bool:
        """End the hold of a plan that nobody can apply; whether it had one."""
        return let_go(self.store, plan.digest)

    def bring_about(
        self, request: Request, options: Options, *, destroy: bool, whole: bool
    ) -> Report:
        return self._journey.bring_about(request, options, destroy=destroy, whole=whole)

    def export(self) -> Exported:
        """What the target holds as code that takes it over. Raises Misused, CloudError."""
        hand = next((hand for hand in self._parts.hands if isinstance(hand, Exporter)), None)
        if hand is None:
            raise Misused(f"what target {self.target.name} holds cannot be written as code yet")
        try:
            return hand.exported(self.target)
        except Unsupported as error:
            raise Misused(f"nothing was written: {error}") from error

    def resume(self, run: str | None, options: Options) -> Report:
        return self._journey.resume(run, options)

    def undo(self, run: str | None, options: Options) -> Report:
        return self._journey.undo(run, options)

    def identify(self) -> Identity:
        """Who we are at the target, as it says itself. Raises CloudError."""
        return self._parts.hands[0].identify(self.target)

    def drift(self) -> Outside:
        """What the target holds as far as it may be seen, and where state, code and cloud
        disagree. Raises CloudError where nothing may be seen."""
        ground = self._ground()
        look = self._outside(ground)
        found, unread = look.found, look.survey.unread
        for keeper in self._keepers:
            kept = keeper.kept(self.target)
            pending = keeper.ahead(self.target) if kept else ()
            there = look.survey.world
            placed = keeper.placed(self.target)
            if kept and placed != ground:  # the code names another region: look there too
                more = self._outside(placed)
                there = more.survey.world
                found, unread = (*found, *more.found), (*unread, *more.survey.unread)
            told = of_code(pending, kept, there, {d.id for d in found}, self._written_by)
            found = (*found, *told)
        return replace(look, found=found, survey=replace(look.survey, unread=unread))

    @property
    def _keepers(self) -> tuple[Keeper, ...]:
        return tuple(hand for hand in self._parts.hands if isinstance(hand, Keeper))

    def _ground(self) -> Target:
        """Where drift is looked for: the target; but where nothing is known of its region, and
        its code works in another, there alone."""
        for keeper in self._keepers:
            placed = keeper.placed(self.target)
            if placed != self.target and not self.store.knows(self.identify().scope):
                return placed
        return self.target

    def _outside(self, target: Target) -> Outside:
        """What there is, and what strangers made of what the state has."""
        return outside(self._parts.hands[0], target, self.store, self._parts.observer)

    def _written_by(self, resource: Resource) -> str | None:
        """The other hand and its run that wrote the resource last, where one did."""
        written = max(self.store.provenance(resource.ref), key=lambda p: p.at, default=None)
        if written is None or written.modality in (OUTSIDE, ModalityName.IAC):
            return None
        return f"{written.modality} in run {written.run}"

    def refresh(self) -> Refreshed:
        """Read all that may be seen of the target into the state. Raises CloudError where
        nothing may."""
        return refresh(self._parts.hands[0], self.target, self.store, self._parts.observer)

    def record(self, name: str, call: str, until: Callable[[], bool]) -> Learned:
        """Watch a person work in the target's console until it is over, and keep that as a
        workflow for ``call``. Raises Misused where it makes none, CloudError."""
        browser = self._browsers[0]
        if not isinstance(browser, AwsBrowser):
            raise Misused(
                f"target {self.target.name} is on Azure, where nothing is recorded yet",
                remedy="choose a target on AWS with --target",
            )
        try:
            workflow, file = browser.record(self.target, name, call, until)
        except Unsupported as error:
            raise Misused(f"nothing was learned: {error}") from error
        return Learned(workflow.name, tuple(workflow.parameters), file)

    def __enter__(self) -> App:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for browser in self._browsers:
            browser.close()
        self.store.close()


class Consoles:
    """The web console of a target: its own where one is configured; for an emulated cloud on
    this machine, the sandbox's, opened over it when it is first needed."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def __call__(self, target: Target) -> Access:
        """Raises CloudError where there is none."""
        if target.console_url is not None:
            session = Path(target.console_session) if target.console_session else None
            return Access(target.console_url, "", "", session)
        if not loopback(target.endpoint_url or ""):
            raise CloudError(
                Trouble.UNAVAILABLE,
                "NoConsole",
                f"no web console is configured for target {target.name}",
                sent=False,
                remedy="set console_url and console_session for it",
            )
        home = console_of(self._sandbox.home, target)
        try:
            status = Console(home, target).up()
        except SandboxError as error:
            raise CloudError(
                Trouble.UNAVAILABLE, "NoConsole", str(error), sent=False, remedy=error.remedy
            ) from error
        return Access(status.url, status.user, status.password)


def as_code(plan: Plan, config: Config) -> Exported:
    """What a saved plan would make, as code; no cloud is asked. Raises Misused, CloudError."""
    if plan.identity.provider is not Provider.AZURE or plan.also:
        raise Misused(
            "the plan is not for Azure alone, and nothing else is written as code here",
            remedy="make one with --target for a target on Azure; `--modality iac` on AWS writes "
            "Terraform code by itself",
        )
    from modalities.iac.azure import AzureIac

    try:
        return AzureIac(config.state_dir / "iac").planned(plan.steps, plan.identity.scope)
    except Unsupported as error:
        raise Misused(f"nothing was written: {error}") from error


def programs(environment: Mapping[str, str]) -> Programs:
    """Looked for as the hands do it; each is asked for its version."""
    found = terraform.search()
    source = provider.source(found.tool, environment) if found.tool else None
    mirror = source.mirror if source else None
    return Programs(awscli.search(), azcli.search(), found, finding.search(), mirror)


def _program(hand: ModalityName) -> Path | None:
    """The program that a hand works with, where it needs one. Nothing is run."""
    match hand:
        case ModalityName.CLI:
            return next(iter(awscli.candidates()), None)
        case ModalityName.BROWSER:
            return next(iter(finding.candidates()), None)
        case _:
            return None


def _browser(
    config: Config,
    target: Target,
    sandbox: Sandbox,
    prices: Prices,
    pilot_of: PilotOf | None = None,
) -> ConsoleHand:
    """The hand for the console of the target's cloud. It starts nothing yet."""
    hand: type[ConsoleHand] = AwsBrowser
    if target.provider is Provider.AZURE:
        from modalities.browser.azure import AzureBrowser as hand  # noqa: N813 - one of two
    return hand(
        Consoles(sandbox),
        prices,
        evidence=config.state_dir / "evidence",
        headed=config["headed"],
        workflows=config.state_dir / "workflows",
        pilot_of=pilot_of,
    )


def _pilot_of(config: Config, oracle: Oracle | None, heard: Heard) -> PilotOf | None:
    """Who finds out on pages, in copies, what the browser hand does not know."""
    if oracle is None or config.models.role("pilot") is None:
        return None
    from cloudops.planner.by_model.pilot import ModelPilot

    return lambda law: ModelPilot(oracle, law, heard)


def _hands(
    config: Config, target: Target, prices: Prices, browser: ConsoleHand
) -> tuple[Modality, ...]:
    """Those for the target's cloud; the first one looks and reads back."""
    match target.provider:
        case Provider.AWS:
            iac = AwsIac(config.state_dir / "iac", prices, _own_code(config))
            return (AwsSdk(prices), AwsCli(prices), iac, browser)
        case Provider.AZURE:
            from modalities.cli.azure import AzureCli
            from modalities.iac.azure import AzureIac
            from modalities.sdk.azure import AzureSdk

            templates = AzureIac(config.state_dir / "iac", prices, _own_code(config))
            return (AzureSdk(prices), AzureCli(prices), templates, browser)
    assert_never(target.provider)


def knowledge_sources() -> tuple[Source, ...]:
    """What the tools on this machine say of their own operations. None of them is run."""
    from cloudops.knowledge import installed
    from modalities.azure import operations

    edition = " ".join(f"{name} {number}" for name, number in operations.versions().items())
    rows = operations.operations()
    return installed.sources(awscli.candidates(), installed.az_programs(), rows, edition)


def _own_code(config: Config) -> dict[str, Path]:
    """Directories of people's own code, by target."""
    return {t.name: Path(t.terraform_dir) for t in config.targets.values() if t.terraform_dir}


def emptied(config: Config, target: Target) -> None:
    """A sandbox that starts anew holds nothing: what was kept of it as code is forgotten."""
    match target.provider:
        case Provider.AWS:
            AwsIac(config.state_dir / "iac").forget(target)
        case Provider.AZURE:
            from modalities.iac.azure import AzureIac

            AzureIac(config.state_dir / "iac").forget(target)
        case _:
            assert_never(target.provider)


def _by_knowledge(config: Config) -> Interpreter:
    """The grammar, and for what it does not understand the index of what the tools know, where
    that is built."""

    return KnowledgeInterpreter(BuiltInInterpreter(), _index(config), effect_of, arm_tables)


@cache
def arm_tables() -> Tables:
    """What Azure's SDKs say of their operations and of what these take."""
    from cloudops.planner.by_knowledge.arm.tables import Tables
    from modalities.azure import bodies, operations, secrets

    return Tables(operations.operations, bodies.fields, bodies.values, secrets.is_secret)


def _index(config: Config) -> Callable[[], Knowledge | None]:
    """Opens what the installed tools know, where that is built."""

    def opened() -> Knowledge | None:
        from cloudops.knowledge.knowledge import Knowledge

        return Knowledge.built(config.state_dir / "knowledge", knowledge_sources())

    return opened


def effect_of(call: SdkCall | CliCommand) -> Effect:
    """What a call of AWS does, by its model; a command that is no call of it is a write."""
    from modalities.aws.effects import effect_of

    if not isinstance(call, SdkCall):
        return Effect.UPDATE
    return effect_of(call.service, call.operation)


def _oracle(config: Config, observer: Observer) -> tuple[Oracle | None, Heard, Callable[[], Usage]]:
    """The models that are configured, who hears of their progress, and what they were asked so
    far; one budget for all of them."""
    if not config.models.roles:
        return None, unheard, Usage
    from cloudops.llm.keys import keys
    from cloudops.llm.ledger import RunLedger
    from cloudops.llm.models import Models

    def heard(event: Event) -> None:
        if event.phase is not Phase.ANSWERING:  # a line for each piece of an answer helps nobody
            why = f" ({event.detail})" if event.detail else ""
            text = f"model {event.model}: {event.phase}{why}"
            observer.event(0, STAGES.get(event.role, "explore"), "notice", {"text": text})

    ledger = RunLedger(config.models.budget)
    return Models(config.models, ledger, keys(os.environ)), heard, lambda: ledger.used


STAGES = {Role.INTERPRETER: "interpret", Role.PLANNER: "interpret"}
"""Where a role's progress belongs; the others' is exploring."""


def _interpreter(
    config: Config, target: Target, store: Store, oracle: Oracle | None, heard: Heard
) -> Interpreter:
    """Who reads requests: the grammar, then the index; then what a model read before; and where
    models have the roles of interpreter and planner, those for what nobody before understands."""
    found = _by_knowledge(config)
    if oracle is None:
        return found
    from cloudops.planner.by_model.interpreter import ModelInterpreter
    from cloudops.planner.by_model.planner import Library, ModelPlanner
    from cloudops.planner.by_model.remembered import RememberedInterpreter

    found = RememberedInterpreter(found, store)
    if config.models.role("interpreter") is not None:
        found = ModelInterpreter(found, oracle, heard)
    if config.models.role("planner") is not None:
        library = Library(
            opened=_index(config),
            names=lambda: _names(store, target),
            hangs=lambda name: _hangs(store, target, name),
            effect_of=effect_of,
            problems=_problems_of,
            ordered=_ordered,
        )
        found = ModelPlanner(found, oracle, library, heard)
    return found


def _names(store: Store, target: Target) -> str:
    """What the state knows to be at the target, a line each, for a model to look at."""
    scopes = store.scopes(target.name)
    page = store.find(Filter(scopes=scopes), limit=MOST_NAMES) if scopes else None
    return "\n".join(f"{r.kind.words} {r.name}" for r in page.resources) if page else ""


def _ordered(calls: Sequence[SdkCall]) -> tuple[SdkCall, ...]:
    """Each behind the one that makes what it names."""
    from modalities.aws.operating.binding import ordered

    return ordered(calls)


def _hangs(store: Store, target: Target, name: str) -> str:
    """What hangs on what, as the state has it, for a model to look at."""
    scopes = store.scopes(target.name)
    lines: list[str] = []
    for one in (r for r in store.called(name.strip()) if r.ref.scope in scopes):
        for how, reach in (
            ("needs", store.needs(one, most=MOST_TIED)),
            ("is needed by", store.dependents(one, most=MOST_TIED)),
        ):
            others = ", ".join(f"{r.resource.kind.words} {r.resource.name}" for r in reach.found)
            more = " and more" if reach.more else ""
            lines.append(f"{one.kind.words} {one.name} {how}: {others or 'nothing'}{more}")
    return "\n".join(lines) or f"nothing is known of {name[:80]}"


def _problems_of(call: SdkCall) -> tuple[str, ...]:
    """What AWS's own model has against a call; what is deprecated is no model's to choose."""
    from modalities.aws.deprecated import deprecated
    from modalities.aws.model import problems

    wrong = (f"{each.path}: {each.message}" for each in problems(call, "") if each.blocking)
    return (*wrong, *deprecated(call))


def _repairer(
    config: Config, target: Target, oracle: Oracle | None, heard: Heard
) -> Repairer | None:
    """Who is asked about tries that no rule mends: the experts, where there is one."""
    if oracle is None or not any(role.startswith("expert") for role in config.models.roles):
        return None
    from cloudops.planner.by_model.repairer import ModelRepairer

    return ModelRepairer(oracle, target.provider, _known(config), heard)


def _known(config: Config) -> Callable[[str], Operation | None]:
    """What is known of a command, where the index was built before: nobody waits for it here."""

    def known(command: str) -> Operation | None:
        found = _index(config)()
        if found is None:
            return None
        with found:
            return found.operation(command)

    return known


def _running(config: Config, sandbox: Sandbox, target: Target, observer: Observer) -> Target:
    """The target; a sandbox of ours is started where it does not run."""
    if target.realm is Realm.SANDBOX and target.endpoint_url is None:
        return _started(config, sandbox, target, observer)
    return target


def _started(config: Config, sandbox: Sandbox, target: Target, observer: Observer) -> Target:
    """The sandbox's own target, started where it is not running yet, and said so."""
    if target.provider is Provider.AZURE:
        azure = AzureSandbox(home_of(sandbox.home))
        status, started = azure.up()
        made = azure.target(target.name, target.region, target.resource_group or GROUP)
    else:
        status, started = sandbox.up()
        made = sandbox.target(target.name, target.region)
    if started:
        emptied(config, target)
        lost = f"{status.lost}; " if status.lost else ""
        where = "Azure sandbox" if target.provider is Provider.AZURE else "sandbox cloud"
        observer.event(0, "sandbox", "notice", {"text": f"{lost}started the {where}"})
    return made
