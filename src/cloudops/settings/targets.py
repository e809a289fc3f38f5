"""The ``[targets.NAME]`` tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cloudops.settings import parse
from cloudops.settings.source import Source
from modalities.resource import Provider
from modalities.target import Realm, Target

SANDBOX = Target(
    name="sandbox", provider=Provider.AWS, realm=Realm.SANDBOX, region="us-east-1", timeout=30.0
)
"""The embedded sandbox cloud; its address is known once it runs."""

AZURE_SANDBOX = Target(
    name="azure-sandbox",
    provider=Provider.AZURE,
    realm=Realm.SANDBOX,
    region="eastus",
    timeout=30.0,
    resource_group="cloudops",
)
"""The same for Azure."""

BUILT_IN: Mapping[str, Target] = {each.name: each for each in (SANDBOX, AZURE_SANDBOX)}

KEYS: Mapping[str, parse.Parse] = {
    "provider": parse.one_of("aws", "azure"),
    "realm": parse.one_of("sandbox", "production"),
    "region": parse.region,
    "profile": parse.text,
    "endpoint_url": parse.url,
    "allowed_regions": parse.regions,
    "required_tags": parse.texts,
    "monthly_budget": parse.dollars,
    "timeout": parse.seconds,
    "console_url": parse.url,
    "console_session": parse.text,
    "terraform_dir": parse.text,
    "resource_group": parse.resource_group,
}
PLACES = ("console_session", "terraform_dir")
"""Paths, from the directory of the file that names them."""
WHO_AND_WHERE = (
    *("provider", "profile", "endpoint_url", "console_url", "resource_group"),
    *PLACES,
)
"""What a project's file may not change in a target of the user's own."""


def merged(targets: Mapping[str, Target], source: Source) -> dict[str, Target]:
    """``targets`` with those of a file. Raises Misused."""
    found = dict(targets)
    tables = source.data.get("targets", {})
    if not isinstance(tables, dict):
        raise source.wrong("targets", "", "it is not a table", "write [targets.NAME]")
    for name, table in tables.items():
        if not isinstance(table, dict):
            raise source.wrong(name, "targets", "it is not a table", f"write [targets.{name}]")
        found[name] = _target(name, table, found.get(name), source)
    return found


def _target(name: str, raw: Mapping[str, Any], before: Target | None, source: Source) -> Target:
    table = f"targets.{name}"
    source.check_keys(raw, KEYS, table)
    given: dict[str, Any] = {}
    for key, value in raw.items():
        try:
            given[key] = KEYS[key](value)
        except ValueError as error:
            raise source.wrong(key, table, str(error)) from None
    for key in PLACES:
        if key in given:
            given[key] = _place(key, given[key], table, source)
    if "provider" in given:
        given["provider"] = Provider(given["provider"])
    if "realm" in given:
        given["realm"] = Realm(given["realm"])
    if before is None:
        target = _new(name, given, source)
    elif source.trusted:
        target = replace(before, **given)
    else:
        target = _tightened(before, given, source)
    _check(target, source)
    return target


def _place(key: str, written: str, table: str, source: Source) -> str:
    """The path, absolute. A project's file may only name what is in the project: Terraform
    runs what the code it is given tells it to run."""
    here = source.path.absolute().parent
    path = (here / Path(written).expanduser()).resolve()
    if not source.trusted and not path.is_relative_to(here.resolve()):
        raise source.wrong(key, table, "a project's file may only name a place inside the project")
    return str(path)


def _new(name: str, given: dict[str, Any], source: Source) -> Target:
    for key, example in (("provider", '"aws"'), ("region", '"eu-west-1"')):
        if key not in given:
            raise source.wrong(key, f"targets.{name}", "it is missing", f"add {key} = {example}")
    given.setdefault("realm", Realm.PRODUCTION)
    return Target(name=name, place=None, **given)


def _tightened(before: Target, given: dict[str, Any], source: Source) -> Target:
    """A target of the user's own with what a project adds to it: narrower, or not at all."""
    table = f"targets.{before.name}"
    for key in WHO_AND_WHERE:
        if key in given and given[key] != getattr(before, key):
            raise source.wrong(
                key,
                table,
                "a project's file may not lead a target of your own elsewhere",
                "give the target another name here, or change it in your own file",
            )
    if given.get("realm") is Realm.SANDBOX and before.realm is Realm.PRODUCTION:
        raise source.wrong("realm", table, "a project's file may not call production a sandbox")
    if "allowed_regions" in given:
        given["allowed_regions"] = narrowed(
            before.allowed_regions, given["allowed_regions"], table, source
        )
    if "required_tags" in given:
        given["required_tags"] = tuple(
            dict.fromkeys((*before.required_tags, *given["required_tags"]))
        )
    if "monthly_budget" in given and before.monthly_budget is not None:
        given["monthly_budget"] = min(before.monthly_budget, given["monthly_budget"])
    return replace(before, **given)


def narrowed(
    before: tuple[str, ...], given: tuple[str, ...], table: str, source: Source
) -> tuple[str, ...]:
    """Regions that both allow; empty means all. Raises Misused where there is none."""
    if not before or not given:
        return before or given
    both = tuple(region for region in given if region in before)
    if not both:
        raise source.wrong(
            "allowed_regions", table, f"none of these is among those allowed: {', '.join(before)}"
        )
    return both


def _check(target: Target, source: Source) -> None:
    table = f"targets.{target.name}"
    built_in = BUILT_IN.get(target.name, target)
    if target.name in BUILT_IN and (
        target.realm is not Realm.SANDBOX
        or target.provider is not built_in.provider
        or target.endpoint_url
        or target.profile
    ):
        raise source.wrong(
            target.name,
            "targets",
            "the embedded sandbox stays what it is",
            "give a target of your own another name",
        )
    if target.provider is Provider.AZURE and not target.resource_group:
        raise source.wrong(
            "resource_group",
            f"targets.{target.name}",
            "it is missing: a target on Azure is one resource group",
            'add resource_group = "my-group"; it need not exist yet',
        )
    if target.provider is Provider.AWS and target.resource_group:
        raise source.wrong("resource_group", table, "AWS has no resource groups", "leave it out")
    if target.realm is Realm.SANDBOX and target.endpoint_url and not loopback(target.endpoint_url):
        raise source.wrong(
            "endpoint_url",
            table,
            "only an address of this machine can be a sandbox",
            "leave realm out: a target is production unless it is a sandbox of your own",
        )
    if target.allowed_regions and target.region not in target.allowed_regions:
        raise source.wrong(
            "region",
            table,
            f"{target.region} is not among its allowed_regions",
            f"use one of {', '.join(target.allowed_regions)}",
        )


def loopback(url: str) -> bool:
    """Whether an address is on this machine: only literal addresses and ``localhost`` count,
    since any other name could resolve elsewhere."""
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
