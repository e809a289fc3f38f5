"""Images people choose by name, and moto lacks: Ubuntu, Debian and Windows.

Each is public under the owner's real account and behind the SSM parameter its vendor documents:
https://documentation.ubuntu.com/aws/aws-how-to/instances/find-ubuntu-images/ ·
https://wiki.debian.org/Cloud/AmazonEC2Image ·
https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-public-parameters-ami.html
The ids are the sandbox's own: a digest of name and region.
"""

from __future__ import annotations

import copy
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from moto.ec2.models import EC2Backend
from moto.ec2.models.amis import Ami
from moto.ssm.models import Parameter

from sandbox.aws.overlay.around import Inner
from sandbox.daemon import ACCOUNT

MADE = datetime(2026, 9, 1, tzinfo=UTC)
ARCHITECTURES = {"amd64": "x86_64", "arm64": "arm64"}


@dataclass(frozen=True, slots=True)
class Image:
    parameters: tuple[str, ...]
    name: str
    owner: str
    architecture: str
    root_device: str
    platform: str | None = None

    def id(self, region: str) -> str:
        return "ami-" + hashlib.sha256(f"{self.name} {region}".encode()).hexdigest()[:17]


def _ubuntu(version: str, codename: str, disk: str, arch: str) -> Image:
    base = "/aws/service/canonical/ubuntu/server"
    return Image(
        tuple(
            f"{base}/{name}/stable/current/{arch}/hvm/{disk}/ami-id" for name in (version, codename)
        ),
        f"ubuntu/images/hvm-ssd{'-gp3' if disk == 'ebs-gp3' else ''}/"
        f"ubuntu-{codename}-{version}-{arch}-server-20260901",
        "099720109477",
        ARCHITECTURES[arch],
        "/dev/sda1",
    )


def _debian(release: str, arch: str) -> Image:
    return Image(
        (f"/aws/service/debian/release/{release}/latest/{arch}",),
        f"debian-{release}-{arch}-20260901-2222",
        "136693071363",
        ARCHITECTURES[arch],
        "/dev/xvda",
    )


def _windows(year: str) -> Image:
    name = f"Windows_Server-{year}-English-Full-Base"
    return Image(
        (f"/aws/service/ami-windows-latest/{name}",),
        f"{name}-2026.09.01",
        "801119661308",
        "x86_64",
        "/dev/sda1",
        "windows",
    )


IMAGES = (
    *(_ubuntu("24.04", "noble", "ebs-gp3", arch) for arch in ARCHITECTURES),
    *(_ubuntu("22.04", "jammy", "ebs-gp2", arch) for arch in ARCHITECTURES),
    *(_ubuntu("20.04", "focal", "ebs-gp2", arch) for arch in ARCHITECTURES),
    *(_debian(release, arch) for release in ("12", "13") for arch in ARCHITECTURES),
    *(_windows(year) for year in ("2019", "2022", "2025")),
)

_prototypes: dict[str, list[Ami]] = {}


def load_amis(load: Inner, backend: Any) -> None:
    """1300 public images for every account: built once for a region, then copied (3 ms, not 40)."""
    region = backend.region_name
    if region not in _prototypes:
        load(backend)
        for image in IMAGES:
            backend.amis[image.id(region)] = _ami(backend, image)
        _prototypes[region] = [_for_backend(ami, None) for ami in backend.amis.values()]
        return
    for prototype in _prototypes[region]:
        ami = _for_backend(prototype, backend)
        backend.amis[ami.id] = ami
        backend.snapshots[ami.ebs_snapshot.id] = ami.ebs_snapshot


def deregister_image(deregister: Inner, response: Any) -> Any:
    """``DeleteAssociatedSnapshots`` takes the snapshot along, where no other image is made of it
    (moto leaves it): docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeregisterImage.html."""
    backend = response.ec2_backend
    image = backend.amis.get(response._get_param("ImageId"))
    answer = deregister(response)
    snapshot = getattr(image, "ebs_snapshot", None)
    wanted = str(response._get_param("DeleteAssociatedSnapshots")).casefold() == "true"
    if wanted and snapshot is not None and not _used(backend, snapshot.id):
        backend.snapshots.pop(snapshot.id, None)
    return answer


def _used(backend: Any, snapshot: str) -> bool:
    return any(getattr(ami.ebs_snapshot, "id", "") == snapshot for ami in backend.amis.values())


def ready(region: str) -> None:
    """Build them now, in an account that is thrown away: copies of this process have them."""
    if region not in _prototypes:
        EC2Backend(region, ACCOUNT)


def _ami(backend: Any, image: Image) -> Ami:
    return Ami(
        backend,
        image.id(backend.region_name),
        name=image.name,
        description=image.name,
        owner_id=image.owner,
        image_location=f"{image.owner}/{image.name}",
        public=True,
        virtualization_type="hvm",
        architecture=image.architecture,
        creation_date=MADE,
        platform=image.platform,
        hypervisor="xen",
        root_device_type="ebs",
        root_device_name=image.root_device,
        region_name=f"{backend.region_name}a",
    )


def _for_backend(prototype: Ami, backend: Any) -> Ami:
    ami = copy.copy(prototype)
    ami.launch_permissions = list(prototype.launch_permissions)
    ami.ebs_snapshot = copy.copy(prototype.ebs_snapshot)
    ami.ebs_snapshot.volume = copy.copy(prototype.ebs_snapshot.volume)
    ami.ec2_backend = ami.ebs_snapshot.ec2_backend = backend
    ami.ebs_snapshot.volume.ec2_backend = backend
    return ami


def load_parameters(load: Inner, parameters: Any, key: str) -> None:
    load(parameters, key)
    if not str(key or "").startswith("/aws/service/") or parameters.__dict__.get("vendors_loaded"):
        return
    parameters.vendors_loaded = True
    for image in IMAGES:
        for name in image.parameters:
            parameters.setdefault(name, []).append(
                Parameter(
                    account_id=parameters.account_id,
                    name=name,
                    value=image.id(parameters.region_name),
                    parameter_type="String",
                    description=None,
                    allowed_pattern=None,
                    keyid=None,
                    last_modified_date=MADE,
                    version=1,
                    data_type="aws:ec2:image",
                )
            )
