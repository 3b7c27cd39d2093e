using System.Text.Json.Nodes;
using Causeway.Primitives;
using Causeway.Primitives.Proof;
using Causeway.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Causeway.Api.Tests.InternetPeering;

/// <summary>A server with a PeeringDB, whose exchange approves by rule and is in a hurry.</summary>
public sealed class DirectoryServer : ExchangeServer
{
    protected override string Validation => "stableSeconds: 1, drainSeconds: 1, readyWithin: 8s, approve: complete";

    protected override string PeeringDb =>
        """
            {"net":{"data":[
            {"id":1,"name":"Complete","asn":65544,"irr_as_set":"RADB::AS-COMPLETE","info_prefixes4":100,"status":"ok"},
            {"id":2,"name":"Without a set","asn":65545,"irr_as_set":"","status":"ok"},
            {"id":3,"name":"Elsewhere","asn":65546,"irr_as_set":"AS-ELSEWHERE","status":"ok"},
            {"id":4,"name":"Too large","asn":65547,"irr_as_set":"AS-COMPLETE","status":"ok"},
            {"id":5,"name":"Late","asn":65551,"irr_as_set":"","status":"ok"},
            {"id":6,"name":"Sent away","asn":65554,"irr_as_set":"AS-COMPLETE","status":"ok"}]},
            "ix":{"data":[{"id":26,"name":"AMS-IX","city":"Amsterdam","country":"NL"}]},
            "ixlan":{"data":[{"id":26,"ix_id":26}]},
            "netixlan":{"data":[
            {"id":1,"net_id":1,"ix_id":26,"ixlan_id":26,"asn":65544,"ipaddr4":"127.80.0.141","speed":10000,"operational":true},
            {"id":2,"net_id":2,"ix_id":26,"ixlan_id":26,"asn":65545,"ipaddr4":"127.80.0.142","speed":10000,"operational":true},
            {"id":4,"net_id":4,"ix_id":26,"ixlan_id":26,"asn":65547,"ipaddr4":"127.80.0.144","speed":10000,"operational":true},
            {"id":5,"net_id":5,"ix_id":26,"ixlan_id":26,"asn":65551,"ipaddr4":"127.80.0.146","speed":10000,"operational":true},
            {"id":6,"net_id":6,"ix_id":26,"ixlan_id":26,"asn":65554,"ipaddr4":"127.80.0.147","speed":10000,"operational":true}]},
            "poc":{"data":[{"id":3,"net_id":6,"role":"NOC","name":"Desk","email":"noc@away.example"},
            {"id":1,"net_id":1,"role":"NOC","name":"Night Desk","email":"noc@net.example"},
            {"id":2,"net_id":4,"role":"Policy","name":"Day Desk","email":"peering@net.example"}]}}
            """;
}

/// <summary>What PeeringDB has of a peer: what is missing is said before anything is asked for, a complete record is approved by rule, and its as-set says who is behind the peer.</summary>
public sealed class DirectoryTests(DirectoryServer api) : IClassFixture<DirectoryServer>
{
    [Fact]
    public async Task What_is_missing_is_said_in_words_and_nothing_is_stored()
    {
        await KnownAsync();
        var unknown = new PeerAtExchange(api, 65550, 140);
        await unknown.RegisteredAsync();
        Answer refused = (await unknown.PutAsync()).Is(400, "PeeringPolicyNotMet");
        Assert.Contains("no record in PeeringDB", refused.Message, StringComparison.Ordinal);

        var elsewhere = new PeerAtExchange(api, 65546, 143);
        await elsewhere.RegisteredAsync();
        refused = (await elsewhere.PutAsync()).Is(400, "PeeringPolicyNotMet");
        Assert.Contains("does not have AS65546 at AMS-IX", refused.Message, StringComparison.Ordinal);

        var noNoc = new PeerAtExchange(api, 65547, 144);
        await noNoc.RegisteredAsync();
        refused = (await noNoc.PutAsync()).Is(400, "PeeringPolicyNotMet");
        Assert.Contains("names no NOC contact", refused.Message, StringComparison.Ordinal);

        var other = new PeerAtExchange(api, 65545, 142);
        await other.RegisteredAsync();
        refused = (await other.PutAsync(address: "127.80.0.145")).Is(400, "PeeringPolicyNotMet");
        Assert.Contains("with 127.80.0.142, not with 127.80.0.145", refused.Message, StringComparison.Ordinal);
        (await api.Customer.Get($"{other.Path}?api-version={ExchangeServer.V}")).Is(404);

        // Its record is right, but names no as-set: that is for a person to weigh.
        (await other.PutAsync()).Is(201);
        Assert.Equal("PendingApproval", await other.StateAsync());
    }

    [Fact]
    public async Task A_complete_record_is_approved_by_rule_and_its_as_set_says_who_is_behind_the_peer()
    {
        api.Gather("AS-COMPLETE", "AS65544", "AS65548");
        api.Register("11.231.0.0/24", 65544);
        api.Register("11.232.0.0/24", 65548);
        api.Register("11.233.0.0/24", 65549);
        await KnownAsync();
        await Eventually.True(
            () =>
                api.Server.Services.GetRequiredService<IPeerFilters>().FilterOf(new Asn(65544), "AS-COMPLETE", 1000) is { } f
                && f.V4.Length == 2,
            "the as-set is known",
            TimeSpan.FromSeconds(60)
        );
        var peer = new PeerAtExchange(api, 65544, 141);
        await peer.RegisteredAsync();
        (await peer.PutAsync()).Is(201);
        Assert.Equal("Approved", await peer.StateAsync());
        // The network behind it, by its own number; and one that is behind nobody here.
        await using var bird = new ExchangeBird(
            65544,
            peer.Address,
            api.BgpPort,
            ["11.231.0.0/24", "11.232.0.0/24"],
            "if net = 11.232.0.0/24 then bgp_path.prepend(65548);"
        );
        (await peer.PeerAsync("notifyReady")).Is(200);
        await peer.IsAsync("Active");
        await TableAsync(
            peer,
            "ams-x1 11.231.0.0/24 None; ams-x1 11.232.0.0/24 None; ams-x2 11.231.0.0/24 None; ams-x2 11.232.0.0/24 None"
        );
        // The same prefix, as if it were its own: the filter goes by origin.
        bird.Configure(65544, ["11.231.0.0/24", "11.232.0.0/24"]);
        await bird.ReconfigureAsync();
        await TableAsync(
            peer,
            "ams-x1 11.231.0.0/24 None; ams-x1 11.232.0.0/24 OriginNotRegistered; ams-x2 11.231.0.0/24 None; ams-x2 11.232.0.0/24 OriginNotRegistered"
        );
        Assert.Equal("Active", await peer.StateAsync());
        await Eventually.Get(
            async () => (await api.Customer.Get($"{peer.Path}/explain?api-version={ExchangeServer.V}")).Is(200).Text,
            explained => explained.Contains("\"usable\":true", StringComparison.Ordinal),
            "explain says that it can be used"
        );
        Answer routes = (await api.Customer.Get($"{peer.Path}/receivedRoutes?api-version={ExchangeServer.V}")).Is(200);
        JsonNode route = Assert.Single(routes.Body!["value"]!.AsArray())!;
        Assert.Equal(
            ("11.231.0.0/24", "65544", "Unknown"),
            ($"{route["prefix"]}", $"{route["asPath"]}", $"{route["rpkiValidationState"]}")
        );
        Answer refused = (await api.Customer.Get($"{peer.Path}/refusedRoutes?api-version={ExchangeServer.V}")).Is(200);
        Assert.Equal(2, refused.Body!["value"]!.AsArray().Count);
    }

    [Fact]
    public async Task Whom_the_operator_sent_away_is_not_approved_by_a_rule_when_it_asks_anew()
    {
        await KnownAsync();
        api.Gather("AS-COMPLETE", "AS65544", "AS65548");
        var peer = new PeerAtExchange(api, 65554, 147);
        await peer.RegisteredAsync();
        (await peer.PutAsync()).Is(201);
        Assert.Equal("Approved", await peer.StateAsync());
        (await peer.OperatorAsync("reject", "not here")).Is(200);
        (await api.Customer.Delete($"{peer.Path}?api-version={ExchangeServer.V}")).Is(200);
        (await peer.PutAsync()).Is(201);
        Assert.Equal("PendingApproval", await peer.StateAsync());
        // Nor when that one is taken back, by which nothing was said.
        (await api.Customer.Delete($"{peer.Path}?api-version={ExchangeServer.V}")).Is(200);
        (await peer.PutAsync()).Is(201);
        Assert.Equal("PendingApproval", await peer.StateAsync());
        Assert.Contains(
            "PeerAsnHeldBack",
            (await api.Customer.Get($"{peer.AsnPath}/explain?api-version={ExchangeServer.V}")).Is(200).Text,
            StringComparison.Ordinal
        );
        // Nor when all that was made in its name is deleted, and the operator says again whose the number is.
        (await api.Customer.Delete($"{peer.Path}?api-version={ExchangeServer.V}")).Is(200);
        (await api.Customer.Delete($"{peer.AsnPath}?api-version={ExchangeServer.V}")).Is(200);
        await peer.NamedAsync();
        (await peer.PutAsync()).Is(201);
        Assert.Equal("PendingApproval", await peer.StateAsync());
        (await peer.OperatorAsync("approve")).Is(200);
        (await api.Customer.Delete($"{peer.Path}?api-version={ExchangeServer.V}")).Is(200);
        (await peer.PutAsync()).Is(201);
        Assert.Equal("Approved", await peer.StateAsync());
    }

    [Fact]
    public async Task A_peer_that_never_configures_is_reminded_and_then_its_request_lapses()
    {
        await KnownAsync();
        api.Gather("AS-COMPLETE", "AS65544", "AS65548");
        var peer = new PeerAtExchange(api, 65551, 146);
        await peer.RegisteredAsync();
        (await peer.PutAsync()).Is(201);
        (await peer.OperatorAsync("approve")).Is(200);
        await peer.IsAsync("ProvisioningFailed");
        Assert.Contains(
            "did not say that it is ready",
            (await peer.ConnectionAsync())["errorMessage"]!.ToString(),
            StringComparison.Ordinal
        );
        Answer messages = (await api.Customer.Get($"{peer.Path}/messages?api-version={ExchangeServer.V}")).Is(200);
        Assert.Equal(
            ["Reminder", "ProvisioningFailed"],
            messages.Body!["value"]!.AsArray().Select(m => m!["code"]!.ToString()).Where(c => c is "Reminder" or "ProvisioningFailed")
        );
    }

    private Task KnownAsync() =>
        Eventually.True(
            () => api.Server.Services.GetRequiredService<INetworkDirectory>().Find(new Asn(65544)) is not null,
            "PeeringDB has been read",
            TimeSpan.FromSeconds(60)
        );

    private async Task TableAsync(PeerAtExchange peer, string table) =>
        await Eventually.Get(() => api.TableAsync(peer.Address), t => t == table, $"the tables are '{table}'", TimeSpan.FromSeconds(60));
}
