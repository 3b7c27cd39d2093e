using System.Net;
using Causeway.Bgp.Configuration;
using Causeway.Bgp.Policy;
using Causeway.Bgp.Speaker;
using Causeway.Bgp.Tables;
using Causeway.Primitives;

namespace Causeway.Routers.Tests;

/// <summary>A customer's router for one session, announcing whatever a test wants, right or wrong.</summary>
internal sealed class Customer(Asn asn, Asn edge, IpPrefix subnet, int port, string? md5 = null, IPAddress? nextHop = null)
    : IAsyncDisposable
{
    private readonly BgpSpeaker _speaker = new(TimeProvider.System);

    public Task AnnounceAsync(params string[] prefixes) =>
        _speaker.ApplyAsync(
            new SpeakerConfiguration
            {
                Asn = asn,
                RouterId = IPAddress.Parse("198.51.100.7"),
                Instances =
                [
                    new InstanceConfiguration
                    {
                        Name = "customer",
                        Networks = [.. prefixes.Select(p => IpPrefix.Parse(p))],
                        Neighbors =
                        [
                            new NeighborConfiguration
                            {
                                Name = "edge",
                                PeerAsn = edge,
                                PeerAddress = subnet.AddressAt(2),
                                PeerPort = port,
                                LocalAddress = subnet.AddressAt(1),
                                Md5Key = md5,
                                NextHopV4 = nextHop,
                                ConnectRetry = TimeSpan.FromMilliseconds(200),
                                ConnectRetryMaximum = TimeSpan.FromMilliseconds(500),
                                Families = [subnet.Family],
                                Import = RoutePolicy.AcceptAll,
                                Export = RoutePolicy.AcceptAll,
                            },
                        ],
                    },
                ],
            }
        );

    public string State => _speaker.Status().Single().State.ToString();

    public IReadOnlyList<string> Learned =>
        [.. _speaker.Received("customer", "edge", new RouteQuery { Accepted = true }).Routes.Select(r => r.Prefix.ToString()).Order()];

    public ValueTask DisposeAsync() => _speaker.DisposeAsync();
}
