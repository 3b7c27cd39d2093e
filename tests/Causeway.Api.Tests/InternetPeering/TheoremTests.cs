using System.Net;
using Causeway.Domain.InternetPeering;
using Causeway.Domain.Routers;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Testing;
using Causeway.Workflows;
using Microsoft.Extensions.DependencyInjection;

namespace Causeway.Api.Tests.InternetPeering;

/// <summary>
/// The theorem on live routers: random orders of what people, registries and a real BIRD do, restarts of the server among them, and all the while a look into the
/// routers' own tables. A session may be open, and a route accepted, only where the row says so; for as long as a router needs to follow, where it said so.
/// </summary>
public sealed class TheoremTests(ExchangeServer api) : IClassFixture<ExchangeServer>
{
    /// <summary>How long a router may need to follow a row on a loaded machine.</summary>
    private static readonly TimeSpan s_follows = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData(1, 64551, 131)]
    [InlineData(2, 64552, 132)]
    public async Task At_no_instant_is_more_open_than_the_row_says(int seed, uint asn, int host)
    {
        var random = new Random(seed);
        var peer = new PeerAtExchange(api, asn, host);
        string[] prefixes = [$"11.{host}.1.0/24", $"11.{host}.2.0/24", $"11.{host}.3.0/24"];
        api.Register(prefixes[0], asn);
        await api.KnowsAsync(prefixes[0], asn);
        await using var bird = new ExchangeBird(asn, peer.Address, api.BgpPort, [prefixes[0]]);
        await peer.StartedAsync();
        await peer.IsAsync("Active");
        var said = new List<string>();
        int looks = 0;
        for (int i = 0; i < 25; i++)
        {
            string step = await StepAsync(random, peer, bird, prefixes);
            said.Add(step);
            // Many looks after each step; at the last the routers have followed.
            int few = random.Next(2, 30);
            await Eventually.Get(
                () => WrongAsync(peer),
                wrong => ++looks > 0 && --few <= 0 && wrong.Length == 0,
                $"the routers open nothing beyond the row after {string.Join(", ", said)}",
                s_follows
            );
            if (await GoneAsync(peer))
                break;
        }
        Assert.True(looks > 50, $"only {looks} looks");
    }

    private async Task<string> StepAsync(Random random, PeerAtExchange peer, ExchangeBird bird, string[] prefixes)
    {
        switch (random.Next(12))
        {
            case 0:
                return $"suspend {(await peer.OperatorAsync("suspend", "by chance")).Code}";
            case 1 or 2:
                return $"resume {(await peer.OperatorAsync("resume")).Code}";
            case 3:
                return $"retry {(await peer.PeerAsync("retry")).Code}";
            case 4:
                api.Register(prefixes[1], peer.Asn);
                return "register";
            case 5:
                api.Unregister(prefixes[1], peer.Asn);
                return "unregister";
            case 6:
                bird.Configure(peer.Asn, prefixes);
                await bird.ReconfigureAsync();
                return "announce all";
            case 7:
                bird.Configure(peer.Asn, [prefixes[0]], "bgp_next_hop = 127.80.0.198;");
                await bird.ReconfigureAsync();
                return "third party";
            case 8 or 9:
                bird.Configure(peer.Asn, [prefixes[0]]);
                await bird.ReconfigureAsync();
                return "announce one";
            case 10:
                return $"limit {(await peer.PutAsync(most: random.Next(50, 100))).Code}";
            default:
                await api.RestartAsync();
                return "restart";
        }
    }

    private async Task<bool> GoneAsync(PeerAtExchange peer) =>
        (await api.Customer.Get($"{peer.Path}?api-version={ExchangeServer.V}")).Status == HttpStatusCode.NotFound;

    /// <summary>What the routers do that the row does not say; empty when it says all of it.</summary>
    private async Task<string> WrongAsync(PeerAtExchange peer)
    {
        var wrong = new SortedSet<string>(StringComparer.Ordinal);
        // First the routers, then the row: what the row opens in between is not held against it.
        IReadOnlyList<SessionReport> sessions = await api.SessionsAsync(peer.Address);
        List<(string Router, RouteReport Route)> accepted = await AcceptedAsync(peer);
        Peering? row = await RowAsync(peer);
        Connection? connection = row?.Connections.FirstOrDefault();
        bool isOpen = connection is { State.IsOpen: true, V4.IsProven: true };
        foreach (SessionReport session in sessions)
            if (session.Mode == SessionMode.Open && !isOpen)
                wrong.Add($"open in {connection?.State.GetType().Name ?? "nothing"}");
            else if (session is { Mode: SessionMode.DenyAll, Announced: > 0 })
                wrong.Add("announced under DENY ALL");
        var registered = new RegisteredRoutes(row?.Filter?.Of(IpFamily.V4) ?? []);
        foreach ((string router, RouteReport route) in accepted)
            if (!isOpen || !registered.Has(route.Prefix, Asn.Parse(route.AsPath.Split(' ')[^1])))
                wrong.Add($"{router} accepts {route.Prefix}");
        return string.Join(", ", wrong);
    }

    private async Task<List<(string, RouteReport)>> AcceptedAsync(PeerAtExchange peer)
    {
        var routers = api.Server.Services.GetRequiredService<IRouters>();
        var accepted = new List<(string, RouteReport)>();
        NetworkTopology topology = api.Server.Services.GetRequiredService<Func<NetworkTopology>>()();
        foreach (ExchangeRouter router in topology.FindExchange(ExchangeServer.Exchange)!.Routers)
            if (routers.Reader(router.Router.Name) is { } reader)
                await foreach (
                    RouteReport route in reader.RoutesAsync(
                        new RouteQuestion(
                            $"exchange/{ExchangeServer.Exchange}",
                            $"as{peer.Asn}-{peer.Address}",
                            Stage: RouteStage.Accepted
                        ),
                        default
                    )
                )
                    accepted.Add((router.Router.Name, route));
        return accepted;
    }

    private async Task<Peering?> RowAsync(PeerAtExchange peer) =>
        (
            await api
                .Server.Services.GetRequiredService<Engine>()
                .ReadAsync(api.Server.Services.GetRequiredService<PeeringWorkflow>(), ResourceId.Parse(peer.Path), default)
        )?.Resource;
}
