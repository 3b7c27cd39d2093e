using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Causeway.Primitives;
using Causeway.Primitives.Proof;
using Causeway.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Causeway.Api.Tests.InternetPeering;

/// <summary>Days on which a peer does something wrong, each with a real BIRD that makes exactly one check fail, and a look into the routers' own tables: nothing was ever accepted.</summary>
public sealed partial class BadDaysTests(ExchangeServer api) : IClassFixture<ExchangeServer>
{
    private const string V = ExchangeServer.V;

    [Fact]
    public async Task A_wrong_asn_is_named_and_fails()
    {
        PeerAtExchange peer = await PeerAsync(64511, 111, "11.211.0.0/24");
        await using var bird = new ExchangeBird(64519, peer.Address, api.BgpPort, ["11.211.0.0/24"]);
        await peer.StartedAsync();
        await FailsAsync(peer, "PeerAsn");
        // Its own ASN, and tried again.
        bird.Configure(64511, ["11.211.0.0/24"]);
        await bird.ReconfigureAsync();
        (await peer.PeerAsync("retry")).Is(200);
        await peer.IsAsync("Active");
    }

    [Fact]
    public async Task A_wrong_key_is_never_heard_and_the_right_one_is()
    {
        PeerAtExchange peer = await PeerAsync(64510, 112, "11.212.0.0/24");
        await using var bird = new ExchangeBird(64510, peer.Address, api.BgpPort, ["11.212.0.0/24"], key: "wrong-key");
        await peer.StartedAsync(key: "right-key");
        await Eventually.Get(
            peer.ChecksAsync,
            c =>
                c.Contains("Md5 Waiting KeyNotSeen", StringComparison.Ordinal)
                && c.Contains("Established Waiting", StringComparison.Ordinal),
            "the key has not been seen"
        );
        Assert.Equal("Validating", await peer.StateAsync());
        // Never shown to anybody.
        Assert.DoesNotContain("right-key", (await api.Customer.Get($"{peer.Path}?api-version={V}")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("right-key", (await api.Operator.Get($"{peer.Path}/checks?api-version={V}")).Text, StringComparison.Ordinal);
        bird.Configure(64510, ["11.212.0.0/24"], key: "right-key");
        await bird.ReconfigureAsync();
        await peer.IsAsync("Active");
    }

    [Fact]
    public async Task A_route_that_a_roa_forbids_fails_by_name()
    {
        api.Sign("11.213.0.0/24", 3999);
        PeerAtExchange peer = await PeerAsync(64509, 113, "11.214.0.0/24");
        var filters = api.Server.Services.GetRequiredService<IPeerFilters>();
        await Eventually.True(
            () => filters.ValidityOf(IpPrefix.Parse("11.213.0.0/24"), new Asn(64509)) == OriginValidity.Invalid,
            "the ROA is known",
            TimeSpan.FromSeconds(60)
        );
        await using var bird = new ExchangeBird(64509, peer.Address, api.BgpPort, ["11.213.0.0/24", "11.214.0.0/24"]);
        await peer.StartedAsync();
        await FailsAsync(peer, "Rpki");
    }

    [Fact]
    public async Task A_private_asn_inside_the_path_fails_by_name()
    {
        PeerAtExchange peer = await PeerAsync(64508, 114, "11.215.0.0/24");
        await using var bird = new ExchangeBird(
            64508,
            peer.Address,
            api.BgpPort,
            ["11.215.0.0/24"],
            "bgp_path.prepend(64508); bgp_path.prepend(65001);"
        );
        await peer.StartedAsync();
        await FailsAsync(peer, "PathAsns");
    }

    [Fact]
    public async Task A_default_route_fails_by_name()
    {
        PeerAtExchange peer = await PeerAsync(64507, 115, "11.216.0.0/24");
        await using var bird = new ExchangeBird(64507, peer.Address, api.BgpPort, ["0.0.0.0/0", "11.216.0.0/24"]);
        await peer.StartedAsync();
        await FailsAsync(peer, "NoDefaultRoute");
    }

    [Fact]
    public async Task A_bogon_and_a_prefix_that_is_too_long_fail_by_name()
    {
        PeerAtExchange peer = await PeerAsync(64506, 116, "11.217.0.0/24");
        api.Register("11.217.0.128/25", 64506);
        api.Register("10.1.0.0/16", 64506);
        await api.KnowsAsync("10.1.0.0/16", 64506);
        await using var bird = new ExchangeBird(64506, peer.Address, api.BgpPort, ["10.1.0.0/16", "11.217.0.128/25", "11.217.0.0/24"]);
        await peer.StartedAsync();
        await FailsAsync(peer, "NoBogons PrefixLength");
    }

    [Fact]
    public async Task A_next_hop_of_a_third_party_fails_by_name()
    {
        PeerAtExchange peer = await PeerAsync(64505, 117, "11.218.0.0/24");
        await using var bird = new ExchangeBird(64505, peer.Address, api.BgpPort, ["11.218.0.0/24"], "bgp_next_hop = 127.80.0.199;");
        await peer.StartedAsync();
        await FailsAsync(peer, "NextHop");
    }

    [Fact]
    public async Task A_role_that_does_not_fit_fails_by_name_and_closes_what_was_active()
    {
        PeerAtExchange peer = await PeerAsync(64503, 119, "11.226.0.0/24");
        string[] announce = ["11.226.0.0/24"];
        await using var bird = new ExchangeBird(64503, peer.Address, api.BgpPort, announce, start: false);
        bird.Configure(64503, announce, role: "customer");
        bird.Start();
        await peer.StartedAsync();
        await FailsAsync(peer, "Roles");
        bird.Configure(64503, announce, role: "peer");
        await bird.ReconfigureAsync();
        (await peer.PeerAsync("retry")).Is(200);
        await peer.IsAsync("Active");
        Assert.Contains("we are Peer, the peer is Peer", await ChecksAsync(peer), StringComparison.Ordinal);
        // Not in silence: it is told which promise was broken, and comes back by itself.
        bird.Configure(64503, announce, role: "provider");
        await bird.ReconfigureAsync();
        await peer.IsAsync("Validating");
        Assert.Contains(
            "it is Peer or states nothing",
            (await api.Customer.Get($"{peer.Path}/messages?api-version={V}")).Is(200).Text,
            StringComparison.Ordinal
        );
        bird.Configure(64503, announce);
        await bird.ReconfigureAsync();
        await peer.IsAsync("Active");
        Assert.Contains("we are Peer; the peer states no role", await ChecksAsync(peer), StringComparison.Ordinal);

        async Task<string> ChecksAsync(PeerAtExchange p) => (await api.Customer.Get($"{p.Path}/checks?api-version={V}")).Is(200).Text;
    }

    [Fact]
    public async Task A_path_that_an_aspa_forbids_fails_by_name()
    {
        PeerAtExchange peer = await PeerAsync(64502, 125, "11.227.0.0/24");
        // It is the origin's customer on paper, and leaks its provider's routes.
        await api.AttestAsync(64502, 3999);
        const string leak = "bgp_path.prepend(64502); bgp_path.prepend(4200);";
        await using var bird = new ExchangeBird(64502, peer.Address, api.BgpPort, ["11.227.0.0/24"], leak);
        await peer.StartedAsync();
        await FailsAsync(peer, "Aspa");
        // The holder says that it is so.
        await api.AttestAsync(64502, 3999, 4200);
        (await peer.PeerAsync("retry")).Is(200);
        await peer.IsAsync("Active");
        // And no more: the way of all its routes is forbidden, as a rule and not by a slip.
        await api.AttestAsync(64502, 3999);
        await peer.IsAsync("Validating");
        await Eventually.Get(
            () => api.TableAsync(peer.Address),
            t => !t.Contains(" None", StringComparison.Ordinal),
            "nothing is accepted"
        );
    }

    [Fact]
    public async Task More_than_was_said_fails_by_name()
    {
        PeerAtExchange peer = await PeerAsync(64504, 118, "11.219.0.0/24");
        foreach (string prefix in new[] { "11.219.1.0/24", "11.219.2.0/24", "11.219.3.0/24" })
            api.Register(prefix, 64504);
        await api.KnowsAsync("11.219.3.0/24", 64504);
        await using var bird = new ExchangeBird(
            64504,
            peer.Address,
            api.BgpPort,
            ["11.219.0.0/24", "11.219.1.0/24", "11.219.2.0/24", "11.219.3.0/24"]
        );
        await peer.StartedAsync(most: 2);
        await FailsAsync(peer, "MaxPrefixes");
        // It says how many it means, which is a change of the connection, and tries again.
        (await peer.PutAsync(most: 10)).Is(200);
        (await peer.PeerAsync("retry")).Is(200);
        await peer.IsAsync("Active");
    }

    [Fact]
    public async Task An_active_peering_loses_what_is_not_proven_any_more_and_what_goes_by_others()
    {
        PeerAtExchange peer = await PeerAsync(64500, 120, "11.221.0.0/24");
        api.Register("11.222.0.0/24", 64500);
        await api.KnowsAsync("11.222.0.0/24", 64500);
        await using var bird = new ExchangeBird(64500, peer.Address, api.BgpPort, ["11.221.0.0/24", "11.222.0.0/24"]);
        await peer.StartedAsync();
        await peer.IsAsync("Active");
        await TableAsync(
            peer,
            "ams-x1 11.221.0.0/24 None; ams-x1 11.222.0.0/24 None; ams-x2 11.221.0.0/24 None; ams-x2 11.222.0.0/24 None"
        );
        // That route only; the session does not even blink.
        DateTimeOffset[] since = [.. (await api.SessionsAsync(peer.Address)).Select(s => s.Since)];
        api.Unregister("11.222.0.0/24", 64500);
        await TableAsync(
            peer,
            "ams-x1 11.221.0.0/24 None; ams-x1 11.222.0.0/24 NotRegistered; ams-x2 11.221.0.0/24 None; ams-x2 11.222.0.0/24 NotRegistered"
        );
        Assert.Equal("Active", await peer.StateAsync());
        Assert.Equal(since, (await api.SessionsAsync(peer.Address)).Select(s => s.Since));
        // As a rule by somebody else's router: back under DENY ALL, with everybody told, and back by itself.
        bird.Configure(64500, ["11.221.0.0/24"], "bgp_next_hop = 127.80.0.199;");
        await bird.ReconfigureAsync();
        await peer.IsAsync("Validating");
        await Eventually.Get(
            () => api.TableAsync(peer.Address),
            t => !t.Contains(" None", StringComparison.Ordinal),
            "nothing is accepted"
        );
        Answer messages = (await api.Customer.Get($"{peer.Path}/messages?api-version={V}")).Is(200);
        Assert.Contains(
            messages.Body!["value"]!.AsArray(),
            m => m!["code"]!.ToString() == "Validating" && m["text"]!.ToString().Contains("127.80.0.199", StringComparison.Ordinal)
        );
        bird.Configure(64500, ["11.221.0.0/24"]);
        await bird.ReconfigureAsync();
        await peer.IsAsync("Active");
        await TableAsync(peer, "ams-x1 11.221.0.0/24 None; ams-x2 11.221.0.0/24 None");
    }

    [Fact]
    public async Task An_active_peering_over_its_maximum_loses_the_session_and_comes_back_by_itself()
    {
        PeerAtExchange peer = await PeerAsync(64495, 126, "11.228.0.0/24");
        string[] many = ["11.228.0.0/24", "11.228.1.0/24", "11.228.2.0/24"];
        foreach (string prefix in many[1..])
            api.Register(prefix, 64495);
        await api.KnowsAsync(many[2], 64495);
        await using var bird = new ExchangeBird(64495, peer.Address, api.BgpPort, many[..1]);
        await peer.StartedAsync(most: 2);
        await peer.IsAsync("Active");
        bird.Configure(64495, many);
        await bird.ReconfigureAsync();
        await Eventually.Get(
            peer.ChecksAsync,
            c => c.Contains("MaxPrefixes Failed", StringComparison.Ordinal) && c.Contains("Established Waiting", StringComparison.Ordinal),
            "the check says that it was too many",
            TimeSpan.FromSeconds(60)
        );
        Assert.Equal("", await api.TableAsync(peer.Address));
        // Its state is what was agreed on; that it is of no use now, and why, is told.
        Assert.Equal("Active", await peer.StateAsync());
        string explained = (await api.Customer.Get($"{peer.Path}/explain?api-version={V}")).Is(200).Text;
        Assert.Contains("CheckFailed", explained, StringComparison.Ordinal);
        Assert.Contains("\"usable\":false", explained, StringComparison.Ordinal);
        // After the rest that the router gives it, without anybody's doing.
        bird.Configure(64495, many[..1]);
        await bird.ReconfigureAsync();
        await Eventually.Get(
            () => api.TableAsync(peer.Address),
            t => t == "ams-x1 11.228.0.0/24 None; ams-x2 11.228.0.0/24 None",
            "both sessions are back with what is proven",
            TimeSpan.FromMinutes(3)
        );
        await Eventually.Get(peer.ChecksAsync, c => c.Length == 0, "all is well again", TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task Suspended_by_hand_it_takes_nothing_and_comes_back_when_it_is_resumed()
    {
        PeerAtExchange peer = await PeerAsync(64499, 121, "11.223.0.0/24");
        await using var bird = new ExchangeBird(64499, peer.Address, api.BgpPort, ["11.223.0.0/24"]);
        await peer.StartedAsync();
        await peer.IsAsync("Active");
        (await peer.OperatorAsync("suspend", "maintenance of the exchange")).Is(200);
        await TableAsync(peer, "ams-x1 11.223.0.0/24 DeniedByPolicy; ams-x2 11.223.0.0/24 DeniedByPolicy");
        Assert.Equal("Validating", await peer.StateAsync());
        (await api.Customer.Delete($"{peer.Path}?api-version={V}")).Is(409, "PeeringInProvisioning");
        (await peer.OperatorAsync("resume")).Is(200);
        await peer.IsAsync("Active");
        await TableAsync(peer, "ams-x1 11.223.0.0/24 None; ams-x2 11.223.0.0/24 None");
    }

    [Fact]
    public async Task A_changed_limit_and_a_second_connection_leave_the_session_alone()
    {
        PeerAtExchange peer = await PeerAsync(64498, 122, "11.224.0.0/24");
        await using var bird = new ExchangeBird(64498, peer.Address, api.BgpPort, ["11.224.0.0/24"]);
        await peer.StartedAsync();
        await peer.IsAsync("Active");
        // One of them is the static protocol's own.
        await Eventually.Get(bird.ProtocolAsync, p => Counted().Count(p) == 3, "BIRD has our networks from both");
        string before = Updates(await bird.ProtocolAsync());
        (await peer.PutAsync(most: 50)).Is(200);
        JsonObject two = JsonNode.Parse(peer.Body(most: 50))!.AsObject();
        two["properties"]!["exchange"]!["connections"]!
            .AsArray()
            .Add(
                JsonNode.Parse(
                    """{"peeringDBFacilityId":26,"connectionIdentifier":"c2","bgpSession":{"peerSessionIPv4Address":"127.80.0.123"}}"""
                )
            );
        (await api.Customer.Put($"{peer.Path}?api-version={V}", two.ToJsonString())).Is(200);
        (await peer.OperatorAsync("approve")).Is(200);
        (await peer.PeerAsync("notifyReady")).Is(200);
        await Eventually.Get(() => api.SessionsAsync("127.80.0.123"), s => s.Count == 2, "the second connection is on the routers");
        Assert.Equal("Active", await peer.StateAsync());
        Assert.Equal(before, Updates(await bird.ProtocolAsync()));

        static string Updates(string protocols) =>
            string.Join('\n', protocols.Split('\n').Where(l => l.Contains("Import updates:", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_customer_gives_nobody_the_role_that_approves_peerings()
    {
        Answer refused = await api.Customer.Put(
            $"/subscriptions/{api.CustomerSubscription}/providers/Microsoft.Authorization/roleAssignments/{Guid.NewGuid()}?api-version=2022-04-01",
            $$$"""{"properties":{"roleDefinitionId":"/providers/Microsoft.Authorization/roleDefinitions/5f0d7c1a-7d53-4c39-9a0a-6b2f0d5b3c12","principalId":"{{{api.Server.Installation.Principals["customer"].ObjectId}}}"}}"""
        );
        refused.Is(403, "AuthorizationFailed");
        PeerAtExchange peer = await PeerAsync(64497, 124, "11.225.0.0/24");
        await peer.RegisteredAsync();
        (await peer.PutAsync()).Is(201);
        (await peer.PeerAsync("approve")).Is(403);
        // The address is its own from then on.
        Answer taken = await api.Customer.Put($"{peer.Path}2?api-version={V}", peer.Body());
        taken.Is(409, "PeerAddressInUse");
        (await api.Customer.Delete($"{peer.Path}?api-version={V}")).Is(200);
    }

    [GeneratedRegex(@"Import updates:\s+[1-9]")]
    private static partial Regex Counted();

    private async Task<PeerAtExchange> PeerAsync(uint asn, int host, string prefix)
    {
        api.Register(prefix, asn);
        await api.KnowsAsync(prefix, asn);
        return new PeerAtExchange(api, asn, host);
    }

    /// <summary>It fails with exactly these checks, and at no time was anything of it accepted.</summary>
    private async Task FailsAsync(PeerAtExchange peer, string checks)
    {
        await Eventually.Get(
            async () =>
            {
                Assert.DoesNotContain(" None", await api.TableAsync(peer.Address), StringComparison.Ordinal);
                return $"{await peer.StateAsync()} {await peer.ChecksAsync()}";
            },
            s => s.StartsWith("ProvisioningFailed ", StringComparison.Ordinal),
            $"the connection fails with {checks}",
            TimeSpan.FromSeconds(60)
        );
        Assert.Equal(checks, await peer.FailedAsync());
        Assert.NotEqual("", (await peer.ConnectionAsync())["errorMessage"]!.ToString());
    }

    private Task<string> TableAsync(PeerAtExchange peer, string table) =>
        Eventually.Get(() => api.TableAsync(peer.Address), t => t == table, $"the tables are '{table}'", TimeSpan.FromSeconds(60));
}
