using System.Text.Json.Nodes;

namespace Causeway.Api.Tests.Networks;

/// <summary>Clients that compare what they sent with what they read find it again; what would mean something and cannot be had is refused by its name.</summary>
public sealed class ReadBackTests(SqliteApi api) : IClassFixture<SqliteApi>
{
    [Theory]
    [InlineData("virtualNetworks", """{"addressSpace":{"addressPrefixes":["10.1.0.0/16"]}}""", "enableVmProtection", "true")]
    [InlineData("virtualNetworks", """{"addressSpace":{"addressPrefixes":["10.1.0.0/16"]}}""", "flowTimeoutInMinutes", "10")]
    [InlineData(
        "virtualNetworks",
        """{"addressSpace":{"addressPrefixes":["10.1.0.0/16"]}}""",
        "bgpCommunities",
        """{"virtualNetworkCommunity":"12076:20000"}"""
    )]
    [InlineData("publicIPAddresses", "{}", "dnsSettings", """{"domainNameLabel":"office"}""")]
    [InlineData("publicIPAddresses", "{}", "ipTags", """[{"ipTagType":"FirstPartyUsage","tag":"SQL"}]""")]
    [InlineData("publicIPAddresses", "{}", "deleteOption", "\"Delete\"")]
    public async Task What_means_nothing_here_is_kept(string type, string properties, string member, string value)
    {
        string group = await GroupAsync();
        string url = $"{group}/providers/Microsoft.Network/{type}/kept?api-version=2024-01-01";
        JsonObject sent = JsonNode.Parse(properties)!.AsObject();
        sent[member] = JsonNode.Parse(value);
        string body = new JsonObject { ["location"] = "westeurope", ["properties"] = sent }.ToJsonString();
        (await api.Customer.Put(url, body)).Is(201);
        Answer read = (await api.Customer.Get(url)).Is(200);
        Assert.Equal(value, read.Body!["properties"]![member]!.ToJsonString());
        // The same again changes nothing.
        string etag = read.Body["etag"]!.ToString();
        Assert.Equal(etag, (await api.Customer.Put(url, read.Text)).Is(200).Body!["etag"]!.ToString());
    }

    [Theory]
    [InlineData("virtualNetworks", "ddosProtectionPlan")]
    [InlineData("publicIPAddresses", "publicIPPrefix")]
    public async Task What_would_mean_something_is_refused_by_name(string type, string member)
    {
        string group = await GroupAsync();
        Answer refused = await api.Customer.Put(
            $"{group}/providers/Microsoft.Network/{type}/refused?api-version=2024-01-01",
            $$"""{"location":"westeurope","properties":{"{{member}}":{"id":"/x"} } }"""
        );
        Assert.Equal(("NotSupported", 400), (refused.Error, refused.Code));
        Assert.Contains(member, refused.Text, StringComparison.Ordinal);
    }

    /// <summary>Terraform's azurerm sends what is not there as an empty text or list.</summary>
    [Fact]
    public async Task What_is_sent_empty_is_not_there()
    {
        string network = $"{await GroupAsync()}/providers/Microsoft.Network";
        const string Q = "?api-version=2025-01-01";
        (
            await api.Customer.Put(
                $"{network}/expressRouteCircuits/c1{Q}",
                """
                {"location":"westeurope","sku":{"name":"Standard_MeteredData","tier":"Standard","family":"MeteredData"},"properties":{"authorizationKey":"",
                "serviceProviderProperties":{"serviceProviderName":"Equinix","peeringLocation":"Amsterdam","bandwidthInMbps":50}}}
                """
            )
        ).Is(201);
        (
            await api.Customer.Put(
                $"{network}/virtualNetworks/v1{Q}",
                """
                {"location":"westeurope","properties":{"addressSpace":{"addressPrefixes":["10.1.0.0/16"]},"ipAllocations":[],
                "subnets":[{"name":"a","properties":{"addressPrefix":"10.1.1.0/24","serviceEndpointPolicies":[],"ipAllocations":[]}}]}}
                """
            )
        ).Is(201);
        (
            await api.Customer.Put(
                $"{network}/virtualNetworks/v1/subnets/b{Q}",
                """{"properties":{"addressPrefix":"10.1.2.0/24","serviceEndpointPolicies":[],"serviceEndpoints":[],"delegations":[]}}"""
            )
        ).Is(201);
    }

    [Fact]
    public async Task A_circuit_shows_its_order_as_it_was_written()
    {
        string group = await GroupAsync();
        string url = $"{group}/providers/Microsoft.Network/expressRouteCircuits/c1?api-version=2026-01-01";
        const string Body = """
            {"location":"westeurope","sku":{"tier":"Standard","family":"MeteredData"},"properties":{
            "serviceProviderProperties":{"serviceProviderName":"equinix","peeringLocation":"amsterdam","bandwidthInMbps":50}}}
            """;
        (await api.Customer.Put(url, Body)).Is(201);
        JsonNode read = (await api.Customer.Get(url)).Is(200).Body!["properties"]!;
        Assert.Equal("equinix", read["serviceProviderProperties"]!["serviceProviderName"]!.ToString());
        Assert.Equal("amsterdam", read["serviceProviderProperties"]!["peeringLocation"]!.ToString());
        Assert.Equal("Standard", read["resiliencyLevel"]!.ToString());
        // An old version has none of what came after it.
        JsonNode old = (await api.Customer.Get(url.Replace("2026-01-01", "2018-04-01", StringComparison.Ordinal))).Is(200).Body![
            "properties"
        ]!;
        Assert.All(["resiliencyLevel", "stag", "allowGlobalReach", "globalReachEnabled"], m => Assert.Null(old[m]));
    }

    private async Task<string> GroupAsync()
    {
        string group = $"/subscriptions/{api.CustomerSubscription}/resourceGroups/rg-{Guid.NewGuid():N}";
        (await api.Customer.Put($"{group}?api-version=2022-09-01", """{"location":"westeurope"}""")).Is(201);
        return group;
    }
}
