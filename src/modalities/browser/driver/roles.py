"""Roles of the accessibility tree, by what can be done with them."""

PRESSED = frozenset(
    ("button", "link", "menuitem", "menuitemcheckbox", "menuitemradio", "tab", "option", "treeitem")
)
TICKS = frozenset(("checkbox", "radio", "switch", "menuitemcheckbox", "menuitemradio"))
TYPED = frozenset(("textbox", "searchbox", "combobox", "spinbutton"))
FIELDS = TYPED | {"slider", "listbox"}
ACTS = PRESSED | TICKS | FIELDS
"""All that can be acted on."""

SET = FIELDS | {"checkbox", "radio", "switch", "radiogroup"}
"""All that holds a value."""

DIALOGS = frozenset(("dialog", "alertdialog"))
NAMED = DIALOGS | {"group", "region", "form", "tabpanel", "radiogroup", "menu", "toolbar"}
"""Parts of a page that are shown by name."""

SAYS = frozenset(("alert", "status", "log"))
TABLES = frozenset(("table", "grid", "treegrid"))
CELLS = frozenset(("cell", "gridcell", "columnheader", "rowheader"))
HEADS = frozenset(("columnheader",))
