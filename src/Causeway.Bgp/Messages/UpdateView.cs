using Causeway.Primitives;

namespace Causeway.Bgp.Messages;

/// <summary>What RFC 7606 §2 says to do with an UPDATE, from the weakest to the strongest.</summary>
public enum UpdateHandling : byte
{
    /// <summary>Take it as it is.</summary>
    Accept = 0,

    /// <summary>Take the routes without the faulty attributes; those are not in the decoded ones.</summary>
    AttributeDiscard = 1,

    /// <summary>Treat every announced prefix as withdrawn.</summary>
    TreatAsWithdraw = 2,

    /// <summary>Nothing can be trusted: send the NOTIFICATION and end the session.</summary>
    SessionReset = 3,
}

/// <summary>The NLRI part of MP_REACH_NLRI or MP_UNREACH_NLRI, or of the classic IPv4 fields: a span into the message.</summary>
public readonly ref struct NlriField(ReadOnlySpan<byte> bytes, IpFamily family, bool addPath, int count)
{
    public ReadOnlySpan<byte> Bytes { get; } = bytes;
    public IpFamily Family { get; } = family;
    public bool AddPath { get; } = addPath;

    /// <summary>Prefixes in the field, already checked to be well-formed.</summary>
    public int Count { get; } = count;

    public NlriReader GetEnumerator() => new(Bytes, Family, AddPath);
}

/// <summary>
/// An UPDATE taken apart without allocation (RFC 4271 §4.3): where the four prefix fields lie, all checked, and the attribute block. The block is not
/// decoded here, since most UPDATEs repeat a block that was seen before: the tables look it up by its octets and judge it on a miss, tools call
/// <see cref="AttributeDecoder.Decode"/>.
/// </summary>
public ref struct UpdateView
{
    /// <summary>IPv4 prefixes withdrawn by the classic field.</summary>
    public NlriField Withdrawn { get; internal set; }

    /// <summary>IPv4 prefixes announced by the classic field; their next hop is NEXT_HOP.</summary>
    public NlriField Announced { get; internal set; }

    /// <summary>Prefixes withdrawn by MP_UNREACH_NLRI.</summary>
    public NlriField MpWithdrawn { get; internal set; }

    /// <summary>Prefixes announced by MP_REACH_NLRI; their next hop is in <see cref="MpReachHead"/>.</summary>
    public NlriField MpAnnounced { get; internal set; }

    /// <summary>The whole path attributes field, including the MP attributes.</summary>
    public ReadOnlySpan<byte> AttributeBlock { get; internal set; }

    /// <summary>AFI, SAFI, next hop length and next hop of an MP_REACH_NLRI of a negotiated family, without the prefixes; else empty.</summary>
    public ReadOnlySpan<byte> MpReachHead { get; internal set; }

    /// <summary>For an End-of-RIB marker (RFC 4724 §2) its family, else null.</summary>
    public IpFamily? EndOfRib { get; internal set; }

    internal bool HasMpReach { get; set; }

    internal bool HasMpUnreach { get; set; }

    /// <summary>There are attributes beside those that carry prefixes.</summary>
    internal bool HasOthers { get; set; }

    /// <summary>Prefixes are announced, if only of a family that was not negotiated.</summary>
    internal bool Reaches { get; set; }

    /// <summary>What is wrong with the attributes that carry prefixes, beyond what ends the session: their flags (RFC 7606 §3 (c)).</summary>
    internal AttributeFault MultiProtocolFault { get; set; }

    /// <summary>What RFC 7606 makes of the attributes, for the routes that this UPDATE announces.</summary>
    internal readonly AttributeVerdict Judge(UpdateCodec codec)
    {
        AttributeVerdict verdict = AttributeJudge.Judge(
            AttributeBlock,
            codec,
            Announced.Count > 0 ? RoutesAnnounced.Classic
                : Reaches ? RoutesAnnounced.MultiProtocol
                : RoutesAnnounced.None
        );
        if (MultiProtocolFault.Kind == AttributeFaultKind.None)
            return verdict;
        // Where there is nothing but MP_UNREACH_NLRI, its prefixes are withdrawn as they are.
        bool contained = Reaches || !(HasOthers || HasMpReach);
        return verdict.And(contained ? UpdateHandling.TreatAsWithdraw : UpdateHandling.SessionReset, MultiProtocolFault);
    }
}
