"""SSH public keys, kept for machines to come."""

from __future__ import annotations

from dataclasses import replace

from sandbox.azure.contract import Action, Call, Change, Done, ResourceType
from sandbox.azure.documents import Document, changed
from sandbox.azure.refusal import bad_request

KEY = "Microsoft.Compute/sshPublicKeys"


def complete(change: Change) -> Document:
    key = change.properties.get("publicKey")
    if key is not None and not str(key).startswith(("ssh-rsa ", "ssh-ed25519 ")):
        raise bad_request(
            "InvalidParameter", "The value of 'publicKey' is no public key.", "publicKey"
        )
    kept = change.before.properties if change.before else {}
    return {**change.body, "properties": {**kept, **change.properties}}


def generate(call: Call) -> Done:
    """A pair; the private key is told this once and kept nowhere."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
        PublicFormat,
    )

    secret = Ed25519PrivateKey.generate()
    public = secret.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
    private = secret.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()).decode()
    entry = call.resource
    call.cloud.keep(
        replace(entry, document=changed(entry.document, "properties.publicKey", public))
    )
    return Done({"privateKey": private, "publicKey": public, "id": entry.id.text})


TYPES = (
    ResourceType(
        name=KEY,
        stateful=False,
        complete=complete,
        actions=(Action("generateKeyPair", generate),),
    ),
)
