"""Which image a word stands for, in this region, now."""

from __future__ import annotations

import pytest

from fakes.aws import sandbox_target
from modalities.aws.images import choose_image
from modalities.contract import Unresolved
from modalities.receipt import CloudError
from modalities.target import Target


def test_words(target: Target) -> None:
    linux = choose_image(target, None)
    assert linux == choose_image(target, "Linux", "x86_64")
    assert "al2023" in linux.description
    assert linux.root_device == "/dev/xvda"
    assert linux.min_gib > 0
    assert "arm64" in choose_image(target, "linux", "arm64").description


def test_where_no_parameter_is_published_the_newest_listed_image(target: Target) -> None:
    assert "ubuntu-xenial" in choose_image(target, "ubuntu").description
    assert "Windows_Server" in choose_image(target, "windows").description


def test_by_id(target: Target) -> None:
    id, *rest = choose_image(target, None)
    assert choose_image(target, id) == (id, *rest)


@pytest.mark.parametrize(
    ("wanted", "architecture", "said"),
    [
        ("plan9", "x86_64", "plan9"),
        ("debian", "x86_64", "no Debian"),
        ("windows", "arm64", "arm64"),
        ("ami-0123456789abcdef0", "x86_64", "ami-0123456789abcdef0"),
    ],
)
def test_where_there_is_none(target: Target, wanted: str, architecture: str, said: str) -> None:
    with pytest.raises(Unresolved, match=said):
        choose_image(target, wanted, architecture)


def test_an_image_for_another_architecture(target: Target) -> None:
    with pytest.raises(Unresolved, match="arm64"):
        choose_image(target, choose_image(target, None, "arm64").id, "x86_64")


def test_a_cloud_that_cannot_be_asked(nobody: str) -> None:
    with pytest.raises(CloudError):
        choose_image(sandbox_target(nobody), None)
