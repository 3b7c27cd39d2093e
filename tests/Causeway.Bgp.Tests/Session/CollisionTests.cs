using System.Net;
using Causeway.Bgp.Configuration;
using Causeway.Bgp.Policy;
using Causeway.Bgp.Session;
using Causeway.Bgp.Speaker;
using Causeway.Bgp.Transport;
using Causeway.Primitives;
using Causeway.Testing;

namespace Causeway.Bgp.Tests.Session;

/// <summary>
/// Two speakers that call each other at the same moment end with one session, in whatever order their messages arrive (RFC 4271 §6.8). The clock stands still, so
/// that a pair that lost both connections and would try again later is seen.
/// </summary>
public sealed class CollisionTests
{
    private const int Pairs = 400;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Of_two_calls_at_once_one_stays()
    {
        string[] lost = await Task.WhenAll(Enumerable.Range(0, Pairs).Select(MeetAsync));
        lost = [.. lost.Where(l => l != "")];
        Assert.True(lost is [], string.Join('\n', lost));
    }

    /// <returns>What became of both when there is no session.</returns>
    private static async Task<string> MeetAsync(int number)
    {
        var network = new UnsteadyNetwork(new Random(number));
        var clock = new ManualTimeProvider();
        (IPAddress low, IPAddress high) = (IPAddress.Parse("192.0.2.1"), IPAddress.Parse("192.0.2.2"));
        await using var one = new BgpSpeaker(clock, transport: network);
        await using var other = new BgpSpeaker(clock, transport: network);
        await one.ApplyAsync(Configuration(64500, low, 64501, high, enabled: false));
        await other.ApplyAsync(Configuration(64501, high, 64500, low, enabled: false));
        await one.ApplyAsync(Configuration(64500, low, 64501, high, enabled: true));
        await other.ApplyAsync(Configuration(64501, high, 64500, low, enabled: true));
        network.BothWait();
        NeighborStatus[] seen = [];
        try
        {
            await Eventually.Get(
                () => seen = [one.Status()[0], other.Status()[0]],
                s => s.All(n => n.State is SessionStateName.Established),
                "the pair has a session",
                Deadline
            );
            return "";
        }
        catch (TimeoutException)
        {
            return $"pair {number}: {string.Join(" | ", seen.Select(s => $"{s.State}, {s.LastError}"))}";
        }
    }

    private static SpeakerConfiguration Configuration(uint asn, IPAddress ours, uint peerAsn, IPAddress theirs, bool enabled) =>
        new()
        {
            Asn = new Asn(asn),
            RouterId = ours,
            Listen = [new IPEndPoint(ours, 179)],
            Instances =
            [
                new InstanceConfiguration
                {
                    Name = "main",
                    Neighbors =
                    [
                        new NeighborConfiguration
                        {
                            Name = "peer",
                            PeerAsn = new Asn(peerAsn),
                            PeerAddress = theirs,
                            LocalAddress = ours,
                            Import = RoutePolicy.AcceptAll,
                            Enabled = enabled,
                        },
                    ],
                },
            ],
        };

    /// <summary>Memory in which each connection, answer and message takes as long as it likes, so that each pair meets in an order of its own.</summary>
    private sealed class UnsteadyNetwork(Random random) : ITransport
    {
        private readonly MemoryNetwork _network = new();
        private readonly TaskCompletionSource _bothWait = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Nobody's call is answered before both have begun to call.</summary>
        public void BothWait() => _bothWait.SetResult();

        public IListener Listen(IPEndPoint local) => new UnsteadyListener(_network.Listen(local), this);

        public async ValueTask<ConnectOutcome> ConnectAsync(ConnectionRequest request, CancellationToken cancel)
        {
            await _bothWait.Task;
            await DawdleAsync();
            ConnectOutcome outcome = await _network.ConnectAsync(request, cancel);
            await DawdleAsync();
            return outcome.Connection is { } wire ? ConnectOutcome.Connected(new UnsteadyConnection(wire, this)) : outcome;
        }

        private async Task DawdleAsync()
        {
            int turns;
            lock (random)
                turns = random.Next(12);
            for (int i = 0; i < turns; i++)
                await Task.Yield();
        }

        private sealed class UnsteadyListener(IListener listener, UnsteadyNetwork network) : IListener
        {
            public IPEndPoint Local => listener.Local;

            public async ValueTask<IConnection> AcceptAsync(CancellationToken cancel)
            {
                IConnection wire = await listener.AcceptAsync(cancel);
                await network.DawdleAsync();
                return new UnsteadyConnection(wire, network);
            }

            public void Protect(IPAddress peer, PeerSecurity security) => listener.Protect(peer, security);

            public ValueTask DisposeAsync() => listener.DisposeAsync();
        }

        private sealed class UnsteadyConnection(IConnection wire, UnsteadyNetwork network) : IConnection
        {
            public IPEndPoint Local => wire.Local;
            public IPEndPoint Remote => wire.Remote;

            public void Protect(PeerSecurity security) => wire.Protect(security);

            public async ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancel)
            {
                int count = await wire.ReceiveAsync(buffer, cancel);
                await network.DawdleAsync();
                return count;
            }

            public ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel) => wire.SendAsync(bytes, cancel);

            public void FinishSending() => wire.FinishSending();

            public ValueTask DisposeAsync() => wire.DisposeAsync();
        }
    }
}
