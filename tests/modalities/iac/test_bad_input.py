"""Terraform that misbehaves, and code and state that cannot be used: each ends clean."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from fakes.aws import sandbox_target
from fakes.terraform import plan_json, terraform
from modalities.acting import Call
from modalities.action import IacChange
from modalities.aws.terraform import meaning
from modalities.iac.aws import AwsIac
from modalities.iac.home import digest_of
from modalities.receipt import CloudError, Outcome, Receipt, Trouble
from modalities.resource import Kind, Provider, ResourceRef
from modalities.step import Effect, Step
from modalities.target import Target

CODE = 'resource "aws_vpc" "lab" {\n  cidr_block = "10.7.0.0/16"\n}\n'

SHOWS = f"if command == 'show': said({plan_json()!r})\nif command == 'plan': said('{{}}')\n"

STATE = json.dumps(
    {
        "version": 4,
        "lineage": "x",
        "serial": 1,
        "resources": [
            {
                "mode": "managed",
                "type": "aws_vpc",
                "name": "lab",
                "instances": [{"attributes": {"id": "vpc-12345678"}}],
            }
        ],
    }
)

WRITES_STATE = f"open('terraform.tfstate', 'w').write({STATE!r})\n"

Applied = Callable[..., Receipt]


def change(**more: object) -> Step:
    action = IacChange(
        files={"main.tf": CODE},
        addresses=("aws_vpc.lab",),
        changes=meaning.changes(json.loads(plan_json())),
        basis=digest_of({}),
    )
    return Step(
        id="apply-terraform",
        effect=Effect.CREATE,
        action=action,
        why="a test",
        changes=(ResourceRef(Provider.AWS, "1/us-east-1", Kind.NETWORK, "lab"),),
        outputs={"id": 'attributes."aws_vpc.lab".id'},
        **more,  # type: ignore[arg-type]
    )


@pytest.fixture
def applied(tmp_path: Path, target: Target) -> Applied:
    """What comes of applying one network with a Terraform that does as ``body`` says."""

    def apply(body: str, deadline: float = 30.0, step: Step | None = None) -> Receipt:
        place = terraform(tmp_path / "bin" / "terraform", body)
        hand = AwsIac(tmp_path / "iac", places=(place,))
        return hand.apply(step or change(), target, Call("token", deadline))

    return apply


def module(tmp_path: Path) -> Path:
    return tmp_path / "iac" / "sandbox"


def test_what_was_approved_is_applied(applied: Applied, tmp_path: Path) -> None:
    receipt = applied(SHOWS + WRITES_STATE)
    assert (receipt.outcome, receipt.outputs) == (Outcome.DONE, {"id": "vpc-12345678"})
    assert (module(tmp_path) / "main.tf").read_text() == CODE
    assert receipt.evidence["tool"] == "terraform/1.11.4"


@pytest.mark.parametrize(
    ("body", "trouble", "code"),
    [
        ("failed('Saved plan is stale')", Trouble.CONFLICT, "PlanMoved"),
        ("failed('Unsupported state file format')", Trouble.INVALID, "NewerState"),
        (
            "failed('Failed to query available provider packages')",
            Trouble.INVALID,
            "UnknownProvider",
        ),
        ("print('hello')", Trouble.UNAVAILABLE, "NotAnAnswer"),
        ("sys.exit(3)", Trouble.UNAVAILABLE, "NotAnAnswer"),
        ("os.kill(os.getpid(), 9)", Trouble.UNAVAILABLE, "NotAnAnswer"),
    ],
)
def test_a_plan_that_comes_to_nothing_has_failed(
    applied: Applied, tmp_path: Path, body: str, trouble: Trouble, code: str
) -> None:
    receipt = applied(body)
    assert receipt.outcome is Outcome.FAILED
    assert receipt.error is not None
    assert (receipt.error.trouble, receipt.error.code) == (trouble, code)
    assert receipt.error.remedy
    assert not (module(tmp_path) / "main.tf").exists()


def test_a_plan_that_hangs_is_ended_in_time(applied: Applied) -> None:
    began = time.monotonic()
    receipt = applied("time.sleep(60)", deadline=3.0)
    assert receipt.outcome is Outcome.FAILED
    assert receipt.error is not None
    assert receipt.error.trouble is Trouble.TIMEOUT
    assert time.monotonic() - began < 20


@pytest.mark.parametrize("planned", [("delete", "create"), ("no-op",), ("update",)])
def test_a_plan_that_moved_is_refused(applied: Applied, planned: tuple[str, ...]) -> None:
    receipt = applied(
        f"if command == 'show': said({plan_json('aws_vpc.lab', *planned)!r})\n"
        "if command == 'plan': said('{}')\nopen('APPLIED', 'w')\n"
    )
    assert receipt.outcome is Outcome.FAILED
    assert receipt.error is not None
    assert (receipt.error.trouble, receipt.error.code) == (Trouble.CONFLICT, "PlanMoved")


def test_an_apply_that_did_nothing_puts_the_files_back(applied: Applied, tmp_path: Path) -> None:
    receipt = applied(SHOWS + "failed('creating VPC', 'api error VpcLimitExceeded: no')")
    assert receipt.outcome is Outcome.FAILED
    assert receipt.error is not None
    assert receipt.error.trouble is Trouble.QUOTA
    assert not (module(tmp_path) / "main.tf").exists()
    assert not (module(tmp_path) / ".cloudops" / "applying.json").exists()


def test_an_apply_that_did_part_of_it_says_which(applied: Applied, tmp_path: Path) -> None:
    receipt = applied(SHOWS + WRITES_STATE + "failed('oh')")
    assert receipt.outcome is Outcome.UNKNOWN
    assert receipt.evidence["partial"] == ["aws_vpc.lab"]
    assert receipt.outputs == {"id": "vpc-12345678"}
    assert (module(tmp_path) / "main.tf").read_text() == CODE


@pytest.mark.parametrize("end", ["os.kill(os.getpid(), 9)", "time.sleep(60)"])
def test_one_that_dies_half_way_is_gone_on_with(applied: Applied, tmp_path: Path, end: str) -> None:
    first = applied(SHOWS + WRITES_STATE + end, deadline=6.0)
    assert first.outcome is Outcome.UNKNOWN
    nothing = json.dumps({"resource_changes": []})
    second = applied(f"if command == 'show': said({nothing!r})\nsaid('{{}}')")
    assert second.outcome is Outcome.NO_OP, second.error
    assert second.outputs == {"id": "vpc-12345678"}
    assert not (module(tmp_path) / ".cloudops" / "applying.json").exists()


def test_a_state_that_could_not_be_saved_is_put_back(applied: Applied, tmp_path: Path) -> None:
    pushes = (
        "if command == 'state':\n"
        "    os.rename(sys.argv[3], 'terraform.tfstate')\n"
        "    open('errored.tfstate', 'w').close()\n"
        "    sys.exit()\n"
    )
    errored = f"open('errored.tfstate', 'w').write({STATE!r})\n"
    receipt = applied(pushes + SHOWS + errored + "failed('Failed to save state')")
    assert receipt.outcome is Outcome.UNKNOWN
    assert "the state that Terraform could not save was put back" in receipt.evidence["notes"]
    assert receipt.evidence["partial"] == ["aws_vpc.lab"]
    assert not (module(tmp_path) / "errored.tfstate").exists()


def test_edits_that_the_plan_does_not_know_are_not_lost(
    tmp_path: Path, target: Target, applied: Applied
) -> None:
    module(tmp_path).mkdir(parents=True)
    (module(tmp_path) / "main.tf").write_text("# mine\n")
    receipt = applied(SHOWS)
    assert receipt.outcome is Outcome.FAILED
    assert receipt.error is not None
    assert receipt.error.code == "CodeMoved"
    assert (module(tmp_path) / "main.tf").read_text() == "# mine\n"


def test_a_lock_of_somebody_else_is_respected(applied: Applied) -> None:
    detail = "Lock Info:\\n  ID:  7f\\n  Who: ann@desk\\n  Created: 2026-01-02 03:04:05 +0000 UTC"
    receipt = applied(SHOWS + f"failed('Error acquiring the state lock', '{detail}')")
    assert receipt.outcome is Outcome.FAILED
    assert receipt.error is not None
    assert receipt.error.trouble is Trouble.CONFLICT
    assert "locked by ann@desk since 2026-01-02 03:04:05" in receipt.error.message
    assert "force-unlock 7f" in receipt.error.remedy


def test_no_terraform_at_all(tmp_path: Path, target: Target) -> None:
    hand = AwsIac(tmp_path / "iac", places=())
    receipt = hand.apply(change(), target, Call("token", 30.0))
    assert receipt.outcome is Outcome.FAILED
    assert receipt.error is not None
    assert receipt.error.code == "NoTerraform"


def test_no_secret_of_ours_reaches_it(
    applied: Applied, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OF_OURS", "secret")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    told = tmp_path / "told"
    applied(f"open({str(told)!r}, 'w').write(repr(dict(os.environ)))\n" + SHOWS)
    environment = told.read_text()
    assert "OF_OURS" not in environment
    assert "'AWS_SECRET_ACCESS_KEY': 'secret'" not in environment
    assert "'HTTPS_PROXY': 'http://127.0.0.1:9'" in environment


def test_a_sandbox_never_leaves_this_machine(tmp_path: Path) -> None:
    hand = AwsIac(tmp_path / "iac", places=(terraform(tmp_path / "terraform", "sys.exit(9)"),))
    away = sandbox_target("https://ec2.us-east-1.amazonaws.com", writable=True)
    receipt = hand.apply(change(), away, Call("token", 30.0))
    assert receipt.error is not None
    assert receipt.error.code == "NotLoopback"
    with pytest.raises(CloudError):
        hand.read(away)


@pytest.mark.parametrize(
    ("files", "path"),
    [
        ({"../main.tf": CODE}, "files.../main.tf"),
        ({"/etc/main.tf": CODE}, "files./etc/main.tf"),
        ({".hidden.tf": CODE}, "files..hidden.tf"),
        ({"main.sh": "rm"}, "files.main.sh"),
        ({"main.tf": 'resource "aws_vpc" {{'}, "files.main.tf"),
        ({"main.tf": 7}, "files.main.tf"),
    ],
)
def test_files_that_an_edition_may_not_write(
    tmp_path: Path, files: dict[str, str], path: str
) -> None:
    action = IacChange(files=files, addresses=())
    step = Step(id="x", effect=Effect.UPDATE, action=action, why="", changes=())
    (problem,) = AwsIac(tmp_path).admits(step)
    assert problem.path == path
