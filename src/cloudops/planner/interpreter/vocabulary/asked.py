"""What questions ask for, and the words around it."""

from __future__ import annotations

from collections.abc import Mapping

ASKS: Mapping[str, str] = {
    "status": """
        status | state | power state | power-state | powerstate | runtime status | statuses |
        states | power states | power status | running state | instance state | instance view |
        current state | health | healthy | provisioning state | vm status | condition
    """,
    "reach": """
        how do i ssh to | how do i ssh into | how can i ssh to | how can i ssh into |
        how do i reach | how can i reach | how do i connect to | how can i connect to |
        how do i log in to | how do we ssh to | how do i get to | how can we reach |
        how do we reach | how do i rdp to | how can i log in to | how do i log into |
        how can i log into | how to reach | how to ssh to
    """,
    "address": """
        ip | ip address | ips | ip addresses | address | addresses | ipv4 | ipv4 address
    """,
    "private address": """
        private ip | private ip address | internal ip | internal ip address | private address |
        private ips | internal address
    """,
    "disks": """
        attached storage | attached disks | attached volumes | disks attached | volumes attached |
        storage attached | data disks attached
    """,
    "details": """
        detail | details | info | information | properties | configuration | config | specs |
        spec | specification | attributes | settings | summary | overview | description |
        everything about | all about | facts
    """,
    "graph": """
        dependency graph | dependency tree | dependency map | dependency diagram |
        resource graph | picture of | a picture of | resource map | topology | graph | diagram |
        map | architecture diagram | network diagram | topology map | dependencies |
        connected to each other | tree | dependency | resource dependency graph |
        connected together | interconnected | infrastructure diagram | network topology |
        are connected | is connected | connected | linked | linked together | relationships |
        relations | relationship | interdependencies | fit together | hang together | relate |
        related | links between | connections between | graphs | wired up | wired together |
        wired | tied together | connections | architecture | picture of how | resource topology |
        topology diagram | related to each other | relate to each other | links
    """,
    "depends": """
        depend on | depends on | rely on | relies on | dependent upon | depend upon |
        depends upon | dependent on | depending on | relying on
    """,
    "used": """
        is used by | used by | needed by | is needed by | required by | are used by
    """,
    "needs": """
        dependencies of | dependency of | upstream of | needs to work | prerequisites of
    """,
    "needed by": """
        dependents of | dependants of | what uses | who uses | which resources use |
        which vms use | downstream of | what's using | what is using | what needs |
        which vms are using | which resources are using
    """,
    "impact": """
        if i delete | if i remove | if we delete | if we remove | if i terminate | if i destroy |
        if i drop | were i to delete | when i delete | when i remove | if we drop |
        when we delete | impact of deleting | impact of removing | blast radius of deleting |
        blast radius of removing | blast radius of | effect of deleting | effect of removing |
        consequences of deleting | consequences of removing | if i deleted | if i removed |
        if i were to delete | impact of the deletion of | affected by deleting |
        affected by removing | affected if i delete | before i delete | by deleting |
        by removing | if i lose | if we lose | after deleting | if i tear down | if i got rid of |
        if i get rid of | if someone deletes | if somebody deletes | impact of losing |
        if we terminate | if we destroy | break by deleting | if i were to remove |
        if we were to delete | if we were to remove | if we got rid of | if we tear down |
        if you delete | if you remove | if one deletes | deleting | removing
    """,
    "gone": """
        goes away | disappears | is deleted | is removed | was deleted | were deleted |
        gets deleted | went away | dies | fails | is gone | went down | goes down | disappeared |
        were removed | vanishes | were gone | is terminated | is destroyed | gets removed
    """,
    "health": """
        having problems | issues reported | problems reported | incidents reported |
        ongoing issues | known issues | current issues | issues with | problems with |
        active issues | having issues | having trouble | having an outage | service health |
        outage | outages | incident | incidents | health dashboard | planned maintenance |
        service issue | service issues | maintenance window | maintenance windows | maintenance |
        service status | cloud status | status page | service disruption | service disruptions |
        health events | service health events | disruption | disruptions | degraded |
        service outage | service outages | cloud incidents | cloud incident | cloud outage |
        cloud outages | cloud's service health | service incidents | health alerts |
        health event | service event | service events | service advisories | service healthy |
        health of the service | service notices | region healthy | platform issues |
        service problems | service problem | services healthy | advisories |
        scheduled maintenance | health advisories | services down | service down |
        services degraded | cloud down | platform health | at the provider |
        at my provider | at our provider | at the cloud provider | provider's side |
        broken at | wrong at | down at | failing at
    """,
}
"""What a question asks for."""

HEALTH_SERVICES = """
    compute | storage | networking | ec2 | s3 | vm | elb | ebs | database | network
"""

INTERROGATIVES = """
    what | which | who | where | how | is | are | was | does | do | did | how many | how much |
    how big | how large | has | whats | whose | am | were
"""

GLUE = """
    hooked up | at the moment | uses | reachable | reached | there | of | on | in | to | for |
    from | the |
    with | and | i | we | you | it | its | their | they | that | this | by | be | can | could |
    would | whether | at | into | them | those | about | out | get | reach | outside |
    the internet | internet | exist | exists | existing | assigned | attached | associated |
    belong | belonging | belongs | own | account | subscription | cloud | look like | right now |
    currently | or | as | so | me | us | my | our | use | using | used | doing | going |
    how they | how it | have | has | got | having | between | each | every | all | any | some |
    am | been | still | deployed | around | here | size | sizes | type | types | sku | skus |
    big | large | how big | how large | capacity | capacities | kind | kinds | list | visible |
    mounted | in use | today | ongoing | active | affecting | affect | breaks | break | breaking |
    happens | happen | stop working | stops working | will | broken | affected | impact | lost |
    suffer | else | what's | which | resources | everything | my account | this account | say |
    says | planned | happening | where | live | access | connect | log in | login | ssh into |
    describing | including | along | per | respective | corresponding | their current |
    its current | current | entire | whole | inventory | present | available | and their | name |
    names | number | please | now | region | my region | our region | this region | dashboard |
    know | dependent | depend | directly | show | showing | shown | give | full | complete |
    picture | image | drawing | visual | work | works | working | work together | together |
    what | who | list of | a list of | an overview of | overview of | via | over | under | world |
    public internet | outside world | only | just | recent | latest | any more | at all |
    anything | if | actually | hold | holds | contain | contains | come with | plugged | hooked |
    hanging | off | off of | free | status | deployed there | tell | cloud's | environment |
    setup | go down | die | fail | stand | provider
"""
"""Words that hold a question together and add nothing to it."""
