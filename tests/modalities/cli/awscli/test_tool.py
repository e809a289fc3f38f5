"""Which ``aws`` is used, and which are passed over."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from fakes.executables import aws, executable
from modalities.cli.awscli import tool
from modalities.cli.awscli.environment import Home
from modalities.cli.awscli.tool import OVERRIDE, candidates, find
from modalities.receipt import CloudError, Trouble


@pytest.fixture
def home() -> Home:
    return Home()


@pytest.fixture(autouse=True)
def _no_override(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(OVERRIDE, raising=False)


class TestCandidates:
    def test_path_comes_first_in_its_order(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first, second = aws(tmp_path / "a/aws", ""), aws(tmp_path / "b/aws", "")
        monkeypatch.setenv("PATH", f"{first.parent}:{tmp_path}:{second.parent}:{first.parent}")
        assert candidates()[:2] == (first, second)

    def test_then_the_one_beside_our_own_environment(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PATH", "/nonexistent")
        monkeypatch.setattr(sys, "prefix", str(tmp_path / ".venv"))
        assert candidates() == ()
        own = aws(tmp_path / ".tools/aws/bin/aws", "")
        assert candidates() == (own,)

    def test_never_one_of_the_directory_we_are_in(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        aws(tmp_path / "aws", "")
        aws(tmp_path / ".tools/aws/bin/aws", "")
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("PATH", ".::")
        assert not [path for path in candidates() if path.is_relative_to(tmp_path)]

    def test_a_named_one_is_the_only_one(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PATH", str(aws(tmp_path / "a/aws", "").parent))
        monkeypatch.setenv(OVERRIDE, "/opt/aws")
        assert candidates() == (Path("/opt/aws"),)

    def test_what_cannot_be_run_does_not_count(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "dir/aws").mkdir(parents=True)
        plain = tmp_path / "plain/aws"
        plain.parent.mkdir()
        plain.write_text("x")
        monkeypatch.setenv("PATH", f"{tmp_path}/dir:{tmp_path}/plain")
        assert not [path for path in candidates() if path.is_relative_to(tmp_path)]


class TestChoice:
    def test_what_works_and_its_flavour(self, tmp_path: Path, home: Home) -> None:
        place = aws(tmp_path / "aws", "", "2.31.0")
        chosen = find(home, [place]).required()
        assert (chosen.path, chosen.version, chosen.flavour) == (place, "2.31.0", 2)
        assert chosen.interpreter is None

    def test_what_does_not_work_is_passed_over_and_said(self, tmp_path: Path, home: Home) -> None:
        broken = {
            executable(tmp_path / "a", "sys.exit(127)"): "exit status 127",
            executable(tmp_path / "b", "print('hello')"): "does not work",
            executable(tmp_path / "c", "sys.stdout.buffer.write(bytes(range(256)))"): "not work",
            aws(tmp_path / "d", "", "1.18.69"): "1.18.69",
            aws(tmp_path / "e", "", "2.9.19"): "2.9.19",
            aws(tmp_path / "f", "", "3.0.0"): "3.0.0",
            tmp_path / "none": "No such file",
        }
        good = aws(tmp_path / "good", "")
        search = find(home, [*broken, good])
        assert search.required().path == good
        assert [path for path, _ in search.passed] == [*broken]
        for (_, why), expected in zip(search.passed, broken.values(), strict=True):
            assert expected in why

    def test_one_that_hangs(
        self, tmp_path: Path, home: Home, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(tool, "PATIENCE", 0.3)
        search = find(home, [executable(tmp_path / "aws", "time.sleep(60)")])
        assert search.tool is None
        assert "still running" in search.passed[0][1]

    def test_none_at_all_says_what_to_do(self, home: Home) -> None:
        with pytest.raises(CloudError) as caught:
            find(home, []).required()
        error = caught.value
        assert (error.trouble, error.sent) == (Trouble.UNAVAILABLE, False)
        assert "make tools" in error.remedy

    def test_a_python_environment_tells_the_version_without_being_started(
        self, tmp_path: Path, home: Home
    ) -> None:
        place = executable(tmp_path / "bin/aws", "sys.exit('started')")
        (tmp_path / "lib/python3.11/site-packages/awscli-1.46.3.dist-info").mkdir(parents=True)
        text = place.read_text().replace(f"{sys.executable} -IS", sys.executable)
        place.write_text(text)
        chosen = find(home, [place]).required()
        assert (chosen.version, chosen.interpreter) == ("1.46.3", Path(sys.executable))

    def test_a_shim_is_looked_behind(self, tmp_path: Path, home: Home) -> None:
        real = aws(tmp_path / "versions/3.11/bin/aws", "", "2.20.0")
        pyenv = executable(
            tmp_path / "libexec/pyenv",
            f"print({str(real)!r} if sys.argv[1:] == ['which', 'aws'] and "
            f"os.environ['PYENV_ROOT'] == {str(tmp_path)!r} else 'what?')",
        )
        shim = tmp_path / "shims/aws"
        shim.parent.mkdir()
        shim.write_text(
            f'#!/usr/bin/env bash\nexport PYENV_ROOT="{tmp_path}"\n'
            f'exec "{pyenv}" exec "$program" "$@"\n'
        )
        shim.chmod(0o755)
        assert find(home, [shim]).required().path == real
        pyenv.write_text(pyenv.read_text().replace("'which'", "'wich'"))
        assert find(home, [shim]).tool is None

    def test_it_is_asked_in_an_environment_of_its_own(
        self, tmp_path: Path, home: Home, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "of somebody")
        body = "sys.exit('AWS_SECRET_ACCESS_KEY' in os.environ or print('aws-cli/2.30.0'))"
        assert find(home, [executable(tmp_path / "aws", body)]).tool is not None


def test_the_home_is_empty_private_and_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = tmp_path / "home"
    (ours / ".aws/sso/cache").mkdir(parents=True)
    (ours / ".aws/cli").mkdir(parents=True)
    (ours / ".aws/cli/alias").write_text("[toplevel]\nec2 = !reboot\n")
    monkeypatch.setenv("HOME", str(ours))
    home = Home()
    path = home.path
    assert path.stat().st_mode & 0o077 == 0
    assert not (path / ".aws/cli/alias").exists()
    assert (path / ".aws/sso/cache").resolve() == (ours / ".aws/sso/cache").resolve()
    del home
    assert not path.exists()
    assert (ours / ".aws/sso/cache").is_dir()
