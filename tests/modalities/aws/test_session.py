"""Sessions: whose credentials, where to, how long, and how often."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from fakes.aws import DROP, HANG, REGION, Say, Scripted, error_xml, sandbox_target
from modalities.aws import session
from modalities.aws.connection import Connection
from modalities.aws.errors import AWS_ERRORS, as_cloud_error
from modalities.aws.session import ATTEMPTS
from modalities.receipt import CloudError, Trouble
from modalities.resource import Provider
from modalities.target import Realm, Target

REGIONS = "<DescribeRegionsResponse><regionInfo/></DescribeRegionsResponse>"


def production(**more: object) -> Target:
    return Target(
        name="prod",
        provider=Provider.AWS,
        realm=Realm.PRODUCTION,
        region=REGION,
        **more,  # type: ignore[arg-type]
    )


def read(target: Target) -> None:
    """One read through a client, with its error typed."""
    try:
        session.client(target, "ec2").describe_regions()
    except AWS_ERRORS as error:
        raise session.refused(error, "ec2", target) from error


def write(target: Target) -> None:
    try:
        session.client(target, "ec2").create_vpc(CidrBlock="10.0.0.0/16")
    except AWS_ERRORS as error:
        raise session.refused(error, "ec2", target) from error


def trouble_with(target: Target) -> CloudError:
    with pytest.raises(CloudError) as caught:
        read(target)
    return caught.value


class TestWhoWeAre:
    def test_identity_is_what_the_cloud_says_and_asked_once(self, target: Target) -> None:
        identity = session.identify(target)
        sent = session.traffic(target).requests
        assert len(identity.account) == 12
        assert identity.scope == f"{identity.account}/{REGION}"
        assert session.identify(target) == identity
        assert session.traffic(target).requests == sent

    def test_a_sandbox_hears_nothing_of_our_environment(
        self, target: Target, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, nobody: str
    ) -> None:
        config = tmp_path / "config"
        config.write_text("[default]\nendpoint_url = http://192.0.2.1\nmax_attempts = nonsense\n")
        for name, value in {
            "AWS_CONFIG_FILE": str(config),
            "AWS_PROFILE": "of-somebody-else",
            "AWS_ENDPOINT_URL": "http://192.0.2.1",
            "AWS_ACCESS_KEY_ID": "AKIAREAL",
            "AWS_SECRET_ACCESS_KEY": "real",
            "AWS_MAX_ATTEMPTS": "nonsense",
            "AWS_RETRY_MODE": "nonsense",
            "AWS_CA_BUNDLE": "/nonexistent",
            "HTTP_PROXY": nobody,
            "HTTPS_PROXY": nobody,
        }.items():
            monkeypatch.setenv(name, value)
        assert session.identify(target).profile is None

    def test_a_sandbox_without_keys_never_takes_real_ones(
        self, moto: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAREAL")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "real")
        client = session.client(sandbox_target(moto), "sts")
        assert client._get_credentials().access_key == "sandbox"  # type: ignore[attr-defined]

    @pytest.mark.parametrize(
        "url",
        [
            None,
            "https://ec2.us-east-1.amazonaws.com",
            "http://192.0.2.1:5000",
            "localhost:1",
            "http://[::1",
        ],
    )
    def test_a_sandbox_never_leaves_this_machine(self, url: str | None) -> None:
        error = trouble_with(sandbox_target(url))
        assert (error.trouble, error.sent) == (Trouble.INVALID, False)
        assert "127.0.0.1" in error.remedy

    def test_nor_when_an_endpoint_sends_it_on(self, moto: str) -> None:
        target = sandbox_target(moto)
        client = session.client(target, "ec2")
        client._endpoint.host = "http://192.0.2.1"  # type: ignore[attr-defined]
        before = session.traffic(target).requests

        def elsewhere(request: object, **_: object) -> None:
            request.url = "http://192.0.2.1/"  # type: ignore[attr-defined]

        client.meta.events.register("request-created.ec2", elsewhere)
        assert trouble_with(target).code == "NotLoopback"
        assert session.traffic(target).requests == before

    def test_a_profile_from_the_vendors_own_files(
        self, moto: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        keys = tmp_path / "credentials"
        keys.write_text("[staging]\naws_access_key_id = a\naws_secret_access_key = b\n")
        monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(keys))
        identity = session.identify(production(profile="staging", endpoint_url=moto))
        assert (identity.profile, identity.endpoint_url) == ("staging", moto)

    def test_an_endpoint_of_the_vendors_own_settings_is_told(
        self, moto: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        keys = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
        monkeypatch.setenv("AWS_ENDPOINT_URL", moto)
        assert session.identify(production(environment=keys)).endpoint_url == moto

    def test_an_unknown_profile(self) -> None:
        error = trouble_with(production(profile="stagign"))
        assert (error.trouble, error.sent) == (Trouble.AUTH, False)
        assert "stagign" in error.message
        assert "list-profiles" in error.remedy

    def test_no_credentials_at_all(self, moto: str) -> None:
        error = trouble_with(production(endpoint_url=moto))
        assert error.trouble is Trouble.AUTH
        assert "aws configure" in error.remedy

    def test_a_profile_without_keys_is_nobody_not_this_machines_role(
        self, moto: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, scripted: Scripted
    ) -> None:
        metadata = scripted(Say(200, "role"))
        config = tmp_path / "config"
        config.write_text("[profile empty]\nregion = us-east-1\n")
        monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
        monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "false")
        monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata.url)
        error = trouble_with(production(profile="empty", endpoint_url=moto))
        assert error.trouble is Trouble.AUTH
        assert "--profile empty" in error.remedy
        assert metadata.requests == []

    def test_refused_credentials_are_looked_up_anew(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, scripted: Scripted
    ) -> None:
        expired = Say(403, error_xml("RequestExpired"))
        endpoint = scripted(expired, Say(200, REGIONS))
        keys = tmp_path / "credentials"
        monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(keys))
        target = production(profile="p", endpoint_url=endpoint.url)
        keys.write_text("[p]\naws_access_key_id = OLD\naws_secret_access_key = b\n")
        assert trouble_with(target).trouble is Trouble.AUTH
        keys.write_text("[p]\naws_access_key_id = NEW\naws_secret_access_key = b\n")
        read(target)
        client = session.client(target, "ec2")
        assert client._get_credentials().access_key == "NEW"  # type: ignore[attr-defined]

    @pytest.mark.parametrize(
        ("settings", "said"),
        [
            ({"region": ""}, "region"),
            ({"region": "us east 1"}, "region"),
            ({"endpoint_url": "127.0.0.1:5000"}, "endpoint_url"),
            ({"endpoint_url": "ftp://127.0.0.1"}, "endpoint_url"),
            ({"endpoint_url": "http://127.0.0.1:99999"}, "endpoint_url"),
            ({"endpoint_url": "http://[::1"}, "endpoint_url"),
        ],
    )
    def test_bad_settings_are_named(self, settings: dict[str, str], said: str) -> None:
        target = replace(production(environment={"AWS_ACCESS_KEY_ID": "a"}), **settings)  # type: ignore[arg-type]
        keys = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
        error = trouble_with(replace(target, environment=keys))
        assert (error.trouble, error.sent) == (Trouble.INVALID, False)
        assert said in error.message


class TestEndpointsThatMisbehave:
    def test_nobody_there(self, nobody: str) -> None:
        target = sandbox_target(nobody)
        error = trouble_with(target)
        assert (error.trouble, error.sent) == (Trouble.UNAVAILABLE, False)
        assert nobody in error.message
        assert len(session.traffic(target).retries) == ATTEMPTS - 1

    def test_a_host_that_does_not_exist(self) -> None:
        keys = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
        url = "http://cloud.invalid:5000"
        error = trouble_with(production(endpoint_url=url, environment=keys))
        assert (error.trouble, error.sent) == (Trouble.UNAVAILABLE, False)
        assert "not known" in error.message

    def test_hanging_ends_and_is_asked_once(self, scripted: Scripted) -> None:
        endpoint = scripted(HANG)
        error = trouble_with(sandbox_target(endpoint.url, timeout=0.4))
        assert (error.trouble, error.sent) == (Trouble.TIMEOUT, True)
        assert len(endpoint.requests) == 1

    def test_a_read_is_repeated_by_the_vendors_mode_and_that_is_shown(
        self, scripted: Scripted
    ) -> None:
        endpoint = scripted(Say(503), Say(200, REGIONS))
        target = sandbox_target(endpoint.url)
        heard: list[str] = []
        session.traffic(target).listeners.append(heard.append)
        read(target)
        assert session.traffic(target).requests == 2
        assert session.traffic(target).retries == heard == ["DescribeRegions: HTTP 503: sent again"]

    @pytest.mark.parametrize("body", ["", "<!doctype html><h1>Bad gateway</h1>", '{"no": "xml"}'])
    def test_whatever_page_comes_with_it(self, scripted: Scripted, body: str) -> None:
        endpoint = scripted(Say(502, body), Say(200, REGIONS))
        read(sandbox_target(endpoint.url))
        assert len(endpoint.requests) == 2

    def test_a_read_gives_up_after_a_few_attempts(self, scripted: Scripted) -> None:
        endpoint = scripted(Say(503, error_xml("Unavailable")))
        error = trouble_with(sandbox_target(endpoint.url))
        assert error.trouble is Trouble.UNAVAILABLE
        assert len(endpoint.requests) == ATTEMPTS

    @pytest.mark.parametrize(
        "answer",
        [
            DROP,
            HANG,
            Say(500),
            Say(500, "<html>"),
            Say(503, error_xml("Unavailable")),
            Say(200, "<html"),
        ],
    )
    def test_a_write_that_may_have_arrived_is_never_sent_twice(
        self, scripted: Scripted, answer: Say | str
    ) -> None:
        endpoint = scripted(answer)
        with pytest.raises(CloudError) as caught:
            write(sandbox_target(endpoint.url, timeout=0.4))
        assert caught.value.sent
        assert caught.value.trouble in (Trouble.UNAVAILABLE, Trouble.TIMEOUT)
        assert len(endpoint.requests) == 1

    @pytest.mark.parametrize(
        "answer",
        [Say(429), Say(429, "<html>slow"), Say(503, error_xml("RequestLimitExceeded", "slow"))],
    )
    def test_a_throttled_write_had_no_effect_and_is_sent_again(
        self, scripted: Scripted, answer: Say
    ) -> None:
        done = "<CreateVpcResponse><vpc><vpcId>vpc-1</vpcId></vpc></CreateVpcResponse>"
        endpoint = scripted(answer, Say(200, done))
        target = sandbox_target(endpoint.url)
        write(target)
        assert len(endpoint.requests) == 2
        assert "CreateVpc" in session.traffic(target).retries[0]

    def test_what_cannot_be_emulated_is_not_asked_again(self, scripted: Scripted) -> None:
        endpoint = scripted(Say(500, error_xml("NotEmulated", "no DescribeRegions here")))
        error = trouble_with(sandbox_target(endpoint.url))
        assert error.trouble is Trouble.NOT_EMULATED
        assert len(endpoint.requests) == 1

    @pytest.mark.parametrize("service", ["ec2", "sts", "elbv2", "s3", "ssm"])
    def test_bare_statuses_are_understood_in_every_protocol(
        self, scripted: Scripted, service: str
    ) -> None:
        ask = {
            "ec2": "describe_vpcs",
            "sts": "get_caller_identity",
            "elbv2": "describe_load_balancers",
            "s3": "list_buckets",
            "ssm": "describe_parameters",
        }
        target = sandbox_target(scripted(Say(403, "no")).url)
        with pytest.raises(AWS_ERRORS) as caught:
            getattr(session.client(target, service), ask[service])()
        assert as_cloud_error(caught.value).trouble is Trouble.PERMISSION

    def test_a_web_page_is_no_answer(self, scripted: Scripted) -> None:
        endpoint = scripted(Say(200, "<!doctype html><p>hello"))
        error = trouble_with(sandbox_target(endpoint.url))
        assert error.code == "NotAnAnswer"
        assert "endpoint_url" in error.remedy

    def test_nor_is_a_page_that_reads_as_xml(self, scripted: Scripted) -> None:
        target = sandbox_target(scripted(Say(200, "<html>hello</html>")).url)
        with pytest.raises(CloudError) as caught:
            session.identify(target)
        assert caught.value.code == "NotAnAnswer"


def test_keys_are_not_shown(target: Target) -> None:
    assert target.environment["AWS_SECRET_ACCESS_KEY"] not in repr(Connection.to(target))


def test_call_count_counts_all_targets(target: Target, moto: str) -> None:
    before = session.call_count()
    read(target)
    read(sandbox_target(moto))
    assert session.call_count() == before + 2


def test_clients_are_made_once(target: Target) -> None:
    assert session.client(target, "ec2") is session.client(replace(target, writable=False), "ec2")
    assert session.client(target, "ec2") is not session.client(replace(target, timeout=3.0), "ec2")


def test_no_environment_of_ours_is_changed(target: Target) -> None:
    before = dict(os.environ)
    session.identify(target)
    assert dict(os.environ) == before
