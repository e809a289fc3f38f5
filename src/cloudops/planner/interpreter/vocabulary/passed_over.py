"""Words that a request can do without, and wishes that are kept as notes."""

from __future__ import annotations

from collections.abc import Mapping

FILLER = """
    me | us | i'm after | i am after | at the moment | both of which are | up and running |
    please | pls | plz | kindly | thanks | thank you | thx | ty | cheers | thanks a lot |
    many thanks | thank you very much | thanks in advance | for me | for us | asap |
    as soon as possible | quickly | right away | right now | now | immediately | just | simply |
    hey | hi | hello | hi there | hey there | good morning | ok | okay | can you | could you |
    would you | will you | can you please | could you please | would you please | i'd like |
    i would like | i'd like you to | i would like you to | i'd like to | i would like to |
    i want to | i need to | i want you to | i need you to | we want to | we need to | we'd like |
    we'd like to | we would like | we would like to | let's | lets | let us | let me | go ahead |
    go ahead and | i | we | also | too | as well | can i | can we | may i | could i | could we |
    may we | could i get | can i get | could i have | can i have | can we have | can we get |
    could we have | could we get | i wish to | i am going to need | i'm going to need |
    i'll need | we'll need | i will need | we will need | you | be sure to | to save money |
    to save cost | to save costs | to cut costs | to reduce cost | to reduce costs |
    to save some money | to cut cost | to lower the bill | from now on | for testing |
    for test purposes | for our project | for the project | for a demo | for the demo |
    for my demo | for a test | for my project | for development | for our team | for my team |
    for the team | if possible | if you can | if you could | if you please | will do |
    in my account | in this account | in our account | in the account | in my subscription |
    in this subscription | in the cloud | on the cloud | in my cloud | somewhere | about |
    around | roughly | approximately | approx | at least | or so | exactly | respectively |
    in total | altogether | overall | then | so | well | um | uh | yo | dear agent | agent |
    cloudops | for now | at once | would be great | would be nice | in one go | in one shot |
    is fine | will be fine | is enough | is all i need | that's it | that's all | that is all |
    that would be all | would do | should do | will suffice | suffices | plus | pretty please |
    do | do me a favor and | do me a favour and | for short | only | please do | each | apiece |
    per machine | per vm | for each | up front | should | shall | must | from the internet side |
    actually | basically | really | i think we need | in it | if you would | i'm looking for |
    we're looking for | looking for | i am looking for | to start with | to begin with |
    for starters | with that | in addition | additionally | the following | as follows |
    which should be | which are | which is | that are | that is | it should be | they should be |
    should all be | all of which are | be | to have | it should | they should | try to | time to |
    it's time to | it is time to | want you to | i'd love | i'd love to | i'd appreciate |
    would you mind | mind | help me | help me to | help us | afterwards | after that | finally |
    next | first of all | lastly | this time | please and thank you | when you can |
    whenever you can | when you get a chance | need you to | let me have | let us have | to go |
    would like you to | as a test | in the same go | together | all together | all | via | total |
    currently | again please | again | should be | that should be | could | can | would | will |
    fully | newly | it would be great to | to be safe | i'd need | we'd need | gb in total |
    if you don't mind | be so kind and | be so kind as to | be so kind to | straight away | sure |
    yes | yeah | alright | great | perfect | cool | nice | mine | permanently | for good |
    forever | completely | entirely | for real | one by one | myself | here | there | by name |
    in parallel | at the same time | priority | the priority of | vm priority | capacity |
    the priority | purchase option | purchasing option | the pricing of
"""
"""Words that a request can do without. A closed list: what is not here is not passed over."""

KEEP_DISKS = "asked to keep its disks"

NOTES: Mapping[str, str] = {
    "asked for without downtime": """
        without downtime | without any downtime | no downtime | with no downtime |
        with zero downtime | zero downtime | without interruption | without an outage |
        without interrupting it | without interrupting anything | without a reboot |
        without rebooting | without restarting it | without rebooting it | without restart |
        without a restart | with minimal downtime | no reboot | online | without stopping it |
        while it is running | while it's running | without taking it down | without disruption |
        with no interruption
    """,
    KEEP_DISKS: """
        keep its disks | keep the disks | keep disks | keeping disks | keeping its disks |
        keeping the disks | without losing its disks | without losing the disks |
        without losing its disk | keep its disk | keep the data disks | keep its data disks |
        keep its data | keep the data | without losing data | without losing any data |
        without losing its data | without data loss | preserve its disks | preserving its disks |
        preserve the disks | preserving the disks | with no data loss | keeping its data |
        keeping the data | keep its volumes | keeping its volumes | without losing its volumes |
        don't lose its disks | don't lose the disks | don't lose its data |
        do not lose its disks | do not lose the data | preserving its data | preserve its data |
        keep all its disks | keep all disks | keeping all its disks | preserve the data disks |
        but keep its disks | but keep the disks | but keep its data | but keep the data |
        keep its data disk | keep the data disk | keeping the data disk | keeping its data disk |
        with its disks kept | disks kept
    """,
    "with managed storage, as the cloud does by itself": """
        with managed storage | using managed storage | with managed storage account |
        managed storage | with a managed storage account | using a managed storage account
    """,
    "no load balancer": """
        behind nothing | behind no load balancer | no load balancer | without a load balancer |
        without load balancer | with no load balancer | no load balancer needed |
        not behind a load balancer | not behind anything
    """,
    "no extra disk": """
        no extra disks | no data disks | without extra disks | without data disks | no data disk |
        without a data disk | with no data disk | with no extra disks
    """,
}
"""Wishes that change nothing in what is done, and are kept and shown."""
