using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Causeway.Bgp.Messages;

/// <summary>
/// One walk over a block of path attributes with the decision of RFC 7606 §7 on each. Whatever reads attributes that a peer sent goes through here: the
/// tables, which want to know whether the octets may stay as they came (<see cref="AttributeJudge"/>), and <see cref="AttributeDecoder"/>, which
/// makes objects of what is kept. It allocates nothing, and does not throw whatever the octets are. MP_REACH_NLRI and MP_UNREACH_NLRI are passed over:
/// <see cref="UpdateParser"/> reads them.
/// </summary>
internal ref struct AttributeWalk(ReadOnlySpan<byte> block, UpdateCodec codec)
{
    private const AttributeFlags Kind = AttributeFlags.Optional | AttributeFlags.Transitive;

    /// <summary>"MUST be ignored when received" (RFC 4271 §4.3).</summary>
    private const AttributeFlags Unused = (AttributeFlags)0x0F;

    /// <summary>Longer lists of large communities are written anew without looking for duplicates in them.</summary>
    private const int LongList = 16 * 12;

    private readonly UpdateCodec _codec = codec;
    private AttributeReader _reader = new(block);
    private TypeSet _seen;

    public readonly AttributeType Type => _reader.Type;

    public readonly AttributeFlags Flags => _reader.Flags;

    public readonly ReadOnlySpan<byte> Value => _reader.Value;

    /// <summary>The present attribute with its header.</summary>
    public readonly ReadOnlySpan<byte> Whole => _reader.Whole;

    /// <summary>The block is cut off; the walk stopped there.</summary>
    public readonly bool CutOff => _reader.Malformed;

    /// <summary>What the fault of the present attribute means for the UPDATE; Accept when it has none.</summary>
    public UpdateHandling Handling { get; private set; }

    public AttributeFaultKind Fault { get; private set; }

    /// <summary>The present attribute counts. Otherwise it is at fault, or means nothing on this session.</summary>
    public bool Kept { get; private set; }

    /// <summary>The octets of the present attribute cannot stay: it must be taken out, or written in another form.</summary>
    public bool Rewritten { get; private set; }

    public readonly bool Saw(AttributeType type) => _seen.Has((byte)type);

    [MethodImpl(Jit.Hot)]
    public bool Next()
    {
        if (!_reader.Next())
            return false;
        Handling = UpdateHandling.Accept;
        Fault = AttributeFaultKind.None;
        Kept = Rewritten = false;
        if (_reader.Type is AttributeType.MpReach or AttributeType.MpUnreach)
            return true;
        if (!_seen.Add((byte)_reader.Type))
        {
            // The first of several counts, the rest is discarded (RFC 7606 §3 (g)).
            Fail(AttributeFaultKind.Repeated, UpdateHandling.AttributeDiscard);
            return true;
        }
        if (AttributeRule.For(_reader.Type) is { } rule)
            Judge(rule);
        // An optional attribute that we do not know stays where it is: what may go on, and how, is a matter of sending (RFC 4271 §5).
        else if ((_reader.Flags & AttributeFlags.Optional) == 0)
            Fail(AttributeFaultKind.NotRecognized, UpdateHandling.SessionReset);
        else
            Kept = (_reader.Flags & AttributeFlags.Transitive) != 0;
        Rewritten |= (_reader.Flags & Unused) != 0;
        return true;
    }

    private void Fail(AttributeFaultKind fault, UpdateHandling handling)
    {
        Fault = fault;
        Handling = handling;
        Rewritten = true;
    }

    [MethodImpl(Jit.Hot)]
    private void Judge(AttributeRule rule)
    {
        // From an external peer these are discarded without a look (RFC 7606 §7.5, §7.9, §7.10), from a 4-octet one likewise (RFC 6793 §4.1).
        if ((rule.InternalOnly && !_codec.Internal) || (rule.TwoOctetOnly && _codec.FourOctetAsn))
            Rewritten = true;
        else if ((_reader.Flags & Kind) != rule.Flags)
            Fail(AttributeFaultKind.WrongFlags, UpdateHandling.TreatAsWithdraw);
        else if (!rule.LengthFits(_reader.Value.Length, _codec.FourOctetAsn) || !IsRight(_reader.Type, _reader.Value))
            Fail(AttributeFaultKind.Malformed, rule.OnFault);
        else if (_reader.Type is AttributeType.AsPath or AttributeType.As4Path && !MayStand(_reader.Value))
            Fail(AttributeFaultKind.HoldsSet, UpdateHandling.TreatAsWithdraw);
        else
        {
            Kept = true;
            Rewritten = rule.TwoOctetOnly || (_reader.Type == AttributeType.LargeCommunities && MayRepeat(_reader.Value));
        }
    }

    /// <summary>What the length alone does not tell. AS 0 stands for nobody (RFC 7607 §2).</summary>
    [MethodImpl(Jit.Hot)]
    private readonly bool IsRight(AttributeType type, ReadOnlySpan<byte> value) =>
        type switch
        {
            AttributeType.Origin => value[0] <= (byte)RouteOrigin.Incomplete,
            AttributeType.AsPath => IsPath(value, _codec.FourOctetAsn ? 4 : 2, _codec.Monitored),
            AttributeType.Aggregator when !_codec.FourOctetAsn => BinaryPrimitives.ReadUInt16BigEndian(value) != 0,
            AttributeType.Aggregator or AttributeType.As4Aggregator => BinaryPrimitives.ReadUInt32BigEndian(value) != 0,
            AttributeType.As4Path => IsPath(value, 4, confederation: true),
            _ => true,
        };

    /// <summary>
    /// RFC 7606 §7.2: no segment of a type that is not known, none that is empty or overruns. Confederation segments (RFC 5065) do not come from outside; in
    /// AS4_PATH they are to be passed over (RFC 6793 §6), but for their sets.
    /// </summary>
    [MethodImpl(Jit.Hot)]
    private static bool IsPath(ReadOnlySpan<byte> path, int octets, bool confederation = false)
    {
        while (path.Length >= 2)
        {
            int end = 2 + (octets * path[1]);
            bool known = path[0] is (byte)AsSegmentType.Set or (byte)AsSegmentType.Sequence || (confederation && path[0] is 3 or 4);
            if (!known || path[1] == 0 || path.Length < end)
                return false;
            for (int at = 2; at < end; at += octets)
                if (
                    (octets == 4 ? BinaryPrimitives.ReadUInt32BigEndian(path[at..]) : BinaryPrimitives.ReadUInt16BigEndian(path[at..])) == 0
                )
                    return false;
            path = path[end..];
        }
        return path.IsEmpty;
    }

    /// <summary>False for a path with a set in it, unless sets are wanted (RFC 9774 §3). The path is well-formed.</summary>
    [MethodImpl(Jit.Hot)]
    private readonly bool MayStand(ReadOnlySpan<byte> path)
    {
        if (_codec.Monitored)
            return true;
        int octets = _reader.Type == AttributeType.As4Path || _codec.FourOctetAsn ? 4 : 2;
        for (; path.Length >= 2; path = path[(2 + (octets * path[1]))..])
            if (path[0] == (byte)AsSegmentType.ConfederationSet || (path[0] == (byte)AsSegmentType.Set && !_codec.AllowAsSets))
                return false;
        return true;
    }

    /// <summary>Duplicates are to be removed (RFC 8092 §6).</summary>
    private static bool MayRepeat(ReadOnlySpan<byte> value)
    {
        if (value.Length > LongList)
            return true;
        for (; value.Length > 12; value = value[12..])
        for (int at = 12; at < value.Length; at += 12)
            if (value.Slice(at, 12).SequenceEqual(value[..12]))
                return true;
        return false;
    }
}

/// <summary>A bit for each attribute type.</summary>
[InlineArray(4)]
internal struct TypeSet
{
    private ulong _first;

    /// <returns>False when it was in the set already.</returns>
    public bool Add(byte type)
    {
        ulong bit = 1ul << (type & 63);
        ref ulong word = ref this[type >> 6];
        bool added = (word & bit) == 0;
        word |= bit;
        return added;
    }

    public readonly bool Has(byte type) => (this[type >> 6] & (1ul << (type & 63))) != 0;
}
