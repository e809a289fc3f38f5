"""Drift as people see it, whole."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cloudops.engine.drift import Drift, Drifted
from cloudops.views.drift import lines
from modalities.resource import Json, Kind, Provider, ResourceRef
from modalities.trail import Deed

SCOPE = "111122223333/us-east-1"


def local(text: str) -> datetime:
    return datetime.fromisoformat(f"2031-05-04 {text}").astimezone()


SINCE: dict[str, Any] = {"last_before": local("03:00:00"), "first_now": local("04:00:00")}
BOB = Deed("e-1", "CreateTags", local("03:30:00"), "bob", "192.0.2.1", "aws-cli/2.1")


def ref(kind: Kind, name: str) -> ResourceRef:
    return ResourceRef(Provider.AWS, SCOPE, kind, name)


def said(*found: Drift) -> str:
    return "\n".join(text for text, _ in lines(found, SCOPE))


def test_all_of_it() -> None:
    web, group = ref(Kind.VM, "web-1"), ref(Kind.SECURITY_GROUP, "web")
    gone = Deed("e-2", "TerminateInstances", local("03:40:00"), "role admin/eve")
    silent = "CloudTrail may not be read: ask for the permission cloudtrail:LookupEvents"
    rules: tuple[Json, Json] = ({"port": 80}, {"port": 22})
    old, new = rules
    found = (
        Drift(web, "i-1", Drifted.CHANGED, "tag:owner", "ann", "bob\x1b[31m", deed=BOB, **SINCE),
        Drift(web, "i-1", Drifted.CHANGED, "tag:team", None, "x", deed=BOB, **SINCE),
        Drift(web, "i-1", Drifted.CHANGED, "size", "s", "l", not_known=silent, **SINCE),
        Drift(group, "sg-1", Drifted.CHANGED, "rules", [old, old], [old, new], deed=BOB, **SINCE),
        Drift(
            ref(Kind.DISK, "vol-1"),
            "vol-1",
            Drifted.VANISHED,
            deed=gone,
            along_with="vm/web-2",
            **SINCE,
        ),
        Drift(ref(Kind.DISK, "vol-2"), "vol-2", Drifted.APPEARED, first_now=local("04:00:00")),
        Drift("aws_vpc.a", "", Drifted.CODE_AHEAD, "", "create", None, "code: aws_vpc.a"),
        Drift(web, "i-1", Drifted.CODE_BEHIND, "size", "s", "l", "cli in run 7"),
    )
    assert said(*found) == (
        """\
5 resources drifted in 111122223333/us-east-1

vm/web-1 (i-1): changed outside
  tag:owner: ann -> bob\ufffd
  tag:team: none -> x
    by bob at 2031-05-04 03:30:00 (CreateTags, from 192.0.2.1, with aws-cli/2.1)
  size: s -> l
    by whom is not known by the trail: """
        + silent
        + """
  first seen at 2031-05-04 04:00:00; still as before at 2031-05-04 03:00:00

security_group/web (sg-1): changed outside
  rules:
    + port=22
    by bob at 2031-05-04 03:30:00 (CreateTags, from 192.0.2.1, with aws-cli/2.1)
  first seen at 2031-05-04 04:00:00; still as before at 2031-05-04 03:00:00

disk/vol-1: vanished
    by role admin/eve at 2031-05-04 03:40:00, along with vm/web-2 (TerminateInstances)
  first seen at 2031-05-04 04:00:00; last seen at 2031-05-04 03:00:00

disk/vol-2: appeared
  first seen at 2031-05-04 04:00:00

aws_vpc.a: the code is ahead
  would create
    code: aws_vpc.a

vm/web-1 (i-1): the code is behind
  size: l, and s in the code
    by cli in run 7"""
    )
