"""Editions, planned and applied by the real Terraform on the sandbox's cloud."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import pytest

from modalities.aws import inventory, session
from modalities.aws.asking import Wire
from modalities.aws.express.asked import asked
from modalities.aws.express.draft import express
from modalities.aws.images import choose_image
from modalities.aws.terraform import meaning
from modalities.aws.terraform.module import Module
from modalities.aws.terraform.writing import Edition, written
from modalities.change import Change
from modalities.contract import Draft
from modalities.iac.provider import source
from modalities.iac.states import shaped
from modalities.iac.tool import search
from modalities.prices import table
from modalities.resource import Kind, World
from modalities.target import Target
from sandbox.daemon import ACCOUNT, Sandbox

REGION = "us-east-1"


@dataclass(frozen=True)
class Terraform:
    """The program, with one ``init`` for all: its plugins and lock file are put into every
    directory that it works in."""

    program: Path
    shared: Path

    def run(
        self, directory: Path, *args: str, environment: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        env = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.shared),
            "TF_CLI_CONFIG_FILE": str(self.shared / "tfrc"),
            "CHECKPOINT_DISABLE": "1",
            "TF_IN_AUTOMATION": "1",
            **(environment or {}),
        }
        command = [str(self.program), *args]
        return subprocess.run(
            command, cwd=directory, env=env, capture_output=True, text=True, timeout=300
        )

    def ready(self, directory: Path) -> None:
        """As after ``init``."""
        directory.mkdir(parents=True, exist_ok=True)
        if not (directory / ".terraform").exists():
            (directory / ".terraform").symlink_to(self.shared / ".terraform")
            shutil.copy(self.shared / ".terraform.lock.hcl", directory)

    def formatted(self, directory: Path) -> None:
        formatted = self.run(directory, "fmt", "-check", "-diff")
        assert formatted.returncode == 0, formatted.stdout + formatted.stderr

    def accepts(self, directory: Path) -> None:
        """``fmt`` has nothing to say, and ``validate`` neither."""
        self.ready(directory)
        self.formatted(directory)
        valid = self.run(directory, "validate", "-no-color")
        assert valid.returncode == 0, valid.stdout + valid.stderr


@pytest.fixture(scope="session")
def terraform(tmp_path_factory: pytest.TempPathFactory) -> Terraform:
    tool = search().tool
    if tool is None:
        pytest.skip("there is no terraform and no tofu on this machine")
    mirror = source(tool).mirror
    if mirror is None:
        pytest.skip("Terraform's AWS provider is not on this machine")
    shared = tmp_path_factory.mktemp("terraform")
    settings = (
        f'provider_installation {{\n  filesystem_mirror {{\n    path = "{mirror}"\n  }}\n}}\n'
    )
    (shared / "tfrc").write_text(settings)
    needs = 'terraform {\n  required_providers {\n    aws = {\n      source = "hashicorp/aws"\n'
    (shared / "main.tf").write_text(needs + "    }\n  }\n}\n")
    found = Terraform(tool.path, shared)
    ended = found.run(shared, "init", "-input=false", "-no-color")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return found


@dataclass(slots=True)
class Studio:
    """A module in a directory, and the cloud that it describes."""

    terraform: Terraform
    target: Target
    directory: Path
    label: str = "run-test"
    last: dict[str, Any] = field(default_factory=dict)

    # the cloud

    def client(self, service: str) -> Any:
        return boto3.client(  # type: ignore[call-overload]
            service,
            endpoint_url=self.target.environment["AWS_ENDPOINT_URL"],
            region_name=self.target.region,
            aws_access_key_id=ACCOUNT,
            aws_secret_access_key="anything",
        )

    @property
    def ec2(self) -> Any:
        return self.client("ec2")

    def world(self, *kinds: Kind) -> World:
        return inventory.read(self.target, session.identify(self.target), kinds)

    def image(self) -> str:
        return choose_image(self.target, None, "x86_64").id

    # the module

    def module(self) -> Module:
        files = {p.name: p.read_bytes().decode() for p in sorted(self.directory.glob("*.tf"))}
        return Module(files, self.kept())

    def kept(self) -> Mapping[str, str]:
        state = self.directory / "terraform.tfstate"
        return meaning.ids(shaped(json.loads(state.read_text()))) if state.exists() else {}

    def draft(self, *changes: Change) -> Draft:
        return express(
            changes,
            self.world(),
            self.target,
            session.identify(self.target),
            self.label,
            asked(Wire(self.target)),
            table.load(),
        )

    def edition(self, *changes: Change) -> Edition:
        return written(self.draft(*changes), self.world(), self.module(), self.target.region)

    def write(self, edition: Edition) -> None:
        """On disk, with the import blocks beside it."""
        for name, text in edition.files.items():
            if text is None:
                (self.directory / name).unlink()
            else:
                (self.directory / name).write_bytes(text.encode())
        blocks = [
            f'import {{\n  to = {address}\n  id = "{id}"\n}}\n'
            for address, id in edition.imports.items()
        ]
        passing = self.directory / "passing.tf"
        passing.unlink(missing_ok=True)
        if blocks:
            passing.write_text("\n".join(blocks))
        self.terraform.formatted(self.directory)  # a plan validates

    def tf(self, *args: str, code: tuple[int, ...] = (0,)) -> subprocess.CompletedProcess[str]:
        environment = {
            "AWS_ENDPOINT_URL": self.target.environment["AWS_ENDPOINT_URL"],
            "AWS_ACCESS_KEY_ID": ACCOUNT,
            "AWS_SECRET_ACCESS_KEY": "anything",
            "AWS_REGION": self.target.region,
        }
        self.terraform.ready(self.directory)
        ended = self.terraform.run(self.directory, *args, environment=environment)
        assert ended.returncode in code, ended.stdout + ended.stderr
        return ended

    def plan(self) -> dict[str, tuple[str, ...]]:
        """What Terraform would do, by address; the plan itself is in ``last``."""
        self.tf("plan", "-input=false", "-no-color", "-out=plan")
        self.last = json.loads(self.tf("show", "-json", "plan").stdout)
        found: dict[str, tuple[str, ...]] = {}
        for change in self.last.get("resource_changes") or ():
            actions = tuple(change["change"]["actions"])
            if change["change"].get("importing"):
                actions = ("import", *(a for a in actions if a != "no-op"))
            if actions not in (("no-op",), ("read",)):
                found[change["address"]] = actions
        return found

    def apply(self) -> None:
        """The plan that was made last."""
        self.tf("apply", "-input=false", "-no-color", "plan")
        (self.directory / "passing.tf").unlink(missing_ok=True)

    def bring_about(self, *changes: Change) -> Edition:
        """Write, plan, apply; and the plan after it is clean."""
        edition = self.edition(*changes)
        for part in (edition.first, edition):
            if part is not None:
                self.write(part)
                self.plan()
                self.apply()
        assert self.plan() == {}
        return edition


@pytest.fixture(scope="session")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    sandbox = Sandbox(tmp_path_factory.mktemp("state") / "sandbox")
    sandbox.up()
    yield sandbox
    sandbox.down()


@pytest.fixture
def studio(terraform: Terraform, daemon: Sandbox, tmp_path: Path) -> Studio:
    """An empty cloud, and a directory for its code."""
    daemon.reset()
    module = tmp_path / "module"
    module.mkdir()
    return Studio(terraform, daemon.target(region=REGION), module)
