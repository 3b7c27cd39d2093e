using Causeway.Bgp.Configuration;
using Causeway.Bgp.Messages;
using Causeway.Bgp.Policy;
using Causeway.Bgp.Session;
using Causeway.Bgp.Tables;
using Causeway.Primitives;

namespace Causeway.Bgp.Speaker;

/// <summary>What an established session has in the tables: its routes coming in, and the routes going out to it.</summary>
internal sealed class TableSession : IDisposable
{
    private readonly Rib _rib;
    private readonly RibPeer _peer;
    private readonly AdjRibOut _out;
    private readonly bool[] _warned = new bool[3];
    private readonly bool[] _endOfRib = new bool[3];

    public TableSession(Rib rib, NeighborConfiguration configuration, SessionSettings settings, Negotiated negotiated, PeerConnection connection)
    {
        _rib = rib;
        Negotiated = negotiated;
        Connection = connection;
        _peer = rib.Add(Facts(configuration, settings, negotiated), CompiledPolicy.Compile(configuration.Import));
        _out = rib.AddOut(_peer, CompiledPolicy.Compile(configuration.Export), connection.Wake);
        connection.Wake();
    }

    public Negotiated Negotiated { get; }
    public PeerConnection Connection { get; }
    public RibPeer Peer => _peer;
    public AdjRibOut Out => _out;

    public IngestResult Ingest(ReadOnlySpan<byte> body)
    {
        IngestResult result = _rib.Ingest(_peer, body);
        if (result.EndOfRib is IpFamily family)
            _endOfRib[(int)family] = true;
        return result;
    }

    public int Fill(Span<byte> buffer) => _out.Write(buffer);

    public int Received(IpFamily family) => _peer.Counters(family).Received;

    public bool EndOfRib(IpFamily family) => _endOfRib[(int)family];

    /// <summary>True once each time that the count rises past the threshold.</summary>
    public bool CrossesWarning(IpFamily family, int count, MaxPrefix limit)
    {
        bool above = count > (long)limit.Limit * limit.WarningPercent / 100;
        bool crosses = above && !_warned[(int)family];
        _warned[(int)family] = above;
        return crosses;
    }

    private static PeerFacts Facts(NeighborConfiguration configuration, SessionSettings settings, Negotiated negotiated) =>
        new()
        {
            Name = configuration.Name,
            PeerAsn = settings.PeerAsn,
            LocalAsn = settings.LocalAsn,
            PeerAddress = configuration.PeerAddress,
            LocalAddress = configuration.LocalAddress,
            PeerRouterId = negotiated.PeerOpen.Identifier,
            FourOctetAsn = negotiated.Codec.FourOctetAsn,
            V4 = negotiated.Codec.Ipv4,
            V6 = negotiated.Codec.Ipv6,
            AddPathV4 = negotiated.Codec.AddPathIpv4,
            AddPathV6 = negotiated.Codec.AddPathIpv6,
            LargestMessage = negotiated.MaximumMessage,
            Role = configuration.Role,
            NextHopV4 = configuration.NextHopV4,
            NextHopV6 = configuration.NextHopV6,
            GracefulShutdown = configuration.GracefulShutdown,
        };

    public void Dispose()
    {
        _rib.RemoveOut(_out);
        _rib.Remove(_peer);
    }
}
