"""What a question is about."""

from __future__ import annotations

from cloudops.engine.questions.wording import in_order
from modalities.change import Selection
from modalities.resource import Resource, World
from modalities.selecting import select


def chosen(world: World, what: Selection) -> tuple[Resource, ...]:
    """The resources meant: in the order they were named, else by kind and name.

    All of a kind may be none. Raises Unresolved where a name or tag is not there.
    """
    found = select(world, what)
    return found if what.names else tuple(sorted(found, key=in_order))
