"""Which image a wanted system stands for: the publisher's newest, by the names az has for them.

The aliases are those of az's own list (azure-cli, ``az vm image list``), for machines of
generation 2 where a publisher has both. Ubuntu's and Debian's for ARM are SKUs of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple, TypeAlias

from modalities.contract import Unresolved

Offered: TypeAlias = Callable[[str, str, str], bool]
"""Whether the location has an image of this publisher, offer and SKU. Raises CloudError."""


class Image(NamedTuple):
    """``urn`` is ``publisher:offer:sku:version`` or a resource's id; ``platform`` is ``linux`` or
    ``windows``; ``min_gib`` is the least size of the system disk, in GiB."""

    urn: str
    description: str
    platform: str
    min_gib: int

    @property
    def reference(self) -> dict[str, str]:
        """As a machine's ``imageReference`` has it."""
        if self.urn.startswith("/"):
            return {"id": self.urn}
        names = ("publisher", "offer", "sku", "version")
        return dict(zip(names, self.urn.split(":"), strict=True))


@dataclass(frozen=True, slots=True)
class System:
    """``arm_sku`` is that for arm64; empty where the publisher has none."""

    words: str
    publisher: str
    offer: str
    sku: str
    arm_sku: str = ""
    platform: str = "linux"
    min_gib: int = 30

    def image(self, architecture: str) -> Image:
        sku = self.arm_sku if architecture == "arm64" else self.sku
        urn = f"{self.publisher}:{self.offer}:{sku}:latest"
        return Image(urn, self.words, self.platform, self.min_gib)


UBUNTU_24 = System("Ubuntu 24.04 LTS", "Canonical", "ubuntu-24_04-lts", "server", "server-arm64")
UBUNTU_22 = System(
    "Ubuntu 22.04 LTS",
    "Canonical",
    "0001-com-ubuntu-server-jammy",
    "22_04-lts-gen2",
    "22_04-lts-arm64",
)
UBUNTU_20 = System(
    "Ubuntu 20.04 LTS",
    "Canonical",
    "0001-com-ubuntu-server-focal",
    "20_04-lts-gen2",
    "20_04-lts-arm64",
)
DEBIAN_12 = System("Debian 12", "Debian", "debian-12", "12-gen2", "12-arm64")
DEBIAN_11 = System("Debian 11", "Debian", "debian-11", "11-backports-gen2")
SUSE = System("openSUSE Leap 15.4", "SUSE", "openSUSE-leap-15-4", "gen2")
REDHAT = System("Red Hat Enterprise Linux 8", "RedHat", "RHEL", "8-lvm-gen2", min_gib=64)
FLATCAR = System("Flatcar", "kinvolk", "flatcar-container-linux-free", "stable-gen2")


def _windows(year: int, sku: str) -> System:
    words = f"Windows Server {year}"
    publisher, offer = "MicrosoftWindowsServer", "WindowsServer"
    return System(words, publisher, offer, sku, platform="windows", min_gib=127)


WINDOWS_2016 = _windows(2016, "2016-Datacenter")
WINDOWS_2019 = _windows(2019, "2019-datacenter-gensecond")
WINDOWS_2022 = _windows(2022, "2022-datacenter-g2")
WINDOWS_2025 = _windows(2025, "2025-datacenter-g2")

SYSTEMS = {
    "linux": UBUNTU_22,
    "ubuntu": UBUNTU_22,
    "ubuntults": UBUNTU_22,
    "ubuntu 22.04": UBUNTU_22,
    "ubuntu2204": UBUNTU_22,
    "ubuntu 24.04": UBUNTU_24,
    "ubuntu2404": UBUNTU_24,
    "ubuntu 20.04": UBUNTU_20,
    "debian": DEBIAN_12,
    "debian 12": DEBIAN_12,
    "debian 11": DEBIAN_11,
    "debian11": DEBIAN_11,
    "opensuse": SUSE,
    "opensuseleap154gen2": SUSE,
    "suse": SUSE,
    "redhat": REDHAT,
    "red hat": REDHAT,
    "rhel": REDHAT,
    "rhelraw8lvmgen2": REDHAT,
    "flatcar": FLATCAR,
    "flatcarlinuxfreegen2": FLATCAR,
    "windows": WINDOWS_2022,
    "windows server": WINDOWS_2022,
    "windows server 2025": WINDOWS_2025,
    "windows server 2022": WINDOWS_2022,
    "win2022datacenter": WINDOWS_2022,
    "windows server 2019": WINDOWS_2019,
    "win2019datacenter": WINDOWS_2019,
    "windows server 2016": WINDOWS_2016,
    "win2016datacenter": WINDOWS_2016,
}
USUAL = ("ubuntu", "debian", "redhat", "suse", "windows")


def chosen_image(offered: Offered, wanted: str | None, architecture: str = "x86_64") -> Image:
    """The image for ``wanted``: None is Linux; a word of :data:`SYSTEMS`; a URN; or an image's
    id.

    Raises Unresolved where it is no such thing or the location has none of it, CloudError where
    the cloud cannot be asked.
    """
    word = (wanted or "linux").strip()
    if word.startswith("/subscriptions/"):
        return Image(word, word.rpartition("/")[2], _platform(word), 1)
    if word.count(":") == 3:
        found = Image(word, word, _platform(word), 1)
    else:
        found = _system(word, architecture).image(architecture)
    publisher, offer, sku, _ = found.urn.split(":")
    if not offered(publisher, offer, sku):
        raise Unresolved(f"the location has no image {found.urn}", USUAL)
    return found


def images(offered: Offered) -> Callable[[str | None, str], Image]:
    """The same for as many as are wanted: what was found once is not asked for again."""
    return cache(lambda wanted, architecture: chosen_image(offered, wanted, architecture))


def _system(word: str, architecture: str) -> System:
    system = SYSTEMS.get(word.casefold().replace("_", " "))
    if system is None:
        raise Unresolved(f"no image is known as {word!r}", USUAL)
    if architecture == "arm64" and not system.arm_sku:
        raise Unresolved(f"there is no {system.words} image for arm64", ("an x86_64 size",))
    return system


def _platform(word: str) -> str:
    return "windows" if "windows" in word.casefold() else "linux"
