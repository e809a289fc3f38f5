"""What AWS says of its disk types (EBS user guide, "Amazon EBS volume types")."""

from __future__ import annotations

from modalities.contract import Unsupported

DEFAULT_GIB = 32
DEFAULT_TYPE = "gp3"

LIMITS: dict[str, tuple[int, int]] = {
    "gp3": (1, 65536),
    "gp2": (1, 16384),
    "io1": (4, 16384),
    "io2": (4, 65536),
    "st1": (125, 16384),
    "sc1": (125, 16384),
    "standard": (1, 1024),
}
"""Smallest and largest size of each type, in GiB."""

WORDS = {"ssd": "gp3", "hdd": "st1", "premium": "io2", "magnetic": "standard"}
NO_BOOT = ("st1", "sc1")
PROVISIONED = ("io1", "io2")
"""Types for which IOPS must be said."""
RATIO = {"io1": 50, "io2": 1000, "gp3": 500}
"""How many IOPS a type may have per GiB."""
USUAL_IOPS = 3000
LEAST_IOPS = 100


def native_type(word: str | None) -> str:
    """AWS's name for a disk type. Raises Unsupported."""
    type = WORDS.get((word or DEFAULT_TYPE).casefold(), (word or DEFAULT_TYPE).casefold())
    if type not in LIMITS:
        raise Unsupported(f"AWS has no disk type {word}; it has {', '.join(LIMITS)}")
    return type


def check_size(type: str, gib: int) -> None:
    """Raises Unsupported where a disk of the type cannot be that large or small."""
    least, most = LIMITS[type]
    if not least <= gib <= most:
        cure = f"take {least} GiB, or an ssd" if gib < least else f"at most {most} GiB"
        raise Unsupported(f"a {type} disk has {least} to {most} GiB, not {gib}: {cure}")


def iops_for(type: str, gib: int) -> int | None:
    """IOPS that must be asked for; None where the type has its own."""
    if type not in PROVISIONED:
        return None
    return max(LEAST_IOPS, min(USUAL_IOPS, gib * RATIO[type]))
