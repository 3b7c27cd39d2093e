using Causeway.Bgp.Configuration;
using Causeway.Bgp.Messages;
using Causeway.Bgp.Policy;
using Causeway.Bgp.Session;
using Causeway.Bgp.Tables;
using Causeway.Bgp.Tables.In;
using Causeway.Bgp.Tables.Out;
using Causeway.Primitives;
using RefreshKind = Causeway.Bgp.Messages.RefreshKind;

namespace Causeway.Bgp.Speaker;

/// <summary>What an established session has in the tables: its routes coming in, and the routes going out to it.</summary>
internal sealed class TableSession
{
    private readonly Rib _rib;
    private readonly RibPeer _peer;
    private readonly AdjRibOut _out;
    private readonly bool[,] _warned = new bool[3, 2];
    private readonly bool[] _endOfRib = new bool[3];
    private readonly bool[] _refreshing = new bool[3];

    public TableSession(
        Rib rib,
        NeighborConfiguration configuration,
        SessionSettings settings,
        Negotiated negotiated,
        PeerConnection connection,
        RibPeer? suspended
    )
    {
        _rib = rib;
        Negotiated = negotiated;
        Connection = connection;
        PeerFacts facts = Facts(configuration, settings, negotiated);
        CompiledPolicy? import = CompiledPolicy.Compile(configuration.Import);
        if (suspended is null)
        {
            _peer = rib.Add(facts, import);
        }
        else
        {
            _peer = suspended;
            rib.Replace(_peer, facts);
            rib.SetImport(_peer, import);
        }
        _out = rib.AddOut(_peer, CompiledPolicy.Compile(configuration.Export), connection.Wake);
        connection.Wake();
    }

    public Negotiated Negotiated { get; }
    public PeerConnection Connection { get; }
    public RibPeer Peer => _peer;
    public AdjRibOut Out => _out;

    /// <summary>Takes in the whole UPDATEs at the front of what was received, up to one after which the session has something to do.</summary>
    public IngestRun Ingest(ReadOnlySpan<byte> messages, NeighborConfiguration limits)
    {
        _peer.V4.Mark = (Mark(IpFamily.V4, 0, limits.MaxPrefixV4), Mark(IpFamily.V4, 1, limits.MaxAcceptedV4));
        _peer.V6.Mark = (Mark(IpFamily.V6, 0, limits.MaxPrefixV6), Mark(IpFamily.V6, 1, limits.MaxAcceptedV6));
        IngestRun run = _rib.Ingest(_peer, messages, Negotiated.MaximumMessage == MessageHeader.ExtendedMaximum);
        if (run.Last.EndOfRib is IpFamily family)
            _endOfRib[(int)family] = true;
        return run;
    }

    /// <summary>The count beyond which there is something to say, or to do, about a limit.</summary>
    private int Mark(IpFamily family, int kind, MaxPrefix? limit) =>
        limit is null ? int.MaxValue
        : _warned[(int)family, kind] ? limit.Limit
        : WarningAt(limit);

    private static int WarningAt(MaxPrefix limit) => (int)((long)limit.Limit * limit.WarningPercent / 100);

    /// <summary>Writes route messages as long as they fit and there are any.</summary>
    public int Fill(Span<byte> buffer)
    {
        int written = 0;
        bool more = true;
        while (more && buffer.Length - written >= Negotiated.MaximumMessage)
        {
            int count = _out.Write(buffer[written..], out more);
            written += count;
            if (count == 0)
                break;
        }
        if (more)
            Connection.Wake();
        return written;
    }

    /// <summary>Takes what changed in the configuration; nothing here ends the session.</summary>
    /// <returns>True when the peer should be asked for its routes again, since some can only be judged anew with what it alone knows.</returns>
    public bool Reconfigure(NeighborConfiguration before, NeighborConfiguration next)
    {
        bool askAgain = false;
        if (before.Import != next.Import)
            askAgain = _rib.SetImport(_peer, CompiledPolicy.Compile(next.Import)) > 0;
        PeerFacts facts = _peer.Facts with { GracefulShutdown = next.GracefulShutdown, Prepend = next.Prepend, Med = next.Med };
        if (facts != _peer.Facts)
            _rib.Replace(_peer, facts);
        else if (before.Export == next.Export)
            return askAgain;
        _out.SetExport(before.Export == next.Export ? _out.Export : CompiledPolicy.Compile(next.Export));
        return askAgain;
    }

    /// <summary>A ROUTE-REFRESH of the peer (RFC 2918), or the borders of the answer to one of ours (RFC 7313).</summary>
    public void Refresh(IpFamily family, RefreshKind kind)
    {
        switch (kind)
        {
            case RefreshKind.Request:
                _out.Refresh(family, Negotiated.EnhancedRouteRefresh);
                break;
            case RefreshKind.Begin when Negotiated.EnhancedRouteRefresh:
                // Before End-of-RIB stale routes are those of a restart: then it is ignored (RFC 7313 §4).
                if (Negotiated.GracefulRestart is not null && !EndOfRib(family))
                    break;
                _refreshing[(int)family] = true;
                _rib.MarkStale(_peer, family);
                break;
            case RefreshKind.End when _refreshing[(int)family]:
                _refreshing[(int)family] = false;
                _rib.SweepStale(_peer, family);
                break;
        }
    }

    public bool EndOfRib(IpFamily family) => _endOfRib[(int)family];

    /// <summary>True once each time that the count rises past the threshold.</summary>
    /// <param name="kind">0 of routes received, 1 of routes accepted.</param>
    public bool CrossesWarning(IpFamily family, int kind, int count, MaxPrefix limit)
    {
        bool above = count > WarningAt(limit);
        bool crosses = above && !_warned[(int)family, kind];
        _warned[(int)family, kind] = above;
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
            LocalRouterId = settings.Identifier,
            FourOctetAsn = negotiated.Codec.FourOctetAsn,
            V4 = negotiated.Codec.Ipv4,
            V6 = negotiated.Codec.Ipv6,
            AddPathV4 = negotiated.Codec.AddPathIpv4,
            AddPathV6 = negotiated.Codec.AddPathIpv6,
            AllowAsSets = configuration.AllowAsSets,
            LargestMessage = negotiated.MaximumMessage,
            Role = configuration.Role,
            NextHopV4 = configuration.NextHopV4,
            NextHopV6 = configuration.NextHopV6,
            GracefulShutdown = configuration.GracefulShutdown,
            Prepend = configuration.Prepend,
            Med = configuration.Med,
            RouteServerClient = configuration.RouteServerClient,
        };

    /// <summary>Keeps the routes of the families that the peer restarts gracefully, as stale; drops the rest (RFC 4724 §4.2).</summary>
    public void Suspend(Capability.GracefulRestart restart)
    {
        _rib.RemoveOut(_out);
        foreach (IpFamily family in Negotiated.Families)
        {
            if (restart.Families.Any(f => f.Afi == (ushort)family && f.Safi == 1))
                _rib.MarkStale(_peer, family);
            else
                _rib.Drop(_peer, family);
        }
    }

    /// <summary>Takes the routes of the session out of the tables, and forgets what was announced.</summary>
    public void Close()
    {
        _rib.RemoveOut(_out);
        _rib.Remove(_peer);
    }
}
