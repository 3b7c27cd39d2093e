using System.Net;
using Causeway.Bgp.Configuration;
using Causeway.Bgp.Policy;
using Causeway.Bgp.Session;
using Causeway.Bgp.Speaker;
using Causeway.Primitives;
using Causeway.Testing;

namespace Causeway.Drills.Tests;

/// <summary>
/// The customers' side of some circuits' sessions: BGP speakers in this process, which see when a session that was Established ends, and how many UPDATEs
/// came over it.
/// </summary>
internal sealed class CustomerEdges : IAsyncDisposable
{
    private static readonly RoutePolicy Everything = new([new PolicyTerm { Accept = true }]);

    private readonly BgpSpeaker _speaker;
    private readonly List<InstanceConfiguration> _instances = [];
    private readonly int _port;
    private readonly Lock _lock = new();
    private readonly List<string> _drops = [];

    public CustomerEdges(int port)
    {
        _port = port;
        _speaker = new BgpSpeaker(TimeProvider.System, Happened);
    }

    /// <summary>Sessions that were Established and ended, since the last <see cref="Forget"/>.</summary>
    public IReadOnlyList<string> Drops
    {
        get
        {
            lock (_lock)
                return [.. _drops];
        }
    }

    public int Established => _speaker.Status().Count(s => s.State == SessionStateName.Established);

    public int Count => _instances.Count;

    public void Forget()
    {
        lock (_lock)
            _drops.Clear();
    }

    /// <summary>Adds the far side of one session.</summary>
    /// <param name="subnet">The /30: the first usable address is the customer's.</param>
    /// <param name="announce">What the customer announces.</param>
    public Task AddAsync(string name, IpPrefix subnet, IpPrefix announce)
    {
        _instances.Add(
            new InstanceConfiguration
            {
                Name = name,
                Networks = [announce],
                Neighbors =
                [
                    new NeighborConfiguration
                    {
                        Name = "edge",
                        PeerAsn = new Asn(64496),
                        PeerAddress = subnet.AddressAt(2),
                        PeerPort = _port,
                        LocalAddress = subnet.AddressAt(1),
                        ConnectRetry = TimeSpan.FromSeconds(1),
                        ConnectRetryMaximum = TimeSpan.FromSeconds(2),
                        Import = Everything,
                        Export = Everything,
                    },
                ],
            }
        );
        return _speaker.ApplyAsync(
            new SpeakerConfiguration
            {
                Asn = new Asn(65010),
                RouterId = IPAddress.Parse("203.0.113.10"),
                Listen = [.. _instances.SelectMany(i => i.Neighbors).Select(n => new IPEndPoint(n.LocalAddress, _port))],
                Instances = [.. _instances],
            }
        );
    }

    public Task AllUpAsync(TimeSpan within) =>
        Eventually.Get(() => Established, up => up == Count, $"all {Count} sessions Established", within);

    private void Happened(BgpEvent happened)
    {
        if (happened is BgpEvent.StateChanged { From: SessionStateName.Established } left)
            lock (_lock)
                _drops.Add($"{left.At:HH:mm:ss.fff} {left}");
    }

    public ValueTask DisposeAsync() => _speaker.DisposeAsync();
}
