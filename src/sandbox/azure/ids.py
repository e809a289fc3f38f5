"""Azure resource ids: read in any casing, compared without it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

GROUPS = "Microsoft.Resources/resourceGroups"


@dataclass(frozen=True, slots=True)
class ResourceId:
    """``{scope}/providers/{namespace}/{type}/{name}[/{type}/{name}]``, as it was spelled.

    ``scope`` is what it lies in or extends: a resource group, a subscription, the tenant
    (the empty text), or a resource. A resource group's own id is one too, of type
    :data:`GROUPS` in its subscription.
    """

    scope: str
    namespace: str
    types: tuple[str, ...]
    names: tuple[str, ...]
    text: str = field(init=False, compare=False, default="")
    """The id itself."""
    key: str = field(init=False, compare=False, repr=False, default="")
    """What it is kept and compared by."""

    def __post_init__(self) -> None:
        text = self._spelled()
        object.__setattr__(self, "text", text)
        object.__setattr__(self, "key", text.casefold())

    def _spelled(self) -> str:
        if self.is_group:
            return f"{self.scope}/resourceGroups/{self.name}"
        pairs = zip(self.types, self.names, strict=True)
        path = "/".join(part for pair in pairs for part in pair)
        return f"{self.scope}/providers/{self.namespace}/{path}"

    @property
    def type(self) -> str:
        return "/".join((self.namespace, *self.types))

    @property
    def name(self) -> str:
        return self.names[-1]

    @property
    def is_group(self) -> bool:
        return self.types == ("resourceGroups",)

    @property
    def parent(self) -> ResourceId | None:
        """The resource it is a part of, as a subnet is of a network."""
        if len(self.types) == 1:
            return None
        return replace(self, types=self.types[:-1], names=self.names[:-1])

    @property
    def above(self) -> ResourceId:
        """The parent of what is certain to have one."""
        if (parent := self.parent) is None:
            raise ValueError(f"{self.text} is not a part of another resource")
        return parent

    @property
    def subscription(self) -> str:
        """The empty text where it is not in one."""
        return _part(self.scope, 0, "subscriptions")

    @property
    def group(self) -> str:
        """The name of the resource group; the empty text where it is not in one."""
        return self.name if self.is_group else _part(self.scope, 2, "resourcegroups")

    @property
    def container(self) -> str:
        """Key of what lists it: its parent, else its scope."""
        parent = self.parent
        return parent.key if parent else self.scope.casefold()

    def child(self, type: str, name: str) -> ResourceId:
        return replace(self, types=(*self.types, type), names=(*self.names, name))

    def __str__(self) -> str:
        return self.text


def parse(text: str) -> ResourceId | None:
    """The id, or None where it is not one."""
    parts = segments(text)
    where = last_provider(parts)
    if where is None:
        if len(parts) == 4 and parts[0::2] != [] and parts[2].casefold() == "resourcegroups":
            return group_id(parts[1], parts[3])
        return None
    rest = parts[where + 1 :]
    if len(rest) < 3 or len(rest) % 2 == 0:
        return None
    scope = "".join(f"/{part}" for part in parts[:where])
    return ResourceId(scope, rest[0], tuple(rest[1::2]), tuple(rest[2::2]))


def group_id(subscription: str, name: str) -> ResourceId:
    return ResourceId(
        f"/subscriptions/{subscription}", "Microsoft.Resources", ("resourceGroups",), (name,)
    )


def key_of(text: str) -> str:
    """The key of an id as a client spelled it, double slashes and all."""
    return "".join(f"/{part}" for part in segments(text)).casefold()


def segments(path: str) -> list[str]:
    return [part for part in path.split("/") if part]


def last_provider(parts: list[str]) -> int | None:
    """Where the last ``providers`` stands among the parts of a path."""
    for n in range(len(parts) - 1, -1, -1):
        if parts[n].casefold() == "providers":
            return n
    return None


def _part(scope: str, n: int, title: str) -> str:
    parts = segments(scope)
    return parts[n + 1] if len(parts) > n + 1 and parts[n].casefold() == title else ""
