"""The private key of a new key pair, which a cloud gives away once: kept before all else."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path

from modalities.acting import Call
from modalities.action import SdkCall
from modalities.receipt import CloudError, Trouble
from modalities.target import Realm, Target

NAMED = {
    ("ec2", "CreateKeyPair"): "KeyName",
    ("compute", "ssh_public_keys.generate_key_pair"): "sshPublicKeyName",
}
"""The calls that make one, and the parameter that names it."""

UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")


@contextmanager
def place_for_key(target: Target, action: SdkCall, call: Call) -> Iterator[Path | None]:
    """Where the private key of a new key pair goes; None for all other calls. On an emulated
    cloud it opens nothing and may be dropped; a real one is not made where it could not be
    kept. Raises CloudError."""
    parameter = NAMED.get((action.service, action.operation))
    if parameter is None:
        yield None
    elif call.secrets_dir is not None:
        with ExitStack() as stack:
            try:
                name = str(action.parameters.get(parameter))
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


@contextmanager
def key_file(directory: Path, name: str) -> Iterator[Path]:
    """A new, empty file that only its owner may read. It is there before the key is asked for;
    where nothing is written it goes again. ``name`` comes from outside. Raises OSError."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    stem = UNSAFE.sub("_", name).strip("_") or "key"
    path = next(p for p in _paths(directory, stem) if not p.exists())
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        yield path
    finally:
        if path.stat().st_size == 0:
            path.unlink()


def _paths(directory: Path, stem: str) -> Iterator[Path]:
    yield directory / f"{stem}.pem"
    for number in count(2):
        yield directory / f"{stem}-{number}.pem"


def _cannot_keep(why: str) -> CloudError:
    return CloudError(
        Trouble.INVALID,
        "NoPlaceForKey",
        f"the private key could not be kept: {why}",
        sent=False,
        remedy="import a public key of your own instead, or make room for the key file",
    )
