"""Keys for logging in to machines."""

from __future__ import annotations

from typing import Any

from modalities import wanted
from modalities.action import Output
from modalities.azure.express import calls, names
from modalities.azure.express.board import Board
from modalities.contract import Unresolved
from modalities.resource import Json, Kind, Resource
from modalities.selecting import one
from modalities.step import Effect, Expect, Step

PUBLIC_KEY = "public_key"


def ensure_key(board: Board, want: wanted.KeyPair) -> Resource:
    """The key pair of that name where there is one, else a new one; generated where no public
    key is given."""
    there = board.existing(Kind.KEY_PAIR, want.name)
    if there is not None:
        board.note(f"key pair {want.name} is there already and is used")
        return there
    names.check(Kind.KEY_PAIR, want.name)
    given = want.public_key.strip() if want.public_key else None
    key = board.create(
        Kind.KEY_PAIR,
        want.name,
        {"location": board.region, "properties": {"publicKey": given} if given else {}},
        f"make key pair {want.name}",
        tags=board.tags(want.tags),
        attributes={PUBLIC_KEY: given, "region": board.region},
        shown={},
        checks={PUBLIC_KEY: given} if given else {},
    )
    return key if given else _generate(board, key)


def _generate(board: Board, key: Resource) -> Resource:
    """Azure makes the pair and tells the private half in its answer, once. Undone with the key
    pair itself."""
    id = board.name_step("generate", Kind.KEY_PAIR, key.name)
    told: dict[str, Json] = {**Output(id, PUBLIC_KEY).as_json()}
    board.add(
        Step(
            id=id,
            effect=Effect.UPDATE,
            action=calls.post(key.id, "generateKeyPair", {"encryptionType": "Ed25519"}),
            why=f"let Azure generate key pair {key.name}",
            changes=board.refs(key),
            outputs={PUBLIC_KEY: "publicKey"},
            expects=(Expect(Kind.KEY_PAIR, key.id, "is", PUBLIC_KEY, told),),
            after={"generated": True},
        )
    )
    board.advise(
        "warning",
        f"Azure tells the private key of {key.name} once: it is kept in a file that the receipt "
        "of this step names; in the sandbox it may be dropped",
        id,
    )
    return board.revise(key, generated_by=id)


def public_key(board: Board, name: str) -> Any:
    """The public half of a key pair, or the reference to it. Raises Unresolved."""
    key = one(board.world, Kind.KEY_PAIR, name)
    maker = key.attributes.get("generated_by")
    if maker is not None:
        return Output(str(maker), PUBLIC_KEY).as_json()
    known = key.attributes.get(PUBLIC_KEY)
    if not known:
        raise Unresolved(f"key pair {key.name} has no public key yet")
    return known


def nobodys_key() -> str:
    """The public half of a pair whose private half is not kept: Azure starts no machine without
    a way to log in."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    public = Ed25519PrivateKey.generate().public_key()
    return public.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode("ascii")
