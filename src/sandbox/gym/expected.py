"""What a prompt states in so many words: names, sizes, ports, tags; read by the gym itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import takewhile

from sandbox.gym import phrases as p


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """None, empty or False where the prompt does not say. Sizes are GiB (GB is read so, as the
    clouds' consoles do). ``type`` is of AWS, ``azure_size`` of
    Azure. ``tag_all``: everything made carries the tags."""

    names: tuple[str, ...] = ()
    prefix: str | None = None
    network: str | None = None
    balancer: str | None = None
    disk: str | None = None
    vcpus: int | None = None
    memory_gib: float | None = None
    type: str | None = None
    azure_size: str | None = None
    small: bool = False
    boot_gib: int | None = None
    gib: int | None = None
    ssd: bool = False
    cidr: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    tag_all: bool = False
    public: bool = False
    public_balancer: bool = False
    one_subnet: bool = False
    identical: bool = False
    system: str | None = None
    port: int | None = None
    target_port: int | None = None


def expected(prompt: str) -> Expected:
    """What a prompt states."""
    boot = p.BOOT_DISK.search(prompt)
    rest = p.MEMORY.sub(" ", p.BOOT_DISK.sub(" ", prompt))
    ports = p.PORTS.search(prompt)
    port = ports or p.PORT.search(prompt)
    return Expected(
        names=_names(prompt),
        prefix=_first(p.PREFIX, prompt),
        network=_first(p.NETWORK_NAME, prompt),
        balancer=_first(p.BALANCER_NAME, prompt),
        disk=_first(p.DISK_NAME, prompt),
        vcpus=_number(p.VCPUS, prompt),
        memory_gib=_decimal(p.MEMORY, prompt),
        type=(_first(p.TYPE, prompt) or "").lower() or None,
        azure_size=_first(p.AZURE_SIZE, prompt),
        small=bool(p.SMALL.search(prompt)),
        boot_gib=int(boot[1] or boot[2]) if boot else None,
        gib=_number(p.SIZE, rest),
        ssd=bool(p.SSD.search(prompt)),
        cidr=_first(p.CIDR, prompt),
        tags=_tags(prompt),
        tag_all=bool(p.TAG_ALL.search(prompt)),
        public=bool(p.PUBLIC.search(prompt)),
        public_balancer=bool(p.PUBLIC_BALANCER.search(prompt)),
        one_subnet=bool(p.ONE_SUBNET.search(prompt)),
        identical=bool(p.IDENTICAL.search(prompt)),
        system=(_first(p.SYSTEM, prompt) or "").lower() or None,
        port=int(port[1]) if port else None,
        target_port=int(ports[2]) if ports else None,
    )


def mentioned(prompt: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """Those of ``names`` that the prompt speaks of; all of them where it speaks of none."""
    found = tuple(n for n in names if re.search(rf"(?<![\w-]){re.escape(n)}(?![\w-])", prompt))
    return found or names


def _names(prompt: str) -> tuple[str, ...]:
    """The machines' own: what is called so and is no network, balancer, disk or prefix."""
    rest = prompt
    for other in (p.NETWORK_NAME, p.BALANCER_NAME, p.DISK_NAME, p.PREFIX):
        rest = other.sub(" ; ", rest)
    if span := p.RANGE.search(p.CIDR.sub(" ", rest)):
        stem, first, last = span[1], int(span[2]), int(span[3])
        if stem and first < last <= first + 9:
            return tuple(f"{stem}{number}" for number in range(first, last + 1))
    if (many := p.LIST.search(rest)) and len(found := _listed(many[1])) > 1:
        return found
    one = _first(p.ONE_NAME, rest)
    return (one,) if one and one.lower() not in p.COMMON_WORDS else ()


def _listed(text: str) -> tuple[str, ...]:
    """Names one after another, up to a word that is none: where the first has a digit or a
    hyphen, all have."""
    names = re.split(p.SEPARATOR, text)
    odd = bool(re.search(r"[\d_-]", names[0]))
    good = takewhile(
        lambda n: n.lower() not in p.COMMON_WORDS and (not odd or re.search(r"[\d_-]", n)), names
    )
    return tuple(good)


def _tags(prompt: str) -> dict[str, str]:
    """``key=value`` after the word tag; ``name=`` is a name."""
    said = p.TAGGED.search(prompt)
    pairs = p.TAG.findall(prompt, said.start()) if said else []
    return {key: value for key, value in pairs if key.lower() != "name"}


def _first(pattern: re.Pattern[str], text: str) -> str | None:
    found = pattern.search(text)
    return found[1] if found else None


def _number(pattern: re.Pattern[str], text: str) -> int | None:
    found = _first(pattern, text)
    return int(found) if found else None


def _decimal(pattern: re.Pattern[str], text: str) -> float | None:
    found = _first(pattern, text)
    return float(found) if found else None
