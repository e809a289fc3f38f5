"""The commands of ``az`` that are one call of the API and nothing besides, as data.

A command is here where what it changes is one known request, whatever else ``az`` may look up on
the way, by az's own log of what it sends. It may say besides what Azure takes where nothing is
said (a timeout of 4 minutes, no DDoS protection), and nothing else. All others are ``az rest``:
``az vm create`` and ``az network lb create`` send a deployment, ``az network nic create`` and
``az network vnet subnet create`` cannot say all that a call does, or say more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

Form: TypeAlias = Literal["text", "id", "pairs", "object", "number", "texts"]
"""``id`` is written with a slash before it, ``pairs`` as KEY=VALUE words, ``object`` as JSON where
``az`` would read more into such words, ``texts`` as a word each."""


@dataclass(frozen=True, slots=True)
class Option:
    """``path`` is where the value stands in a call's parameters."""

    name: str
    path: tuple[str, ...]
    form: Form = "text"
    short: str = ""
    needed: bool = True


@dataclass(frozen=True, slots=True)
class Verb:
    """``words`` are those after ``az``; ``call`` is service and operation. ``flags`` change
    nothing of the call: nobody is there to answer. ``fixed`` stands at each path of a call
    whatever is said."""

    words: tuple[str, ...]
    call: tuple[str, str]
    options: tuple[Option, ...]
    flags: tuple[str, ...] = ()
    fixed: Mapping[tuple[str, ...], Any] = field(default_factory=dict)


GROUP = Option("--resource-group", ("resourceGroupName",), short="-g")


def _named(path: str) -> Option:
    return Option("--name", (path,), short="-n")


def _power(word: str, method: str) -> Verb:
    call = ("compute", f"virtual_machines.{method}")
    return Verb(("vm", word), call, (GROUP, _named("vmName")))


def _delete(
    words: str, service: str, group: str, *names: Option, flags: tuple[str, ...] = ()
) -> Verb:
    call = (service, f"{group}.begin_delete")
    return Verb((*words.split(), "delete"), call, (GROUP, *names), flags)


def _body(name: str, path: str, form: Form = "text") -> Option:
    """``path`` with dots, below the body."""
    return Option(name, ("body", *path.split(".")), form)


YES = ("--yes",)
LOCATION = Option("--location", ("body", "location"), short="-l")
VNET = Option("--vnet-name", ("virtualNetworkName",))
NSG = Option("--nsg-name", ("networkSecurityGroupName",))

VERBS: tuple[Verb, ...] = (
    _power("start", "begin_start"),
    _power("stop", "begin_power_off"),
    _power("restart", "begin_restart"),
    _power("redeploy", "begin_redeploy"),
    _power("deallocate", "begin_deallocate"),
    _delete("vm", "compute", "virtual_machines", _named("vmName"), flags=YES),
    _delete("disk", "compute", "disks", _named("diskName"), flags=YES),
    _delete("snapshot", "compute", "snapshots", _named("snapshotName")),
    _delete("image", "compute", "images", _named("imageName")),
    _delete("network nic", "network", "network_interfaces", _named("networkInterfaceName")),
    _delete("network public-ip", "network", "public_ip_addresses", _named("publicIpAddressName")),
    _delete("network nsg", "network", "network_security_groups", _named(NSG.path[0])),
    _delete("network nsg rule", "network", "security_rules", NSG, _named("securityRuleName")),
    _delete("network vnet", "network", "virtual_networks", _named("virtualNetworkName")),
    _delete("network vnet subnet", "network", "subnets", VNET, _named("subnetName")),
    _delete("network lb", "network", "load_balancers", _named("loadBalancerName")),
    Verb(
        ("group", "delete"),
        ("resource", "resource_groups.begin_delete"),
        (Option("--name", ("resourceGroupName",), short="-n"),),
        YES,
    ),
    Verb(
        ("group", "create"),
        ("resource", "resource_groups.create_or_update"),
        (
            Option("--name", ("resourceGroupName",), short="-n"),
            Option("--location", ("body", "location"), short="-l"),
            Option("--tags", ("body", "tags"), "pairs", needed=False),
        ),
    ),
    Verb(
        ("disk", "create"),
        ("compute", "disks.begin_create_or_update"),
        (
            GROUP,
            _named("diskName"),
            LOCATION,
            _body("--size-gb", "properties.diskSizeGB", "number"),
            _body("--sku", "sku.name"),
            _body("--tags", "tags", "pairs"),
        ),
        fixed={("body", "properties", "creationData", "createOption"): "Empty"},
    ),
    Verb(
        ("network", "vnet", "create"),
        ("network", "virtual_networks.begin_create_or_update"),
        (
            GROUP,
            _named("virtualNetworkName"),
            LOCATION,
            _body("--address-prefixes", "properties.addressSpace.addressPrefixes", "texts"),
            _body("--tags", "tags", "object"),
        ),
    ),
    Verb(
        ("network", "public-ip", "create"),
        ("network", "public_ip_addresses.begin_create_or_update"),
        (
            GROUP,
            _named("publicIpAddressName"),
            LOCATION,
            _body("--sku", "sku.name"),
            _body("--allocation-method", "properties.publicIPAllocationMethod"),
            _body("--version", "properties.publicIPAddressVersion"),
            _body("--tags", "tags", "pairs"),
        ),
    ),
    Verb(
        ("network", "nsg", "rule", "create"),
        ("network", "security_rules.begin_create_or_update"),
        (
            GROUP,
            NSG,
            _named("securityRuleName"),
            _body("--priority", "properties.priority", "number"),
            _body("--access", "properties.access"),
            _body("--direction", "properties.direction"),
            _body("--protocol", "properties.protocol"),
            _body("--source-address-prefixes", "properties.sourceAddressPrefix"),
            _body("--source-port-ranges", "properties.sourcePortRange"),
            _body("--destination-address-prefixes", "properties.destinationAddressPrefix"),
            _body("--destination-port-ranges", "properties.destinationPortRange"),
        ),
    ),
    Verb(
        ("tag", "update"),
        ("resource", "tags.begin_update_at_scope"),
        (
            Option("--resource-id", ("scope",), "id"),
            Option("--operation", ("body", "operation")),
            Option("--tags", ("body", "properties", "tags"), "pairs"),
        ),
    ),
)


def of_call(service: str, operation: str) -> Verb | None:
    return next((verb for verb in VERBS if verb.call == (service, operation)), None)


def of_words(words: tuple[Any, ...]) -> Verb | None:
    """The command that ``words`` begin with; the longest, as ``network nsg rule`` is."""
    found = [verb for verb in VERBS if words[: len(verb.words)] == verb.words]
    return max(found, key=lambda verb: len(verb.words), default=None)


def value_at(parameters: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    """None where nothing stands there."""
    at: Any = parameters
    for name in path:
        at = at.get(name) if isinstance(at, Mapping) else None
    return at


def built(verb: Verb, values: Mapping[tuple[str, ...], Any]) -> dict[str, Any]:
    """A call's parameters of what stands at each path."""
    made: dict[str, Any] = {}
    for path, value in (*verb.fixed.items(), *values.items()):
        at = made
        for name in path[:-1]:
            at = at.setdefault(name, {})
        at[path[-1]] = value
    return made


def spellings(verb: Verb) -> Iterator[tuple[str, Option]]:
    for option in verb.options:
        yield option.name, option
        if option.short:
            yield option.short, option
