using System.Text.Json.Nodes;
using Causeway.Testing;

namespace Causeway.Api.Tests.InternetPeering;

/// <summary>An exchange that takes its time before a session counts as stable: long enough to look at what is under DENY ALL, also on a loaded machine.</summary>
public sealed class PatientExchange : ExchangeServer
{
    protected override string Validation => "stableSeconds: 10, drainSeconds: 2, readyWithin: 1h";
}

/// <summary>What the routers have of a peer that is being looked at.</summary>
public sealed class UnderDenyAllTests(PatientExchange api) : IClassFixture<PatientExchange>
{
    [Fact]
    public async Task Under_deny_all_the_routers_hear_and_take_nothing()
    {
        // Nothing is registered for the peer: it cannot pass.
        var peer = new PeerAtExchange(api, 64502, 102);
        await using var bird = new ExchangeBird(64502, peer.Address, api.BgpPort, ["11.203.0.0/24"]);
        await peer.StartedAsync();
        await Eventually.Get(
            async () =>
                string.Join(
                    "; ",
                    (await api.SessionsAsync(peer.Address)).Select(s => $"{s.State} {s.Mode} {s.Received} {s.Accepted} {s.Announced}")
                ),
            s => s == "Established DenyAll 1 0 0; Established DenyAll 1 0 0",
            "both sessions are up under DENY ALL, hear a route, and take and give nothing"
        );
        Assert.DoesNotContain("192.88.99.0/24", await bird.RoutesAsync(), StringComparison.Ordinal);
        await peer.IsAsync("ProvisioningFailed");
        Assert.Equal("Registered", await peer.FailedAsync());
        Assert.Contains("11.203.0.0/24", (await peer.ConnectionAsync())["errorMessage"]!.ToString(), StringComparison.Ordinal);
        // Mended and tried again.
        api.Register("11.203.0.0/24", 64502);
        await api.KnowsAsync("11.203.0.0/24", 64502);
        (await peer.PeerAsync("retry")).Is(200);
        await peer.IsAsync("Active");
    }

    [Fact]
    public async Task A_session_that_flaps_is_not_stable_and_time_alone_makes_nothing_active()
    {
        api.Register("11.220.0.0/24", 64503);
        await api.KnowsAsync("11.220.0.0/24", 64503);
        var peer = new PeerAtExchange(api, 64503, 119);
        await using var bird = new ExchangeBird(64503, peer.Address, api.BgpPort, ["11.220.0.0/24"]);
        await peer.StartedAsync();
        for (int i = 0; i < 4; i++)
        {
            await Eventually.Get(
                () => api.SessionsAsync(peer.Address),
                s => s.Count == 2 && s.All(r => r.IsEstablished),
                "the sessions are up",
                TimeSpan.FromSeconds(240)
            );
            await bird.AskAsync("restart", "all");
            await Eventually.Get(() => api.SessionsAsync(peer.Address), s => s.Any(r => !r.IsEstablished), "and down again");
            Assert.NotEqual("Active", await peer.StateAsync());
            Assert.DoesNotContain(" None", await api.TableAsync(peer.Address), StringComparison.Ordinal);
        }
        // A session that failed again and again is let in ever later (RFC 4271 §8.1.1, damping).
        await peer.IsAsync("Active", 240);
    }
}
