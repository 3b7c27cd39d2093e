using Causeway.Testing;

namespace Causeway.Api.Tests.InternetPeering;

/// <summary>A network that peers with the route server of somebody else's exchange, of which PeeringDB knows the as-set of its members.</summary>
public sealed class RouteServerPeer : ExchangeServer
{
    protected override string OfExchange => "    routeServers: [{ asn: 64999, addresses: [127.80.0.251] }]\n";

    protected override string PeeringDb =>
        """
            {"net":{"data":[{"id":1,"name":"Route server","asn":64999,"irr_as_set":"AS-AT-RS","status":"ok"}]},
            "ix":{"data":[{"id":26,"name":"AMS-IX","city":"Amsterdam","country":"NL"}]},
            "ixlan":{"data":[{"id":26,"ix_id":26}]},
            "netixlan":{"data":[{"id":1,"net_id":1,"ix_id":26,"ixlan_id":26,"asn":64999,"ipaddr4":"127.80.0.251","speed":10000,"operational":true}]}}
            """;
}

/// <summary>What a route server of others gives is many networks' prefixes, each with its member's path and next hop.</summary>
public sealed class RouteServerPeerTests(RouteServerPeer api) : IClassFixture<RouteServerPeer>
{
    private const int Each = 40;

    [Fact]
    public async Task The_prefixes_of_all_members_of_its_as_set_are_taken_and_nobody_elses()
    {
        api.Gather("AS-AT-RS", "AS64701", "AS-BEHIND-RS");
        api.Gather("AS-BEHIND-RS", "AS64702");
        for (int i = 0; i < Each; i++)
        {
            api.Register($"11.220.{i}.0/24", 64701);
            api.Register($"11.221.{i}.0/24", 64702);
            api.Register($"11.222.{i}.0/24", 64703);
        }
        await api.KnowsAsync($"11.222.{Each - 1}.0/24", 64703);
        await using var server = new ExchangeBird(
            64999,
            "127.80.0.251",
            api.BgpPort,
            [.. Enumerable.Range(0, Each).SelectMany(i => (string[])[$"11.220.{i}.0/24", $"11.221.{i}.0/24", $"11.222.{i}.0/24"])],
            """
            if net ~ [11.220.0.0/16+] then { bgp_path.prepend(64701); bgp_next_hop = 127.80.0.71; }
            if net ~ [11.221.0.0/16+] then { bgp_path.prepend(64702); bgp_next_hop = 127.80.0.72; }
            if net ~ [11.222.0.0/16+] then { bgp_path.prepend(64703); bgp_next_hop = 127.80.0.73; }
            """,
            isRouteServer: true
        );
        string table = await Eventually.Get(
            () => api.TableAsync("127.80.0.251"),
            t => Count(t, "ams-x1 11.2", " None") == 2 * Each && Count(t, "ams-x2 11.2", " None") == 2 * Each,
            "both routers have what the members of the as-set originate",
            TimeSpan.FromSeconds(90)
        );
        Assert.Equal(2 * Each, Count(table, "11.222.", " NotRegistered"));
        Assert.DoesNotContain(
            table.Split("; "),
            r => r.Contains("11.222.", StringComparison.Ordinal) && r.EndsWith(" None", StringComparison.Ordinal)
        );
    }

    private static int Count(string table, string has, string end) =>
        table.Split("; ").Count(r => r.Contains(has, StringComparison.Ordinal) && r.EndsWith(end, StringComparison.Ordinal));
}
