using System.Collections.Concurrent;
using Causeway.Domain.Routers;
using Causeway.Testing;

namespace Causeway.Api.Tests.InternetPeering;

/// <summary>A route by a path that an ASPA forbids is no router's to take, whenever it comes and whatever the peering was found to be before.</summary>
public sealed class PathLeakTests(ExchangeServer api) : IClassFixture<ExchangeServer>
{
    private const uint Asn = 64533;
    private static readonly string[] s_good = ["11.232.0.0/24", "11.232.1.0/24", "11.232.2.0/24", "11.232.3.0/24"];
    private const string Leaked = "11.232.9.0/24";

    [Fact]
    public async Task A_leak_after_active_never_enters_a_table_until_an_aspa_allows_its_path_and_goes_when_it_does_not_any_more()
    {
        foreach (string prefix in (string[])[.. s_good, Leaked])
            api.Register(prefix, Asn);
        await api.KnowsAsync(Leaked, Asn);
        await api.AttestAsync(Asn, 3999);
        var peer = new PeerAtExchange(api, Asn, 153);
        await using var bird = new ExchangeBird(Asn, peer.Address, api.BgpPort, s_good);
        await peer.StartedAsync();
        await peer.IsAsync("Active");
        await HasAsync(null);
        IReadOnlyList<SessionReport> before = await api.SessionsAsync(peer.Address);

        // Registered, from the right origin, and heard from AS4200, to which its origin gave it as to a provider.
        bird.Configure(Asn, [.. s_good, Leaked], $"if net = {Leaked} then {{ bgp_path.prepend({Asn}); bgp_path.prepend(4200); }}");
        await using (var watch = new Watch(api, peer.Address))
        {
            await bird.ReconfigureAsync();
            await HasAsync("AspaInvalid");
            Assert.DoesNotContain($"{Leaked} None", await watch.EndAsync(), StringComparison.Ordinal);
        }
        // A slip costs that route alone, and is told.
        await Eventually.Get(
            peer.ChecksAsync,
            c => c.Contains("Aspa Failed AspaInvalid", StringComparison.Ordinal),
            "the check tells of it",
            TimeSpan.FromSeconds(60)
        );
        await AliveAsync();

        // The holder of the ASPA says that AS4200 is a provider, and then that it is not.
        await api.AttestAsync(Asn, 3999, 4200);
        await HasAsync("None");
        await AliveAsync();
        await api.AttestAsync(Asn, 3999);
        await HasAsync("AspaInvalid");
        await AliveAsync();

        async Task AliveAsync()
        {
            Assert.Equal("Active", await peer.StateAsync());
            Assert.Equal(before.Select(s => (s.Name, s.Since)), (await api.SessionsAsync(peer.Address)).Select(s => (s.Name, s.Since)));
        }

        Task<string> HasAsync(string? leaked)
        {
            string[] routes = [.. s_good.Select(p => $"{p} None"), .. leaked is null ? [] : (string[])[$"{Leaked} {leaked}"]];
            string table = string.Join("; ", ((string[])["ams-x1", "ams-x2"]).SelectMany(r => routes.Select(p => $"{r} {p}")));
            return Eventually.Get(
                () => api.TableAsync(peer.Address),
                t => t == table,
                $"the leaked route is {leaked ?? "not there"}",
                TimeSpan.FromSeconds(30)
            );
        }
    }

    /// <summary>Looks into the routers' tables again and again.</summary>
    private sealed class Watch : IAsyncDisposable
    {
        private readonly CancellationTokenSource _end = new();
        private readonly ConcurrentQueue<string> _seen = [];
        private readonly Task _looking;

        public Watch(ExchangeServer api, string peer) =>
            _looking = Task.Run(async () =>
            {
                while (!_end.IsCancellationRequested)
                    _seen.Enqueue(await api.TableAsync(peer));
            });

        public async Task<string> EndAsync()
        {
            await _end.CancelAsync();
            await _looking;
            return string.Join('\n', _seen.Distinct());
        }

        public async ValueTask DisposeAsync()
        {
            await EndAsync();
            _end.Dispose();
        }
    }
}
