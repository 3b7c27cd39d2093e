using System.Buffers.Binary;
using Causeway.Bgp.Messages;
using Causeway.Bgp.Tables.Attributes;
using Causeway.Bgp.Tables.Out;
using Causeway.Bgp.Tables.Prefixes;
using Causeway.Primitives;

namespace Causeway.Bgp.Tests.Tables;

/// <summary>A peer that reads what an Adj-RIB-Out writes and remembers the routes, as text.</summary>
internal sealed class OutReceiver
{
    private readonly byte[] _buffer = new byte[8192];

    public Dictionary<IpPrefix, string> Routes { get; } = [];

    /// <summary>The attributes of each, whole.</summary>
    public Dictionary<IpPrefix, RouteAttributes> Attributes { get; } = [];

    /// <summary>UPDATEs that carried routes.</summary>
    public int Updates { get; private set; }
    public int EndOfRibs { get; private set; }

    /// <summary>Prefixes announced and withdrawn, each as often as it was.</summary>
    public List<IpPrefix> Told { get; } = [];

    /// <summary>Kinds of ROUTE-REFRESH seen, in order.</summary>
    public List<byte> Borders { get; } = [];

    public void Take(AdjRibOut from, bool once = false)
    {
        bool more;
        do
        {
            ReadOnlySpan<byte> left = _buffer.AsSpan(0, from.Write(_buffer, out more));
            while (!left.IsEmpty)
            {
                int length = BinaryPrimitives.ReadUInt16BigEndian(left[16..]);
                Assert.True(length <= from.Peer.Facts.LargestMessage, $"message of {length} bytes");
                if (left[18] == 2)
                    TakeUpdate(left[19..length]);
                else
                    Borders.Add(left[21]);
                left = left[length..];
            }
        } while (more && !once);
    }

    private void TakeUpdate(ReadOnlySpan<byte> body)
    {
        int withdrawn = BinaryPrimitives.ReadUInt16BigEndian(body);
        Withdraw<V4Key>(body.Slice(2, withdrawn));
        int length = BinaryPrimitives.ReadUInt16BigEndian(body[(2 + withdrawn)..]);
        ReadOnlySpan<byte> block = body.Slice(4 + withdrawn, length);
        ReadOnlySpan<byte> nlri = body[(4 + withdrawn + length)..];
        var reader = new AttributeReader(block);
        bool alone = true;
        while (reader.Next())
        {
            alone &= reader.Type == AttributeType.MpUnreach;
            if (reader.Type == AttributeType.MpUnreach)
            {
                Withdraw<V6Key>(reader.Value[3..]);
                if (reader.Value.Length == 3)
                    EndOfRibs++;
            }
            else if (reader.Type == AttributeType.MpReach)
                Announce<V6Key>(reader.Value[21..], block);
        }
        Assert.False(reader.Malformed);
        Announce<V4Key>(nlri, block);
        if (body.Length == 4)
            EndOfRibs++;
        Updates += alone && nlri.IsEmpty ? 0 : 1;
    }

    private void Withdraw<TKey>(ReadOnlySpan<byte> nlri)
        where TKey : unmanaged, IPrefixKey<TKey>
    {
        while (!nlri.IsEmpty)
        {
            int taken = TKey.Read(nlri, out TKey key);
            Assert.True(taken > 0);
            Told.Add(key.ToPrefix());
            Assert.True(Routes.Remove(key.ToPrefix()), $"{key.ToPrefix()} was withdrawn but never announced");
            nlri = nlri[taken..];
        }
    }

    private void Announce<TKey>(ReadOnlySpan<byte> nlri, ReadOnlySpan<byte> block)
        where TKey : unmanaged, IPrefixKey<TKey>
    {
        if (nlri.IsEmpty)
            return;
        RouteAttributes attributes = RouteAttributes.Read(block);
        while (!nlri.IsEmpty)
        {
            int taken = TKey.Read(nlri, out TKey key);
            Assert.True(taken > 0);
            Told.Add(key.ToPrefix());
            Attributes[key.ToPrefix()] = attributes;
            Routes[key.ToPrefix()] = $"{attributes.AsPath} | {string.Join(' ', attributes.Communities.Order())} | {attributes.Med}";
            nlri = nlri[taken..];
        }
    }
}
