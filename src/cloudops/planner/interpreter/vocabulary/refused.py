"""Words that make a request one that is not understood, whatever else it says."""

from __future__ import annotations

from collections.abc import Mapping

HAZARDS: Mapping[str, str] = {
    "a negation": """
        do not | don't | dont | not | never | nothing | no | none | neither | nor | cannot |
        can't | won't | without | isn't | aren't | shouldn't | must not | should not | avoid |
        refrain | doesn't | no longer | rather than | instead of | instead | mustn't
    """,
    "an exception": """
        except | except for | excluding | other than | all but | but | apart from | aside from |
        save for | with the exception of | minus | the other | the others | the rest | others |
        other | remaining | rest | everything else | the remaining | exclude | else
    """,
    "a condition": """
        if | unless | when | whenever | in case | as long as | until | once | while |
        provided that | only when | depending | otherwise | in the event | assuming | after |
        before | because | since | as soon as | where | even if
    """,
    "a schedule or a time": """
        every day | every night | every hour | every week | every month | every minute |
        every morning | every evening | daily | nightly | weekly | hourly | monthly | tomorrow |
        tonight | yesterday | later | at night | at noon | at midnight | on monday | on tuesday |
        on wednesday | on thursday | on friday | on saturday | on sunday | monday | tuesday |
        wednesday | thursday | friday | saturday | sunday | next week | next month | cron |
        schedule | scheduled | schedules | weekend | weekends | weekdays | every weekday |
        on weekends | soon | am | pm | a.m. | p.m. | o'clock | hour | hours | minute | minutes |
        day | days | week | weeks | month | months | year | years | night | morning | evening |
        midnight | noon | last week | last month | recently | temporarily | eventually |
        periodically | regularly | always | often | at | this week | this evening | this morning |
        this afternoon | afternoon
    """,
    "a comparison": """
        above | below | more than | less than | over 80% | exceeds | exceed | greater | higher |
        lower | older | older than | newer | fewer | at most | up to | max | maximum | min |
        minimum | faster | slower | bigger than | smaller than | than | oldest | largest |
        biggest | least | most | cheaper
    """,
    "something said earlier that is not known here": """
        like last time | as before | same as before | as usual | as always | like before |
        same again | do that again | do it again | once again | like yesterday | the usual |
        as last time | like | same as | as in | similar to | as discussed | as agreed |
        the way we did | accordingly | the same way | previous | previously | the previous |
        usual | what i said | as mentioned
    """,
    "a choice that is left open": """
        or | either | and/or | maybe | perhaps | possibly | whichever | whatever |
        whatever works | something | someone | somehow | or whatever | random | any number of |
        either one | alternatively | enough | appropriate | suitable | optimal
    """,
    "a question for advice": """
        should i | should we | why | how do i create | how can i create | how to |
        how do i delete | how do i | how can i | how would i | what if i | is it possible |
        is it safe | is it ok | what's the best | best | better | recommend | suggest | advice |
        explain | compare | when was | when did | what's the difference | would it be better |
        ought i | may i ask
    """,
}
"""Words that turn a request into another one than the rest of it says."""

FOREIGN = """
    what's in | what is in | contents of | content of | kubernetes | k8s | aks | eks | gke | pod |
    helm | container | docker | fargate | ecs | ecr | openshift | lambda | function | functions |
    serverless | database | databases | db | rds | dynamodb | aurora | cosmos | cosmosdb |
    mongodb | elasticsearch | opensearch | kafka | sql | queue | sqs | sns | topic | event hub |
    event grid | kinesis | stream | firehose | elasticache | cache | warehouse | redshift |
    athena | glue | emr | sagemaker | bedrock | cluster | clusters | scale set | scale sets |
    vmss | auto scaling group | autoscaling group | autoscaling | auto-scaling | autoscale |
    auto scale | asg | fleet | pool | node pool | template | templates | cloudformation |
    terraform | bicep | ansible | pulumi | arm template | stack | backup | backups | recovery |
    vault | policy | policies | role | roles | iam | user | users | permission | permissions |
    rbac | identity | secret | secrets | certificate | certificates | kms | encryption |
    encrypted | encrypt | firewall | firewalls | waf | cdn | cloudfront | dns zone | domain |
    route53 | vpn | peering | peer | nat | nat gateway | api gateway | api | rest | webhook |
    website | web site | web app | app service | webapp |
    subscription | subscriptions | account | accounts | scale out | scale in | replicas |
    replica | pipeline | ci/cd | repo | repository | git | code | script | scripts | software |
    package | nginx | apache | wordpress | jenkins | python | java | node.js | nodejs | gpu |
    gpus | iops | throughput | bandwidth | latency | cost | costs | price | prices | pricing |
    bill | billing | spend | spending | savings | budget | expensive | invoice | usd | dollars |
    dollar | euro | euros | cpu usage | memory usage | usage | utilization | utilisation |
    load average | log | logs | metric | metrics | alert | alerts | alarm | alarms |
    notification | notify | email | slack | sms | migration | clone | copy | duplicate | rename |
    restore | undelete | recover | suspend | hibernate | pause | reset | reinstall | reimage |
    patch | download | upload | sync | replicate | import | export | snapshot of |
    take a snapshot | rollback | roll back | undo | revert | swap | replace | recreate |
    redeploy | merge | split | transfer | file | files | folder | directory | file share | blob |
    blobs | object | objects | table | tables |
    container registry | registry | quota | quotas | limit | limits | usage plan | reservation |
    reservations | dedicated host | bare metal | placement group | availability set | endpoint |
    endpoints | private endpoint | transit gateway | direct connect | expressroute |
    bastion host service | ipv6 | google | gcp | google cloud | digitalocean | openstack |
    vmware | on-prem | on-premises | oracle | ibm | hetzner | clean up | cleanup | wipe | erase |
    format | fix | repair | troubleshoot | debug | diagnose | investigate | monitor | audit |
    password | passwords | credentials | login credentials | token | traffic manager | probe |
    health check | health checks | health probe | rule | rules | listener rule | weather | joke |
    story | poem | recipe | route | routes | record | hostname of | partition | filesystem |
    raid | lvm | sharing policy | test suite | everything in it | wait | sleep | repeat | retry |
    loop | run command | execute | ping | traceroute | curl | bash | shell | sudo | rm | cmd |
    powershell | exec | chmod | cd | cat | echo | regions | zones | clones | copies | redundancy |
    geo-redundant | failover | standby | primary | secondary | master | slave | static website |
    lifecycle | replication | size limit | deletion protection | protection |
    termination protection | auto-shutdown | autoshutdown | performance tier | bursting |
    max shares | hypervisor | generation | gen2 | trusted launch | uptime | unit test
"""
"""Things of the trade that this grammar has no way to do: named as such, never taken for names."""

REASONS: Mapping[str, str] = {
    "availability set": "an availability set is not made here: name zones instead, or let the "
    "cloud spread the VMs",
    "scale set": "a scale set is not made here: ask for so many VMs behind a load balancer",
}
"""What is said of some of them, where there is more to say."""

ORDINARY = """
    above ago ahead alone along already although amount answer anybody anyone anyway anywhere area
    arrange ask attack away bad bit body book both boss bring business buy calm care carry case
    cause certain chance cheaply choose city class clear clone close cold come company complete
    computer correct country cover crate critical cut cycle dark dead deal decide deep delay desk
    different difficult document double draft dual due during early easy employ end english equal
    even event example excellent fact far fast fine finish fit follow food forget forgotten form
    free friend fun future game general gone good group guess half halfway hand hang happy hard
    hear heavy help hence hide high hold hope hot hour house idea idle ignore important inside
    intense interval invalid item job join joke keep kept kind latter laptop late lead learn least
    leave left legacy less let letter level life lift light likely line list local long look lost
    lot love low lunch man matter mean meanwhile memory middle million mind miss mode model moment
    money more mostly mouse much music near nearby nice night normal note nothing notice number
    object odd offer office old older once onto order original ought our outage own page paper
    part pass past pay peace people person phone pick picture piece plan play point poor present
    pretty problem process product production program project prompt proper provide quality
    question quick quiet quite random rate rather real reason red related relevant rely remain
    remote report rest result rich right ring room round safe said sale school second seem sell
    send sense serve service several shall share short shut side sign since sing sit site sky slow
    smart so society some somebody sometimes soon sort sound space speak special spend start
    station step still stock store story strange street strong student study subset such suggest
    sun suppose surface swift system take talk task teach team telephone tell ten term text thank
    then theory there therefore thick think thought thousand through throw thus ticket time tiny
    today together tool top topic touch town track trade train travel tree trip trouble true trust
    try turn twice two type ugly unable under unused urgent use useful user usual value version
    view visit voice vote walk wall war warm watch water way wear weird week weight while white
    whole wide win window wind wish woman wonder word work world worry write wrong yard year
    yellow yet young broken failing failed unhealthy healthy busy orphaned orphan untagged tagged
    obsolete stale temporary temp other another same unattached detached public private internal
    affordable pair yours ours theirs itself themselves himself herself
"""
"""Everyday words that are never taken for a name unless a naming word says so."""
