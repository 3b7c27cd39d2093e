using Causeway.Primitives;
using Causeway.Primitives.Proof;
using Causeway.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Causeway.Api.Tests.InternetPeering;

/// <summary>A server with a PeeringDB whose word closes what is Active, at once.</summary>
public sealed class LeavingServer : ExchangeServer
{
    protected override string Validation => "stableSeconds: 1, drainSeconds: 1, readyWithin: 1h, recordGone: close";

    protected override string PeeringDb => Dump("127.80.0.151", "127.80.0.152");

    /// <param name="there">Addresses at the exchange of AS 65561 and of AS 65562, as far as they are there.</param>
    public static string Dump(params string?[] there)
    {
        IEnumerable<string> ports = there
            .Index()
            .Where(t => t.Item is not null)
            .Select(t =>
                $$"""{"id":{{t.Index + 1}},"net_id":{{t.Index + 1}},"ix_id":26,"ixlan_id":26,"asn":{{65561 + t.Index}},"ipaddr4":"{{t.Item}}","speed":10000,"operational":true}"""
            );
        return $$$"""
            {"net":{"data":[
            {"id":1,"name":"Leaves","asn":65561,"irr_as_set":"","status":"ok"},
            {"id":2,"name":"Grows","asn":65562,"irr_as_set":"AS-GROWS","status":"ok"}]},
            "ix":{"data":[{"id":26,"name":"AMS-IX","city":"Amsterdam","country":"NL"}]},
            "ixlan":{"data":[{"id":26,"ix_id":26}]},
            "netixlan":{"data":[{{{string.Join(",", ports)}}}]}}
            """;
    }
}

/// <summary>Days on which others say something else of a peer: it has left the exchange, or its as-set has grown to half the Internet.</summary>
public sealed class LeavingTests(LeavingServer api) : IClassFixture<LeavingServer>
{
    private const string V = ExchangeServer.V;

    [Fact]
    public async Task A_peer_that_has_left_the_exchange_is_closed_and_one_that_is_there_again_opens()
    {
        PeerAtExchange peer = await ActiveAsync(65561, 151, "11.241.0.0/24");
        await using ExchangeBird bird = await BirdAsync(peer, "11.241.0.0/24");
        await TableAsync(peer, "ams-x1 11.241.0.0/24 None; ams-x2 11.241.0.0/24 None");
        await api.DirectoryAsync(LeavingServer.Dump(null, "127.80.0.152"));
        await peer.IsAsync("Validating");
        await TableAsync(peer, "ams-x1 11.241.0.0/24 DeniedByPolicy; ams-x2 11.241.0.0/24 DeniedByPolicy");
        Assert.Contains(
            "PeeringDB does not have AS65561 at AMS-IX",
            (await api.Customer.Get($"{peer.Path}/messages?api-version={V}")).Is(200).Text,
            StringComparison.Ordinal
        );
        await api.DirectoryAsync(LeavingServer.Dump("127.80.0.151", "127.80.0.152"));
        await peer.IsAsync("Active");
        await TableAsync(peer, "ams-x1 11.241.0.0/24 None; ams-x2 11.241.0.0/24 None");
    }

    /// <summary>What was proven stays, and nothing that the giant would prove is let in.</summary>
    [Fact]
    public async Task An_as_set_that_grows_to_half_the_internet_proves_nothing_new_and_takes_nothing_away()
    {
        api.Gather("AS-GROWS", "AS65562", "AS65563");
        api.Register("11.243.0.0/24", 65563);
        PeerAtExchange peer = await ActiveAsync(65562, 152, "11.242.0.0/24");
        await using ExchangeBird bird = await BirdAsync(
            peer,
            "11.242.0.0/24",
            "11.243.0.0/24",
            "11.244.0.0/24",
            "if net = 11.243.0.0/24 then bgp_path.prepend(65563); if net = 11.244.0.0/24 then bgp_path.prepend(65564);"
        );
        const string before =
            "ams-x1 11.242.0.0/24 None; ams-x1 11.243.0.0/24 None; ams-x1 11.244.0.0/24 NotRegistered; ams-x2 11.242.0.0/24 None; ams-x2 11.243.0.0/24 None; ams-x2 11.244.0.0/24 NotRegistered";
        await TableAsync(peer, before);

        api.Register("11.244.0.0/24", 65564);
        api.Gather("AS-GROWS", [.. Enumerable.Range(1, 50_000).Select(a => $"AS{a}"), "AS65562", "AS65563", "AS65564"]);
        await Eventually.Get(
            async () => (await api.Customer.Get($"{peer.Path}/explain?api-version={V}")).Is(200).Text,
            e => e.Contains("AS-GROWS", StringComparison.Ordinal),
            "it is told that the as-set is too large",
            TimeSpan.FromSeconds(60)
        );
        await TableAsync(peer, before);
        Assert.Equal("Active", await peer.StateAsync());

        // A set that can be believed again is.
        api.Gather("AS-GROWS", "AS65562", "AS65564");
        await TableAsync(
            peer,
            "ams-x1 11.242.0.0/24 None; ams-x1 11.243.0.0/24 NotRegistered; ams-x1 11.244.0.0/24 None; ams-x2 11.242.0.0/24 None; ams-x2 11.243.0.0/24 NotRegistered; ams-x2 11.244.0.0/24 None"
        );
    }

    /// <summary>Asked for, approved and ready; its router comes when it is made.</summary>
    private async Task<PeerAtExchange> ActiveAsync(uint asn, int host, string prefix)
    {
        await Eventually.True(
            () => api.Server.Services.GetRequiredService<INetworkDirectory>().Find(new Asn(asn)) is not null,
            "PeeringDB has been read",
            TimeSpan.FromSeconds(60)
        );
        api.Register(prefix, asn);
        await api.KnowsAsync(prefix, asn);
        var peer = new PeerAtExchange(api, asn, host);
        await peer.StartedAsync();
        return peer;
    }

    /// <param name="announced">Prefixes, the first of which alone is announced until it is Active; a text without a slash is of the export filter.</param>
    private async Task<ExchangeBird> BirdAsync(PeerAtExchange peer, params string[] announced)
    {
        string[] prefixes = [.. announced.Where(a => a.Split(' ').Length == 1)];
        string export = announced.FirstOrDefault(a => a.Split(' ').Length > 1) ?? "";
        var bird = new ExchangeBird(peer.Asn, peer.Address, api.BgpPort, prefixes[..1], export);
        await peer.IsAsync("Active");
        bird.Configure(peer.Asn, prefixes, export);
        await bird.ReconfigureAsync();
        return bird;
    }

    private Task<string> TableAsync(PeerAtExchange peer, string table) =>
        Eventually.Get(() => api.TableAsync(peer.Address), t => t == table, $"the tables are '{table}'", TimeSpan.FromSeconds(60));
}
