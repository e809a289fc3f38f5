"""Keeps values out of the journal whose own name says that they are secret.

A closed list of names, not a search for secrets: what a cloud itself calls a password does not
reach the disk, whatever carried it there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

MASK = "(secret, not kept)"

SECRET = frozenset(
    {
        *("password", "passwd", "pwd", "passphrase", "passworddata"),
        *("secret", "secretkey", "secretaccesskey", "secretstring", "secretbinary"),
        *("privatekey", "privatekeypem", "keymaterial", "accesskey", "accountkey"),
        *("apikey", "masterkey", "sharedkey", "storagekey"),
        *("accesstoken", "authtoken", "bearertoken", "idtoken", "refreshtoken"),
        *("sastoken", "securitytoken", "sessiontoken"),
        *("authorization", "connectionstring"),
    }
)
NAMED = frozenset({"name", "key", "parametername", "parameterkey"})
VALUED = frozenset({"value", "parametervalue", "stringvalue"})
WORD = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")
PRIVATE_KEY = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*KEY-----|\Z)", re.S
)


def is_secret(name: str) -> bool:
    """By the last words of it, in any spelling: ``MasterUserPassword``, ``--client-secret``."""
    words = [word.lower() for word in WORD.findall(name)]
    if "public" in words:
        return False
    tails = {"".join(words[-n:]) for n in (1, 2, 3)}
    return bool(tails & SECRET) or name.lower().endswith(("password", "passphrase"))


def masked(value: Any) -> Any:
    """JSON ``value`` with every secret replaced by :data:`MASK`.

    Secret by name: an entry of an object; the value of ``{"Name": ..., "Value": ...}``; what an
    option on a command line is given. A private key in PEM form is one wherever it stands.
    """
    if isinstance(value, str):
        option, equals, _ = value.partition("=")
        if equals and _is_option(option):
            return f"{option}={MASK}"
        return PRIVATE_KEY.sub(MASK, value)
    if isinstance(value, Mapping):
        pair = any(
            k.lower() in NAMED and isinstance(v, str) and is_secret(v) for k, v in value.items()
        )
        return {
            k: _hidden(v) if is_secret(k) or (pair and k.lower() in VALUED) else masked(v)
            for k, v in value.items()
        }
    if isinstance(value, (list, tuple)):
        after = [False, *(isinstance(v, str) and _is_option(v) for v in value)]
        return [_hidden(v) if hide else masked(v) for v, hide in zip(value, after, strict=False)]
    return value


def _is_option(text: str) -> bool:
    return text.startswith("-") and "=" not in text and is_secret(text)


def _hidden(value: Any) -> Any:
    """Whether there is one is no secret."""
    return value if value is None or isinstance(value, bool) else MASK
