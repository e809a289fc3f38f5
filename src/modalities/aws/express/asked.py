"""What AWS is asked while a draft is drawn, because no world tells it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from modalities.aws.asking import Asker
from modalities.aws.images import Image, images
from modalities.receipt import CloudError, Trouble

PickImage: TypeAlias = Callable[[str | None, str], Image]
"""The image for the wanted system (None: the default) and architecture."""


@dataclass(frozen=True, slots=True)
class Asked:
    """``protected`` tells of a machine, by its id, whether AWS refuses to terminate it."""

    pick_image: PickImage
    protected: Callable[[str], bool]


def asked(ask: Asker) -> Asked:
    """By any hand's way to ask. Either question raises CloudError, an image Unresolved too."""
    return Asked(images(ask), partial(_protected, ask))


def _protected(ask: Asker, vm: str) -> bool:
    """EC2 API, DescribeInstanceAttribute: one machine at a time, and in no list of machines. What
    is gone by now is not protected."""
    what = {"InstanceId": vm, "Attribute": "disableApiTermination"}
    try:
        answer = ask.one("ec2", "DescribeInstanceAttribute", **what)
    except CloudError as error:
        if error.trouble is Trouble.NOT_FOUND:
            return False
        raise
    return bool(answer["DisableApiTermination"]["Value"])
