"""Key pairs for logging in to machines."""

from __future__ import annotations

from modalities import wanted
from modalities.aws.express.board import Board
from modalities.aws.express.calls import ec2, labelled
from modalities.resource import Kind, Resource


def ensure_key(board: Board, want: wanted.KeyPair) -> Resource:
    """The key pair of that name where there is one, else a new one."""
    there = board.existing(Kind.KEY_PAIR, want.name)
    if there is not None:
        board.note(f"key pair {want.name} is there already and is used")
        return there
    tags = board.tags(want.name, want.tags)
    about = {"KeyName": want.name, "TagSpecifications": labelled("key-pair", tags)}
    if want.public_key:
        action = ec2("ImportKeyPair", **about, PublicKeyMaterial=want.public_key)
    else:
        action = ec2("CreateKeyPair", **about)
        board.advise(
            "warning",
            f"AWS shows the private key of {want.name} once, and cloudops keeps no secrets: "
            "nobody will have it. To log in with a key of yours, give its public half",
        )
    return board.create(
        Kind.KEY_PAIR,
        want.name,
        action,
        "KeyPairId",
        lambda _: ec2("DeleteKeyPair", KeyName=want.name),
        f"make key pair {want.name}",
        tags=tags,
        shown={},
    )
