"""A sign-in page, whoever made it: it has a field for a secret, and one for who that is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from modalities.browser.access import Access
from modalities.browser.driver.contract import Field, View
from modalities.receipt import CloudError, Trouble

WHO = re.compile(r"user|e-?mail|login|account|phone", re.IGNORECASE)
BEST = re.compile(r"user ?name|e-?mail|login", re.IGNORECASE)
ENTER = re.compile(r"^(sign|log) ?in$|^(continue|next|submit|enter)$", re.IGNORECASE)


def entering(entrance: Sequence[Mapping[str, str]], access: Access) -> list[dict[str, Any]]:
    """A sign-in that is known beforehand (``Pages.sign_in``), with user and password."""
    known: dict[str, dict[str, Any]] = {
        "$user": {"value": access.user},
        "$password": {"value": access.password, "secret": True},
    }
    return [{**verb, **known.get(verb.get("value", ""), {})} for verb in entrance]


def signing_in(view: View, access: Access) -> list[dict[str, Any]]:
    """The batch that signs in there. Raises CloudError where it is no page for a password."""
    secrets = [each for each in view.fields if each.kind == "secret"]
    who = _who(view)
    enter = next((name for name in view.buttons if ENTER.match(name.strip())), None)
    if enter is None or not access.password or not (secrets or who):
        raise CloudError(
            Trouble.AUTH,
            "NoSignIn",
            f"the console at {access.url} wants a sign-in that takes a person",
            sent=False,
            remedy="sign in once with --headed, or give a storage_state of somebody who has",
        )
    batch: list[dict[str, Any]] = []
    if who is not None:
        batch.append({"verb": "set", "label": who.label, "value": access.user})
    for secret in secrets[:1]:
        batch.append(
            {"verb": "set", "label": secret.label, "value": access.password, "secret": True}
        )
    return [*batch, {"verb": "click", "name": enter, "role": "button", "opens": "page"}]


def _who(view: View) -> Field | None:
    fields = [each for each in view.fields if each.kind == "text" and WHO.search(each.label)]
    best = [each for each in fields if BEST.search(each.label)]
    return next(iter(best or fields), None)
