"""An icon and a colour for each kind of resource: strokes in a square of 20 by 20."""

from __future__ import annotations

from modalities.resource import Kind

FAMILIES: dict[Kind, str] = {
    Kind.RESOURCE_GROUP: "net",
    Kind.NETWORK: "net",
    Kind.SUBNET: "net",
    Kind.GATEWAY: "net",
    Kind.ROUTE_TABLE: "net",
    Kind.NIC: "net",
    Kind.PUBLIC_IP: "net",
    Kind.SECURITY_GROUP: "guard",
    Kind.KEY_PAIR: "guard",
    Kind.VM: "compute",
    Kind.IMAGE: "compute",
    Kind.DISK: "store",
    Kind.SNAPSHOT: "store",
    Kind.BUCKET: "store",
    Kind.LOAD_BALANCER: "traffic",
    Kind.LISTENER: "traffic",
    Kind.TARGET_GROUP: "traffic",
    Kind.OTHER: "other",
}
"""Kinds of one family share a colour."""

UNKNOWN = "M4 4h12v12H4z"

STROKES: dict[Kind, str] = {
    Kind.RESOURCE_GROUP: "M2 5h6l2 2h8v9H2z M6 10h3v3H6z M11 10h3v3h-3z",
    Kind.NETWORK: "M10 4v4 M10 8H5v4 M10 8h5v4 M8 2h4v3H8z M3 12h4v4H3z M13 12h4v4h-4z",
    Kind.SUBNET: "M3 3h14v14H3z M3 10h14 M10 3v14",
    Kind.GATEWAY: "M4 17V6a6 4 0 0 1 12 0v11 M2 17h16 M8 12h6 M11.5 9.5L14 12l-2.5 2.5",
    Kind.ROUTE_TABLE: "M3 10h5 M8 10l4-5h5 M8 10l4 5h5 M15 3l2 2-2 2 M15 13l2 2-2 2",
    Kind.NIC: "M3 6h14v8H3z M6 14v3 M9 14v3 M6 9h3v2H6z M14 9v2",
    Kind.PUBLIC_IP: "M10 3a7 7 0 1 0 .01 0z M3 10h14 M10 3c-5 4-5 10 0 14 M10 3c5 4 5 10 0 14",
    Kind.SECURITY_GROUP: "M10 2l7 2.5V10c0 4-3 6.5-7 8-4-1.5-7-4-7-8V4.5z M7 10l2.2 2.2L13.2 8",
    Kind.KEY_PAIR: "M7 6.5a3.5 3.5 0 1 0 .01 0z M10.3 10H18v3 M14.5 10v2.5",
    Kind.VM: "M3 4h14v9H3z M7 17h6 M10 13v4",
    Kind.IMAGE: "M10 3l7 3.5-7 3.5-7-3.5z M3 10l7 3.5 7-3.5 M3 13.5l7 3.5 7-3.5",
    Kind.DISK: "M4 5c0-3 12-3 12 0v10c0 3-12 3-12 0z M4 5c0 3 12 3 12 0 M4 10c0 3 12 3 12 0",
    Kind.SNAPSHOT: "M3 6h3l1.5-2h5L14 6h3v10H3z M10 8a3 3 0 1 0 .01 0z",
    Kind.BUCKET: "M3 5h14l-2 12H5z M3 5c0-2.5 14-2.5 14 0 M5 11h10",
    Kind.LOAD_BALANCER: "M2 10h5 M7 10l4-6h3 M7 10h7 M7 10l4 6h3 M16 4h.01 M16 10h.01 M16 16h.01",
    Kind.LISTENER: "M10 8a2 2 0 1 0 .01 0z M10 12v6 M5.5 14a6 6 0 0 1 0-8 M14.5 14a6 6 0 0 0 0-8",
    Kind.TARGET_GROUP: "M10 2a8 8 0 1 0 .01 0z M10 6a4 4 0 1 0 .01 0z M10 10h.01",
    Kind.OTHER: UNKNOWN,
}


def family(kind: str) -> str:
    known = _known(kind)
    return FAMILIES[known] if known else "other"


def strokes(kind: str) -> str:
    known = _known(kind)
    return STROKES[known] if known else UNKNOWN


def words(kind: str) -> str:
    known = _known(kind)
    return known.words if known else kind


def _known(kind: str) -> Kind | None:
    return Kind(kind) if kind in set(Kind) else None
