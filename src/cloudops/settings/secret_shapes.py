"""What keys and tokens look like, so that one is known wherever it stands.

Only shapes that nothing else has: the prefixes that vendors give their secrets for this very
purpose, and what a name beside a value says. Text, not a search by entropy: a resource's id is
random too, and must stay.
"""

from __future__ import annotations

import re

SHAPES = (
    r"\bsk-[A-Za-z0-9_-]{16,}",  # OpenAI and those who followed it
    r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b",  # AWS, the id of an access key
    r"\bgh[pousr]_[A-Za-z0-9]{30,}",  # GitHub
    r"\bgithub_pat_[A-Za-z0-9_]{30,}",
    r"\bglpat-[A-Za-z0-9_-]{18,}",  # GitLab
    r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}",  # Slack
    r"\bAIza[A-Za-z0-9_-]{35}",  # Google
    r"\b(?:hf|gsk)_[A-Za-z0-9]{20,}",  # Hugging Face, Groq
    r"\beyJ[A-Za-z0-9_-]{8,2000}\.[A-Za-z0-9_-]{8,4000}\.[A-Za-z0-9_-]*",  # a JSON web token
)
KNOWN = re.compile("|".join(SHAPES))
BARE = re.compile(r"[A-Fa-f0-9]{32,}|(?=\S*[0-9])(?=\S*[A-Za-z])[A-Za-z0-9+/=]{40,}")
"""A whole word that can hardly be anything else: Azure OpenAI's keys have no prefix."""


def looks_like_one(text: str) -> bool:
    """Whether a value that should name a secret is, by its looks, the secret itself."""
    return bool(KNOWN.search(text) or BARE.fullmatch(text.strip()))
