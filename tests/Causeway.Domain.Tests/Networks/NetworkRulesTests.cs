using System.Collections.Immutable;
using Causeway.Domain.Networks;
using Causeway.Primitives;
using Causeway.Workflows;
using static Causeway.Samples.Networks.NetworkStates;

namespace Causeway.Domain.Tests.Networks;

public sealed class NetworkRulesTests
{
    private static IReadOnlyList<Refusal> Check(string[] space, params Subnet[] subnets) =>
        NetworkRules.Check("office", Prefixes(space), [.. subnets]);

    [Fact]
    public void A_dual_stack_network_with_its_subnets_is_fine() =>
        Assert.Empty(
            Check(
                ["10.0.0.0/16", "192.168.4.0/22", "2001:db8:1::/48"],
                Subnet("a", "10.0.0.0/24", "2001:db8:1:1::/64"),
                Subnet("b", "192.168.4.0/29"),
                GatewaySubnetAt("10.0.255.0/29")
            )
        );

    [Theory]
    [InlineData("0.0.0.0/0")]
    [InlineData("::/0")]
    [InlineData("127.1.0.0/16")]
    [InlineData("169.254.0.0/24")]
    [InlineData("224.0.0.0/8")]
    [InlineData("168.63.129.0/24")]
    [InlineData("fe80::/64")]
    [InlineData("10.0.0.0/30")]
    [InlineData("2001:db8::/65")]
    public void Prefixes_that_no_network_can_have_are_refused(string prefix) => Assert.NotEmpty(Check([prefix]));

    [Fact]
    public void An_empty_address_space_is_refused() => Assert.Equal("InvalidAddressSpace", Assert.Single(Check([])).Code);

    [Fact]
    public void All_problems_are_told_at_once_each_with_its_place()
    {
        IReadOnlyList<Refusal> problems = Check(
            ["10.0.0.0/16", "10.0.1.0/24"],
            Subnet("a", "10.0.0.0/24"),
            Subnet("b", "10.0.0.128/25"),
            Subnet("c", "172.16.0.0/24"),
            Subnet("d", "10.0.9.0/30")
        );
        Assert.Equal(
            ["AddressSpacePrefixesOverlap", "NetcfgSubnetRangesOverlap", "NetcfgInvalidSubnet", "NetcfgInvalidSubnet"],
            problems.Select(p => p.Code)
        );
        Assert.Contains("10.0.0.128/25", problems[1].Message, StringComparison.Ordinal);
        Assert.Equal("properties.subnets[2].properties.addressPrefix", problems[2].Target);
        Assert.Contains("/29 or larger", problems[3].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Subnet_names_are_unique_in_any_case() =>
        Assert.Contains(
            Check(["10.0.0.0/16"], Subnet("a", "10.0.0.0/24"), Subnet("A", "10.0.1.0/24")),
            p => p.Message.Contains("named 'A'")
        );

    [Fact]
    public void Ipv6_subnets_are_64s() =>
        Assert.Contains(
            Check(["10.0.0.0/16", "2001:db8::/48"], Subnet("a", "10.0.0.0/24", "2001:db8::/56")),
            p => p.Message.Contains("/64", StringComparison.Ordinal)
        );

    [Theory]
    [InlineData("Standard", 4)]
    [InlineData("HighPerformance", 8)]
    [InlineData("UltraPerformance", 16)]
    public void A_gateway_size_bounds_the_circuits(string sku, int most)
    {
        var workflow = new VirtualNetworkWorkflow(new NetworkLimits());
        VirtualNetwork network = WithGateway with { Gateway = Placement with { Sku = sku } };
        for (int n = 1; n <= most; n++)
            network = Assert.IsType<Decision<VirtualNetwork>.Move>(workflow.Decide(network, Link(n, $"Location {n}"))).Next;
        var refused = Assert.IsType<Decision<VirtualNetwork>.Refuse>(workflow.Decide(network, Link(most + 1, "Elsewhere")));
        Assert.Contains($"{most} circuits at most", refused.Refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Four_circuits_at_one_location_are_the_most_whatever_the_size()
    {
        var workflow = new VirtualNetworkWorkflow(new NetworkLimits());
        VirtualNetwork network = Linked(4) with { Gateway = Placement with { Sku = "UltraPerformance" } };
        Assert.IsType<Decision<VirtualNetwork>.Refuse>(workflow.Decide(network, Link(5, "amsterdam")));
        Assert.IsType<Decision<VirtualNetwork>.Move>(workflow.Decide(network, Link(5, "Stockholm")));
    }

    [Fact]
    public void A_gateway_is_not_resized_below_its_circuits()
    {
        var workflow = new VirtualNetworkWorkflow(new NetworkLimits());
        VirtualNetwork network = Linked(4) with { Gateway = Placement with { Sku = "HighPerformance" } };
        network = network with { Links = network.Links.Add(new(ConnectionId(5), Circuit(5), "Stockholm")) };
        var refused = Assert.IsType<Decision<VirtualNetwork>.Refuse>(workflow.Decide(network, new PlaceGateway(At, Placement)));
        Assert.Contains("5 circuits", refused.Refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_stored_form_of_every_resource_reads_back_equal()
    {
        Linked(2).RoundTrips(new VirtualNetworkWorkflow(new NetworkLimits()));
        Gateway.RoundTrips(new VirtualNetworkGatewayWorkflow());
        Link1.RoundTrips(new ConnectionWorkflow());
        (Address with { UsedBy = GatewayId }).RoundTrips(new PublicIpAddressWorkflow());
    }

    private static Subnet GatewaySubnetAt(string prefix) => Subnet("GatewaySubnet", prefix);

    /// <summary>All problems of a large network cost what reading it costs; all pairs would be millions, and all messages of them megabytes.</summary>
    [Fact]
    public void A_large_network_is_checked_without_looking_at_all_pairs()
    {
        ImmutableArray<IpPrefix> space = [.. Enumerable.Range(0, 2000).Select(n => IpPrefix.V4((10u << 24) | ((uint)n << 12), 20))];
        ImmutableArray<Subnet> subnets = [.. space.Select((p, n) => new Subnet($"s{n}", [IpPrefix.V4(p.V4Bits, 24)]))];
        Assert.Empty(NetworkRules.Check("net", space, subnets));

        ImmutableArray<Subnet> outside = [.. space.Select((_, n) => new Subnet($"s{n}", [IpPrefix.V4((172u << 24) | ((uint)n << 8), 24)]))];
        IReadOnlyList<Refusal> problems = NetworkRules.Check("net", space, outside);
        Assert.InRange(problems.Count, 1, 50);
        Assert.InRange(problems.Sum(p => p.Message.Length), 1, 50_000);
    }
}

internal static class RoundTrip
{
    /// <summary>Stores a resource through its workflow by a signal that moves it, and compares documents.</summary>
    public static void RoundTrips<T>(this T resource, Workflow<T> workflow)
        where T : class, IResource
    {
        StoredResourceOf(workflow, resource, out var first, out T read);
        StoredResourceOf(workflow, read, out var second, out _);
        Assert.Equal(first, second);
    }

    private static void StoredResourceOf<T>(Workflow<T> workflow, T resource, out string body, out T read)
        where T : class, IResource
    {
        var empty = new Causeway.Workflows.Storage.StoredResource
        {
            Id = resource.Id,
            Type = workflow.Type,
            Body = System.Text.Encoding.UTF8.GetBytes(Document(workflow, resource)),
        };
        read = workflow.Read(empty).Resource;
        body = Document(workflow, read);
        Assert.Equal(resource.StateName, read.StateName);
    }

    private static string Document<T>(Workflow<T> workflow, T resource)
        where T : class, IResource
    {
        var json = (System.Text.Json.Serialization.Metadata.JsonTypeInfo<T>)
            typeof(Workflow<T>)
                .GetProperty("Json", System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic)!
                .GetValue(workflow)!;
        return System.Text.Json.JsonSerializer.Serialize(resource, json);
    }
}
