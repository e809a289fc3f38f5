"""Terraform as tests meet it: the real one where it is there, and programs that misbehave."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fakes.executables import executable
from modalities.iac import provider, tool

FOUND = tool.search().tool

needs_terraform = pytest.mark.skipif(
    FOUND is None or provider.source(FOUND).mirror is None,
    reason="there is no terraform, or no mirror with its provider for AWS",
)

SAYS_ITS_VERSION = """
if sys.argv[1:] == ["version", "-json"]:
    print('{{"terraform_version": "{version}"}}')
    sys.exit()
command = sys.argv[1]
if command == "init":
    os.makedirs(".terraform/providers", exist_ok=True)
    open(".terraform.lock.hcl", "w").close()
    sys.exit()
out = next((word[5:] for word in sys.argv if word.startswith("-out=")), None)
def said(text):
    if out:
        open(out, "w").close()
    print(text)
    sys.exit()
def failed(summary, detail="", status=1):
    import json
    told = {{"severity": "error", "summary": summary, "detail": detail}}
    print(json.dumps({{"type": "diagnostic", "diagnostic": told}}))
    sys.exit(status)
"""


def terraform(path: Path, body: str, version: str = "1.11.4") -> Path:
    """A ``terraform`` that says its version and initialises, and does ``body`` for all else:
    ``command`` is what it is asked for, ``said`` and ``failed`` end it."""
    return executable(path, SAYS_ITS_VERSION.format(version=version) + body)


def plan_json(address: str = "aws_vpc.lab", *actions: str) -> str:
    """What ``show -json`` says of a plan with one change."""
    tags = {"Name": "lab", "cloudops:run": "r1"}
    change = {
        "actions": list(actions) or ["create"],
        "before": None,
        "after": {"cidr_block": "10.7.0.0/16", "tags": tags},
    }
    type = address.partition(".")[0]
    entry = {"address": address, "mode": "managed", "type": type, "change": change}
    return json.dumps({"resource_changes": [entry]})
