"""``[models]``: what may be said, and that no key and no checkout's endpoint gets in."""

from __future__ import annotations

from pathlib import Path

import pytest

from cloudops.errors import Misused
from cloudops.settings import models
from cloudops.settings.models import Models
from cloudops.settings.source import read

OWN = """
[models]
base_url = "https://gateway.example.com/v1"
model = "large"
key = "env:GATEWAY_KEY"
timeout = "90s"
[models.budget]
cost = 2
[models.planner]
price_in = 1.25
price_out = 10
[models.expert]
model = "small"
[models.expert.iac]
model = "coder"
"""


def loaded(
    folder: Path, text: str, *, trusted: bool = True, before: Models | None = None
) -> Models:
    file = folder / "cloudops.toml"
    file.write_text(text)
    return models.merged(before or Models(), read(file, trusted=trusted))


def test_roles_take_what_the_tables_around_them_say(tmp_path: Path) -> None:
    found = loaded(tmp_path, OWN)
    assert set(found.roles) == {"planner", "expert", "expert.iac"}
    planner, sdk, iac = (found.role(r) for r in ("planner", "expert.sdk", "expert.iac"))
    assert planner is not None
    assert (planner.model, planner.price_out, planner.timeout) == ("large", 10, 90)
    assert (sdk and sdk.model, iac and iac.model) == ("small", "coder")
    assert found.role("pilot") is None
    assert found.budget.cost == 2


def test_a_key_does_not_follow_to_another_endpoint(tmp_path: Path) -> None:
    text = OWN + '[models.pilot]\nbase_url = "http://127.0.0.1:11434/v1"\nmodel = "local"\n'
    pilot = loaded(tmp_path, text).roles["pilot"]
    assert (pilot.model, pilot.key, pilot.timeout) == ("local", None, 90)


SK = "sk-abcdefghijklmnopqrstuvwx"
HEX = "0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize(
    "line",
    [
        f'key = "{SK}"',
        f'key = "{HEX}"',
        f'key = "env:{SK}"',
        f'api_key = "{SK}"',
        f'model = "{SK}"',
        f'base_url = "https://x.example.com/v1?key={SK}"',
        f'base_url = "{SK}"',
        'key = "hunter2 in plain words"',
    ],
)
def test_a_key_is_refused_and_not_repeated(tmp_path: Path, line: str) -> None:
    with pytest.raises(Misused) as stop:
        loaded(tmp_path, f"[models.planner]\n{line}\n")
    said = f"{stop.value.summary} {stop.value.detail} {stop.value.remedy}"
    assert "env:VARIABLE" in said
    assert not any(secret in said for secret in (SK, HEX, "hunter2"))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('[models.planner]\nmodel = "m"', "base_url"),
        ('[models.plannr]\nmodel = "m"', "planner?"),
        ('[models.planner]\nbase_url="http://far.example.com/v1"\nmodel="m"\nkey="env:K"', "clear"),
        (
            '[models.planner]\nbase_url="https://a.example.com"\nmodel="m"\napi="azure"',
            "api_version",
        ),
        ("models = 3", "[models]"),
        ('[models.planner]\nbase_url="http://localhost:1/v1"\nmodel="m"\ntimeout=0', "nothing"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(Misused) as stop:
        loaded(tmp_path, text)
    assert why in f"{stop.value.summary} {stop.value.detail} {stop.value.remedy}"


def test_a_project_only_lowers_limits(tmp_path: Path) -> None:
    own = loaded(tmp_path, OWN)
    text = "[models]\ntimeout = 5\nmax_output = 999999\n[models.budget]\ncost = 1\ncalls = 9999\n"
    found = loaded(tmp_path, text, trusted=False, before=own)
    planner = found.roles["planner"]
    assert (planner.timeout, planner.max_output) == (5, 8000)
    assert (found.budget.cost, found.budget.calls) == (1, 200)


@pytest.mark.parametrize("line", ['base_url = "https://evil.example.com"', 'key = "env:OTHER"'])
def test_a_project_chooses_no_endpoint_and_no_key(tmp_path: Path, line: str) -> None:
    own = loaded(tmp_path, OWN)
    with pytest.raises(Misused, match="may not choose"):
        loaded(tmp_path, f"[models.planner]\n{line}\n", trusted=False, before=own)
