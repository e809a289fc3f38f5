"""Load balancers: the list, the details with listeners and targets, and the wizard."""

from __future__ import annotations

from collections.abc import Sequence

from modalities.receipt import CloudError
from sandbox.console.aws.cloud import Cloud
from sandbox.console.aws.pages.instances import group_options
from sandbox.console.aws.pages.tagging import deletion, tag_field
from sandbox.console.aws.pages.target_groups import NEW_FIELDS, new_group, target_table
from sandbox.console.aws.visit import Raw, Visit, name_of, options, tag_list
from sandbox.console.form import Field, Form, Option, Shape, Tab, Values
from sandbox.console.operations import Done
from sandbox.console.page import (
    Action,
    Badge,
    Details,
    Item,
    Link,
    Menu,
    Page,
    Part,
    Row,
    Table,
    View,
)

NAME = r"(?!internal-)[a-zA-Z0-9]([a-zA-Z0-9-]{0,30}[a-zA-Z0-9])?"
"""docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html"""

PROTOCOLS = {"application": ("HTTP", "HTTPS"), "network": ("TCP", "UDP", "TLS")}

COMMANDS = (
    Menu(
        "Actions",
        (
            (
                "",
                (
                    Item("Add listener", "CreateListener"),
                    Item("Delete load balancer", "DeleteLoadBalancer"),
                ),
            ),
        ),
    ),
)


def balancers(visit: Visit) -> Page:
    found = visit.cloud.all("elbv2", "describe_load_balancers", "LoadBalancers")
    rows = tuple(
        Row(
            b["LoadBalancerArn"],
            b["LoadBalancerName"],
            (
                Link(
                    b["LoadBalancerName"],
                    visit.href("LoadBalancer", loadBalancerArn=b["LoadBalancerArn"]),
                ),
                b.get("DNSName", "–"),
                _state(b),
                b["Type"],
                b.get("Scheme", "–").capitalize(),
                Link(b["VpcId"], visit.href("VpcDetails", VpcId=b["VpcId"])),
                f"{len(b['AvailabilityZones'])} Availability Zones",
                f"{b['CreatedTime']:%Y/%m/%d %H:%M GMT+0}",
            ),
        )
        for b in found
    )
    return Table(
        title="Load balancers",
        noun="load balancer",
        columns=(
            "Name",
            "DNS name",
            "State",
            "Type",
            "Scheme",
            "VPC ID",
            "Availability Zones",
            "Date created",
        ),
        rows=rows,
        commands=COMMANDS,
        create=Link("Create load balancer", visit.href("CreateLoadBalancer")),
        column=2,
        empty="You don't have any load balancers in this region",
    )


def balancer_details(visit: Visit) -> Page:
    arn = visit.asked("loadBalancerArn")
    found = _balancer(visit.cloud, arn)
    listeners = visit.cloud.all("elbv2", "describe_listeners", "Listeners", LoadBalancerArn=arn)
    # Of one that has none, the API says that they are not found.
    every = visit.cloud.all("elbv2", "describe_target_groups", "TargetGroups")
    groups = [group for group in every if arn in group["LoadBalancerArns"]]
    targets = tuple(target_table(visit.cloud, group) for group in groups)
    return Details(
        title=found["LoadBalancerName"],
        id=arn,
        commands=COMMANDS,
        summary=(
            ("Load balancer type", found["Type"].capitalize()),
            ("Status", _state(found)),
            ("Scheme", found.get("Scheme", "–").capitalize()),
            ("VPC", Link(found["VpcId"], visit.href("VpcDetails", VpcId=found["VpcId"]))),
            ("DNS name", found.get("DNSName", "–")),
            ("Load balancer ARN", arn),
            ("Hosted zone", found.get("CanonicalHostedZoneId", "–")),
            ("Date created", f"{found['CreatedTime']:%Y/%m/%d %H:%M GMT+0}"),
        ),
        parts=(
            Part("Listeners and rules", (), (_listener_table(visit, listeners, groups),)),
            Part("Targets", (), targets),
            Part("Network mapping", (), (_zones_table(found),)),
            Part("Security", (("Security groups", ", ".join(found.get("SecurityGroups", ()))),)),
        ),
    )


def ask_create(visit: Visit, _: Sequence[str] = ()) -> Form:
    subnets = visit.cloud.all("ec2", "describe_subnets", "Subnets")
    groups = visit.cloud.all("ec2", "describe_security_groups", "SecurityGroups")
    return Form(
        action="CreateLoadBalancer",
        title="Create load balancer",
        submit="Create load balancer",
        cancel=visit.href("LoadBalancers"),
        tabs=(
            Tab("Basics", _basics()),
            Tab(
                "Network mapping",
                (
                    Field(
                        name="subnets",
                        label="Mappings",
                        shape=Shape.MANY,
                        least=1,
                        options=tuple(
                            Option(
                                s["SubnetId"],
                                f"{s['SubnetId']} ({name_of(s) or s['VpcId']})",
                                f"{s['AvailabilityZone']} {s['CidrBlock']}",
                            )
                            for s in subnets
                        ),
                        hint="An application load balancer needs subnets in at least two "
                        "Availability Zones.",
                    ),
                    Field(
                        name="groups",
                        label="Security groups",
                        shape=Shape.MANY,
                        options=group_options(groups),
                    ),
                ),
            ),
            Tab("Listeners and routing", _routing(visit)),
            Tab("Tags", (tag_field(),)),
        ),
    )


def create(cloud: Cloud, _: Sequence[str], values: Values) -> Done:
    """The balancer, its target group where a new one is wanted, and its first listener."""
    subnets = cloud.all(
        "ec2", "describe_subnets", "Subnets", SubnetIds=list(values.many("subnets"))
    )
    made: list[str] = []
    kind = values.text("type")
    try:
        group = _group_for(cloud, values, str(subnets[0]["VpcId"]), made)
        found = cloud.call(
            "elbv2",
            "create_load_balancer",
            Name=values.text("name"),
            Type=kind,
            Scheme=values.text("scheme"),
            Subnets=[subnet["SubnetId"] for subnet in subnets],
            **({"SecurityGroups": list(values.many("groups"))} if values.many("groups") else {}),
            **({"Tags": tag_list(values.tags())} if values.tags() else {}),
        )["LoadBalancers"][0]
        made.append(f"load balancer {values.text('name')}")
        _listen(cloud, found["LoadBalancerArn"], values, group)
    except CloudError as error:
        if made:
            error.message = f"{error.message} (created before that: {', '.join(made)})"
        raise
    return Done(f"Successfully created load balancer: {values.text('name')}")


def ask_listener(visit: Visit, ids: Sequence[str]) -> Form:
    found = _balancer(visit.cloud, ids[0])
    groups = visit.cloud.all("elbv2", "describe_target_groups", "TargetGroups")
    protocols = PROTOCOLS.get(found["Type"], PROTOCOLS["application"])
    return Form(
        action="CreateListener",
        title="Add listener",
        submit="Add",
        ids=tuple(ids),
        about=(f"Load balancer: {found['LoadBalancerName']}",),
        tabs=(
            Tab(
                "",
                (
                    _protocol(*protocols),
                    _port(),
                    Field(
                        name="group",
                        label="Target group",
                        shape=Shape.SELECT,
                        options=group_choices(groups),
                        required=True,
                    ),
                ),
            ),
        ),
    )


def create_listener(cloud: Cloud, ids: Sequence[str], values: Values) -> Done:
    _listen(cloud, ids[0], values, values.text("group"))
    return Done(f"Successfully added listener {values.text('protocol')}:{values.text('port')}")


def ask_delete_listener(visit: Visit, ids: Sequence[str]) -> Form:
    found = visit.cloud.one("elbv2", "describe_listeners", "Listeners", ListenerArns=list(ids))
    return Form(
        action="DeleteListener",
        title="Delete listener",
        submit="Delete",
        ids=tuple(ids),
        word=f"{found['Protocol']}:{found['Port']}",
        about=(f"Delete listener {found['Protocol']}:{found['Port']} permanently?",),
    )


def delete_listener(cloud: Cloud, ids: Sequence[str], _: Values) -> Done:
    cloud.call("elbv2", "delete_listener", ListenerArn=ids[0])
    return Done("Successfully deleted listener")


def delete(cloud: Cloud, ids: Sequence[str], _: Values) -> Done:
    name = _name(cloud, ids[0])
    cloud.call("elbv2", "delete_load_balancer", LoadBalancerArn=ids[0])
    return Done(f"Successfully deleted load balancer: {name}")


def group_choices(groups: Sequence[Raw]) -> tuple[Option, ...]:
    return tuple(
        Option(
            g["TargetGroupArn"],
            g["TargetGroupName"],
            f"{g.get('Protocol', '')}:{g.get('Port', '')}",
        )
        for g in groups
    )


def _basics() -> tuple[Field, ...]:
    return (
        Field(
            name="type",
            label="Load balancer type",
            shape=Shape.RADIO,
            options=(
                Option("application", "Application Load Balancer", "HTTP and HTTPS traffic"),
                Option("network", "Network Load Balancer", "TCP, UDP and TLS traffic"),
            ),
            value="application",
            required=True,
        ),
        Field(
            name="name",
            label="Load balancer name",
            required=True,
            pattern=NAME,
            fault="The name has up to 32 letters, digits and hyphens; it does not begin or end "
            "with a hyphen, nor begin with internal-",
        ),
        Field(
            name="scheme",
            label="Scheme",
            shape=Shape.RADIO,
            options=(
                Option("internet-facing", "Internet-facing"),
                Option("internal", "Internal"),
            ),
            value="internet-facing",
            required=True,
        ),
    )


def _routing(visit: Visit) -> tuple[Field, ...]:
    groups = visit.cloud.all("elbv2", "describe_target_groups", "TargetGroups")
    alive = [{"Name": "instance-state-name", "Values": ["pending", "running"]}]
    machines = visit.cloud.instances(Filters=alive)
    return (
        _protocol("HTTP", "HTTPS", "TCP", "UDP", "TLS"),
        _port(),
        Field(
            name="group",
            label="Default action: Forward to target group",
            shape=Shape.SELECT,
            options=group_choices(groups),
            required=True,
            called="Create target group",
            callout=NEW_FIELDS,
        ),
        Field(
            name="targets",
            label="Register targets in the new target group",
            shape=Shape.MANY,
            options=options(machines, "InstanceId", "InstanceType"),
            hint="Only for a target group that is created here",
        ),
    )


def _protocol(*protocols: str) -> Field:
    return Field(
        name="protocol",
        label="Listener protocol",
        shape=Shape.SELECT,
        options=tuple(Option(protocol, protocol) for protocol in protocols),
        value=protocols[0],
        required=True,
    )


def _port() -> Field:
    return Field(
        name="port",
        label="Listener port",
        shape=Shape.NUMBER,
        value="80",
        required=True,
        least=1,
        most=65535,
    )


def _group_for(cloud: Cloud, values: Values, vpc: str, made: list[str]) -> str:
    if not values.new("group"):
        return values.text("group")
    name = values.text("group.name")
    arn = new_group(
        cloud,
        name,
        values.text("group.protocol"),
        values.number("group.port", 80),
        vpc,
        values.many("targets"),
    )
    made.append(f"target group {name}")
    return arn


def _listen(cloud: Cloud, balancer: str, values: Values, group: str) -> None:
    cloud.call(
        "elbv2",
        "create_listener",
        LoadBalancerArn=balancer,
        Protocol=values.text("protocol"),
        Port=values.number("port"),
        DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
    )


def _listener_table(visit: Visit, listeners: Sequence[Raw], groups: Sequence[Raw]) -> Table:
    names = {g["TargetGroupArn"]: g["TargetGroupName"] for g in groups}
    rows = []
    for listener in listeners:
        action = listener["DefaultActions"][0]
        arn = action.get("TargetGroupArn", "")
        name = f"{listener['Protocol']}:{listener['Port']}"
        goes = (
            Link(f"Forward to {names.get(arn, arn)}", visit.href("TargetGroup", targetGroupArn=arn))
            if arn
            else str(action["Type"])
        )
        rows.append(Row(listener["ListenerArn"], name, (name, goes, listener["ListenerArn"])))
    return Table(
        title="Listeners",
        noun="listener",
        columns=("Protocol:Port", "Default action", "ARN"),
        rows=tuple(rows),
        commands=(Item("Delete listener", "DeleteListener"),),
        empty="No listeners",
    )


def _zones_table(balancer: Raw) -> Table:
    return Table(
        title="Availability Zones",
        noun="zone",
        columns=("Zone", "Subnet"),
        rows=tuple(
            Row(z["SubnetId"], z["ZoneName"], (z["ZoneName"], z["SubnetId"]))
            for z in balancer["AvailabilityZones"]
        ),
    )


def _state(balancer: Raw) -> Badge:
    code = str(balancer["State"]["Code"])
    return Badge(code.capitalize(), "good" if code == "active" else "busy")


def _balancer(cloud: Cloud, arn: str) -> Raw:
    found: Raw = cloud.one(
        "elbv2", "describe_load_balancers", "LoadBalancers", LoadBalancerArns=[arn]
    )
    return found


def _name(cloud: Cloud, arn: str) -> str:
    return str(_balancer(cloud, arn)["LoadBalancerName"])


VIEWS = (
    View("LoadBalancers", "ec2", balancers, stale=True),
    View("LoadBalancer", "ec2", balancer_details, parent="LoadBalancers"),
    View("CreateLoadBalancer", "ec2", ask_create, parent="LoadBalancers"),
)

ACTIONS = (
    Action("CreateLoadBalancer", "Create load balancer", create, ask_create, "LoadBalancers"),
    Action("CreateListener", "Add listener", create_listener, ask_listener),
    Action("DeleteListener", "Delete listener", delete_listener, ask_delete_listener),
    deletion(
        "DeleteLoadBalancer",
        "Delete load balancer",
        delete,
        "Deleting a load balancer also deletes its listeners. Its targets stay.",
        _name,
    ),
)
