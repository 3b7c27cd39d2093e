using System.Collections.Immutable;
using System.Net;
using Causeway.Bgp.Messages;
using Causeway.Bgp.Policy;
using Causeway.Bgp.Speaker;
using Causeway.Bgp.Tables;
using Causeway.Bgp.Tables.In;
using Causeway.Primitives;

namespace Causeway.Bgp.Bmp;

/// <summary>
/// A router that reports to us: its sessions, and its routes in tables like our own, one set per kind of table that it reports. Filled by one connection; may be looked at from any thread.
/// </summary>
public sealed class BmpRouter
{
    /// <summary>Sessions that one router may report.</summary>
    public const int MostPeers = 20_000;

    private readonly Lock _gate = new();
    private readonly TimeProvider _clock;
    private readonly Dictionary<PeerKey, Peer> _peers = [];
    private readonly Rib?[] _tables = new Rib?[5];

    private readonly record struct PeerKey(byte Type, ulong Distinguisher, IPAddress Address);

    private sealed class Peer
    {
        public required BmpPeerHeader Header { get; set; }
        public required DateTimeOffset Since { get; set; }
        public bool Up { get; set; }
        public string TableName { get; set; } = "";
        public OpenMessage? Sent { get; set; }
        public OpenMessage? Received { get; set; }
        public byte DownReason { get; set; }
        public Notification? DownNotification { get; set; }
        public ImmutableDictionary<ushort, ulong> Statistics { get; set; } = ImmutableDictionary<ushort, ulong>.Empty;
        public RibPeer?[] InTables { get; } = new RibPeer?[5];
    }

    internal BmpRouter(IPEndPoint remote, TimeProvider clock)
    {
        Remote = remote;
        _clock = clock;
        ConnectedAt = clock.GetUtcNow();
    }

    public IPEndPoint Remote { get; }
    public DateTimeOffset ConnectedAt { get; }

    /// <summary>sysName, once the router has said it.</summary>
    public string SystemName { get; private set; } = "";

    public string SystemDescription { get; private set; } = "";

    /// <summary>Messages taken in, of all types.</summary>
    public long Messages { get; private set; }

    /// <summary>Messages, or UPDATEs in them, that were malformed and passed over.</summary>
    public long Faults { get; private set; }

    public string? LastFault { get; private set; }

    /// <summary>The reason of the Termination message, where the router sent one.</summary>
    public ushort? TerminationReason { get; private set; }

    /// <summary>The router has said that it ends this connection.</summary>
    internal bool Terminated { get; private set; }

    /// <summary>The tables of one kind; null when the router has reported none of it. Its peers are named as in <see cref="BmpPeerStatus.Name"/>.</summary>
    public Rib? Tables(BmpTable table)
    {
        lock (_gate)
            return _tables[(int)table];
    }

    /// <summary>The router's sessions as they are now.</summary>
    public IReadOnlyList<BmpPeerStatus> Peers
    {
        get
        {
            lock (_gate)
                return
                [
                    .. _peers.Values.Select(p => new BmpPeerStatus(
                        Name(p.Header),
                        p.Header,
                        p.Up,
                        p.Since,
                        p.TableName,
                        p.DownReason,
                        p.DownNotification,
                        p.Statistics,
                        [
                            .. Enum.GetValues<BmpTable>()
                                .Where(t => p.InTables[(int)t] is not null)
                                .Select(t => new BmpTableCount(t, p.InTables[(int)t]!.V4.Received, p.InTables[(int)t]!.V6.Received)),
                        ]
                    )),
                ];
        }
    }

    internal void Take(ReadOnlySpan<byte> bytes)
    {
        BmpMessage? message = BmpParser.Parse(bytes, out string? fault);
        lock (_gate)
        {
            Messages++;
            if (fault is not null)
                Fault(fault);
        }
        switch (message)
        {
            case BmpMessage.Initiation initiation:
                (SystemName, SystemDescription) = (initiation.SystemName, initiation.SystemDescription);
                break;
            case BmpMessage.Termination termination:
                TerminationReason = termination.Reason;
                Terminated = true;
                break;
            case BmpMessage.PeerUp up:
                TakeUp(up);
                break;
            case BmpMessage.PeerDown down:
                TakeDown(down);
                break;
            case BmpMessage.Statistics statistics:
                lock (_gate)
                    if (_peers.TryGetValue(Key(statistics.Peer), out Peer? peer))
                        peer.Statistics = statistics.Values;
                break;
            case BmpMessage.RouteMonitoring routes:
                TakeRoutes(routes);
                break;
        }
    }

    private void Fault(string text)
    {
        Faults++;
        LastFault = text;
    }

    private static PeerKey Key(BmpPeerHeader header) => new(header.Type, header.Distinguisher, header.Address);

    private static string Name(BmpPeerHeader header) =>
        header.Type == 3 ? $"loc-rib:{header.Distinguisher:x}"
        : header.Distinguisher == 0 ? header.Address.ToString()
        : $"{header.Distinguisher:x}:{header.Address}";

    private Peer? Find(BmpPeerHeader header)
    {
        PeerKey key = Key(header);
        if (_peers.TryGetValue(key, out Peer? peer))
            return peer;
        if (_peers.Count >= MostPeers)
        {
            Fault($"more than {MostPeers} peers");
            return null;
        }
        return _peers[key] = new Peer { Header = header, Since = _clock.GetUtcNow() };
    }

    private void TakeUp(BmpMessage.PeerUp up)
    {
        Peer? peer;
        lock (_gate)
            peer = Find(up.Peer);
        if (peer is null)
            return;
        // A Peer Up without a Peer Down before it is a new session all the same: what it had announced is gone. With several tables
        // per peer, routers send one Peer Up for each; only the first of them finds a peer that is down.
        if (!peer.Up || !SameSession(peer, up))
            DropRoutes(peer);
        lock (_gate)
        {
            peer.Header = up.Peer;
            peer.Up = true;
            peer.Since = _clock.GetUtcNow();
            (peer.Sent, peer.Received) = (up.Sent, up.Received);
            if (up.TableName.Length > 0)
                peer.TableName = up.TableName;
        }
    }

    private static bool SameSession(Peer peer, BmpMessage.PeerUp up) =>
        up.Received is not null && peer.Received?.Identifier == up.Received?.Identifier && peer.Header.RouterId == up.Peer.RouterId;

    private void TakeDown(BmpMessage.PeerDown down)
    {
        Peer? peer;
        lock (_gate)
        {
            if (!_peers.TryGetValue(Key(down.Peer), out peer))
                return;
            peer.Up = false;
            peer.Since = _clock.GetUtcNow();
            (peer.DownReason, peer.DownNotification) = (down.Reason, down.Notification);
        }
        DropRoutes(peer);
    }

    private void TakeRoutes(BmpMessage.RouteMonitoring routes)
    {
        Rib tables;
        RibPeer? inTable;
        lock (_gate)
        {
            if (Find(routes.Peer) is not { } peer)
                return;
            tables = _tables[(int)routes.Peer.Table] ??= new Rib(clock: _clock);
            inTable = peer.InTables[(int)routes.Peer.Table];
            if (inTable is null)
                inTable = peer.InTables[(int)routes.Peer.Table] = tables.Add(
                    Facts(peer, routes.Peer),
                    CompiledPolicy.Compile(RoutePolicy.AcceptAll)
                );
            else if (inTable.Facts.FourOctetAsn != routes.Peer.FourOctetAsn)
                tables.Replace(inTable, inTable.Facts with { FourOctetAsn = routes.Peer.FourOctetAsn });
        }
        IngestResult result = tables.Ingest(inTable, routes.Update.AsSpan());
        if (result.Reset is not null || result.Fault.Kind != AttributeFaultKind.None)
            lock (_gate)
                Fault($"UPDATE from {Name(routes.Peer)}: {result.Reset?.ToString() ?? result.Fault.ToString()}");
    }

    private static PeerFacts Facts(Peer peer, BmpPeerHeader header) =>
        new()
        {
            Name = Name(header),
            PeerAsn = header.Asn,
            LocalAsn = default,
            PeerAddress = header.Address,
            LocalAddress = IPAddress.Any,
            PeerRouterId = header.RouterId,
            FourOctetAsn = header.FourOctetAsn,
            V6 = true,
            AddPathV4 = SendsPaths(peer, header.Table, IpFamily.V4),
            AddPathV6 = SendsPaths(peer, header.Table, IpFamily.V6),
            Monitored = true,
        };

    /// <summary>Path identifiers stand in the NLRI when the two OPENs agreed on them in the direction that is reported (RFC 7911 §4).</summary>
    private static bool SendsPaths(Peer peer, BmpTable table, IpFamily family)
    {
        bool outward = table is BmpTable.AdjRibOut or BmpTable.AdjRibOutAfterPolicy;
        OpenMessage? from = outward ? peer.Sent : peer.Received,
            to = outward ? peer.Received : peer.Sent;
        return Mode(from, 2) && Mode(to, 1);

        bool Mode(OpenMessage? open, int bit) =>
            open?.Find<Capability.AddPath>()?.Families.Any(f => f.Afi == (ushort)family && f.Safi == 1 && (f.Mode & bit) != 0) ?? false;
    }

    private void DropRoutes(Peer peer)
    {
        for (int table = 0; table < _tables.Length; table++)
        {
            RibPeer? inTable;
            lock (_gate)
            {
                inTable = peer.InTables[table];
                peer.InTables[table] = null;
            }
            if (inTable is not null)
                _tables[table]!.Remove(inTable);
        }
    }
}

/// <summary>One session of a monitored router. A copy: it does not change afterwards.</summary>
/// <param name="DownReason">Of the last Peer Down message, RFC 7854 §4.9; 0 when there was none.</param>
/// <param name="Statistics">Last counters, by their type (IANA "BMP Statistics Types").</param>
public sealed record BmpPeerStatus(
    string Name,
    BmpPeerHeader Header,
    bool Up,
    DateTimeOffset Since,
    string TableName,
    byte DownReason,
    Notification? DownNotification,
    ImmutableDictionary<ushort, ulong> Statistics,
    ImmutableArray<BmpTableCount> Tables
);

/// <summary>Routes of one peer in one kind of table.</summary>
public readonly record struct BmpTableCount(BmpTable Table, int V4, int V6);
