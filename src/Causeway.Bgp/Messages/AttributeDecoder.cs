using System.Collections.Immutable;
using System.Net;
using System.Runtime.InteropServices;
using Causeway.Primitives;

namespace Causeway.Bgp.Messages;

/// <summary>The outcome of decoding an attribute block.</summary>
/// <param name="Handling">What RFC 7606 says to do with the routes.</param>
/// <param name="Attributes">The attributes, complete when <paramref name="Handling"/> is Accept or AttributeDiscard; else null.</param>
/// <param name="Error">The NOTIFICATION when the session has to end.</param>
/// <param name="Fault">What was wrong, in words; null when nothing was.</param>
/// <param name="Changed">The attributes are not what the octets say: some were discarded, merged (AS4_PATH) or marked as partial.</param>
public readonly record struct DecodedAttributes(
    UpdateHandling Handling,
    PathAttributes? Attributes,
    Notification? Error,
    string? Fault,
    bool Changed
);

/// <summary>
/// Decodes a path attribute block attribute by attribute, with the revised error handling of RFC 7606 §7. Faults are gathered, and the strongest
/// one decides (§3 (h)). Nothing here throws whatever the octets are.
/// </summary>
public static class AttributeDecoder
{
    private const int MostData = 1024;

    /// <summary>Decodes the attributes that go with the routes announced in <paramref name="view"/>.</summary>
    public static DecodedAttributes Decode(in UpdateView view, UpdateCodec codec)
    {
        var state = new State(codec);
        state.ReadAll(view.AttributeBlock);
        if (!view.MpReachHead.IsEmpty && view.MpAnnounced.Count > 0)
            state.ReadMpNextHop(view.MpReachHead);
        bool reaches = view.Announced.Count > 0 || view.MpAnnounced.Count > 0;
        return state.Finish(classic: view.Announced.Count > 0, reaches, mpUnreach: view.HasMpUnreach, withdraws: view.Withdrawn.Count > 0);
    }

    /// <summary>Decodes a block whose MP attributes were taken out before, of routes that are announced.</summary>
    /// <param name="nextHopRequired">The routes are in the classic IPv4 field.</param>
    public static DecodedAttributes Decode(ReadOnlySpan<byte> block, UpdateCodec codec, bool nextHopRequired)
    {
        var state = new State(codec);
        state.ReadAll(block);
        return state.Finish(classic: nextHopRequired, reaches: true, mpUnreach: false, withdraws: false);
    }

    /// <summary>
    /// The first well-known attribute of a block that is not known here, whole, as the data of a NOTIFICATION (RFC 4271 §6.3); empty when there is none. Cut
    /// at 1,024 octets, since a NOTIFICATION has to fit 4,096.
    /// </summary>
    public static ImmutableArray<byte> Unrecognized(ReadOnlySpan<byte> block)
    {
        for (int at = 0; AttributeHeader.TryRead(block[at..], out AttributeHeader header); at += header.TotalLength)
            if (IsUnrecognized(header))
                return [.. block.Slice(at, Math.Min(header.TotalLength, MostData))];
        return [];
    }

    private static bool IsUnrecognized(in AttributeHeader header) =>
        (header.Flags & AttributeFlags.Optional) == 0
        && header.Type is not (AttributeType.MpReach or AttributeType.MpUnreach)
        && AttributeRule.For(header.Type) is null;

    /// <summary>What is gathered while walking one block.</summary>
    private sealed class State(UpdateCodec codec)
    {
        private UInt128 _seenLow;
        private UInt128 _seenHigh;
        private UpdateHandling _handling;
        private Notification? _error;
        private string? _fault;
        private PathAttributes _result = new();
        private IPAddress? _classicNextHop;
        private AsPath? _as4Path;
        private Aggregator? _as4Aggregator;
        private ImmutableArray<UnknownAttribute>.Builder? _unknown;
        private bool _changed;

        public void ReadAll(ReadOnlySpan<byte> block)
        {
            int at = 0;
            while (at < block.Length && AttributeHeader.TryRead(block[at..], out AttributeHeader header))
            {
                Read(header, block.Slice(at, header.TotalLength));
                at += header.TotalLength;
            }
            if (at < block.Length)
                Fail(UpdateHandling.TreatAsWithdraw, "the attribute block is cut off");
        }

        public void Fail(UpdateHandling handling, string fault)
        {
            if (_fault is null || handling > _handling)
                _fault = fault;
            if (handling > _handling)
                _handling = handling;
            _changed = true;
        }

        private void Read(in AttributeHeader header, ReadOnlySpan<byte> whole)
        {
            if (header.Type is AttributeType.MpReach or AttributeType.MpUnreach)
            {
                if ((header.Flags & (AttributeFlags.Optional | AttributeFlags.Transitive)) != AttributeFlags.Optional)
                    Fail(UpdateHandling.TreatAsWithdraw, $"{header.Type} has wrong flags");
                return;
            }
            // The first of several counts, the rest is discarded (RFC 7606 §3 (g)).
            if (!FirstOfItsType((byte)header.Type))
            {
                Fail(UpdateHandling.AttributeDiscard, $"attribute {(byte)header.Type} appears more than once");
                return;
            }
            ReadOnlySpan<byte> value = whole[header.HeaderLength..];
            AttributeRule? rule = AttributeRule.For(header.Type);
            if (rule is null)
            {
                ReadUnknown(header, whole, value);
                return;
            }
            if (!codec.Internal && rule.InternalOnly)
            {
                // From an external neighbor these are discarded without a look (RFC 7606 §7.5, §7.9, §7.10); not worth a report.
                _changed = true;
                return;
            }
            if ((header.Flags & (AttributeFlags.Optional | AttributeFlags.Transitive)) != rule.Flags)
            {
                Fail(UpdateHandling.TreatAsWithdraw, $"{header.Type} has wrong flags 0x{(byte)header.Flags:x2}");
                return;
            }
            if (!rule.LengthFits(value.Length, codec.FourOctetAsn) || !ReadKnown(header.Type, value))
                Fail(rule.OnFault, $"{header.Type} is malformed");
        }

        private bool FirstOfItsType(byte type)
        {
            ref UInt128 seen = ref type < 128 ? ref _seenLow : ref _seenHigh;
            UInt128 bit = UInt128.One << (type & 127);
            bool first = (seen & bit) == 0;
            seen |= bit;
            return first;
        }

        private bool Has(AttributeType type) => (_seenLow & (UInt128.One << (byte)type)) != 0;

        private void ReadUnknown(in AttributeHeader header, ReadOnlySpan<byte> whole, ReadOnlySpan<byte> value)
        {
            if (IsUnrecognized(header))
            {
                // RFC 4271 §6.3: an unrecognised well-known attribute.
                Fail(UpdateHandling.SessionReset, $"attribute {(byte)header.Type} is well-known but unknown here");
                _error ??= new Notification(NotificationCode.UpdateMessageError, 2, Unrecognized(whole));
                return;
            }
            _changed |=
                (header.Flags & (AttributeFlags.Transitive | AttributeFlags.Partial))
                != (AttributeFlags.Transitive | AttributeFlags.Partial);
            if ((header.Flags & AttributeFlags.Transitive) == 0)
                return;
            const AttributeFlags flags = AttributeFlags.Optional | AttributeFlags.Transitive | AttributeFlags.Partial;
            (_unknown ??= ImmutableArray.CreateBuilder<UnknownAttribute>()).Add(new(flags, (byte)header.Type, [.. value]));
        }

        private bool ReadKnown(AttributeType type, ReadOnlySpan<byte> value)
        {
            var reader = new WireReader(value);
            switch (type)
            {
                case AttributeType.Origin:
                    _result = _result with { Origin = (RouteOrigin)value[0] };
                    return value[0] <= (byte)RouteOrigin.Incomplete;
                case AttributeType.AsPath:
                    AsPath? path = ReadAsPath(value, codec.FourOctetAsn);
                    if (path is not null)
                        _result = _result with { AsPath = path };
                    return path is not null;
                case AttributeType.NextHop:
                    _classicNextHop = new IPAddress(value);
                    return true;
                case AttributeType.MultiExitDisc:
                    _result = _result with { Med = reader.U32() };
                    return true;
                case AttributeType.LocalPref:
                    _result = _result with { LocalPreference = reader.U32() };
                    return true;
                case AttributeType.AtomicAggregate:
                    _result = _result with { AtomicAggregate = true };
                    return true;
                case AttributeType.Aggregator:
                    var asn = new Asn(codec.FourOctetAsn ? reader.U32() : reader.U16());
                    _result = _result with { Aggregator = new Aggregator(asn, new IPAddress(reader.Rest)) };
                    if (asn.Value != 0)
                        return true;
                    _result = _result with { Aggregator = null };
                    return false;
                case AttributeType.Communities:
                    _result = _result with { Communities = ReadNumbers(value) };
                    return true;
                case AttributeType.OriginatorId:
                    _result = _result with { OriginatorId = reader.U32() };
                    return true;
                case AttributeType.ClusterList:
                    _result = _result with { ClusterList = ReadNumbers(value) };
                    return true;
                case AttributeType.ExtendedCommunities:
                    var extended = new ExtendedCommunity[value.Length / 8];
                    for (int i = 0; i < extended.Length; i++)
                        extended[i] = new(reader.U64());
                    _result = _result with { ExtendedCommunities = ImmutableCollectionsMarshal.AsImmutableArray(extended) };
                    return true;
                case AttributeType.LargeCommunities:
                    var large = new LargeCommunity[value.Length / 12];
                    for (int i = 0; i < large.Length; i++)
                        large[i] = new(reader.U32(), reader.U32(), reader.U32());
                    // RFC 8092 §6: duplicates are removed silently.
                    _result = _result with
                    {
                        LargeCommunities = [.. large.Distinct()],
                    };
                    _changed |= _result.LargeCommunities.Length < large.Length;
                    return true;
                case AttributeType.OnlyToCustomer:
                    _result = _result with { OnlyToCustomer = new Asn(reader.U32()) };
                    return true;
                case AttributeType.As4Path:
                    _changed = true;
                    _as4Path = codec.FourOctetAsn ? null : ReadAsPath(value, fourOctet: true);
                    return codec.FourOctetAsn || _as4Path is not null;
                case AttributeType.As4Aggregator:
                    _changed = true;
                    if (!codec.FourOctetAsn)
                        _as4Aggregator = new Aggregator(new Asn(reader.U32()), new IPAddress(reader.Rest));
                    return true;
                default:
                    return true;
            }
        }

        /// <summary>RFC 4760 §3, RFC 2545 §3: 4, 16 or 32 octets, already checked.</summary>
        public void ReadMpNextHop(ReadOnlySpan<byte> head)
        {
            ReadOnlySpan<byte> nextHop = head[4..];
            _result = _result with
            {
                NextHop = new IPAddress(nextHop[..Math.Min(nextHop.Length, 16)]),
                LinkLocalNextHop = nextHop.Length == 32 ? new IPAddress(nextHop[16..]) : null,
            };
        }

        public DecodedAttributes Finish(bool classic, bool reaches, bool mpUnreach, bool withdraws)
        {
            if (reaches)
            {
                if (!Has(AttributeType.Origin) || !Has(AttributeType.AsPath))
                    Fail(UpdateHandling.TreatAsWithdraw, "a mandatory attribute is missing (ORIGIN or AS_PATH)");
                if (classic && !Has(AttributeType.NextHop))
                    Fail(UpdateHandling.TreatAsWithdraw, "NEXT_HOP is missing");
            }
            else if (_handling == UpdateHandling.TreatAsWithdraw && !mpUnreach && !withdraws)
            {
                // RFC 7606 §5.2: no prefix was found that the fault could be contained in.
                _handling = UpdateHandling.SessionReset;
            }
            if (_handling == UpdateHandling.SessionReset)
                return new(_handling, null, _error ?? new Notification(NotificationCode.UpdateMessageError, 1, []), _fault, true);
            if (_handling == UpdateHandling.TreatAsWithdraw)
                return new(_handling, null, null, _fault, true);
            if (_result.NextHop is null)
                _result = _result with { NextHop = _classicNextHop };
            MergeAs4();
            if (_unknown is not null)
                _result = _result with { Unknown = _unknown.ToImmutable() };
            return new(_handling, _result, null, _fault, _changed || !codec.FourOctetAsn);
        }

        /// <summary>RFC 6793 §4.2.3: puts the 4-octet path of a 2-octet peer together again.</summary>
        private void MergeAs4()
        {
            if (codec.FourOctetAsn)
                return;
            if (_result.Aggregator is { } aggregator && _as4Aggregator is not null)
            {
                if (aggregator.Asn != Asn.Trans)
                    return; // Both AS4 attributes are ignored then.
                _result = _result with { Aggregator = _as4Aggregator };
            }
            if (_as4Path is null)
                return;
            int lead = _result.AsPath.Length - _as4Path.Length;
            if (lead < 0)
                return;
            var segments = ImmutableArray.CreateBuilder<AsSegment>();
            foreach (AsSegment segment in _result.AsPath.Segments)
            {
                if (lead <= 0)
                    break;
                ImmutableArray<Asn> kept = segment.Type == AsSegmentType.Set ? segment.Asns : [.. segment.Asns.Take(lead)];
                segments.Add(segment with { Asns = kept });
                lead -= segment.Type == AsSegmentType.Set ? 1 : kept.Length;
            }
            foreach (AsSegment segment in _as4Path.Segments)
            {
                bool joins =
                    segments.Count > 0
                    && segments[^1].Type == AsSegmentType.Sequence
                    && segment.Type == AsSegmentType.Sequence
                    && segments[^1].Asns.Length + segment.Asns.Length <= 255;
                if (joins)
                    segments[^1] = segments[^1] with { Asns = [.. segments[^1].Asns, .. segment.Asns] };
                else
                    segments.Add(segment);
            }
            _result = _result with { AsPath = new AsPath(segments.ToImmutable()) };
        }

        private static ImmutableArray<uint> ReadNumbers(ReadOnlySpan<byte> value)
        {
            var reader = new WireReader(value);
            var numbers = new uint[value.Length / 4];
            for (int i = 0; i < numbers.Length; i++)
                numbers[i] = reader.U32();
            return ImmutableCollectionsMarshal.AsImmutableArray(numbers);
        }

        /// <summary>Null when malformed (RFC 7606 §7.2): unknown segment type, empty segment, overrun, or AS 0 (RFC 7607 §2).</summary>
        private static AsPath? ReadAsPath(ReadOnlySpan<byte> value, bool fourOctet)
        {
            if (value.IsEmpty)
                return AsPath.Empty;
            var reader = new WireReader(value);
            var segments = ImmutableArray.CreateBuilder<AsSegment>(1);
            while (!reader.AtEnd)
            {
                var type = (AsSegmentType)reader.U8();
                int count = reader.U8();
                if (type is not (AsSegmentType.Set or AsSegmentType.Sequence) || count == 0)
                    return null;
                var asns = new Asn[count];
                for (int i = 0; i < count; i++)
                {
                    asns[i] = new Asn(fourOctet ? reader.U32() : reader.U16());
                    if (asns[i].Value == 0)
                        return null;
                }
                if (reader.Failed)
                    return null;
                segments.Add(new AsSegment(type, ImmutableCollectionsMarshal.AsImmutableArray(asns)));
            }
            return new AsPath(segments.ToImmutable());
        }
    }
}
