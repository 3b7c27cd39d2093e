using System.Net;
using Causeway.Bgp.Configuration;
using Causeway.Bgp.Policy;
using Causeway.Bgp.Speaker;
using Causeway.Bgp.Tables.In;
using Causeway.Primitives;

namespace Causeway.Demo;

/// <summary>Contoso's own router: the library as a stand-alone speaker, with one session to each of our edge routers.</summary>
public sealed class CustomerRouter(TimeProvider time) : IAsyncDisposable
{
    private const string Instance = "contoso";
    private readonly BgpSpeaker _speaker = new(time);

    /// <param name="edges">By name: the /30 that both ends of a session lie in; the first usable address is Contoso's.</param>
    public Task StartAsync(
        Asn asn,
        Asn peer,
        int port,
        IReadOnlyDictionary<string, IpPrefix> edges,
        IReadOnlyList<IpPrefix> announce,
        CancellationToken cancellation
    ) =>
        StartAsync(
            asn,
            peer,
            port,
            edges.ToDictionary(e => e.Key, e => (Ours: e.Value.AddressAt(1), Theirs: e.Value.AddressAt(2))),
            announce,
            cancellation
        );

    /// <param name="edges">By name: Contoso's address of the session, and the edge's.</param>
    public Task StartAsync(
        Asn asn,
        Asn peer,
        int port,
        IReadOnlyDictionary<string, (IPAddress Ours, IPAddress Theirs)> edges,
        IReadOnlyList<IpPrefix> announce,
        CancellationToken cancellation
    ) =>
        _speaker.ApplyAsync(
            new SpeakerConfiguration
            {
                Asn = asn,
                RouterId = IPAddress.Parse("198.51.100.1"),
                Instances =
                [
                    new InstanceConfiguration
                    {
                        Name = Instance,
                        Networks = [.. announce],
                        Neighbors =
                        [
                            .. edges.Select(e => new NeighborConfiguration
                            {
                                Name = e.Key,
                                PeerAsn = peer,
                                PeerAddress = e.Value.Theirs,
                                PeerPort = port,
                                LocalAddress = e.Value.Ours,
                                ConnectRetry = TimeSpan.FromMilliseconds(500),
                                Import = RoutePolicy.AcceptAll,
                                Export = new RoutePolicy([
                                    new PolicyTerm { Prefixes = [.. announce.Select(PrefixMatch.Exact)], Accept = true },
                                ]),
                            }),
                        ],
                    },
                ],
            },
            cancellation
        );

    /// <summary>Prefixes learned from one of our edges, with their AS path.</summary>
    public IReadOnlyDictionary<IpPrefix, string> Learned(string edge) =>
        _speaker
            .Received(Instance, edge, new RouteQuery { Accepted = true })
            .Routes.ToDictionary(r => r.Prefix, r => r.Attributes?.AsPath ?? "");

    public ValueTask DisposeAsync() => _speaker.DisposeAsync();
}
