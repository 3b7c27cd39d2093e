using System.Text.Json.Nodes;
using Causeway.Api.Tests.Road;
using Causeway.Testing;

namespace Causeway.Api.Tests.InternetPeering;

/// <summary>The walk of a peer at an exchange, from the request to Active and away again, with a real BIRD on the other side and a look into the routers' own tables.</summary>
public sealed class ExchangeWalkTests(ExchangeServer api) : IClassFixture<ExchangeServer>
{
    private const string V = ExchangeServer.V;

    [Fact]
    public async Task From_request_to_active_under_deny_all_until_proven_and_away_with_grace()
    {
        api.Register("11.201.0.0/24", 64501);
        var peer = new PeerAtExchange(api, 64501, 101);
        await api.KnowsAsync("11.201.0.0/24", 64501);
        await using var bird = new ExchangeBird(64501, peer.Address, api.BgpPort, ["11.201.0.0/24"]);

        // Nothing can be asked for with an ASN that nobody has approved.
        (
            await api.Customer.Put(
                $"/subscriptions/{api.CustomerSubscription}/resourceGroups/as64501?api-version=2022-09-01",
                """{"location":"westeurope"}"""
            )
        ).Is(201);
        (await api.Customer.Put($"{peer.AsnPath}?api-version={V}", """{"properties":{"peerAsn":64501,"peerName":"Contoso"}}""")).Is(201);
        (await peer.PutAsync()).Is(409, "PeerAsnNotApproved");
        (await api.Operator.Post($"{peer.AsnPath}/approve?api-version={V}")).Is(200);

        Answer made = (await peer.PutAsync()).Is(201);
        JsonNode connection = made.Body!["properties"]!["exchange"]!["connections"]![0]!;
        Assert.Equal("PendingApproval", connection["connectionState"]!.ToString());
        Assert.Equal("127.80.0.0/24", connection["bgpSession"]!["sessionPrefixV4"]!.ToString());
        Assert.Equal("127.80.0.1,127.80.0.2", connection["bgpSession"]!["microsoftSessionIPv4Address"]!.ToString());
        Assert.Equal("None", connection["bgpSession"]!["sessionStateV4"]!.ToString());
        Assert.Empty(await api.SessionsAsync(peer.Address));

        (await peer.PeerAsync("notifyReady")).Is(409, "NotInThatState");
        (await peer.OperatorAsync("approve")).Is(200);
        await peer.IsAsync("Approved");
        Assert.Empty(await api.SessionsAsync(peer.Address));

        (await peer.PeerAsync("notifyReady")).Is(200);
        await peer.IsAsync("Active");
        await Eventually.Get(
            () => api.TableAsync(peer.Address),
            t => t == "ams-x1 11.201.0.0/24 None; ams-x2 11.201.0.0/24 None",
            "both routers accept what is proven"
        );
        await Eventually.Get(bird.RoutesAsync, r => r.Contains("192.88.99.0/24", StringComparison.Ordinal), "the peer has our network");
        // What was never proven is refused, and the session stays.
        bird.Configure(64501, ["11.201.0.0/24", "11.202.0.0/24"]);
        await bird.ReconfigureAsync();
        await Eventually.Get(
            () => api.TableAsync(peer.Address),
            t => t.Contains("ams-x1 11.202.0.0/24 NotRegistered", StringComparison.Ordinal),
            "what is not proven is refused"
        );
        Assert.Equal("Active", await peer.StateAsync());

        // A DELETE of what is Active is refused and names the way; then it leaves with grace.
        Answer refused = (await api.Customer.Delete($"{peer.Path}?api-version={V}")).Is(409, "PeeringIsActive");
        Assert.Contains("requestDeprovision", refused.Message, StringComparison.Ordinal);
        (await peer.PeerAsync("requestDeprovision")).Is(200);
        (await peer.OperatorAsync("deprovision")).Is(200);
        Assert.Equal("PendingRemove", await peer.StateAsync());
        await Eventually.Get(
            async () => (await api.Customer.Get($"{peer.Path}?api-version={V}")).Code,
            c => c == 404,
            "the peering is gone"
        );
        await Eventually.Get(() => api.SessionsAsync(peer.Address), s => s.Count == 0, "the routers have let go of it");
        (await api.Customer.Delete($"{peer.AsnPath}?api-version={V}")).Is(200);
    }

    [Fact]
    public async Task A_session_from_before_runs_and_is_converted_without_being_touched()
    {
        var peer = new PeerAtExchange(api, 65540, 70);
        api.Register("11.204.0.0/24", 65540);
        await api.KnowsAsync("11.204.0.0/24", 65540);
        await using var bird = new ExchangeBird(65540, peer.Address, api.BgpPort, ["11.204.0.0/24"]);
        const string Table = "ams-x1 11.204.0.0/24 None; ams-x2 11.204.0.0/24 None";
        await Eventually.Get(
            () => api.TableAsync(peer.Address),
            t => t == Table,
            "it runs, open to what is proven",
            TimeSpan.FromSeconds(60)
        );
        await Eventually.Get(bird.RoutesAsync, r => r.Contains("192.88.99.0/24", StringComparison.Ordinal), "the peer has our network");
        DateTimeOffset[] since = [.. (await api.SessionsAsync(peer.Address)).Select(s => s.Since)];
        string before = await bird.UpdatesAsync();

        // Nobody else may have its address.
        var other = new PeerAtExchange(api, 65541, 71);
        await other.RegisteredAsync();
        (await other.PutAsync(address: peer.Address)).Is(409, "PeerAddressInUse");

        await peer.RegisteredAsync();
        (await peer.PutAsync()).Is(201);
        Assert.Equal("PendingApproval", await peer.StateAsync());
        await Eventually.Get(
            async () => (await peer.OperatorAsync("approve")).Code,
            code => code == 200,
            "it is approved as soon as the registries were asked"
        );
        Assert.Equal("Active", await peer.StateAsync());
        await Eventually.Get(
            async () => (await peer.ConnectionAsync())["bgpSession"]!["sessionStateV4"]!.ToString(),
            s => s == "Established",
            "the routers have it under its new name"
        );
        Assert.Equal(Table, await api.TableAsync(peer.Address));
        Assert.Equal(since, (await api.SessionsAsync(peer.Address)).Select(s => s.Since));
        Assert.Equal(before, await bird.UpdatesAsync());

        // It was converted once. Whoever asks again, when that peering is gone, is validated as any other.
        (await peer.OperatorAsync("deprovision")).Is(200);
        await Eventually.Get(
            async () => (await api.Customer.Get($"{peer.Path}?api-version={V}")).Code,
            c => c == 404,
            "the peering is gone"
        );
        (await peer.PutAsync()).Is(201);
        (await peer.OperatorAsync("approve")).Is(200);
        Assert.Equal("Approved", await peer.StateAsync());
        Assert.Empty(await api.SessionsAsync(peer.Address));
    }

    [Fact]
    public async Task A_session_from_before_that_never_came_up_is_validated_as_any_other()
    {
        var peer = new PeerAtExchange(api, 65553, 72);
        api.Register("11.206.0.0/24", 65553);
        await api.KnowsAsync("11.206.0.0/24", 65553);
        await Eventually.Get(() => api.SessionsAsync(peer.Address), s => s.Count == 2, "the routers have it");
        await peer.RegisteredAsync();
        (await peer.PutAsync()).Is(201);
        (await peer.OperatorAsync("approve")).Is(200);
        Assert.Equal("Approved", await peer.StateAsync());
        await Eventually.Get(() => api.SessionsAsync(peer.Address), s => s.Count == 0, "what never ran is gone");
        await using var bird = new ExchangeBird(65553, peer.Address, api.BgpPort, ["11.206.0.0/24"]);
        (await peer.PeerAsync("notifyReady")).Is(200);
        await peer.IsAsync("Active");
        await Eventually.Get(
            () => api.TableAsync(peer.Address),
            t => t == "ams-x1 11.206.0.0/24 None; ams-x2 11.206.0.0/24 None",
            "it is open to what is proven"
        );
    }

    [Fact]
    public async Task A_restart_in_every_state_opens_nothing_and_loses_nothing()
    {
        var peer = new PeerAtExchange(api, 65542, 103);
        api.Register("11.205.0.0/24", 65542);
        await api.KnowsAsync("11.205.0.0/24", 65542);
        await using var bird = new ExchangeBird(65542, peer.Address, api.BgpPort, ["11.205.0.0/24"]);
        await peer.RegisteredAsync();
        (await peer.PutAsync()).Is(201);
        await api.RestartAsync();
        Assert.Equal("PendingApproval", await peer.StateAsync());
        (await peer.OperatorAsync("approve")).Is(200);
        await api.RestartAsync();
        Assert.Empty(await api.SessionsAsync(peer.Address));
        (await peer.PeerAsync("notifyReady")).Is(200);
        await api.RestartAsync();
        await peer.IsAsync("Active");
        await api.RestartAsync();
        Assert.Equal("Active", await peer.StateAsync());
        await Eventually.Get(
            () => api.TableAsync(peer.Address),
            t => t == "ams-x1 11.205.0.0/24 None; ams-x2 11.205.0.0/24 None",
            "what is Active comes back open",
            TimeSpan.FromSeconds(60)
        );
        (await peer.OperatorAsync("suspend", "maintenance")).Is(200);
        await api.RestartAsync();
        await Eventually.Get(
            async () =>
                string.Join(
                    "; ",
                    (await api.SessionsAsync(peer.Address)).Select(s => $"{s.State} {s.Mode} {s.Received} {s.Accepted} {s.Announced}")
                ),
            s =>
            {
                Assert.DoesNotContain("Open", s, StringComparison.Ordinal);
                return s == "Established DenyAll 1 0 0; Established DenyAll 1 0 0";
            },
            "what is suspended comes back under DENY ALL",
            TimeSpan.FromSeconds(60)
        );
    }

    [Fact]
    public async Task A_gobgp_walks_to_active_and_a_key_that_is_set_later_closes_nothing()
    {
        var peer = new PeerAtExchange(api, 65543, 104);
        api.Register("11.206.0.0/24", 65543);
        await api.KnowsAsync("11.206.0.0/24", 65543);
        await using var gobgp = await CustomerRouter.StartAsync(
            "gobgp",
            65543,
            peer.Address,
            "127.80.0.1,127.80.0.2",
            api.BgpPort,
            ["11.206.0.0/24"]
        );
        await peer.StartedAsync();
        await peer.IsAsync("Active", 120);
        await Eventually.Get(
            () => api.TableAsync(peer.Address),
            t => t == "ams-x1 11.206.0.0/24 None; ams-x2 11.206.0.0/24 None",
            "both routers accept what is proven"
        );
        // GoBGP has no key: the sessions go down with it, the connection stays what it is, and nothing else is let in.
        (await peer.PutAsync(key: "later-key")).Is(200);
        await Eventually.Get(
            async () => string.Join("; ", (await api.SessionsAsync(peer.Address)).Select(s => $"{s.Mode} {s.State == "Established"}")),
            s => s == "Open False; Open False",
            "the sessions wait for the key",
            TimeSpan.FromSeconds(60)
        );
        Assert.Equal("Active", await peer.StateAsync());
        Assert.Equal("", await api.TableAsync(peer.Address));
    }
}
