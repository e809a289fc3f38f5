"""The private key of a new key pair, which AWS gives away once: kept before all else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from modalities.acting import Call
from modalities.action import SdkCall
from modalities.aws.secrets import key_file
from modalities.receipt import CloudError, Trouble
from modalities.target import Realm, Target


@contextmanager
def place_for_key(target: Target, action: SdkCall, call: Call) -> Iterator[Path | None]:
    """Where the private key of a new key pair goes; None for all other calls. On an emulated
    cloud it opens nothing and may be dropped; a real one is not made where it could not be
    kept. Raises CloudError."""
    if (action.service, action.operation) != ("ec2", "CreateKeyPair"):
        yield None
    elif call.secrets_dir is not None:
        with ExitStack() as stack:
            try:
                name = str(action.parameters.get("KeyName"))
                place = stack.enter_context(key_file(call.secrets_dir, name))
            except OSError as error:
                raise _cannot_keep(str(error)) from error
            yield place
    elif target.realm is Realm.SANDBOX:
        yield None
    else:
        raise _cannot_keep("no directory for secrets is set")


def kept(place: Path, key: str) -> dict[str, str]:
    """Write the key; what came of it, as evidence. The key pair is there, whether its key can
    be written or not."""
    try:
        place.write_text(key, encoding="ascii")
    except OSError as error:
        return {"private_key_lost": str(error)}
    return {"private_key_file": str(place)}


def _cannot_keep(why: str) -> CloudError:
    return CloudError(
        Trouble.INVALID,
        "NoPlaceForKey",
        f"the private key could not be kept: {why}",
        sent=False,
        remedy="import a public key of your own instead, or make room for the key file",
    )
