using System.Buffers.Binary;
using Causeway.Bgp.Policy;
using Causeway.Bgp.Tables.In;
using Causeway.Primitives;

namespace Causeway.Bgp.Tables.Out;

/// <summary>
/// What is announced to one peer. Nothing is pushed: the session calls <see cref="Write"/> when its socket takes more, so a slow peer delays only itself
/// and costs no memory. The messages come out packed, many NLRI per attribute set.
/// </summary>
public sealed class AdjRibOut
{
    private readonly RibState _state;
    private readonly OutTable[] _families;
    private readonly ExportChanges _changes = new();
    private readonly Action _wake;
    private int _woken;
    private bool _closed;

    internal AdjRibOut(RibState state, OutTable[] families, RibPeer peer, CompiledPolicy? export, Action wake)
    {
        _state = state;
        _families = families;
        _wake = wake;
        Peer = peer;
        Export = export;
        _changes.Adopt(export, peer.Facts.ExportChanges, Prepends(peer));
        foreach (OutTable family in families)
            family.Begin(this, _changes);
    }

    private static int Prepends(RibPeer peer) => peer.Facts.RouteServerClient ? RouteServerCommunities.MostPrepended + 1 : 1;

    public RibPeer Peer { get; }

    public CompiledPolicy? Export { get; private set; }

    /// <summary>Prefixes that the peer has been told and not been told to forget.</summary>
    public int Advertised(IpFamily family) => _families.FirstOrDefault(f => f.Family == family)?.Advertised ?? 0;

    /// <summary>The prefixes that the peer has been told and not been told to forget, with the attributes they have in the Loc-RIB (before export); those of a route server's client as it is shown them.</summary>
    public IReadOnlyList<RouteView> Routes()
    {
        var routes = new List<RouteView>();
        using (_state.Enter())
            foreach (OutTable family in _families)
                family.List(routes);
        return routes;
    }

    /// <summary>
    /// Writes as many whole messages as fit: UPDATEs, End-of-RIB after the first full transfer of a family (RFC 4724 §2), and the borders of an enhanced refresh.
    /// </summary>
    /// <param name="buffer">At least <see cref="PeerFacts.LargestMessage"/> bytes; 64 KiB is a good size.</param>
    /// <param name="more">True when there is more to write now; false when the peer is up to date, and the wake callback will tell.</param>
    /// <returns>Bytes written.</returns>
    /// <exception cref="ArgumentException">The buffer is too small for one message.</exception>
    public int Write(Span<byte> buffer, out bool more)
    {
        if (buffer.Length < Peer.Facts.LargestMessage)
            throw new ArgumentException($"The buffer must hold one message of {Peer.Facts.LargestMessage} bytes.", nameof(buffer));
        var writer = new MessageWriter(buffer);
        Interlocked.Exchange(ref _woken, 0);
        more = false;
        using (_state.Enter())
        {
            if (_closed)
                return 0;
            foreach (OutTable family in _families)
                more |= family.Write(ref writer, Export);
        }
        return writer.Written;
    }

    /// <summary>Changes the export policy, or what <see cref="Peer"/> adds to it: the peer is told the difference, and what to forget.</summary>
    public void SetExport(CompiledPolicy? export)
    {
        using (_state.Enter())
        {
            Export = export;
            bool comparable = _changes.Adopt(export, Peer.Facts.ExportChanges, Prepends(Peer));
            foreach (OutTable family in _families)
                family.Reconsider(all: !comparable);
        }
        Wake();
    }

    /// <summary>The peer asked for everything again (RFC 2918).</summary>
    /// <param name="enhanced">Mark begin and end of the answer (RFC 7313).</param>
    public void Refresh(IpFamily family, bool enhanced)
    {
        using (_state.Enter())
            _families.FirstOrDefault(f => f.Family == family)?.Restart(bordered: enhanced);
        Wake();
    }

    /// <summary>Calls back, unless that was done and <see cref="Write"/> has not come since. Without a lock.</summary>
    internal void Wake()
    {
        if (Interlocked.Exchange(ref _woken, 1) == 0)
            _wake();
    }

    internal void Close()
    {
        using (_state.Enter())
        {
            if (_closed)
                return;
            _closed = true;
            foreach (OutTable family in _families)
                family.Forget();
        }
    }
}

/// <summary>Writes BGP messages one after the other into a buffer.</summary>
internal ref struct MessageWriter(Span<byte> buffer)
{
    public const int HeaderLength = 19;
    public const byte Update = 2;
    public const byte RouteRefresh = 5;

    private readonly Span<byte> _buffer = buffer;

    public int Written { get; private set; }

    public readonly Span<byte> Room => _buffer[Written..];

    /// <summary>Puts a header before a body that was written at <see cref="Room"/>[19..].</summary>
    public void Finish(byte type, int bodyLength)
    {
        Span<byte> message = Room;
        message[..16].Fill(0xFF);
        BinaryPrimitives.WriteUInt16BigEndian(message[16..], (ushort)(HeaderLength + bodyLength));
        message[18] = type;
        Written += HeaderLength + bodyLength;
    }
}
