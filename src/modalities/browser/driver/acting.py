"""Each verb by its function."""

from __future__ import annotations

from typing import assert_never

from modalities.browser.driver.desk import Desk
from modalities.browser.driver.going import goto
from modalities.browser.driver.pressing import click, open_menu, press, type_name
from modalities.browser.driver.rows import read_table, select_row
from modalities.browser.driver.setting import check, choose, set_field
from modalities.browser.driver.verbs import (
    Check,
    Choose,
    Click,
    Expect,
    Find,
    Goto,
    OpenMenu,
    Press,
    ReadTable,
    SelectRow,
    Set,
    TypeName,
    Verb,
    WaitFor,
)
from modalities.browser.driver.waiting import expect, find, wait_for


def act(desk: Desk, verb: Verb) -> str:
    """Do it; what was noteworthy about it. Raises Halt, and playwright.sync_api.Error."""
    match verb:
        case Goto():
            return goto(desk, verb)
        case Set():
            return set_field(desk, verb)
        case Choose():
            return choose(desk, verb)
        case Check():
            return check(desk, verb)
        case Click():
            return click(desk, verb)
        case SelectRow():
            return select_row(desk, verb)
        case OpenMenu():
            return open_menu(desk, verb)
        case TypeName():
            return type_name(desk, verb)
        case Press():
            return press(desk, verb)
        case Expect():
            return expect(desk, verb)
        case WaitFor():
            return wait_for(desk, verb)
        case ReadTable():
            return read_table(desk, verb)
        case Find():
            return find(desk, verb)
        case _:
            assert_never(verb)
