using System.Text.Json.Nodes;
using Causeway.Api.Networks;

namespace Causeway.Api.Tests.Arm;

/// <summary>Members that no description of the provider has: refused as it refuses them, so that a typing error is seen.</summary>
public sealed class KnownMembersTests(SqliteApi api) : IClassFixture<SqliteApi>
{
    private string Group => $"/subscriptions/{api.CustomerSubscription}/resourceGroups/members";

    private string Network(string version) => $"{Group}/providers/Microsoft.Network/virtualNetworks/v1?api-version={version}";

    private async Task<string> GroupAsync()
    {
        await api.Customer.Put($"{Group}?api-version=2021-04-01", """{"location":"westeurope"}""");
        return Group;
    }

    private const string Network1 = """
        {"location":"westeurope","properties":{"addressSpace":{"addressPrefixes":["10.9.0.0/16"]},
        "subnet":[{"name":"a"}],"subnets":[{"name":"a","properties":{"addressPrefix":"10.9.0.0/24","adressPrefixes":[]}}]}}
        """;

    [Fact]
    public void Every_kind_that_is_named_is_described() => Assert.Empty(NetworkMembers.Read().Undescribed);

    [Fact]
    public async Task A_member_that_does_not_exist_is_refused_with_its_name_and_nothing_is_made()
    {
        await GroupAsync();
        Answer answer = (await api.Customer.Put(Network("2024-01-01"), Network1)).Is(400, "InvalidRequestFormat");
        JsonNode error = answer.Body!["error"]!;
        Assert.Equal("Cannot parse the request.", error["message"]!.ToString());
        Assert.Equal(
            [
                "InvalidJson Could not find member 'subnet' on object of type 'VirtualNetworkPropertiesFormat'. Path 'properties.subnet'.",
                "InvalidJson Could not find member 'adressPrefixes' on object of type 'SubnetPropertiesFormat'. Path 'properties.subnets[0].properties.adressPrefixes'.",
            ],
            error["details"]!.AsArray().Select(d => $"{d!["code"]} {d["message"]}")
        );
        (await api.Customer.Get(Network("2024-01-01"))).Is(404);
    }

    /// <summary>Neither is described as far as these members are known, so that nothing can be said of them.</summary>
    [Theory]
    [InlineData("2017-10-01")]
    [InlineData("2025-07-01")]
    public async Task In_versions_whose_description_is_not_known_it_is_ignored(string version)
    {
        await GroupAsync();
        string url = Network(version).Replace("/v1", $"/v{version}", StringComparison.Ordinal);
        (await api.Customer.Put(url, Network1)).Is(201);
    }

    /// <summary>What a GET shows and what the descriptions have of other versions, read-only members among them, may be sent back in any case of its letters.</summary>
    [Fact]
    public async Task What_was_read_may_be_sent_back()
    {
        string path = $"{await GroupAsync()}/providers/Microsoft.Network/expressRouteCircuits/c1?api-version=2026-01-01";
        (
            await api.Customer.Put(
                path,
                """{"LOCATION":"westeurope","sku":{"name":"Standard_MeteredData","tier":"Standard","family":"MeteredData"},"properties":{"ServiceProviderProperties":{"serviceProviderName":"Equinix","peeringLocation":"Amsterdam","bandwidthInMbps":50}}}"""
            )
        ).Is(201);
        JsonNode read = (await api.Customer.Get(path)).Is(200).Body!;
        (await api.Customer.Put(path, read.ToJsonString())).Is(200);
        read["properties"]!["serviceProviderProperties"]!["bandwith"] = 50;
        Answer refused = (await api.Customer.Put(path, read.ToJsonString())).Is(400, "InvalidRequestFormat");
        Assert.Equal("properties.serviceProviderProperties.bandwith", refused.Body!["error"]!["target"]!.ToString());
    }
}
