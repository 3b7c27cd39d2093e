using System.Text.Json;
using Causeway.Arm;
using Causeway.Primitives;

namespace Causeway.Api.Tests.Arm;

/// <summary>Reading members: what is right, and what is said about what is not.</summary>
public sealed class BodyReaderTests
{
    private static readonly ArmType s_type = new ArmNamespace("Microsoft.Test", ["2024-01-01"]).Type("things");

    private static BodyReader Read(string json) =>
        new(new BodyContext(s_type, ["westeurope", "eastus"]), JsonDocument.Parse(json).RootElement, "", quiet: false);

    private static Refusal Problem(BodyReader body)
    {
        Assert.NotNull(body.Refusal);
        return body.Refusal;
    }

    [Fact]
    public void Members_are_found_in_any_case_and_null_is_absent()
    {
        BodyReader body = Read("""{"PROPERTIES":{"VlanId":100,"name":null},"unknown":[1]}""");
        BodyReader properties = body.Object("properties", required: true);
        Assert.Equal(100, properties.Integer("vlanId", 1, 4094));
        Assert.Null(properties.String("name"));
        Assert.False(properties.Has("name"));
        Assert.True(properties.Mentions("NAME"));
        Assert.Null(body.Refusal);
    }

    [Theory]
    [InlineData("1", 1)]
    [InlineData("1.0", 1)]
    [InlineData("1e3", 1000)]
    [InlineData("4094", 4094)]
    public void Whole_numbers_in_any_writing_are_whole_numbers(string written, int number)
    {
        BodyReader body = Read($$"""{"n":{{written}}}""");
        Assert.Equal(number, body.Integer("n", 1, 4094));
        Assert.Null(body.Refusal);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("4095")]
    [InlineData("1.5")]
    [InlineData("1e400")]
    [InlineData("99999999999999999999999")]
    [InlineData("\"100\"")]
    [InlineData("true")]
    [InlineData("{}")]
    public void Other_numbers_are_refused_with_member_value_and_right_form(string written)
    {
        BodyReader body = Read($$$"""{"properties":{"vlanId":{{{written}}}}}""");
        Assert.Null(body.Object("properties").Integer("vlanId", 1, 4094));
        Refusal problem = Problem(body);
        Assert.Equal("properties.vlanId", problem.Target);
        Assert.Contains("from 1 to 4094", problem.Message, StringComparison.Ordinal);
        Assert.Contains(written == "{}" ? "an object" : written.Trim('"'), problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_word_is_answered_with_the_known_ones()
    {
        BodyReader body = Read("""{"tier":"gold","family":"METEREDDATA"}""");
        Assert.Equal("MeteredData", body.OneOf("family", ["MeteredData", "UnlimitedData"]));
        Assert.Null(body.OneOf("tier", ["Standard", "Premium"]));
        Assert.Equal("'tier' is 'gold': write one of Standard, Premium.", Problem(body).Message);
    }

    [Theory]
    [InlineData("10.0.0.1/30", "use 10.0.0.0/30")]
    [InlineData("10.0.0.0", "write an IPv4 prefix of length 30")]
    [InlineData("10.0.0.0/24", "write an IPv4 prefix of length 30")]
    [InlineData("2001:db8::/126", "write an IPv4 prefix of length 30")]
    [InlineData("ten", "write an IPv4 prefix of length 30")]
    public void A_wrong_prefix_is_answered_with_the_right_form(string written, string right)
    {
        BodyReader body = Read($$"""{"p":"{{written}}"}""");
        Assert.Null(body.Prefix("p", IpFamily.V4, 30));
        Assert.Equal("InvalidAddressPrefixFormat", Problem(body).Code);
        Assert.Contains(right, Problem(body).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_problems_are_collected_and_those_below_a_wrong_object_are_not_added()
    {
        BodyReader body = Read("""{"sku":7,"properties":{"a":"x","list":[{"n":"no"},3]}}""");
        body.Object("sku", required: true).String("name", required: true);
        BodyReader properties = body.Object("properties");
        properties.Boolean("a");
        foreach (BodyReader item in properties.Objects("list")!)
            item.Integer("n", required: true);
        body.Object("absent").String("x", required: true);
        Assert.Equal(
            ["properties.a", "properties.list[0].n", "properties.list[1]", "sku"],
            Problem(body).Details.Select(d => d.Target).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void Text_that_cannot_be_kept_is_refused()
    {
        BodyReader body = Read("""{"a":"x\u0000y","b":"\ud800","c":"toolong","\udfff":1}""");
        Assert.Null(body.String("a"));
        Assert.Null(body.String("b"));
        Assert.Null(body.String("c", longest: 3));
        Assert.Equal(4, Problem(body).Details.Count);
    }

    [Fact]
    public void References_name_a_resource_of_their_type()
    {
        BodyReader body = Read(
            """
            {"good":{"id":"/subscriptions/s/resourcegroups/g/providers/microsoft.network/routefilters/f"},
             "bad":{"id":"f"},"other":{"id":"/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/n"}}
            """
        );
        Assert.Equal("f", body.Reference("good", "Microsoft.Network/routeFilters")!.Name);
        Assert.Null(body.Reference("bad"));
        Assert.Null(body.Reference("other", "Microsoft.Network/routeFilters"));
        Assert.All(Problem(body).Details, d => Assert.Equal("LinkedInvalidPropertyId", d.Code));
    }

    [Fact]
    public void A_resource_stays_in_its_region()
    {
        Assert.Equal("westeurope", Read("""{"location":"West Europe"}""").Location());
        Assert.Equal("eastus", Read("{}").Location("eastus"));
        BodyReader moved = Read("""{"location":"westeurope"}""");
        Assert.Equal("eastus", moved.Location("eastus"));
        Assert.Equal("InvalidResourceLocation", Problem(moved).Code);
    }

    [Fact]
    public void Problems_are_bounded()
    {
        BodyReader body = Read($$"""{"list":[{{string.Join(',', Enumerable.Repeat("1", 900))}}]}""");
        body.Objects("list");
        Assert.Equal(50, Problem(body).Details.Count);
    }
}
