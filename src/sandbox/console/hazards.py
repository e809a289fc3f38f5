"""What makes real portals hard to drive, each a switch."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Hazards:
    """All on by default, as real portals have them.

    Each was seen in public automation scripts for the AWS console or the Azure portal.
    """

    sign_in: bool = True
    """Every page redirects to a sign-in page first."""
    expiring_session: bool = True
    """The session ends after ``Settings.session`` seconds, whatever is under way."""
    hash_routes: bool = True
    """Pages are named by the part of the address behind ``#``, which the server never sees."""
    list_in_frame: bool = True
    """The list of instances is inside an iframe."""
    command_bar: bool = True
    """Commands are greyed until a row is selected that they can be done to."""
    late_validation: bool = True
    """A wizard says what is missing only after Review + create, and renames its tabs."""
    callout: bool = True
    """"Create new" opens a box beside its field that is no dialog to assistive technology."""
    greyed_buttons: bool = True
    """Buttons look disabled, and do nothing, without being ``disabled``."""
    keyed_autocomplete: bool = True
    """Suggestions come for key presses only; a value that was not picked does not count."""
    styled_checkboxes: bool = True
    """The real checkbox is hidden behind a styled label."""
    unlabelled_fields: bool = True
    """Some fields have their label beside them only for the eye."""
    anonymous_rows: bool = True
    """A row's checkbox does not say whose row it is."""
    typed_deletes: bool = True
    """Deleting asks to type the name."""
    asynchronous: bool = True
    """Changes are made after the answer; a notification tells how they ended."""
    vanishing_toasts: bool = True
    """Notifications leave the page by themselves; the bell's list keeps them."""
    polling: bool = True
    """The page never stops asking the server."""
    survey: bool = True
    """A survey covers the page once a session."""
    paging: bool = True
    """Lists show ten rows at a time."""
    stale_lists: bool = True
    """Lists show what they held when first seen until Refresh, or for a minute."""
    denials: bool = True
    """The operations of ``Settings.denied`` are refused."""
    quotas: bool = True
    """The quotas of ``Settings.quotas`` hold."""

    @classmethod
    def none(cls) -> Hazards:
        return cls(**dict.fromkeys(cls.names(), False))

    @classmethod
    def names(cls) -> tuple[str, ...]:
        return tuple(field.name for field in fields(cls))
