using System.Collections.Immutable;
using System.Net;
using System.Runtime.InteropServices;
using Causeway.Primitives;

namespace Causeway.Bgp.Messages;

/// <summary>The attributes of an UPDATE as objects.</summary>
/// <param name="Handling">What RFC 7606 says to do with the routes.</param>
/// <param name="Attributes">The attributes, complete when <paramref name="Handling"/> is Accept or AttributeDiscard; else null.</param>
/// <param name="Error">The NOTIFICATION when the session has to end.</param>
/// <param name="Fault">What was wrong first; its kind is None when nothing was.</param>
public readonly record struct DecodedAttributes(
    UpdateHandling Handling,
    PathAttributes? Attributes,
    Notification? Error,
    AttributeFault Fault
);

/// <summary>Makes objects of the attributes that the walk over an UPDATE keeps. For tools and for blocks that must be written anew; the tables work on the octets.</summary>
public static class AttributeDecoder
{
    /// <summary>Decodes the attributes that go with the routes announced in <paramref name="view"/>, with the revised error handling of RFC 7606.</summary>
    public static DecodedAttributes Decode(in UpdateView view, UpdateCodec codec)
    {
        AttributeVerdict verdict = view.Judge(codec);
        switch (verdict.Handling)
        {
            case UpdateHandling.SessionReset:
                return new(verdict.Handling, null, AttributeJudge.Answer(verdict, view.AttributeBlock, codec), verdict.Fault);
            case UpdateHandling.TreatAsWithdraw:
                return new(verdict.Handling, null, null, verdict.Fault);
        }
        PathAttributes attributes = Read(view.AttributeBlock, codec);
        if (view.MpAnnounced.Count > 0)
        {
            // RFC 4760 §3, RFC 2545 §3: 4, 16 or 32 octets, already checked.
            ReadOnlySpan<byte> nextHop = view.MpReachHead[4..];
            attributes = attributes with
            {
                NextHop = new IPAddress(nextHop[..Math.Min(nextHop.Length, 16)]),
                LinkLocalNextHop = nextHop.Length == 32 ? new IPAddress(nextHop[16..]) : null,
            };
        }
        return new(verdict.Handling, attributes, null, verdict.Fault);
    }

    /// <summary>Writes a block anew without what does not count in it, and with 4-octet AS numbers.</summary>
    /// <returns>Octets written; 0 when they do not fit.</returns>
    internal static int Rewrite(ReadOnlySpan<byte> block, UpdateCodec codec, bool nextHop, Span<byte> to)
    {
        var writer = new WireWriter(to);
        AttributeEncoder.Write(ref writer, Read(block, codec), codec with { FourOctetAsn = true }, nextHop);
        if (writer.Overflowed)
            return 0;
        KeepPartial(block, codec, to[..writer.Position]);
        return writer.Position;
    }

    /// <summary>"The Partial bit ... MUST NOT be set back to 0" once another AS has set it (RFC 4271 §5); the objects do not carry it.</summary>
    private static void KeepPartial(ReadOnlySpan<byte> from, UpdateCodec codec, Span<byte> to)
    {
        var partial = new TypeSet();
        bool any = false;
        var walk = new AttributeWalk(from, codec);
        while (walk.Next())
            if (walk.Kept && (walk.Flags & AttributeFlags.Partial) != 0)
                any |= partial.Add((byte)walk.Type);
        if (!any)
            return;
        var reader = new AttributeReader(to);
        while (reader.Next())
            if (partial.Has((byte)reader.Type))
                to[reader.Start] |= (byte)AttributeFlags.Partial;
    }

    private static PathAttributes Read(ReadOnlySpan<byte> block, UpdateCodec codec)
    {
        var result = new PathAttributes();
        AsPath? as4Path = null;
        Aggregator? as4Aggregator = null;
        List<UnknownAttribute>? unknown = null;
        var walk = new AttributeWalk(block, codec);
        while (walk.Next())
        {
            if (!walk.Kept)
                continue;
            var reader = new WireReader(walk.Value);
            switch (walk.Type)
            {
                case AttributeType.Origin:
                    result = result with { Origin = (RouteOrigin)reader.U8() };
                    break;
                case AttributeType.AsPath:
                    result = result with { AsPath = ReadAsPath(reader, codec.FourOctetAsn, confederation: true) };
                    break;
                case AttributeType.NextHop:
                    result = result with { NextHop = new IPAddress(walk.Value) };
                    break;
                case AttributeType.MultiExitDisc:
                    result = result with { Med = reader.U32() };
                    break;
                case AttributeType.LocalPref:
                    result = result with { LocalPreference = reader.U32() };
                    break;
                case AttributeType.AtomicAggregate:
                    result = result with { AtomicAggregate = true };
                    break;
                case AttributeType.Aggregator:
                    result = result with { Aggregator = ReadAggregator(reader, codec.FourOctetAsn) };
                    break;
                case AttributeType.Communities:
                    result = result with { Communities = ReadNumbers(reader) };
                    break;
                case AttributeType.OriginatorId:
                    result = result with { OriginatorId = reader.U32() };
                    break;
                case AttributeType.ClusterList:
                    result = result with { ClusterList = ReadNumbers(reader) };
                    break;
                case AttributeType.ExtendedCommunities:
                    result = result with { ExtendedCommunities = ReadExtended(reader) };
                    break;
                case AttributeType.LargeCommunities:
                    result = result with { LargeCommunities = ReadLarge(reader) };
                    break;
                case AttributeType.OnlyToCustomer:
                    result = result with { OnlyToCustomer = new Asn(reader.U32()) };
                    break;
                case AttributeType.As4Path:
                    as4Path = ReadAsPath(reader, fourOctet: true, confederation: false);
                    break;
                case AttributeType.As4Aggregator:
                    as4Aggregator = ReadAggregator(reader, fourOctet: true);
                    break;
                default:
                    const AttributeFlags flags = AttributeFlags.Optional | AttributeFlags.Transitive | AttributeFlags.Partial;
                    (unknown ??= []).Add(new(flags, (byte)walk.Type, [.. walk.Value]));
                    break;
            }
        }
        if (unknown is not null)
            result = result with { Unknown = [.. unknown] };
        return As4Merge.Merge(result, as4Path, as4Aggregator);
    }

    private static Aggregator ReadAggregator(WireReader reader, bool fourOctet) =>
        new(new Asn(fourOctet ? reader.U32() : reader.U16()), new IPAddress(reader.Take(4)));

    private static ImmutableArray<uint> ReadNumbers(WireReader reader)
    {
        var numbers = new uint[reader.Remaining / 4];
        for (int i = 0; i < numbers.Length; i++)
            numbers[i] = reader.U32();
        return ImmutableCollectionsMarshal.AsImmutableArray(numbers);
    }

    private static ImmutableArray<ExtendedCommunity> ReadExtended(WireReader reader)
    {
        var communities = new ExtendedCommunity[reader.Remaining / 8];
        for (int i = 0; i < communities.Length; i++)
            communities[i] = new(reader.U64());
        return ImmutableCollectionsMarshal.AsImmutableArray(communities);
    }

    private static ImmutableArray<LargeCommunity> ReadLarge(WireReader reader)
    {
        var communities = new LargeCommunity[reader.Remaining / 12];
        for (int i = 0; i < communities.Length; i++)
            communities[i] = new(reader.U32(), reader.U32(), reader.U32());
        // RFC 8092 §6: duplicates are removed silently.
        return [.. communities.Distinct()];
    }

    /// <summary>A path that was found to be right.</summary>
    /// <param name="confederation">False passes over confederation segments, as in AS4_PATH (RFC 6793 §6).</param>
    private static AsPath ReadAsPath(WireReader reader, bool fourOctet, bool confederation)
    {
        var segments = ImmutableArray.CreateBuilder<AsSegment>(1);
        while (!reader.AtEnd)
        {
            var type = (AsSegmentType)reader.U8();
            var asns = new Asn[reader.U8()];
            for (int i = 0; i < asns.Length; i++)
                asns[i] = new Asn(fourOctet ? reader.U32() : reader.U16());
            if (confederation || type is AsSegmentType.Set or AsSegmentType.Sequence)
                segments.Add(new AsSegment(type, ImmutableCollectionsMarshal.AsImmutableArray(asns)));
        }
        return segments.Count == 0 ? AsPath.Empty : new AsPath(segments.ToImmutable());
    }
}
