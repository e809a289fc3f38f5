"""Where code works is said by its own provider block, in any of the ways people write it."""

from __future__ import annotations

import pytest

from modalities.aws.terraform.regions import region_of

VARIABLE = 'variable "where" {\n  default = "eu-west-1"\n}\n'


def provider(region: str, more: str = "") -> str:
    return f'provider "aws" {{\n  region = {region}\n{more}}}\n'


def locals(name: str, value: str) -> str:
    return f"locals {{\n  {name} = {value}\n}}\n"


BY_VARIABLE = provider("var.where") + VARIABLE


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({"main.tf": provider('"eu-west-1"')}, "eu-west-1"),
        ({"main.tf": provider("var.where"), "variables.tf": VARIABLE}, "eu-west-1"),
        ({"main.tf": VARIABLE + provider('"${var.where}"')}, "eu-west-1"),
        ({"a.tf": provider("local.r") + locals("r", "var.where") + VARIABLE}, "eu-west-1"),
        ({"main.tf": BY_VARIABLE, "terraform.tfvars": 'where = "us-west-2"\n'}, "us-west-2"),
        ({"main.tf": BY_VARIABLE, "x.auto.tfvars.json": '{"where": "us-west-2"}'}, "us-west-2"),
        ({"main.tf": BY_VARIABLE, "x.auto.tfvars.json": "[1]"}, "eu-west-1"),
        ({"main.tf": 'provider "aws" {}\n'}, None),
        ({"main.tf": provider('"eu-west-1"', '  alias = "far"\n')}, None),
        ({"main.tf": provider('lookup(local.all, "x")')}, None),
        ({"main.tf": provider('"nowhere at all"')}, None),
        ({"main.tf": provider("local.r") + locals("r", "local.r")}, None),
        ({"main.tf": 'resource "aws_vpc" "x" {'}, None),
        ({}, None),
    ],
)
def test_the_region_that_code_names(files: dict[str, str], found: str | None) -> None:
    assert region_of(files, {}) == found


def test_a_variable_of_the_environment_stands_behind_files_of_variables() -> None:
    environment = {"TF_VAR_where": "sa-east-1"}
    files = {"main.tf": BY_VARIABLE}
    assert region_of(files, environment) == "sa-east-1"
    files["terraform.tfvars"] = 'where = "us-west-2"\n'
    assert region_of(files, environment) == "us-west-2"
