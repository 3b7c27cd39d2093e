using System.Runtime.InteropServices;
using Causeway.Bgp.Tables.Prefixes;
using Causeway.Primitives;

namespace Causeway.Bgp.Tables.In;

/// <summary>
/// One path of one peer to one prefix: at once the Adj-RIB-In entry before policy (<see cref="Received"/>), after policy (<see cref="Effective"/>),
/// and the Loc-RIB candidate. 36 bytes; everything else about it is shared.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct Route
{
    public int Destination;

    /// <summary>The next route to the same prefix, or -1.</summary>
    public int Next;

    /// <summary>Neighbours in the peer's own list, or -1.</summary>
    public int PeerNext,
        PeerPrevious;

    /// <summary>Attributes as received. 0 when they were malformed, or let go because the peer has too many refused routes.</summary>
    public int Received;

    /// <summary>Attributes after policy; 0 when refused.</summary>
    public int Effective;

    /// <summary>RFC 7911 path identifier; 0 without add-path.</summary>
    public uint PathId;

    /// <summary>When it came, or came with other attributes: seconds since the tables were made.</summary>
    public uint Since;

    public ushort Peer;

    /// <summary><see cref="RefuseReason.None"/> when the route may be used.</summary>
    public RefuseReason Reason;

    /// <summary>Validity, and the mark of a stale route.</summary>
    private byte _state;

    private const byte StaleMark = 0x80;

    public RouteValidity Validity
    {
        readonly get => (RouteValidity)(_state & ~StaleMark);
        set => _state = (byte)(_state & StaleMark | (byte)value);
    }

    /// <summary>Kept over a restart of the peer, or waiting to be confirmed by a refresh (RFC 4724, RFC 7313).</summary>
    public bool Stale
    {
        readonly get => (_state & StaleMark) != 0;
        set => _state = (byte)(value ? _state | StaleMark : _state & ~StaleMark);
    }

    public readonly bool Usable => Reason == RefuseReason.None;
}
