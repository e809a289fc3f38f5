"""Everything moto holds: counted, and forgotten."""

from __future__ import annotations

from typing import Any

from moto.core.base_backend import BackendDict, backend_lock
from moto.core.model_instances import reset_model_data
from moto.ec2.models import EC2Backend, ec2_backends
from moto.elbv2.models import elbv2_backends
from moto.s3.models import s3_backends


def forget() -> None:
    """Every account is as if it had never been used. (moto's own reset builds each one anew
    before it throws it away: 0.2 s.)"""
    with backend_lock:
        for backends in BackendDict._instances:
            backends.clear()
        BackendDict._instances.clear()
        s3_backends.bucket_accounts.clear()
    reset_model_data()


def count() -> int:
    """What was made in all accounts, beyond what an account has from its beginning."""
    machines = sum(_in_account(backend) for _, _, backend in ec2_backends.iter_backends())
    balancing: int = sum(
        len(backend.load_balancers) + len(backend.target_groups)
        for _, _, backend in elbv2_backends.iter_backends()
    )
    return machines + balancing + len(s3_backends.bucket_accounts)


def _in_account(ec2: EC2Backend | Any) -> int:
    made = [vpc.id for vpc in ec2.vpcs.values() if not vpc.is_default]
    return sum(
        (
            len(made),
            sum(subnet.vpc_id in made for subnet in ec2.describe_subnets()),
            sum(not group.is_default for group in ec2.describe_security_groups()),
            sum(vm.state != "terminated" for vm in ec2.all_instances()),
            sum(gateway.vpc is None or gateway.vpc.id in made for gateway in _gateways(ec2)),
            len(ec2.volumes),
            len(ec2.addresses),
            len(ec2.key_pairs),
        )
    )


def _gateways(ec2: Any) -> list[Any]:
    return list(ec2.internet_gateways.values())
