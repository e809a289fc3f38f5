"""Which image a word stands for."""

from __future__ import annotations

import pytest

from modalities.azure.images import SYSTEMS, chosen_image, images
from modalities.contract import Unresolved


def everything(publisher: str, offer: str, sku: str) -> bool:
    return bool(publisher and offer and sku)


def nothing(publisher: str, offer: str, sku: str) -> bool:
    return not everything(publisher, offer, sku)


@pytest.mark.parametrize("word", sorted(SYSTEMS))
def test_every_word_is_an_image_of_four_names(word: str) -> None:
    found = chosen_image(everything, word)
    assert set(found.reference) == {"publisher", "offer", "sku", "version"}
    assert all(found.reference.values())


def test_words_urns_and_ids() -> None:
    assert chosen_image(everything, None).description == "Ubuntu 22.04 LTS"
    assert chosen_image(everything, "Ubuntu2204") == chosen_image(everything, "ubuntu")
    assert chosen_image(everything, "windows").platform == "windows"
    arm = chosen_image(everything, "ubuntu", "arm64")
    assert arm.reference["sku"].endswith("arm64")
    urn = chosen_image(everything, "Debian:debian-12:12:0.2026")
    assert urn.reference["version"] == "0.2026"
    own = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/images/golden"
    assert chosen_image(nothing, own).reference == {"id": own}


def test_what_there_is_not() -> None:
    with pytest.raises(Unresolved, match="no image is known"):
        chosen_image(everything, "beos")
    with pytest.raises(Unresolved, match="arm64"):
        chosen_image(everything, "windows", "arm64")
    with pytest.raises(Unresolved, match="has no image"):
        chosen_image(nothing, "ubuntu")


def test_what_was_found_is_not_asked_for_again() -> None:
    asked: list[str] = []

    def offered(publisher: str, offer: str, sku: str) -> bool:
        asked.append(sku)
        return bool(publisher and offer)

    pick = images(offered)
    assert pick("ubuntu", "x86_64") == pick("ubuntu", "x86_64")
    assert len(asked) == 1
