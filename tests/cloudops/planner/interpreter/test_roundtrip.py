"""Sentences composed from structured wants come back as those wants; nonsense never crashes."""

from __future__ import annotations

import string
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from cloudops.errors import NotUnderstood
from cloudops.planner.interpreter.grammar import BuiltInInterpreter
from cloudops.planner.interpreter.lexicon import lexicon
from cloudops.request import Context, DisksOf, Intent, PublicIpOf, Request, StatusOf
from modalities.change import (
    Attach,
    Create,
    Delete,
    Power,
    Resize,
    Selection,
    SetDiagnostics,
    SetPort,
    SetPower,
    SetPriority,
    SetTags,
)
from modalities.resource import Kind
from modalities.wanted import Disk, LoadBalancer, Network, Rule, Vm

INTERPRETER = BuiltInInterpreter()
settings.register_profile("interpreter", max_examples=120, deadline=None)
settings.load_profile("interpreter")


def interpret(text: str) -> Intent:
    return INTERPRETER.interpret(Request(text=text, target="sandbox", actor="t"), Context())


def one_of(*words: str) -> st.SearchStrategy[str]:
    return st.sampled_from(words)


stems = st.sampled_from(["web", "app", "db", "kafka", "node-a", "Edge", "x", "batch_job", "ci.run"])
marked_names = st.builds("{}-{}".format, stems, st.integers(0, 99))
plain_names = one_of("bastion", "alpha", "Zeus", "green", "toy", "jumpbox")
names = st.one_of(marked_names, plain_names)
name_lists = st.lists(marked_names, min_size=1, max_size=5, unique=True)
numbers = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 6: "half a dozen", 12: "twelve"}
polite = one_of("", "please ", "Can you ", "could you please ", "I'd like you to ", "Hi, ")
ending = one_of("", ".", " please", ", thanks", "!", " for me", " now")
machine = one_of("VM", "virtual machine", "instance", "server", "machine", "ec2 instance", "vm")
disk_word = one_of("disk", "volume", "data disk", "drive")
tags = st.tuples(one_of("env", "owner", "team", "cost-center"), one_of("prod", "me", "42", "a.b"))


def listed(found: list[str]) -> str:
    return found[0] if len(found) == 1 else ", ".join(found[:-1]) + " and " + found[-1]


@dataclass(frozen=True)
class Wish:
    """What a sentence is composed from: VMs with what may be said of them."""

    names: list[str]
    count_in_words: bool
    size: tuple[str, str] | None
    needs: tuple[int, int] | None
    image: str | None
    spot: bool
    public: bool | None
    network: tuple[str, str | None] | None
    tag: tuple[str, str] | None
    order: list[int] = field(default_factory=list)

    def sentence(self, verb: str, noun: str, naming: str) -> str:
        count = len(self.names)
        number = numbers[count] if self.count_in_words and count in numbers else str(count)
        adjectives = [self.image or "", "spot" if self.spot else ""]
        head = " ".join(word for word in [number, *adjectives, noun + "s" * (count > 1)] if word)
        said = [f"{naming} {listed(self.names)}"]
        if self.size:
            said.append(f"{self.size[0]} {self.size[1]}".strip())
        if self.needs:
            said.append(f"with {self.needs[0]} vCPUs and {self.needs[1]} GB of memory")
        if self.public is not None:
            said.append("with a public IP" if self.public else "without a public IP")
        if self.network:
            said.append(f"in a new network called {self.network[0]}"
                        + (f" with cidr {self.network[1]}" if self.network[1] else ""))  # fmt: skip
        first, *rest = said
        rest = [rest[n % len(rest)] for n in self.order if rest] or rest
        ordered = list(dict.fromkeys([first, *rest, *said]))
        if self.tag:
            ordered.insert(1, f"tagged {self.tag[0]}={self.tag[1]}")
        return f"{verb} {head} " + ", ".join(ordered)

    def wanted(self) -> Create:
        vms = [
            Vm(
                name=name,
                size=self.size[1] if self.size else None,
                vcpus=self.needs[0] if self.needs else None,
                memory_gib=float(self.needs[1]) if self.needs else None,
                image=self.image,
                spot=True if self.spot else None,
                public_ip=self.public,
                network=self.network[0] if self.network else None,
                tags=(self.tag,) if self.tag else (),
            )
            for name in self.names
        ]
        networks = [Network(name=self.network[0], cidr=self.network[1])] if self.network else []
        return Create(wanted=(*networks, *vms))


wishes = st.builds(
    Wish,
    names=name_lists,
    count_in_words=st.booleans(),
    size=st.none()
    | st.tuples(one_of("size", "with size", "type", ""), one_of("t3.small", "m5.xlarge")),
    needs=st.none() | st.tuples(st.sampled_from([1, 2, 4, 8]), st.sampled_from([2, 4, 16, 32])),
    image=st.none() | one_of("ubuntu", "linux", "windows", "debian"),
    spot=st.booleans(),
    public=st.none() | st.booleans(),
    network=st.none()
    | st.tuples(one_of("lab-net", "core", "vnet-7"), st.none() | one_of("10.20.0.0/16")),
    tag=st.none() | tags,
    order=st.lists(st.integers(0, 9), max_size=4),
)  # fmt: skip


@given(
    wish=wishes,
    verb=one_of("create", "launch", "deploy", "spin up", "I need", "provision", "set up"),
    noun=machine,
    naming=one_of("named", "called", "with the name", "name:"),
    before=polite,
    after=ending,
)
def test_machines(wish: Wish, verb: str, noun: str, naming: str, before: str, after: str) -> None:
    before = "" if verb.startswith("I ") else before
    text = before + wish.sentence(verb, noun, naming) + after
    (change,) = interpret(text).changes
    assert change == wish.wanted(), text


@given(
    count=st.integers(2, 6),
    name=names,
    port=st.integers(1, 65535).filter(lambda port: port != 443),
    target=st.none() | st.integers(1, 65535),
    scheme=one_of("", "public ", "internal "),
    shape=one_of(
        "create {n} VMs behind a {s}load balancer named {name} on {p}",
        "create a {s}load balancer called {name} with {n} VMs, {p}",
        "put {n} new servers behind a {s}load balancer named {name}, {p}",
        "deploy {n} machines with a {s}lb named {name} in front on {p}",
        "a {s}load balancer named {name} in front of {n} VMs, {p}",
        "set up {n} instances and a {s}load balancer called {name} on {p} for them",
    ),
)
def test_load_balanced(
    count: int, name: str, port: int, target: int | None, scheme: str, shape: str
) -> None:
    ports = f"port {port}" + (f" -> {target}" if target else "")
    text = shape.format(n=count, s=scheme, name=name, p=ports)
    (change,) = interpret(text).changes
    assert isinstance(change, Create)
    (balancer,) = (w for w in change.wanted if isinstance(w, LoadBalancer))
    vms = [w for w in change.wanted if isinstance(w, Vm)]
    (network,) = (w for w in change.wanted if isinstance(w, Network))
    assert balancer == LoadBalancer(
        name=name,
        port=port,
        target_port=target or port,
        protocol="http",
        public=scheme != "internal ",
        targets=tuple(vm.name for vm in vms),
        network=network.name,
    ), text
    assert len(vms) == count
    assert {vm.network for vm in vms} == {network.name}


@given(
    vm=marked_names,
    gib=st.none() | st.integers(1, 16384),
    kind=st.none() | one_of("gp3", "io2", "ssd", "hdd"),
    name=st.none() | names,
    word=disk_word,
    unit=one_of("GB", "GiB", " GB", " gigabytes", "gb"),
    shape=one_of(
        "attach a new {d} to {v}",
        "add another {d} to {v}",
        "{v} needs an extra {d}",
        "give {v} an additional {d}",
        "create a {d} and attach it to {v}",
        "mount a {d} on the VM {v}",
        "a new {d} for {v}",
        "I want one more {d} on {v}",
    ),
    before=polite,
    after=ending,
)
def test_disks(
    vm: str,
    gib: int | None,
    kind: str | None,
    name: str | None,
    word: str,
    unit: str,
    shape: str,
    before: str,
    after: str,
) -> None:
    said = " ".join(x for x in (f"{gib}{unit}" if gib else "", kind or "", word) if x)
    said += f" named {name}" if name else ""
    before = before if shape[0] in "acgm" and not shape.startswith("a new") else ""
    text = before + shape.format(d=said, v=vm) + after
    assert interpret(text).changes == (
        Attach(
            what=Disk(name=name, gib=gib or 32, type=kind),
            to=Selection(kind=Kind.VM, names=(vm,)),
        ),
    ), text


@given(found=name_lists, shape=one_of("{v}", "VM {v}", "the VM {v}", "{v} please"), power=...)
def test_power(found: list[str], shape: str, power: Power) -> None:
    noun = shape.replace("VM", "VMs") if len(found) > 1 else shape
    text = f"{power} " + noun.format(v=listed(found))
    expected = SetPower(what=Selection(kind=Kind.VM, names=tuple(found)), power=power)
    assert interpret(text).changes == (expected,), text


@given(vm=marked_names, data=st.data())
def test_adjustments(vm: str, data: st.DataObject) -> None:
    what = Selection(kind=Kind.VM, names=(vm,))
    any_kind = Selection(names=(vm,))
    port = data.draw(st.integers(1, 65535))
    rule = Rule(first_port=port, last_port=port)
    diagnostics = "boot diagnostics"
    vcpus, memory = data.draw(st.integers(1, 64)), data.draw(st.integers(1, 512))
    tag = data.draw(tags)
    text, expected = data.draw(
        st.sampled_from(
            [
                (f"resize {vm} to m5.large", Resize(what=what, size="m5.large")),
                (
                    f"scale {vm} to {vcpus} vCPUs and {memory} GB",
                    Resize(what=what, vcpus=vcpus, memory_gib=float(memory)),
                ),
                (f"open port {port} on {vm}", SetPort(what=what, rule=rule, open=True)),
                (f"close tcp port {port} on {vm}", SetPort(what=what, rule=rule, open=False)),
                (f"tag {vm} with {tag[0]}={tag[1]}", SetTags(what=any_kind, add=(tag,))),
                (f"remove the tag {tag[0]} from {vm}", SetTags(what=any_kind, remove=(tag[0],))),
                (f"convert {vm} to spot", SetPriority(what=what, spot=True)),
                (f"make {vm} a spot instance", SetPriority(what=what, spot=True)),
                (f"switch {vm} back to on-demand", SetPriority(what=what, spot=False)),
                (f"enable {diagnostics} on {vm}", SetDiagnostics(what=what, wording=diagnostics)),
                (f"turn monitoring off for {vm}", SetDiagnostics(what=what, enabled=False)),
                (f"delete {vm}", Delete(what=any_kind, explicit=f"delete {vm}")),
            ]
        )
    )  # fmt: skip
    assert interpret(text).changes == (expected,), text


@given(
    found=name_lists,
    shape=one_of(
        "what is the status of {v}?", "status {v}", "tell me if {v} is running", "is {v} up?",
        "show the power state of {v}", "check whether {v} is stopped",
    ),
)  # fmt: skip
def test_status_questions(found: list[str], shape: str) -> None:
    text = shape.format(v=listed(found))
    assert interpret(text).question == StatusOf(what=Selection(kind=Kind.VM, names=tuple(found))), (
        text
    )


@given(
    vm=marked_names,
    asked=st.sampled_from(
        [
            ("what is the public IP of {v}?", PublicIpOf),
            ("{v}'s external address", PublicIpOf),
            ("get the public ip address for {v}", PublicIpOf),
            ("list the disks of {v}", DisksOf),
            ("which volumes are attached to {v}?", DisksOf),
            ("{v} disks", DisksOf),
        ]
    ),
)
def test_questions_of_one_vm(vm: str, asked: tuple[str, type[PublicIpOf] | type[DisksOf]]) -> None:
    shape, question = asked
    text = shape.format(v=vm)
    assert interpret(text).question == question(what=Selection(kind=Kind.VM, names=(vm,))), text


@given(st.text(max_size=300))
def test_any_text_is_understood_or_declined(text: str) -> None:
    _understood_or_declined(text)


@given(st.lists(st.sampled_from(sorted(lexicon().words)), max_size=25).map(" ".join))
def test_any_words_are_understood_or_declined(text: str) -> None:
    _understood_or_declined(text)


@given(st.text(alphabet=string.ascii_lowercase[:4] + "-=:,.()/'\"0123> \n", max_size=120))
def test_any_signs_are_understood_or_declined(text: str) -> None:
    _understood_or_declined(text)


@given(
    sentence=one_of(
        "create three VMs named web-1, web-2 and web-3 in one network behind a load balancer",
        "attach a 64 GB disk named data-1 to web-1 and open port 443 on it",
        "what is the public ip of web-1 and how big are its disks",
    ),
    data=st.data(),
)
def test_shuffled_words_are_understood_or_declined(sentence: str, data: st.DataObject) -> None:
    _understood_or_declined(" ".join(data.draw(st.permutations(sentence.split()))))


def _understood_or_declined(text: str) -> None:
    try:
        intent = interpret(text)
    except NotUnderstood:
        return
    assert bool(intent.changes) != (intent.question is not None)
    assert intent.summary
