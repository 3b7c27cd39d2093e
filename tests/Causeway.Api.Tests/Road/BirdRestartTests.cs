using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Causeway.Client;
using Causeway.Testing;

namespace Causeway.Api.Tests.Road;

/// <summary>A restart of the control plane takes no route from a router that we did not write (RFC 4724).</summary>
public sealed partial class BirdRestartTests : IAsyncLifetime
{
    private const string V = ArmClient.NetworkVersion;
    private const string Linked = "10.84.0.0/16";
    private const int BgpPort = 17903;
    private readonly ServerProcess _server = new(["--bgp-port", $"{BgpPort}"]);
    private RoadBuilder _road = null!;

    public async ValueTask InitializeAsync()
    {
        await _server.StartAsync();
        _road = new RoadBuilder(AccessFile.Load(Path.Combine(_server.Data, "access.json")));
    }

    public async ValueTask DisposeAsync()
    {
        _road.Dispose();
        await _server.DisposeAsync();
    }

    /// <param name="restartsToo">BIRD asks for the same when it restarts; without that, its default, it only keeps what others ask it to keep.</param>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Bird_keeps_the_linked_network_while_the_server_is_stopped_or_killed_and_comes_back(bool restartsToo)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        string circuit = await _road.ProvisionedCircuitAsync("c84", stop);
        await _road.Customer.PutAsync(
            $"{circuit}/peerings/AzurePrivatePeering",
            V,
            new JsonObject
            {
                ["properties"] = new JsonObject
                {
                    ["peerASN"] = 65010,
                    ["primaryPeerAddressPrefix"] = "127.84.0.0/30",
                    ["secondaryPeerAddressPrefix"] = "127.84.0.4/30",
                    ["vlanId"] = 100,
                },
            },
            wait: true,
            stop
        );
        await _road.LinkNetworkAsync(_road.Customer, circuit, "c84", Linked, null, stop);
        await using var bird = new Bird(
            "65010",
            "127.84.0.1",
            "127.84.0.2",
            BgpPort,
            "64496",
            "172.16.84.0/24",
            null,
            gracefulRestart: restartsToo
        );
        await Eventually.Get(
            async () => $"{await bird.RoutesAsync()}\n{await bird.ProtocolAsync()}\n{_server.Output}",
            seen => seen.Contains(Linked, StringComparison.Ordinal),
            "BIRD lists the linked network"
        );
        await EstablishedAsync();
        DateTime since = Since(await bird.RoutesAsync());

        using var enough = new CancellationTokenSource();
        Task<(int Looks, string? Missed)> watch = WatchAsync();

        Assert.Equal(0, await _server.StopAsync());
        await AwayAsync();
        await _server.StartAsync();
        await EstablishedAsync();
        await _server.KillAsync();
        await AwayAsync();
        await _server.StartAsync();
        await EstablishedAsync();
        await enough.CancelAsync();
        (int looks, string? missed) = await watch;
        Assert.True(looks > 0 && missed is null, $"in {looks} looks once BIRD had\n{missed}\n{_server.Output}");
        // BIRD says since when it has the route, but for rounding: between two looks it was never away either.
        Assert.Equal(since, Since(await bird.RoutesAsync()), TimeSpan.FromMilliseconds(10));

        Task EstablishedAsync() =>
            Eventually.Get(
                bird.ProtocolAsync,
                p =>
                    p.Contains("Established", StringComparison.Ordinal)
                    // Who is lost again before it has said all is not waited for a second time (RFC 4724 section 4.2).
                    && !p.Contains("Neighbor graceful restart active", StringComparison.Ordinal),
                "the session is Established and the restart is over",
                TimeSpan.FromSeconds(60)
            );

        Task AwayAsync() =>
            Eventually.Get(
                bird.ProtocolAsync,
                p => !p.Contains("Established", StringComparison.Ordinal),
                "BIRD has seen that the session is over"
            );

        async Task<(int, string?)> WatchAsync()
        {
            int looks = 0;
            for (; !enough.IsCancellationRequested; looks++)
                if (await bird.RoutesAsync() is var routes && !routes.Contains(Linked, StringComparison.Ordinal))
                    return (looks, routes);
            return (looks, null);
        }
    }

    private static DateTime Since(string routes) =>
        Time().Match(routes) is { Success: true } at
            ? DateTime.Parse(at.Groups[1].Value, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"no time in {routes}");

    [GeneratedRegex(@"10\.84\.0\.0/16 .*\[edge ([^\]]+?)( from [^\]]*)?\]")]
    private static partial Regex Time();
}
