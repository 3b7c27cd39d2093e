using Causeway.Testing;

namespace Causeway.Api.Tests.InternetPeering;

/// <summary>A network that buys transit from nobody stands behind no peer: a path through one is a leak, whenever it comes.</summary>
public sealed class TransitLeakTests(ExchangeServer api) : IClassFixture<ExchangeServer>
{
    [Fact]
    public async Task A_leak_after_active_is_refused_by_the_router_and_costs_that_route_only()
    {
        const string Good = "11.231.0.0/24",
            Leaked = "11.231.1.0/24";
        api.Register(Good, 64532);
        api.Register(Leaked, 64532);
        await api.KnowsAsync(Leaked, 64532);
        var peer = new PeerAtExchange(api, 64532, 152);
        await using var bird = new ExchangeBird(64532, peer.Address, api.BgpPort, [Good]);
        await peer.StartedAsync();
        await peer.IsAsync("Active");
        await HasAsync($"ams-x1 {Good} None; ams-x2 {Good} None");

        // Registered, from the right origin, and heard through AS174.
        bird.Configure(64532, [Good, Leaked], $"if net = {Leaked} then {{ bgp_path.prepend(64532); bgp_path.prepend(174); }}");
        await bird.ReconfigureAsync();
        await HasAsync(
            $"ams-x1 {Good} None; ams-x1 {Leaked} TransitNetworkInPath; ams-x2 {Good} None; ams-x2 {Leaked} TransitNetworkInPath"
        );
        Assert.Equal("Active", await peer.StateAsync());

        Task<string> HasAsync(string table) =>
            Eventually.Get(() => api.TableAsync(peer.Address), t => t == table, "the routers' tables follow", TimeSpan.FromSeconds(30));
    }
}
