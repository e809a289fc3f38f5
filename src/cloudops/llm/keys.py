"""Where a model's key is, and the key itself: fetched right before it is used, kept nowhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from cloudops.settings.models import IDENTITY, ModelSettings

SCOPE = "https://cognitiveservices.azure.com/.default"
NONE = "not-needed"
"""What an endpoint that asks for no key is given: the client wants one."""


class NoKey(Exception):
    """There is none; the text says what to do, and holds nothing secret."""


@dataclass(frozen=True, slots=True)
class Key:
    """``token`` makes a fresh one where keys are short-lived. Neither is ever shown."""

    value: str = field(default=NONE, repr=False)
    token: Callable[[], str] | None = field(default=None, repr=False)

    @property
    def secrets(self) -> tuple[str, ...]:
        return () if self.value == NONE else (self.value,)


Keys: TypeAlias = Callable[[ModelSettings], Key]


def keys(environment: Mapping[str, str]) -> Keys:
    """How keys are found in ``environment``, the keyring and Azure's own chain."""

    def find(model: ModelSettings) -> Key:
        """Raises NoKey."""
        if model.key is None:
            return Key()
        if model.key == IDENTITY:
            return _identity()
        source, _, name = model.key.partition(":")
        return _variable(environment, name) if source == "env" else _keyring(name)

    return find


def _variable(environment: Mapping[str, str], name: str) -> Key:
    if value := environment.get(name, "").strip():
        return Key(value)
    raise NoKey(f"the variable {name} is not set")


def _keyring(path: str) -> Key:
    service, _, name = path.partition("/")
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        raise NoKey("keyring is not installed: pip install 'cloudops-agent[models]'") from None
    try:
        value = keyring.get_password(service, name)
    except KeyringError as error:
        raise NoKey(f"no keyring answers here ({type(error).__name__})") from None
    if not value:
        raise NoKey(f"the keyring has no such entry: keyring set {service} {name}")
    return Key(value)


def _identity() -> Key:
    try:
        from azure.core.exceptions import AzureError
        from azure.identity import DefaultAzureCredential, get_bearer_token_provider
    except ImportError:
        raise NoKey(
            "azure-identity is not installed: pip install 'cloudops-agent[azure]'"
        ) from None
    token = get_bearer_token_provider(DefaultAzureCredential(), SCOPE)

    def fresh() -> str:
        try:
            return token()
        except AzureError as error:
            raise NoKey(f"Azure gives no token ({type(error).__name__}): az login") from None

    return Key(token=fresh)
