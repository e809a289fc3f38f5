"""Patterns by which the gym reads names and numbers out of a prompt. They owe nothing to the
agent's own reading, so that a mistake of the one is not a mistake of the other."""

from __future__ import annotations

import re

NAME = r"[A-Za-z][A-Za-z0-9]*(?:[-_][A-Za-z0-9]+)*"
CALLED = r"(?:is\s+)?(?:to\s+be\s+)?(?:named|called|names?\s*(?:is|are|[=:])?|labelled)\s*"

NETWORK_NAME = re.compile(
    rf"\b(?:networks?|vpcs?|vnets?)(?:/\w+)?,?\s+(?:that\s+is\s+)?{CALLED}[\"']?({NAME})", re.I
)
BALANCER_NAME = re.compile(
    rf"\b(?:load[ -]?balancers?|lbs?|balancers?|albs?|nlbs?)[ ,]+(?:{CALLED}|call(?:ed)? it\s+)"
    rf"[\"']?({NAME})",
    re.I,
)
DISK_NAME = re.compile(rf"\b(?:disks?|volumes?)[^,;.]{{0,20}}?[ ,]+{CALLED}[\"']?({NAME})", re.I)
ONE_NAME = re.compile(
    rf"\b(?:named|called|call(?:ing)?\s+(?:it|him|her|this)|name\s+it|"
    rf"name\s*[=:]|(?:its|the)\s+name\s+is|with\s+the\s+name)\s*[\"']?({NAME})",
    re.I,
)
PREFIX = re.compile(
    rf"\bprefix(?:ed)?(?:\s+(?:with|by|is|them\s+with))?\s*[=:]?\s*[\"']?({NAME})", re.I
)
BETWEEN = r"\s*(?:to|through|thru|until|\.{2,3}|…|–|—|:)\s*"
RANGE = re.compile(rf"\b({NAME}?[-_]?)(\d+){BETWEEN}(?:\1)?(\d+)\b", re.I)
SEPARATOR = r"(?:\s*,\s*(?:and\s+)?|\s+and\s+|\s*&\s*|\s*/\s*)"
LIST = re.compile(
    rf"(?:\b(?:named|called|call\s+them|names?\s*(?:are|[=:])?|servers|machines|vms|instances)"
    rf"\s*[:(]?|[:(])\s*((?>{NAME})(?:{SEPARATOR}(?>{NAME})(?![.\w]*\.\w))+)",
    re.I,
)

CIDR = re.compile(r"\b(\d{1,3}(?:\.\d{1,3}){3}/\d{1,2})\b")
TYPE = re.compile(r"\b([a-z]\d[a-z]*\.(?:nano|micro|small|medium|\d*x?large))\b", re.I)
AZURE_SIZE = re.compile(r"\b((?:Standard|Basic)_[A-Z]\w+)", re.I)
VCPUS = re.compile(r"\b(\d+)\s*-?\s*(?:v?cpus?|v?cores?)\b", re.I)
MEMORY = re.compile(
    r"\b(\d+(?:\.\d+)?)\s*(?:gb|gib|gigs?|gigabytes?)\s*(?:of\s+)?(?:memory|ram)\b", re.I
)
GIB = r"(\d+)\s*-?\s*(?:gb|gib|gigs?|gigabytes?)\b"
BOOT_DISK = re.compile(
    rf"\b{GIB}\s+(?:of\s+)?(?:os|boot|root|system)\s*-?\s*(?:disk|volume|drive)|"
    rf"\b(?:os|boot|root|system)\s*-?\s*(?:disk|volume|drive)\s+(?:of|with|at)?\s*{GIB}",
    re.I,
)
SIZE = re.compile(rf"\b{GIB}", re.I)
SMALL = re.compile(r"(?<![.\w])(?:small|tiny|little)\b", re.I)
SSD = re.compile(r"\bssd\b", re.I)
TAG = re.compile(r"\b([A-Za-z][\w.-]*)=([\w.-]+)")
TAGGED = re.compile(r"\btag(?:s|ged|ging)?\b", re.I)
TAG_ALL = re.compile(r"\btag\s+(?:everything|all|it\s+all|them\s+all)\b", re.I)
PUBLIC = re.compile(r"\bpublic(?:ly)?\s+(?:ip|address|reachable)|\bpublic\s+ipv4", re.I)
PUBLIC_BALANCER = re.compile(
    r"\b(?:public|internet-facing|external)\s+(?:load[ -]?balancer|lb|balancer)", re.I
)
ONE_SUBNET = re.compile(r"\b(?:one|a\s+single|single|the\s+same|same|shared)\s+subnet\b", re.I)
IDENTICAL = re.compile(r"\b(?:identical|alike|of\s+the\s+same\s+size)\b", re.I)
SYSTEM = re.compile(r"\b(ubuntu|debian|windows|amazon\s+linux|red\s*hat|suse)\b", re.I)
PORTS = re.compile(r"\b(\d{2,5})\s*(?:to|->|→|=>)\s*(?:port\s+)?(\d{2,5})\b")
PORT = re.compile(r"\b(?:ports?|tcp|http|listen(?:ing|er|s)?\s+on)\s*:?\s*(\d{2,5})\b", re.I)
COMMON_WORDS = frozenset(
    {
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "both",
        "by",
        "each",
        "for",
        "from",
        "in",
        "into",
        "is",
        "it",
        "its",
        "me",
        "my",
        "of",
        "on",
        "one",
        "or",
        "our",
        "please",
        "same",
        "so",
        "that",
        "the",
        "them",
        "then",
        "these",
        "this",
        "three",
        "to",
        "two",
        "under",
        "where",
    }
)
