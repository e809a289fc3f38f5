"""What `cloudops doctor` looks at. Nothing here changes anything, and only the credentials of
a target are ever asked for over a network, with ``--online``."""

from __future__ import annotations

import configparser
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from cloudops import shadowing

if TYPE_CHECKING:
    from cloudops.config import Config
    from modalities.target import Target

LIBRARIES = ("boto3", "botocore", "moto")
WAIT = 20.0
"""Seconds for a tool to say its version; the slowest takes two on a busy machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """``costs`` is what the user goes without where it is missing, ``remedy`` the command that
    gets it. ``needed``: without it not even the sandbox works."""

    name: str
    found: bool
    what: str
    costs: str = ""
    remedy: str = ""
    needed: bool = False


def everything(config: Config, environment: Mapping[str, str]) -> Iterator[Check]:
    yield python()
    yield packages()
    yield from (library(name) for name in LIBRARIES)
    yield state_dir(config.state_dir)
    yield store(config)
    yield sandbox(config.state_dir)
    yield from tools()
    yield providers(environment)
    yield chromium(environment)
    for target in config.targets.values():
        if target.name != "sandbox":
            yield credentials(target, environment)
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


def tools() -> Iterator[Check]:
    """Each found on PATH and asked for its version, all at once."""
    from concurrent.futures import ThreadPoolExecutor

    terraform = "tofu" if shutil.which("tofu") and not shutil.which("terraform") else "terraform"
    wanted = (
        ("aws", "--version", "the CLI hand on AWS", "pipx install awscli"),
        ("az", "version", "the CLI hand on Azure", "pipx install azure-cli"),
        (terraform, "version", "the infrastructure-as-code hand", _terraform()),
    )
    with ThreadPoolExecutor(len(wanted)) as pool:
        said = list(pool.map(lambda tool: _version(tool[0], tool[1]), wanted))
    for (name, _, hand, remedy), what in zip(wanted, said, strict=True):
        yield Check(
            name=name,
            found=what is not None,
            what=what or "not on PATH",
            costs=f"{hand} (a later version); the SDK hand does without",
            remedy=remedy,
        )


def _terraform() -> str:
    if sys.platform == "darwin":
        return "brew install opentofu"
    script = "https://get.opentofu.org/install-opentofu.sh"
    return f"curl -fsSL {script} | sh -s -- --install-method standalone"


def _version(tool: str, argument: str) -> str | None:
    path = shutil.which(tool)
    if path is None:
        return None
    try:
        done = subprocess.run(  # noqa: S603 - a fixed argument to a tool found on PATH
            [path, argument],
            capture_output=True,
            text=True,
            errors="replace",
            stdin=subprocess.DEVNULL,
            timeout=WAIT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"{path}, which does not run: {error}"
    lines = (done.stdout or done.stderr).strip().splitlines()
    first = " ".join(lines[:1] if lines[:1] != ["{"] else lines[1:2]).strip(" ,")
    return f"{first} ({path})" if done.returncode == 0 else f"{path}, which does not run: {first}"


def providers(environment: Mapping[str, str]) -> Check:
    home = Path(environment.get("HOME", "~")).expanduser()
    cache = environment.get("TF_PLUGIN_CACHE_DIR")
    places = (
        *([Path(cache)] if cache else []),
        home / ".terraform.d" / "plugin-cache",
        home / ".terraform.d" / "plugins",
        Path("/usr/local/share/terraform/plugins"),
        Path("/usr/share/terraform/plugins"),
    )
    found = next((place for place in places if place.is_dir()), None)
    keep = home / ".terraform.d" / "plugin-cache"
    return Check(
        name="Terraform providers",
        found=found is not None,
        what=str(found or "no mirror and no plugin cache"),
        costs="every Terraform run will download its provider (a later version)",
        remedy=f"mkdir -p {keep} && export TF_PLUGIN_CACHE_DIR={keep}",
    )


def chromium(environment: Mapping[str, str]) -> Check:
    home = Path(environment.get("HOME", "~")).expanduser()
    kept = environment.get("PLAYWRIGHT_BROWSERS_PATH")
    caches = (
        (Path(kept),)
        if kept
        else (
            home / ".cache" / "ms-playwright",
            home / "Library" / "Caches" / "ms-playwright",
        )
    )
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next((str(p) for c in caches for p in sorted(c.glob("chromium-*"))), None) or next(
        (path for name in names if (path := shutil.which(name))), None
    )
    return Check(
        name="Chromium",
        found=found is not None,
        what=found or "missing",
        costs="the browser hand (a later version)",
        remedy="pipx run playwright install --with-deps chromium",
    )


def credentials(target: Target, environment: Mapping[str, str]) -> Check:
    """What can be said without asking the cloud: are there any of this name?"""
    there = _profile(target, environment) if target.provider == "aws" else None
    sandbox = target.realm == "sandbox"
    azure = target.provider != "aws"
    profile = target.profile or "default"
    what = there or ("on Azure" if azure else f"no credentials of profile {profile!r}")
    return Check(
        name=f"target {target.name}",
        found=sandbox or there is not None,
        what="a sandbox: needs no credentials" if sandbox else what,
        costs="this version works on AWS only" if azure else "nothing can be read or done there",
        remedy="az login" if azure else f"aws configure --profile {profile}",
    )


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
