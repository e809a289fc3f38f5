"""Precedence, refusals, and that a project's file never widens what the user allowed."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

import cloudops
from cloudops.config import Config, load
from cloudops.errors import Misused
from cloudops.settings import variables
from modalities.resource import Provider
from modalities.target import Realm
from policies.finding import Severity


class Files:
    """A home with a user's own file, and a project directory."""

    def __init__(self, root: Path) -> None:
        self.project = root / "project"
        self.project.mkdir()
        self.own_file = root / "config" / "cloudops" / "config.toml"
        self.own_file.parent.mkdir(parents=True)
        self.environment: dict[str, str] = {}

    def own(self, text: str) -> Files:
        self.own_file.write_text(text)
        return self

    def checkout(self, text: str | bytes) -> Files:
        content = text.encode() if isinstance(text, str) else text
        (self.project / "cloudops.toml").write_bytes(content)
        return self

    def load(self, **flags: object) -> Config:
        return load(flags, self.environment, self.project)

    def refused(self, **flags: object) -> Misused:
        with pytest.raises(Misused) as stop:
            self.load(**flags)
        return stop.value


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Files:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return Files(tmp_path)


STAGING = """
[targets.staging]
provider = "aws"
region = "eu-west-1"
"""


def test_defaults(files: Files, tmp_path: Path) -> None:
    config = files.load()
    assert config["target"] == "sandbox"
    assert config["max_risk"] == "low"
    assert config.state_dir == tmp_path / "state" / "cloudops"
    assert config.target("sandbox").realm is Realm.SANDBOX
    assert config.values["yes"].origin == "default"


def test_each_source_goes_before_the_next(files: Files) -> None:
    files.own('budget = 5\nlock_timeout = "1m"\nmodality = "cli"\noutput = "json"\n')
    assert files.load()["modality"] == "cli"
    files.checkout('lock_timeout = 2\nmodality = "iac"\noutput = "ndjson"\n')
    assert files.load()["modality"] == "iac"
    files.environment = {"CLOUDOPS_MODALITY": "browser", "CLOUDOPS_OUTPUT": "human"}
    assert files.load()["modality"] == "browser"
    config = files.load(modality="sdk")
    assert (config["modality"], config["output"]) == ("sdk", "human")
    assert (config["lock_timeout"], config["budget"]) == (2.0, 5.0)
    assert config.values["modality"].origin == "--modality"
    assert config.values["output"].origin == "CLOUDOPS_OUTPUT"
    assert config.values["lock_timeout"].origin.endswith("cloudops.toml:1")
    assert config.values["budget"].origin.endswith("config.toml:1")


def test_a_named_file_stands_in_place_of_the_others(files: Files, tmp_path: Path) -> None:
    files.own('modality = "cli"').checkout('output = "json"')
    named = tmp_path / "other.toml"
    named.write_text('yes = true\nmax_risk = "high"\nstate_dir = "here"\n')
    files.environment = {"CLOUDOPS_CONFIG": str(named)}
    config = files.load()
    assert (config["modality"], config["output"], config["yes"]) == ("auto", "human", True)
    assert config.state_dir == tmp_path / "here"
    assert files.refused(config="missing.toml").summary.endswith("missing.toml cannot be read")


@pytest.mark.parametrize(
    ("text", "key", "line", "hint"),
    [
        ("# one\ntagret = 'x'\n", "tagret", 2, "did you mean target?"),
        ("[targets.a]\nprovider = 'aws'\nregoin = 'x'\n", "targets.a.regoin", 3, "region?"),
        ("[policies]\nmonthly_celing = 3\n", "policies.monthly_celing", 2, "monthly_ceiling?"),
        ("[policies.severities]\nblast-radious = 'warn'\n", "blast-radious", 2, "blast-radius?"),
        ("max_risk = 'extreme'\n", "max_risk", 1, ""),
        ("lock_timeout = 'soon'\n", "lock_timeout", 1, ""),
        ("yes = 'perhaps'\n", "yes", 1, ""),
        ("budget = -1\n", "budget", 1, ""),
        ("[policies]\nmax_deletes = 2.5\n", "policies.max_deletes", 2, ""),
        ("[policies]\nadmin_ports = [22, 99999]\n", "policies.admin_ports", 2, ""),
        ("[policies]\nallowed_regions = 'eu-west-1'\n", "policies.allowed_regions", 2, ""),
        ("[targets.a]\nprovider='gcp'\nregion='eu-west-1'\n", "targets.a.provider", 2, ""),
    ],
)
def test_a_wrong_line_is_named(files: Files, text: str, key: str, line: int, hint: str) -> None:
    stop = files.own(text).refused()
    assert key in stop.summary
    assert stop.detail == f"{files.own_file}:{line}"
    assert hint in stop.remedy


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"target = 'caf\xe9'", "not text in UTF-8"),
        (b"target = ", "not valid TOML"),
        (b"\x00\x01\x02", "not valid TOML"),
        (b"targets = 3", "it is not a table"),
        (b"policies = []", "it is not a table"),
        (b"[targets]\nx = 1", "it is not a table"),
    ],
)
def test_a_file_that_is_no_configuration(files: Files, content: bytes, said: str) -> None:
    assert said in files.checkout(content).refused().summary


def test_a_directory_in_its_place(files: Files) -> None:
    (files.project / "cloudops.toml").mkdir()
    assert "cannot be read" in files.refused().summary


@pytest.mark.parametrize(
    ("variable", "value"),
    [("CLOUDOPS_TIMEOUT", "soon"), ("CLOUDOPS_YES", "maybe"), ("CLOUDOPS_OUTPUT", "xml")],
)
def test_a_wrong_variable_is_named(files: Files, variable: str, value: str) -> None:
    files.environment = {variable: value}
    assert files.refused().summary.startswith(f"{variable}: '{value}' is")


def test_secrets_are_refused_and_not_repeated(files: Files) -> None:
    key = "aws_secret_access_key"
    stop = files.own(f"[targets.a]\nprovider = 'aws'\n{key} = 'hunter2'\n").refused()
    assert key in stop.summary
    assert "hunter2" not in f"{stop.summary}{stop.detail}{stop.remedy}"
    stop = files.own("[targets.a]\nendpoint_url='http://me:hunter2@127.0.0.1'").refused()
    assert "password" in stop.summary
    assert "hunter2" not in f"{stop.summary}{stop.detail}{stop.remedy}"


# targets


def test_a_target_without_a_realm_is_production(files: Files) -> None:
    target = files.checkout(STAGING).load().target("staging")
    assert (target.realm, target.region) == (Realm.PRODUCTION, "eu-west-1")


def test_an_unknown_target_names_those_there_are(files: Files) -> None:
    config = files.checkout(STAGING).load()
    with pytest.raises(Misused) as stop:
        config.target("stagin")
    assert "sandbox, staging" in stop.value.detail
    assert stop.value.remedy == "did you mean staging?"


@pytest.mark.parametrize("missing", ["provider", "region"])
def test_what_a_target_needs(files: Files, missing: str) -> None:
    text = "\n".join(line for line in STAGING.splitlines() if not line.startswith(missing))
    assert files.checkout(text).refused().summary == f"targets.staging.{missing}: it is missing"


@pytest.mark.parametrize("place", ["own", "checkout"])
@pytest.mark.parametrize(
    "url", ["https://ec2.eu-west-1.amazonaws.com", "http://127.0.0.1.example.com:5000"]
)
def test_no_address_elsewhere_is_a_sandbox(files: Files, place: str, url: str) -> None:
    write: Callable[[str], Files] = getattr(files, place)
    stop = write(f'{STAGING}realm = "sandbox"\nendpoint_url = "{url}"\n').refused()
    assert "only an address of this machine can be a sandbox" in stop.summary


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_this_machine_may_be_a_sandbox(files: Files, host: str) -> None:
    text = f'{STAGING}realm = "sandbox"\nendpoint_url = "http://{host}:5000"\n'
    assert files.checkout(text).load().target("staging").realm is Realm.SANDBOX


@pytest.mark.parametrize(
    "line", ['realm = "production"', 'endpoint_url = "http://127.0.0.1:1"', 'profile = "x"']
)
@pytest.mark.parametrize("name", ["sandbox", "azure-sandbox"])
def test_the_embedded_sandbox_stays_what_it_is(files: Files, name: str, line: str) -> None:
    stop = files.own(f"[targets.{name}]\n{line}\n").refused()
    assert "the embedded sandbox stays what it is" in stop.summary


AZURE = '[targets.shop]\nprovider = "azure"\nregion = "westeurope"\n'


def test_a_target_on_azure_is_a_resource_group(files: Files) -> None:
    shop = files.own(f'{AZURE}resource_group = "Shop-1_(a)"\n').load().target("shop")
    assert (shop.provider, shop.resource_group) == (Provider.AZURE, "Shop-1_(a)")
    built_in = files.load().target("azure-sandbox")
    assert (built_in.realm, built_in.resource_group) == (Realm.SANDBOX, "cloudops")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (AZURE, "it is missing"),
        (f"{AZURE}resource_group = 'a/b'\n", "no name of a resource group"),
        (f"{AZURE}resource_group = 'ends.'\n", "no name of a resource group"),
        (f"{STAGING}resource_group = 'a'\n", "AWS has no resource groups"),
    ],
)
def test_resource_groups_that_cannot_be(files: Files, text: str, said: str) -> None:
    stop = files.own(text).refused()
    assert "resource_group" in stop.summary
    assert said in stop.summary


def test_the_region_must_be_allowed(files: Files) -> None:
    stop = files.own(f'{STAGING}allowed_regions = ["eu-north-1"]\n').refused()
    assert "eu-west-1 is not among its allowed_regions" in stop.summary


def test_rules_of_a_target_are_the_general_ones_and_its_own(files: Files) -> None:
    config = files.own(
        '[policies]\nrequired_tags = ["owner"]\nmonthly_ceiling = 500\n'
        'allowed_regions = ["eu-west-1", "eu-north-1"]\n'
        f'{STAGING}allowed_regions = ["eu-west-1", "us-east-1"]\n'
        'required_tags = ["team"]\nmonthly_budget = "$100"\n'
    ).load()
    rules = config.policies_for(config.target("staging"))
    assert rules.required_tags == ("owner", "team")
    assert rules.allowed_regions == ("eu-west-1",)
    assert rules.monthly_ceiling == 100
    assert config.policies_for(config.target("sandbox")).monthly_ceiling == 500
    config = files.load(budget="20")
    assert config.policies_for(config.target("staging")).monthly_ceiling == 20


def test_regions_that_exclude_each_other_are_no_permission(files: Files) -> None:
    text = f'[policies]\nallowed_regions = ["us-east-1"]\n{STAGING}allowed_regions=["eu-west-1"]'
    assert "share no region" in files.own(text).refused().summary


def test_a_fixed_policy_cannot_be_made_milder(files: Files) -> None:
    stop = files.own('[policies.severities]\nirreversible-delete = "warn"\n').refused()
    assert stop.summary.endswith("this policy stays at deny")


# a project's file


@pytest.mark.parametrize(
    ("line", "name", "kept"),
    [
        ("yes = true", "yes", False),
        ('max_risk = "high"', "max_risk", "low"),
        ("budget = 100", "budget", 50.0),
        ("timeout = 900", "timeout", 60.0),
        ("read_only = false", "read_only", True),
        ("no_input = false", "no_input", True),
    ],
)
def test_a_project_widens_nothing(files: Files, line: str, name: str, kept: object) -> None:
    files.own("budget = 50\ntimeout = 60\nread_only = true\nno_input = true\n").checkout(line)
    config = files.load()
    assert config[name] == kept
    assert len(config.notices) == 1
    assert f"cloudops.toml:1: {name}" in config.notices[0]


@pytest.mark.parametrize(
    ("line", "name", "value"),
    [
        ("yes = false", "yes", False),
        ('max_risk = "low"', "max_risk", "low"),
        ("budget = 10", "budget", 10.0),
        ("read_only = true", "read_only", True),
    ],
)
def test_a_project_may_be_stricter(files: Files, line: str, name: str, value: object) -> None:
    files.own('yes = true\nmax_risk = "high"\nbudget = 50\n').checkout(line)
    config = files.load()
    assert config[name] == value
    assert config.notices == ()


def test_flags_and_variables_are_the_users_own(files: Files) -> None:
    files.checkout('max_risk = "low"\nread_only = true\n')
    files.environment = {"CLOUDOPS_READ_ONLY": "0"}
    config = files.load(max_risk="high", yes=True)
    assert (config["max_risk"], config["yes"], config["read_only"]) == ("high", True, False)


def test_a_project_does_not_choose_production(files: Files) -> None:
    config = files.checkout(f'target = "staging"\n{STAGING}').load()
    assert config["target"] == "sandbox"
    assert "may not widen permissions" in config.notices[0]
    local = f'target = "staging"\n{STAGING}realm = "sandbox"\n'
    assert files.checkout(local).load()["target"] == "staging"


def test_a_project_does_not_choose_the_state(files: Files) -> None:
    for line in ('state_dir = "state"', 'state = "postgresql://ann@elsewhere.example/db"'):
        stop = files.checkout(line).refused()
        assert "a project's file may not set this" in stop.summary
    assert stop.remedy == "set it in your own file, with CLOUDOPS_STATE"


def test_where_the_state_is_kept(files: Files) -> None:
    assert files.load().store == files.load().state_dir / "state.db"
    address = "postgresql://ann@db.example.com:5433/cloudops?sslmode=verify-full"
    config = files.own(f'state = "{address}"').load()
    assert config.store == address
    assert config.keeps_state()
    files.environment = {"CLOUDOPS_STATE": "file"}
    assert files.load().store == config.state_dir / "state.db"
    assert not files.load().keeps_state()


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://ann:hunter2@db.example.com/cloudops",
        "postgresql://ann:hunter2@/cloudops",
        "postgresql://ann@db/cloudops?password=hunter2",
        "postgresql://ann@db/cloudops?sslmode=require&SSLPassword=hunter2",
        "postgresql://ann:hunter2/x@db/cloudops",
        "postgresql://ann:1234/hunter2@db/cloudops",
        "postgresql://ann:hunter2#x@db/cloudops",
        "postgresql://ann:hunter2?x@db/cloudops",
        "postgresql://ann:hun@ter2@db/cloudops",
        "postgresql://ann:[hunter2@db/cloudops",
        "postgresql:///cloudops#hunter2",
    ],
)
def test_the_password_of_a_state_is_refused_and_not_repeated(files: Files, address: str) -> None:
    stop = files.own(f'state = "{address}"').refused()
    said = f"{stop.summary}{stop.detail}{stop.remedy}"
    assert "PGPASSWORD" in said
    assert "hun" not in said
    assert "ter2" not in said


@pytest.mark.parametrize("address", ["mysql://ann@db/x", "db.example.com", "~/state.db"])
def test_a_state_is_a_postgresql_or_a_file(files: Files, address: str) -> None:
    assert "not the address of a PostgreSQL" in files.own(f'state = "{address}"').refused().summary


def test_a_project_only_tightens_policies(files: Files) -> None:
    files.own(
        '[policies]\nrequired_tags = ["owner"]\nmonthly_ceiling = 100\nmax_deletes = 3\n'
        'allowed_regions = ["eu-west-1", "eu-north-1"]\nadmin_ports = [22, 3389]\n'
        '[policies.severities]\nblast-radius = "warn"\n'
    ).checkout(
        "[policies]\nrequired_tags = []\nmonthly_ceiling = 900\nmax_deletes = 99\n"
        'allowed_regions = ["us-east-1", "eu-north-1"]\nadmin_ports = [23]\n'
        "[policies.severities]\n"
        'blast-radius = "info"\nrequired-tags = "info"\nopen-admin-ports = "deny"\n'
    )
    rules = files.load().policies
    assert rules.required_tags == ("owner",)
    assert (rules.monthly_ceiling, rules.max_deletes) == (100, 3)
    assert rules.allowed_regions == ("eu-north-1",)
    assert rules.admin_ports == (22, 3389, 23)
    assert rules.severities["blast-radius"] is Severity.WARN
    assert rules.severities["required-tags"] is Severity.DENY


def test_regions_of_a_project_beside_the_users(files: Files) -> None:
    files.own('[policies]\nallowed_regions = ["eu-west-1"]\n')
    stop = files.checkout('[policies]\nallowed_regions = ["us-east-1"]\n').refused()
    assert "none of these is among those allowed: eu-west-1" in stop.summary


@pytest.mark.parametrize(
    "line",
    [
        'profile = "another"',
        'endpoint_url = "http://127.0.0.1:5000"',
        'provider = "azure"',
        'realm = "sandbox"',
        'allowed_regions = ["us-east-1"]',
    ],
)
def test_a_project_does_not_lead_a_users_target_elsewhere(files: Files, line: str) -> None:
    files.own(f'{STAGING}profile = "mine"\nallowed_regions = ["eu-west-1"]\n')
    stop = files.checkout(f"[targets.staging]\n{line}\n").refused()
    assert stop.summary.startswith("targets.staging.")


def test_a_project_narrows_a_users_target(files: Files) -> None:
    files.own(f'{STAGING}required_tags = ["owner"]\nmonthly_budget = 10\n')
    files.checkout('[targets.staging]\nrequired_tags = ["team"]\nmonthly_budget = 99\n')
    target = files.load().target("staging")
    assert target.required_tags == ("owner", "team")
    assert target.monthly_budget == 10


PRODUCTION = '[targets.live]\nprovider = "aws"\nregion = "eu-west-1"\n'


def test_places_are_from_the_file_that_names_them(files: Files) -> None:
    given = 'console_url = "https://console.example.com"\nterraform_dir = "infra"\n'
    target = files.own(f"{PRODUCTION}{given}").load().target("live")
    assert target.console_url == "https://console.example.com"
    assert target.terraform_dir == str(files.own_file.parent / "infra")


@pytest.mark.parametrize("place", ["../elsewhere", "/etc/terraform"])
def test_a_project_names_no_place_outside_itself(files: Files, place: str) -> None:
    stop = files.checkout(f'{PRODUCTION}terraform_dir = "{place}"\n').refused()
    assert "inside the project" in str(stop)
    within = files.checkout(f'{PRODUCTION}terraform_dir = "infra"\n').load().target("live")
    assert within.terraform_dir == str(files.project / "infra")


def test_a_project_does_not_lead_to_another_console(files: Files) -> None:
    files.own(f'{PRODUCTION}console_url = "https://console.example.com"\n')
    stop = files.checkout('[targets.live]\nconsole_url = "https://evil.example.com"\n').refused()
    assert "elsewhere" in str(stop)


def test_a_variable_that_means_nothing_is_told_and_no_more(files: Files) -> None:
    files.environment = {"CLOUDOPS_TARGT": "prod", "CLOUDOPS_QUUX": "1", "CLOUDOPS_AWS": "/x"}
    config = files.load()
    assert config["target"] == "sandbox"
    assert config.notices == (
        "cloudops: CLOUDOPS_TARGT has no effect: did you mean CLOUDOPS_TARGET?",
        "cloudops: CLOUDOPS_QUUX has no effect: this version knows no such variable",
    )


def test_every_variable_that_is_read_is_known() -> None:
    sources = Path(cloudops.__file__).parents[1]
    read = {
        name
        for room in ("cloudops", "modalities")
        for file in (sources / room).rglob("*.py")
        for name in re.findall(r"CLOUDOPS_[A-Z_]*[A-Z]", file.read_text())
    }
    assert read <= set(variables.KNOWN)
