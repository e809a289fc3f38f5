"""First calls are slow: models are loaded, accounts furnished. Done before anybody waits."""

from __future__ import annotations

import io
from typing import Any
from wsgiref.types import WSGIApplication

from sandbox.daemon import ACCOUNT

REGION = "us-east-1"
EC2 = "2016-11-15"
ELB = "2015-12-01"
STS = "2011-06-15"

FORMS = (
    ("sts", f"Action=GetCallerIdentity&Version={STS}"),
    ("ec2", f"Action=DescribeInstances&Version={EC2}"),
    ("ec2", f"Action=DescribeVpcs&Version={EC2}"),
    ("ec2", f"Action=DescribeImages&Version={EC2}&ImageId.1=ami-none"),
    ("elasticloadbalancing", f"Action=DescribeLoadBalancers&Version={ELB}"),
)
PARAMETER = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"


def touch(application: WSGIApplication) -> None:
    """One read of each service that every journey begins with, in the sandbox account."""
    for service, form in FORMS:
        _send(application, service, "POST", form, "application/x-www-form-urlencoded")
    parameter = f'{{"Name": "{PARAMETER}"}}'
    _send(application, "ssm", "POST", parameter, "application/x-amz-json-1.1", "GetParameter")
    _send(application, "s3", "GET", "", "")


def _send(
    application: WSGIApplication,
    service: str,
    method: str,
    body: str,
    content_type: str,
    target: str = "",
) -> None:
    scope = f"{ACCOUNT}/20260101/{REGION}/{service}/aws4_request"
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "PATH_INFO": "/",
        "RAW_URI": "/",
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "127.0.0.1",
        "HTTP_X_MOTO_ACCOUNT_ID": ACCOUNT,
        "HTTP_AUTHORIZATION": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=, Signature=",
        "CONTENT_TYPE": content_type,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body.encode()),
        "wsgi.errors": io.StringIO(),
    }
    if target:
        environ["HTTP_X_AMZ_TARGET"] = f"AmazonSSM.{target}"
    b"".join(application(environ, lambda *_: lambda _: None))
