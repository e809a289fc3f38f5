"""``aws`` as it should not be; each ends clean."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakes.aws import sandbox_target
from fakes.commands import call, create_vpc, do, step
from fakes.executables import aws, executable
from modalities.cli.aws import AwsCli
from modalities.receipt import CloudError, Outcome, Trouble
from modalities.resource import Kind
from modalities.step import Effect


class TestToolsThatMisbehave:
    """``aws`` as it should not be; each ends clean."""

    def hand(self, place: Path) -> AwsCli:
        return AwsCli(places=[place])

    @pytest.mark.parametrize(
        ("body", "code"),
        [
            ("print('<html>')", "NotAnAnswer"),
            ("print('[1, 2]')", "NotAnAnswer"),
            ("""print('{"Vpc": {"VpcId": "vpc-1')""", "NotAnAnswer"),
            ("sys.stdout.buffer.write(bytes(range(200, 256)))", "NotAnAnswer"),
            ("""print('{"a":' * 100000)""", "NotAnAnswer"),
            ("print()", "NotAnAnswer"),
            ("os.kill(os.getpid(), 9)", "AwsFailed"),
            ("raise SystemExit(70)", "AwsFailed"),
            ("print(1 / 0)", "AwsFailed"),
            ("while True: sys.stdout.write('x' * 65536)", "TooMuchOutput"),
            ("while True: sys.stderr.write('x' * 65536)", "TooMuchOutput"),
        ],
    )
    def test_a_write_is_unknown_and_a_read_has_failed(
        self, tmp_path: Path, body: str, code: str
    ) -> None:
        hand = self.hand(aws(tmp_path / "aws", body))
        target = sandbox_target("http://127.0.0.1:9")
        receipt = do(target, create_vpc(), hand=hand)
        assert (receipt.outcome, receipt.error and receipt.error.code) == (Outcome.UNKNOWN, code)
        reading = step("aws ec2 describe-vpcs", Effect.READ, outputs={"id": "Vpcs[0].VpcId"})
        assert do(target, reading, hand=hand).outcome is Outcome.FAILED

    def test_one_that_hangs_is_ended(self, tmp_path: Path) -> None:
        hand = self.hand(aws(tmp_path / "aws", "time.sleep(60)"))
        target = sandbox_target("http://127.0.0.1:9", timeout=1.0)
        receipt = do(target, create_vpc(), call(deadline=1.0), hand)
        assert receipt.outcome is Outcome.UNKNOWN
        with pytest.raises(CloudError) as caught:
            hand.read(target, (Kind.VM,))
        assert caught.value.trouble is Trouble.TIMEOUT

    def test_one_that_is_not_there(self, tmp_path: Path) -> None:
        hand = self.hand(tmp_path / "none")
        receipt = do(sandbox_target("http://127.0.0.1:9"), create_vpc(), hand=hand)
        assert receipt.outcome is Outcome.FAILED
        assert receipt.error is not None
        assert "make tools" in receipt.error.remedy

    def test_one_that_goes_away(self, tmp_path: Path) -> None:
        place = aws(tmp_path / "aws", """print('{"Vpc": {"VpcId": "vpc-1"}}')""")
        hand = self.hand(place)
        target = sandbox_target("http://127.0.0.1:9")
        assert do(target, create_vpc(), hand=hand).outputs == {"id": "vpc-1"}
        place.unlink()
        assert do(target, create_vpc(), hand=hand).outcome is Outcome.FAILED

    def test_none_at_all_is_no_hand(self) -> None:
        support = AwsCli(places=[]).supports(())
        assert support.fit == 0
        assert "make tools" in support.why

    def test_version_2_is_told_to_keep_to_itself(self, tmp_path: Path) -> None:
        said = tmp_path / "said"
        body = f"open({str(said)!r}, 'w').write(' '.join(sys.argv[1:])); print('{{}}')"
        hand = self.hand(aws(tmp_path / "aws", body))
        do(
            sandbox_target("http://127.0.0.1:9"),
            step("aws ec2 delete-vpc --vpc-id vpc-1"),
            hand=hand,
        )
        assert said.read_text() == (
            "ec2 delete-vpc --vpc-id vpc-1 --output json --no-cli-pager "
            "--cli-binary-format raw-in-base64-out"
        )

    def test_a_program_of_another_name_is_none(self, tmp_path: Path) -> None:
        hand = self.hand(executable(tmp_path / "aws", "print('hello')"))
        with pytest.raises(CloudError) as caught:
            hand.identify(sandbox_target("http://127.0.0.1:9"))
        assert caught.value.code == "NoAwsCommand"
