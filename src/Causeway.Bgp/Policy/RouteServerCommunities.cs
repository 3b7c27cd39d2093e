using System.Buffers.Binary;
using Causeway.Bgp.Messages;
using Causeway.Bgp.Tables.Attributes;
using Causeway.Primitives;

namespace Causeway.Bgp.Policy;

/// <summary>What a member asks a route server to do with a route towards one other member.</summary>
/// <param name="Prepend">How often the announcing member's own ASN is put in front of the path, 0 to <see cref="RouteServerCommunities.MostPrepended"/>.</param>
public readonly record struct RouteServerAction(bool Announce, int Prepend);

/// <summary>
/// The communities by which members steer a route server (RFC 7948 §4.6; the forms that Euro-IX's members agreed on). For a server of AS <c>rs</c>:
/// <code>
/// standard (RFC 1997)   large (RFC 8092)   asks for
/// 0:peer                rs:0:peer          do not announce to peer
/// 0:rs                  rs:0:0             announce to nobody
/// rs:peer               rs:1:peer          announce to peer, though to nobody else
/// rs:rs                 rs:1:0             announce to everybody, as is done anyway
/// 65501:peer            rs:101:peer        prepend once towards peer (65502, rs:102: twice; 65503, rs:103: three times)
/// 65501:rs              rs:101:0           prepend once towards everybody
/// </code>
/// "Do not" outweighs "do" for the same peer, what names a peer outweighs what names everybody, and of several that prepend the most counts. A number of four octets,
/// the server's or the peer's, has large communities only. All of these are for the server alone, and none leaves it, nor anything else in its name.
/// </summary>
public static class RouteServerCommunities
{
    /// <summary>Most that a member can ask to be prepended.</summary>
    public const int MostPrepended = 3;

    private const uint FirstPrepend = 65501;
    private const uint FirstLargePrepend = 101;

    /// <summary>What the communities of a route ask for towards one peer.</summary>
    public static RouteServerAction ActionOf(IEnumerable<uint> communities, IEnumerable<LargeCommunity> large, Asn server, Asn peer)
    {
        var asked = new Asked(server, peer);
        foreach (uint community in communities)
            asked.Read(community);
        foreach (LargeCommunity community in large)
            asked.Read(community);
        return asked.Action;
    }

    /// <param name="block">A canonical attribute block.</param>
    internal static RouteServerAction ActionOf(ReadOnlySpan<byte> block, Asn server, Asn peer)
    {
        var asked = new Asked(server, peer);
        var reader = new AttributeReader(block);
        while (reader.Next())
            if (reader.Type == AttributeType.Communities)
                for (ReadOnlySpan<byte> value = reader.Value; value.Length >= 4; value = value[4..])
                    asked.Read(BinaryPrimitives.ReadUInt32BigEndian(value));
            else if (reader.Type == AttributeType.LargeCommunities)
                for (ReadOnlySpan<byte> value = reader.Value; value.Length >= 12; value = value[12..])
                    asked.Read(WireNumbers.ReadOneLarge(value));
        return asked.Action;
    }

    /// <summary>True for a community that is the server's to read, or to give: none leaves it as a member sent it.</summary>
    public static bool IsForServer(uint community, Asn server) =>
        community >> 16 is 0 or (>= FirstPrepend and < FirstPrepend + MostPrepended) || community >> 16 == server.Value;

    /// <inheritdoc cref="IsForServer(uint,Asn)"/>
    public static bool IsForServer(LargeCommunity community, Asn server) => community.GlobalAdministrator == server.Value;

    private struct Asked(Asn server, Asn peer)
    {
        private readonly uint _server = server.Value,
            _peer = peer.Value;
        private bool _notToPeer,
            _toPeer,
            _toNobody;
        private int _prependToPeer,
            _prepend;

        public readonly RouteServerAction Action =>
            new(!_notToPeer && (_toPeer || !_toNobody), _prependToPeer > 0 ? _prependToPeer : _prepend);

        public void Read(uint community)
        {
            uint head = community >> 16,
                value = community & 0xFFFF;
            if (head == 0)
                Forbid(value == _peer, value == _server);
            else if (head == _server)
                _toPeer |= value == _peer;
            else if (head is >= FirstPrepend and < FirstPrepend + MostPrepended)
                Prepend((int)(head - FirstPrepend + 1), value == _peer, value == _server);
        }

        public void Read(LargeCommunity community)
        {
            if (community.GlobalAdministrator != _server)
                return;
            bool peer = community.LocalData2 == _peer,
                all = community.LocalData2 == 0;
            switch (community.LocalData1)
            {
                case 0:
                    Forbid(peer, all);
                    break;
                case 1:
                    _toPeer |= peer;
                    break;
                case >= FirstLargePrepend and < FirstLargePrepend + MostPrepended:
                    Prepend((int)(community.LocalData1 - FirstLargePrepend + 1), peer, all);
                    break;
            }
        }

        private void Forbid(bool peer, bool all)
        {
            _notToPeer |= peer;
            _toNobody |= all;
        }

        private void Prepend(int times, bool peer, bool all)
        {
            if (peer)
                _prependToPeer = Math.Max(_prependToPeer, times);
            else if (all)
                _prepend = Math.Max(_prepend, times);
        }
    }
}
