from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudops.state.masking import MASK, is_secret, masked

SECRET = """
    password Password MasterUserPassword admin_password --admin-password masteruserpassword
    DBPASSWORD secret client_secret clientSecret SecretAccessKey aws_secret_access_key
    AWS_SECRET_ACCESS_KEY SecretString KeyMaterial privateKey private-key SessionToken
    x-amz-security-token access_token refresh_token id_token Authorization connectionString
    storageAccountKey primary_access_key ApiKey passphrase PasswordData
"""

PLAIN = """
    name id key KeyName key_pair KeyPairId ClientToken NextToken token idempotency_token
    AccessKeyId InvalidToken fingerprint public_key PublicKeyMaterial secretary passwords_set
    profile state tags password_policy_id SecretId secret_name keys
"""


@pytest.mark.parametrize("name", SECRET.split())
def test_secret_names(name: str) -> None:
    assert is_secret(name)


@pytest.mark.parametrize("name", PLAIN.split())
def test_plain_names(name: str) -> None:
    assert not is_secret(name)


@pytest.mark.parametrize(
    ("given_", "kept"),
    [
        ({"Password": "x", "Name": "a"}, {"Password": MASK, "Name": "a"}),
        ({"a": [{"b": {"secret": ["x", "y"]}}]}, {"a": [{"b": {"secret": MASK}}]}),
        ({"secret": None, "password": True}, {"secret": None, "password": True}),
        ({"Key": "password", "Value": "x"}, {"Key": "password", "Value": MASK}),
        ({"name": "adminPassword", "value": "x"}, {"name": "adminPassword", "value": MASK}),
        ({"Key": "owner", "Value": "x"}, {"Key": "owner", "Value": "x"}),
        (["az", "--admin-password", "x", "-n", "a"], ["az", "--admin-password", MASK, "-n", "a"]),
        (["--client-secret=x=y", "--name=a"], [f"--client-secret={MASK}", "--name=a"]),
        (["password", "x"], ["password", "x"]),
        (["--password"], ["--password"]),
        (
            "a -----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY----- b",
            f"a {MASK} b",
        ),
        ("-----BEGIN PRIVATE KEY-----\nMII, cut", MASK),
        ("-----BEGIN CERTIFICATE-----\nMII", "-----BEGIN CERTIFICATE-----\nMII"),
    ],
)
def test_what_is_kept(given_: Any, kept: Any) -> None:
    assert masked(given_) == kept


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(json)
def test_masking_twice_is_masking_once(value: Any) -> None:
    once = masked(value)
    assert masked(once) == once


@given(st.sampled_from(SECRET.split()), st.lists(st.sampled_from(("a", "b")), max_size=4))
def test_however_deep_it_lies(name: str, path: list[str]) -> None:
    value: Any = {name: "hidden"}
    for step in path:
        value = {step: [value]}
    assert "hidden" not in repr(masked(value))
