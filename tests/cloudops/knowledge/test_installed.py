"""Tools are found by where they stand, and read without being run."""

from __future__ import annotations

from pathlib import Path

from cloudops.knowledge.installed import sources


def _environment(home: Path, distribution: str, inner: str) -> Path:
    """A program beside what looks like its Python environment; running it would fail."""
    packages = home / "lib" / "python3.11" / "site-packages"
    (packages / inner).mkdir(parents=True)
    (packages / f"{distribution}-9.8.7.dist-info").mkdir()
    program = home / "bin" / "tool"
    program.parent.mkdir()
    program.write_text("no program")
    return program


def test_what_stands_beside_a_program_is_read(tmp_path: Path) -> None:
    aws = _environment(tmp_path / "aws", "awscli", "awscli/examples/boats")
    az = _environment(tmp_path / "az", "azure_cli", "azure/cli/command_modules/boat")
    module = tmp_path / "az/lib/python3.11/site-packages/azure/cli/command_modules/boat"
    (module / "__init__.py").write_text("raise SystemExit('was run')")
    found = {source.name: source for source in sources((aws,), (az,), (), "1")}
    assert list(found) == ["botocore", "awscli", "az"]
    assert (found["awscli"].version, found["az"].version) == ("9.8.7", "9.8.7")
    assert [part.name for part in found["az"].parts] == ["az boat"]
    assert list(found["az"].parts[0].read()) == []


def test_programs_without_sources_beside_them_say_nothing(tmp_path: Path) -> None:
    found = sources((tmp_path / "bin" / "aws",), (), (), "1")
    assert [source.name for source in found] == ["botocore"]
