"""The functions, by the values that Microsoft's reference documents for them."""

from __future__ import annotations

from typing import Any

import pytest

from fakes.templates import SUBSCRIPTION, setting, value
from sandbox.azure.templates.evaluator import said
from sandbox.azure.templates.faults import ExpressionFault
from sandbox.azure.templates.functions.lazy import LAZY
from sandbox.azure.templates.functions.table import TABLE
from sandbox.azure.templates.place import Level, Place
from sandbox.azure.templates.scope import Scope

HERE = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/examplegroup"
THREE = "createArray('one', 'two', 'three')"

DOCUMENTED: dict[str, Any] = {
    # arrays
    "array(1)": [1],
    "array('efgh')": ["efgh"],
    "concat(createArray('1-1', '1-2'), createArray('2-1'))": ["1-1", "1-2", "2-1"],
    "concat('vm', 3)": "vm3",
    "contains('OneTwoThree', 'e')": True,
    "contains('OneTwoThree', 'z')": False,
    "contains(createObject('one', 'a'), 'ONE')": True,
    f"contains({THREE}, 'four')": False,
    "createArray()": [],
    "empty('')": True,
    "empty(null())": True,
    f"first({THREE})": "one",
    "first('One Two Three')": "O",
    "flatten(createArray(createArray('one', 'two'), createArray('three')))": [
        "one",
        "two",
        "three",
    ],
    "indexOf('abcd', 'CD')": 2,
    "indexOf('test', 't')": 0,
    "lastIndexOf('test', 't')": 3,
    "lastIndexOf('abcdef', 'AB')": 0,
    "indexOf('abcdef', 'z')": -1,
    "indexOf(createArray('a', 'b', 'a'), 'a')": 0,
    "lastIndexOf(createArray('a', 'b', 'a'), 'a')": 2,
    f"intersection({THREE}, createArray('two', 'three'))": ["two", "three"],
    "last('One Two Three')": "e",
    "length('One Two Three')": 13,
    "max(0, 3, 2, 5, 4)": 5,
    "min(createArray(0, 3, 2, 5, 4))": 0,
    "range(5, 3)": [5, 6, 7],
    f"skip({THREE}, 2)": ["three"],
    "skip('one two three', 4)": "two three",
    f"take({THREE}, 2)": ["one", "two"],
    "take('one two three', 2)": "on",
    "union(createArray('one', 'two', 'three'), createArray('three', 'four'))": [
        "one",
        "two",
        "three",
        "four",
    ],
    # objects
    'union(json(\'{"a": {"x": 1, "y": [1, 2]}}\'), json(\'{"a": {"y": [3, 4]}}\'))': {
        "a": {"x": 1, "y": [3, 4]}
    },
    "intersection(createObject('one', 'a', 'two', 'b'), createObject('one', 'a', 'two', 'z'))": {
        "one": "a"
    },
    "items(createObject('item002', 200, 'item001', 300))": [
        {"key": "item001", "value": 300},
        {"key": "item002", "value": 200},
    ],
    "json('null')": None,
    "json('[1,2,3]')": [1, 2, 3],
    "objectKeys(createObject('a', 1, 'b', 2))": ["a", "b"],
    "shallowMerge(createArray(createObject('a', 1), createObject('a', 2)))": {"a": 2},
    "tryGet(createObject('a', createArray(1)), 'a', 0)": 1,
    "tryGet(createObject('a', 1), 'b')": None,
    "tryIndexFromEnd(createArray(1, 2), 3)": None,
    "indexFromEnd(createArray(1, 2), 1)": 2,
    # strings
    "base64('one, two, three')": "b25lLCB0d28sIHRocmVl",
    "base64ToString('b25lLCB0d28sIHRocmVl')": "one, two, three",
    "base64ToJson('eydvbmUnOiAnYScsICd0d28nOiAnYid9')": {"one": "a", "two": "b"},
    "dataUri('Hello')": "data:text/plain;charset=utf8;base64,SGVsbG8=",
    "dataUriToString('data:;base64,SGVsbG8sIFdvcmxkIQ==')": "Hello, World!",
    "startsWith('abcdef', 'AB')": True,
    "endsWith('abcdef', 'EF')": True,
    "endsWith('abcdef', 'e')": False,
    "format('{0}, {1}. Formatted number: {2:N0}', 'Hello', 'User', 8175133)": (
        "Hello, User. Formatted number: 8,175,133"
    ),
    "format('{0:D4}-{1,5}-{{}}', 7, 'ab')": "0007-   ab-{}",
    "join(createArray('one', 'two'), ';')": "one;two",
    "padLeft(123, 10, '0')": "0000000123",
    "replace('123-123-1234', '1234', 'xxxx')": "123-123-xxxx",
    "split('one;two,three', createArray(',', ';'))": ["one", "two", "three"],
    "string(createObject('valueA', 10, 'valueB', 'Example Text'))": (
        '{"valueA":10,"valueB":"Example Text"}'
    ),
    "string(createArray('a', 'b', 'c'))": '["a","b","c"]',
    "string(true())": "True",
    "substring('one two three', 4, 3)": "two",
    "toUpper('One Two Three')": "ONE TWO THREE",
    "trim('    one two three   ')": "one two three",
    "uri('http://contoso.org/firstpath/', 'myscript.sh')": (
        "http://contoso.org/firstpath/myscript.sh"
    ),
    "uri('http://contoso.org/firstpath', 'myscript.sh')": "http://contoso.org/myscript.sh",
    "uriComponent('http://contoso.com/resources/nested/azuredeploy.json')": (
        "http%3A%2F%2Fcontoso.com%2Fresources%2Fnested%2Fazuredeploy.json"
    ),
    # numbers
    "add(5, 3)": 8,
    "div(8, 3)": 2,
    "div(-8, 3)": -2,
    "mod(7, 3)": 1,
    "mul(5, 3)": 15,
    "sub(7, 3)": 4,
    "int('4')": 4,
    # comparison: strings as the reference's examples have them
    "greater('A', 'a')": True,
    "less('A', 'a')": False,
    "lessOrEquals(1, 2)": True,
    "greaterOrEquals('A', 'a')": True,
    "equals(createObject('a', 'b'), createObject('a', 'b'))": True,
    "equals('a', 'A')": False,
    "equals(1, true())": False,
    "coalesce(null(), null(), 'default')": "default",
    # logical
    "bool('true')": True,
    "bool(0)": False,
    "and(bool('true'), bool('false'))": False,
    "or(bool('true'), bool('false'))": True,
    "not(equals(1, 2))": True,
    "if(equals('a', 'a'), 'yes', fail('never evaluated'))": "yes",
    # dates
    "dateTimeAdd('2020-04-07 14:53:14Z', 'P3Y')": "4/7/2023 2:53:14 PM",
    "dateTimeAdd('2020-04-07 14:53:14Z', '-P9D')": "3/29/2020 2:53:14 PM",
    "dateTimeAdd('2020-04-07 14:53:14Z', 'PT1H')": "4/7/2020 3:53:14 PM",
    "dateTimeAdd('20200131T000000Z', 'P1M', 'yyyy-MM-dd')": "2020-02-29",
    "dateTimeFromEpoch(1683040573)": "2023-05-02T15:16:13Z",
    "dateTimeToEpoch('2023-05-02T15:16:13Z')": 1683040573,
    # CIDR
    "parseCidr('10.144.0.0/20')": {
        "network": "10.144.0.0",
        "netmask": "255.255.240.0",
        "broadcast": "10.144.15.255",
        "firstUsable": "10.144.0.1",
        "lastUsable": "10.144.15.254",
        "cidr": 20,
    },
    "parseCidr('fdad:3236:5555::/48').lastUsable": "fdad:3236:5555:ffff:ffff:ffff:ffff:ffff",
    "cidrSubnet('10.144.0.0/20', 24, 4)": "10.144.4.0/24",
    "cidrSubnet('10.0.0.0/16', 24, 0)": "10.0.0.0/24",
    "cidrSubnet('fdad:3236:5555::/48', 52, 4)": "fdad:3236:5555:4000::/52",
    "cidrHost('10.144.3.0/24', 0)": "10.144.3.1",
    "cidrHost('fdad:3236:5555:3000::/52', 4)": "fdad:3236:5555:3000::5",
    # lambdas
    "filter(range(0, 10), lambda('i', equals(0, mod(lambdaVariables('i'), 2))))": [0, 2, 4, 6, 8],
    "map(createArray(createObject('name', 'Evie')), lambda('d', lambdaVariables('d').name))": [
        "Evie"
    ],
    "reduce(createArray(5, 3, 2, 8), 1, lambda('c', 'n', add(lambdaVariables('c'), "
    "lambdaVariables('n'))))": 19,
    "sort(createArray(5, 3, 2), lambda('a', 'b', less(lambdaVariables('a'), "
    "lambdaVariables('b'))))": [2, 3, 5],
    "toObject(createArray('x', 'y'), lambda('e', lambdaVariables('e')))": {"x": "x", "y": "y"},
    "toObject(createArray('x'), lambda('e', lambdaVariables('e')), lambda('e', 1))": {"x": 1},
    "groupBy(createArray('foo', 'bar', 'baz'), lambda('x', substring(lambdaVariables('x'), 0, "
    "1)))": {"f": ["foo"], "b": ["bar", "baz"]},
    "mapValues(createObject('a', 'x'), lambda('v', toUpper(lambdaVariables('v'))))": {"a": "X"},
    # ids
    "resourceId('Microsoft.Storage/storageAccounts', 'examplestorage')": (
        f"{HERE}/providers/Microsoft.Storage/storageAccounts/examplestorage"
    ),
    "resourceId('otherResourceGroup', 'Microsoft.Storage/storageAccounts', 'examplestorage')": (
        f"/subscriptions/{SUBSCRIPTION}/resourceGroups/otherResourceGroup/providers/"
        "Microsoft.Storage/storageAccounts/examplestorage"
    ),
    "resourceId('22222222-2222-2222-2222-222222222222', 'other', 'Microsoft.Storage/sa', 'x')": (
        "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/other/providers/"
        "Microsoft.Storage/sa/x"
    ),
    "resourceId('Microsoft.SQL/servers/databases', 'serverName', 'databaseName')": (
        f"{HERE}/providers/Microsoft.SQL/servers/serverName/databases/databaseName"
    ),
    "subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'r')": (
        f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/r"
    ),
    "tenantResourceId('Microsoft.Authorization/policyDefinitions', 'p')": (
        "/providers/Microsoft.Authorization/policyDefinitions/p"
    ),
    "managementGroupResourceId('mg', 'Microsoft.Authorization/policyDefinitions', 'p')": (
        "/providers/Microsoft.Management/managementGroups/mg/providers/"
        "Microsoft.Authorization/policyDefinitions/p"
    ),
    "extensionResourceId(resourceGroup().id, 'Microsoft.Authorization/locks', 'lock')": (
        f"{HERE}/providers/Microsoft.Authorization/locks/lock"
    ),
    "pickZones('Microsoft.Compute', 'virtualMachines', 'westus2')": ["1"],
    "pickZones('Microsoft.Compute', 'virtualMachines', 'West US 2', 3, 1)": ["2", "3", "1"],
    "pickZones('Microsoft.Compute', 'virtualMachines', 'northcentralus')": [],
    "pickZones('Microsoft.Cdn', 'profiles', 'westus2')": [],
    # names out of hashes
    "guid('a', 'b')": "2d796349-8c7e-55ec-9624-54ece82ed031",
    # azapi, Microsoft's provider for Terraform, publishes this one as Azure's
    "uniqueString('/subscriptions/00000000-0000-0000-0000-000000000000', 'resource-id')": (
        "cwvxuqg24sifi"
    ),
    "sys.concat('a', 'b')": "ab",
    "TOLOWER('A')": "a",
}


@pytest.mark.parametrize("expression", DOCUMENTED)
def test_documented_value(expression: str) -> None:
    assert value(expression) == DOCUMENTED[expression]


WRONG = {
    "nosuch(1)": "The template function 'nosuch' is not valid.",
    "substring('1234567890', 0, 11)": (
        "The index and length parameters must refer to a location within the string. The index "
        "parameter: '0', the length parameter: '11', the length of the string parameter: '10'."
    ),
    "createObject('a')": "even number of parameters",
    "concat('a', createArray())": "expects its parameter to be of type 'Array'",
    "toLower(1)": "expects its parameter to be of type 'String'. The provided value is of type",
    "add(1, '2')": "expects its parameter to be of type 'Integer'",
    "div(1, 0)": "divide by zero",
    "length(1, 2)": "requires exactly '1' argument(s) while '2' were provided",
    "createArray(1)[2]": "The language expression property array index '2' is out of bounds.",
    "createObject('a', 1, 'b', 2).c": (
        "The language expression property 'c' doesn't exist, available properties are 'a, b'."
    ),
    "split('a', ',').b": "The language expression property 'b' can't be evaluated.",
    "variables('x')": "The template function 'variables' is not expected at this location.",
    "parameters('x')": "The template parameter 'x' is not found.",
    "copyIndex()": "The function can only be used in a resource with copy specified.",
    "newGuid()": "The template function 'newGuid' is not expected at this location.",
    "utcNow()": "The template function 'utcNow' is not expected at this location.",
    "lambda('x', 1)": "can only be given to filter",
    "map(createArray(1), 1)": "expects a lambda",
    "range(0, 10001)": "between '0' and '10000'",
    "cidrSubnet('10.0.0.0/16', 8, 0)": "expects a new CIDR between '16' and '32'",
    "cidrSubnet('10.0.0.0/16', 17, 2)": "outside of the network",
    "cidrHost('10.0.0.0/30', 2)": "outside of the network",
    "parseCidr('10.0.0.0/99')": "CIDR notation",
    "int('x')": "cannot convert provided value 'x' to integer value",
    "json('{')": "cannot be parsed to JSON",
    "format('{1}', 'a')": "Index (zero based)",
    "fail('on purpose')": "on purpose",
    "resourceId('Microsoft.SQL/servers/databases', 'one')": "requires '2' resource name",
    "concat('a'": "expected token 'RightParenthesis' and actual 'EndOfData'",
    " ": "expected token 'Identifier' and actual 'EndOfData'",
    "concat('a') 'b'": "expected token 'EndOfData' and actual 'StringLiteral'",
    "1 ? 2": "unexpected character '?'",
}


@pytest.mark.parametrize("expression", WRONG)
def test_refused(expression: str) -> None:
    with pytest.raises(ExpressionFault) as fault:
        value(expression)
    assert WRONG[expression] in fault.value.message


def test_every_function_of_the_reference_is_there() -> None:
    listed = (
        "any array base64 base64ToJson base64ToString bool cidrHost cidrSubnet coalesce concat "
        "contains copyIndex createArray createObject dataUri dataUriToString dateTimeAdd "
        "dateTimeFromEpoch dateTimeToEpoch deployer deployment div empty endsWith environment "
        "equals extensionResourceId false fail filter first flatten float format greater "
        "greaterOrEquals groupBy guid if indexFromEnd indexOf int intersection items join json "
        "lambda lambdaVariables last lastIndexOf length less lessOrEquals managementGroup "
        "managementGroupResourceId map mapValues max min mod mul newGuid not null objectKeys or "
        "padLeft parameters parseCidr pickZones providers range reduce reference references "
        "replace resourceGroup resourceId shallowMerge skip sort split startsWith string sub "
        "subscription subscriptionResourceId substring take tenant tenantResourceId toLower "
        "toObject toUpper trim true tryGet tryIndexFromEnd union uniqueString uri uriComponent "
        "uriComponentToString utcNow variables add and"
    )
    missing = {name for name in listed.split() if name.lower() not in {**TABLE, **LAZY}}
    assert missing == {"any"}  # of Bicep only


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        (Level.SUBSCRIPTION, f"/subscriptions/{SUBSCRIPTION}/providers/A.B/c/d"),
        (Level.TENANT, "/providers/A.B/c/d"),
        (Level.MANAGEMENT_GROUP, "/providers/A.B/c/d"),
    ],
)
def test_resource_id_at_other_scopes(level: Level, expected: str) -> None:
    place = Place(level, SUBSCRIPTION if level is Level.SUBSCRIPTION else "", "", "mg")
    assert said("[resourceId('A.B/c', 'd')]", Scope(setting(place))) == expected


def test_an_escaped_bracket_is_text() -> None:
    assert said("[[concat('a')]", Scope(setting())) == "[concat('a')]"
    assert said("[not an expression", Scope(setting())) == "[not an expression"


def test_a_quote_in_a_string_is_doubled() -> None:
    assert value("concat('it''s')") == "it's"


def test_properties_in_any_casing() -> None:
    assert value("parameters('O').NAME", o={"name": 1}) == 1
