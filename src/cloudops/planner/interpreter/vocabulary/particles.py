"""The small words that hold a request together, and those that name and tag."""

from __future__ import annotations

from collections.abc import Mapping

DETERMINERS: Mapping[str, str] = {
    "a": "a | an | any one | one of | another new",
    "the": """
        the | this | that | these | those | my | our | your | the current | said | its | their
    """,
    "all": """
        all | every | each | any | all of | all the | all of the | all my | all of my | all our |
        all of our | any of my | any of the | any of our | each of | each of the | every one of |
        each of my | every single | every one of the | all these | all of these | all those |
        all of those | any of these
    """,
    "more": """
        another | extra | additional | one more | more | a further | further | an extra |
        an additional | some extra | some additional | some more | supplementary | a second
    """,
    "new": """
        new | brand new | brand-new | fresh | a new | an all new | freshly made
    """,
    "same": """
        same | shared | common | the same | one shared | the one | one common | a shared |
        a common | one single | a single | own | its own | their own | one and the same | one same
    """,
    "existing": """
        existing | the existing | my existing | our existing | already existing | pre-existing |
        current
    """,
    "default": "default | the default",
}

ORDINALS: Mapping[str, int] = {
    "first": 0,
    "1st": 0,
    "second": 1,
    "2nd": 1,
    "third": 2,
    "3rd": 2,
    "fourth": 3,
    "4th": 3,
    "fifth": 4,
    "5th": 4,
    "last": -1,
    "latest": -1,
    "newest": -1,
    "most recent": -1,
}

PRONOUNS: Mapping[str, str] = {
    "one": """
        it | itself | that one | this one | the machine itself | that vm | this vm |
        that machine | this machine | that server | this server | that instance | this instance
    """,
    "many": """
        them | those | these | all of them | them all | each of them | each one | they |
        all of these | all of those | every one of them | these vms | those vms | those machines |
        these machines | these servers | those servers | all three of them | the three of them |
        all three | each other | all of those vms | those instances | these instances | each vm |
        each machine | each instance | each server | the lot of them | these three | those three |
        the three
    """,
    "both": """
        both | both of them | the two of them | both vms | both machines | both servers |
        these two | those two | both of these | both of those | the two
    """,
    "everything": """
        everything | all resources | every resource | all of it | all the resources |
        all my resources | the lot | all the things | all of the resources | all of my resources |
        everything here | everything else here | each resource | all things | all of the above
    """,
}

PREPOSITIONS: Mapping[str, str] = {
    "in": """
        in | inside | within | into | inside of | on | onto | under | sharing | share |
        which share | joined by | connected by | connected through | connected via | over |
        through | connected on | connected in | sitting in | living in | all in | all on |
        located in | that share | on top of | placed in | hosted in | hosted on | residing in |
        sitting on | underneath | that live in | that are in | that sit in | who share | joining |
        deployed in | deployed into | deployed on
    """,
    "behind": """
        behind | sitting behind | fronted by | load balanced by | load-balanced by | balanced by |
        all behind | placed behind | served by | that sit behind | that sits behind
    """,
    "with": """
        with | having | including | containing | plus | holding | that has | that have |
        which has | which have | which contains | that contains | featuring | along with |
        together with | w/ | comprising | consisting of | made of | made up of | using |
        with its | running | who has | backed by | equipped with | and with | that includes |
        which includes
    """,
    "for": """
        for | over | across | among | between | in front of | targeting | of | in front of all |
        onto | attached to | assigned to | connected to | associated with | pointing to |
        mounted on | pointing at | to attach to | attaching to | belonging to |
        to be attached to | serving | that targets | to go with | that goes on |
        that goes in front of | in front | on top | balancing | that is attached to |
        that are attached to | used by | mounted to | which targets | to balance | for use on |
        for use by | of the
    """,
    "as": "as",
    "to": """
        to | up to | back to | over to | down to | back into | towards | toward | against |
        at size
    """,
    "from": "from | off | out of | off of | away from | starting from",
    "by": "by",
}

CONJUNCTIONS = """
    and | & | + | as well as | and also | , | ( | ) | - | and then | plus a | along with
"""

DISJUNCTIONS = "or | / | and/or | nor"

STOPS = """
    then | ; | . | ! | ? | : | after that | afterwards | and then | finally | next
"""

RELATIVES = "that | which | who | whose"

RANGE_WORDS = "to | through | thru | until | till | - | -> | .. | up to"

ARROWS = "-> | =>"

CONTRASTS = "instead of | rather than"
"""What stands after it is not to be; understood only where what is to be was said before."""

NAMING = """
    named | called | with name | with names | with the name | with the names | by the name of |
    name | names | titled | with hostname | with the hostname | hostname | hostnames |
    whose name is | whose names are | by the name | by the names | id | with id | with the id |
    going by the name of | using the name | using the names | its name should be |
    the name should be | its name is | name is | names are | the names are | the names being
"""

NAMING_BACK: Mapping[str, str] = {
    "one": """
        call it | name it | calling it | naming it | call this | let's call it | and call it |
        name this one | call this one | its name | name it as | call that
    """,
    "many": """
        call them | name them | calling them | naming them | let's call them | their names |
        name these | call these | call those | name those
    """,
}
"""Namings that point back at what was just asked for."""

KEY_WORDS_AFTER_NAMING = """
        after like something whatever anything it them the by as accordingly of and or with in on
        appropriately sensibly nicely properly however prefix
"""
"""What follows "named" and is no name."""

PREFIX = """
    prefix | with prefix | with the prefix | name prefix | prefixed | prefixed with |
    using prefix | using the prefix | with name prefix | names starting with |
    with names starting with | whose names start with | names prefixed | prefix them with |
    prefix names with | with the name prefix | named with prefix | named with the prefix |
    prefixed by | name prefix is | the prefix | with names prefixed | names prefixed with |
    prefix is | named starting with | call them by prefix
"""

TAGGING = """
    tagged | tagged with | tagged as | with tag | with tags | with the tag | with the tags |
    having tag | having the tag | with a tag | carrying tag | carrying the tag | labelled |
    labeled | labelled with | labeled with | having tags | whose tag is | with label |
    with labels | with the label | with tagging | where tag | where tags | that are tagged |
    that have the tag | that have tag | which are tagged | that carry the tag | bearing tag |
    with the following tags | and tags | tag | tags | label | labels | the tag | the tags |
    a tag | tags on | that is tagged
"""
