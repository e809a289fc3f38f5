"""The verbs of the journey on a sandbox of their own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import pytest

from cloudops.commands.ending import DOCUMENT
from cloudops.state.sql import FILE, open_store
from fakes.terminal import Terminal
from modalities.plan import digest_of
from sandbox.daemon import Sandbox


class Product(Terminal):
    """The command, with a sandbox that is shared and emptied; nobody can be asked."""

    def ec2(self) -> Any:
        """Another client of the same cloud."""
        known = self("sandbox", "env", "-o", "json").document["environment"]
        session = boto3.session.Session(
            known["AWS_ACCESS_KEY_ID"], known["AWS_SECRET_ACCESS_KEY"], None, known["AWS_REGION"]
        )
        return session.client("ec2", endpoint_url=known["AWS_ENDPOINT_URL"])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("verbs")
    sandbox = Sandbox(folder / "state" / "sandbox")
    sandbox.up()
    yield folder
    sandbox.down()


@pytest.fixture
def product(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Product:
    product = Product(folder, capsys, monkeypatch)
    product("sandbox", "reset")
    return product


def test_changes_pending_are_an_exit_code_for_who_asks(product: Product) -> None:
    words = ("run", "Create a VM named web-1", "--dry-run", "-o", "json")
    done = product(*words)
    assert (done.code, done.document["outcome"]) == (0, "planned")
    assert set(done.document) == set(DOCUMENT)
    assert product(*words, "--detailed-exitcode").code == 2
    assert product("plan", "Create a VM named web-1", "--detailed-exitcode").code == 2
    assert product.ec2().describe_instances()["Reservations"] == []


def test_a_plan_is_kept_shown_and_applied(product: Product) -> None:
    planned = product("plan", "Create a VM named web-1", "--out", "plan.json", "-o", "json")
    assert planned.code == 0
    assert "cloudops apply plan.json" in planned.err
    digest = planned.document["plan"]["digest"]
    assert product("show", "plan.json", "-o", "json").document["plan"]["digest"] == digest
    assert "VM web-1" in product("show", "plan.json").out
    applied = product("apply", "plan.json", "--yes", "-o", "json")
    assert (applied.code, applied.document["plan"]["digest"]) == (0, digest)
    stale = product("apply", "plan.json", "--yes", "-o", "json")
    assert (stale.code, stale.document["outcome"]) == (5, "blocked")


def test_an_edited_plan_is_refused(product: Product) -> None:
    product("plan", "Create a VM named web-1", "--out", "plan.json")
    file = product.folder / "plan.json"
    file.write_text(file.read_text().replace("web-1", "web-2"))
    refused = product("apply", "plan.json", "--yes")
    assert refused.code == 64
    assert "was edited after it was made" in refused.err
    assert product("plan", "Create a VM", "--out", "plan.json").code == 0


def test_a_plan_file_carries_no_proof(product: Product) -> None:
    """Broken by hand and sealed again, so that its digest fits: proved anew, and denied."""
    product("plan", "Create a VM named web-1 in a new network lab", "--out", "plan.json")
    shown = product("show", "plan.json", "-o", "json").document["properties"]
    assert {p["id"] for p in shown if p["standing"] == "proved"} >= {"order", "claims", "undo"}
    file = product.folder / "plan.json"
    data = json.loads(file.read_text())
    (subnet,) = (s for s in data["steps"] if s["action"]["operation"] == "CreateSubnet")
    subnet["undo"][0]["action"]["parameters"] = {"SubnetId": {"$output": "nobody.id"}}
    data["digest"] = digest_of(data)
    file.write_text(json.dumps(data))
    words = "the way back of create-subnet-lab-a needs nobody.id, which no step gives"
    assert f"violated: {words}" in " ".join(product("show", "plan.json").out.split())
    denied = product("apply", "plan.json", "--yes", "--max-risk", "high", "-o", "json")
    assert (denied.code, denied.document["error"]["detail"]) == (4, words)


def test_what_is_no_plan_is_not_overwritten(product: Product) -> None:
    file = product.folder / "notes.txt"
    file.write_text("precious")
    words = ("plan", "Create a VM", "--out", "notes.txt")
    refused = product(*words)
    assert refused.code == 64
    assert "is there and is not a plan" in refused.err
    assert file.read_text() == "precious"
    assert product(*words, "--force").code == 0


def test_a_plan_is_for_its_target(product: Product) -> None:
    product("plan", "Create a VM named web-1", "--out", "own.json")
    refused = product("apply", "own.json", "--yes", "--target", "elsewhere")
    assert refused.code == 64
    assert "is for target sandbox, not elsewhere" in refused.err


def test_without_a_terminal_it_is_parked_and_resumed(product: Product) -> None:
    parked = product("run", "Create a VM named web-1", "-o", "json")
    assert (parked.code, parked.document["outcome"]) == (3, "parked")
    assert "--yes" in parked.document["error"]["remedy"]
    run = parked.document["run"]
    assert product("resume", run, "--yes", "-o", "json").document["outcome"] == "done"
    assert product("resume", run, "--yes").code == 64
    undone = product("undo", run, "--yes", "-o", "json")
    assert (undone.code, undone.document["outcome"]) == (3, "parked")
    assert product("undo", run, "--yes", "--max-risk", "high").code == 0


def test_an_undo_that_died_before_its_plan_is_drawn_up_by_resume(product: Product) -> None:
    made = product("run", "Create a VM named web-1", "--yes", "-o", "json").document
    store = open_store(product.state / FILE)
    run = store.run(made["run"])
    assert run is not None
    back = product("undo", run.id, "--dry-run", "-o", "json").document
    kept = store.run(back["run"])
    assert kept is not None
    assert kept.undoes == run.id
    died = replace(kept, id="1128-000000-dead00", status="running", digest=None, exit_code=None)
    store.begin_run(died)
    resumed = product("resume", died.id, "--yes", "--max-risk", "high", "-o", "json")
    assert (resumed.code, resumed.document["outcome"]) == (0, "done")
    assert resumed.document["plan"]["undoes"] == run.id
    (reservation,) = product.ec2().describe_instances()["Reservations"]
    assert reservation["Instances"][0]["State"]["Name"] == "terminated"
    store.begin_run(replace(died, id="1128-000000-dead01"))
    over = product("resume", "1128-000000-dead01", "--yes", "-o", "json")
    assert over.code == 64
    assert over.document["error"]["summary"] == f"run {run.id} is taken back by {died.id}"
    store.close()


def test_read_only_refuses_changes_and_answers_questions(product: Product) -> None:
    assert product("run", "Create a VM", "--read-only", "--yes").code == 4
    assert product("run", "List my VMs", "--read-only").code == 0
    assert product("run", "Create a VM", "--yes").code == 0
    assert product("undo", "--yes", "--max-risk", "high", "--read-only").code == 4
    assert product("undo", "--dry-run", "--read-only", "--detailed-exitcode").code == 2


def test_a_stream_of_events_ends_with_the_document(product: Product) -> None:
    done = product("run", "Create a VM named web-1", "--yes", "-o", "ndjson")
    *events, document = [json.loads(line) for line in done.out.splitlines()]
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert {"interpret", "explore", "execute", "settle"} <= {e["stage"] for e in events}
    assert set(document) == set(DOCUMENT)
    assert document["outcome"] == "done"


def test_drift_is_what_another_client_did(product: Product) -> None:
    product("run", "Create a VM named web-1", "--yes", "--modality", "sdk")
    product("state", "refresh")
    assert product("state", "drift", "--exit-code").code == 0
    ec2 = product.ec2()
    (reservation,) = ec2.describe_instances()["Reservations"]
    id = reservation["Instances"][0]["InstanceId"]
    ec2.create_tags(Resources=[id], Tags=[{"Key": "owner", "Value": "somebody"}])
    assert product("state", "drift").code == 0
    for _ in range(2):  # looking accepts nothing
        found = product("state", "drift", "--exit-code", "-o", "json")
        assert found.code == 9
        (drift,) = found.document["drift"]
        assert (drift["id"], drift["attribute"], drift["now"]) == (id, "tag:owner", "somebody")
    product("state", "refresh")
    assert product("state", "drift", "--exit-code").code == 0
    written = product("state", "show", id, "-o", "json").document["resources"][0]["provenance"]
    assert {p["modality"] for p in written} == {"sdk", "outside"}


def test_the_graph_of_what_is_known(product: Product) -> None:
    product("run", "Create a VM named web-1", "--yes")
    found = product("state", "graph", "-o", "json").document["answer"]
    assert {Path(file).suffix for file in found["files"]} >= {".svg", ".html"}
    assert all(Path(file).stat().st_size for file in found["files"])
    assert "web-1" in product("state", "graph").out
