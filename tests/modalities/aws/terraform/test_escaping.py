"""Names and tags are data: whatever is in them, HCL reads just that."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from modalities.aws.terraform import syntax
from modalities.aws.terraform.labels import free, label
from modalities.aws.terraform.values import block, headed, quoted

NASTY = (
    'say "hi"',
    "${aws_vpc.x.id}",
    "%{ if true }yes%{ endif }",
    "$${already} $$${thrice} %%{p} $$$ {",
    "$",
    "ends with $",
    "${",
    "\\",
    "\\n is two characters",
    "two\nlines\r\nand\ta tab",
    'EOT\n"\n}\nresource "aws_iam_user" "evil" {\n  name = "x"\n}\n',
    "# no comment // nor this /* or that */",
    "日本語 ключ 🎉👩‍👩‍👧 ñ",
    "\u200b\u202eright to left\u0000\u0007",
    "é",
    " leading and trailing ",
    "",
    "true",
    'file("/etc/passwd")',
    "\u2028\u2029\ufeff",
)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_string_is_one_literal_whatever_it_holds(text: str) -> None:
    code = block(headed("resource", "t", "n"), {"v": text, "m": {text: text}})
    syntax.check(code)
    (found,) = syntax.blocks(code)
    assert found.names == frozenset()  # nothing in it is a reference
    assert [a.name for a in found.arguments] == ["v", "m"]
    assert "\n" not in quoted(text)


def test_terraform_reads_back_what_was_written(terraform: Any, tmp_path: Path) -> None:
    """Strings as values and as keys, through the real thing; ``fmt`` is content as well."""
    body = {f"s{n}": text for n, text in enumerate(NASTY)}
    keys = {text or "none": str(n) for n, text in enumerate(NASTY)}
    code = block(headed("output", "values"), {"value": body})
    code += "\n" + block(headed("output", "keys"), {"value": keys})
    (tmp_path / "main.tf").write_bytes(code.encode())
    formatted = terraform.run(tmp_path, "fmt", "-check", "-diff")
    assert formatted.returncode == 0, formatted.stdout + formatted.stderr
    applied = terraform.run(tmp_path, "apply", "-auto-approve", "-input=false", "-no-color")
    assert applied.returncode == 0, applied.stdout + applied.stderr
    said = json.loads(terraform.run(tmp_path, "output", "-json").stdout)
    assert said["values"]["value"] == body
    assert said["keys"]["value"] == keys


@given(st.text(), st.sets(st.text()))
def test_labels_are_identifiers_and_free(name: str, taken: set[str]) -> None:
    found = free(label(name, "thing"), taken)
    assert found.isidentifier()
    assert found.isascii()
    assert found not in taken


def test_labels_follow_what_people_call_things() -> None:
    assert label("web-1") == "web_1"
    assert label("Café Nord (old)") == "cafe_nord_old"
    assert label("3rd") == "_3rd"
    assert label("日本", "vpc") == "vpc"
    assert free("a", {"a", "a_2"}) == "a_3"
