"""Resource Graph: the query language as far as it is known, over what the cloud holds."""

from __future__ import annotations

from typing import Any

import pytest

from fakes.arm import GROUP, HERE, NETWORK, Arm

URL = "/providers/Microsoft.ResourceGraph/resources"


@pytest.fixture
def arm() -> Arm:
    made = Arm()
    made.network("net")
    for name, location in (("a", "eastus"), ("b", "eastus"), ("c", "westus2")):
        body = {"location": location, "tags": {"Env": name}, "properties": {}}
        made.done("PUT", f"{NETWORK}/publicIPAddresses/{name}", body)
    made.done("PUT", f"{HERE}/resourceGroups/other", {"location": "westus2"})
    return made


def asked(arm: Arm, query: str, **options: Any) -> Any:
    body = {"subscriptions": [HERE.rpartition("/")[2]], "query": query, "options": options}
    return arm.done("POST", URL, body)


def rows(arm: Arm, query: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = asked(arm, query)["data"]
    return found


IPS = "Resources | where type =~ 'Microsoft.Network/publicIPAddresses'"


def test_where_project_order_limit(arm: Arm) -> None:
    query = f"{IPS} | project name, location | order by name desc | limit 2"
    assert rows(arm, query) == [
        {"name": "c", "location": "westus2"},
        {"name": "b", "location": "eastus"},
    ]


def test_count_and_summarize(arm: Arm) -> None:
    assert rows(arm, "resources | count") == [{"Count": 4}]
    by_location = rows(arm, f"{IPS} | summarize count() by location | order by location asc")
    assert by_location == [
        {"location": "eastus", "count_": 2},
        {"location": "westus2", "count_": 1},
    ]
    assert rows(arm, f"{IPS} | summarize n=dcount(location)") == [{"n": 2}]
    assert rows(arm, "resources | where name == 'none' | summarize count()") == [{"count_": 0}]


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        ("name == 'a'", "a"),
        ("name in ('a', 'b')", "ab"),
        ("name !in~ ('A', 'B')", "c"),
        ("location != 'eastus' or name =~ 'A'", "ac"),
        ("not(location == 'eastus')", "c"),
        ("tags.env == 'b'", "b"),
        ("tags['Env'] contains 'C'", "c"),
        ("isnotempty(tags.env) and location startswith 'west'", "c"),
        ("properties.publicIPAllocationMethod == 'Static' and (name == 'a' or name == 'b')", "ab"),
        ("resourceGroup == 'rg' and strlen(name) >= 1", "abc"),
        ("properties.idleTimeoutInMinutes > 3", "abc"),
        ("id has 'publicIPAddresses' and name has 'a'", "a"),
    ],
)
def test_conditions(arm: Arm, condition: str, names: str) -> None:
    found = rows(arm, f"{IPS} | where {condition} | order by name asc")
    assert "".join(row["name"] for row in found) == names


def test_columns(arm: Arm) -> None:
    extended = f"{IPS} | extend up = toupper(name) | project up, sku.name, env = tags.Env"
    query = f"{extended} | top 1 by up asc"
    assert rows(arm, query) == [{"up": "A", "sku_name": "Standard", "env": "a"}]
    assert rows(arm, f"{IPS} | distinct location | sort by location asc")[0] == {
        "location": "eastus"
    }
    gone = rows(arm, f"{IPS} | project name, location | project-away location | take 1")
    assert gone == [{"name": "a"}]


def test_containers(arm: Arm) -> None:
    groups = "ResourceContainers | where type == 'microsoft.resources/subscriptions/resourcegroups'"
    assert {row["name"] for row in rows(arm, groups)} == {"rg", "other"}
    assert GROUP in {row["id"] for row in rows(arm, groups)}


def test_pages_and_tables(arm: Arm) -> None:
    first = asked(arm, f"{IPS} | project name | order by name asc", **{"$top": 2})
    assert (first["totalRecords"], first["count"]) == (3, 2)
    token = {"$top": 2, "$skipToken": first["$skipToken"]}
    assert asked(arm, f"{IPS} | project name | order by name asc", **token)["data"] == [
        {"name": "c"}
    ]
    table = asked(arm, f"{IPS} | project name | take 1", resultFormat="table")["data"]
    assert table == {"columns": [{"name": "name", "type": "string"}], "rows": [["a"]]}


@pytest.mark.parametrize(
    "query",
    [
        "Nothing | count",
        "Resources | conjure name",
        "Resources | where",
        "Resources | where name == ",
        "Resources | where nosuch(name)",
        "Resources | limit many",
        "Resources | where name == 'a' 'b'",
        "Resources ; drop",
    ],
)
def test_what_is_no_query_is_refused(arm: Arm, query: str) -> None:
    assert arm.refused("POST", URL, {"query": query}) == (400, "BadRequest")


def test_a_column_made_a_text_keeps_its_own_name(arm: Arm) -> None:
    """As Microsoft's starter queries show it: ``properties_storageProfile_osDisk_osType``."""
    query = f"{IPS} | summarize count() by tostring(properties.publicIPAddressVersion)"
    rows = asked(arm, query)["data"]
    assert {name for row in rows for name in row} == {
        "properties_publicIPAddressVersion",
        "count_",
    }
