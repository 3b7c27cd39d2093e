namespace Causeway.Templates.Tests;

/// <summary>Each function by the examples of its page in ARM's documentation ("… functions for ARM templates").</summary>
public sealed class FunctionTests
{
    [Theory]
    [InlineData("base64('one, two, three')", "\"b25lLCB0d28sIHRocmVl\"")]
    [InlineData("base64ToString('b25lLCB0d28sIHRocmVl')", "\"one, two, three\"")]
    // ARM reads JSON with single quotes, as its documentation writes it.
    [InlineData("base64ToJson(base64('{''one'': ''a'', ''two'': ''b''}'))", """{"one":"a","two":"b"}""")]
    [InlineData("json('{''a'': ''b''}').a", "\"b\"")]
    [InlineData("json('{a: [1, true, null], // c\n b_1: ''it\\''s \"so\"'', }')", """{"a":[1,true,null],"b_1":"it's \"so\""}""")]
    [InlineData("json('{\"x\": \"don''t /* so */\"}').x", "\"don't /* so */\"")]
    [InlineData("json('{''a'': ''b}')", null)]
    [InlineData("json('{a b: 1}')", null)]
    [InlineData("json('nothing')", null)]
    [InlineData("json('/')", null)]
    [InlineData("base64ToJson('eyJvbmUiOiJhIiwidHdvIjoiYiJ9').one", "\"a\"")]
    [InlineData("concat('prefix', '-', 'suffix')", "\"prefix-suffix\"")]
    [InlineData("concat('a', 1)", "\"a1\"")]
    [InlineData("contains('OneTwoThree', 'e')", "true")]
    [InlineData("contains('OneTwoThree', 'z')", "false")]
    [InlineData("dataUri('Hello')", "\"data:text/plain;charset=utf8;base64,SGVsbG8=\"")]
    [InlineData("dataUriToString('data:;base64,SGVsbG8sIFdvcmxkIQ==')", "\"Hello, World!\"")]
    [InlineData("empty('')", "true")]
    [InlineData("endsWith('abcdef', 'ef')", "true")]
    [InlineData("endsWith('abcdef', 'F')", "true")]
    [InlineData("endsWith('abcdef', 'e')", "false")]
    [InlineData("startsWith('abcdef', 'A')", "true")]
    [InlineData("startsWith('abcdef', 'e')", "false")]
    [InlineData("first('One Two Three')", "\"O\"")]
    [InlineData("last('One Two Three')", "\"e\"")]
    [InlineData("format('{0}, {1}. Formatted number: {2:N0}', 'Hello', 'User', 8175133)", "\"Hello, User. Formatted number: 8,175,133\"")]
    [InlineData("indexOf('test', 't')", "0")]
    [InlineData("indexOf('abcdef', 'CD')", "2")]
    [InlineData("indexOf('abcdef', 'z')", "-1")]
    [InlineData("lastIndexOf('test', 't')", "3")]
    [InlineData("lastIndexOf('abcdef', 'AB')", "0")]
    [InlineData("join(createArray('one', 'two', 'three'), ',')", "\"one,two,three\"")]
    [InlineData("json('{\"a\": \"b\"}').a", "\"b\"")]
    [InlineData("json('null')", "null")]
    [InlineData("length('One Two Three')", "13")]
    [InlineData("padLeft('123', 10, '0')", "\"0000000123\"")]
    [InlineData("replace('123-123-1234', '-', '')", "\"1231231234\"")]
    [InlineData("skip('one two three', 4)", "\"two three\"")]
    [InlineData("take('one two three', 2)", "\"on\"")]
    [InlineData("split('one,two,three', ',')", """["one","two","three"]""")]
    [InlineData("split('one;two,three', createArray(',', ';'))", """["one","two","three"]""")]
    [InlineData("string(createArray('a', 1))", "\"[\\\"a\\\",1]\"")]
    [InlineData("string(5)", "\"5\"")]
    [InlineData("string(true())", "\"True\"")]
    [InlineData("substring('one two three', 4, 3)", "\"two\"")]
    [InlineData("toLower('One Two Three')", "\"one two three\"")]
    [InlineData("toUpper('One Two Three')", "\"ONE TWO THREE\"")]
    [InlineData("trim('    one two three   ')", "\"one two three\"")]
    [InlineData(
        "uri('http://contoso.com/resources/', 'nested/azuredeploy.json')",
        "\"http://contoso.com/resources/nested/azuredeploy.json\""
    )]
    [InlineData("uri('http://contoso.org/firstpath', 'myscript.sh')", "\"http://contoso.org/myscript.sh\"")]
    [InlineData(
        "uriComponent('http://contoso.com/resources/nested/azuredeploy.json')",
        "\"http%3A%2F%2Fcontoso.com%2Fresources%2Fnested%2Fazuredeploy.json\""
    )]
    [InlineData(
        "parseUri('https://example.org:8080/a/b?c=d')",
        """{"scheme":"https","host":"example.org","port":8080,"path":"/a/b","query":"?c=d"}"""
    )]
    [InlineData("buildUri(parseUri('https://example.org:8080/a/b?c=d'))", "\"https://example.org:8080/a/b?c=d\"")]
    [InlineData("buildUri(createObject('scheme', 'https', 'host', 'example.org', 'path', 'a b'))", "\"https://example.org/a%20b\"")]
    [InlineData("buildUri(createObject('host', 'example.org'))", null)]
    [InlineData("parseUri('a/b')", null)]
    [InlineData("uriComponentToString('http%3A%2F%2Fcontoso.com')", "\"http://contoso.com\"")]
    // Made by ARM, as others who follow it have recorded it.
    [InlineData("uniqueString('tyeth')", "\"zcztcwvu6iyg6\"")]
    [InlineData(
        "uniqueString('/subscriptions/31e9f9a0-9fd2-4294-a0a3-0101246d9700/resourceGroups/rg-modm201-20230913120256/providers/Microsoft.Compute/virtualMachines/bobjacmodm201')",
        "\"yvjxno3je5on2\""
    )]
    // RFC 9562 version 5 in ARM's namespace, as any other implementation of it makes it.
    [InlineData("guid('a', 'b')", "\"2d796349-8c7e-55ec-9624-54ece82ed031\"")]
    public void Strings(string expression, string? value) => Same(expression, value);

    [Theory]
    [InlineData("array(1)", "[1]")]
    [InlineData("array('efgh')", """["efgh"]""")]
    [InlineData("concat(createArray('1-1'), createArray('2-1', '2-2'))", """["1-1","2-1","2-2"]""")]
    [InlineData("contains(createArray('one', 'two'), 'one')", "true")]
    [InlineData("contains(createObject('one', 'a'), 'ONE')", "true")]
    [InlineData("createArray(1, 2, 3)", "[1,2,3]")]
    [InlineData("createArray()", "[]")]
    [InlineData("empty(createArray())", "true")]
    [InlineData("empty(createObject())", "true")]
    [InlineData("empty(null())", "true")]
    [InlineData("first(createArray('one', 'two'))", "\"one\"")]
    [InlineData("last(createArray('one', 'two'))", "\"two\"")]
    [InlineData("indexOf(createArray('one', 'two', 'three'), 'two')", "1")]
    [InlineData("lastIndexOf(createArray(1, 2, 1), 1)", "2")]
    [InlineData("indexFromEnd(createArray('a', 'b', 'c'), 1)", "\"c\"")]
    [InlineData("tryIndexFromEnd(createArray('a'), 2)", "null")]
    [InlineData("intersection(createArray('one', 'two', 'three'), createArray('two', 'three'))", """["two","three"]""")]
    [InlineData(
        "intersection(createObject('one', 'a', 'three', 'c'), createObject('one', 'a', 'two', 'z', 'three', 'c'))",
        """{"one":"a","three":"c"}"""
    )]
    [InlineData(
        "union(createObject('one', 'a', 'three', 'c1'), createObject('three', 'c2', 'four', 'd'))",
        """{"one":"a","three":"c2","four":"d"}"""
    )]
    // Bicep documentation, "flatten".
    [InlineData(
        "flatten(createArray(createArray('one', 'two'), createArray('three'), createArray('four', 'five')))",
        """["one","two","three","four","five"]"""
    )]
    [InlineData("flatten(createArray())", "[]")]
    [InlineData("flatten(createArray(createArray(createArray(1)), createArray(2)))", "[[1],2]")]
    [InlineData("union(createObject('p', createObject('a', 1)), createObject('p', createObject('b', 2)))", """{"p":{"a":1,"b":2}}""")]
    [InlineData("union(createArray('one', 'two'), createArray('three', 'one'))", """["one","two","three"]""")]
    [InlineData("items(createObject('item002', 2, 'item001', 1))", """[{"key":"item001","value":1},{"key":"item002","value":2}]""")]
    [InlineData("length(createArray('a', 'b', 'c'))", "3")]
    [InlineData("length(createObject('a', 1))", "1")]
    [InlineData("max(createArray(0, 3, 2, 5, 4))", "5")]
    [InlineData("max(0, 3, 2, 5, 4)", "5")]
    [InlineData("min(createArray(0, 3, 2, 5, 4))", "0")]
    [InlineData("min(0, 3)", "0")]
    [InlineData("range(5, 3)", "[5,6,7]")]
    [InlineData("skip(createArray('one', 'two', 'three'), 2)", """["three"]""")]
    [InlineData("take(createArray('one', 'two', 'three'), 2)", """["one","two"]""")]
    [InlineData(
        "createObject('intProp', 1, 'stringProp', 'abc', 'boolProp', true(), 'arrayProp', createArray('a'), 'objectProp', createObject('key1', 'value1'))",
        """{"intProp":1,"stringProp":"abc","boolProp":true,"arrayProp":["a"],"objectProp":{"key1":"value1"}}"""
    )]
    [InlineData("objectKeys(createObject('a', 1, 'b', 2))", """["a","b"]""")]
    [InlineData("shallowMerge(createArray(createObject('a', 1), createObject('a', 2, 'b', 3)))", """{"a":2,"b":3}""")]
    [InlineData("tryGet(createObject('a', createArray(1)), 'a', 0)", "1")]
    [InlineData("tryGet(createObject('a', 1), 'b', 'c')", "null")]
    public void Arrays_and_objects(string expression, string value) => Same(expression, value);

    [Theory]
    [InlineData("and(bool('true'), bool('false'))", "false")]
    [InlineData("or(bool('true'), bool('false'))", "true")]
    [InlineData("not(bool('true'))", "false")]
    [InlineData("bool(1)", "true")]
    [InlineData("bool('False')", "false")]
    [InlineData("if(equals('a', 'a'), 'yes', 'no')", "\"yes\"")]
    [InlineData("if(true(), 'yes', div(1, 0))", "\"yes\"")]
    [InlineData("coalesce(null(), 'b', 'c')", "\"b\"")]
    [InlineData("coalesce(null(), null())", "null")]
    [InlineData("equals(1, 1)", "true")]
    [InlineData("equals('a', 'A')", "false")]
    [InlineData("equals(createArray('a', 'b'), createArray('a', 'b'))", "true")]
    [InlineData("equals(createObject('a', 1), createObject('A', 1))", "true")]
    [InlineData("greater(1, 2)", "false")]
    [InlineData("greater('A', 'a')", "false")]
    [InlineData("greaterOrEquals(2, 2)", "true")]
    [InlineData("less(1, 2)", "true")]
    [InlineData("less('A', 'a')", "true")]
    [InlineData("lessOrEquals(3, 2)", "false")]
    public void Logic_and_comparison(string expression, string value) => Same(expression, value);

    [Theory]
    [InlineData("add(5, 3)", "8")]
    [InlineData("sub(7, 3)", "4")]
    [InlineData("mul(5, 3)", "15")]
    [InlineData("div(8, 3)", "2")]
    [InlineData("mod(7, 3)", "1")]
    [InlineData("int('4')", "4")]
    [InlineData("float('3.0')", "3")]
    [InlineData("add(-5, 3)", "-2")]
    public void Numbers(string expression, string value) => Same(expression, value);

    [Theory]
    [InlineData("dateTimeAdd('2020-04-07 14:53:14Z', 'P3Y')", "\"4/7/2023 2:53:14 PM\"")]
    [InlineData("dateTimeAdd('2020-04-07 14:53:14Z', '-P9D')", "\"3/29/2020 2:53:14 PM\"")]
    [InlineData("dateTimeAdd('2020-04-07 14:53:14Z', 'PT1H')", "\"4/7/2020 3:53:14 PM\"")]
    [InlineData("dateTimeAdd('20200407T145314Z', 'P1M', 'yyyy-MM-dd')", "\"2020-05-07\"")]
    [InlineData("dateTimeFromEpoch(1683040573)", "\"2023-05-02T15:16:13Z\"")]
    [InlineData("dateTimeToEpoch('2023-05-02T15:16:13Z')", "1683040573")]
    public void Dates(string expression, string value) => Same(expression, value);

    [Theory]
    [InlineData(
        "parseCidr('10.144.0.0/20')",
        """{"network":"10.144.0.0","netmask":"255.255.240.0","broadcast":"10.144.15.255","firstUsable":"10.144.0.1","lastUsable":"10.144.15.254","cidr":20}"""
    )]
    [InlineData(
        "parseCidr('fdad:3236:5555::/48')",
        """{"network":"fdad:3236:5555::","netmask":"ffff:ffff:ffff::","firstUsable":"fdad:3236:5555::","lastUsable":"fdad:3236:5555:ffff:ffff:ffff:ffff:ffff","cidr":48}"""
    )]
    [InlineData("cidrSubnet('10.144.0.0/20', 24, 0)", "\"10.144.0.0/24\"")]
    [InlineData("cidrSubnet('10.144.0.0/20', 24, 4)", "\"10.144.4.0/24\"")]
    [InlineData("cidrSubnet('fdad:3236:5555::/48', 52, 1)", "\"fdad:3236:5555:1000::/52\"")]
    [InlineData("cidrHost('10.144.3.0/24', 0)", "\"10.144.3.1\"")]
    [InlineData("cidrHost('fdad:3236:5555:3::/64', 0)", "\"fdad:3236:5555:3::1\"")]
    public void Ranges_of_addresses(string expression, string value) => Same(expression, value);

    [Theory]
    [InlineData("filter(range(0, 10), lambda('i', greater(lambdaVariables('i'), 5)))", "[6,7,8,9]")]
    [InlineData("map(createArray('a', 'b'), lambda('n', toUpper(lambdaVariables('n'))))", """["A","B"]""")]
    [InlineData("map(createArray('a', 'b'), lambda('n', 'i', concat(lambdaVariables('n'), lambdaVariables('i'))))", """["a0","b1"]""")]
    [InlineData("mapValues(createObject('a', 1), lambda('v', add(lambdaVariables('v'), 1)))", """{"a":2}""")]
    [InlineData("reduce(createArray(5, 3, 8), 0, lambda('c', 'n', add(lambdaVariables('c'), lambdaVariables('n'))))", "16")]
    [InlineData("sort(createArray(5, 3, 8), lambda('a', 'b', less(lambdaVariables('a'), lambdaVariables('b'))))", "[3,5,8]")]
    [InlineData(
        "toObject(createArray('x', 'y'), lambda('e', lambdaVariables('e')), lambda('e', length(lambdaVariables('e'))))",
        """{"x":1,"y":1}"""
    )]
    [InlineData("groupBy(createArray('ab', 'ac', 'b'), lambda('e', first(lambdaVariables('e'))))", """{"a":["ab","ac"],"b":["b"]}""")]
    [InlineData(
        "map(createArray(1, 2), lambda('x', map(createArray(10), lambda('y', add(lambdaVariables('x'), lambdaVariables('y'))))))",
        "[[11],[12]]"
    )]
    public void Lambdas(string expression, string value) => Same(expression, value);

    /// <summary>Whatever the lambda answers, the order is one of the items; those of which neither is before the other stay as they stood.</summary>
    [Theory]
    [InlineData("createArray(3, 1, 2), lambda('a', 'b', true())", "[3,1,2]")]
    [InlineData("createArray(3, 1, 2), lambda('a', 'b', false())", "[3,1,2]")]
    [InlineData("createArray(3, 1, 2), lambda('a', 'b', lessOrEquals(lambdaVariables('a'), lambdaVariables('b')))", "[1,2,3]")]
    [InlineData(
        "map(range(0, 18), lambda('i', 7)), lambda('a', 'b', lessOrEquals(lambdaVariables('a'), lambdaVariables('b')))",
        "[7,7,7,7,7,7,7,7,7,7,7,7,7,7,7,7,7,7]"
    )]
    [InlineData(
        "createArray('b1', 'a1', 'b2', 'a2'), lambda('a', 'b', lessOrEquals(first(lambdaVariables('a')), first(lambdaVariables('b'))))",
        """["a1","a2","b1","b2"]"""
    )]
    public void Sorting_is_stable(string arguments, string value) => Same($"sort({arguments})", value);

    [Fact]
    public void A_long_array_is_sorted() =>
        Same("equals(sort(range(0, 10000), lambda('a', 'b', greater(lambdaVariables('a'), lambdaVariables('b'))))[9999], 0)", "true");

    [Theory]
    [InlineData(
        "resourceId('Microsoft.Network/virtualNetworks', 'n')",
        "\"" + Evaluate.Group + "/providers/Microsoft.Network/virtualNetworks/n\""
    )]
    [InlineData(
        "resourceId('other', 'Microsoft.Network/virtualNetworks/subnets', 'n', 's')",
        "\"/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/other/providers/Microsoft.Network/virtualNetworks/n/subnets/s\""
    )]
    [InlineData(
        "resourceId('55555555-5555-5555-5555-555555555555', 'other', 'A.B/c', 'n')",
        "\"/subscriptions/55555555-5555-5555-5555-555555555555/resourceGroups/other/providers/A.B/c/n\""
    )]
    [InlineData(
        "subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'x')",
        "\"/subscriptions/11111111-1111-1111-1111-111111111111/providers/Microsoft.Authorization/roleDefinitions/x\""
    )]
    [InlineData("tenantResourceId('A.B/c', 'n')", "\"/providers/A.B/c/n\"")]
    [InlineData(
        "managementGroupResourceId('mg', 'Microsoft.Authorization/policyDefinitions', 'p')",
        "\"/providers/Microsoft.Management/managementGroups/mg/providers/Microsoft.Authorization/policyDefinitions/p\""
    )]
    [InlineData("extensionResourceId(resourceGroup().id, 'A.B/c', 'n')", "\"" + Evaluate.Group + "/providers/A.B/c/n\"")]
    [InlineData("resourceGroup().tags.a", "\"b\"")]
    [InlineData("subscription().subscriptionId", "\"11111111-1111-1111-1111-111111111111\"")]
    [InlineData("tenant().tenantId", "\"33333333-3333-3333-3333-333333333333\"")]
    public void Ids_and_scopes(string expression, string value) => Same(expression, value);

    [Theory]
    [InlineData("flatten(createArray(1))", "an array of arrays, and finds an item of type 'Integer'")]
    [InlineData("managementGroupResourceId('A.B/c', 'n')", "needs the name of a management group")]
    [InlineData("toLogicalZone('s', 'westeurope', '1')", "regions have no zones")]
    [InlineData("nosuch(1)", "The template function 'nosuch' is not valid")]
    [InlineData("toLower('a', 'b')", "takes 1 argument(s), and is given 2")]
    [InlineData("toLower(1)", "parameter 1 to be a string, and it is of type 'Integer'")]
    [InlineData("variables('x')", "variable 'x' is not found")]
    [InlineData("parameters('x')", "parameter 'x' is not found")]
    [InlineData("utcNow()", "only be used in the default value of a parameter")]
    [InlineData("copyIndex()", "'copyIndex' is not expected at this location")]
    [InlineData("div(1, 0)", "cannot divide by 0")]
    [InlineData("add(9223372036854775807, 1)", "not an integer of 64 bits")]
    [InlineData("createObject('a', 1).b", "property 'b' doesn't exist, available properties are 'a'")]
    [InlineData("createArray(1)[1]", "index '1' is out of bounds")]
    [InlineData("resourceId('A.B/c/d', 'n')", "requires 2 resource name argument(s), and 1 are given")]
    [InlineData("fail('enough')", "enough")]
    [InlineData("format('{0:D999999}', 1)", "more than three digits")]
    [InlineData("range(0, 10001)", "parameter 2 to be an integer from 0 to 10000, and it is 10001.")]
    [InlineData(
        "sort(createArray(3, 1, 2), lambda('a', 'b', 'x'))",
        "'sort' has to answer a boolean, and answers a value of type 'String'"
    )]
    [InlineData("sort(createArray(3, 1, 2), lambda('a', 'b', equals(div(1, 0), 1)))", "cannot divide by 0")]
    [InlineData("sort(createArray(3, 'a', 2), lambda('a', 'b', less(lambdaVariables('a'), lambdaVariables('b'))))", "'less'")]
    [InlineData("cidrHost('10.0.0.0/32', 0)", "finds no host in '10.0.0.0/32': the range has to hold more than one address.")]
    [InlineData("cidrHost('10.0.0.0/24', 254)", "parameter 2 to be an integer from 0 to 253, and it is 254.")]
    [InlineData("cidrSubnet('10.0.0.0/24', 26, 4)", "parameter 3 to be an integer from 0 to 3, and it is 4.")]
    [InlineData("base64ToString('?')", "parameter 1 to be base64, and it is not.")]
    public void What_is_wrong_is_said(string expression, string says) =>
        Assert.Contains(says, Evaluate.Wrong(expression).Message, StringComparison.Ordinal);

    /// <summary>What .NET says of a mistake ends with a full stop already.</summary>
    [Theory]
    [InlineData("format('{1}', 'a')")]
    [InlineData("format('{0:Q}', 1)")]
    [InlineData("json('{')")]
    public void A_sentence_ends_once(string expression) =>
        Assert.DoesNotContain("..", Evaluate.Wrong(expression).Message, StringComparison.Ordinal);

    /// <summary>ARM documentation, "providers": one type, and a namespace; in any case of the letters.</summary>
    [Theory]
    [InlineData("providers('microsoft.network', 'connections').apiVersions[0]", "\"2024-01-01\"")]
    [InlineData("providers('Microsoft.Network').resourceTypes[0].resourceType", "\"connections\"")]
    [InlineData("providers('Microsoft.Web', 'sites')", null)]
    public void Providers_says_what_there_is(string expression, string? value) => Same(expression, value);

    private static void Same(string expression, string? value)
    {
        if (value is null)
            Evaluate.Wrong(expression);
        else
            Assert.Equal(value, Evaluate.Of(expression));
    }
}
