"""The way from a network to the internet: a gateway, and a default route to it."""

from __future__ import annotations

from modalities.aws.attributes import entries, items, texts
from modalities.aws.express.board import Board
from modalities.aws.express.calls import ec2, labelled
from modalities.aws.express.network import inherited
from modalities.contract import Unsupported
from modalities.resource import Kind, Resource
from modalities.step import Effect, Expect, Reversal, Step
from modalities.wanted import Tags

ANYWHERE = "0.0.0.0/0"


def ensure_internet(board: Board, subnet: Resource, network: Resource, tags: Tags = ()) -> None:
    """Let the subnet reach the internet and be reached, where it cannot yet.

    The default network is left as it is: AWS makes it with a gateway, and where there is none
    somebody took it away. Raises Unsupported where the subnet's traffic goes another way.
    """
    table = route_table(board, subnet, network)
    way = default_route(table)
    if way is not None and way.startswith("igw-"):
        return
    if network.attributes.get("default"):
        board.advise(
            "warning",
            f"the default network {network.name} has no route to an internet gateway: "
            "public addresses in it are not reachable",
        )
        return
    if way is not None:
        if way not in board.steps:
            raise Unsupported(
                f"subnet {subnet.name} sends its traffic to {way}: it is private; "
                "name a public subnet"
            )
        return
    table = table or _main_table(board, network)
    gateway = _gateway(board, network, tags)
    _route(board, network, table, gateway)


def ways(board: Board, network: Resource) -> tuple[str, ...]:
    """Steps of this draft that open the way; what is public must come after them."""
    tables = board.world.of(Kind.ROUTE_TABLE)
    mine = (t for t in tables if t.attributes.get("network") == network.id)
    return tuple(step for table in mine for step in board.changed_by(table))


def is_private(board: Board, subnet: Resource, network: Resource) -> bool:
    """Whether its traffic goes another way than through an internet gateway."""
    way = default_route(route_table(board, subnet, network))
    return way is not None and not way.startswith("igw-") and way not in board.steps


def is_open(board: Board, subnet: Resource, network: Resource) -> bool:
    way = default_route(route_table(board, subnet, network))
    return way is not None and (way.startswith("igw-") or way in board.steps)


def route_table(board: Board, subnet: Resource, network: Resource) -> Resource | None:
    """The table that holds for the subnet: its own, else the network's main one."""
    mine = [
        t for t in board.world.of(Kind.ROUTE_TABLE) if t.attributes.get("network") == network.id
    ]
    own = [t for t in mine if subnet.id in texts(t, "subnets")]
    return next(iter(own or [t for t in mine if t.attributes.get("main")]), None)


def default_route(table: Resource | None) -> str | None:
    """Where all other traffic goes; None where it goes nowhere."""
    for route in entries(table, "routes"):
        if route.get("destination") == ANYWHERE:
            return str(route.get("target"))
    return None


def _main_table(board: Board, network: Resource) -> Resource:
    """The route table that AWS makes with every network. Its answer does not name it."""
    name = f"{network.name}-main"
    step = board.add(
        Step(
            id=board.name_step("find main route table of", network.name),
            effect=Effect.READ,
            action=ec2(
                "DescribeRouteTables",
                Filters=[
                    {"Name": "vpc-id", "Values": [board.value(network.id)]},
                    {"Name": "association.main", "Values": ["true"]},
                ],
            ),
            why=f"find the main route table of network {network.name}",
            changes=(),
            uses=board.refs(network),
            outputs={"id": "RouteTables[0].RouteTableId"},
        )
    )
    return board.promise(
        step, Kind.ROUTE_TABLE, name, network=network.id, main=True, subnets=[], routes=[]
    )


def _gateway(board: Board, network: Resource, tags: Tags) -> Resource:
    for there in board.world.of(Kind.GATEWAY):
        if network.id in texts(there, "networks"):
            return there
    if not board.made_here(network):
        board.advise("warning", f"network {network.name} gets a way to the internet")
    given = board.tags(network.name, inherited(board, network), tags)
    gateway = board.create(
        Kind.GATEWAY,
        network.name,
        ec2("CreateInternetGateway", TagSpecifications=labelled("internet-gateway", given)),
        "InternetGateway.InternetGatewayId",
        lambda id: ec2("DeleteInternetGateway", InternetGatewayId=id),
        f"make an internet gateway for network {network.name}",
        tags=given,
        shown={},
    )
    me = board.value(gateway.id)
    vpc = board.value(network.id)
    both = {"InternetGatewayId": me, "VpcId": vpc}
    board.add(
        Step(
            id=board.name_step("attach gateway to", network.name),
            effect=Effect.UPDATE,
            action=ec2("AttachInternetGateway", **both),
            why=f"attach the gateway to network {network.name}",
            changes=board.refs(gateway),
            uses=board.refs(network),
            expects=(Expect(Kind.GATEWAY, me, "contains", "networks", vpc),),
            undo=(
                Reversal(
                    ec2("DetachInternetGateway", **both),
                    Effect.DELETE,
                    f"take the gateway off network {network.name}",
                    (Expect(Kind.GATEWAY, me, "lacks", "networks", vpc, within=60),),
                ),
            ),
            after={"network": network.name},
        )
    )
    return board.revise(gateway, networks=[network.id])


def _route(board: Board, network: Resource, table: Resource, gateway: Resource) -> None:
    route = {"destination": ANYWHERE, "target": board.value(gateway.id)}
    where = {"RouteTableId": board.value(table.id), "DestinationCidrBlock": ANYWHERE}
    board.add(
        Step(
            id=board.name_step("route", network.name, "to the internet"),
            effect=Effect.UPDATE,
            action=ec2("CreateRoute", **where, GatewayId=board.value(gateway.id)),
            why=f"send the traffic of network {network.name} for elsewhere through its gateway",
            changes=board.refs(table),
            uses=board.refs(network),
            needs=board.changed_by(gateway),
            expects=(Expect(Kind.ROUTE_TABLE, board.value(table.id), "contains", "routes", route),),
            undo=(
                Reversal(
                    ec2("DeleteRoute", **where),
                    Effect.UPDATE,
                    "take the route away",
                    (
                        Expect(
                            Kind.ROUTE_TABLE,
                            board.value(table.id),
                            "lacks",
                            "routes",
                            route,
                            within=60,
                        ),
                    ),
                ),
            ),
            after={"routes": [{"destination": ANYWHERE, "target": "internet gateway"}]},
        )
    )
    routes = items(table, "routes")
    board.revise(table, routes=[*routes, {"destination": ANYWHERE, "target": gateway.id}])
