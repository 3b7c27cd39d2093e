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
/// decoded here, since most UPDATEs repeat a block that was seen before: look it up first by <see cref="AttributeBlock"/> and
/// <see cref="MpReachHead"/>, and call <see cref="AttributeDecoder.Decode"/> on a miss.
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

    public bool HasMpReach { get; internal set; }
    public bool HasMpUnreach { get; internal set; }

    /// <summary>The whole path attributes field, including the MP attributes.</summary>
    public ReadOnlySpan<byte> AttributeBlock { get; internal set; }

    /// <summary>AFI, SAFI, next hop length and next hop of MP_REACH_NLRI, without the prefixes; empty when there is none.</summary>
    public ReadOnlySpan<byte> MpReachHead { get; internal set; }

    /// <summary>Where in <see cref="AttributeBlock"/> MP_REACH_NLRI lies with its header; (0, 0) when there is none.</summary>
    public (int Offset, int Length) MpReachAt { get; internal set; }

    /// <summary>Where in <see cref="AttributeBlock"/> MP_UNREACH_NLRI lies with its header; (0, 0) when there is none.</summary>
    public (int Offset, int Length) MpUnreachAt { get; internal set; }

    /// <summary>True for an End-of-RIB marker (RFC 4724 §2); then <see cref="EndOfRib"/> tells the family.</summary>
    public bool IsEndOfRib { get; internal set; }
    public IpFamily EndOfRib { get; internal set; }

    /// <summary>The attribute block itself is cut off or overruns (RFC 7606 §4): the routes found are to be treated as withdrawn.</summary>
    public bool BlockBroken { get; internal set; }
}
