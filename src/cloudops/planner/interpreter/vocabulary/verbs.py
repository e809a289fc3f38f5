"""Verbs by what they do. The usual endings are made by ``lexicon``."""

from __future__ import annotations

from collections.abc import Mapping

VERBS: Mapping[str, str] = {
    "create": """
        put up | create | build | launch | provision | deploy | spin up | spin-up | spinup |
        stand up | set up | setup | roll out | allocate | reserve | spawn | instantiate |
        generate | bring to life | install | establish | prepare | commission | spin me up |
        set me up | stand me up | get going
    """,
    "make": "make",
    "bring up": "bring up | fire up | start up",
    "take down": "take down | bring down | kill | kill off | take offline",
    "want": """
        need | want | require | give me | get me | get | give us | get us | would like | 'd like |
        grab me | order | could use | could do with | hand me | we'd love | requires | would love
    """,
    "have": "have | has | gain | receive",
    "add": "add | append",
    "give": "give | provide | equip | supply",
    "put": "put | place | stick",
    "attach": """
        attach | mount | plug | connect | hook up | hook | assign | associate | plug in
    """,
    "detach": """
        detach | unmount | disconnect | unplug | disassociate | dismount | unattach | dissociate |
        unassign
    """,
    "delete": """
        delete | terminate | destroy | tear down | decommission | get rid of | nuke | drop |
        dispose of | purge | deprovision | release | scrap | teardown | tear-down | force delete |
        permanently delete | trash | throw away | blow away
    """,
    "remove": "remove | take away",
    "start": """
        start | power on | boot | power up | wake | wake up | turn back on | boot up |
        start back up | power back on | switch back on | bring back up | restart up
    """,
    "stop": """
        stop | shut down | shutdown | power off | power down | halt | deallocate |
        stop and deallocate |
        shut down and deallocate | shut off |
        shut-down | poweroff
    """,
    "restart": """
        restart | reboot | power cycle | power-cycle | bounce | re-start | re-boot
    """,
    "turn on": "turn on | switch on",
    "turn off": "turn off | switch off",
    "enable": "enable | activate",
    "disable": "disable | deactivate",
    "turn": "turn | switch | shut | power | flip",
    "resize": """
        resize | re-size | scale | upsize | downsize | upgrade | downgrade | grow | expand |
        extend | enlarge | increase | shrink | scale up | scale down | bump | bump up |
        rightsize | right-size | size up
    """,
    "update": """
        bring | change | convert | update | modify | set | transform | alter | adjust | become |
        run | be | transition | use | reconfigure | configure | edit | operate | go | get turned |
        be moved | be changed | be converted | be switched | move over | change over | remain |
        stay
    """,
    "move": "move | migrate",
    "ensure": "make sure | make sure that | ensure | ensure that | be sure | see to it that",
    "tag": "tag | label | mark",
    "untag": "untag | un-tag | unlabel",
    "open": """
        let | open | open up | expose | allow | permit | unblock | let in | let through
    """,
    "close": "stop allowing | stop exposing | close | block | deny | disallow | close off",
    "show": """
        a list of | list of | an overview of | overview of | show | list | display | describe |
        fetch | find | find out | view | print | check | look up | lookup | inspect | enumerate |
        report | tell | show me | tell me | give me | get me | get | see | check whether |
        check if | check that | tell me whether | tell me if | see if | see whether |
        find out if | find out whether | verify whether | verify that | verify if |
        let me know if | let me know whether | give us | count | look at | know | retrieve |
        query | confirm that | confirm whether | summarise | summarize | need | want | ls | read |
        return | share | provide | output | find out which | detail | dump
    """,
    "draw": "trace | plot | draw | visualise | visualize | sketch | render",
    "name": "call | name",
    "balance": """
        balance | load balance | load-balance | spread | distribute | forward | route | listen |
        target | serve | share out | point at | send
    """,
}

IRREGULAR: Mapping[str, str] = {
    "created": "create",
    "launched": "create",
    "deployed": "create",
    "provisioned": "create",
    "deleted": "delete",
    "terminated": "delete",
    "destroyed": "delete",
    "removed": "remove",
    "started": "start",
    "stopped": "stop",
    "shut down": "stop",
    "restarted": "restart",
    "rebooted": "restart",
    "resized": "resize",
    "scaled": "resize",
    "upgraded": "resize",
    "attached": "attach",
    "detached": "detach",
    "tagged": "tag",
    "enabled": "enable",
    "disabled": "disable",
    "turned on": "turn on",
    "turned off": "turn off",
    "switched on": "turn on",
    "switched off": "turn off",
    "opened": "open",
    "closed": "close",
    "converted": "update",
    "changed": "update",
    "switched": "update",
    "set": "update",
}
"""Participles after ``be``: "web-1 should be stopped"."""

PASSIVE = """
    be | get | to be | should be | must be | needs to be | has to be | ought to be | shall be
"""
