"""What `cloudops doctor` looks at. Nothing here changes anything, and only the credentials of
a target are ever asked for over a network, with ``--online``."""

from __future__ import annotations

import configparser
import os
import shlex
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from cloudops import shadowing
from cloudops.settings.targets import BUILT_IN

if TYPE_CHECKING:
    from cloudops.app import Programs
    from cloudops.config import Config
    from modalities.target import Target
    from modalities.tools import Search, Tool

LIBRARIES = ("boto3", "botocore", "moto")


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """``costs`` is what the user goes without where it is missing, ``remedy`` the command that
    gets it. ``needed``: without it not even the sandbox works. ``passed`` are those that were
    found and will not do, each with the reason."""

    name: str
    found: bool
    what: str
    costs: str = ""
    remedy: str = ""
    needed: bool = False
    passed: tuple[str, ...] = ()


def everything(config: Config, environment: Mapping[str, str]) -> Iterator[Check]:
    yield python()
    yield packages()
    yield from (library(name) for name in LIBRARIES)
    yield state_dir(config.state_dir)
    yield store(config)
    yield from states_elsewhere(config)
    yield sandbox(config.state_dir)
    yield from tools(environment)
    for target in config.targets.values():
        if target.name not in BUILT_IN:
            yield credentials(target, environment)
    yield from models(config, environment)
    yield from strangers(environment)


def python() -> Check:
    return Check(
        name="Python",
        found=sys.version_info >= (3, 11),
        what=f"{sys.version.split()[0]} ({sys.executable})",
        costs="nothing works",
        remedy="install Python 3.11 or newer",
        needed=True,
    )


def packages() -> Check:
    foreign = shadowing.shadowed()
    return Check(
        name="our packages",
        found=not foreign,
        what=shadowing.explained(foreign) if foreign else "none is shadowed by another's",
        costs="nothing can be trusted to be ours",
        remedy="pipx install cloudops-agent",
        needed=True,
    )


def library(name: str) -> Check:
    costs = "no sandbox" if name == "moto" else "no cloud can be talked to"
    try:
        found: str | None = version(name)
    except PackageNotFoundError:
        found = None
    return Check(
        name=name,
        found=found is not None,
        what=found or "missing",
        costs=costs,
        remedy="pip install --force-reinstall cloudops-agent",
        needed=True,
    )


def state_dir(path: Path) -> Check:
    there = next(p for p in (path, *path.parents) if p.exists())
    good = there.is_dir() and os.access(there, os.R_OK | os.W_OK | os.X_OK)
    return Check(
        name="state directory",
        found=good,
        what=f"{path}" if path.exists() else f"{path} (made when it is needed)",
        costs="nothing can be done: what is done could not be written down",
        remedy=f"chmod u+rwx {there}, or --state-dir DIR",
        needed=True,
    )


def store(config: Config) -> Check:
    from cloudops.state.contract import StoreError
    from cloudops.state.sql import open_store

    what, remedy, good = "made when it is needed", "", True
    if config.keeps_state():
        try:
            open_store(config.store, patience=5).close()
            what = str(config.store)
        except StoreError as error:
            what, remedy, good = str(error), error.remedy, False
    costs = "nothing can be done before it opens"
    return Check(name="store", found=good, what=what, costs=costs, remedy=remedy, needed=True)


def states_elsewhere(config: Config) -> Iterator[Check]:
    """Only where there is one."""
    from cloudops.engine import elsewhere
    from cloudops.state.contract import StoreError
    from cloudops.state.sql import open_store

    if not config.keeps_state():
        return
    with suppress(StoreError), closing(open_store(config.store, patience=5)) as opened:
        if text := elsewhere.said(opened.foreign_runs()):
            costs = "two runs may change one resource at the same time"
            remedy = elsewhere.REMEDY
            yield Check(name="one state", found=False, what=text, costs=costs, remedy=remedy)


def sandbox(state: Path) -> Check:
    from sandbox.daemon import Sandbox

    status = Sandbox(state / "sandbox").status()
    what = "not running (started when it is needed)"
    if status is not None:
        what = f"{status.endpoint} (process {status.pid})"
    answers = status is None or status.resources is not None
    return Check(
        name="sandbox",
        found=answers,
        what=what if answers else f"{what} does not answer",
        costs="nothing can be rehearsed",
        remedy="cloudops sandbox down && cloudops sandbox up",
        needed=True,
    )


def tools(environment: Mapping[str, str]) -> Iterator[Check]:
    """What each hand works with, as the hand itself finds it."""
    from cloudops.app import programs

    found = programs(environment)
    yield program("aws", found.aws, "the CLI hand on AWS", "pipx install awscli")
    yield program("az", found.az, "the CLI hand on Azure", "pipx install azure-cli")
    code = "the infrastructure-as-code hand on AWS"
    terraform = program("terraform", found.terraform, code, _terraform())
    yield terraform
    yield providers(found, terraform.remedy)
    yield program("browser", found.browser, "the browser hand, and service health", _chromium())


def program(name: str, search: Search[Tool], hand: str, remedy: str) -> Check:
    """The one that is used, and why those before it are not."""
    tool, named = search.tool, search.program.override
    none = "none of those found will do" if search.passed else "not found"
    return Check(
        name=name,
        found=tool is not None,
        what=f"{tool.version} ({tool.path})".lstrip() if tool else none,
        costs=f"{hand}; the other hands do without",
        remedy=f"unset {named}" if os.environ.get(named) else remedy,
        passed=tuple(f"{path} {why}" for path, why in search.passed),
    )


def providers(found: Programs, terraform: str) -> Check:
    """``terraform`` is the command that gets one."""
    tool, named = found.terraform.tool, found.mirror_override
    if tool is None:
        what, remedy = "looked for as soon as there is a terraform", terraform
    else:
        what = str(found.mirror or "none on this machine: they come from the registry")
        remedy = f"unset {named}" if os.environ.get(named) else _mirror(tool.path)
    return Check(
        name="Terraform providers",
        found=found.mirror is not None,
        what=what,
        costs="the infrastructure-as-code hand on AWS downloads them when it is first used, and"
        " does nothing where there is no network",
        remedy=remedy,
    )


def _terraform() -> str:
    if sys.platform == "darwin":
        return "brew install opentofu"
    script = "https://get.opentofu.org/install-opentofu.sh"
    return f"curl -fsSL {script} | sh -s -- --install-method standalone"


def _mirror(terraform: Path) -> str:
    return (
        'cd "$(mktemp -d)" && echo \'provider "aws" {}\' > main.tf && '
        f"{shlex.quote(str(terraform))} providers mirror ~/.terraform.d/plugins"
    )


def _chromium() -> str:
    return f"{shlex.quote(sys.executable)} -m playwright install --with-deps chromium"


def credentials(target: Target, environment: Mapping[str, str]) -> Check:
    """What can be said without asking the cloud: are there any of this name?"""
    azure = target.provider != "aws"
    there = (_signed_in if azure else _profile)(target, environment)
    sandbox = target.realm == "sandbox"
    profile = target.profile or "default"
    what = there or ("nobody is signed in" if azure else f"no credentials of profile {profile!r}")
    return Check(
        name=f"target {target.name}",
        found=sandbox or there is not None,
        what="a sandbox: needs no credentials" if sandbox else what,
        costs="nothing can be read or done there",
        remedy="az login" if azure else f"aws configure --profile {profile}",
    )


def _signed_in(_: Target, environment: Mapping[str, str]) -> str | None:
    """A service principal of the environment, or what `az login` left."""
    for prefix in ("AZURE", "ARM"):
        if all(environment.get(f"{prefix}_{part}") for part in ("CLIENT_ID", "TENANT_ID")):
            return f"{prefix}_CLIENT_ID"
    home = Path(environment.get("HOME", "~")).expanduser() / ".azure"
    file = Path(environment.get("AZURE_CONFIG_DIR", home)) / "azureProfile.json"
    return str(file) if file.is_file() else None


def _profile(target: Target, environment: Mapping[str, str]) -> str | None:
    if target.profile is None and environment.get("AWS_ACCESS_KEY_ID"):
        return "AWS_ACCESS_KEY_ID"
    name = target.profile or environment.get("AWS_PROFILE") or "default"
    home = Path(environment.get("HOME", "~")).expanduser() / ".aws"
    files = (
        (Path(environment.get("AWS_SHARED_CREDENTIALS_FILE", home / "credentials")), name),
        (
            Path(environment.get("AWS_CONFIG_FILE", home / "config")),
            name if name == "default" else f"profile {name}",
        ),
    )
    for file, section in files:
        parser = configparser.RawConfigParser(strict=False)
        try:
            parser.read(file.expanduser(), encoding="utf-8")
        except (configparser.Error, UnicodeDecodeError, OSError):
            continue
        if parser.has_section(section):
            return f"profile {name!r} in {file}"
    return None


def models(
    config: Config, environment: Mapping[str, str], *, online: bool = False
) -> Iterator[Check]:
    """Only where one is configured. Of a key, whether it is there; ``online``: whether its
    endpoint answers, which costs no tokens."""
    from cloudops.llm.keys import keys
    from cloudops.llm.reaching import reached, ready

    for role, model in sorted(config.models.roles.items()):
        came = (reached if online else ready)(model, keys(environment))
        yield Check(
            name=f"model {role}",
            found=came.good,
            what=came.what,
            costs="what is built in does its work",
            remedy="pip install 'cloudops-agent[models]', or see [models] in your configuration",
        )


def strangers(environment: Mapping[str, str]) -> Iterator[Check]:
    """Variables that look like ours and mean nothing: a typo changes nothing in silence."""
    from cloudops.settings import variables

    for name, near in variables.strangers(environment):
        yield Check(
            name=name,
            found=False,
            what="no such setting",
            costs="it has no effect",
            remedy=f"did you mean {near}?" if near else f"unset {name}",
        )
