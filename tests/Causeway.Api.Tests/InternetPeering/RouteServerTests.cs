using Causeway.Api.Tests.Road;
using Causeway.Testing;

namespace Causeway.Api.Tests.InternetPeering;

/// <summary>A server whose operator runs an exchange with a route server (AS 64555), and whose network peers with the route server of another exchange (AS 64999).</summary>
public sealed class RouteServerOperator : ExchangeServer
{
    public const uint Asn = 64555;
    public const string Address = "127.83.0.1";

    protected override string MoreExchanges =>
        $$"""
              - name: Our-IX
                location: Amsterdam
                peeringDbIxId: 9001
                lans: [127.83.0.0/24]
                routeServer: { asn: {{Asn}}, addresses: [{{Address}}] }
                legacy: [{ asn: 64604, addresses: [127.83.0.104] }]
                validation: { {{Validation}} }

            """;

    protected override string OfExchange => "    routeServers: [{ asn: 64999, addresses: [127.80.0.250] }]\n";
}

/// <summary>
/// Members of an exchange that Causeway runs, each with a real BIRD: they join by the walk or by the topology, and what each of them is told stands in its own table.
/// </summary>
public sealed class RouteServerTests(RouteServerOperator api) : IClassFixture<RouteServerOperator>
{
    private PeerAtExchange Member(uint asn, int host) => new(api, asn, host, 9001, "127.83.0");

    private ExchangeBird Bird(PeerAtExchange member, string[] announce, string export = "") =>
        new(
            member.Asn,
            member.Address,
            api.BgpPort,
            announce,
            export,
            neighborAsn: RouteServerOperator.Asn,
            neighbors: RouteServerOperator.Address
        );

    [Fact]
    public async Task Members_join_by_the_walk_and_steer_with_communities()
    {
        PeerAtExchange one = Member(64601, 101),
            two = Member(64602, 102),
            three = Member(64603, 103);
        foreach (
            (string prefix, uint asn) in (((string, uint)[])[("11.211.0.0/24", 64601), ("11.212.0.0/24", 64602), ("11.213.0.0/24", 64603)])
        )
        {
            api.Register(prefix, asn);
            await api.KnowsAsync(prefix, asn);
        }
        api.Sign("11.212.0.0/24", 64602);
        await using ExchangeBird first = Bird(
            one,
            ["11.211.0.0/24", "11.219.0.0/24"],
            "bgp_med = 17; bgp_community.add((64601,7)); bgp_community.add((0,64603)); bgp_community.add((65502,64602));"
        );
        await using ExchangeBird second = Bird(two, ["11.212.0.0/24"]);
        await using ExchangeBird third = Bird(three, ["11.213.0.0/24"]);
        foreach (PeerAtExchange member in (PeerAtExchange[])[one, two, three])
            await member.StartedAsync();

        // Under DENY ALL nobody is told anything.
        await two.IsAsync("Active");
        await three.IsAsync("Active");
        await one.IsAsync("ProvisioningFailed");
        Assert.Equal("Registered", await one.FailedAsync());
        string early = await second.RoutesAsync();
        Assert.DoesNotContain("11.211.0.0/24", early, StringComparison.Ordinal);

        // It mends its side, and is let in.
        first.Configure(
            64601,
            ["11.211.0.0/24"],
            "bgp_med = 17; bgp_community.add((64601,7)); bgp_community.add((0,64603)); bgp_community.add((65502,64602));"
        );
        await first.ReconfigureAsync();
        (await one.PeerAsync("retry")).Is(200);
        await one.IsAsync("Active");

        // As the member sent it, with the member in front as often as it asked for, and without what was for the server.
        string told = await Eventually.Get(
            () => second.AskAsync("show", "route", "11.211.0.0/24", "all"),
            r => r.Contains("BGP.as_path", StringComparison.Ordinal),
            "the second member has the first one's route"
        );
        Assert.Contains("BGP.as_path: 64601 64601 64601\n", told, StringComparison.Ordinal);
        Assert.Contains("BGP.next_hop: 127.83.0.101\n", told, StringComparison.Ordinal);
        Assert.Contains("BGP.med: 17\n", told, StringComparison.Ordinal);
        Assert.Contains("BGP.community: (64601,7)\n", told, StringComparison.Ordinal);
        Assert.Contains($"({RouteServerOperator.Asn}, 1000, 2)", told, StringComparison.Ordinal);
        string signed = await Eventually.Get(
            () => third.AskAsync("show", "route", "11.212.0.0/24", "all"),
            r => r.Contains($"({RouteServerOperator.Asn}, 1000, 1)", StringComparison.Ordinal),
            "the third member is told that a ROA allows the second one's route"
        );
        Assert.Contains("BGP.as_path: 64602\n", signed, StringComparison.Ordinal);
        Assert.Contains(
            $"\"{RouteServerOperator.Asn}:1000:1\"",
            (await api.Customer.Get($"{three.Path}/announcedRoutes?api-version={ExchangeServer.V}")).Is(200).Text,
            StringComparison.Ordinal
        );
        // And what was kept from it the third has not, nor has anybody our own networks.
        string kept = await third.RoutesAsync();
        Assert.DoesNotContain("11.211.0.0/24", kept, StringComparison.Ordinal);
        Assert.DoesNotContain("192.88.99.0/24", kept, StringComparison.Ordinal);

        // The looking glass of a member: what was taken, refused, and told.
        first.Configure(64601, ["11.211.0.0/24", "11.219.0.0/24"]);
        await first.ReconfigureAsync();
        await Eventually.Get(
            () => api.TableAsync(one.Address),
            t => t == "our-ix-rs 11.211.0.0/24 None; our-ix-rs 11.219.0.0/24 NotRegistered",
            "one is taken, the other refused"
        );
        await Eventually.Get(
            async () => (await api.Customer.Get($"{two.Path}/announcedRoutes?api-version={ExchangeServer.V}")).Is(200).Text,
            t =>
                t.Contains("11.211.0.0/24", StringComparison.Ordinal)
                && t.Contains("\"asPath\":\"64601\"", StringComparison.Ordinal)
                && t.Contains("11.213.0.0/24", StringComparison.Ordinal)
                && !t.Contains("11.219.0.0/24", StringComparison.Ordinal),
            "what the second is told"
        );

        // Another route of one member is let in: nobody else's session or routes are touched.
        DateTimeOffset[] since = await SinceAsync(one, two, three);
        api.Register("11.219.0.0/24", 64601);
        await Eventually.Get(
            () => api.TableAsync(one.Address),
            t => t == "our-ix-rs 11.211.0.0/24 None; our-ix-rs 11.219.0.0/24 None",
            "its filter is what the registries say",
            TimeSpan.FromSeconds(60)
        );
        await Eventually.Get(third.RoutesAsync, r => r.Contains("11.219.0.0/24", StringComparison.Ordinal), "the others have it");
        Assert.Equal(since, await SinceAsync(one, two, three));

        // One leaves: the others are told that its routes are about to go (RFC 8326), and then that they have gone.
        (await one.OperatorAsync("deprovision")).Is(200);
        await Eventually.Get(
            () => third.AskAsync("show", "route", "11.211.0.0/24", "all"),
            r => r.Contains("(65535,0)", StringComparison.Ordinal),
            "the third member is told that the first one leaves"
        );
        await Eventually.Get(
            third.RoutesAsync,
            r => !r.Contains("11.211.0.0/24", StringComparison.Ordinal),
            "its routes have gone",
            TimeSpan.FromSeconds(60)
        );
    }

    private async Task<DateTimeOffset[]> SinceAsync(params PeerAtExchange[] members)
    {
        var since = new List<DateTimeOffset>();
        foreach (PeerAtExchange member in members)
            since.Add(Assert.Single(await api.SessionsAsync(member.Address)).Since);
        return [.. since];
    }

    [Fact]
    public async Task A_path_that_an_aspa_forbids_is_told_to_no_member()
    {
        const string Good = "11.233.0.0/24",
            Leaked = "11.233.1.0/24",
            Other = "11.234.0.0/24";
        PeerAtExchange one = Member(64611, 111),
            two = Member(64612, 112);
        // A slip among four: what is so as a rule costs more than the route.
        string[] good = [Good, "11.233.2.0/24", "11.233.3.0/24"];
        foreach ((string prefix, uint asn) in good.Append(Leaked).Select(p => (p, 64611u)).Append((Other, 64612u)))
        {
            api.Register(prefix, asn);
            await api.KnowsAsync(prefix, asn);
        }
        await api.AttestAsync(64611, 3999);
        await using ExchangeBird first = Bird(one, good);
        await using ExchangeBird second = Bird(two, [Other]);
        await one.StartedAsync();
        await two.StartedAsync();
        await one.IsAsync("Active");
        await two.IsAsync("Active");
        // The server is transparent: it is nobody's provider, and stands in no path.
        first.Configure(64611, [.. good, Leaked], $"if net = {Leaked} then {{ bgp_path.prepend(64611); bgp_path.prepend(4200); }}");
        await first.ReconfigureAsync();
        await Eventually.Get(
            () => api.TableAsync(one.Address),
            t => t == string.Join("; ", good.Select(p => $"our-ix-rs {p} None").Append($"our-ix-rs {Leaked} AspaInvalid").Order()),
            "the leaked route is refused, and the other taken"
        );
        string told = await Eventually.Get(
            second.RoutesAsync,
            r => r.Contains(Good, StringComparison.Ordinal),
            "the second member has the first one's clean route"
        );
        Assert.DoesNotContain(Leaked, told, StringComparison.Ordinal);
        await api.AttestAsync(64611, 3999, 4200);
        await Eventually.Get(
            second.RoutesAsync,
            r => r.Contains(Leaked, StringComparison.Ordinal),
            "allowed, it is told like any other",
            TimeSpan.FromSeconds(30)
        );
        await api.AttestAsync(64611, 3999);
        await Eventually.Get(
            second.RoutesAsync,
            r => !r.Contains(Leaked, StringComparison.Ordinal) && r.Contains(Good, StringComparison.Ordinal),
            "forbidden again, it is taken back",
            TimeSpan.FromSeconds(30)
        );
    }

    [Fact]
    public async Task A_member_of_the_topology_is_open_to_what_is_proven_and_a_third_partys_next_hop_is_refused()
    {
        api.Register("11.214.0.0/24", 64604);
        api.Register("11.215.0.0/24", 64604);
        await api.KnowsAsync("11.215.0.0/24", 64604);
        PeerAtExchange member = Member(64604, 104);
        await using ExchangeBird bird = Bird(
            member,
            ["11.214.0.0/24", "11.215.0.0/24", "11.216.0.0/24"],
            "if net = 11.215.0.0/24 then bgp_next_hop = 127.83.0.77;"
        );
        await Eventually.Get(
            () => api.TableAsync(member.Address),
            t => t == "our-ix-rs 11.214.0.0/24 None; our-ix-rs 11.215.0.0/24 NextHopOfAnother; our-ix-rs 11.216.0.0/24 NotRegistered",
            "each route by itself",
            TimeSpan.FromSeconds(60)
        );
    }

    /// <summary>The other side: a route server of an exchange as our peer gives the routes of its members, with their numbers and next hops.</summary>
    [Fact]
    public async Task A_route_server_as_a_peer_gives_the_routes_of_its_members()
    {
        // What it may give is what is registered for its own number, or for the as-set that PeeringDB names.
        api.Register("11.217.0.0/24", 64999);
        await api.KnowsAsync("11.217.0.0/24", 64999);
        await using var server = new ExchangeBird(
            64999,
            "127.80.0.250",
            api.BgpPort,
            ["11.217.0.0/24", "11.218.0.0/24"],
            "bgp_path.prepend(64999); bgp_path.prepend(64701); bgp_next_hop = 127.80.0.71;",
            isRouteServer: true
        );
        await Eventually.Get(
            () => api.TableAsync("127.80.0.250"),
            t =>
                t
                == "ams-x1 11.217.0.0/24 None; ams-x1 11.218.0.0/24 NotRegistered; ams-x2 11.217.0.0/24 None; ams-x2 11.218.0.0/24 NotRegistered",
            "a path that begins with a member's number, by its next hop, is taken; what is not registered is not",
            TimeSpan.FromSeconds(60)
        );
        // It is nobody's session from before, and nobody can ask for its address.
        var asker = new PeerAtExchange(api, 64999, 250);
        await asker.RegisteredAsync();
        (await asker.PutAsync()).Is(400, "InvalidPeerAddress");
        Assert.DoesNotContain(
            "127.80.0.250",
            (
                await api.Customer.Get(
                    $"/subscriptions/{api.CustomerSubscription}/providers/Microsoft.Peering/legacyPeerings?peeringLocation=Amsterdam&kind=Exchange&api-version={ExchangeServer.V}"
                )
            )
                .Is(200)
                .Text,
            StringComparison.Ordinal
        );
    }
}

/// <summary>The same over IPv6: a LAN of that family alone.</summary>
public sealed class RouteServer6Operator : ExchangeServer
{
    public string Lan { get; } = $"fdca:{Random.Shared.Next(0x10000):x}:{Random.Shared.Next(0x10000):x}";

    protected override string MoreExchanges =>
        $$"""
              - name: Our-IX6
                location: Amsterdam
                peeringDbIxId: 9006
                lans: ["{{Lan}}::/64"]
                routeServer: { asn: 64555, routerId: 192.0.2.77, addresses: ["{{Lan}}::1"], linkSpace: [127.0.0.0/8, "{{Lan}}::/48"] }
                legacy:
                  - { asn: 64611, addresses: ["{{Lan}}::111"] }
                  - { asn: 64612, addresses: ["{{Lan}}::112"] }
                  - { asn: 64613, addresses: ["{{Lan}}::113"] }

            """;
}

public sealed class RouteServer6Tests(RouteServer6Operator api) : IClassFixture<RouteServer6Operator>
{
    /// <summary>Two members have a way to the same prefix, of which one is about to go: the other is taken while it is there.</summary>
    [Fact]
    public async Task Members_over_IPv6_are_told_each_others_routes_and_one_that_goes_with_grace_is_used_last()
    {
        using var addresses = new LoopbackAddresses($"{api.Lan}::1", $"{api.Lan}::111", $"{api.Lan}::112", $"{api.Lan}::113");
        foreach (
            (string prefix, uint asn) in (
                ((string, uint)[])[("2a0e:c100::/32", 64611), ("2a0e:c200::/32", 64611), ("2a0e:c200::/32", 64612)]
            )
        )
        {
            api.Register(prefix, asn);
            await api.KnowsAsync(prefix, asn);
        }
        const string graceful = "if net = 2a0e:c200::/32 then bgp_community.add((65535,0));";
        await using ExchangeBird first = Bird(64611, 111, ["2a0e:c100::/32", "2a0e:c200::/32"], graceful);
        await using ExchangeBird second = Bird(64612, 112, ["2a0e:c200::/32"], "bgp_path.prepend(64612); bgp_path.prepend(64612);");
        await using ExchangeBird third = Bird(64613, 113, []);
        string told = await ShowsAsync(third, "2a0e:c100::/32", "BGP.as_path: 64611\n");
        Assert.Contains($"BGP.next_hop: {api.Lan}::111", told, StringComparison.Ordinal);
        // The longer way, since the shorter one is about to go.
        await ShowsAsync(third, "2a0e:c200::/32", "BGP.as_path: 64612 64612 64612\n");
        await second.StopAsync();
        told = await ShowsAsync(third, "2a0e:c200::/32", "BGP.as_path: 64611\n");
        Assert.Contains("(65535,0)", told, StringComparison.Ordinal);
    }

    private ExchangeBird Bird(uint asn, int host, string[] announce, string export = "") =>
        new(asn, $"{api.Lan}::{host}", api.BgpPort, announce, export, neighborAsn: 64555, neighbors: $"{api.Lan}::1");

    private static Task<string> ShowsAsync(ExchangeBird bird, string prefix, string path) =>
        Eventually.Get(
            () => bird.AskAsync("show", "route", prefix, "all"),
            r => r.Contains(path, StringComparison.Ordinal),
            $"{prefix} is told with {path}",
            TimeSpan.FromSeconds(60)
        );
}
