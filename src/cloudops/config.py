"""The configuration in effect: flags before CLOUDOPS_* before ./cloudops.toml before the
user's file before what is built in. A project's file may never widen permissions."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from cloudops.errors import Misused
from cloudops.settings import models, rules, targets, variables
from cloudops.settings.general import BY_NAME, SETTINGS, Setting
from cloudops.settings.models import Models
from cloudops.settings.source import Source, read
from modalities.target import Realm, Target
from policies.settings import PolicySettings

PROJECT = "cloudops.toml"
TABLES = ("targets", "policies", "models")


@dataclass(frozen=True, slots=True)
class Value:
    """A setting in effect, and where it came from: a flag, a variable, ``file:line`` or
    ``default``."""

    value: Any
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """``notices`` are lines a person should see: what a project's file or a variable asked for
    in vain. ``directory`` is where the command was started: a project, to the memory."""

    state_dir: Path
    values: Mapping[str, Value]
    targets: Mapping[str, Target]
    policies: PolicySettings
    models: Models = field(default_factory=Models)
    files: tuple[Path, ...] = ()
    notices: tuple[str, ...] = ()
    directory: Path = Path()

    def __getitem__(self, name: str) -> Any:
        """The value of a setting (settings.general.SETTINGS)."""
        return self.values[name].value

    @property
    def store(self) -> str | Path:
        """Where the state is kept: the address of a PostgreSQL, or a file."""
        address: str | None = self["state"]
        return address or self.state_dir / "state.db"

    def keeps_state(self) -> bool:
        """Whether there is a state yet, as far as that can be told without opening it."""
        return isinstance(self.store, str) or self.store.exists()

    def target(self, name: str) -> Target:
        """Raises Misused for a name that is not configured."""
        if name in self.targets:
            return self.targets[name]
        near = difflib.get_close_matches(name, self.targets, 1, 0.5)
        there = ", ".join(sorted(self.targets))
        raise Misused(
            f"there is no target {name!r}",
            detail=f"configured: {there}",
            remedy=f"did you mean {near[0]}?" if near else f"add [targets.{name}] to {PROJECT}",
        )

    def policies_for(self, target: Target) -> PolicySettings:
        """The rules for one target: the general ones, what its own table adds, the budget."""
        own = self.targets.get(target.name, target)
        regions = _allowed(self.policies.allowed_regions, own)
        return replace(
            self.policies.tightened(own.monthly_budget).tightened(self["budget"]),
            required_tags=tuple(dict.fromkeys((*self.policies.required_tags, *own.required_tags))),
            allowed_regions=regions,
        )


def load(flags: Mapping[str, Any], environment: Mapping[str, str], directory: Path) -> Config:
    """The configuration for a command started in ``directory``. ``flags`` holds what was said
    on the command line by setting name, ``config`` among them; None is not said.

    Raises Misused, naming the key, the file and the line.
    """
    values = {s.name: Value(s.default, "default") for s in SETTINGS}
    known, policies = dict(targets.BUILT_IN), PolicySettings()
    named = Models()
    notices = list(variables.notices(environment))
    sources = _sources(flags.get("config") or environment.get("CLOUDOPS_CONFIG"), directory)
    for source in sources:
        source.check_keys(source.data, (*BY_NAME, *TABLES), "")
        policies = rules.merged(policies, source)
        known = targets.merged(known, source)
        named = models.merged(named, source)
        for setting in SETTINGS:
            if setting.name in source.data:
                before = values[setting.name]
                values[setting.name] = _from_file(setting, source, before, known, notices)
    for setting in SETTINGS:
        if written := environment.get(setting.variable, "").strip():
            value = _parsed(setting, written, setting.variable)
            values[setting.name] = Value(value, setting.variable)
        if flags.get(setting.name) is not None:
            value = _parsed(setting, flags[setting.name], setting.flag)
            values[setting.name] = Value(value, setting.flag)
    if environment.get("NO_COLOR") and values["no_color"].origin == "default":
        values["no_color"] = Value(True, "NO_COLOR")
    if values["state_dir"].value is None:
        values["state_dir"] = Value(_home("state"), "default")
    config = Config(
        state_dir=directory / values["state_dir"].value,
        values=values,
        targets=known,
        policies=policies,
        models=named,
        files=tuple(source.path for source in sources),
        notices=tuple(notices),
        directory=directory,
    )
    for target in known.values():
        _allowed(policies.allowed_regions, target)
    return config


def _sources(named: str | None, directory: Path) -> tuple[Source, ...]:
    """A file that was named stands in place of the user's and the project's."""
    if named:
        return (read(directory / Path(named).expanduser(), trusted=True),)
    own, project = _home("config") / "config.toml", directory / PROJECT
    found = [read(own, trusted=True)] if own.exists() else []
    if project.exists():
        found.append(read(project, trusted=False))
    return tuple(found)


def _home(what: str) -> Path:
    import platformdirs

    if what == "state":
        return platformdirs.user_state_path("cloudops", appauthor=False)
    return platformdirs.user_config_path("cloudops", appauthor=False)


def _parsed(setting: Setting, value: object, origin: str) -> Any:
    try:
        return setting.parse(value)
    except ValueError as error:
        raise Misused(f"{origin}: {error}", remedy=f"it is {setting.about}") from None


def _from_file(
    setting: Setting,
    source: Source,
    before: Value,
    known: Mapping[str, Target],
    notices: list[str],
) -> Value:
    place = source.place(setting.name)
    try:
        value = setting.parse(source.data[setting.name])
    except ValueError as error:
        raise source.wrong(setting.name, "", str(error), f"it is {setting.about}") from None
    if source.trusted:
        return Value(source.path.parent / value if isinstance(value, Path) else value, place)
    if not setting.in_project:
        raise source.wrong(
            setting.name,
            "",
            "a project's file may not set this",
            f"set it in your own file, with {setting.variable}"
            + (f" or with {setting.flag}" if setting.flagged else ""),
        )
    strict = setting.strictest(before.value, value) if setting.strictest else value
    if setting.name == "target" and str(value) in known:
        strict = value if known[str(value)].realm is Realm.SANDBOX else before.value
    if strict != value:
        notices.append(
            f"{place}: {setting.name} = {value!r} is not taken: a project's file may not widen "
            f"permissions; pass {setting.flag} if you mean it"
        )
        return before
    return Value(value, place)


def _allowed(general: tuple[str, ...], target: Target) -> tuple[str, ...]:
    """Regions that the general rules and the target's both allow; empty means all."""
    own = target.allowed_regions
    both = tuple(r for r in own if r in general) if own and general else own or general
    if own and general and not both:
        raise Misused(
            f"targets.{target.name}.allowed_regions and policies.allowed_regions share no region",
            detail=f"{', '.join(own)}; {', '.join(general)}",
        )
    return both
