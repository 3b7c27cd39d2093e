using System.Net;
using Causeway.Bgp.Configuration;
using Causeway.Bgp.Messages;
using Causeway.Bgp.Policy;
using Causeway.Bgp.Speaker;
using Causeway.Bgp.Tables.In;
using Causeway.Primitives;

namespace Causeway.Routers.Tests;

/// <summary>A customer's router for one session, announcing whatever a test wants, right or wrong.</summary>
internal sealed class Customer(Asn asn, Asn edge, IPAddress theirs, IPAddress ours, int port, string? md5 = null, IPAddress? nextHop = null)
    : IAsyncDisposable
{
    /// <summary>On a /30 or /126: the first usable address is the customer's.</summary>
    public Customer(Asn asn, Asn edge, IpPrefix subnet, int port, string? md5 = null, IPAddress? nextHop = null)
        : this(asn, edge, subnet.AddressAt(2), subnet.AddressAt(1), port, md5, nextHop) { }

    /// <summary>The other side has said that it has sent all it has (End-of-RIB): what comes from here on is a change.</summary>
    public bool HasHeardAll => _speaker.Status().Single().Families is [{ EndOfRib: true }];

    /// <summary>UPDATEs and ROUTE-REFRESHes that came in so far.</summary>
    public (long Updates, long Refreshes) Heard
    {
        get
        {
            MessageCounters messages = _speaker.Status().Single().Messages;
            return (messages.UpdatesReceived, messages.RefreshesReceived);
        }
    }

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
                                PeerAddress = theirs,
                                PeerPort = port,
                                LocalAddress = ours,
                                Md5Key = md5,
                                NextHopV4 = nextHop,
                                ConnectRetry = TimeSpan.FromMilliseconds(200),
                                ConnectRetryMaximum = TimeSpan.FromMilliseconds(500),
                                Families =
                                [
                                    ours.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? IpFamily.V4 : IpFamily.V6,
                                ],
                                Import = RoutePolicy.AcceptAll,
                                Export = RoutePolicy.AcceptAll,
                            },
                        ],
                    },
                ],
            }
        );

    /// <summary>The other side said in its last OPEN that it had restarted, and that it forwarded meanwhile (RFC 4724 §3, R and F).</summary>
    public (bool Restarted, bool Forwarded) EdgeSaid =>
        _speaker.Status().Single().PeerCapabilities.OfType<Capability.GracefulRestart>().SingleOrDefault() is { } said
            ? (said.Restarted, said.Families.Any(f => f.Forwarding))
            : (false, false);

    public string State => _speaker.Status().Single().State.ToString();

    public IReadOnlyList<string> Learned =>
        [.. _speaker.Received("customer", "edge", new RouteQuery { Accepted = true }).Routes.Select(r => r.Prefix.ToString()).Order()];

    /// <summary>What packets would follow now: whatever is best for each prefix, stale or not.</summary>
    public IReadOnlyList<string> Follows => [.. _speaker.LocRib("customer").Routes.Select(r => r.Prefix.ToString())];

    public ValueTask DisposeAsync() => _speaker.DisposeAsync();
}
