"""Which image a wanted system stands for: the vendor's public parameter, else the newest image
that its publisher lists by a name of the known pattern."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, NamedTuple

from modalities.aws.asking import Asker, Items, Wire
from modalities.aws.describe.found import Raw
from modalities.contract import Unresolved
from modalities.receipt import CloudError, Trouble
from modalities.target import Target


class Image(NamedTuple):
    """``min_gib`` is the least size of the root disk, in GiB."""

    id: str
    description: str
    root_device: str
    min_gib: int


@dataclass(frozen=True, slots=True)
class System:
    """``parameter`` and ``pattern`` hold ``{arch}``; ``owner`` is the publisher's account or
    AWS's name for itself. ``spelling`` is how its publisher writes x86_64 and arm64."""

    words: str
    parameter: str
    owner: str
    pattern: str
    spelling: tuple[str, str] = ("x86_64", "arm64")

    def architecture(self, wanted: str) -> str:
        return self.spelling[wanted == "arm64"]


AMAZON_LINUX = System(
    "Amazon Linux 2023",
    "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-{arch}",
    "amazon",
    "al2023-ami-2023.*-{arch}",
)
UBUNTU = System(
    "Ubuntu 24.04",
    "/aws/service/canonical/ubuntu/server/24.04/stable/current/{arch}/hvm/ebs-gp3/ami-id",
    "099720109477",
    "ubuntu/images/hvm-ssd*/ubuntu-*-{arch}-server-*",
    ("amd64", "arm64"),
)
DEBIAN = System(
    "Debian 12",
    "/aws/service/debian/release/12/latest/{arch}",
    "136693071363",
    "debian-12-{arch}-*",
    ("amd64", "arm64"),
)
WINDOWS = System(
    "Windows Server 2022",
    "/aws/service/ami-windows-latest/Windows_Server-2022-English-Full-Base",
    "amazon",
    "Windows_Server-*-English-Full-Base-*",
)
SYSTEMS = {
    "linux": AMAZON_LINUX,
    "amazon linux": AMAZON_LINUX,
    "amazon-linux": AMAZON_LINUX,
    "al2023": AMAZON_LINUX,
    "ubuntu": UBUNTU,
    "debian": DEBIAN,
    "windows": WINDOWS,
    "windows server": WINDOWS,
}


def choose_image(target: Target, wanted: str | None, architecture: str = "x86_64") -> Image:
    """The image for ``wanted`` (None: Linux; a word of :data:`SYSTEMS`; or an id, ``ami-...``).

    Sends at most three reads. Raises Unresolved where it is no such word or id or nothing
    fits in the target's region, CloudError where the cloud cannot be asked.
    """
    return chosen_image(Wire(target), wanted, architecture)


def chosen_image(ask: Asker, wanted: str | None, architecture: str = "x86_64") -> Image:
    """The same by any hand's way to ask."""
    word = (wanted or "linux").strip()
    region = ask.target.region
    if word.startswith("ami-"):
        return _by_id(ask, word, architecture)
    system = SYSTEMS.get(word.casefold())
    if system is None:
        raise Unresolved(f"no image is known as {word!r}", ("linux", "ubuntu", "debian", "windows"))
    if system is WINDOWS and architecture == "arm64":
        raise Unresolved("there is no Windows image for arm64", ("an x86_64 size",))
    raw = _published(ask, system, architecture) or _newest(ask, system, architecture)
    if raw is None:
        raise Unresolved(
            f"{region} has no {system.words} image for {architecture}",
            tuple(s for s in ("linux", "ubuntu", "debian", "windows") if SYSTEMS[s] is not system),
        )
    return _image(raw)


def images(ask: Asker) -> Callable[[str | None, str], Image]:
    """The same for as many as are wanted: what was found once is not asked for again."""
    return cache(partial(chosen_image, ask))


def _by_id(ask: Asker, id: str, architecture: str) -> Image:
    try:
        found = _images(ask, ImageIds=[id])
    except CloudError as error:
        if error.trouble is not Trouble.NOT_FOUND:
            raise
        found = []
    if not found:
        raise Unresolved(f"{ask.target.region} has no image {id}")
    raw = found[0]
    if raw.get("Architecture", architecture) != architecture:
        raise Unresolved(f"image {id} is for {raw['Architecture']}, the size is {architecture}")
    return _image(raw)


def _images(ask: Asker, **parameters: Any) -> Items:
    return ask.every("ec2", "DescribeImages", "Images", **parameters)


def _published(ask: Asker, system: System, architecture: str) -> Raw | None:
    """By the publisher's public parameter; None where the region has none."""
    name = system.parameter.format(arch=system.architecture(architecture))
    try:
        answer = ask.one("ssm", "GetParameter", Name=name)
    except CloudError as error:
        if _helpless(error):
            return None
        raise
    return next(iter(_images(ask, ImageIds=[answer["Parameter"]["Value"]])), None)


def _helpless(error: CloudError) -> bool:
    """No such parameter, no leave to read it, or no such service: the list of images may do."""
    return error.trouble in (
        Trouble.NOT_FOUND,
        Trouble.PERMISSION,
        Trouble.NOT_EMULATED,
        Trouble.UNAVAILABLE,
    )


def _newest(ask: Asker, system: System, architecture: str) -> Raw | None:
    pattern = system.pattern.format(arch=system.architecture(architecture))
    found = _images(
        ask,
        Owners=[system.owner],
        Filters=[
            {"Name": "name", "Values": [pattern]},
            {"Name": "architecture", "Values": [architecture]},
            {"Name": "state", "Values": ["available"]},
        ],
    )
    return max(found, key=_age, default=None)


def _age(raw: Raw) -> tuple[str, str]:
    return str(raw.get("CreationDate", "")), str(raw.get("Name", ""))


def _image(raw: Raw) -> Image:
    root = str(raw.get("RootDeviceName") or "/dev/xvda")
    sizes = [
        int((m.get("Ebs") or {}).get("VolumeSize") or 0)
        for m in raw.get("BlockDeviceMappings") or ()
        if m.get("DeviceName") == root
    ]
    described = str(raw.get("Name") or raw.get("Description") or raw["ImageId"])
    return Image(str(raw["ImageId"]), described, root, max(sizes, default=0) or 1)
